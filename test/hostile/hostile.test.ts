// @module-tag long
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HttpResponse } from '../../core/base/http-message.ts'
import type { Protocol } from '../../core/protocol/protocol.ts'
import type { Service } from '../../core/service.ts'
import { operationNamed } from '../support/calls.ts'
import { sliced } from '../support/slice.ts'
import { brokenPromises, PROMISES } from './afterwards.ts'
import { callOf } from './faces.ts'
import { breachOf, harmOf } from './invariants.ts'
import { largestInputs } from './largest.ts'
import { sendLargest } from './largest-run.ts'
import { runHostile } from './run.ts'
import { runWire } from './wire-run.ts'
import { makeWorld, type World } from './world.ts'

/** a new one each time, printed, so that a failure can be had again: `npm run test:hostile -- --seed N` */
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const CASES = sliced ? 200 : 400
const CONNECTIONS = 30
/** of the largest inputs, which differ little from operation to operation, one in so many */
const ONE_IN = sliced ? 400 : 100

describe('The hostile suite', () => {
  test(`${CASES} random cases break nothing, and every promise holds afterwards`, async () => {
    process.stdout.write(`hostile: seed ${seed}, ${CASES} cases\n`)
    const { breaches } = await runHostile({ cases: CASES, seed })
    expect(breaches, `seed ${seed}`).toEqual([])
  })

  test(`${CONNECTIONS} connections break nothing`, async () => {
    const { breaches } = await runWire(CONNECTIONS, seed)
    expect(breaches, `seed ${seed}`).toEqual([])
  })

  test(`one in ${ONE_IN} of the largest inputs that decode breaks nothing`, async () => {
    const world = await makeWorld()
    const all = [...largestInputs()].length
    const { cases, breaches } = await sendLargest(world, (index) => (index + seed) % ONE_IN === 0)
    await world.close()
    expect(Math.abs(cases - all / ONE_IN)).toBeLessThan(1)
    expect(breaches, `seed ${seed}`).toEqual([])
  })

  test('asks for every promise of the threat model', () => {
    const file = new URL('../../docs/threat-model.md', import.meta.url)
    const [, section = ''] = /\n## The promises\n(.*?)\n## /s.exec(readFileSync(file, 'utf8')) ?? []
    const headings = [...section.matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)
    expect(Object.keys(PROMISES)).toEqual(headings)
  })
})

describe('It notices', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })
  afterAll(() => world.close())

  const call = callOf('aws', operationNamed('DescribeKey'), 'root', { KeyId: '$symmetric$' })
  const answering = (change: (answer: HttpResponse) => HttpResponse): Partial<Service> => {
    const { awsJson } = world.service
    const changed: Protocol = {
      ...awsJson,
      route: (request) => ({ ...awsJson.route(request), protocol: changed }),
      success: (...given) => change(awsJson.success(...given)),
    }
    return { awsJson: changed }
  }
  const reading = (input: Protocol['input']): Partial<Service> => {
    const { awsJson } = world.service
    const changed: Protocol = {
      ...awsJson,
      route: (request) => ({ ...awsJson.route(request), protocol: changed }),
      input,
    }
    return { awsJson: changed }
  }
  /** By what this thread has worked, as it is judged: a machine may be busy with other things. */
  function busyFor(ms: number): void {
    for (const before = process.threadCpuUsage(); ; ) {
      const { user, system } = process.threadCpuUsage(before)
      if (user + system >= ms * 1000) return
    }
  }
  const twice = { ...call, body: call.body.replace('}', ',"Twice":true}') }

  const faults: [string, () => Partial<Service>, RegExp][] = [
    [
      'an answer that is our fault',
      () =>
        reading(() => {
          throw new TypeError('planted')
        }),
      /^it is answered 500: /,
    ],
    [
      'a refusal of 65 KB',
      () => answering((answer) => ({ ...answer, status: 400, body: 'x'.repeat(65 * 1024 + 1) })),
      /^its refusal has 66561 bytes$/,
    ],
    [
      'a secret that is answered',
      () => answering((answer) => ({ ...answer, body: `{"x":"${world.secrets[0]}"}` })),
      /^its answer holds a secret$/,
    ],
    [
      'a header that can’t be sent',
      () => answering((answer) => ({ ...answer, headers: { etag: '"\r\n"' } })),
      /^its answer has a header etag that can't be sent$/,
    ],
    [
      'a line in the log',
      () =>
        reading((...given) => {
          world.service.log('warn', { planted: true })
          return world.service.awsJson.input(...given)
        }),
      /^it leaves a line in the log: .*planted/,
    ],
    [
      'a request that keeps the process busy',
      () =>
        reading((route, request, claim) => {
          if (Buffer.from(request.body).includes('Twice')) busyFor(1_000)
          return world.service.awsJson.input(route, request, claim)
        }),
      /^it keeps the process busy for \d+ ms, a legitimate one of \d+ bytes for \d+$/,
    ],
  ]
  test.each(faults)('%s', async (_, fault, words) => {
    const faulty = { ...world, service: { ...world.service, ...fault() } }
    expect(await breachOf([twice], faulty)).toMatch(words)
    world.log.splice(0)
    expect(await breachOf([twice], world)).toBeUndefined()
  })

  test('another tenant that is not served', async () => {
    expect(await harmOf(world)).toBeUndefined()
    const call = () => Promise.reject(new Error('planted'))
    expect(await harmOf({ ...world, call })).toMatch(/^another tenant’s call fails: Error: planted/)
  })

  test('a secret that is stored, and a promise that does not hold', async () => {
    expect(await brokenPromises(world)).toEqual([])
    const Description = world.secrets[0] ?? ''
    const credential = world.credentials.get('root')
    if (credential === undefined) throw new Error('nobody attacks')
    const faulty = await makeWorld()
    const victim = { ...faulty.victim, ciphertext: faulty.values.get('ciphertext') ?? '' }
    const broken = await brokenPromises({ ...faulty, victim, secrets: ['changes: 0'] })
    await faulty.close()
    expect(Description).not.toBe('')
    expect(broken.map((one) => one.split(':')[0])).toEqual([
      Object.keys(PROMISES)[0],
      Object.keys(PROMISES).at(-1),
    ])
  })
})
