// @module-tag functions-long
import { expect, test } from 'vitest'
import { allow, document, rootOf, userWith } from '../support/authorization.ts'
import { asAws, KEY } from '../support/cloudtrail.ts'
import { describeStores, type Tenant } from '../support/harness.ts'

const Plaintext = new Uint8Array([1])

describeStores('The trails of two accounts', (harness) => {
  const shared = async (home: Tenant, away: Tenant, action: string) =>
    harness.key(home, {
      Policy: document(
        allow('kms:*', { Sid: 'Mine', Principal: { AWS: rootOf(home) } }),
        allow(action, { Sid: 'Deal', Principal: { AWS: rootOf(away) } }),
      ),
    })
  const only = async (tenant: Tenant, query: object) => {
    const records = await harness.trail(tenant, { ...query })
    expect(records).toHaveLength(1)
    return records[0] as Record<string, unknown>
  }

  test('the owner learns which account called, never who of it, and both find the same event', async () => {
    const [home, away] = [await harness.tenant(), await harness.tenant()]
    const user = await userWith(harness, away, [allow('kms:*', { Sid: 'Theirs' })])
    const key = await shared(home, away, 'kms:Encrypt')
    const outcome = await harness.call('aws', user, 'Encrypt', {
      KeyId: key.arn,
      Plaintext: 'AAAA',
      EncryptionContext: { purpose: 'deal' },
    })
    expect(outcome.code).toBeUndefined()
    const own = await only(away, { EventName: 'Encrypt' })
    const owners = await only(home, { EventName: 'Encrypt' })
    expect(owners['userIdentity']).toEqual({
      type: 'AWSAccount',
      principalId: user.id,
      accountId: away.accountId,
    })
    expect(own['userIdentity']).toMatchObject({ type: 'IAMUser', arn: user.arn })
    expect(owners['requestParameters']).toEqual(own['requestParameters'])
    expect(asAws(owners)['additionalEventData']).toEqual(asAws(own)['additionalEventData'])
    expect(owners['sharedEventID']).toBe(own['sharedEventID'])
    expect(owners['eventID']).not.toBe(own['eventID'])
    const text = JSON.stringify(owners)
    for (const theirs of [user.arn, user.accessKeyId, 'Theirs']) expect(text).not.toContain(theirs)
    expect(text).toContain('Deal')
    expect(JSON.stringify(own)).not.toContain('Deal')
  })

  test('ReEncrypt: each owner has its own key and encryption context, and not the other’s', async () => {
    const [one, two, away] = [
      await harness.tenant(),
      await harness.tenant(),
      await harness.tenant(),
    ]
    const user = await userWith(harness, away, [allow('kms:*')])
    const source = await shared(one, away, 'kms:ReEncryptFrom')
    const destination = await shared(two, away, 'kms:ReEncryptTo')
    const { CiphertextBlob } = await harness.ok(one, 'Encrypt', {
      KeyId: source.id,
      Plaintext: 'AAAA',
      EncryptionContext: { from: 'one' },
    })
    const outcome = await harness.call('aws', user, 'ReEncrypt', {
      CiphertextBlob,
      SourceKeyId: source.arn,
      SourceEncryptionContext: { from: 'one' },
      DestinationKeyId: destination.arn,
      DestinationEncryptionContext: { to: 'two' },
    })
    expect(outcome.code).toBeUndefined()
    const first = await only(one, { EventName: 'ReEncrypt' })
    expect(first['requestParameters']).toEqual({
      sourceKeyId: source.arn,
      sourceEncryptionContext: { from: 'one' },
      sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    })
    expect(first['resources']).toEqual([KEY(source.arn)])
    const second = await only(two, { EventName: 'ReEncrypt' })
    expect(second['requestParameters']).toEqual({
      destinationKeyId: destination.arn,
      destinationEncryptionContext: { to: 'two' },
      destinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
    })
    expect(second['resources']).toEqual([KEY(destination.arn)])
    expect(JSON.stringify(first)).not.toContain(two.accountId)
    expect(JSON.stringify(second)).not.toContain(one.accountId)
    const caller = await only(away, { EventName: 'ReEncrypt' })
    expect(caller['resources']).toEqual([KEY(source.arn), KEY(destination.arn)])
  })

  test('a call that is denied is logged only in the caller’s account (KMS guide, Logging)', async () => {
    const [home, away] = [await harness.tenant(), await harness.tenant()]
    const user = await userWith(harness, away, [allow('kms:*')])
    const key = await harness.key(home)
    const before = (await harness.trail(home)).length
    for (let round = 0; round < 20; round++) {
      const outcome = await harness.call('sdk', user, 'Encrypt', { KeyId: key.arn, Plaintext })
      expect(outcome.code).toBe('AccessDeniedException')
    }
    // the search above is the one record that came
    expect(await harness.trail(home)).toHaveLength(before + 1)
    const refused = await harness.trail(away, { KeyId: key.arn, ErrorCode: 'AccessDenied' })
    expect(refused).toHaveLength(20)
    // whether it is there is nothing that a stranger is told
    expect(refused[0]?.['resources']).toEqual([])
  })

  test('a role that may not be assumed from elsewhere leaves its account no record', async () => {
    const [home, away] = [await harness.tenant(), await harness.tenant()]
    const role = await harness.role(home, 'worker')
    const user = await userWith(harness, away, [allow('sts:AssumeRole')])
    const input = { RoleArn: role.arn, RoleSessionName: 'session' }
    const outcome = await harness.call('rest', user, 'AssumeRole', input)
    expect(outcome.code).toBe('AccessDeniedException')
    expect(await harness.trail(home, { EventName: 'AssumeRole' })).toEqual([])
    expect(await harness.trail(away, { EventName: 'AssumeRole' })).toHaveLength(1)
  })
})
