// @module-tag functions-long
import { beforeAll, expect, test } from 'vitest'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import {
  callXks,
  credentialOf,
  own,
  PROXY_POLICY,
  type XksCredential,
  xksCredential,
  xksRoles,
} from '../support/xks.ts'

describeStores('credentials of external key stores', (harness) => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await harness.tenant()
  })
  const { role, outcome } = xksRoles(harness, () => tenant)

  const change = (operation: string, { accessKeyId }: XksCredential) =>
    own(harness, operation, { AccountId: tenant.accountId, AccessKeyId: accessKeyId })

  test('two hold at once, and no third; what is deleted opens nothing', async () => {
    const { credential } = await role({ Policy: PROXY_POLICY })
    const { id } = await harness.key(tenant)
    const next = credentialOf(await change('RotateXksCredential', credential))
    expect(next.path).toBe(credential.path)
    expect([await outcome(credential, id), await outcome(next, id)]).toEqual([200, 200])
    const input = { AccountId: tenant.accountId, AccessKeyId: next.accessKeyId }
    const third = await harness.call('rest', harness.operator, 'RotateXksCredential', input)
    expect(third.code).toBe('LimitExceededException')
    await change('DeleteXksCredential', credential)
    expect(await outcome(credential, id)).toBe('AuthenticationFailedException')
    expect(await outcome(next, id)).toBe(200)
    const another = credentialOf(await change('RotateXksCredential', next))
    expect(await outcome(another, id)).toBe(200)
    await change('DeleteXksCredential', next)
    await change('DeleteXksCredential', another)
    expect(await outcome(another, id)).toBe('AuthenticationFailedException')
    const gone = await harness.call('rest', harness.operator, 'DeleteXksCredential', {
      AccountId: tenant.accountId,
      AccessKeyId: another.accessKeyId,
    })
    expect(gone.code).toBe('NotFoundException')
  })

  test('races make two, not three', async () => {
    const { credential } = await role({ Policy: PROXY_POLICY })
    const input = { AccountId: tenant.accountId, AccessKeyId: credential.accessKeyId }
    const made = await Promise.all(
      Array.from({ length: 3 }, () =>
        harness.call('rest', harness.operator, 'RotateXksCredential', input),
      ),
    )
    expect(made.filter(({ status }) => status === 201).length).toBeLessThanOrEqual(1)
    const { XksCredentials } = await own(harness, 'ListXksCredentials', {
      AccountId: tenant.accountId,
    })
    const ids = (XksCredentials as { AccessKeyId: string; XksProxyUriPath: string }[])
      .filter(({ XksProxyUriPath }) => XksProxyUriPath === credential.path)
      .map(({ AccessKeyId }) => AccessKeyId)
    expect(ids).toHaveLength(2)
    expect(ids).toContain(credential.accessKeyId)
  })

  test('they are listed without their secrets', async () => {
    const theirs = await harness.tenant()
    await harness.role(theirs, 'one', {})
    await harness.user(theirs, 'two')
    const made = [
      await xksCredential(harness, theirs, 'role/one'),
      await xksCredential(harness, theirs, 'user/two'),
    ]
    const input = { AccountId: theirs.accountId }
    const { XksCredentials } = await own(harness, 'ListXksCredentials', input)
    const listed = (XksCredentials as Record<string, unknown>[]).map((one) => ({ ...one }))
    expect(listed).toHaveLength(2)
    for (const [index, { path, accessKeyId }] of made.entries()) {
      expect(listed).toContainEqual({
        AccessKeyId: accessKeyId,
        XksProxyUriPath: path,
        Principal: ['role/one', 'user/two'][index],
        Region: REGION,
        CreationDate: expect.any(String),
      })
    }
  })

  test('they end with their principal, and a namesake has none of them', async () => {
    const { name, credential } = await role({ Policy: PROXY_POLICY })
    const { id } = await harness.key(tenant)
    expect(await outcome(credential, id)).toBe(200)
    const input = { AccountId: tenant.accountId, Type: 'role', Name: name }
    await own(harness, 'DeletePrincipal', input)
    expect(await outcome(credential, id)).toBe('AuthenticationFailedException')
    await harness.role(tenant, name, { Policy: PROXY_POLICY })
    expect(await outcome(credential, id)).toBe('AuthenticationFailedException')
    const { XksCredentials } = await own(harness, 'ListXksCredentials', {
      AccountId: tenant.accountId,
    })
    expect(JSON.stringify(XksCredentials)).not.toContain(credential.accessKeyId)
  })

  test('another account’s is not there', async () => {
    const { credential } = await role({})
    const theirs = await harness.tenant()
    for (const operation of ['DeleteXksCredential', 'RotateXksCredential']) {
      const input = { AccountId: theirs.accountId, AccessKeyId: credential.accessKeyId }
      const { code } = await harness.call('rest', harness.operator, operation, input)
      expect(code).toBe('NotFoundException')
    }
    for (const [Name, AccountId] of [
      ['nobody', tenant.accountId],
      ['aws-1', '999999999999'],
    ] as const) {
      const input = { AccountId, Type: 'role', Name }
      const made = await harness.call('rest', harness.operator, 'CreateXksCredential', input)
      expect(made.code).toBe('NotFoundException')
    }
  })

  test('the operator’s users need the action on whom it stands for', async () => {
    const { name, credential } = await role({ Policy: PROXY_POLICY })
    const operator = { ...harness.operator, name: 'operator' }
    const granted = `arn:aws:iam::${tenant.accountId}:role/${name}`
    const made = await harness.user(operator, `x-${name}`, {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'tenkey:*XksCredential', Resource: granted }],
      }),
    })
    const as = made.credential
    if (as === undefined) throw new Error('a user without a credential')
    const other = await role({})
    const asked = (operation: string, input: Input) =>
      harness
        .call('rest', as, operation, { AccountId: tenant.accountId, ...input })
        .then(({ code, status }) => code ?? status)
    const AccessKeyId = credential.accessKeyId
    expect(await asked('RotateXksCredential', { AccessKeyId })).toBe(201)
    expect(await asked('CreateXksCredential', { Type: 'role', Name: name })).toBe(201)
    expect(await asked('DeleteXksCredential', { AccessKeyId })).toBe(204)
    const foreign = { AccessKeyId: other.credential.accessKeyId }
    expect(await asked('DeleteXksCredential', foreign)).toBe('AccessDeniedException')
    expect(await asked('CreateXksCredential', { Type: 'role', Name: other.name })).toBe(
      'AccessDeniedException',
    )
  })

  test('they are of one Region: where they were made for, and no other', async () => {
    await harness.role(tenant, 'of-a-region', { Policy: PROXY_POLICY })
    const regions = [REGION, 'eu-west-1']
    const requestMetadata = { kmsOperation: 'KmsHealthCheck', kmsRequestId: '1' }
    for (const of of regions) {
      const first = await xksCredential(harness, tenant, 'role/of-a-region', of)
      const second = credentialOf(
        // whoever rotates it, and from where
        await own(
          harness,
          'RotateXksCredential',
          { AccountId: tenant.accountId, AccessKeyId: first.accessKeyId },
          regions.find((region) => region !== of),
        ),
      )
      for (const credential of [first, second]) {
        for (const region of regions) {
          const path = `${credential.path}/health`
          const asked = { requestMetadata }
          const answer = await callXks(harness.target, credential, path, asked, { region })
          expect(answer.errorName, `of ${of} in ${region}`).toBe(
            region === of ? undefined : 'AuthenticationFailedException',
          )
        }
      }
    }
  })
})
