import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batchItem } from '../../core/audit/batch-item.ts'
import { grantCountItem, granteeItem, retiringItem } from '../../core/grant/grant-items.ts'
import { credentialItem, listedTenantItem, tenantItem } from '../../core/identity/credential.ts'
import { installationItem } from '../../core/item/installation.ts'
import { kindOf, regionItem } from '../../core/item/item-kind.ts'
import { PARTITIONS, type PartitionName, TRAIL_SHARDS } from '../../core/item/partition.ts'
import { ITEMS } from '../../core/items.ts'
import { TOLD } from '../../core/items-told.ts'
import { aliasItem, importItem, keyItem, tenantKeyItem } from '../../core/key/key-items.ts'
import { SWEPT } from '../../core/lifecycle/sweep.ts'
import { RELEASE } from '../../core/release.ts'

const ACCOUNT = '111122223333'
const home = { accountId: ACCOUNT, region: 'us-east-1' }
const id = '00000000-0000-4000-8000-000000000001'

/** A kind as any caller of it sees it: its parts by name. */
type Placed = {
  place(parts: Record<string, string>): { pk: string; sk: string }
  parts(place: { pk: string; sk: string }): Record<string, string>
}

/** Values that parts of places may have. */
const VALUES = {
  accountId: fc.stringMatching(/^\d{12}$/),
  region: fc.constantFrom('us-east-1', 'eu-central-1', 'ap-southeast-2'),
  day: fc.constantFrom('2026-11-27', '2027-01-01'),
  shard: fc.constantFrom('', ...TRAIL_SHARDS),
}
const PARTS: Record<PartitionName, readonly (keyof typeof VALUES)[]> = {
  operator: [],
  health: [],
  account: ['accountId'],
  region: ['accountId', 'region'],
  used: ['accountId', 'region'],
  trail: ['accountId', 'day', 'shard'],
  spreadDays: ['accountId'],
}

describe('A kind of item', () => {
  test.each([
    [installationItem.place({}), '000000000000', 'installation'],
    [listedTenantItem.place({ account: ACCOUNT }), '000000000000', `tenant#${ACCOUNT}`],
    [tenantItem.place(home), ACCOUNT, 'tenant'],
    [tenantKeyItem.place({ accountId: ACCOUNT, region: 'global' }), ACCOUNT, 'tenant-key#global'],
    [credentialItem.place({ ...home, accessKeyId: 'AKIA' }), ACCOUNT, 'access-key#AKIA'],
    [keyItem.place({ ...home, id }), `${ACCOUNT}/us-east-1`, `key#${id}`],
    [aliasItem.place({ ...home, name: 'alias/a' }), `${ACCOUNT}/us-east-1`, 'alias#alias/a'],
    [
      granteeItem.place({ ...home, id, grantee: 'h', grant: 'g' }),
      `${ACCOUNT}/us-east-1`,
      `grantee#${id}#h#g`,
    ],
    [
      retiringItem.place({ ...home, id, retiring: 'h', grant: 'g' }),
      `${ACCOUNT}/us-east-1`,
      `retiring#h#${id}#g`,
    ],
    [
      batchItem.place({ accountId: ACCOUNT, day: '2026-11-27', shard: '', time: 't', id: 'u' }),
      `${ACCOUNT}/audit/2026-11-27`,
      't#u',
    ],
  ])('%j is where items of 0.1.0 are', (place, pk, sk) => {
    expect(place).toEqual({ pk, sk })
  })

  test.each([
    [keyItem.prefix(), 'key#'],
    [grantCountItem.prefix(id), `grant-count#${id}#`],
    [granteeItem.prefix(id, 'h'), `grantee#${id}#h#`],
    [retiringItem.prefix('h'), 'retiring#h#'],
    [batchItem.prefix(), ''],
  ])('%s is the prefix of a list of 0.1.0', (prefix, wanted) => {
    expect(prefix).toBe(wanted)
  })

  test.each(ITEMS.map((kind) => [`${kind.partition}/${kind.name}`, kind] as const))(
    '%s: a place is read back, and is of no other kind',
    (_, kind) => {
      const text = fc.stringMatching(/^[a-z0-9/.:-]{1,12}$/)
      const parts = fc.record(
        Object.fromEntries([
          ...kind.sort.map((part) => [part, text]),
          ...PARTS[kind.partition].map((part) => [part, VALUES[part]]),
        ]) as Record<string, fc.Arbitrary<string>>,
        { noNullPrototype: true },
      )
      fc.assert(
        fc.property(parts, (given) => {
          const placed = kind as unknown as Placed
          const place = placed.place(given)
          expect(placed.parts(place)).toEqual(given)
          expect(ITEMS.filter((one) => one.is(place))).toEqual([kind])
          expect(kindOf(ITEMS, place)).toBe(kind)
        }),
      )
    },
  )

  test.each([
    { pk: ACCOUNT, sk: `key#${id}` },
    { pk: `${ACCOUNT}/us-east-1`, sk: 'tenant' },
    { pk: `${ACCOUNT}/audit/2026-11-27/x`, sk: 't#u' },
    { pk: `${ACCOUNT}/audit/2026-11-27/${TRAIL_SHARDS.length}`, sk: 't#u' },
    { pk: `${ACCOUNT}/us-east-1/x`, sk: `key#${id}` },
    { pk: ACCOUNT, sk: 'tenants' },
    { pk: 'health', sk: 'healthy' },
  ])('$pk $sk is a place of none', (place) => {
    expect(kindOf(ITEMS, place)).toBeUndefined()
  })

  test('hands out the data of an item of the present format as it is', () => {
    const item = { ...keyItem.place({ ...home, id }), version: 1, data: { spec: 'x' } }
    expect(keyItem.read(item)).toBe(item.data)
  })

  test.each(ITEMS.map((kind) => [`${kind.partition}/${kind.name}`, kind] as const))(
    '%s: refuses an item of a format that it does not know',
    (_, kind) => {
      const item = { pk: 'p', sk: 's', version: 1, format: kind.format + 1, data: {} }
      const read = (kind as unknown as { read(one: typeof item): unknown }).read
      expect(() => read(item)).toThrow(/^The item \["p","s"\] has format \d+; this tenkey reads /)
    },
  )

  test('dates follow from the data, unless they are given', () => {
    const place = aliasItem.place({ ...home, name: 'alias/a' })
    const data = { target: id, created: 1, updated: 2, rotation: { days: 90, next: 7 } }
    expect(aliasItem.item(place, 1, data)).toEqual({ ...place, version: 1, due: 7, data })
    expect(aliasItem.item(place, 1, data, { due: 9 })).toMatchObject({ due: 9 })
    expect(aliasItem.item(place, 1, data, {})).not.toHaveProperty('due')
    const given = { due: 5, expires: 6 }
    const made = importItem.item(place, 1, { secret: 's' }, given)
    expect(made).toEqual({ ...place, version: 1, ...given, data: { secret: 's' } })
  })

  test('what replaces an item has its place, one version more, and nothing else of it', () => {
    const place = keyItem.place({ ...home, id })
    const was = { ...place, version: 3, due: 1, expires: 2, tag: 'dGFn', data: { old: true } }
    const note = regionItem<{ readonly text: string }, ['id']>({
      name: 'key',
      sort: ['id'],
    })
    expect(note.next(was, { text: 'new' })).toEqual({ ...place, version: 4, data: { text: 'new' } })
  })
})

describe('The list of kinds', () => {
  test('has every kind with a date among those that the sweeper knows', () => {
    const dated = ITEMS.filter(({ due }) => due)
    expect(dated.length).toBeGreaterThan(2)
    expect(new Set(SWEPT.keys())).toEqual(new Set(dated))
  })

  test('knows no format beyond the generation that the release reads', () => {
    for (const { generations } of ITEMS) {
      expect(Math.max(...generations)).toBeLessThanOrEqual(RELEASE.generation)
      expect(generations).toEqual(generations.toSorted((a, b) => a - b))
    }
  })

  test.each(
    Object.entries(TOLD).flatMap(([name, { writtenBy }]) => {
      return writtenBy.map((path) => ({ name, path }))
    }),
  )('$name is written by $path', ({ path }) => {
    expect(existsSync(new URL(`../../${path}`, import.meta.url))).toBe(true)
  })

  test('is told of in the documents, and nothing else is', () => {
    const names = ITEMS.map(({ partition, name }) => `${partition}/${name}`)
    expect(Object.keys(TOLD)).toEqual(names)
    // and their dates in words
    const words = Object.values(TOLD).map(({ due, expires }) => [due, expires])
    const dates = ITEMS.map(({ due, expires }) => [due, expires])
    expect(words.map((pair) => pair.map((text) => text !== undefined))).toEqual(dates)
  })
})

describe('Partitions', () => {
  test.each(Object.entries(PARTITIONS))('%s: parts are read back', (name, partition) => {
    const { of, parts } = partition as {
      of(parts: Record<string, string>): string
      parts(pk: string): Record<string, string>
    }
    const given = fc.record(
      Object.fromEntries(PARTS[name as PartitionName].map((part) => [part, VALUES[part]])),
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(given, (one) => {
        expect(parts(of(one))).toEqual(one)
      }),
    )
  })
})
