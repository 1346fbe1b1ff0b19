import type { IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { ANY_BODY, type BodyLimit, MAX_BODY } from '../../core/protocol/body-limit.ts'
import { TooSlow, UPLOAD_LIMITS, type UploadLimits, uploads } from '../../server/upload.ts'

/** A body that is sent piece by piece, and what became of it. */
function stage(limits: Partial<UploadLimits> = {}) {
  let now = 0
  const all = uploads({ ...UPLOAD_LIMITS, ...limits }, () => now)
  return {
    pass(ms: number) {
      now += ms
      all.sweep()
      return settled()
    },
    drain: all.drain,
    send(address = 'a', limit: BodyLimit = ANY_BODY) {
      const stream = new PassThrough()
      const message = stream as unknown as IncomingMessage
      const outcome = { bytes: undefined as Buffer | undefined, error: undefined as unknown }
      let release = () => {}
      const done = all.read(message, address, limit).then(
        (body) => {
          outcome.bytes = body && Buffer.from(body.bytes)
          release = () => body?.release()
        },
        (error: unknown) => {
          outcome.error = error
        },
      )
      return {
        stream,
        outcome,
        done,
        answered: () => release(),
        async more(bytes: number | Uint8Array) {
          stream.write(typeof bytes === 'number' ? Buffer.alloc(bytes, 1) : bytes)
          await settled()
        },
        async end() {
          stream.end()
          await done
        },
      }
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const throttled = { code: 'ThrottlingException' }

describe('A body', () => {
  test.each([
    ['in one piece', [5]],
    ['in many small ones', Array.from({ length: 300 }, (_, i) => (i % 3) + 1)],
    ['in pieces of all sizes', [1, 70_000, 3, 500_000, 9]],
    ['as long as it may be', [MAX_BODY - 1, 1]],
    ['of nothing', []],
  ])('%s is whole', async (_, sizes) => {
    const { send } = stage()
    const one = send()
    const pieces = sizes.map((size, index) => Buffer.alloc(size, index))
    for (const piece of pieces) await one.more(piece)
    await one.end()
    expect(one.outcome.bytes?.equals(Buffer.concat(pieces))).toBe(true)
  })

  test('that is too long is refused as soon as it is', async () => {
    const one = stage().send()
    await one.more(MAX_BODY)
    await one.more(1)
    await one.done
    expect(one.outcome.error).toMatchObject({ code: 'RequestEntityTooLargeException' })
  })

  test('whose sender goes away is nothing', async () => {
    const one = stage().send()
    await one.more(3)
    one.stream.destroy()
    await one.done
    expect(one.outcome).toEqual({ bytes: undefined, error: undefined })
  })
})

describe('A body that comes slowly', () => {
  const limits = { grace: 1_000, rate: 100 }

  test('loses its connection when it falls behind the rate that is asked', async () => {
    const { send, pass } = stage(limits)
    const silent = send()
    const slow = send()
    const steady = send()
    await pass(1_000)
    expect(silent.outcome.error).toBeUndefined()
    for (let second = 0; second < 10; second++) {
      await slow.more(50)
      await steady.more(110)
      await pass(1_000)
    }
    expect(silent.outcome.error).toBeInstanceOf(TooSlow)
    expect(slow.outcome.error).toBeInstanceOf(TooSlow)
    await steady.end()
    expect(steady.outcome.bytes).toHaveLength(1_100)
  })

  test('may take its time to be answered', async () => {
    const { send, pass } = stage(limits)
    const one = send()
    await one.more(1)
    await one.end()
    await pass(100_000)
    expect(one.outcome.bytes).toHaveLength(1)
  })
})

describe('Memory for bodies', () => {
  test('of one address is bounded: its oldest unfinished body loses, and no other’s', async () => {
    const { send } = stage({ perAddress: 1_000 })
    const other = send('b')
    await other.more(900)
    const [first, second, third] = [send(), send(), send()]
    await first.more(400)
    await second.more(500)
    await third.more(400)
    await first.done
    expect(first.outcome.error).toMatchObject(throttled)
    for (const one of [second, third, other]) await one.end()
    expect([second, third, other].map(({ outcome }) => outcome.bytes?.length)).toEqual([
      500, 400, 900,
    ])
  })

  test('is bounded in all: the oldest unfinished body of whomever loses', async () => {
    const { send } = stage({ total: 1_000 })
    const halves = ['a', 'b', 'c'].map((address) => send(address))
    for (const half of halves) await half.more(300)
    const next = send('d')
    await next.more(300)
    await next.end()
    expect(next.outcome.bytes).toHaveLength(300)
    expect(halves.map(({ outcome }) => outcome.error !== undefined)).toEqual([true, false, false])
  })

  test('is taken until the answer: then a newcomer loses, not who waits for it', async () => {
    const { send } = stage({ total: 1_000 })
    const waits = send('a')
    await waits.more(900)
    await waits.end()
    const refused = send('b')
    await refused.more(200)
    await refused.done
    expect(refused.outcome.error).toMatchObject(throttled)
    waits.answered()
    const taken = send('b')
    await taken.more(900)
    await taken.end()
    expect(taken.outcome.bytes).toHaveLength(900)
  })

  test('counts the room that small pieces take, and gives all of it back', async () => {
    const { send } = stage({ total: 10_000, perAddress: 10_000 })
    for (let round = 0; round < 50; round++) {
      const one = send()
      for (const size of [1, 2, 3, 1_000, 1]) await one.more(size)
      if (round % 3 === 0) one.stream.destroy()
      else await one.end()
      await one.done
      one.answered()
      one.answered()
    }
    const last = send()
    await last.more(10_000)
    await last.end()
    expect(last.outcome.bytes).toHaveLength(10_000)
  })
})

describe('What is left of a refused body', () => {
  const limits = { drain: 1_000, drainTime: 5_000 }
  function refused() {
    const { drain, pass } = stage(limits)
    const stream = new PassThrough()
    const socket = new PassThrough()
    drain(Object.assign(stream, { socket, complete: false }) as unknown as IncomingMessage)
    return { stream, socket, pass }
  }

  test('is read and dropped, and its connection kept', async () => {
    const { stream, socket, pass } = refused()
    stream.end(Buffer.alloc(1_000))
    await settled()
    await pass(100_000)
    expect(stream.destroyed).toBe(true)
    expect(socket.destroyed).toBe(false)
  })

  test('ends its connection where it is too much', async () => {
    const { stream, socket } = refused()
    stream.write(Buffer.alloc(1_001))
    await settled()
    expect(socket.destroyed).toBe(true)
  })

  test('ends its connection where it does not come', async () => {
    const { stream, socket, pass } = refused()
    stream.write('x')
    await pass(5_000)
    expect(socket.destroyed).toBe(false)
    await pass(1)
    expect(socket.destroyed).toBe(true)
  })
})
