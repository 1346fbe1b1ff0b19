// @module-tag local: moves the clock
// @module-tag rsa
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Input, type Tenant } from '../support/harness.ts'
import { DAY, pass, wrap } from '../support/life.ts'

const US = 'us-east-1'
const EU = 'eu-west-1'
const AP = 'ap-south-1'

describeStores('Multi-Region keys in time', (harness) => {
  const at =
    (region: string) =>
    (caller: Tenant, name: string, input: Input): Promise<Record<string, unknown>> =>
      harness.ok(caller, name, input, { region })
  const here = at(US)
  const there = at(EU)
  const setUp = async (input: Input = {}, regions: readonly string[] = [EU]) => {
    const caller = await harness.tenant()
    const { id } = await harness.key(caller, { MultiRegion: true, ...input })
    for (const ReplicaRegion of regions)
      await here(caller, 'ReplicateKey', { KeyId: id, ReplicaRegion })
    return { caller, id }
  }
  const described = async (caller: Tenant, KeyId: string, region = US) =>
    (await at(region)(caller, 'DescribeKey', { KeyId }))['KeyMetadata'] as Record<string, unknown>
  const stateOf = async (caller: Tenant, id: string, region = US) => {
    const { code, json } = await harness.call(
      'aws',
      caller,
      'DescribeKey',
      { KeyId: id },
      { region },
    )
    return code ?? (json['KeyMetadata'] as Record<string, unknown>)['KeyState']
  }
  /** as far back as a search goes */
  const longAgo = () => new Date(harness.target.now() - 399 * DAY).toISOString()
  const events = async (caller: Tenant, name: string) =>
    (await harness.trail(caller, { EventName: name, StartTime: longAgo() })).map(
      ({ awsRegion, responseElements, resources }) => ({ awsRegion, responseElements, resources }),
    )

  test('the waiting period of a primary begins when its last replica is destroyed', async () => {
    const { caller, id } = await setUp({}, [EU, AP])
    const window = (PendingWindowInDays: number) => ({ KeyId: id, PendingWindowInDays })
    await here(caller, 'ScheduleKeyDeletion', window(10))
    await pass(harness, 40 * DAY)
    // it can wait for ever
    expect(await stateOf(caller, id)).toBe('PendingReplicaDeletion')
    await there(caller, 'ScheduleKeyDeletion', window(7))
    await at(AP)(caller, 'ScheduleKeyDeletion', window(20))
    await pass(harness, 7 * DAY)
    expect(await stateOf(caller, id, EU)).toBe('NotFoundException')
    expect(await stateOf(caller, id)).toBe('PendingReplicaDeletion')
    const { MultiRegionConfiguration } = await described(caller, id)
    expect(MultiRegionConfiguration).toMatchObject({ ReplicaKeys: [{ Region: AP }] })
    await pass(harness, 13 * DAY)
    const last = harness.target.now()
    const waiting = await described(caller, id)
    expect(waiting).toMatchObject({ KeyState: 'PendingDeletion' })
    expect(waiting).not.toHaveProperty('PendingDeletionWindowInDays')
    const date = Number(waiting['DeletionDate']) * 1000
    expect(date).toBeGreaterThan(last + 9.9 * DAY)
    expect(date).toBeLessThanOrEqual(last + 10 * DAY)
    await pass(harness, 10 * DAY)
    expect(await stateOf(caller, id)).toBe('NotFoundException')
    expect((await events(caller, 'DeleteKey')).map(({ awsRegion }) => awsRegion).sort()).toEqual(
      [AP, EU, US].sort(),
    )
    // nothing is left of what they shared
    const { store } = harness.inside
    const { items } = await store.query({
      pk: `${caller.accountId}/global`,
      prefix: '',
      limit: 100,
    })
    expect(items).toEqual([])
  })

  test('a replica that was destroyed can be made again, with the same material', async () => {
    const { caller, id } = await setUp()
    const made = await here(caller, 'Encrypt', { KeyId: id, Plaintext: Buffer.from('kept') })
    const CiphertextBlob = Buffer.from(String(made['CiphertextBlob']), 'base64')
    await here(caller, 'RotateKeyOnDemand', { KeyId: id })
    for (let life = 0; life < 2; life++) {
      await there(caller, 'ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 7 })
      await pass(harness, 7 * DAY)
      expect(await stateOf(caller, id, EU)).toBe('NotFoundException')
      expect(await stateOf(caller, id)).toBe('Enabled')
      await here(caller, 'Decrypt', { CiphertextBlob })
      await here(caller, 'ReplicateKey', { KeyId: id, ReplicaRegion: EU })
      const opened = await there(caller, 'Decrypt', { CiphertextBlob })
      expect(Buffer.from(String(opened['Plaintext']), 'base64').toString()).toBe('kept')
    }
  })

  test('by its schedule the primary rotates for all, whichever is the primary', async () => {
    const { caller, id } = await setUp()
    await here(caller, 'EnableKeyRotation', { KeyId: id, RotationPeriodInDays: 90 })
    const rotations = async (region: string) =>
      (await at(region)(caller, 'ListKeyRotations', { KeyId: id }))['Rotations'] as unknown[]
    await pass(harness, 90 * DAY)
    for (const region of [US, EU]) expect(await rotations(region)).toHaveLength(1)
    await here(caller, 'UpdatePrimaryRegion', { KeyId: id, PrimaryRegion: EU })
    await pass(harness, 90 * DAY)
    for (const region of [US, EU]) expect(await rotations(region)).toHaveLength(2)
    // a disabled primary is not rotated; a disabled replica is no matter
    await there(caller, 'DisableKey', { KeyId: id })
    await pass(harness, 100 * DAY)
    expect(await rotations(US)).toHaveLength(2)
    await there(caller, 'EnableKey', { KeyId: id })
    await pass(harness, 1)
    expect(await rotations(US)).toHaveLength(3)
    await here(caller, 'DisableKey', { KeyId: id })
    await pass(harness, 100 * DAY)
    expect(await rotations(EU)).toHaveLength(4)
    const rotated = await events(caller, 'RotateKey')
    expect(rotated.map(({ awsRegion }) => awsRegion)).toEqual([EU, EU, EU, US])
    const synchronized = await events(caller, 'SynchronizeMultiRegionKey')
    const arn = (region: string) => `arn:aws:kms:${region}:${caller.accountId}:key/${id}`
    // the newest: the last rotation, in the Region of the replica, about the primary
    expect(synchronized[0]).toEqual({
      awsRegion: US,
      responseElements: { keyId: arn(US) },
      resources: [{ accountId: caller.accountId, type: 'AWS::KMS::Key', ARN: arn(EU) }],
    })
    // the replica, the schedule, four rotations, and the new primary
    expect(synchronized).toHaveLength(7)
  })

  const importInto = async (
    caller: Tenant,
    KeyId: string,
    region: string,
    material: Uint8Array,
    more: Input = {},
  ) => {
    const asked = { KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }
    const { PublicKey, ImportToken } = await at(region)(caller, 'GetParametersForImport', asked)
    const bytes = (text: unknown) => Buffer.from(String(text), 'base64')
    const input = {
      KeyId,
      ImportToken: bytes(ImportToken),
      EncryptedKeyMaterial: wrap(bytes(PublicKey), 'RSAES_OAEP_SHA_256', material),
      ...('ValidTo' in more ? {} : { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }),
      ...more,
    }
    return harness.call('sdk', caller, 'ImportKeyMaterial', input, { region })
  }
  const materials = async (caller: Tenant, KeyId: string, region: string) => {
    const asked = { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }
    const { Rotations } = await at(region)(caller, 'ListKeyRotations', asked)
    return (Rotations as Record<string, unknown>[]).map((one) => [
      one['KeyMaterialState'],
      one['ImportState'],
    ])
  }

  test('imported material goes into each Region, the primary’s first, and expires in each', async () => {
    const { caller, id } = await setUp({ Origin: 'EXTERNAL' }, [])
    const refused = await harness.call('sdk', caller, 'ReplicateKey', {
      KeyId: id,
      ReplicaRegion: EU,
    })
    expect(refused.code).toBe('KMSInvalidStateException')
    const material = randomBytes(32)
    expect((await importInto(caller, id, US, material)).code).toBeUndefined()
    const { ReplicaKeyMetadata } = await here(caller, 'ReplicateKey', {
      KeyId: id,
      ReplicaRegion: EU,
    })
    expect(ReplicaKeyMetadata).toMatchObject({ KeyState: 'PendingImport', Origin: 'EXTERNAL' })
    expect((await importInto(caller, id, EU, randomBytes(32))).code).toBe(
      'IncorrectKeyMaterialException',
    )
    expectRefusal(
      await importInto(caller, id, EU, randomBytes(32), { ImportType: 'NEW_KEY_MATERIAL' }),
      'sdk',
      'UnsupportedOperationException',
      `arn:aws:kms:${EU}:${caller.accountId}:key/${id} is not a multi-region primary key.`,
    )
    const ValidTo = new Date(harness.target.now() + 10 * DAY)
    const soon = { ImportType: 'EXISTING_KEY_MATERIAL', ValidTo }
    expect((await importInto(caller, id, EU, material, soon)).code).toBeUndefined()
    expect(await described(caller, id, EU)).toMatchObject({
      KeyState: 'Enabled',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
    })
    const made = await here(caller, 'Encrypt', { KeyId: id, Plaintext: Buffer.from('x') })
    const CiphertextBlob = Buffer.from(String(made['CiphertextBlob']), 'base64')
    await there(caller, 'Decrypt', { CiphertextBlob })
    await pass(harness, 11 * DAY)
    expect(await stateOf(caller, id, EU)).toBe('PendingImport')
    expect(await stateOf(caller, id)).toBe('Enabled')
    await here(caller, 'Decrypt', { CiphertextBlob })
    const expired = await events(caller, 'DeleteExpiredKeyMaterial')
    expect(expired.map(({ awsRegion }) => awsRegion)).toEqual([EU])
    expect((await importInto(caller, id, EU, material)).code).toBeUndefined()
    await there(caller, 'Decrypt', { CiphertextBlob })
    await here(caller, 'DeleteImportedKeyMaterial', { KeyId: id })
    expect(await stateOf(caller, id)).toBe('PendingImport')
    expect(await stateOf(caller, id, EU)).toBe('Enabled')
    await there(caller, 'Decrypt', { CiphertextBlob })
  })

  test('new imported material becomes current once every Region has it', async () => {
    const { caller, id } = await setUp({ Origin: 'EXTERNAL' }, [])
    const [first, second] = [randomBytes(32), randomBytes(32)]
    await importInto(caller, id, US, first)
    await here(caller, 'ReplicateKey', { KeyId: id, ReplicaRegion: EU })
    await importInto(caller, id, EU, first)
    const old = await there(caller, 'Encrypt', { KeyId: id, Plaintext: Buffer.from('x') })
    const isNew = { ImportType: 'NEW_KEY_MATERIAL' }
    const imported = await importInto(caller, id, US, second, isNew)
    const KeyMaterialId = String(imported.json['KeyMaterialId'])
    const pending = 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION'
    expect(await materials(caller, id, US)).toEqual([
      ['CURRENT', 'IMPORTED'],
      [pending, 'IMPORTED'],
    ])
    expect(await materials(caller, id, EU)).toEqual([
      ['CURRENT', 'IMPORTED'],
      [pending, 'PENDING_IMPORT'],
    ])
    const early = await harness.call('sdk', caller, 'RotateKeyOnDemand', { KeyId: id })
    expectRefusal(
      early,
      'sdk',
      'KMSInvalidStateException',
      `No available key material pending rotation for the key: arn:aws:kms:${US}:${caller.accountId}:key/${id}.`,
    )
    expect((await importInto(caller, id, EU, second)).code).toBeUndefined()
    for (const region of [US, EU]) {
      expect(await materials(caller, id, region)).toEqual([
        ['CURRENT', 'IMPORTED'],
        ['PENDING_ROTATION', 'IMPORTED'],
      ])
    }
    // at a replica it touches that replica alone, at the primary all of them
    await there(caller, 'DeleteImportedKeyMaterial', { KeyId: id, KeyMaterialId })
    expect(await materials(caller, id, US)).toContainEqual([pending, 'IMPORTED'])
    await importInto(caller, id, EU, second)
    await here(caller, 'DeleteImportedKeyMaterial', { KeyId: id, KeyMaterialId })
    for (const region of [US, EU]) {
      expect(await materials(caller, id, region)).toEqual([['CURRENT', 'IMPORTED']])
    }
    const { store } = harness.inside
    const pk = `${caller.accountId}/${EU}`
    const [own] = (await store.query({ pk, prefix: `key#${id}`, limit: 1 })).items
    expect(own?.data['imported']).toHaveLength(1)

    await importInto(caller, id, US, second, isNew)
    await importInto(caller, id, EU, second)
    await here(caller, 'RotateKeyOnDemand', { KeyId: id })
    for (const region of [US, EU]) {
      expect(await materials(caller, id, region)).toEqual([
        ['NON_CURRENT', 'IMPORTED'],
        ['CURRENT', 'IMPORTED'],
      ])
      expect(await described(caller, id, region)).toMatchObject({
        CurrentKeyMaterialId: KeyMaterialId,
        KeyState: 'Enabled',
      })
    }
    await here(caller, 'Decrypt', {
      CiphertextBlob: Buffer.from(String(old['CiphertextBlob']), 'base64'),
    })
  })
})
