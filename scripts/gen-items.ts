import type { AnyItemKind } from '../core/item/item-kind.ts'
import { PARTITIONS } from '../core/item/partition.ts'
import { placesOf } from '../core/item/tables.ts'
import { ITEMS, RELEASE } from '../core/items.ts'
import { GLOBAL } from '../core/root/tenant-key-context.ts'

/** docs/stored-items.md: every kind of item, as its record says. */
export function storedItemsSource(): string {
  return `<!-- Written by npm run gen from core/items.ts. Do not edit. -->
# Stored items

Every kind of item is one record (\`core/items.ts\` lists them), from which its places, its dates, what reads it and this page are derived. [architecture.md](architecture.md#stored-items) says what an item is, [operations.md](operations.md#formats) how formats change.

This version reads and writes generation ${RELEASE.generation} of formats. \`<account>\` is an account id, \`<region>\` a Region, \`<id>\` the id of a key unless it is said otherwise. \`table\` says where an item is in an installation in several Regions ([decision 20](decisions/0020-one-region-writes-what-regions-share.md)): in the one that they share, or in its Region's own.

| kind | pk | sk | data | due | expires | format | table | written by |
|---|---|---|---|---|---|---|---|---|
${ITEMS.map(row).join('\n')}
`
}

const PARTS = { accountId: '<account>', region: '<region>', day: '<day>' }

function row(kind: AnyItemKind): string {
  const { name, partition, sort, bare, holds, due, expires, format, writtenBy } = kind
  const sk = [...(bare ? [] : [name]), ...sort.map((part) => `<${part}>`)].join('#')
  const cells = [
    name,
    code(PARTITIONS[partition].of(PARTS)),
    code(sk),
    holds,
    due ?? '',
    expires ?? '',
    String(format),
    tableOf(kind),
    writtenBy.map(code).join(', '),
  ]
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}

const code = (text: string): string => `\`${text}\``

/** In which table a kind is, as core/item/tables.ts tells of its places. */
function tableOf({ partition, name, stays }: AnyItemKind): string {
  const places = placesOf(
    { kinds: [{ name, stays }], everywhere: GLOBAL, health: PARTITIONS.health.of({}) },
    { region: 'here' },
  )
  const at = (region: string) => {
    const pk = PARTITIONS[partition].of({ ...PARTS, region })
    return places.of({ pk, sk: `${name}#` }) === 'own' ? 'own' : 'shared'
  }
  const [here, nowhere] = [at('here'), at(GLOBAL)]
  return here === nowhere ? here : `${here}; \`${GLOBAL}\` is ${nowhere}`
}
