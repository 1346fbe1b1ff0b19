// @module-tag functions
import { expect, test } from 'vitest'
import { allow, deny, document, rootOf, userWith } from '../support/authorization.ts'
import { describeStores, type Tenant } from '../support/harness.ts'

const Plaintext = new Uint8Array([1])

describeStores('Decisions in the audit trail', (harness) => {
  /** The decisions in a trail's newest record of an operation. */
  const decisions = async (tenant: Tenant, EventName: string) => {
    const [newest] = await harness.trail(tenant, { EventName })
    return (newest?.['additionalEventData'] as { decisions: unknown } | undefined)?.decisions
  }
  const encrypt = (who: Parameters<typeof harness.call>[1], KeyId: string) =>
    harness.call('sdk', who, 'Encrypt', { KeyId, Plaintext })

  test('name the statement, the grant or the missing side', async () => {
    const tenant = await harness.tenant()
    const named = await userWith(harness, tenant)
    const identity = await userWith(harness, tenant, [
      allow('kms:Encrypt', { Sid: 'MayEncrypt' }),
      deny('kms:Decrypt', { Sid: 'NeverDecrypt' }),
    ])
    const nobody = await userWith(harness, tenant)
    const { id } = await harness.key(tenant, {
      Policy: document(
        allow('kms:*', { Sid: 'Mine', Principal: { AWS: rootOf(tenant) } }),
        allow('kms:Encrypt', { Principal: { AWS: named.arn } }),
      ),
    })
    const { GrantId } = await harness.ok(tenant, 'CreateGrant', {
      KeyId: id,
      GranteePrincipal: nobody.arn,
      Operations: ['DescribeKey'],
    })
    const expectReason = async (action: string, allowed: boolean, reason: string) =>
      expect(await decisions(tenant, action)).toEqual([
        { action: `kms:${action}`, allowed, reason },
      ])

    await encrypt(named, id)
    const second = 'Allowed: Allow by statement 2 of resource-based policy "default".'
    await expectReason('Encrypt', true, second)
    await encrypt(identity, id)
    const both =
      'Allowed: Allow by statement "Mine" of resource-based policy "default"; Allow by statement "MayEncrypt" of identity-based policy "default".'
    await expectReason('Encrypt', true, both)
    await encrypt(tenant, id)
    const root = `Allowed: Allow by statement "Mine" of resource-based policy "default".`
    await expectReason('Encrypt', true, root)
    await encrypt(nobody, id)
    await expectReason('Encrypt', false, 'Denied: no identity-based policy allows the action.')
    await harness.call('sdk', nobody, 'DescribeKey', { KeyId: id })
    await expectReason('DescribeKey', true, `Allowed: Allow by grant ${GrantId}.`)
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId: id, Plaintext })
    await harness.call('sdk', identity, 'Decrypt', {
      CiphertextBlob: Buffer.from(String(CiphertextBlob), 'base64'),
    })
    const denied = 'Denied: Deny by statement "NeverDecrypt" of identity-based policy "default".'
    await expectReason('Decrypt', false, denied)
  })

  test('a stranger’s record never names the owner’s side; the owner has a record', async () => {
    const home = await harness.tenant()
    const away = await harness.tenant()
    const user = await userWith(harness, away, [allow('kms:*', { Sid: 'Theirs' })])
    const key = await harness.key(home, {
      Policy: document(
        allow('kms:*', { Sid: 'Owner', Principal: { AWS: rootOf(home) } }),
        allow('kms:Encrypt', { Sid: 'SecretDeal', Principal: { AWS: rootOf(away) } }),
        deny('kms:DescribeKey', { Sid: 'SecretDeny', Principal: { AWS: user.arn } }),
      ),
    })
    await encrypt(user, key.arn)
    await harness.call('sdk', user, 'DescribeKey', { KeyId: key.arn })
    expect(await decisions(away, 'Encrypt')).toEqual([
      {
        action: 'kms:Encrypt',
        allowed: true,
        reason: 'Allowed: Allow by statement "Theirs" of identity-based policy "default".',
      },
    ])
    expect(await decisions(away, 'DescribeKey')).toEqual([
      { action: 'kms:DescribeKey', allowed: false },
    ])
    const theirs = JSON.stringify(await harness.trail(away))
    expect(theirs).not.toContain('SecretDe')

    expect(JSON.stringify(await harness.trail(home))).not.toContain('Theirs')
    // who lacks the permission of their own account: refused, it is in the caller's trail alone
    const poor = await userWith(harness, away)
    await encrypt(poor, key.arn)
    expect(await harness.trail(home, { ErrorCode: 'AccessDenied' })).toEqual([])
    expect(await decisions(away, 'Encrypt')).toEqual([
      {
        action: 'kms:Encrypt',
        allowed: false,
        reason: 'Denied: no identity-based policy allows the action.',
      },
    ])
    await encrypt(user, key.arn)

    const [used] = await harness.trail(home, { EventName: 'Encrypt' })
    expect(used).toMatchObject({
      userIdentity: { type: 'AWSAccount', accountId: away.accountId },
      recipientAccountId: home.accountId,
      resources: [{ ARN: key.arn }],
    })
    expect(JSON.stringify(used)).not.toContain(user.accessKeyId)
    expect(await decisions(home, 'Encrypt')).toEqual([
      {
        action: 'kms:Encrypt',
        allowed: true,
        reason: 'Allowed: Allow by statement "SecretDeal" of resource-based policy "default".',
      },
    ])
    expect(await decisions(home, 'DescribeKey')).toBeUndefined()
  })

  test('who retires across accounts is in both trails', async () => {
    const home = await harness.tenant()
    const away = await harness.tenant()
    const user = await userWith(harness, away)
    const key = await harness.key(home)
    const { GrantId, GrantToken } = await harness.ok(home, 'CreateGrant', {
      KeyId: key.id,
      GranteePrincipal: user.arn,
      Operations: ['Encrypt', 'RetireGrant'],
    })
    await harness.ok(user, 'RetireGrant', { GrantToken })
    expect(await decisions(away, 'RetireGrant')).toEqual([
      { action: 'kms:RetireGrant', allowed: true },
    ])
    expect(await decisions(home, 'RetireGrant')).toEqual([
      { action: 'kms:RetireGrant', allowed: true, reason: `Allowed: Allow by grant ${GrantId}.` },
    ])
    const [record] = await harness.trail(home, { EventName: 'CreateGrant' })
    expect(record?.['responseElements']).toEqual({ grantId: GrantId, keyId: key.arn })
  })
})
