// @module-tag local: moves the clock
import { GetKeyRotationStatusCommand } from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores } from '../support/harness.ts'
import { DAY, decrypt, encrypt, materials, metadata, pass } from '../support/life.ts'

describeStores('Rotation', (harness) => {
  const setUp = async (input = {}) => {
    const caller = await harness.tenant()
    return { caller, ...(await harness.key(caller, input)) }
  }
  const status = (caller: Parameters<typeof harness.ok>[0], KeyId: string) =>
    harness.ok(caller, 'GetKeyRotationStatus', { KeyId }, { via: 'rest' })

  test('off, on with a year, on with another period, off again', async () => {
    const { caller, id, arn } = await setUp()
    const off = { KeyId: arn, KeyRotationEnabled: false }
    expect(await status(caller, id)).toEqual(off)
    for (const [given, days] of [
      [undefined, 365],
      [90, 90],
      [2560, 2560],
    ]) {
      const input = { KeyId: id, RotationPeriodInDays: given }
      await harness.ok(caller, 'EnableKeyRotation', input)
      const told = await status(caller, id)
      expect(told).toEqual({
        KeyId: arn,
        KeyRotationEnabled: true,
        RotationPeriodInDays: days,
        NextRotationDate: expect.any(String),
      })
      const ahead = Date.parse(String(told['NextRotationDate'])) - harness.target.now()
      expect(Math.round(ahead / DAY)).toBe(days)
    }
    await harness.ok(caller, 'DisableKeyRotation', { KeyId: id })
    expect(await status(caller, id)).toEqual(off)
  })

  test.for([
    [89, 'greater than or equal to 90'],
    [2561, 'less than or equal to 2560'],
  ] as const)('a period of %i days', async ([days, bound]) => {
    const { caller, id } = await setUp()
    const input = { KeyId: id, RotationPeriodInDays: days }
    const refused = await harness.call('sdk', caller, 'EnableKeyRotation', input)
    const words = `1 validation error detected: Value '${days}' at 'rotationPeriodInDays' failed to satisfy constraint: Member must have value ${bound}`
    expectRefusal(refused, 'sdk', 'ValidationException', words)
  })

  test('without a period, rotation that is on keeps its period and date (recorded)', async () => {
    const { caller, id } = await setUp()
    await harness.ok(caller, 'EnableKeyRotation', { KeyId: id, RotationPeriodInDays: 2560 })
    const before = await status(caller, id)
    await harness.ok(caller, 'EnableKeyRotation', { KeyId: id })
    expect(await status(caller, id)).toEqual(before)
    await harness.ok(caller, 'DisableKeyRotation', { KeyId: id })
    await harness.ok(caller, 'EnableKeyRotation', { KeyId: id })
    expect(await status(caller, id)).toMatchObject({ RotationPeriodInDays: 365 })
  })

  const PAIR = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
  const HMAC = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }

  describe('a key that can not rotate is read as one that does not (API_GetKeyRotationStatus)', () => {
    test.for([
      ['a key pair', PAIR],
      ['an ML-DSA key', { KeySpec: 'ML_DSA_44', KeyUsage: 'SIGN_VERIFY' }],
      ['an ML-KEM key', { KeySpec: 'ML_KEM_768', KeyUsage: 'ENCAPSULATE_DECAPSULATE' }],
      ['an HMAC key', HMAC],
      ['an imported key', { Origin: 'EXTERNAL' }],
      ['an imported key pair', { Origin: 'EXTERNAL', ...PAIR }],
      ['an imported HMAC key', { Origin: 'EXTERNAL', ...HMAC }],
    ] as const)('%s', async ([, input]) => {
      const { caller, id, arn } = await setUp(input)
      const off = { KeyId: arn, KeyRotationEnabled: false }
      const read = async () => {
        expect(await status(caller, id)).toEqual(off)
        const { $metadata: _, ...told } = await harness
          .client(caller)
          .send(new GetKeyRotationStatusCommand({ KeyId: id }))
        expect(told).toEqual(off)
        expect(await harness.ok(caller, 'ListKeyRotations', { KeyId: id })).toEqual({
          Rotations: [],
          Truncated: false,
        })
      }
      await read()
      if (!('Origin' in input)) await harness.ok(caller, 'DisableKey', { KeyId: id })
      await read()
      await harness.ok(caller, 'ScheduleKeyDeletion', { KeyId: id })
      await read()
    })
  })

  test.for([
    ['a key pair', PAIR],
    ['an HMAC key', HMAC],
  ] as const)('%s rotates in no way', async ([, input]) => {
    const { caller, id } = await setUp(input)
    for (const operation of ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand']) {
      const refused = await harness.call('sdk', caller, operation, { KeyId: id })
      expectRefusal(refused, 'sdk', 'UnsupportedOperationException', null)
    }
    for (const IncludeKeyMaterial of ['ALL_KEY_MATERIAL', 'ROTATIONS_ONLY']) {
      const asked = { KeyId: id, IncludeKeyMaterial }
      const refused = await harness.call('sdk', caller, 'ListKeyRotations', asked)
      const words = 'Input parameter includeKeyMaterial can only be used with symmetric keys.'
      expectRefusal(refused, 'sdk', 'ValidationException', words)
    }
  })

  test('a key of imported material has no automatic rotation', async () => {
    const { caller, id, arn } = await setUp({ Origin: 'EXTERNAL' })
    const words = `${arn} origin is EXTERNAL which is not valid for this operation.`
    for (const operation of ['EnableKeyRotation', 'DisableKeyRotation']) {
      const refused = await harness.call('sdk', caller, operation, { KeyId: id })
      expectRefusal(refused, 'sdk', 'UnsupportedOperationException', words)
    }
    const pending = await harness.call('sdk', caller, 'RotateKeyOnDemand', { KeyId: id })
    expectRefusal(pending, 'sdk', 'KMSInvalidStateException', `${arn} is pending import.`)
  })

  test('a disabled key: its state comes before its kind', async () => {
    const { caller, id, arn } = await setUp({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await harness.ok(caller, 'DisableKey', { KeyId: id })
    const refused = await harness.call('sdk', caller, 'RotateKeyOnDemand', { KeyId: id })
    expectRefusal(refused, 'sdk', 'DisabledException', `${arn} is disabled.`)
  })

  test('on demand 25 times, each ciphertext opening still, and no more', async () => {
    const { caller, id, arn } = await setUp()
    await harness.ok(caller, 'EnableKeyRotation', { KeyId: id })
    const before = await status(caller, id)
    const ciphertexts = [await encrypt(harness, caller, id, 'text 0')]
    const ids = new Set([(await metadata(harness, caller, id))['CurrentKeyMaterialId']])
    for (let i = 1; i <= 25; i++) {
      const rotated = await harness.ok(caller, 'RotateKeyOnDemand', { KeyId: id })
      expect(rotated).toEqual({ KeyId: arn })
      ids.add((await metadata(harness, caller, id))['CurrentKeyMaterialId'])
      ciphertexts.push(await encrypt(harness, caller, id, `text ${i}`))
    }
    expect(ids.size).toBe(26)
    expect(await status(caller, id)).toEqual(before)
    for (const [i, blob] of ciphertexts.entries()) {
      expect(await decrypt(harness, caller, blob)).toBe(`text ${i}`)
    }
    const refused = await harness.call('sdk', caller, 'RotateKeyOnDemand', { KeyId: id })
    const words = `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${arn}`
    expectRefusal(refused, 'sdk', 'LimitExceededException', words)

    const all = await materials(harness, caller, id)
    expect(all.map(({ KeyMaterialId }) => KeyMaterialId)).toEqual([...ids])
    expect(all[0]).toEqual({
      KeyId: arn,
      KeyMaterialId: [...ids][0],
      KeyMaterialState: 'NON_CURRENT',
    })
    expect(all.at(-1)).toEqual({
      KeyId: arn,
      KeyMaterialId: [...ids][25],
      KeyMaterialState: 'CURRENT',
      RotationDate: expect.any(Number),
      RotationType: 'ON_DEMAND',
    })
  })

  test('ListKeyRotations in pages: completed rotations only, unless all are asked for', async () => {
    const { caller, id } = await setUp()
    expect(await harness.ok(caller, 'ListKeyRotations', { KeyId: id })).toEqual({
      Rotations: [],
      Truncated: false,
    })
    for (let i = 0; i < 3; i++) await harness.ok(caller, 'RotateKeyOnDemand', { KeyId: id })
    const all = await materials(harness, caller, id)
    const first = await harness.ok(caller, 'ListKeyRotations', { KeyId: id, Limit: 2 })
    expect(first['Rotations']).toEqual(all.slice(1, 3))
    const Marker = first['NextMarker']
    const rest = await harness.ok(caller, 'ListKeyRotations', { KeyId: id, Limit: 2, Marker })
    expect(rest).toEqual({ Rotations: all.slice(3), Truncated: false })
    const other = { KeyId: id, IncludeKeyMaterial: 'ALL_KEY_MATERIAL', Marker }
    const refused = await harness.call('sdk', caller, 'ListKeyRotations', other)
    expectRefusal(refused, 'sdk', 'InvalidMarkerException')
  })

  test('a disabled key waits for its rotation until it is enabled', async () => {
    const { caller, id } = await setUp()
    await harness.ok(caller, 'EnableKeyRotation', { KeyId: id, RotationPeriodInDays: 90 })
    await harness.ok(caller, 'DisableKey', { KeyId: id })
    await pass(harness, 100 * DAY)
    expect(await materials(harness, caller, id)).toHaveLength(1)
    await harness.ok(caller, 'EnableKey', { KeyId: id })
    await pass(harness, 0)
    expect(await materials(harness, caller, id)).toHaveLength(2)
    await pass(harness, 79 * DAY)
    expect(await materials(harness, caller, id)).toHaveLength(2)
    await pass(harness, 2 * DAY)
    expect(await materials(harness, caller, id)).toHaveLength(3)
  })

  test('while deletion is pending rotation is off; cancelled, it is as it was', async () => {
    const { caller, id, arn } = await setUp()
    await harness.ok(caller, 'EnableKeyRotation', { KeyId: id })
    const before = await status(caller, id)
    await harness.ok(caller, 'ScheduleKeyDeletion', { KeyId: id })
    expect(await status(caller, id)).toEqual({ KeyId: arn, KeyRotationEnabled: false })
    await harness.ok(caller, 'CancelKeyDeletion', { KeyId: id })
    expect(await status(caller, id)).toEqual(before)
  })

  test('an alias of an HMAC key moves to a new key every period; the former stays', async () => {
    const tags = [{ TagKey: 'team', TagValue: 'blue' }]
    const { caller, id } = await setUp({
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
      Description: 'sessions',
      Tags: tags,
    })
    const AliasName = 'alias/sessions'
    await harness.ok(caller, 'CreateAlias', { AliasName, TargetKeyId: id })
    const rest = { via: 'rest' } as const
    const none = { AliasName, TargetKeyId: id, RotationEnabled: false }
    expect(await harness.ok(caller, 'GetAliasRotation', { AliasName }, rest)).toEqual(none)
    const put = { AliasName, RotationPeriodInDays: 90 }
    const made = await harness.ok(caller, 'PutAliasRotation', put, rest)
    expect(made).toEqual({ ...put, NextRotationDate: expect.any(String) })
    const Message = Buffer.from('message')
    const MacAlgorithm = 'HMAC_SHA_256'
    const mac = { KeyId: AliasName, Message, MacAlgorithm }
    const { Mac } = await harness.ok(caller, 'GenerateMac', mac)

    const swept = await pass(harness, 181 * DAY)
    expect(swept.swept).toMatchObject({ aliasesRotated: 2, failed: 0 })
    const { KeyId: now } = await metadata(harness, caller, AliasName)
    expect(now).not.toBe(id)
    const { Keys } = await harness.ok(caller, 'ListKeys')
    expect(Keys).toHaveLength(3)
    const described = await metadata(harness, caller, String(now))
    expect(described).toMatchObject({ Description: 'sessions', KeySpec: 'HMAC_256' })
    const tagged = await harness.ok(caller, 'ListResourceTags', { KeyId: now })
    expect(tagged['Tags']).toEqual(tags)
    const { Aliases } = await harness.ok(caller, 'ListAliases', { KeyId: now })
    expect(Aliases).toHaveLength(1)
    const former = { KeyId: id, Message, MacAlgorithm, Mac: Buffer.from(String(Mac), 'base64') }
    expect(await harness.ok(caller, 'VerifyMac', former)).toMatchObject({ MacValid: true })
    const moved = await harness.call('sdk', caller, 'VerifyMac', { ...former, KeyId: AliasName })
    expectRefusal(moved, 'sdk', 'KMSInvalidMacException', null)

    await harness.ok(caller, 'DeleteAliasRotation', { AliasName }, rest)
    await pass(harness, 181 * DAY)
    expect(await harness.ok(caller, 'GetAliasRotation', { AliasName }, rest)).toEqual({
      ...none,
      TargetKeyId: now,
    })
  })

  test('an alias of a key that rotates itself, or that was imported, does not move', async () => {
    const { caller, id, arn } = await setUp()
    const imported = await harness.key(caller, {
      Origin: 'EXTERNAL',
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
    })
    const put = (AliasName: string) =>
      harness.call('rest', caller, 'PutAliasRotation', { AliasName, RotationPeriodInDays: 90 })
    for (const [AliasName, key, words] of [
      ['alias/own', id, `${arn} rotates its own key material: use EnableKeyRotation.`],
      [
        'alias/imported',
        imported.id,
        `${imported.arn} origin is EXTERNAL which is not valid for this operation.`,
      ],
    ] as const) {
      await harness.ok(caller, 'CreateAlias', { AliasName, TargetKeyId: key })
      expectRefusal(await put(AliasName), 'rest', 'UnsupportedOperationException', words)
    }
    expectRefusal(await put('alias/aws/s3'), 'rest', 'NotAuthorizedException')
  })
})
