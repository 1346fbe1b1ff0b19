import type { Item, Store } from '../store/store.ts'
import { INSTALLATION, installationItem } from './installation.ts'
import { type AnyItemKind, formatOf, kindOf } from './item-kind.ts'

/** What a release knows of stored items. */
export interface Release {
  /** the highest generation of formats that it reads, and writes once the store's mark is there */
  readonly generation: number
  /** looked at where formats are lowered alone */
  kinds(): Promise<readonly AnyItemKind[]>
}

/** A store that a newer release writes; the message is one line. */
export class StoreTooNew extends Error {
  override readonly name = 'StoreTooNew'
}

/**
 * The generation of formats that a store's mark names: what is written, by every release that reads it.
 * A process knows it from its start and looks again from time to time. One that still has the former mark
 * writes the former formats, which are read for ever.
 */
export interface FormatMark {
  /** @throws StoreTooNew once the mark is beyond what this release reads */
  written(): number
  /**
   * Looks again, unless it did within these ms.
   * @throws StoreTooNew where the mark is beyond what this release reads
   */
  refresh(within?: number): Promise<void>
}

/** That a release reads a store with this mark. @throws StoreTooNew */
export function admitMark(mark: unknown, { generation }: Release): void {
  if (typeof mark === 'number' && mark <= generation) return
  throw new StoreTooNew(
    `the store was made by a newer tenkey (format ${mark}): this one reads up to format ${generation}`,
  )
}

/**
 * The mark of a store, read now. A store that is nobody's yet counts as one of the first generation.
 * @throws StoreTooNew
 */
export async function openMark(store: Pick<Store, 'get'>, release: Release): Promise<FormatMark> {
  let seen = 1
  let looked = Number.NEGATIVE_INFINITY
  const mark: FormatMark = {
    written() {
      admitMark(seen, release)
      return seen
    },
    async refresh(within = 0) {
      const now = performance.now()
      if (now - looked < within) return
      looked = now
      const [item] = await store.get([INSTALLATION])
      if (item === undefined) return
      const { format } = installationItem.read(item)
      // what was written by it may be read by it: it never goes down, whatever is stored
      seen = Math.max(seen, format)
      admitMark(format, release)
    },
  }
  await mark.refresh()
  return mark
}

/** The mark of a store that no other release is on. */
export const ownMark = ({ generation }: Release): FormatMark => ({
  written: () => generation,
  refresh: async () => undefined,
})

/**
 * A store on which items are written in the formats that its mark names. Rooms make items in the format
 * they work with; here, at the store's edge, they are put in an older one while older releases read them.
 * Reads are the store's own. Writes are refused once the mark is beyond this release.
 */
export function formattedStore(store: Store, mark: FormatMark, release: Release): Store {
  const inFormat = (item: Item): Item | Promise<Item> => {
    const generation = mark.written()
    // a mark that is this release's own has every format written that it knows
    if (formatOf(item) === 1 || generation === release.generation) return item
    return release.kinds().then((kinds) => kindOf(kinds, item)?.lowered(item, generation) ?? item)
  }
  return {
    ...store,
    put: async (item) => store.put(await inFormat(item)),
    add: async (item) => store.add(await inFormat(item)),
  }
}
