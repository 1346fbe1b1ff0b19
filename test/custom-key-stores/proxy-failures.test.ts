import { beforeEach, expect, test } from 'vitest'
import { ProxyFailure } from '../../core/custom-key-store/xks.ts'
import { proxyFailures } from '../../core/external-store/proxy-failures.ts'

let lines: Readonly<Record<string, unknown>>[] = []
let now = 0
beforeEach(() => {
  lines = []
  now = Date.UTC(2026, 10, 28)
})
const log = (level: string, entry: Readonly<Record<string, unknown>>) => {
  lines.push({ level, ...entry })
}

const store = (id: string) => ({
  accountId: '111122223333',
  region: 'us-east-1',
  id,
  proxy: {
    ...{ endpoint: 'https://proxy.example.com', path: '/kms/xks/v1' },
    ...{ accessKeyId: 'ABCDEFGHIJKLMNOPQRST', secret: 'wrapped' },
  },
})
const refused = new ProxyFailure('Unreachable', 'connect ECONNREFUSED 192.0.2.1:443')

test('a line says which store, which proxy and why, and nothing of its credential', () => {
  proxyFailures(log, () => now)(store('cks-1'), refused)
  expect(lines).toEqual([
    {
      level: 'warn',
      xksProxy: 'failed',
      account: '111122223333',
      region: 'us-east-1',
      customKeyStore: 'cks-1',
      endpoint: 'https://proxy.example.com',
      reason: 'Unreachable',
      detail: 'connect ECONNREFUSED 192.0.2.1:443',
    },
  ])
})

test('one line a minute for a store, and the number of those that got none', () => {
  const failed = proxyFailures(log, () => now)
  for (let call = 0; call < 1000; call++) failed(store('cks-1'), refused)
  failed(store('cks-2'), new ProxyFailure('TimedOut'))
  expect(lines.map(({ reason }) => reason)).toEqual(['Unreachable', 'TimedOut'])
  expect(lines[1]).not.toHaveProperty('detail')
  now += 60_000
  failed(store('cks-1'), new ProxyFailure('NoTls', 'another reason'))
  expect(lines.slice(2)).toMatchObject([{ more: 999 }, { reason: 'NoTls' }])
})

test('lines are bounded, whoever names how many stores, and so is what the other side chose', () => {
  const failed = proxyFailures(log, () => now)
  for (let one = 0; one < 1000; one++) {
    failed(store(`cks-${one}`), new ProxyFailure('NoTls', 'x'.repeat(10_000)))
  }
  expect(lines).toHaveLength(100)
  expect(JSON.stringify(lines[0]).length).toBeLessThan(700)
})

test('a clock that is put back begins anew', () => {
  const failed = proxyFailures(log, () => now)
  failed(store('cks-1'), refused)
  now -= 3600_000
  failed(store('cks-1'), refused)
  expect(lines).toHaveLength(2)
})
