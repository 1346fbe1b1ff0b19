import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BoundedCache } from '../../core/base/bounded-cache.ts'

const slot = fc.constantFrom(...'abcdefgh')
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), slot, weight: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('get' as const), slot }),
  fc.record({ do: fc.constant('delete' as const), slot }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 60 }) }),
)
const LIFETIME = 100

/** After it, what nothing refers to is gone. */
async function collected(): Promise<void> {
  // a WeakRef that was looked at holds until the turn ends
  await new Promise((resolve) => setImmediate(resolve))
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
}

describe('a bounded cache', () => {
  test('answers the last value that was set and not deleted, or nothing; never one that has expired, never more than fits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.array(step, { maxLength: 80 }),
        (capacity, steps) => {
          let now = 0
          let count = 0
          const cache = new BoundedCache<number>({ capacity, lifetime: LIFETIME, clock: () => now })
          const set = new Map<string, { value: number; weight: number; until: number }>()
          const answered = (name: string) => {
            const value = cache.get(name)
            if (value === undefined) return 0
            const known = set.get(name)
            expect(value).toBe(known?.value)
            expect(now).toBeLessThan(known?.until ?? 0)
            return known?.weight ?? 0
          }
          for (const one of steps) {
            if (one.do === 'wait') now += one.ms
            else if (one.do === 'get') answered(one.slot)
            else if (one.do === 'delete') {
              cache.delete(one.slot)
              set.delete(one.slot)
              expect(cache.get(one.slot)).toBeUndefined()
            } else {
              const { weight } = one
              cache.set(one.slot, ++count, weight)
              set.set(one.slot, { value: count, weight, until: now + LIFETIME })
              expect(cache.get(one.slot)).toBe(weight <= capacity / 2 ? count : undefined)
            }
          }
          const weights = [...set.keys()].map(answered)
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(capacity)
        },
      ),
    )
  })

  test('keeps what is asked for, and forgets what is not', () => {
    const cache = new BoundedCache<number>({ capacity: 10 })
    cache.set('wanted', 0)
    cache.set('forgotten', 0)
    for (let i = 0; i < 100; i++) {
      cache.set(`other ${i}`, i)
      expect(cache.get('wanted')).toBe(0)
    }
    expect(cache.get('forgotten')).toBeUndefined()
  })

  test('being asked for gives nothing a longer life', () => {
    let now = 0
    const cache = new BoundedCache<number>({ capacity: 10, lifetime: 100, clock: () => now })
    cache.set('a', 1)
    for (now = 0; now < 100; now += 10) expect(cache.get('a')).toBe(1)
    expect(cache.get('a')).toBeUndefined()
  })

  test('lets go of what has expired with the writes that follow', async () => {
    let now = 0
    const cache = new BoundedCache<object>({ capacity: 100, lifetime: 100, clock: () => now })
    const dropped = new WeakRef({})
    cache.set('secret', dropped.deref() ?? {})
    for (const later of [100, 200]) {
      now = later
      cache.set('other', {})
    }
    await collected()
    expect(dropped.deref()).toBeUndefined()
  })
})
