// @module-tag rsa
import { beforeAll, describe, expect, test } from 'vitest'
import { StoreConflict } from '../../core/base/conflict.ts'
import type { Key } from '../../core/key/key.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { dueOf, keyAt } from '../../core/key/material.ts'
import { relatedIn } from '../../core/key/related.ts'
import { destroy } from '../../core/lifecycle/deletion.ts'
import { intendMove, moveToEnd } from '../../core/lifecycle/primary-region.ts'
import { makeReplica } from '../../core/lifecycle/replicas.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { allWritten } from '../support/all-written.ts'
import type { JsonObject } from '../support/calls.ts'
import { cutStore } from '../support/cut-store.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'
import { wrap } from '../support/life.ts'

/**
 * What a crash leaves of ReplicateKey and UpdatePrimaryRegion, as it shows until the sweeper comes: the states
 * Creating and Updating, and what they let through (AWS KMS Developer Guide, "Key states of AWS KMS keys").
 */

const US = 'us-east-1'
const EU = 'eu-west-1'
const LEASE = 60_000

interface World extends Installed {
  readonly id: string
  readonly now: number
}

const ask = async (world: World, name: string, input: JsonObject = {}, region = US) => {
  const service = processOver(world, { now: () => world.now })
  const answer = await callService(
    service,
    world.tenant,
    name,
    // '' before its key is made
    { ...(world.id !== '' && name !== 'CreateKey' && { KeyId: world.id }), ...input },
    region,
  )
  await service.audit.flush()
  return answer
}
const stateOf = async (world: World, region = US) => {
  const { json } = await ask(world, 'DescribeKey', {}, region)
  return (json['KeyMetadata'] as JsonObject | undefined)?.['KeyState'] ?? json['code']
}
const typeOf = async (world: World, region = US) => {
  const { json } = await ask(world, 'DescribeKey', {}, region)
  const { MultiRegionConfiguration } = json['KeyMetadata'] as JsonObject
  return (MultiRegionConfiguration as JsonObject)['MultiRegionKeyType']
}
const keyIn = async ({ store, tenant, id, now }: World, region = US): Promise<Key> => {
  const key = await relatedIn({ accountId: tenant.accountId, id }, region, store, now)
  if (key === undefined) throw new Error(`no key in ${region}`)
  return key
}
const later = ({ now, ...world }: World): World => ({ ...world, now: now + LEASE })
const swept = async (world: World): Promise<World> => {
  const then = later(world)
  await sweep(processOver(then, { now: () => then.now }), { now: then.now, limit: 100 })
  return then
}

async function make(replicas: readonly string[], more: JsonObject = {}): Promise<World> {
  const world = { ...(await install()), id: '', now: Date.now() }
  const { json } = await ask(world, 'CreateKey', { MultiRegion: true, ...more })
  const id = String((json['KeyMetadata'] as JsonObject)['KeyId'])
  const made = { ...world, id }
  if (more['Origin'] === 'EXTERNAL') await importInto(made, US)
  for (const ReplicaRegion of replicas) {
    await ask(made, 'ReplicateKey', { ReplicaRegion })
    if (more['Origin'] === 'EXTERNAL') await importInto(made, ReplicaRegion)
  }
  return made
}

async function importInto(world: World, region: string) {
  const asked = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }
  const { json } = await ask(world, 'GetParametersForImport', asked, region)
  return ask(world, 'ImportKeyMaterial', await sealed(json), region)
}
const sealed = async ({ PublicKey, ImportToken }: JsonObject): Promise<JsonObject> => ({
  ImportToken: String(ImportToken),
  EncryptedKeyMaterial: wrap(
    Buffer.from(String(PublicKey), 'base64'),
    'RSAES_OAEP_SHA_256',
    Buffer.alloc(32, 7),
  ).toString('base64'),
  ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
})

/** A replica whose making ended before its related keys knew of it. */
async function creating(): Promise<World> {
  const world = await make([])
  const { related, ...primary } = await keyIn(world)
  if (related === undefined) throw new Error('no multi-Region key')
  const own = { region: EU, by: 'gone', created: world.now, description: '', tags: [] }
  const dies: Pick<Store, 'get' | 'put' | 'delete'> = cutStore(world.store, 2, false)
  const storePolicy = async () => undefined
  await expect(makeReplica(primary, related, { ...own, storePolicy }, dies)).rejects.toThrow(
    'ended',
  )
  return world
}

/** A change of the primary that ended with the intent. */
async function updating(more: JsonObject = {}): Promise<World> {
  const world = await make([EU], more)
  const key = await keyIn(world)
  if (key.related === undefined) throw new Error('no multi-Region key')
  await intendMove(key, key.related, EU, world.store, world.now)
  return world
}

const copied = async (world: World): Promise<World> => ({ ...world, ...(await copyOf(world)) })

describe('a replica that is Creating', () => {
  let base: World
  beforeAll(async () => {
    base = await creating()
  })

  test('shows in its Region, and is no replica of the primary’s yet', async () => {
    expect(await stateOf(base, EU)).toBe('Creating')
    expect(await stateOf(base)).toBe('Enabled')
    const { json } = await ask(base, 'DescribeKey', {}, EU)
    expect(json['KeyMetadata']).not.toHaveProperty('CurrentKeyMaterialId')
    expect((json['KeyMetadata'] as JsonObject)['MultiRegionConfiguration']).toMatchObject({
      MultiRegionKeyType: 'REPLICA',
      PrimaryKey: { Region: US },
      ReplicaKeys: [{ Region: EU }],
    })
  })

  test.each([
    ['Encrypt', { Plaintext: 'aGk=' }],
    ['GenerateDataKey', { KeySpec: 'AES_256' }],
    ['EnableKey', {}],
    ['DisableKey', {}],
    [
      'CreateGrant',
      { GranteePrincipal: 'arn:aws:iam::111122223333:root', Operations: ['Encrypt'] },
    ],
  ])('%s is refused', async (name, input) => {
    const { json } = await ask(base, name, input as JsonObject, EU)
    expect(json).toMatchObject({
      code: 'KMSInvalidStateException',
      detail: expect.stringMatching(/ is creating\.$/),
    })
  })

  test('is ended by the sweeper', async () => {
    const world = await swept(await copied(base))
    expect(await stateOf(world, EU)).toBe('Enabled')
    expect(await typeOf(world, EU)).toBe('REPLICA')
    const { json } = await ask(world, 'DescribeKey')
    const told = (json['KeyMetadata'] as JsonObject)['MultiRegionConfiguration'] as JsonObject
    expect(told['ReplicaKeys']).toHaveLength(1)
    const status = (await ask(world, 'Encrypt', { Plaintext: 'aGk=' }, EU)).status
    expect(status).toBe(200)
  })

  test('is taken over by who asks for it again', async () => {
    const world = await copied(base)
    const again = await ask(world, 'ReplicateKey', { ReplicaRegion: EU, Description: 'again' })
    expect(again.json['ReplicaKeyMetadata']).toMatchObject({
      KeyState: 'Enabled',
      Description: 'again',
    })
  })

  test('goes where the primary can’t be replicated any more', async () => {
    const world = await copied(base)
    await ask(world, 'ScheduleKeyDeletion', { PendingWindowInDays: 7 })
    const then = await swept(world)
    expect(await stateOf(then, EU)).toBe('NotFoundException')
    expect(await stateOf(then)).toBe('PendingDeletion')
  })

  test('ScheduleKeyDeletion is let through, and holds when it is ended (AWS’s table)', async () => {
    const world = await copied(base)
    const scheduled = await ask(world, 'ScheduleKeyDeletion', { PendingWindowInDays: 7 }, EU)
    expect(scheduled.json).toMatchObject({ KeyState: 'PendingDeletion' })
    const then = await swept(world)
    expect(await stateOf(then, EU)).toBe('PendingDeletion')
    await ask(then, 'ScheduleKeyDeletion', { PendingWindowInDays: 7 })
    expect(await stateOf(then)).toBe('PendingReplicaDeletion')
  })
})

describe('a primary and a replica that are Updating', () => {
  let base: World
  beforeAll(async () => {
    base = await updating()
  })

  test('both show it, and go on being used', async () => {
    for (const region of [US, EU]) {
      expect(await stateOf(base, region)).toBe('Updating')
      const { json } = await ask(base, 'Encrypt', { Plaintext: 'aGk=' }, region)
      const opened = await ask(base, 'Decrypt', { CiphertextBlob: json['CiphertextBlob'] ?? '' })
      expect(opened.json['Plaintext']).toBe('aGk=')
    }
    expect([await typeOf(base, US), await typeOf(base, EU)]).toEqual(['PRIMARY', 'REPLICA'])
  })

  test.each([US, EU])('in %s nothing changes their states', async (region) => {
    for (const name of ['DisableKey', 'EnableKey', 'ScheduleKeyDeletion']) {
      const { json } = await ask(base, name, {}, region)
      expect(json).toMatchObject({
        code: 'KMSInvalidStateException',
        detail: expect.stringMatching(/ is updating\.$/),
      })
    }
    const more = await ask(base, 'ReplicateKey', { ReplicaRegion: 'ap-south-1' })
    expect(more.json['code']).toBe('KMSInvalidStateException')
  })

  test('the sweeper ends it', async () => {
    const world = await swept(await copied(base))
    expect([await stateOf(world, US), await stateOf(world, EU)]).toEqual(['Enabled', 'Enabled'])
    expect([await typeOf(world, US), await typeOf(world, EU)]).toEqual(['REPLICA', 'PRIMARY'])
  })

  test('the same call ends it; another Region has to wait', async () => {
    const world = await copied(base)
    await ask(world, 'DescribeKey')
    const same = await ask(world, 'UpdatePrimaryRegion', { PrimaryRegion: EU })
    expect(same.status).toBeLessThan(300)
    expect([await typeOf(world, US), await typeOf(world, EU)]).toEqual(['REPLICA', 'PRIMARY'])
    const three = await make([EU, 'ap-south-1'])
    const key = await keyIn(three)
    if (key.related === undefined) throw new Error('no multi-Region key')
    await intendMove(key, key.related, EU, three.store, three.now)
    const other = await ask(three, 'UpdatePrimaryRegion', { PrimaryRegion: 'ap-south-1' })
    expect(other.json).toMatchObject({ code: 'KMSInvalidStateException' })
  })

  test('it is taken back where one of them can’t take part any more', async () => {
    const world = await make([EU])
    const key = await keyIn(world)
    if (key.related === undefined) throw new Error('no multi-Region key')
    // read before, so that the state was right
    await ask(world, 'DisableKey', {}, EU)
    await intendMove(key, key.related, EU, world.store, world.now)
    await expect(moveToEnd(key, world.store, world.now)).rejects.toThrow('is disabled.')
    expect([await stateOf(world, US), await stateOf(world, EU)]).toEqual(['Enabled', 'Disabled'])
    expect([await typeOf(world, US), await typeOf(world, EU)]).toEqual(['PRIMARY', 'REPLICA'])
  })

  test('who read a key before it was marked does not change its state', async () => {
    const world = await copied(base)
    const { related, ...stale } = await keyIn(world, EU)
    if (related === undefined) throw new Error('no multi-Region key')
    const { keyToItem } = await import('../../core/key/key-item.ts')
    const disabled = keyToItem({ ...stale, related }, { state: 'Disabled' })
    await moveToEnd(stale, world.store, world.now)
    expect(await world.store.put(disabled)).toBe(false)
  })

  test('ImportKeyMaterial is let through, DeleteImportedKeyMaterial is not (AWS’s table)', async () => {
    const world = await make([EU], { Origin: 'EXTERNAL' })
    const wanted = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }
    const { json } = await ask(world, 'GetParametersForImport', wanted, EU)
    const key = await keyIn(world)
    if (key.related === undefined) throw new Error('no multi-Region key')
    await intendMove(key, key.related, EU, world.store, world.now)
    expect(await stateOf(world, EU)).toBe('Updating')
    const imported = await ask(world, 'ImportKeyMaterial', await sealed(json), EU)
    expect(imported.json).toMatchObject({ KeyMaterialId: expect.any(String) })
    for (const name of ['DeleteImportedKeyMaterial', 'GetParametersForImport']) {
      const refused = await ask(world, name, name === 'GetParametersForImport' ? wanted : {}, EU)
      expect(refused.json).toMatchObject({
        code: 'KMSInvalidStateException',
        detail: expect.stringMatching(/ is updating\.$/),
      })
    }
    expect(await typeOf(await swept(world), EU)).toBe('PRIMARY')
  })
})

describe('an installation', () => {
  test('that serves one Region replicates to no other (TENKEY_REGION)', async () => {
    const world = await make([])
    const service = processOver(world, { servedRegion: US })
    for (const [name, input] of [
      ['ReplicateKey', { ReplicaRegion: EU }],
      ['UpdatePrimaryRegion', { PrimaryRegion: EU }],
    ] as const) {
      const { json } = await callService(service, world.tenant, name, { KeyId: world.id, ...input })
      expect(json).toMatchObject({
        code: 'UnsupportedOperationException',
        detail: `Region ${EU} is not supported.`,
      })
    }
  })

  test('makes none until `tenkey upgrade` was run, and leaves nothing', async () => {
    const world = { ...(await install()), id: '', now: Date.now() }
    const mark = { written: () => 1, refresh: async () => undefined }
    const service = processOver(world, { mark })
    const { json } = await callService(service, world.tenant, 'CreateKey', { MultiRegion: true })
    expect(json).toMatchObject({
      code: 'UnsupportedOperationException',
      detail: 'Multi-Region keys are not made until `tenkey upgrade` was run.',
    })
    expect((await ask(world, 'ListKeys')).json['Keys']).toEqual([])
  })

  test.each([
    ['a key in one Region', false],
    ['a multi-Region key', true],
  ])('reads %s and all that decides of it in one round trip', async (_title, MultiRegion) => {
    const world = await make([])
    const made = await ask(world, 'CreateKey', { MultiRegion })
    const { KeyId } = made.json['KeyMetadata'] as JsonObject
    const reads: number[] = []
    const store: Store = {
      ...world.store,
      get(places) {
        reads.push(places.length)
        return world.store.get(places)
      },
    }
    const service = processOver({ ...world, store })
    const encrypt = () =>
      callService(service, world.tenant, 'Encrypt', { KeyId: KeyId ?? '', Plaintext: 'aGk=' })
    await encrypt()
    await allWritten(service)
    reads.length = 0
    expect((await encrypt()).status).toBe(200)
    // tenant, credential, and the key: of a multi-Region key what it shares too
    expect(reads).toEqual([MultiRegion ? 4 : 3])
  })
})

describe('a replica that is being made', () => {
  /** Makes one over a store where something happens before a write is done. */
  async function makeWhile(before: (world: World, item: Item) => Promise<unknown>) {
    const world = await make([])
    const { related, ...primary } = await keyIn(world)
    if (related === undefined) throw new Error('no multi-Region key')
    const own = { region: EU, by: 'one', created: world.now, description: '', tags: [] }
    const store: Store = {
      ...world.store,
      async put(item) {
        await before(world, item)
        return world.store.put(item)
      },
    }
    const storePolicy = async () => undefined
    return { world, made: makeReplica(primary, related, { ...own, storePolicy }, store) }
  }

  test('is made, whoever else takes its mark away', async () => {
    const { made } = await makeWhile(async ({ store }, item) => {
      const settles = item.sk.startsWith('key#') && !('creating' in item.data)
      if (settles) await store.put(item)
    })
    expect((await made).data.state).toBe('Enabled')
  })

  test('is never listed once it is destroyed', async () => {
    const { world, made } = await makeWhile(async (world, item) => {
      if (item.sk.startsWith('multi-region#')) {
        await destroy(await keyIn(world, EU), world.store, world.now)
      }
    })
    await expect(made).rejects.toThrow(StoreConflict)
    expect((await keyIn(world)).related?.shared.replicas).toEqual([])
  })

  test('is not told to be there where it is destroyed before its mark is taken away', async () => {
    const { world, made } = await makeWhile(async (world, item) => {
      if (item.sk.startsWith('key#') && !('creating' in item.data)) {
        await destroy(await keyIn(world, EU), world.store, world.now)
      }
    })
    await expect(made).rejects.toThrow(StoreConflict)
    expect((await keyIn(world)).related?.shared.replicas).toEqual([])
  })

  test('of material that was imported again has the newest bytes', async () => {
    const key = await keyIn(await make([], { Origin: 'EXTERNAL' }))
    const { material } = key.data
    if (material === undefined) throw new Error('no material')
    const left = { ...key.data, imported: [{ ...material, wrapped: 'older' }] }
    expect(keyToItem({ ...key, data: left }).data['imported']).toEqual([
      expect.objectContaining({ id: material.id, wrapped: material.wrapped }),
    ])
  })

  test('has no bytes of expired material, known to its related keys or not', async () => {
    const key = await keyIn(await make([], { Origin: 'EXTERNAL' }))
    const unknown = { id: 'ff', created: 1, wrapped: 'x', validTo: 5 }
    const left = keyAt({ ...key, data: { ...key.data, imported: [unknown] } }, 5)
    expect(left.data.imported).toBeUndefined()
    expect(left.data.acts).toMatchObject([{ details: { keyMaterialId: 'ff' } }])
    expect(dueOf({ ...key.data, imported: [unknown] })).toBe(5)
  })
})

describe('a primary whose destruction had begun', () => {
  const replicateStale = async (world: World, stale: Key) => {
    const { shared } = (await keyIn(world)).related ?? {}
    const { related } = stale
    if (shared === undefined || related === undefined) throw new Error('no multi-Region key')
    // the key as it was read first, with the shared item as it is now
    const version = (await keyIn(world)).related?.version ?? 0
    return makeReplica(
      stale,
      { ...related, shared, version },
      {
        region: EU,
        by: 'late',
        created: world.now,
        description: '',
        tags: [],
        storePolicy: async () => undefined,
      },
      world.store,
    )
  }
  const closed = async () => {
    const world = await make([])
    const stale = await keyIn(world)
    await ask(world, 'ScheduleKeyDeletion', { PendingWindowInDays: 7 })
    const then = { ...world, now: world.now + 8 * 86_400_000 }
    // its shared item is closed, and then the process ends
    const store = cutStore(then.store, 2, false)
    const log = () => undefined
    await sweep(processOver({ ...then, store }, { now: () => then.now, log }), {
      now: then.now,
      limit: 100,
    }).catch(() => undefined)
    expect((await keyIn(then)).related?.shared.closed).toBe(then.now)
    return { world: then, stale }
  }

  test('is not replicated by who read it before its deletion was scheduled', async () => {
    const { world, stale } = await closed()
    await expect(replicateStale(world, stale)).rejects.toThrow('being destroyed')
    const then = await swept(world)
    expect(await stateOf(then)).toBe('NotFoundException')
    expect(await stateOf(await swept(then), EU)).toBe('NotFoundException')
  })

  test('is replicated once that was taken back', async () => {
    const { world } = await closed()
    await ask(world, 'CancelKeyDeletion')
    await ask(world, 'EnableKey')
    const made = await ask(world, 'ReplicateKey', { ReplicaRegion: EU })
    expect(made.json['ReplicaKeyMetadata']).toMatchObject({ KeyState: 'Enabled' })
    expect(await stateOf(await swept(world), EU)).toBe('Enabled')
  })
})
