// @module-tag process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sqliteStore } from '../../core/store/sqlite.ts'
import { type Item, type Store, StoreUnavailable } from '../../core/store/store.ts'

const GOLDEN = new URL('../golden/installation-1/', import.meta.url)

const item = (sk: string, version = 1, data: Item['data'] = {}): Item => ({
  pk: 'p',
  sk,
  version,
  data,
})

describe('the SQLite store', () => {
  let folder: string
  let file: string
  let stores: Store[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tenkey-sqlite-'))
    file = join(folder, 'store.sqlite')
    stores = []
  })
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()))
    rmSync(folder, { recursive: true })
  })

  const open = (path = file, now?: () => number): Store => {
    const store = sqliteStore({ file: path, ...(now && { now }) })
    stores.push(store)
    return store
  }
  /** Changes the file behind the store's back. */
  const tamper = (sql: string): void => {
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }

  const rowsOf = (columns: string): unknown[][] => {
    const db = new DatabaseSync(file)
    const statement = db.prepare(`SELECT ${columns} FROM items ORDER BY pk, sk`)
    const rows = statement.all().map((row) => Object.values(row))
    db.close()
    return rows
  }

  /** Commits in the write-ahead log: frames whose header names a database size (sqlite.org/fileformat2.html#walformat). */
  const commits = (): number => {
    const log = readFileSync(`${file}-wal`)
    let count = 0
    for (let frame = 32; frame < log.length; frame += 24 + 4096) {
      if (log.readUInt32BE(frame + 4) > 0) count++
    }
    return count
  }

  test('keeps items when it is closed and opened again', async () => {
    const first = open()
    const written = { ...item('s', 1, { x: 1 }), due: 5, expires: 4_000_000_000 }
    await first.put(written)
    await first.close()
    expect(await open().get([written])).toStrictEqual([written])
  })

  test('makes its files for their owner alone', async () => {
    await open().put(item('s'))
    for (const path of [file, `${file}-wal`, `${file}-shm`]) {
      expect(statSync(path).mode & 0o777).toBe(0o600)
    }
  })

  test('what was acknowledged is in the files: a copy of them opens with it', async () => {
    await open().put(item('s', 1, { x: 'kept' }))
    const copy = join(folder, 'copy.sqlite')
    copyFileSync(file, copy)
    copyFileSync(`${file}-wal`, `${copy}-wal`)
    expect(await open(copy).get([{ pk: 'p', sk: 's' }])).toEqual([item('s', 1, { x: 'kept' })])
  })

  test('a process killed after an acknowledgement leaves the item', async () => {
    const script = `
      import { sqliteStore } from ${JSON.stringify(new URL('../../core/store/sqlite.ts', import.meta.url).href)}
      const store = sqliteStore({ file: ${JSON.stringify(file)} })
      await store.put({ pk: 'p', sk: 's', version: 1, data: {} })
      process.kill(process.pid, 'SIGKILL')`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script])
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL')
    expect(await open().get([item('s')])).toEqual([item('s')])
  })

  test('two connections see each other’s writes, and of their racing writes one wins', async () => {
    const [one, two] = [open(), open()]
    await one.put(item('s'))
    expect(await two.get([item('s')])).toEqual([item('s')])
    for (let version = 2; version < 20; version++) {
      const writes = [one, two].map((store, writer) => store.put(item('s', version, { writer })))
      const won = await Promise.all(writes)
      expect(won.filter(Boolean)).toHaveLength(1)
      const stored = item('s', version, { writer: won.indexOf(true) })
      expect(await one.get([stored])).toEqual([stored])
      expect(await two.get([stored])).toEqual([stored])
    }
  })

  test('what was read is read anew: another process may have changed, removed or damaged it', async () => {
    const [one, two] = [open(), open()]
    await one.put(item('a', 1, { n: [1] }))
    const [first] = await one.get([item('a')])
    const [again] = await one.get([item('a')])
    expect(again).toBe(first)
    expect(Object.isFrozen(first?.data['n'])).toBe(true)
    await two.put(item('a', 2, { n: [2] }))
    expect(await one.get([item('a')])).toEqual([item('a', 2, { n: [2] })])
    await two.delete(item('a'), 2)
    expect(await one.get([item('a')])).toEqual([undefined])
    await two.put(item('a', 1, { n: [1] }))
    expect(await one.get([item('a')])).toEqual([first])
    // the data alone, under the checksum of what they were
    tamper(`UPDATE items SET data = '{"n":[9]}'`)
    await expect(one.get([item('a')])).rejects.toThrow('is damaged')
  })

  test('writes of one turn share a commit, and none is seen before it', async () => {
    const store = open()
    const before = commits()
    const early = store.get([item('a'), item('b')])
    const writes = [store.put(item('a')), store.put(item('a')), store.put(item('b'))]
    expect(await early).toEqual([undefined, undefined])
    expect(commits()).toBe(before)
    expect(await Promise.all(writes)).toEqual([true, false, true])
    expect(await store.get([item('a'), item('b')])).toEqual([item('a'), item('b')])
    expect(commits()).toBe(before + 1)
  })

  test('reads of one turn are answered each with its own, and one that fails fails alone', async () => {
    const store = open()
    await Promise.all([store.put(item('a')), store.put(item('b')), store.put(item('c'))])
    tamper("UPDATE items SET version = 7 WHERE sk = 'b'")
    const keys = [[item('a')], [item('c'), item('b')], [], [item('none'), item('c')]]
    const reads = await Promise.allSettled(keys.map((of) => store.get(of)))
    expect(reads).toEqual([
      { status: 'fulfilled', value: [item('a')] },
      { status: 'rejected', reason: new Error(`${file}: the row ["p","b"] is damaged.`) },
      { status: 'fulfilled', value: [] },
      { status: 'fulfilled', value: [undefined, item('c')] },
    ])
    expect(await store.get([item('c')])).toEqual([item('c')])
  })

  test('places whose parts put together are alike are told apart in one turn', async () => {
    const store = open()
    const places = [
      { pk: 'a', sk: 'bc' },
      { pk: 'ab', sk: 'c' },
      { pk: 'a\nb', sk: 'c' },
      { pk: 'a', sk: 'b\nc' },
    ]
    const written = places.map((place, x) => ({ ...place, version: 1, data: { x } }))
    await Promise.all(written.map((one) => store.put(one)))
    const reads = await Promise.all([...places, ...places].map((place) => store.get([place])))
    expect(reads.flat()).toEqual([...written, ...written])
  })

  test('answers the reads it has taken when it is closed, and takes none after', async () => {
    const store = open()
    await store.put(item('a'))
    const taken = store.get([item('a')])
    const closed = store.close()
    await expect(store.get([item('a')])).rejects.toThrow(StoreUnavailable)
    expect(await taken).toEqual([item('a')])
    await closed
  })

  test.each([
    ['small items are read in one turn', 200, 1_000, 0],
    ['of large ones others have a turn after each slice', 100, 100_000, 5],
  ])('of a page, %s', async (_, count, size, atLeast) => {
    const store = open()
    const names = Array.from({ length: count }, (_, index) => `k#${String(index).padStart(4, '0')}`)
    await Promise.all(names.map((name) => store.put(item(name, 1, { x: 'x'.repeat(size) }))))
    let turns = 0
    let over = false
    const turn = () => {
      turns++
      if (!over) setImmediate(turn)
    }
    setImmediate(turn)
    const all = await store.query({ pk: 'p', prefix: 'k#', limit: count })
    over = true
    expect(turns).toBeGreaterThanOrEqual(atLeast)
    if (atLeast === 0) expect(turns).toBeLessThanOrEqual(1)
    expect(all.items.map(({ sk }) => sk)).toEqual(names)
    expect(all.more).toBe(false)
    const part = await store.query({ pk: 'p', prefix: 'k#', limit: 33, reverse: true })
    expect(part.items.map(({ sk }) => sk)).toEqual(names.reverse().slice(0, 33))
    expect(part.more).toBe(true)
  })

  test('large pages of one partition are read one by one, those of another meanwhile', async () => {
    const store = open()
    const data = { x: 'x'.repeat(100_000) }
    const put = (pk: string) => (_: unknown, index: number) =>
      store.put({ ...item(`k#${String(index).padStart(3, '0')}`, 1, data), pk })
    await Promise.all(['p', 'q'].flatMap((pk) => Array.from({ length: 60 }, put(pk))))
    const ended: string[] = []
    const list = async (name: string, pk: string, limit: number) => {
      const { items } = await store.query({ pk, prefix: 'k#', limit })
      ended.push(`${name}: ${items.length}`)
    }
    const all = [list('first', 'p', 60), list('second', 'p', 60), list('small', 'p', 1)]
    await Promise.all([...all, list('other', 'q', 20)])
    expect(ended).toEqual(['other: 20', 'first: 60', 'second: 60', 'small: 1'])
  })

  test('waits for another process’s lock', async () => {
    const store = open()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const pending = store.put(item('s'))
    // reads go on meanwhile
    for (let read = 0; read < 5; read++) {
      expect(await store.get([item('s')])).toEqual([undefined])
    }
    other.exec('COMMIT')
    other.close()
    expect(await pending).toBe(true)
  })

  test('is unavailable where the lock is not let go', async () => {
    const store = open()
    const other = new DatabaseSync(file)
    other.exec('BEGIN IMMEDIATE')
    const writes = await Promise.allSettled([store.put(item('a')), store.delete(item('b'), 1)])
    other.close()
    for (const write of writes) {
      expect(write).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) })
    }
    expect(await store.put(item('a'))).toBe(true)
  })

  test('a commit that fails refuses each of its writes and leaves nothing', async () => {
    const store = open()
    tamper(
      "CREATE TRIGGER full BEFORE INSERT ON items WHEN NEW.sk = 'b' BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END",
    )
    const writes = await Promise.allSettled([store.put(item('a')), store.put(item('b'))])
    for (const write of writes) {
      expect(write).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) })
    }
    expect(await store.get([item('a'), item('b')])).toEqual([undefined, undefined])
    expect(await store.put(item('a'))).toBe(true)
  })

  test('expired rows go, some at a time, with writes at least a minute apart', async () => {
    let time = 1_000_000
    const store = open(file, () => time)
    const expired = Array.from({ length: 150 }, (_, n) => ({ ...item(`e${n}`), expires: 1_030 }))
    await Promise.all(
      [...expired, { ...item('later'), expires: 9_999 }].map((one) => store.put(one)),
    )
    const left = async () => (await store.query({ pk: 'p', prefix: 'e', limit: 1000 })).items.length
    time += 59_000
    await store.put(item('x1'))
    expect(await left()).toBe(150)
    time += 1_000
    await store.put(item('x2'))
    expect(await left()).toBe(50)
    time += 60_000
    await store.put(item('x3'))
    expect(await left()).toBe(0)
    expect((await store.get([item('later')]))[0]?.expires).toBe(9_999)
  })

  test.each([
    ['another format', 'format = 3'],
    ['no format', 'format = NULL'],
    ['another tag', "tag = 'dGFo'"],
    ['no tag', 'tag = NULL'],
    ['neither', 'format = NULL, tag = NULL'],
  ])('a row that had format and tag, with %s, is an error', async (_, change) => {
    const store = open()
    const written = { ...item('s', 1, { a: 1 }), format: 2, tag: 'dGFn' }
    await store.put(written)
    expect(await store.get([written])).toEqual([written])
    tamper(`UPDATE items SET ${change}`)
    await expect(store.get([written])).rejects.toThrow('the row ["p","s"] is damaged.')
  })

  describe('of a file that 0.1.0 made', () => {
    beforeEach(() => copyFileSync(new URL('tenkey.db', GOLDEN), file))

    test('every item is read, and the file grows by columns alone', async () => {
      const rows = rowsOf('pk, sk, version, due, expires, crc, data')
      expect(rows.length).toBeGreaterThan(20)
      const store = open()
      const { items } = await store.scan(undefined, 1000)
      expect(items.map(({ pk, sk }) => [pk, sk])).toEqual(rows.map(([pk, sk]) => [pk, sk]))
      expect(rowsOf('pk, sk, version, due, expires, crc, data')).toEqual(rows)
      expect(rowsOf('format, tag').flat()).toEqual(rows.flatMap(() => [null, null]))
      const written = { ...item('new'), format: 2, tag: 'dGFn' }
      await store.put(written)
      expect(await store.get([written])).toEqual([written])
    })

    test('opened by several at once, with one of 0.1.0 at work on it, all go on; it starts on it no more', async () => {
      // the statements of 0.1.0, prepared before the file has the columns
      const old = new DatabaseSync(file, { timeout: 5_000 })
      old.exec('PRAGMA journal_mode = WAL')
      const read = old.prepare('SELECT pk, sk, version, due, expires, crc, data FROM items LIMIT 1')
      const insert = old.prepare(
        'INSERT INTO items (pk, sk, version, due, expires, crc, data) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      const before = read.get()
      const [one, two] = [open(), open()]
      expect(read.get()).toEqual(before)
      insert.run('p', 's', 1, null, null, crc32('p\ns\n1\n\n\n{}'), '{}')
      for (const store of [one, two]) expect(await store.get([item('s')])).toEqual([item('s')])
      // what 0.1.0 refuses: it leaves what it deletes in the file
      expect(old.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 })
      old.close()
    })
  })

  test('a file of a newer format is refused', async () => {
    await open().close()
    tamper('PRAGMA user_version = 3')
    expect(() => open()).toThrow(
      /^\S+ has store format 3, newer than format 2 of this tenkey: run the version that wrote it\.$/,
    )
  })

  test('another program’s database is refused', () => {
    tamper('CREATE TABLE notes (text TEXT)')
    expect(() => open()).toThrow(/is a SQLite database, but no tenkey store\.$/)
  })

  test('a file that is no database is refused', () => {
    writeFileSync(file, 'x'.repeat(5_000))
    expect(() => open()).toThrow(/is damaged or no tenkey store: restore it from a copy\.$/)
  })

  test('a folder that is not there is named', () => {
    expect(() => open(join(folder, 'none', 'store.sqlite'))).toThrow(
      /none\/store\.sqlite can't be made/,
    )
  })

  test.each([
    ['data of another shape', "data = '[]'"],
    ['data cut short', 'data = substr(data, 1, 5)'],
    ['data changed', "data = replace(data, 'Enabled', 'Deleted')"],
    ['another version', 'version = 7'],
    ['another date', 'due = 1'],
    ['another sort key', "sk = 't'"],
    ['a format', 'format = 2'],
    ['a tag', "tag = 'dGFn'"],
  ])('a row with %s is an error, never an item', async (_, change) => {
    const store = open()
    await store.put(item('s', 1, { state: 'Enabled' }))
    tamper(`UPDATE items SET ${change}`)
    const message = /the row \["p","[st]"\] is damaged\.$/
    await expect(store.get([item('s'), item('t')])).rejects.toThrow(message)
    await expect(store.query({ pk: 'p', prefix: '', limit: 1 })).rejects.toThrow(message)
    await expect(store.scan(undefined, 1)).rejects.toThrow(message)
  })
})
