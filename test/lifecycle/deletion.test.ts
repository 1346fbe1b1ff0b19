import { describe, expect, test } from 'vitest'
import type { KeyData } from '../../core/key/key.ts'
import { keyFromItem, keyPlace, keyToItem } from '../../core/key/key-item.ts'
import { policyChangeItem } from '../../core/key/key-items.ts'
import { newKey } from '../../core/key/new-key.ts'
import { keyChanges } from '../../core/key/policy-history.ts'
import { destroyKey } from '../../core/lifecycle/deletion.ts'
import { memoryStore } from '../../core/store/memory.ts'

/** What a key must be before it is destroyed, whoever asks. */

const NOW = Date.UTC(2026, 5, 1)
const NAME = {
  accountId: '111122223333',
  region: 'us-east-1',
  id: '00000000-0000-4000-8000-000000000001',
}

async function stored(changes: Partial<KeyData>) {
  const store = memoryStore()
  const made = { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', created: NOW } as const
  const item = keyToItem(newKey(NAME, { ...made, description: 'kept', ...changes }))
  await store.put(item)
  const place = keyPlace(NAME.accountId, NAME.region, NAME.id)
  const look = async () => (await store.get([place]))[0]
  return { store, key: keyFromItem(item), look }
}

const due = { at: NOW, days: 7 }

describe('destroyKey', () => {
  test.for<[string, Partial<KeyData>]>([
    ['a key in use', { state: 'Enabled' }],
    ['a key in use, though it has a date', { state: 'Enabled', deletion: due }],
    ['a disabled key whose date was never taken away', { state: 'Disabled', deletion: due }],
    ['a key without a date', { state: 'PendingDeletion' }],
    ['a millisecond early', { state: 'PendingDeletion', deletion: { at: NOW + 1, days: 7 } }],
  ])('does not destroy %s', async ([, changes]) => {
    const { store, key, look } = await stored(changes)
    const before = await look()
    await expect(destroyKey(key, store, NOW)).rejects.toThrow('is not to be deleted')
    expect(await look()).toEqual(before)
  })

  test('destroys a key whose date has come', async () => {
    const { store, key, look } = await stored({ state: 'PendingDeletion', deletion: due })
    await destroyKey(key, store, NOW)
    expect(JSON.stringify(await look())).not.toContain('kept')
  })

  test('leaves nothing of what its policy was, and another key’s alone', async () => {
    const { store, key } = await stored({
      state: 'PendingDeletion',
      deletion: due,
      policyChange: { number: 120, id: 'b' },
    })
    const change = {
      at: NOW,
      by: { arn: 'a', id: 'i' },
      request: 'r',
      former: { document: 'former' },
      put: { document: 'put' },
    }
    const other = { ...key, id: '00000000-0000-4000-8000-000000000002' }
    // those that count, and one that a cut writer left
    for (let number = 1; number <= 121; number++)
      await store.put(keyChanges(key).item({ number, id: 'b' }, change))
    await store.put(keyChanges(other).item({ number: 1, id: 'b' }, change))
    await destroyKey(key, store, NOW)
    const { items } = await store.scan(undefined, 1000)
    const left = items.filter((item) => policyChangeItem.is(item))
    expect(left.map((item) => policyChangeItem.parts(item).id)).toEqual([other.id])
  })
})
