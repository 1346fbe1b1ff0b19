import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { INSTALLATION } from '../../core/item/installation.ts'
import { RELEASE } from '../../core/release.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { openInstallation } from '../../server/installation.ts'
import { allItems, discardImport, exportStore, importStore } from '../../server/transfer.ts'
import { TransferError } from '../../server/transfer-file.ts'
import { Cut, cutStore } from '../support/cut-store.ts'
import { makeWorld } from '../support/world.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')

let folder = ''
let file = ''
let world: Store
let wanted: Item[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenkey-transfer-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const newFile = () => join(folder, `${++files}.jsonl.gz`)

/** All items of a store, in one order. */
async function itemsOf(store: Store): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of allItems(store)) found.push(item)
  const name = ({ pk, sk }: Item) => `${pk}\n${sk}`
  return found.sort((a, b) => (name(a) < name(b) ? -1 : 1))
}

/** The installation's version is the import's own; all else is as it was. */
const apart = (items: Item[]) =>
  items.map((item) => (item.sk === INSTALLATION.sk ? { ...item, version: 0 } : item))

beforeEach(async () => {
  file = newFile()
  world = await makeWorld()
  const tenant = { pk: '111122223333', sk: 'tenant', version: 3, data: { status: 'active' } }
  await world.add(tenant)
  await world.add({
    pk: 'a',
    sk: '__proto__',
    version: 9,
    expires: 9e9,
    data: { é: ['🔑', null, 0.1] },
  })
  await world.add({
    ...INSTALLATION,
    version: 2,
    data: { format: RELEASE.generation, root: 'test', tenant: '1' },
  })
  wanted = await itemsOf(world)
})
afterEach(() => world.close())

const linesOf = (path: string) => gunzipSync(readFileSync(path)).toString().split('\n')

describe('an export', () => {
  test('is gzipped JSON lines: header, items, trailer; for its owner alone', async () => {
    const done = await exportStore(world, file, NOW)
    expect(done).toEqual({ items: wanted.length, root: 'test', sha256: expect.any(String) })
    const [header = '', ...lines] = linesOf(file)
    expect(JSON.parse(header)).toEqual({
      format: 'tenkey-export/1',
      root: 'test',
      created: '2026-11-22T12:00:00.000Z',
      items: wanted.length,
    })
    expect(lines.at(-1)).toBe('')
    expect(JSON.parse(lines.at(-2) ?? '')).toEqual({ items: done.items, sha256: done.sha256 })
    expect(lines).toHaveLength(wanted.length + 2)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('overwrites nothing, and leaves nothing else behind', async () => {
    writeFileSync(file, 'mine')
    await expect(exportStore(world, file, NOW)).rejects.toThrow(`${file} exists already`)
    expect(readFileSync(file, 'utf8')).toBe('mine')
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('of a store that changes meanwhile is refused, and leaves no file', async () => {
    let scans = 0
    const busy: Store = {
      ...world,
      async scan(after, limit) {
        if (++scans === 2)
          await world.put({ ...INSTALLATION, version: 3, data: { format: 1, root: 'test' } })
        return world.scan(after, limit)
      },
    }
    await expect(exportStore(busy, file, NOW)).rejects.toThrow(
      'the store changed while it was read',
    )
    expect(readdirSync(folder).some((name) => name.startsWith(`${files}.`))).toBe(false)
  })

  test.each([
    ['is empty', undefined, 'the store is empty'],
    ['is half imported', { importing: 'x' }, 'the import into it was cut short'],
    ['is half moved', { moving: 'x' }, 'the move of its root key was cut short'],
  ])('of a store that %s is refused', async (_, mark, words) => {
    const store = memoryStore()
    if (mark)
      await store.add({ ...INSTALLATION, version: 1, data: { format: 1, root: 'test', ...mark } })
    await expect(exportStore(store, file, NOW)).rejects.toThrow(words)
  })
})

describe('an import', () => {
  test('into another kind of store, and back, keeps every item as it was', async () => {
    await exportStore(world, file, NOW)
    const sqlite = sqliteStore({ file: join(folder, `${files}.db`) })
    await importStore(sqlite, file)
    expect(apart(await itemsOf(sqlite))).toEqual(apart(wanted))
    const second = newFile()
    await exportStore(sqlite, second, NOW)
    const back = memoryStore()
    await importStore(back, second)
    expect(apart(await itemsOf(back))).toEqual(apart(wanted))
    await sqlite.close()
  })

  test('of any items keeps them (property)', { tags: ['long'] }, async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const item = fc.record({
      pk: text,
      sk: text,
      version: fc.integer({ min: 1, max: 2 ** 40 }),
      data: fc.dictionary(text, fc.jsonValue({ noUnicodeString: false }) as fc.Arbitrary<never>),
    })
    const items = fc.uniqueArray(item, { selector: ({ pk, sk }) => `${pk}\n${sk}` })
    await fc.assert(
      fc.asyncProperty(items, async (some) => {
        const store = memoryStore()
        await store.add({ ...INSTALLATION, version: 1, data: { format: 1, root: 'test' } })
        for (const one of some) await store.add(one)
        const path = newFile()
        await exportStore(store, path, NOW)
        const copy = memoryStore()
        await importStore(copy, path)
        expect(JSON.stringify(apart(await itemsOf(copy)))).toBe(
          JSON.stringify(apart(await itemsOf(store))),
        )
      }),
      { numRuns: 30 },
    )
  })

  test('goes only into an empty store', async () => {
    await exportStore(world, file, NOW)
    for (const present of [INSTALLATION, { pk: 'x', sk: 'y' }]) {
      const store = memoryStore()
      await store.add({ ...present, version: 1, data: {} })
      await expect(importStore(store, file)).rejects.toThrow('the store is not empty')
      expect(await itemsOf(store)).toHaveLength(1)
    }
  })

  test('of a file with any byte changed, or cut anywhere, writes nothing, or what was exported', {
    tags: ['long'],
  }, async () => {
    await exportStore(world, file, NOW)
    const bytes = readFileSync(file)
    const damaged = newFile()
    const attempt = async (content: Uint8Array) => {
      writeFileSync(damaged, content)
      const store = memoryStore()
      const failure = await importStore(store, damaged).then(
        () => undefined,
        (e: unknown) => e,
      )
      if (failure === undefined) return expect(apart(await itemsOf(store))).toEqual(apart(wanted))
      expect(failure).toBeInstanceOf(TransferError)
      return expect(await itemsOf(store)).toEqual([])
    }
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, bits) => {
          const changed = Uint8Array.from(bytes)
          changed[at] = (changed[at] ?? 0) ^ bits
          await attempt(changed)
          writeFileSync(damaged, bytes.subarray(0, at))
          await expect(importStore(memoryStore(), damaged)).rejects.toThrow(TransferError)
        },
      ),
      { numRuns: 150 },
    )
  })

  const tampering: [string, (lines: string[]) => string[], string][] = [
    [
      'an item changed',
      (l) => l.with(1, (l[1] ?? '').replace('"version":', '"version":1')),
      'not what its last line says',
    ],
    ['an item left out', (l) => l.toSpliced(1, 1), 'not what its last line says'],
    ['an item twice', (l) => l.toSpliced(1, 0, l[1] ?? ''), 'not what its last line says'],
    [
      'two items exchanged',
      (l) => l.with(1, l[2] ?? '').with(2, l[1] ?? ''),
      'not what its last line says',
    ],
    ['no trailer', (l) => l.toSpliced(-2, 1), 'its end is missing'],
    ['a line after the trailer', (l) => l.toSpliced(-1, 0, l[1] ?? ''), 'it goes on after its end'],
    ['no header', (l) => l.slice(1), 'its first line does not say tenkey-export/1'],
    ['an item that is none', (l) => l.with(1, '{"pk":"a"}'), 'its item 1 is not one'],
    ['a line that is no JSON', (l) => l.with(1, 'secret'), 'a line is no JSON object'],
    [
      'an endless line',
      (l) => l.with(1, 'x'.repeat(3 << 20)),
      'a line has more than 1048576 bytes',
    ],
  ]
  test.each(tampering)(
    'of a file with %s is refused, and nothing written',
    async (_, tamper, words) => {
      await exportStore(world, file, NOW)
      writeFileSync(file, gzipSync(tamper(linesOf(file)).join('\n')))
      const store = memoryStore()
      const failure: unknown = await importStore(store, file).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(TransferError)
      expect(String(failure)).toContain(words)
      expect(String(failure)).not.toContain('secret')
      expect(await itemsOf(store)).toEqual([])
    },
  )

  test.each([
    ['is missing', () => join(folder, 'none'), 'there is no such file'],
    ['is a folder', () => folder, 'it is a folder'],
    [
      'is something else',
      () => {
        writeFileSync(file, 'text')
        return file
      },
      'it is no whole gzip file',
    ],
  ])('of a file that %s is refused', async (_, path, words) => {
    await expect(importStore(memoryStore(), path())).rejects.toThrow(words)
  })

  test.each([false, true])(
    'cut at any write is marked, refused by a server, and taken up again (%s)',
    async (applied) => {
      await exportStore(world, file, NOW)
      for (let at = 1; at <= wanted.length + 1; at++) {
        const store = memoryStore()
        await expect(importStore(cutStore(store, at, applied), file)).rejects.toThrow(Cut)
        const begun = await itemsOf(store)
        const finished = applied && at === wanted.length + 1
        if (begun.length > 0 && !finished) {
          const config = readConfig({ TENKEY_DATA: join(folder, 'none') })
          await expect(openInstallation(config, store)).rejects.toThrow(
            'an import into this store was cut short',
          )
          await expect(exportStore(store, newFile(), NOW)).rejects.toThrow('was cut short')
          await importStore(store, file)
        } else if (!finished) {
          await importStore(store, file)
        }
        expect(apart(await itemsOf(store))).toEqual(apart(wanted))
      }
    },
  )

  test('lets nobody in before all is there: tenants come last', async () => {
    await exportStore(world, file, NOW)
    for (let at = 1; at <= wanted.length; at++) {
      const store = memoryStore()
      await expect(importStore(cutStore(store, at, true), file)).rejects.toThrow(Cut)
      const begun = await itemsOf(store)
      if (begun.some(({ sk }) => sk === 'tenant')) expect(begun).toHaveLength(wanted.length)
    }
  })

  test('that was cut short is removed by --discard, however often that is cut', async () => {
    await exportStore(world, file, NOW)
    const store = memoryStore()
    await expect(importStore(cutStore(store, 9, true), file)).rejects.toThrow(Cut)
    const other = newFile()
    await exportStore(world, other, NOW + 1)
    await expect(importStore(store, other)).rejects.toThrow('the import of another file')
    for (let at = 1; at <= 3; at++) {
      await expect(discardImport(cutStore(store, at, at % 2 === 0))).rejects.toThrow(Cut)
    }
    expect((await discardImport(store)).removed).toBeGreaterThan(0)
    expect(await itemsOf(store)).toEqual([])
    await importStore(store, other)
    await expect(discardImport(store)).rejects.toThrow('nothing was removed')
    expect(apart(await itemsOf(store))).toEqual(apart(wanted))
  })

  test('stops where something else writes', async () => {
    await exportStore(world, file, NOW)
    const store = memoryStore()
    let adds = 0
    const shared: Store = {
      ...store,
      async add(item) {
        if (++adds === 3) await store.add({ ...item, data: { theirs: true } })
        return store.add(item)
      },
    }
    await expect(importStore(shared, file)).rejects.toThrow('something else writes to the store')
  })
})
