// @module-tag process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqliteStore } from '../../core/store/sqlite.ts'
import { type Item, type Store, StoreUnavailable } from '../../core/store/store.ts'

/**
 * What was deleted or overwritten can't be read from the files of a SQLite store: a search of all bytes
 * of the database, its write-ahead log and its index of the log.
 */

let folder: string
let file: string
let stores: Store[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenkey-forgotten-'))
  file = join(folder, 'tenkey.db')
  stores = []
})
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()))
  rmSync(folder, { recursive: true })
})

const open = (): Store => {
  const store = sqliteStore({ file })
  stores.push(store)
  return store
}

let marks = 0
/** Text of its own, as long as wrapped key material. */
const mark = (): string => `mark-${String(++marks).padStart(75, '-')}`

/** Those of some texts that are in the files. */
function found(texts: readonly string[]): string[] {
  const files = ['', '-wal', '-shm'].map((end) => file + end).filter((path) => existsSync(path))
  const bytes = files.map((path) => readFileSync(path, 'latin1')).join('\n')
  const there = new Set(bytes.match(/mark--*\d+/g))
  return texts.filter((text) => there.has(text))
}

const item = (sk: string, version: number, wrapped: string, before = 0, after = 0): Item => ({
  pk: 'p',
  sk,
  version,
  data: { before: 'x'.repeat(before), wrapped, after: 'y'.repeat(after) },
})

/** Rows of which some take pages of their own, and most share one. */
const size = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 900 }) },
  { weight: 1, arbitrary: fc.nat({ max: 12_000 }) },
)
const change = fc.record({
  sk: fc.nat({ max: 400 }),
  what: fc.nat({ max: 9 }),
  size,
  split: fc.nat(),
})
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

/** Makes changes in turn, 50 to a commit. @returns the texts that were overwritten or deleted, and those that are there */
async function make(store: Store, changes: readonly Change[]) {
  const present = new Map<string, { version: number; text: string }>()
  const gone: string[] = []
  let writes: Promise<boolean>[] = []
  for (const { sk: number, what, size, split } of changes) {
    const sk = `s${number}`
    const known = present.get(sk)
    if (known !== undefined) gone.push(known.text)
    if (known !== undefined && what < 3) {
      writes.push(store.delete({ pk: 'p', sk }, known.version))
      present.delete(sk)
      continue
    }
    const before = split % (size + 1)
    const next = { version: (known?.version ?? 0) + 1, text: mark() }
    writes.push(store.put(item(sk, next.version, next.text, before, size - before)))
    present.set(sk, next)
    if (writes.length < 50) continue
    expect(await Promise.all(writes)).not.toContain(false)
    writes = []
  }
  await Promise.all(writes)
  return { gone, present: [...present.values()].map(({ text }) => text) }
}

/** A file as the releases before this format wrote it: what they deleted and overwrote stayed in it. */
function writeFormat1(texts: readonly string[], kept: string): void {
  const db = new DatabaseSync(file)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA secure_delete = OFF;
    CREATE TABLE items (
      pk TEXT NOT NULL, sk TEXT NOT NULL, version INTEGER NOT NULL, due INTEGER, expires INTEGER,
      crc INTEGER NOT NULL, data TEXT NOT NULL,
      PRIMARY KEY (pk, sk)
    );
    CREATE INDEX items_due ON items (due) WHERE due IS NOT NULL;
    CREATE INDEX items_expires ON items (expires) WHERE expires IS NOT NULL;
    PRAGMA user_version = 1`)
  const insert = db.prepare('INSERT INTO items VALUES (?, ?, ?, NULL, NULL, ?, ?)')
  const add = ({ pk, sk, version, data }: Item) => {
    const json = JSON.stringify(data)
    insert.run(pk, sk, version, crc32(`${pk}\n${sk}\n${version}\n\n\n${json}`), json)
  }
  for (const [n, text] of texts.entries()) add(item(`gone${n}`, 1, text, 100 * (n % 70)))
  add(item('kept', 1, kept))
  db.exec("DELETE FROM items WHERE sk LIKE 'gone%'")
  db.close()
}

/** Another process that has the file open in a read transaction; it ends one when it is told to. */
async function reader() {
  const script = `
    import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
    const db = new DatabaseSync(${JSON.stringify(file)})
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM items').get()
    console.log('reads')
    process.stdin.once('data', () => { db.exec('COMMIT'); console.log('done') })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script])
  await once(child.stdout, 'data')
  return {
    async end() {
      child.stdin.write('x')
      await once(child.stdout, 'data')
    },
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

describe('what a SQLite store has forgotten', () => {
  test('is in none of its files, whatever was written before (property)', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
        const store = open()
        const { gone, present } = await make(store, fc.sample(change, { seed, numRuns: 1_500 }))
        await store.forget()
        expect(found(gone)).toEqual([])
        const { items } = await store.query({ pk: 'p', prefix: '', limit: 1000 })
        expect(items.map(({ data }) => data['wrapped']).sort()).toEqual(present.sort())
        await store.close()
      }),
      { numRuns: 6, endOnFailure: true },
    ))

  test('was there until then', async () => {
    const store = open()
    const [text, next] = [mark(), mark()]
    await store.put(item('s', 1, text))
    await store.put(item('s', 2, next))
    expect(found([text, next])).toEqual([text, next])
    await store.forget()
    expect(found([text, next])).toEqual([next])
    await store.delete(item('s', 2, next), 2)
    await store.forget()
    expect(found([text, next])).toEqual([])
  })

  test('is told as forgotten only once no process reads the log', async () => {
    const store = open()
    const text = mark()
    await store.put(item('s', 1, text))
    const other = await reader()
    await store.delete(item('s', 1, text), 1)
    let told = false
    const forgotten = store.forget().then(() => {
      told = true
    })
    await store.put(item('t', 1, mark()))
    expect(told).toBe(false)
    expect(found([text])).toEqual([text])
    await other.end()
    await forgotten
    expect(found([text])).toEqual([])
    await other.kill()
  })

  test('is refused while a process goes on reading, and done when it is asked again', async () => {
    const store = open()
    const text = mark()
    await store.put(item('s', 1, text))
    const other = await reader()
    await store.delete(item('s', 1, text), 1)
    await expect(store.forget()).rejects.toThrow(StoreUnavailable)
    expect(await store.put(item('t', 1, mark()))).toBe(true)
    await other.kill()
    await store.forget()
    expect(found([text])).toEqual([])
  })

  test('is gone where two stores of one process share the file, and one is closed', async () => {
    const [one, two] = [open(), open()]
    const text = mark()
    await one.put(item('s', 1, text))
    await Promise.all([one.forget(), two.forget(), one.forget()])
    await one.close()
    await two.delete(item('s', 1, text), 1)
    await two.forget()
    expect(found([text])).toEqual([])
  })

  test('of an older release goes when its file is taken over', async () => {
    const gone = Array.from({ length: 60 }, mark)
    const kept = mark()
    writeFormat1(gone, kept)
    expect(found(gone).length).toBeGreaterThan(0)
    const store = open()
    expect(found([...gone, kept])).toEqual([kept])
    expect((await store.get([{ pk: 'p', sk: 'kept' }]))[0]?.data['wrapped']).toBe(kept)
    await store.delete({ pk: 'p', sk: 'kept' }, 1)
    await store.forget()
    expect(found([kept])).toEqual([])
  })

  test('of an older release waits for who reads its file, and no store is opened before', async () => {
    const gone = [mark()]
    writeFormat1(gone, mark())
    const other = await reader()
    const db = new DatabaseSync(file)
    db.exec("INSERT INTO items VALUES ('p', 'x', 1, NULL, NULL, 0, '{}')")
    db.close()
    expect(() => open()).toThrow('another process uses it')
    await other.kill()
    open()
    expect(found(gone)).toEqual([])
  })
})
