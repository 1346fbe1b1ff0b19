import { expect, test } from 'vitest'
import { StoreConflict } from '../../core/base/conflict.ts'
import { findPolicy } from '../../core/identity/attachment.ts'
import { policyVersionItem } from '../../core/identity/iam-items.ts'
import {
  addVersion,
  createManagedPolicy,
  type OwnPolicy,
  setDefaultVersion,
  versionText,
} from '../../core/identity/managed-policy.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { Cut, cutStore } from '../support/cut-store.ts'
import { meanwhile } from '../support/meanwhile.ts'

/** A version's text is what its maker gave, whoever adds another at once, and whoever died before. */

const ACCOUNT = '111122223333'
const NOW = 1_800_000_000_000
const HOME = { accountId: ACCOUNT, region: 'us-east-1' }
const ARN = `arn:aws:iam::${ACCOUNT}:policy/p`
const text = (action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: `kms:${action}`, Resource: '*' }],
  })

const portsOf = (store: Store): Pick<DataPorts, 'read' | 'write' | 'remove'> => ({
  ...{ read: store, write: store, remove: store },
})

async function policy(store: Store): Promise<OwnPolicy> {
  const { item, data, ...named } = (await findPolicy(store, HOME, ARN)) ?? {}
  if (item === undefined || data === undefined || !('arn' in named)) throw new Error('it is gone')
  return { ...named, item, data }
}

async function world(): Promise<Store> {
  const store = memoryStore()
  const given = { name: 'p', document: text('Encrypt'), tags: {} }
  await createManagedPolicy(portsOf(store), ACCOUNT, given, NOW)
  return store
}

/** As the pipeline makes it. @returns the number of the version */
async function add(store: Store, action: string, asDefault: boolean): Promise<number> {
  for (let tries = 0; tries < 10; tries++) {
    try {
      const own = await policy(store)
      const made = await addVersion(portsOf(store), ACCOUNT, own, text(action), asDefault, NOW)
      return made.next - 1
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error
    }
  }
  throw new Error('lost every race')
}

/** The texts of all versions once none of them is the default, by number; and what is stored of them. */
async function texts(store: Store): Promise<Record<number, string | undefined>> {
  await setDefaultVersion(portsOf(store), ACCOUNT, await policy(store), 1, NOW)
  const { data } = await policy(store)
  const all = await Promise.all(
    data.versions.map(async ({ number }) => [
      number,
      await versionText(store, ACCOUNT, data, number),
    ]),
  )
  return Object.fromEntries(all)
}

const stored = async (store: Store) =>
  (await store.scan(undefined, 100)).items.filter((item) => policyVersionItem.is(item)).length

test.for([
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const)('two versions added at once, as default: %s, %s', async ([first, second]) => {
  let runs = 0
  for (let step = 0; ; step++) {
    const store = await world()
    let other = 0
    const { slowed, reached } = meanwhile(store, step, async () => {
      other = await add(store, 'Decrypt', second)
    })
    const own = await add(slowed, 'Sign', first)
    if (!reached()) break
    runs++
    expect(await texts(store)).toEqual({
      1: text('Encrypt'),
      [own]: text('Sign'),
      [other]: text('Decrypt'),
    })
    expect(await stored(store)).toBe(3)
  }
  expect(runs).toBeGreaterThan(3)
})

test.for([false, true])('one added after a process died (there: %s)', async (applied) => {
  for (let at = 1; ; at++) {
    const store = await world()
    const died = await add(cutStore(store, at, applied), 'Sign', false).then(
      () => false,
      (error: unknown) => {
        if (!(error instanceof Cut)) throw error
        return true
      },
    )
    if (!died) {
      expect(at).toBeGreaterThan(2)
      break
    }
    const own = await add(store, 'Decrypt', false)
    expect((await texts(store))[own]).toBe(text('Decrypt'))
  }
})

test('a policy whose name is taken leaves nothing', async () => {
  const store = await world()
  const given = { name: 'P', document: text('Sign'), tags: {} }
  await expect(createManagedPolicy(portsOf(store), ACCOUNT, given, NOW)).rejects.toMatchObject({
    code: 'EntityAlreadyExistsException',
  })
  expect(await stored(store)).toBe(1)
})
