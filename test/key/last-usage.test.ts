import { expect, test } from 'vitest'
import type { Key } from '../../core/key/key.ts'
import { usageLog } from '../../core/key/last-usage.ts'
import { memoryStore } from '../../core/store/memory.ts'

const pk = '111122223333/us-east-1'
const keyOf = (id: string, data = {}): Key => ({
  accountId: '111122223333',
  region: 'us-east-1',
  id,
  arn: `arn/${id}`,
  version: 1,
  data: data as Key['data'],
})
const START = Date.UTC(2026, 0, 2)
const use = (at: number) => ({
  operation: 'Encrypt',
  at: START + at,
  requestId: `r${at}`,
  eventId: `e${at}`,
})

async function stored(count: number) {
  const store = memoryStore()
  for (let n = 0; n < count; n++) {
    await store.put({ pk, sk: `key#${n}`, version: 1, data: {} })
  }
  return store
}

test('a use that can’t be written holds up no other key’s, and is written once it can be', async () => {
  const store = await stored(5)
  let away = true
  const log = usageLog({
    get: store.get,
    put: async (item) => {
      if (away && item.sk === 'usage#0') throw new Error('away')
      return store.put(item)
    },
  })
  for (let n = 0; n < 5; n++) log.note(keyOf(`${n}`), use(1))
  await expect(log.flush()).rejects.toThrow('away')
  const written = async () =>
    (await store.query({ pk, prefix: 'usage#', limit: 9 })).items.map(({ sk }) => sk)
  expect(await written()).toEqual(['usage#1', 'usage#2', 'usage#3', 'usage#4'])
  away = false
  await log.flush()
  expect(await written()).toHaveLength(5)
})

test.each([true, false])('so many keys are remembered, written (%s) or not', async (writable) => {
  const store = await stored(20)
  const log = usageLog(
    {
      get: store.get,
      put: async (item) => {
        if (!writable) throw new Error('away')
        return store.put(item)
      },
    },
    10,
  )
  for (let n = 0; n < 20; n++) log.note(keyOf(`${n}`), use(1))
  await log.flush().catch(() => undefined)
  // whoever is noted anew is written again: what was remembered is not
  for (let n = 0; n < 20; n++) log.note(keyOf(`${n}`), use(2))
  await log.flush().catch(() => undefined)
  const { items } = await store.query({ pk, prefix: 'usage#', limit: 50 })
  const again = items.filter(({ version }) => version === 2)
  expect(again).toHaveLength(writable ? 10 : 0)
  const inMemory = await Promise.all(Array.from({ length: 20 }, (_, n) => log.last(keyOf(`${n}`))))
  expect(inMemory.filter((one) => one !== undefined)).toHaveLength(writable ? 20 : 10)
})
