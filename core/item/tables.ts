import type { Places, Table } from '../store/regions.ts'
import type { Item, ItemKey } from '../store/store.ts'
import { type AnyItemKind, kindOf } from './item-kind.ts'
import { USED } from './partition.ts'

/** An installation in several Regions, as one of them has it. */
export interface Installed {
  /** the Region that is served */
  readonly region: string
}

/** What is known of stored items; told, so that who opens several tables loads no kind of item. */
export interface Layout {
  readonly kinds: readonly Pick<AnyItemKind, 'stays' | 'name' | 'is' | 'madeAs'>[]
  /** what stands for a Region in the partition of what is in none */
  readonly everywhere: string
  /** the partition of the item that tells whether a table answers */
  readonly health: string
}

/**
 * Whether an item is a later one than another of its place, or the same; false where that can't be told: one that
 * was deleted and made anew begins with version 1.
 */
export const isLater =
  ({ kinds }: Pick<Layout, 'kinds'>) =>
  (item: Item, than: Item): boolean => {
    const kind = kindOf(kinds, item)
    const made = kind?.madeAs(item)
    return made !== undefined && made === kind?.madeAs(than) && item.version >= than.version
  }

/**
 * Which table of an installation in several Regions has a place: what an account has in no Region is shared,
 * but for kinds that stay; what it has in one, and the audit trail, are in that Region's own.
 */
export function placesOf({ kinds, everywhere, health }: Layout, { region }: Installed): Places {
  const staying = kinds.filter(({ stays }) => stays).map(({ name }) => `${name}#`)
  const stays = (sk: string) => staying.some((name) => sk.startsWith(name))

  /** What a partition has behind its account; undefined for one of an account alone. */
  function regionOf(pk: string): string | undefined {
    const slash = pk.indexOf('/')
    if (slash < 0) return undefined
    const named = pk.slice(slash + 1)
    return named.endsWith(USED) ? named.slice(0, -USED.length) : named
  }

  /** the audit trail's days are in the Region that was called */
  const isAudit = (named: string) => named.startsWith('audit/')

  function of({ pk, sk }: ItemKey): Table {
    const named = regionOf(pk)
    if (named === undefined) return pk === health || stays(sk) ? 'own' : 'shared'
    if (named === everywhere) return 'shared'
    return named === region || isAudit(named) ? 'own' : { region: named }
  }

  return {
    of,
    ofPrefix(pk, prefix) {
      const table = of({ pk, sk: prefix })
      const both =
        table === 'shared' &&
        regionOf(pk) === undefined &&
        staying.some((name) => name.startsWith(prefix))
      return both ? ['own', 'shared'] : [table]
    },
  }
}
