import { createHash } from 'node:crypto'
import { tenantItem } from '../core/identity/credential.ts'
import { INSTALLATION, type InstallationData, installationItem } from '../core/item/installation.ts'
import { formatOf, kindOf } from '../core/item/item-kind.ts'
import { ITEMS } from '../core/items.ts'
import { RELEASE } from '../core/release.ts'
import type { Item, Store } from '../core/store/store.ts'
import { readExport, TransferError, writeExport } from './transfer-file.ts'
import { pool } from './work-pool.ts'

/** items read at a time: 350 KB each at most, so this bounds the memory */
const PAGE = 100
/** writes under way at a time */
const WRITERS = 16

/** Told how many of how many items are done; of unknown where nobody can tell yet. */
export type Progress = (done: number, of?: number) => void

export interface Transferred {
  readonly items: number
  /** the id of the root key that the items need */
  readonly root: string
  /** what the trailer of the file says */
  readonly sha256: string
}

/** What a store says of itself; undefined for an empty one. */
async function installationOf(
  store: Store,
): Promise<{ item: Item; data: InstallationData } | undefined> {
  const [item] = await store.get([INSTALLATION])
  return item && { item, data: installationItem.read(item) }
}

/** Every item of a store, in pages. */
export async function* allItems(store: Pick<Store, 'scan'>): AsyncGenerator<Item> {
  let after: Item | undefined
  for (let more = true; more; ) {
    const page = await store.scan(after, PAGE)
    yield* page.items
    after = page.items.at(-1)
    more = page.more
  }
}

/** Names a set of items by their keys and versions, in whatever order they come. */
function census() {
  const combined = Buffer.alloc(32)
  let count = 0
  return {
    note({ pk, sk, version }: Item): number {
      const digest = createHash('sha256')
        .update(JSON.stringify([pk, sk, version]))
        .digest()
      for (let i = 0; i < digest.length; i++) combined[i] = (combined[i] ?? 0) ^ (digest[i] ?? 0)
      return ++count
    },
    result: (): string => `${count} ${combined.toString('hex')}`,
    count: (): number => count,
  }
}

/**
 * Writes every item of a store into a file. The store is read twice: where both times show the same
 * items at the same versions, all of them stood so between the two, which makes the file the store's
 * state at one moment. A store that is in use changes meanwhile, and is refused.
 * @throws TransferError
 */
export async function exportStore(
  store: Store,
  file: string,
  now: number,
  progress: Progress = () => undefined,
): Promise<Transferred> {
  const installation = await installationOf(store)
  if (installation === undefined)
    throw new TransferError('the store is empty: there is nothing to export')
  const { root, importing, moving } = installation.data
  if (importing !== undefined || moving !== undefined) {
    const begun = importing === undefined ? 'move of its root key' : 'import into it'
    throw new TransferError(
      `the store can't be exported: the ${begun} was cut short; finish it first`,
    )
  }
  const before = census()
  for await (const item of allItems(store)) progress(before.note(item))
  const total = before.count()

  const after = census()
  async function* noted(): AsyncGenerator<Item> {
    for await (const item of allItems(store)) {
      progress(after.note(item), total)
      yield item
    }
    if (before.result() !== after.result()) {
      throw new TransferError(
        'the store changed while it was read: stop what uses it, or export a point-in-time copy of it',
      )
    }
  }
  const created = new Date(now).toISOString()
  const { items, sha256 } = await writeExport(file, { root, created, items: total }, noted())
  return { items, root, sha256 }
}

/**
 * Writes every item of an export into an empty store, each as it was, its version included. The file
 * is read whole before anything is written. From the first write to the last the store is marked:
 * no server starts on it, and the import of the same file takes up where it was cut. Tenants come
 * last, because nobody is known before his tenant is.
 * @throws TransferError
 */
export async function importStore(
  store: Store,
  file: string,
  progress: Progress = () => undefined,
): Promise<Transferred> {
  let installation: InstallationData | undefined
  const { header, trailer } = await readExport(file, (item) => {
    if (installationItem.is(item)) installation = installationItem.read(item)
    admitFormat(file, item)
  })
  if (installation === undefined || installation.root !== header.root) {
    throw new TransferError(
      `${file} is no whole store: it holds no installation of root key ${header.root}`,
    )
  }
  const { format } = installation
  if (typeof format !== 'number' || format > RELEASE.generation) throw newer(file, format)
  await claim(store, installation, trailer.sha256)

  let done = 0
  for (const tenants of [false, true]) {
    const writers = pool(WRITERS)
    const again = await readExport(file, async (item) => {
      if (installationItem.is(item) || tenantItem.is(item) !== tenants) return
      await writers.run(() => addOrMatch(store, item))
      progress(++done, header.items)
    })
    await writers.drain()
    if (again.trailer.sha256 !== trailer.sha256)
      throw new TransferError(`${file} was changed meanwhile`)
  }
  const mark = await installationOf(store)
  if (mark?.data.importing !== trailer.sha256) throw inUse()
  if (!(await store.put(installationItem.next(mark.item, installation)))) throw inUse()
  progress(header.items, header.items)
  return { items: header.items, root: header.root, sha256: trailer.sha256 }
}

/** An item in a format that this release can't read is of no use, and its export is no older one. */
function admitFormat(file: string, item: Item): void {
  const kind = kindOf(ITEMS, item)
  if (kind !== undefined && formatOf(item) > kind.format) throw newer(file, formatOf(item))
}

const newer = (file: string, format: number): TransferError =>
  new TransferError(`${file} was made by a newer tenkey (format ${format})`)

const inUse = (): TransferError =>
  new TransferError('something else writes to the store: import into one that nothing uses')

/** Marks an empty store as one that this file is being imported into, unless it is so already. */
async function claim(
  store: Store,
  { format, root, home }: InstallationData,
  sha256: string,
): Promise<void> {
  const present = await installationOf(store)
  if (present === undefined) {
    const { items } = await store.scan(undefined, 1)
    if (items.length > 0) throw notEmpty()
    const data = { format, root, importing: sha256, ...(home !== undefined && { home }) }
    if (await store.add(installationItem.item(INSTALLATION, 1, data))) return
    throw inUse()
  }
  const { importing } = present.data
  if (importing === undefined) throw notEmpty()
  if (importing === sha256) return
  throw new TransferError(
    'the import of another file into this store was cut short: finish it with that file, or remove what it wrote with --discard',
  )
}

const notEmpty = (): TransferError =>
  new TransferError('the store is not empty: an import goes only into an empty one')

/** Writes an item, unless an import that was cut short has written it. */
async function addOrMatch(store: Store, item: Item): Promise<void> {
  if (await store.add(item)) return
  const [present] = await store.get([item])
  if (present !== undefined && same(present, item)) return
  throw inUse()
}

const same = (a: Item, b: Item): boolean =>
  JSON.stringify([a.version, a.due, a.expires, a.format, a.tag, a.data]) ===
  JSON.stringify([b.version, b.due, b.expires, b.format, b.tag, b.data])

/**
 * Removes what an import that was cut short has written; the mark goes last.
 * @returns how many items were removed
 * @throws TransferError where there was no such import: nothing else is ever removed
 */
export async function discardImport(
  store: Store,
  progress: Progress = () => undefined,
): Promise<{ removed: number }> {
  const mark = await installationOf(store)
  if (mark?.data.importing === undefined) {
    throw new TransferError('no import into this store was cut short: nothing was removed')
  }
  let removed = 0
  for await (const item of allItems(store)) {
    if (installationItem.is(item)) continue
    if (!(await store.delete(item, item.version))) throw inUse()
    progress(++removed)
  }
  // the mark last: until then the same command does all of this again
  await store.forget()
  if (!(await store.delete(INSTALLATION, mark.item.version))) throw inUse()
  return { removed }
}
