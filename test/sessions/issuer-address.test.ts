import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { addressOf } from '../../core/identity/issuer-address.ts'
import { jwksReader } from '../../core/identity/jwks.ts'

/** As if `idp.example.com` were on the Internet: what is asked there is answered by this process. */
const locate: typeof addressOf = async (url, networks) =>
  url.hostname === 'idp.example.com'
    ? { address: '127.0.0.1', inner: false }
    : addressOf(url, networks)

let server: Server
let port: number
let keysAt: string
let asked: string[]

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.headers.host?.split(':')[0]}${request.url}`)
    const keys = { keys: [{ kty: 'OKP', crv: 'Ed25519', kid: 'one', x: 'A'.repeat(43) }] }
    const issuer = `http://${request.headers.host}`
    const found = request.url?.endsWith('configuration') ? { issuer, jwks_uri: keysAt } : keys
    response.end(JSON.stringify(found))
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = []
})

const ask = (networks: readonly string[], host: string, jwksUri?: string) =>
  jwksReader({ networks }, locate).keys({ url: `http://${host}:${port}`, jwksUri }, 'one', 0)
const at = (host: string) => `http://${host}:${port}/keys`

describe('where an issuer’s keys are asked for', () => {
  test('addresses that are not public are not, unless TENKEY_ISSUER_NETWORKS has them', async () => {
    keysAt = at('127.0.0.1')
    for (const jwksUri of [undefined, keysAt]) {
      await expect(ask([], '127.0.0.1', jwksUri)).rejects.toThrow(/can't be read/)
      await expect(ask(['10.0.0.0/8'], '127.0.0.1', jwksUri)).rejects.toThrow(/can't be read/)
      expect(asked).toEqual([])
      await ask(['127.0.0.1'], '127.0.0.1', jwksUri)
      expect(asked.splice(0)).toContain('127.0.0.1/keys')
    }
    const named = 'https://localhost:1/keys'
    await expect(ask([], '127.0.0.1', named)).rejects.toThrow(/neither public nor of TENKEY_ISSUER/)
  })

  test('what is discovered leads to no other network than those', async () => {
    keysAt = at('127.0.0.1')
    await expect(ask(['127.0.0.2'], '127.0.0.2')).rejects.toThrow(/not reached by https/)
    expect(asked).toEqual(['127.0.0.2/.well-known/openid-configuration'])
  })

  test('what an issuer on the Internet says leads to none of them', async () => {
    for (const [keys, words] of [
      [at('127.0.0.1'), /not reached by https/],
      [at('127.0.0.1').replace('http', 'https'), /neither public nor of TENKEY_ISSUER_NETWORKS/],
    ] as const) {
      keysAt = keys
      await expect(ask(['127.0.0.0/8'], 'idp.example.com')).rejects.toThrow(words)
    }
    expect(new Set(asked)).toEqual(new Set(['idp.example.com/.well-known/openid-configuration']))
    // the same, where it was registered: by who may say so
    await ask(['127.0.0.0/8'], 'idp.example.com', at('127.0.0.1'))
  })

  /** https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry */
  test.each([
    ...['0.1.2.3', '10.0.0.1', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.0.1'],
    ...['192.0.0.8', '192.0.2.1', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.168.0.1'],
    ...[
      '192.175.48.1',
      '198.19.0.1',
      '198.51.100.1',
      '203.0.113.1',
      '224.0.0.1',
      '255.255.255.255',
    ],
    ...[
      '::',
      '::1',
      '::127.0.0.1',
      '::ffff:127.0.0.1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::1',
      '100::1',
    ],
    ...['100:0:0:1::1', '2001:0:7f00:1::', '2001:2::1', '2001:10::1', '2001:20::1', '2001:db8::1'],
    ...['2002:7f00:1::', '2620:4f:8000::1', '3fff::1', '5f00::1', 'fc00::1', 'fd00:ec2::254'],
    ...['fe80::1', 'fec0::1', 'ff02::1', '4000::1', '8000::1', 'e000::1'],
  ])('%s is on no Internet', async (address) => {
    const host = address.includes(':') ? `[${address}]` : address
    await expect(addressOf(new URL(`https://${host}`), undefined)).rejects.toThrow(/neither public/)
  })

  test.each([
    '8.8.8.8',
    '191.255.0.1',
    '198.20.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
    '2001:4860::1',
  ])('%s is', async (address) => {
    const host = address.includes(':') ? `[${address}]` : address
    const found = await addressOf(new URL(`https://${host}`), undefined)
    expect(found).toEqual({ address, inner: false })
  })

  test('plain HTTP is for loopback addresses alone', async () => {
    await expect(ask(['10.0.0.0/8'], '10.0.0.1')).rejects.toThrow(/not reached by https/)
  })

  test('none unless it is set, whatever address the server itself is on', () => {
    expect(readConfig({ TENKEY_HOST: '127.0.0.1' }).issuerNetworks).toEqual([])
    const set = readConfig({ TENKEY_ISSUER_NETWORKS: '10.0.0.0/8, ::1' })
    expect(set.issuerNetworks).toEqual(['10.0.0.0/8', '::1'])
    expect(() => readConfig({ TENKEY_ISSUER_NETWORKS: 'inside' })).toThrow(/ISSUER_NETWORKS/)
  })
})
