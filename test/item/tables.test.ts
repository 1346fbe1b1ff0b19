import { expect, test } from 'vitest'
import type { AnyItemKind } from '../../core/item/item-kind.ts'
import { PARTITIONS } from '../../core/item/partition.ts'
import { placesOf } from '../../core/item/tables.ts'
import { ITEMS } from '../../core/items.ts'
import { LAYOUT } from '../../core/layout.ts'
import { GLOBAL } from '../../core/root/tenant-key-context.ts'

const HERE = 'eu-west-1'
const OTHER = 'eu-central-1'
const places = placesOf(LAYOUT, { region: HERE })

const ACCOUNT = '111111111111'
const partition = (kind: AnyItemKind, region: string) =>
  PARTITIONS[kind.partition].of({ accountId: ACCOUNT, region, day: '2026-11-28', shard: '' })
/** A place of a kind, in a Region. */
const placeOf = (kind: AnyItemKind, region = HERE) => {
  const head = kind.bare ? [] : [kind.name]
  return { pk: partition(kind, region), sk: [...head, ...kind.sort.map(() => 'x')].join('#') }
}

test('what is shared, and what stays in its Region', () => {
  const tableOf = (kind: AnyItemKind) => places.of(placeOf(kind))
  const shared = ITEMS.filter((kind) => tableOf(kind) === 'shared').map(({ name }) => name)
  expect(shared).toEqual([
    ...['installation', 'tenant', 'installation-issuer', 'test-clock'],
    ...['tenant', 'tenant-key', 'access-key', 'principal', 'policy-change'],
    ...['principal-name', 'renamed', 'group', 'member', 'managed-policy', 'policy-version'],
    ...[
      'attachment',
      'instance-profile',
      'mfa-device',
      'oidc-issuer',
      'issuer-values',
      'xks-access',
    ],
  ])
  for (const kind of ITEMS) {
    if (shared.includes(kind.name) && kind.partition !== 'region') continue
    expect(tableOf(kind), kind.name).toBe('own')
  }
})

test('nothing that is shared expires: where replicas agree at once DynamoDB drops nothing by itself', () => {
  for (const kind of ITEMS) {
    for (const region of [HERE, GLOBAL]) {
      // an import is a Region's, though its kind can be written in the partition of none
      if (places.of(placeOf(kind, region)) !== 'shared' || kind.name === 'import') continue
      expect(kind.expires, kind.name).toBe(false)
    }
  }
})

test.for<[pk: string, sk: string, table: unknown]>([
  [`${ACCOUNT}/${HERE}`, 'key#k', 'own'],
  [`${ACCOUNT}/${OTHER}`, 'key#k', { region: OTHER }],
  // no Region of the installation: what reaches no other finds nothing there
  [`${ACCOUNT}/ap-south-1`, 'key#k', { region: 'ap-south-1' }],
  [`${ACCOUNT}/${GLOBAL}`, 'multi-region#mrk', 'shared'],
  [`${ACCOUNT}/audit/2026-11-28`, 'x', 'own'],
  [`${ACCOUNT}/audit/2026-11-28/7`, 'x', 'own'],
  [ACCOUNT, 'idempotency#x', 'own'],
  [ACCOUNT, 'idempotency', 'shared'],
  ['000000000000', 'installation', 'shared'],
  ['health', 'health', 'own'],
  ['', '', 'shared'],
])('%s %s: %o', ([pk, sk, table]) => {
  expect(places.of({ pk, sk })).toEqual(table)
})

test.for<[pk: string, prefix: string, tables: unknown]>([
  [ACCOUNT, '', ['own', 'shared']],
  [ACCOUNT, 'id', ['own', 'shared']],
  [ACCOUNT, 'idempotency#', ['own']],
  [ACCOUNT, 'idempotency#ab', ['own']],
  [ACCOUNT, 'principal#', ['shared']],
  [`${ACCOUNT}/${HERE}`, '', ['own']],
  [`${ACCOUNT}/${GLOBAL}`, '', ['shared']],
  [`${ACCOUNT}/${OTHER}`, 'id', [{ region: OTHER }]],
])('a list of %s from %s is in %o', ([pk, prefix, tables]) => {
  expect(places.ofPrefix(pk, prefix)).toEqual(tables)
})
