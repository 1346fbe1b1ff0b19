// @module-tag local: changes what is stored
import { expect, test } from 'vitest'
import { credentialPlace, principalPlace } from '../../core/identity/credential.ts'
import { keyPlace } from '../../core/key/key-item.ts'
import { materialPlace } from '../../core/key/keyring.ts'
import type { Item, ItemKey } from '../../core/store/store.ts'
import { callAws } from '../support/calls.ts'
import {
  type Credential,
  describeStores,
  type Harness,
  type Input,
  type MadeKey,
  REGION,
  type Tenant,
} from '../support/harness.ts'
import { slice } from '../support/slice.ts'
import { storedBatchesOf } from '../support/stored-batches.ts'

const PLAINTEXT = Buffer.from('nobody reads this under a changed store')

/** Somebody who may write to the store, but has no key of it: what is moved there opens nothing. */
class Intruder {
  readonly #harness: Harness
  constructor(harness: Harness) {
    this.#harness = harness
  }

  async read(place: ItemKey): Promise<Item> {
    const [item] = await this.#harness.inside.store.get([{ pk: place.pk, sk: place.sk }])
    if (item === undefined) throw new Error(`nothing at ${place.pk} ${place.sk}`)
    return item
  }

  /** Writes data in place of an item's own, as if it had been written by the service. */
  async overwrite(place: ItemKey, data: Item['data']): Promise<void> {
    const { store } = this.#harness.inside
    const [before] = await store.get([{ pk: place.pk, sk: place.sk }])
    const { pk, sk } = place
    const done = await store.put({ pk, sk, version: (before?.version ?? 0) + 1, data })
    expect(done).toBe(true)
  }

  keyPlace({ accountId }: Tenant, key: MadeKey): ItemKey {
    return keyPlace(accountId, REGION, key.id)
  }
}

async function build(harness: Harness) {
  const [owner, thief] = [await harness.tenant(), await harness.tenant()]
  const [key, other, thiefs] = [
    await harness.key(owner),
    await harness.key(owner),
    await harness.key(thief),
  ]
  const seal = async (credential: Credential, { id }: MadeKey) => {
    const sealed = await harness.ok(credential, 'Encrypt', { KeyId: id, Plaintext: PLAINTEXT })
    return Buffer.from(String(sealed['CiphertextBlob']), 'base64')
  }
  return {
    owner,
    thief,
    key,
    other,
    thiefs,
    blob: await seal(owner, key),
    otherBlob: await seal(owner, other),
    intruder: new Intruder(harness),
    seal,
  }
}

const suite = (harness: Harness) => {
  /** Asks a process that has nothing in memory; whatever it answers, it is no plaintext. */
  const refused = async (
    calls: readonly (readonly [Credential, string, Input])[],
    codes: readonly string[] = ['KMSInternalException'],
  ) => {
    harness.expectFaults()
    const fresh = harness.inside.another()
    try {
      const target = { ...harness.target, url: await fresh.url }
      for (const [credential, operation, input] of calls) {
        const outcome = await callAws(target, credential, operation, input)
        expect(codes, `${operation}: ${outcome.text}`).toContain(outcome.code)
        expect(outcome.text).not.toContain(PLAINTEXT.toString('base64'))
      }
    } finally {
      await fresh.stop()
    }
  }
  type World = Awaited<ReturnType<typeof build>>
  const uses = (caller: Tenant, key: MadeKey, blob: Buffer) =>
    [
      [caller, 'Encrypt', { KeyId: key.id, Plaintext: PLAINTEXT }],
      [caller, 'GenerateDataKey', { KeyId: key.id, NumberOfBytes: 32 }],
      [caller, 'Decrypt', { CiphertextBlob: blob }],
    ] as const

  test('unchanged, a fresh process opens it', async () => {
    const { owner, key, blob } = await build(harness)
    const fresh = harness.inside.another()
    const target = { ...harness.target, url: await fresh.url }
    const opened = await callAws(target, owner, 'Decrypt', { KeyId: key.id, CiphertextBlob: blob })
    expect(opened.json['Plaintext']).toBe(PLAINTEXT.toString('base64'))
    await fresh.stop()
  })

  const swaps: readonly (readonly [
    title: string,
    from: (world: World) => Promise<Item['data']>,
  ])[] = [
    [
      'another tenant’s material, under its own id',
      async ({ intruder, owner, key, thief, thiefs }) => {
        const { data } = await intruder.read(intruder.keyPlace(owner, key))
        const theirs = await intruder.read(intruder.keyPlace(thief, thiefs))
        const wrapped = materialOf(theirs)['wrapped'] ?? ''
        return { ...data, material: { ...materialOf({ data }), wrapped } }
      },
    ],
    [
      'another key’s material, under its own id',
      async ({ intruder, owner, key, other }) => {
        const { data } = await intruder.read(intruder.keyPlace(owner, key))
        const others = await intruder.read(intruder.keyPlace(owner, other))
        const wrapped = materialOf(others)['wrapped'] ?? ''
        return { ...data, material: { ...materialOf({ data }), wrapped } }
      },
    ],
    [
      'a changed bit',
      async ({ intruder, owner, key }) => {
        const { data } = await intruder.read(intruder.keyPlace(owner, key))
        const bytes = Buffer.from(materialOf({ data })['wrapped'] ?? '', 'base64')
        bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1
        return { ...data, material: { ...materialOf({ data }), wrapped: bytes.toString('base64') } }
      },
    ],
    [
      'another spec of the same length',
      async ({ intruder, owner }) => {
        const hmac = await harness.key(owner, {
          KeySpec: 'HMAC_256',
          KeyUsage: 'GENERATE_VERIFY_MAC',
        })
        const { data } = await intruder.read(intruder.keyPlace(owner, hmac))
        return { ...data, spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT' }
      },
    ],
  ]
  for (const [title, from] of swaps) {
    test(`a key with ${title} is refused`, async () => {
      const world = await build(harness)
      const { owner, key, blob, intruder } = world
      const data = await from(world)
      await intruder.overwrite(intruder.keyPlace(owner, key), data)
      const [encrypt, generate, decrypt] = uses(owner, key, blob)
      await refused([encrypt, generate])
      // where the material's id went along, the blob is of a material that the key has not
      await refused([decrypt], ['KMSInternalException', 'InvalidCiphertextException'])
    })
  }

  test('a whole key copied to another place is refused', async () => {
    const { owner, thief, key, other, blob, otherBlob, thiefs, intruder } = await build(harness)
    const { data } = await intruder.read(intruder.keyPlace(owner, key))
    await intruder.overwrite(intruder.keyPlace(owner, other), data)
    await intruder.overwrite(intruder.keyPlace(thief, thiefs), data)
    const codes = ['KMSInternalException', 'InvalidCiphertextException', 'AccessDeniedException']
    const [encrypt, generate] = uses(owner, other, otherBlob)
    await refused([encrypt, generate])
    const [steal, stealData, open] = uses(thief, thiefs, blob)
    await refused([steal, stealData])
    await refused([open, [owner, 'Decrypt', { CiphertextBlob: otherBlob }]], codes)
  })

  test('a key of one tenant placed under the same id in another is refused', async () => {
    const { owner, thief, key, blob, intruder } = await build(harness)
    const { data } = await intruder.read(intruder.keyPlace(owner, key))
    await intruder.overwrite(intruder.keyPlace(thief, key), data)
    const relabelled = Buffer.from(blob)
    relabelled.writeUIntBE(Number(thief.accountId), 2, 6)
    await refused([
      [thief, 'Encrypt', { KeyId: key.id, Plaintext: PLAINTEXT }],
      [thief, 'Decrypt', { CiphertextBlob: relabelled }],
    ])
  })

  test('an earlier material swapped with the current one is refused', async () => {
    const { owner, key, blob, intruder } = await build(harness)
    await harness.ok(owner, 'RotateKeyOnDemand', { KeyId: key.id })
    harness.advance(60_000)
    const { data } = await intruder.read(intruder.keyPlace(owner, key))
    const place = { accountId: owner.accountId, region: REGION, id: key.id }
    const { items } = await harness.inside.store.query({
      ...materialPlace(place, ''),
      prefix: materialPlace(place, '').sk,
      limit: 10,
    })
    const [earlier] = items
    if (earlier === undefined) throw new Error('the key has no earlier material')
    const current = materialOf({ data })
    await intruder.overwrite(earlier, { ...earlier.data, wrapped: current['wrapped'] ?? '' })
    await refused([[owner, 'Decrypt', { CiphertextBlob: blob }]])
  })

  test('what a multi-Region key shares, moved to another key or tenant, is refused', async () => {
    const { owner, thief, intruder } = await build(harness)
    const made = async (tenant: Tenant) => {
      const key = await harness.key(tenant, { MultiRegion: true })
      await harness.ok(tenant, 'ReplicateKey', { KeyId: key.id, ReplicaRegion: 'eu-west-1' })
      return key
    }
    const [mine, others, theirs] = [await made(owner), await made(owner), await made(thief)]
    const place = (tenant: Tenant, { id }: { id: string }) => ({
      pk: `${tenant.accountId}/global`,
      sk: `multi-region#${id}`,
    })
    const { data } = await intruder.read(place(owner, mine))
    await intruder.overwrite(place(owner, others), data)
    await intruder.overwrite(place(thief, theirs), data)
    for (const [tenant, { id }] of [
      [owner, others],
      [thief, theirs],
    ] as const) {
      await refused([[tenant, 'Encrypt', { KeyId: id, Plaintext: PLAINTEXT }]])
    }
    // its own material as that of a key of one Region
    const single = await harness.key(owner)
    const { data: own } = await intruder.read(intruder.keyPlace(owner, single))
    const { material } = data
    await intruder.overwrite(intruder.keyPlace(owner, single), {
      ...own,
      ...(material !== undefined && { material }),
    })
    await refused([[owner, 'Encrypt', { KeyId: single.id, Plaintext: PLAINTEXT }]])
  })

  test('another tenant’s tenant key is refused', async () => {
    const { owner, thief, key, blob, intruder } = await build(harness)
    const place = (tenant: Tenant) => ({ pk: tenant.accountId, sk: `tenant-key#${REGION}` })
    const { data } = await intruder.read(place(thief))
    await intruder.overwrite(place(owner), data)
    await refused(uses(owner, key, blob))
  })

  test('another Region’s tenant key is refused', async () => {
    const { owner, key, blob, intruder } = await build(harness)
    await harness.key(owner, {}, 'eu-west-1')
    const { data } = await intruder.read({ pk: owner.accountId, sk: 'tenant-key#eu-west-1' })
    await intruder.overwrite({ pk: owner.accountId, sk: `tenant-key#${REGION}` }, data)
    await refused(uses(owner, key, blob))
  })

  test('an access key moved to another principal or tenant proves nothing', async () => {
    const { owner, thief, intruder } = await build(harness)
    const { credential } = await harness.user(owner, 'low')
    if (credential === undefined) throw new Error('the user has no access key')
    const place = credentialPlace(owner.accountId, credential.accessKeyId)
    const { data } = await intruder.read(place)
    const codes = [
      'KMSInternalException',
      'UnrecognizedClientException',
      'InvalidSignatureException',
    ]
    // a user's access key made the root's
    await intruder.overwrite(place, { ...data, principal: 'root' })
    await refused([[credential, 'ListKeys', {}]], codes)
    // the root's secret under the user's id, and under another tenant's
    const { data: roots } = await intruder.read(credentialPlace(owner.accountId, owner.accessKeyId))
    await intruder.overwrite(place, roots)
    await refused([[credential, 'ListKeys', {}]], codes)
    const theirs = credentialPlace(thief.accountId, thief.accessKeyId)
    await intruder.overwrite(theirs, roots)
    const forged = { ...thief, secretAccessKey: owner.secretAccessKey }
    await refused(
      [
        [thief, 'ListKeys', {}],
        [forged, 'ListKeys', {}],
      ],
      codes,
    )
    // the row carried over whole: the id itself says whose it is
    await intruder.overwrite(credentialPlace(thief.accountId, owner.accessKeyId), roots)
    const { items } = await harness.inside.store.query({
      ...principalPlace(thief.accountId, ''),
      prefix: 'principal#',
      limit: 10,
    })
    expect(items).toEqual([])
  })

  test('audit records copied into another tenant’s trail show nothing', async () => {
    const began = harness.target.now()
    const { owner, thief } = await build(harness)
    await harness.inside.service.audit.flush()
    const { store } = harness.inside
    const found = await storedBatchesOf(store, owner.accountId, began, harness.target.now())
    expect(found.length).toBeGreaterThan(0)
    for (const { item } of found) {
      const { pk, sk, data } = item
      await store.put({ pk: pk.replace(owner.accountId, thief.accountId), sk, version: 1, data })
    }
    for (const record of await harness.trail(thief)) {
      expect(record['recipientAccountId']).toBe(thief.accountId)
    }
  })
}

/** In `npm test` SQLite stands for both: that each store keeps items as they are shows test/store/store.test.ts. */
const STORES = slice(['sqlite', 'dynamodb'] as const, (store) => store === 'sqlite')
describeStores('A changed store', suite, STORES)

const materialOf = ({ data }: Pick<Item, 'data'>) => data['material'] as Record<string, string>
