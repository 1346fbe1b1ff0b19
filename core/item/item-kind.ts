import { KmsError } from '../base/errors.ts'
import type { Item, ItemKey, Json } from '../store/store.ts'
import { PARTITIONS, type PartitionName, type PartitionParts } from './partition.ts'

type ItemData = Item['data']

/** When the store must do something about an item; core/items-told.ts says it in words. */
export interface Dated<Data> {
  /** how it follows from the data; absent where the writer says it (`dates` of ItemKind.item) */
  of?(data: Data): number | undefined
}

/** A format of a kind after its first. Data of the formats between are JSON that nothing else knows. */
export interface LaterFormat {
  /** the generation of formats that it belongs to: it is written once the store's mark is there */
  readonly since: number
  /** Data of the format before, in this one. Kept for ever. */
  upgrade(data: ItemData): ItemData
  /**
   * Data of this format in the one before, for as long as older releases read the store.
   * @param place the item's
   * @throws KmsError where the format before can't say it: what needs this one waits for `tenkey upgrade`
   */
  lower(data: ItemData, place: ItemKey): ItemData
}

/** What is told once of a kind of item. `S` names the parts of its sort key. */
export interface ItemDefinition<Data, S extends readonly string[]> {
  /** the first part of the sort key */
  readonly name: string
  /** the other parts, in their order, after a `#` each */
  readonly sort: S
  /** the sort key is its parts alone, without the name: for the one kind of a partition of its own */
  readonly bare?: true
  /** it stays in the Region it was written in, though its partition is one that Regions share */
  readonly stays?: true
  /**
   * What tells an item from one that is made anew at its place once it was deleted: '' where places are drawn,
   * and never used again. Of two that are the same by this the one with the higher version is the later one.
   */
  readonly made?: (data: Data) => string | undefined
  /** Unix ms at which a sweeper must look at the item */
  readonly due?: Dated<Data>
  /** Unix seconds after which the store may drop the item */
  readonly expires?: Dated<Data>
  /** formats after the first, oldest first */
  readonly later?: readonly LaterFormat[]
}

/** The parts of a sort key that lead to a list: all but the last. */
type Leading<S extends readonly string[]> = S extends readonly [string, ...infer Rest]
  ? Rest extends readonly [string, ...string[]]
    ? [] | [string, ...Leading<Rest>]
    : []
  : []

/** The dates of an item. */
export type Dates = Pick<Item, 'due' | 'expires'>

/** A kind of item whatever its data is: what lists, generators and the store's edge need. */
export interface AnyItemKind {
  readonly name: string
  readonly partition: PartitionName
  readonly sort: readonly string[]
  readonly bare: boolean
  /** it stays in its Region, whatever its partition (shared.ts) */
  readonly stays: boolean
  /** whether its items may have these dates */
  readonly due: boolean
  readonly expires: boolean
  /** the format that this release works with: 1 at first */
  readonly format: number
  /** for each format the generation that it belongs to; the first format's is 1 */
  readonly generations: readonly number[]
  /** What an item is, whatever changed since it was made; undefined where its kind can't tell. */
  madeAs(item: Item): string | undefined
  /** Whether an item's place is one of this kind. */
  is(place: ItemKey): boolean
  /** The item as it is written while the store's mark is at this generation. */
  lowered(item: Item, generation: number): Item
}

export interface ItemKind<Data, Parts, S extends readonly string[] = readonly string[]>
  extends AnyItemKind {
  place(parts: Parts): ItemKey
  /** What sort keys of this kind begin with, up to some of their parts. */
  prefix(...leading: Leading<S>): string
  /** Reads back what a place was made of. */
  parts(place: ItemKey): Parts
  /**
   * An item's data as this release works with it; of an item in an older format it is another object.
   * @throws ItemTooNew for a format that this release does not know
   */
  read(item: Item): Data
  /** An item to write. A member that is undefined is none: the store's JSON leaves it out. */
  item(place: ItemKey, version: number, data: Data, dates?: Dates): Item
  /** The item that replaces one that was read; nothing of the former but its place stays. */
  next(item: Item, data: Data, dates?: Dates): Item
}

/** An item that a newer release wrote, which this one can't read. */
export class ItemTooNew extends Error {
  override readonly name = 'ItemTooNew'
}

/** What an older format can't say, and so is not written before `tenkey upgrade`. */
export class WaitsForUpgrade extends KmsError {
  constructor(what: string) {
    super('UnsupportedOperationException', `${what} until \`tenkey upgrade\` was run.`)
  }
}

export const formatOf = ({ format = 1 }: Pick<Item, 'format'>): number => format

const define =
  <P extends PartitionName>(partition: P) =>
  <Data extends object, S extends readonly string[]>(
    definition: ItemDefinition<Data, S>,
  ): ItemKind<Data, PartitionParts<P> & Readonly<Record<S[number], string>>, S> => {
    type Parts = PartitionParts<P> & Readonly<Record<S[number], string>>
    const { name, sort, bare = false, due, expires, later = [] } = definition
    const { stays = false, made } = definition
    const format = 1 + later.length
    const { of, parts: partsOf } = PARTITIONS[partition] as {
      of(parts: PartitionParts<P>): string
      parts(pk: string): PartitionParts<P>
    }
    const head = sort.length === 0 ? name : bare ? '' : `${name}#`
    const written = format > 1 ? { format } : {}

    // kinds of one part are on every call's way: they have no loop
    const [only] = sort
    const sortKey: (parts: Readonly<Record<string, string>>) => string =
      only === undefined
        ? () => head
        : sort.length === 1
          ? (parts) => head + parts[only]
          : (parts) => head + sort.map((part) => parts[part]).join('#')

    /** Values of the sort key's parts; the last may hold a `#`. */
    function sortValues(sk: string): string[] {
      const values = sk.slice(head.length).split('#')
      return [...values.slice(0, sort.length - 1), values.slice(sort.length - 1).join('#')]
    }

    function datesOf(data: Data): Dates {
      const [at, until] = [due?.of?.(data), expires?.of?.(data)]
      return {
        ...(at !== undefined && { due: at }),
        ...(until !== undefined && { expires: until }),
      }
    }

    function upgraded(item: Item): Data {
      const from = formatOf(item)
      if (from > format) {
        const place = JSON.stringify([item.pk, item.sk])
        throw new ItemTooNew(
          `The item ${place} has format ${from}; this tenkey reads ${name} up to format ${format}.`,
        )
      }
      return asData(later.slice(from - 1).reduce((data, step) => step.upgrade(data), item.data))
    }

    // the only casts of what is stored: a kind is what says that they hold
    const asData = (stored: ItemData) => stored as unknown as Data
    const asStored = (given: Data) => given as unknown as { [name: string]: Json }

    function item(place: ItemKey, version: number, data: Data, dates = datesOf(data)): Item {
      return {
        pk: place.pk,
        sk: place.sk,
        version,
        ...(dates.due !== undefined && { due: dates.due }),
        ...(dates.expires !== undefined && { expires: dates.expires }),
        ...written,
        data: asStored(data),
      }
    }

    return {
      name,
      partition,
      sort,
      bare,
      stays,
      format,
      due: due !== undefined,
      expires: expires !== undefined,
      generations: [1, ...later.map(({ since }) => since)],
      place: (parts) => ({ pk: of(parts), sk: sortKey(parts) }),
      prefix: (...leading) => head + leading.map((value) => `${value}#`).join(''),
      parts({ pk, sk }) {
        const parts: Record<string, string> = partsOf(pk)
        if (only !== undefined && sort.length === 1) parts[only] = sk.slice(head.length)
        else {
          const values = sortValues(sk)
          for (const [index, part] of sort.entries()) parts[part] = values[index] ?? ''
        }
        return parts as Parts
      },
      is: ({ pk, sk }) =>
        (sort.length === 0 ? sk === name : sk.startsWith(head)) && of(partsOf(pk)) === pk,
      read: (item) => ((item.format ?? 1) === format ? asData(item.data) : upgraded(item)),
      item,
      madeAs: (item) => made?.((item.format ?? 1) === format ? asData(item.data) : upgraded(item)),
      next: (before, data, dates) => item(before, before.version + 1, data, dates),
      lowered(item, generation) {
        let { data } = item
        let count = formatOf(item) - 1
        for (; count > 0; count--) {
          const step = later[count - 1]
          if (step === undefined || step.since <= generation) break
          data = step.lower(data, item)
        }
        const { format: _format, ...rest } = item
        return { ...rest, ...(count > 0 && { format: count + 1 }), data }
      },
    }
  }

/** Kinds of item of the operator's account alone. `S` names the parts of the sort key after its name. */
export const operatorItem = define('operator')
/** The kind of item that the store is probed with. */
export const probeItem = define('health')
/** Kinds of item that an account has in no Region. */
export const accountItem = define('account')
/** Kinds of item that an account has in each Region. */
export const regionItem = define('region')
/** Kinds of item that tell what of an account was used in each Region. */
export const usedItem = define('used')
/** Kinds of item that an account has for each day. */
export const trailItem = define('trail')
/** The kind of item that tells which days are spread. */
export const spreadDaysItem = define('spreadDays')

/** The kind of an item by its place; undefined for a place of none. */
export const kindOf = <K extends Pick<AnyItemKind, 'is'>>(
  kinds: readonly K[],
  place: ItemKey,
): K | undefined => kinds.find((kind) => kind.is(place))
