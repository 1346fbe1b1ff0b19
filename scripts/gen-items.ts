import type { AnyItemKind } from '../core/item/item-kind.ts'
import { PARTITIONS } from '../core/item/partition.ts'
import { placesOf } from '../core/item/tables.ts'
import { ITEMS } from '../core/items.ts'
import { TOLD } from '../core/items-told.ts'
import { RELEASE } from '../core/release.ts'
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

const PARTS = { accountId: '<account>', region: '<region>', day: '<day>', shard: '' }

function row(kind: AnyItemKind): string {
  const { name, partition, sort, bare, format } = kind
  const told = TOLD[`${partition}/${name}`]
  if (told === undefined) throw new Error(`core/items-told.ts says nothing of ${partition}/${name}`)
  const sk = [...(bare ? [] : [name]), ...sort.map((part) => `<${part}>`)].join('#')
  const cells = [
    name,
    code(PARTITIONS[partition].of(PARTS)),
    code(sk),
    told.holds,
    told.due ?? '',
    told.expires ?? '',
    String(format),
    tableOf(kind),
    told.writtenBy.map(code).join(', '),
  ]
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`
}

const code = (text: string): string => `\`${text}\``

/** In which table a kind is, as core/item/tables.ts tells of its places. */
function tableOf(kind: AnyItemKind): string {
  const { partition, name } = kind
  const places = placesOf(
    { kinds: [kind], everywhere: GLOBAL, health: PARTITIONS.health.of({}) },
    { region: 'here' },
  )
  const at = (region: string) => {
    const pk = PARTITIONS[partition].of({ ...PARTS, region })
    return places.of({ pk, sk: `${name}#` }) === 'own' ? 'own' : 'shared'
  }
  // of what is in a Region some is in none; what was used was in one
  const [here, nowhere] = [at('here'), at(partition === 'region' ? GLOBAL : 'here')]
  return here === nowhere ? here : `${here}; \`${GLOBAL}\` is ${nowhere}`
}
