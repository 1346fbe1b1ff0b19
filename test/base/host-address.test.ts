import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hostAddresses } from '../../core/base/host-address.ts'

interface Asked {
  readonly host: string
  readonly answer: (address: string) => void
}
let asked: Asked[] = []

const look = (host: string) =>
  new Promise<{ address: string }[]>((resolve) => {
    asked.push({ host, answer: (address) => resolve([{ address }]) })
  })
const at = (host: string) => hostAddresses(host, undefined, look)

beforeEach(() => {
  asked = []
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})
const hosts = () => asked.map(({ host }) => host)
const settled = () => vi.advanceTimersByTimeAsync(0)

test('hosts that others name are looked up one at a time', async () => {
  const found = ['a.example', 'b.example'].map(at)
  await settled()
  expect(hosts()).toEqual(['a.example'])
  asked[0]?.answer('8.8.8.8')
  await settled()
  expect(hosts()).toEqual(['a.example', 'b.example'])
  asked[1]?.answer('10.0.0.1')
  expect(await Promise.all(found)).toMatchObject([
    { addresses: ['8.8.8.8'], open: true },
    { addresses: ['10.0.0.1'], open: false },
  ])
})

test('who waits for a name that nobody answers is told so, and an address waits for none', async () => {
  const silent = at('silent.example')
  const behind = at('behind.example')
  const refused = expect(behind).rejects.toThrow('another host is being looked up')
  await settled()
  expect(await at('1.1.1.1')).toMatchObject({ open: true })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(hosts()).toEqual(['silent.example'])
  asked[0]?.answer('8.8.8.8')
  await silent
  await refused
  // and then the next is asked at once
  const next = at('next.example')
  await settled()
  asked[1]?.answer('9.9.9.9')
  expect(await next).toMatchObject({ addresses: ['9.9.9.9'] })
})

test('no more than a hundred wait', async () => {
  const all = Array.from({ length: 101 }, (_, n) => at(`h${n}.example`))
  await expect(all[100]).rejects.toThrow('too many hosts')
  for (let n = 0; n < 100; n++) {
    await settled()
    asked[n]?.answer('8.8.8.8')
  }
  expect(await Promise.all(all.slice(0, 100))).toHaveLength(100)
})
