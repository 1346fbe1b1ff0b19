import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { INSTALLATION } from '../../core/item/installation.ts'
import { RELEASE } from '../../core/items.ts'
import { keyring } from '../../core/key/keyring.ts'
import { localFileRoot } from '../../core/root/local-file.ts'
import { type RootKey, RootKeyUnavailable } from '../../core/root/root.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { openInstallation } from '../../server/installation.ts'
import { moveRoot } from '../../server/root-move.ts'
import { allItems } from '../../server/transfer.ts'
import { Cut, cutStore } from '../support/cut-store.ts'

const TENANTS = ['111122223333', '222233334444', '333344445555']
const REGIONS = ['global', 'us-east-1']
const KEYS = TENANTS.length * REGIONS.length
const SECRET = { purpose: 'test' }
const NOW = 1

let folder = ''
let from: RootKey
let to: RootKey
let store: Store
let sealed: Map<string, string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenkey-move-'))
  from = await localFileRoot({ file: join(folder, 'from'), create: true })
  to = await localFileRoot({ file: join(folder, 'to'), create: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const keysOf = (root: RootKey, on = store) =>
  keyring({ store: on, root, capacity: 100, lifetime: 1000 })

beforeEach(async () => {
  store = memoryStore()
  await store.add({
    ...INSTALLATION,
    version: 1,
    data: { format: RELEASE.generation, root: from.id, tenant: '1' },
  })
  sealed = new Map()
  const keys = keysOf(from)
  for (const tenant of TENANTS) {
    for (const region of REGIONS) await keys.createTenantKey(tenant, region, NOW)
    sealed.set(tenant, await keys.sealSecret(tenant, SECRET, Buffer.from(`of ${tenant}`)))
  }
})

/** Every secret opens under a root, and no item names another. */
async function expectMoved(root = to): Promise<void> {
  const keys = keysOf(root)
  for (const [tenant, wrapped] of sealed) {
    expect((await keys.openSecret(tenant, SECRET, wrapped)).toString()).toBe(`of ${tenant}`)
  }
  const roots = new Set<unknown>()
  for await (const { data } of allItems(store)) {
    for (const key of (data['keys'] ?? []) as { root: string }[]) roots.add(key.root)
  }
  expect([...roots]).toEqual([root.id])
  const [installation] = await store.get([INSTALLATION])
  expect(installation?.data).toEqual({ format: RELEASE.generation, root: root.id, tenant: '1' })
}

describe('a move to another root key', () => {
  test('wraps every tenant key anew; the former root is needed no more', async () => {
    expect(await moveRoot(store, from, to)).toEqual({ moved: KEYS })
    await expectMoved()
    await expect(
      keysOf(from).openSecret('111122223333', SECRET, sealed.get('111122223333') ?? ''),
    ).rejects.toThrow('root key')
    expect(await moveRoot(store, to, from)).toEqual({ moved: KEYS })
    await expectMoved(from)
  })

  test.each([false, true])(
    'cut at any write is refused by a server, and finished by the next (%s)',
    async (applied) => {
      const whole = KEYS + 2
      for (let at = 1; at <= whole; at++) {
        const copy = memoryStore()
        for await (const item of allItems(store)) await copy.add(item)
        const kept = store
        store = copy
        await expect(moveRoot(cutStore(copy, at, applied), from, to)).rejects.toThrow(Cut)
        const begun = applied ? at < whole : at > 1
        const config = readConfig({ TENKEY_ROOT: `file:${join(folder, 'from')}` })
        if (begun) {
          await expect(openInstallation(config, copy)).rejects.toThrow(
            `to root key ${to.id} was cut short`,
          )
        }
        await moveRoot(copy, from, to)
        await expectMoved()
        store = kept
      }
    },
  )

  test('cut short is finished before another begins', async () => {
    const third = await localFileRoot({ file: join(folder, 'third'), create: true })
    await expect(moveRoot(cutStore(store, 4, true), from, to)).rejects.toThrow(Cut)
    await expect(moveRoot(store, from, third)).rejects.toThrow(
      `a move to root key ${to.id} was cut short`,
    )
    await moveRoot(store, from, to)
    await expectMoved()
  })

  test('done again takes the keys that a forgotten server made under the former root', async () => {
    await moveRoot(store, from, to)
    await keysOf(from).createTenantKey('444455556666', 'eu-west-1', NOW)
    expect(await moveRoot(store, from, to)).toEqual({ moved: 1 })
    await expectMoved()
  })

  test('changes nothing where the new root does not open what it wraps, or is away', async () => {
    const broken: [RootKey, string][] = [
      [{ ...to, unwrap: async () => Buffer.alloc(32) }, 'does not open what it wrapped'],
      [
        {
          ...to,
          wrap: async () => {
            throw new RootKeyUnavailable('throttled')
          },
        },
        'throttled',
      ],
    ]
    for (const [root, words] of broken) {
      await expect(moveRoot(store, from, root)).rejects.toThrow(words)
      await expectMoved(from)
    }
  })

  test('that a root cuts short is taken up again', async () => {
    let wraps = 0
    const tired: RootKey = {
      ...to,
      async wrap(bytes, context) {
        if (++wraps > 3) throw new RootKeyUnavailable('throttled')
        return to.wrap(bytes, context)
      },
    }
    await expect(moveRoot(store, from, tired)).rejects.toThrow('throttled')
    await moveRoot(store, from, to)
    await expectMoved()
  })

  test('to the root it has is refused', async () => {
    await expect(moveRoot(store, from, from)).rejects.toThrow(`the root key is ${from.id} already`)
  })

  test('of a store that needs a third root, or of none, is refused', async () => {
    const third = await localFileRoot({ file: join(folder, 'third'), create: true })
    const fourth = await localFileRoot({ file: join(folder, 'fourth'), create: true })
    await expect(moveRoot(store, third, fourth)).rejects.toThrow(
      `the store needs root key ${from.id}, but TENKEY_ROOT names ${third.id}`,
    )
    await expect(moveRoot(memoryStore(), from, to)).rejects.toThrow('the store is empty')
    await expectMoved(from)
  })
})
