import { openMarker, pageMembers } from '../../core/key/paging.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import type { Item } from '../../core/store/store.ts'

/** items of a page unless MaxItems says otherwise, as in AWS IAM */
export const PAGE_ITEMS = 100

/** items read at once */
const SLICE = 100
/**
 * characters of what is stored, beyond which a page ends sooner than after MaxItems (AWS IAM: it "might return fewer
 * than the MaxItems number of results, even when there are more results available")
 */
export const PAGE_CHARACTERS = 2_000_000

/** The first of some items that a page has room for; one at least. */
function withinPage<T>(items: readonly T[], sizeOf: (one: T) => number, used = 0): readonly T[] {
  let left = PAGE_CHARACTERS - used
  const end = items.findIndex((one, index) => {
    left -= sizeOf(one)
    return left < 0 && (index > 0 || used > 0)
  })
  return end < 0 ? items : items.slice(0, end)
}

/** Characters of what is stored, as JSON. */
export const sizeOf = (data: unknown): number => JSON.stringify(data).length

/** What a list of AWS IAM is asked for. */
export interface ListRequest {
  readonly accountId: string
  /** which list, so that a marker of one is refused by another */
  readonly list: string
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

type Paged = { readonly IsTruncated: boolean; readonly Marker?: string | undefined }

/**
 * A page of the items that begin with a prefix.
 * @param sizesOf characters that each of at most 100 is told in, where that is more than what is stored of it
 */
export async function itemPage(
  ports: Pick<DataPorts, 'read' | 'tokens'>,
  { accountId, list, Marker, MaxItems = PAGE_ITEMS }: ListRequest,
  prefix: string,
  sizesOf: (items: readonly Item[]) => readonly number[] | Promise<readonly number[]> = (all) =>
    all.map(({ data }) => sizeOf(data)),
): Promise<{ readonly items: readonly Item[]; readonly page: Paged }> {
  const request = { accountId, list, marker: Marker }
  const marked = await openMarker(ports.tokens, request)
  const items: Item[] = []
  let used = 0
  let more = true
  for (let after = marked === undefined ? undefined : prefix + marked; more; ) {
    const limit = Math.min(SLICE, MaxItems - items.length)
    const start = after === undefined ? {} : { after }
    const slice = await ports.read.query({ pk: accountId, prefix, limit, ...start })
    const sizes = await sizesOf(slice.items)
    const sized = slice.items.map((item, at) => ({ item, size: sizes[at] ?? 0 }))
    const some = withinPage(sized, ({ size }) => size, used)
    items.push(...some.map(({ item }) => item))
    used += some.reduce((sum, { size }) => sum + size, 0)
    after = items.at(-1)?.sk
    more = slice.more || some.length < slice.items.length
    if (some.length < slice.items.length || items.length === MaxItems) break
  }
  const next = more ? items.at(-1)?.sk.slice(prefix.length) : undefined
  const { Truncated, NextMarker } = await pageMembers(ports.tokens, request, next)
  return { items, page: { IsTruncated: Truncated, Marker: NextMarker } }
}

/**
 * A page of a list that is at hand whole, in the order of its names.
 * @param charactersOf each, where they may be many
 * @throws KmsError InvalidMarkerException
 */
export async function listPage<T>(
  tokens: DataPorts['tokens'],
  { accountId, list, Marker, MaxItems = PAGE_ITEMS }: ListRequest,
  all: readonly T[],
  nameOf: (one: T) => string,
  charactersOf: (one: T) => number = () => 0,
): Promise<{ readonly items: readonly T[]; readonly page: Paged }> {
  const request = { accountId, list, marker: Marker }
  const after = await openMarker(tokens, request)
  const sorted = [...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const rest = after === undefined ? sorted : sorted.filter((one) => nameOf(one) > after)
  const items = withinPage(rest.slice(0, MaxItems), charactersOf)
  const last = items.at(-1)
  const next = rest.length > items.length && last !== undefined ? nameOf(last) : undefined
  const { Truncated, NextMarker } = await pageMembers(tokens, request, next)
  return { items, page: { IsTruncated: Truncated, Marker: NextMarker } }
}
