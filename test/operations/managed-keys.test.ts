// @module-tag local: moves the clock
import { expect, test } from 'vitest'
import { managedKeys } from '../../core/lifecycle/managed-keys.ts'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, REGION } from '../support/harness.ts'
import { DAY, decrypt, encrypt, materials, metadata, pass } from '../support/life.ts'

describeStores('AWS managed keys', (harness) => {
  const ALIAS = 'alias/aws/s3'

  test('come to be when they are first named, not when they are listed', async () => {
    const caller = await harness.tenant()
    expect(await harness.ok(caller, 'ListKeys')).toMatchObject({ Keys: [] })
    expect(await harness.ok(caller, 'ListAliases')).toMatchObject({ Aliases: [] })
    const described = await metadata(harness, caller, ALIAS)
    expect(described).toMatchObject({
      Description: 'Default key that protects my s3 data when no other key is defined',
      Enabled: true,
      KeyManager: 'AWS',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
    })
    expect(described['KeyId']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/)
    expect(await metadata(harness, caller, ALIAS)).toEqual(described)
    const { Aliases } = await harness.ok(caller, 'ListAliases')
    expect(Aliases).toEqual([
      expect.objectContaining({ AliasName: ALIAS, TargetKeyId: described['KeyId'] }),
    ])
    const ciphertext = await encrypt(harness, caller, 'alias/aws/ebs', 'on a volume')
    expect(await decrypt(harness, caller, ciphertext)).toBe('on a volume')
  })

  test('a name of no service is not found', async () => {
    const caller = await harness.tenant()
    const KeyId = 'alias/aws/no-such-service'
    const refused = await harness.call('sdk', caller, 'DescribeKey', { KeyId })
    const arn = `arn:aws:kms:${REGION}:${caller.accountId}:${KeyId}`
    expectRefusal(refused, 'sdk', 'NotFoundException', `Alias ${arn} is not found.`)
    expect(await harness.ok(caller, 'ListKeys')).toMatchObject({ Keys: [] })
  })

  test("of another account can't be brought about", async () => {
    const [caller, other] = [await harness.tenant(), await harness.tenant()]
    const KeyId = `arn:aws:kms:${REGION}:${other.accountId}:${ALIAS}`
    const refused = await harness.call('sdk', caller, 'DescribeKey', { KeyId })
    expectRefusal(refused, 'sdk', 'AccessDeniedException')
    expect(await harness.ok(other, 'ListKeys')).toMatchObject({ Keys: [] })
  })

  test('ten calls at once make one', async () => {
    const caller = await harness.tenant()
    const ids = await Promise.all(
      Array.from({ length: 10 }, async () => (await metadata(harness, caller, ALIAS))['KeyId']),
    )
    expect(new Set(ids).size).toBe(1)
    const { keyring, store } = harness.inside.service
    const ports = { read: store, write: store, wrapping: keyring }
    const name = { accountId: caller.accountId, region: REGION, aliasName: ALIAS }
    const now = harness.target.now()
    const { supposed, make } = managedKeys(ports, async () => undefined)
    const key = await supposed(name, now)
    if (key === undefined) throw new Error('the name is a managed key’s')
    expect(await make(key, now)).toMatchObject({ version: 2, id: ids[0] })
  })

  test('rotate every year, and say so (API_GetKeyRotationStatus)', async () => {
    const caller = await harness.tenant()
    const { KeyId, Arn } = await metadata(harness, caller, ALIAS)
    const ciphertext = await encrypt(harness, caller, ALIAS, 'long ago')
    expect(await harness.ok(caller, 'GetKeyRotationStatus', { KeyId })).toEqual({
      KeyId: Arn,
      KeyRotationEnabled: true,
      RotationPeriodInDays: 365,
    })
    await pass(harness, 366 * DAY)
    expect(await materials(harness, caller, String(KeyId))).toHaveLength(2)
    expect(await decrypt(harness, caller, ciphertext)).toBe('long ago')
  })

  test.for([
    ['DisableKey', {}],
    ['EnableKey', {}],
    ['ScheduleKeyDeletion', {}],
    ['PutKeyPolicy', { Policy: '{}' }],
    ['UpdateKeyDescription', { Description: 'mine' }],
    ['TagResource', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
    ['UntagResource', { TagKeys: ['a'] }],
    ['EnableKeyRotation', {}],
    ['DisableKeyRotation', {}],
    ['RotateKeyOnDemand', {}],
  ] as const)('%s is not allowed to anybody', async ([operation, more]) => {
    const caller = await harness.tenant()
    const { KeyId, Arn } = await metadata(harness, caller, ALIAS)
    const refused = await harness.call('sdk', caller, operation, { KeyId, ...more })
    const action = `kms:${operation}`
    const words = `User: arn:aws:iam::${caller.accountId}:root is not authorized to perform: ${action} on resource: ${Arn} because no resource-based policy allows the ${action} action`
    expectRefusal(refused, 'sdk', 'AccessDeniedException', words)
  })

  test('have no other alias, and theirs stays', async () => {
    const caller = await harness.tenant()
    const { KeyId } = await metadata(harness, caller, ALIAS)
    const mine = { AliasName: 'alias/mine', TargetKeyId: KeyId }
    expectRefusal(
      await harness.call('sdk', caller, 'CreateAlias', mine),
      ...(['sdk', 'AccessDeniedException'] as const),
    )
    const { id } = await harness.key(caller)
    for (const [operation, input] of [
      ['CreateAlias', { AliasName: 'alias/aws/mine', TargetKeyId: id }],
      ['UpdateAlias', { AliasName: ALIAS, TargetKeyId: id }],
      ['DeleteAlias', { AliasName: ALIAS }],
    ] as const) {
      const refused = await harness.call('sdk', caller, operation, input)
      expectRefusal(refused, 'sdk', 'NotAuthorizedException')
    }
  })
})
