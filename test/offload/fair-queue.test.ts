import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fairQueue, type QueueBounds } from '../../core/offload/fair-queue.ts'

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )

/** A queue with works that end when they are told, and the order in which they began. */
function stage(bounds: Partial<QueueBounds> = {}) {
  const queue = fairQueue({ size: 1, backlog: 100, perAccount: 100, ...bounds })
  const began: string[] = []
  const ends: (() => void)[] = []
  return {
    began,
    ask(name: string, signal?: AbortSignal) {
      const [account = ''] = name
      const work = () =>
        new Promise<void>((resolve) => {
          began.push(name)
          ends.push(resolve)
        })
      return code(queue.run({ account, signal }, work))
    },
    /** Ends the work that began first of those under way. */
    async end() {
      ends.shift()?.()
      await settled()
    },
    fail: (account: string) =>
      code(
        queue.run({ account }, async () => {
          throw new Error('it failed')
        }),
      ),
    get underWay() {
      return ends.length
    },
  }
}

/** Until all that promises have to say has been said. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('A fair queue', () => {
  test('gives accounts turns, and each its own in the order of the calls', async () => {
    const { ask, end, began } = stage()
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2']) ask(name)
    for (let i = 0; i < 7; i++) await end()
    expect(began).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  })

  test('an account that asks for twenty keeps another waiting for one', async () => {
    const { ask, end, began } = stage({ size: 2 })
    for (let i = 0; i < 20; i++) ask(`a${i}`)
    ask('b')
    await end()
    await end()
    expect(began.slice(0, 4)).toEqual(['a0', 'a1', 'a2', 'b'])
  })

  test('what was asked for by those who have gone is never begun, and makes room', async () => {
    const { ask, end, began } = stage({ perAccount: 3 })
    const gone = new AbortController()
    ask('b1')
    const waiting = ['a1', 'a2', 'a3'].map((name) => ask(name, gone.signal))
    expect(await ask('a4')).toBe('ThrottlingException')
    gone.abort()
    expect(await Promise.all(waiting)).toEqual(Array(3).fill('ThrottlingException'))
    expect(await ask('a5', gone.signal)).toBe('ThrottlingException')
    const stays = ask('a6')
    await end()
    await end()
    expect(await stays).toBe('done')
    expect(began).toEqual(['b1', 'a6'])
  })

  test('whoever goes while its work is under way harms nobody', async () => {
    const { ask, end, began } = stage()
    const gone = new AbortController()
    const first = ask('a1', gone.signal)
    const second = ask('a2', gone.signal)
    await end()
    gone.abort()
    await end()
    expect(await Promise.all([first, second])).toEqual(['done', 'done'])
    ask('b1')
    expect(began).toEqual(['a1', 'a2', 'b1'])
  })

  test.each([
    ['of an account', { perAccount: 2 }, ['a1', 'a2'], 'a3', 'b1'],
    ['in all', { backlog: 2 }, ['a1', 'b1'], 'c1', undefined],
  ])('has bounds %s', async (_, bounds, waiting, refused, taken) => {
    const { ask, end, began } = stage(bounds)
    ask('z')
    for (const name of waiting) ask(name)
    expect(await ask(refused)).toBe('ThrottlingException')
    if (taken !== undefined) ask(taken)
    const all = ['z', ...waiting, ...(taken === undefined ? [] : [taken])]
    for (const _each of all) await end()
    expect(began.toSorted()).toEqual(all.toSorted())
    expect(began).not.toContain(refused)
  })

  test('a work that fails gives its place on', async () => {
    const { fail, ask, end, began } = stage()
    expect(await fail('a')).toBe('Error: it failed')
    ask('a1')
    const failing = fail('b')
    ask('c1')
    await end()
    expect(await failing).toBe('Error: it failed')
    expect(began).toEqual(['a1', 'c1'])
  })

  test('never more at once than its size, and everything asked for comes to an end', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('ask' as const), account: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('end' as const) }),
      fc.record({ do: fc.constant('go' as const), who: fc.nat(20) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), runs),
    )

    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
    async function runs(steps: readonly Step[], size: number) {
      const one = stage({ size, perAccount: 5, backlog: 10 })
      const asked: { gone: AbortController; outcome: Promise<string> }[] = []
      for (const each of steps) {
        if (each.do === 'ask') {
          const gone = new AbortController()
          asked.push({ gone, outcome: one.ask(each.account, gone.signal) })
        } else if (each.do === 'go') asked[each.who]?.gone.abort()
        else await one.end()
        expect(one.underWay).toBeLessThanOrEqual(size)
      }
      while (one.underWay > 0) await one.end()
      const outcomes = await Promise.all(asked.map(({ outcome }) => outcome))
      expect(one.began).toHaveLength(outcomes.filter((outcome) => outcome === 'done').length)
    }
  })
})
