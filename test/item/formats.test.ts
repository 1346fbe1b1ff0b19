import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { KmsError } from '../../core/base/errors.ts'
import {
  type FormatMark,
  formattedStore,
  openMark,
  ownMark,
  type Release,
  StoreTooNew,
} from '../../core/item/formats.ts'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { ItemTooNew, regionItem } from '../../core/item/item-kind.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Store } from '../../core/store/store.ts'
import { UpgradeError, upgradeStore } from '../../server/upgrade.ts'

/**
 * A worked example: a kind of item that has two formats. Release 1 knows the first, a text with its author;
 * release 2 has them apart, and in a list that the first format has no word for beyond one.
 */
const about = { name: 'note', sort: ['id'], holds: 'a note', writtenBy: [] } as const
const note1 = regionItem<{ readonly text: string }, ['id']>({ ...about, sort: ['id'] })
const note2 = regionItem<{ readonly lines: readonly string[] }, ['id']>({
  ...about,
  sort: ['id'],
  due: { of: ({ lines }) => lines.length },
  later: [
    {
      since: 2,
      upgrade: ({ text }) => ({ lines: [String(text)] }),
      lower({ lines }) {
        const [text = '', ...more] = lines as string[]
        if (more.length === 0) return { text }
        throw new KmsError('UnsupportedOperationException', 'a second line needs `tenkey upgrade`')
      },
    },
  ],
})
const release1: Release = { generation: 1, kinds: async () => [note1] }
const release2: Release = { generation: 2, kinds: async () => [note2] }
const PLACE = note2.place({ accountId: '111122223333', region: 'us-east-1', id: 'n' })

/** A store of an installation whose mark is at this generation. */
async function installed(format: number, store: Store = memoryStore()): Promise<Store> {
  await store.put(installationItem.item(INSTALLATION, 1, { format, root: 'test' }))
  return store
}

/** One process of a release on a store. */
async function started(store: Store, release: Release) {
  const mark = await openMark(store, release)
  return { mark, store: formattedStore(store, mark, release) }
}

/** Adds to the note's only line as code of release 1 does. */
async function edit1(store: Store, more: string): Promise<boolean> {
  const [item] = await store.get([PLACE])
  const text = (item === undefined ? '' : note1.read(item).text) + more
  return store.put(note1.item(PLACE, (item?.version ?? 0) + 1, { text }))
}

/** The same as code of release 2 does. */
async function edit2(store: Store, more: string): Promise<boolean> {
  const [item] = await store.get([PLACE])
  const [first = '', ...others] = item === undefined ? [] : note2.read(item).lines
  return store.put(
    note2.item(PLACE, (item?.version ?? 0) + 1, { lines: [first + more, ...others] }),
  )
}

const rawOf = async (store: Store) => (await store.get([PLACE]))[0]

describe('A format that comes with a release', () => {
  test('is read at once, written once the mark is raised, and items follow when they are touched', async () => {
    const raw = await installed(1)
    const old = await started(raw, release1)
    await edit1(old.store, 'a')
    const { mark, store } = await started(raw, release2)
    expect(note2.read((await rawOf(raw)) as never)).toEqual({ lines: ['a'] })
    await edit2(store, 'b')
    // its date is there already; its data is as older releases read it
    expect(await rawOf(raw)).toEqual({ ...PLACE, version: 2, due: 1, data: { text: 'ab' } })
    await edit1(old.store, 'c')

    expect(await upgradeStore(raw, release2)).toEqual({ from: 1, to: 2 })
    await edit2(store, 'd')
    // until it looks again the former format is written, which is read for ever
    expect(await rawOf(raw)).toMatchObject({ data: { text: 'abcd' } })
    await mark.refresh()
    expect(await rawOf(raw)).toMatchObject({ data: { text: 'abcd' } })
    await edit2(store, 'e')
    expect(await rawOf(raw)).toEqual({
      ...PLACE,
      version: 5,
      due: 1,
      format: 2,
      data: { lines: ['abcde'] },
    })
  })

  test('what the former format can not say is refused until then', async () => {
    const raw = await installed(1)
    const { mark, store } = await started(raw, release2)
    const two = note2.item(PLACE, 1, { lines: ['a', 'b'] })
    await expect(store.put(two)).rejects.toThrow('a second line needs `tenkey upgrade`')
    await expect(store.add(two)).rejects.toThrow('a second line needs `tenkey upgrade`')
    expect(await rawOf(raw)).toBeUndefined()
    await upgradeStore(raw, release2)
    await mark.refresh()
    expect(await store.put(two)).toBe(true)
    expect(await rawOf(raw)).toEqual({ ...two, due: 2, format: 2 })
  })

  test('a process of the release before never misreads it, and writes nothing once it knows', async () => {
    const raw = await installed(1)
    const old = await started(raw, release1)
    await upgradeStore(raw, release2)
    const { store } = await started(raw, release2)
    await edit2(store, 'new')
    await expect(edit1(old.store, 'old')).rejects.toThrow(ItemTooNew)
    await expect(old.mark.refresh()).rejects.toThrow(StoreTooNew)
    await expect(old.store.put(note1.item(PLACE, 9, { text: '' }))).rejects.toThrow(StoreTooNew)
    expect(await rawOf(raw)).toMatchObject({ format: 2, data: { lines: ['new'] } })
  })

  test('an item of a kind that the release does not know is written as it is', async () => {
    const raw = await installed(2)
    const { store } = await started(raw, release2)
    const other = { pk: 'x', sk: 'y', version: 1, format: 3, tag: 'dGFn', data: {} }
    expect(await store.add(other)).toBe(true)
    expect(await raw.get([other])).toEqual([other])
  })

  test('two processes of different releases lose no edit of each other, before, while and after it is raised (property)', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('old', 'new', 'look', 'upgrade'), { maxLength: 30 }),
        async (steps) => {
          const raw = await installed(1)
          const old = await started(raw, release1)
          const { mark, store } = await started(raw, release2)
          let wanted = ''
          for (const [index, step] of steps.entries()) {
            const more = String(index % 10)
            if (step === 'look') await mark.refresh()
            else if (step === 'upgrade') await upgradeStore(raw, release2)
            else if (step === 'new') {
              expect(await edit2(store, more)).toBe(true)
              wanted += more
            } else {
              // refused is well; taken must be there
              const taken = await edit1(old.store, more).catch((error: unknown) => {
                expect(error).toBeInstanceOf(ItemTooNew)
                return false
              })
              if (taken) wanted += more
            }
            const item = await rawOf(raw)
            const [line = ''] = item === undefined ? [] : note2.read(item).lines
            expect(line).toBe(wanted)
          }
        },
      ),
      { numRuns: 200 },
    ))
})

describe('The mark of a store', () => {
  test.each([
    ['a release that reads it', 2, release2, 2],
    ['a release that reads more', 1, release2, 1],
  ])('is what is written, for %s', async (_, format, release, written) => {
    expect((await openMark(await installed(format), release)).written()).toBe(written)
  })

  test.each([[2], [17], ['2' as never], [Number.NaN]])(
    '%s is refused at the start, in one line, by a release that reads up to 1',
    async (format) => {
      const opening = openMark(await installed(format), release1)
      await expect(opening).rejects.toThrow(StoreTooNew)
      await expect(opening).rejects.toThrow(
        /^the store was made by a newer tenkey \(format .+\): this one reads up to format 1$/,
      )
    },
  )

  test('of a store that is nobody’s yet is the first generation', async () => {
    expect((await openMark(memoryStore(), release2)).written()).toBe(1)
    expect(ownMark(release2).written()).toBe(2)
  })

  test('never goes down', async () => {
    const raw = await installed(2)
    const mark = await openMark(raw, release2)
    const [item] = await raw.get([INSTALLATION])
    await raw.put(installationItem.next(item as never, { format: 1, root: 'test' }))
    await mark.refresh()
    expect(mark.written()).toBe(2)
    await expect(upgradeStore(await installed(2), release1)).rejects.toThrow(StoreTooNew)
  })

  test('is read at the start and when it is asked for, never with a read or a write', async () => {
    let reads = 0
    const inner = await installed(1)
    const counting: Store = {
      ...inner,
      get(keys) {
        reads++
        return inner.get(keys)
      },
    }
    const mark: FormatMark = await openMark(counting, release2)
    const store = formattedStore(inner, mark, release2)
    for (let version = 1; version < 10; version++) {
      await store.put(note2.item(PLACE, version, { lines: ['a'] }))
      await store.get([PLACE])
    }
    expect(reads).toBe(1)
    await mark.refresh(60_000)
    expect(reads).toBe(1)
    await mark.refresh()
    expect(reads).toBe(2)
  })
})

describe('Raising the mark', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-formats-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('is one write, made once, beside processes that use the store', async () => {
    const file = join(folder, 'store.db')
    const [one, two] = [sqliteStore({ file }), sqliteStore({ file })]
    await installed(1, one)
    const { mark } = await started(one, release2)
    const done = await Promise.all([upgradeStore(two, release2), upgradeStore(one, release2)])
    expect(done.map(({ to }) => to)).toEqual([2, 2])
    expect(await upgradeStore(two, release2)).toEqual({ from: 2, to: 2 })
    expect((await one.get([INSTALLATION]))[0]).toMatchObject({ version: 2, data: { format: 2 } })
    await mark.refresh()
    expect(mark.written()).toBe(2)
    await expect(openMark(two, release1)).rejects.toThrow(StoreTooNew)
    await Promise.all([one.close(), two.close()])
  })

  test.each([
    ['an empty store', undefined, 'the store is empty'],
    ['a store that is half imported', { importing: 'x' }, 'an import into it was cut short'],
    ['a store that is half moved', { moving: 'x' }, 'a move of its root key was cut short'],
  ])('of %s is refused', async (_, more, words) => {
    const store = memoryStore()
    const data = { format: 1, root: 'test', ...more }
    if (more) await store.put(installationItem.item(INSTALLATION, 1, data))
    const raising = upgradeStore(store, release2)
    await expect(raising).rejects.toThrow(UpgradeError)
    await expect(raising).rejects.toThrow(words)
  })
})
