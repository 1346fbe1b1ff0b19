import { randomUUID } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostAddresses } from '../../core/base/host-address.ts'
import { type AskServers, hostLookup } from '../../core/base/host-lookup.ts'

/** A name server: what it has, and silence for every name that begins with `silent`. */
const RECORDS: Readonly<Record<string, { 4?: string; 6?: string }>> = {
  'both.example': { 4: '8.8.8.8', 6: '2001:4860:4860::8888' },
  'six.example': { 6: '2001:4860:4860::8844' },
  'inner.example': { 4: '10.0.0.1' },
}
let server: Socket
let asked: string[] = []
let ask: AskServers
const hosts = join(tmpdir(), `tenkey-hosts-${randomUUID()}`)

beforeAll(async () => {
  writeFileSync(hosts, '# a comment\n192.0.2.7  File.example  other # more\nnothing x.example\n')
  server = createSocket('udp4', (message, from) => {
    const { name, type, end } = question(message)
    asked.push(name)
    if (name.startsWith('silent')) return
    const address = RECORDS[name]?.[type === 1 ? 4 : 6]
    const answer = reply(message.subarray(0, end), name in RECORDS, type, address)
    server.send(answer, from.port, from.address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  ask = (host, family) => {
    // a name that nobody answers for is given up soon; whatever is answered is waited for
    const timeout = host.startsWith('silent') ? 300 : 60_000
    const resolver = new Resolver({ timeout, tries: 3 })
    resolver.setServers([`127.0.0.1:${port}`])
    return family === 4 ? resolver.resolve4(host) : resolver.resolve6(host)
  }
})
afterAll(() => {
  server.close()
  rmSync(hosts)
})

test.each([
  ['an IPv4 address before an IPv6 one', 'both.example', ['8.8.8.8']],
  ['an IPv6 address where there is no other', 'six.example', ['2001:4860:4860::8844']],
  ['a name as it is written', 'BOTH.example.', ['8.8.8.8']],
  ['what the machine names itself', 'file.example', ['192.0.2.7']],
  ['its second name', 'other', ['192.0.2.7']],
  ['localhost, which no server is asked for', 'localhost', ['127.0.0.1', '::1']],
])('%s', async (_, host, addresses) => {
  asked = []
  expect(await hostLookup(ask, hosts)(host)).toEqual(addresses)
  expect(asked.length > 0).toBe(host.toLowerCase().startsWith('both') || host === 'six.example')
})

test.each(['no.example', 'x.example', '0x7f.1', '2130706433', '127.1', '0177.0.0.1'])(
  '%s is nowhere',
  async (host) => {
    await expect(hostLookup(ask, hosts)(host)).rejects.toThrow('ENOTFOUND')
  },
)

test('names that nobody answers for hold up no other', async () => {
  const gate = Promise.withResolvers<string[]>()
  const look = hostLookup((host, family) => {
    return host.startsWith('silent') ? gate.promise : ask(host, family)
  }, hosts)
  const silent = Array.from({ length: 50 }, (_, n) => look(`silent${n}.example`))
  expect(await look('both.example')).toEqual(['8.8.8.8'])
  gate.resolve(['9.9.9.9'])
  await Promise.all(silent)
})

test('and are given up after a while', { tags: ['long'] }, async () => {
  const look = hostLookup(ask, hosts)
  asked = []
  await expect(look('silent.example')).rejects.toThrow('ETIMEOUT')
  // a datagram may be lost
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'silent.example'))
})

test('who asks for a name that is being asked for waits for the same answer', async () => {
  const look = hostLookup(ask, hosts)
  asked = []
  const found = await Promise.all([1, 2, 3].map(() => look('both.example')))
  expect(new Set(found).size).toBe(1)
  expect(asked).toEqual(['both.example'])
  await look('both.example')
  expect(asked).toHaveLength(2)
})

test('no more than 256 names are asked for at once', async () => {
  const never = new Promise<string[]>(() => {})
  const look = hostLookup(() => never, hosts)
  for (let n = 0; n < 256; n++) look(`h${n}.example`)
  await expect(look('one-more.example')).rejects.toThrow('too many hosts')
})

test.each([
  ['both.example', { addresses: ['8.8.8.8'], open: true }],
  ['inner.example', { addresses: ['10.0.0.1'], open: false }],
  ['1.1.1.1', { addresses: ['1.1.1.1'], open: true }],
])('%s is told with what kind of address it has', async (host, told) => {
  expect(await hostAddresses(host, undefined, hostLookup(ask, hosts))).toMatchObject(told)
})

/** RFC 1035 §4.1.2 */
function question(message: Buffer) {
  const labels: string[] = []
  let at = 12
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 }
}

/** An answer of one record, of none (NODATA), or that there is no such name; RFC 1035 §4.1.3. */
function reply(asking: Buffer, known: boolean, type: number, address: string | undefined): Buffer {
  const head = Buffer.from(asking)
  head.writeUInt16BE(known ? 0x8180 : 0x8183, 2)
  head.writeUInt16BE(address === undefined ? 0 : 1, 6)
  head.writeUInt16BE(0, 8)
  head.writeUInt16BE(0, 10)
  if (address === undefined) return head
  const data = bytesOf(address)
  const record = Buffer.alloc(12)
  record.writeUInt16BE(0xc00c, 0)
  record.writeUInt16BE(type, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt32BE(60, 6)
  record.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, record, data])
}

function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number))
  const [before = '', after = ''] = address.split('::')
  const words = (text: string) => text.split(':').filter(Boolean)
  const zeros = 8 - words(before).length - words(after).length
  const all = [...words(before), ...Array.from({ length: zeros }, () => '0'), ...words(after)]
  return Buffer.from(
    all.flatMap((word) => [Number.parseInt(word, 16) >> 8, Number.parseInt(word, 16) & 255]),
  )
}
