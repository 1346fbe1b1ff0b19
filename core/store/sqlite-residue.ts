import { closeSync, openSync, read, realpathSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'

/**
 * `secure_delete` has a gap: where SQLite rebuilds a page of a b-tree it moves cells together and leaves
 * their former bytes between the cell pointers and the cells, which are copies that no later deletion
 * reaches. Found by looking at the pages of the file, and overwritten by SQLite itself: a row of the
 * page is made as long as the page has room, and short again.
 * @see https://www.sqlite.org/fileformat2.html#b_tree_pages
 */

const readAt = promisify(read)

/** bytes read at a time; a multiple of every page size */
const CHUNK = 1 << 20
/** A leaf page of a table. Overflow and free pages begin with a page number, which is never so high. */
const TABLE_LEAF = 0x0d
/** bytes at most that filling a page leaves as they are; a wrapped secret is longer */
const SLACK = 32

/** A page with residue: the rowid of one of its rows, and how long that row's data is to become. */
interface Dirty {
  readonly rowid: bigint
  /** bytes to add to the row's data so that the page is full */
  readonly growth: number
}

/** Descriptors of database files that this process has open, by path. */
const descriptors = new Map<string, { readonly fd: number; users: number }>()

/**
 * Opens a database file to look at its pages. Closing any descriptor of a file drops the locks that
 * SQLite has on it in this process, so stores of one file share one, closed with the last of them.
 * @returns what to call after the store's own connection is closed
 */
export function openPages(file: string): { readonly fd: number; release(): void } {
  const path = realpathSync(file)
  const shared = descriptors.get(path) ?? { fd: openSync(path, 'r'), users: 0 }
  descriptors.set(path, shared)
  shared.users++
  return {
    fd: shared.fd,
    release() {
      shared.users--
      if (shared.users > 0) return
      descriptors.delete(path)
      closeSync(shared.fd)
    },
  }
}

/** The pages of the table `items` with residue, in the database file itself: the log must be empty. */
export async function findResidue(fd: number): Promise<Dirty[]> {
  const chunk = Buffer.alloc(CHUNK)
  const found: Dirty[] = []
  let size = 0
  for (let at = 0; ; ) {
    const { bytesRead } = await readAt(fd, chunk, 0, CHUNK, at)
    if (at === 0) size = pageSize(chunk)
    if (bytesRead < size) return found
    for (let start = 0; start + size <= bytesRead; start += size) {
      // the first page has the header of the file, and no row of ours
      if (at + start === 0) continue
      const dirty = residueOf(chunk.subarray(start, start + size))
      if (dirty !== undefined) found.push(dirty)
    }
    at += bytesRead - (bytesRead % size)
  }
}

/** 1 stands for 65536 */
const pageSize = (header: Buffer): number => ((header.readUInt16BE(16) - 1) % 65536) + 1

function residueOf(page: Buffer): Dirty | undefined {
  const cells = page.readUInt16BE(3)
  if (page[0] !== TABLE_LEAF || cells === 0) return undefined
  const pointers = 8 + 2 * cells
  const content = ((page.readUInt16BE(5) + 65535) % 65536) + 1
  const gap = page.subarray(pointers, content)
  const first = gap.findIndex((byte) => byte !== 0)
  if (first < 0 || gap.findLastIndex((byte) => byte !== 0) - first < SLACK) return undefined
  return growthOf(page, gap.length + freeBlocks(page) + (page[7] ?? 0))
}

function freeBlocks(page: Buffer): number {
  let free = 0
  // the chain ascends: one that doesn't is of a page that was read while it was written, or is damaged
  for (let at = page.readUInt16BE(1), before = 0; at > before && at + 4 <= page.length; ) {
    free += page.readUInt16BE(at + 2)
    before = at
    at = page.readUInt16BE(at)
  }
  return free
}

/** What makes the page's first row take all of `free` bytes, but for what its own headers may grow by. */
function growthOf(page: Buffer, free: number): Dirty {
  const payload = varint(page, page.readUInt16BE(8))
  const rowid = varint(page, payload.next)
  // "Cell payload overflow pages": what of a payload stays on its page
  const most = page.length - 35
  const least = Math.floor(((page.length - 12) * 32) / 255) - 23
  const cycle = page.length - 4
  const length = Number(payload.value)
  const beyond = (length - least) % cycle
  const spilled = length > most
  const local = !spilled ? length : least + beyond <= most ? least + beyond : least
  const wanted = Math.min(local + free - 8, most - 4)
  const growth = spilled ? (wanted - least - beyond + cycle) % cycle : wanted - length
  return { rowid: rowid.value, growth: Math.max(growth, 0) }
}

function varint(page: Buffer, at: number): { value: bigint; next: number } {
  let value = 0n
  for (let i = 0; i < 8; i++) {
    const byte = page[at + i] ?? 0
    value = (value << 7n) | BigInt(byte & 0x7f)
    if (byte < 0x80) return { value, next: at + i + 1 }
  }
  return { value: BigInt.asIntN(64, (value << 8n) | BigInt(page[at + 8] ?? 0)), next: at + 9 }
}

/** Overwrites what was found. A page that another writer changed meanwhile is found again by the next look. */
export function fillPages(db: DatabaseSync, dirty: readonly Dirty[]): void {
  const select = db.prepare('SELECT data FROM items WHERE rowid = ?')
  const update = db.prepare('UPDATE items SET data = ? WHERE rowid = ?')
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const { rowid, growth } of dirty) {
      const data = select.get(rowid)?.['data']
      if (typeof data !== 'string') continue
      update.run(data + ' '.repeat(growth), rowid)
      update.run(data, rowid)
    }
    db.exec('COMMIT')
  } finally {
    if (db.isTransaction) db.exec('ROLLBACK')
  }
}
