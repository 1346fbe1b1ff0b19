// @module-tag functions
import { beforeAll, describe, expect, test } from 'vitest'
import { describeStores, type Input, type Tenant } from '../support/harness.ts'
import {
  callXks,
  credentialOf,
  metadata,
  own,
  PROXY_POLICY,
  type XksCredential,
  xksCredential,
} from '../support/xks.ts'

const KEY_ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey']
const policy = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Action: KEY_ACTIONS,
  Resource: '*',
  ...more,
})

describeStores('who may do what through an external key store proxy', (harness) => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await harness.tenant()
  })

  let roles = 0
  /** A credential of a role of its own. */
  async function role(
    more: Input,
  ): Promise<{ name: string; arn: string; credential: XksCredential }> {
    const name = `aws-${++roles}`
    const { arn } = await harness.role(tenant, name, more)
    return { name, arn, credential: await xksCredential(harness, tenant, `role/${name}`) }
  }

  const encrypt = (credential: XksCredential, key: string, more: object = {}, verb = 'encrypt') =>
    callXks(harness.target, credential, `${credential.path}/keys/${key}/${verb}`, {
      requestMetadata: metadata(more as Record<string, unknown>),
      plaintext: 'SGVsbG8gV29ybGQh',
      encryptionAlgorithm: 'AES_GCM',
    })
  const outcome = async (...args: Parameters<typeof encrypt>) => {
    const { status, errorName } = await encrypt(...args)
    return errorName ?? status
  }

  test('without a policy nothing is allowed but health', async () => {
    const { credential } = await role({})
    const { id } = await harness.key(tenant)
    expect(await outcome(credential, id)).toBe('AccessDeniedException')
    expect(await outcome(credential, id, {}, 'metadata')).toBe('AccessDeniedException')
    const requestMetadata = { kmsOperation: 'KmsHealthCheck', kmsRequestId: '1' }
    const health = await callXks(harness.target, credential, `${credential.path}/health`, {
      requestMetadata,
    })
    expect(health.status).toBe(200)
  })

  test('each operation asks its own action', async () => {
    const { credential } = await role({ Policy: policy(allow({ Action: 'kms:Encrypt' })) })
    const { id } = await harness.key(tenant)
    expect(await outcome(credential, id)).toBe(200)
    expect(await outcome(credential, id, {}, 'metadata')).toBe('AccessDeniedException')
    const { name, credential: reading } = await role({
      Policy: policy(allow({ Action: ['kms:DescribeKey', 'kms:Decrypt'] })),
    })
    expect(await outcome(reading, id, {}, 'metadata')).toBe(200)
    expect(await outcome(reading, id)).toBe('AccessDeniedException')
    expect(name).toMatch(/^aws-/)
  })

  test('the key policy decides: it may name the role, or leave it out', async () => {
    const { arn, credential } = await role({})
    const admin = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
      Action: ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'],
      Resource: '*',
    }
    const named = await harness.key(tenant, {
      Policy: policy(admin, allow({ Principal: { AWS: arn } })),
      BypassPolicyLockoutSafetyCheck: true,
    })
    expect(await outcome(credential, named.id)).toBe(200)
    const { credential: broad } = await role({ Policy: PROXY_POLICY })
    expect(await outcome(broad, named.id)).toBe('AccessDeniedException')
  })

  test('a grant decides', async () => {
    const { arn, credential } = await role({})
    const { id } = await harness.key(tenant)
    expect(await outcome(credential, id)).toBe('AccessDeniedException')
    const input = { KeyId: id, GranteePrincipal: arn, Operations: ['Encrypt'] }
    const { GrantId } = await harness.ok(tenant, 'CreateGrant', input)
    expect(await outcome(credential, id)).toBe(200)
    await harness.ok(tenant, 'RevokeGrant', { KeyId: id, GrantId })
    expect(await outcome(credential, id)).toBe('AccessDeniedException')
  })

  describe('what AWS says of its caller are condition keys', () => {
    test.for([
      [
        'tenkey:XksPrincipalArn',
        { awsPrincipalArn: 'arn:aws:iam::123456789012:role/S3' },
        'arn:aws:iam::123456789012:role/*',
      ],
      ['tenkey:XksOperation', { kmsOperation: 'GenerateDataKey' }, 'GenerateDataKey*'],
      ['tenkey:XksViaService', { kmsViaService: 's3' }, 's3'],
    ] as const)('%s', async ([name, said, wanted]) => {
      const { credential } = await role({
        Policy: policy(allow({ Condition: { StringLike: { [name]: wanted } } })),
      })
      const { id } = await harness.key(tenant)
      expect(await outcome(credential, id, said)).toBe(200)
      expect(await outcome(credential, id)).toBe('AccessDeniedException')
      const denied = await role({
        Policy: policy(allow(), {
          ...allow({ Condition: { StringLike: { [name]: wanted } } }),
          Effect: 'Deny',
        }),
      })
      expect(await outcome(denied.credential, id, said)).toBe('AccessDeniedException')
      expect(await outcome(denied.credential, id)).toBe(200)
    })

    test('what is not said is missing', async () => {
      const Condition = { Null: { 'tenkey:XksViaService': 'true' } }
      const { credential } = await role({ Policy: policy(allow({ Condition })) })
      const { id } = await harness.key(tenant)
      expect(await outcome(credential, id, { kmsViaService: undefined })).toBe(200)
      expect(await outcome(credential, id)).toBe('AccessDeniedException')
    })

    test('they are AWS’s word, and no condition keys of AWS’s', async () => {
      const root = `arn:aws:iam::${tenant.accountId}:root`
      for (const Condition of [
        { ArnLike: { 'aws:PrincipalArn': root } },
        { StringEquals: { 'kms:ViaService': 's3' } },
        { StringEquals: { 'aws:PrincipalArn': root } },
      ]) {
        const { credential } = await role({ Policy: policy(allow({ Condition })) })
        const { id } = await harness.key(tenant)
        // an AWS account may have a tenant's number
        const said = { awsPrincipalArn: root, kmsViaService: 's3' }
        expect(await outcome(credential, id, said)).toBe('AccessDeniedException')
      }
      const { arn, credential } = await role({
        Policy: policy(
          allow({
            Condition: {
              ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${tenant.accountId}:role/aws-*` },
            },
          }),
        ),
      })
      expect(arn).toContain(':role/aws-')
      const like = await role({
        Policy: policy(
          allow({
            Condition: {
              ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${tenant.accountId}:role/aws-*` },
            },
          }),
        ),
      })
      const { id } = await harness.key(tenant)
      expect(await outcome(credential, id)).toBe(200)
      expect(await outcome(like.credential, id)).toBe(200)
    })

    test('no other call has them', async () => {
      const Condition = { Null: { 'tenkey:XksOperation': 'false' } }
      const Policy = policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition })
      const { credential } = await harness.user(tenant, 'direct', { Policy })
      if (credential === undefined) throw new Error('a user without a credential')
      const { id } = await harness.key(tenant)
      const input = { KeyId: id, Plaintext: Buffer.from('x'), requestMetadata: metadata() }
      const { code } = await harness.call('rest', credential, 'Encrypt', input)
      expect(code).toBe('AccessDeniedException')
    })
  })

  describe('credentials', () => {
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
        Policy: policy({ Effect: 'Allow', Action: 'tenkey:*XksCredential', Resource: granted }),
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
  })

  describe('the audit trail', () => {
    test('a call has who it stood for, and what AWS said of its own', async () => {
      const { arn, credential } = await role({ Policy: PROXY_POLICY })
      const { id, arn: keyArn } = await harness.key(tenant)
      await encrypt(credential, id, { awsSourceVpc: 'vpc-1', awsSourceVpce: 'vpce-1' })
      await encrypt(credential, id, { kmsOperation: 'x'.repeat(2048) }, 'metadata')
      const records = await harness.trail(tenant)
      const of = (eventName: string) => records.find((one) => one['eventName'] === eventName)
      const record = of('XksEncrypt')
      expect(record).toMatchObject({
        eventSource: 'tenkey',
        userIdentity: { type: 'Role', arn, accessKeyId: credential.accessKeyId },
        requestParameters: { externalKeyId: id, encryptionAlgorithm: 'AES_GCM' },
        additionalEventData: {
          awsPrincipalArn: 'arn:aws:iam::123456789012:user/Alice',
          kmsOperation: 'Encrypt',
          kmsRequestId: '4112f4d6-db54-4af4-ae30-c55a22a8dfae',
          kmsViaService: 'ebs',
          kmsKeyArn: metadata().kmsKeyArn,
          awsSourceVpc: 'vpc-1',
          awsSourceVpce: 'vpce-1',
          keyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
          decisions: [expect.objectContaining({ action: 'kms:Encrypt' })],
        },
        resources: [{ accountId: tenant.accountId, type: 'AWS::KMS::Key', ARN: keyArn }],
        readOnly: true,
      })
      expect(of('XksGetKeyMetadata')).toMatchObject({
        additionalEventData: { kmsOperation: 'x'.repeat(2048) },
      })
    })

    test('a refusal has it too; making a credential has no secret', async () => {
      const { credential } = await role({})
      const { id } = await harness.key(tenant)
      await encrypt(credential, id)
      const records = await harness.trail(tenant)
      const refused = records.find(
        ({ userIdentity, eventName }) =>
          eventName === 'XksEncrypt' &&
          (userIdentity as { accessKeyId?: string }).accessKeyId === credential.accessKeyId,
      )
      expect(refused).toMatchObject({
        errorCode: 'AccessDenied',
        additionalEventData: { kmsRequestId: metadata().kmsRequestId },
      })
      const made = records.find(({ eventName }) => eventName === 'CreateXksCredential')
      expect(made).toMatchObject({ readOnly: false })
      expect(JSON.stringify(records)).not.toContain(credential.secretAccessKey)
    })
  })
})
