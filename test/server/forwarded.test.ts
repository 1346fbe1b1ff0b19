import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../core/config.ts'
import { originOf, plainAddress, proxyList } from '../../server/forwarded.ts'

const PROXIES = proxyList(['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48', '127.0.0.1'])
const PROXY = '10.1.2.3'

const seen = (peer: string, headers: Record<string, string>, tls = false) =>
  originOf({ address: plainAddress(peer), tls }, headers, PROXIES)

describe('The caller’s address', () => {
  test.each<[string, string, string | undefined, string]>([
    ['a peer that is no proxy: its own', '203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['a peer near a proxy’s range', '11.0.0.1', '198.51.100.1', '11.0.0.1'],
    ['a proxy that says nothing', PROXY, undefined, PROXY],
    ['a proxy that says an empty text', PROXY, '', PROXY],
    ['one proxy', PROXY, '198.51.100.1', '198.51.100.1'],
    ['a proxy as IPv6 names IPv4', `::ffff:${PROXY}`, '198.51.100.1', '198.51.100.1'],
    ['a caller as IPv6 names IPv4', PROXY, '::FFFF:198.51.100.1', '198.51.100.1'],
    ['a proxy in IPv6', '2001:db8:1::5', '2001:DB8:2::1', '2001:db8:2::1'],
    ['several proxies', PROXY, '198.51.100.1, 192.0.2.7, 10.9.9.9', '198.51.100.1'],
    ['what the caller wrote itself', PROXY, '10.0.0.1, 1.1.1.1, 198.51.100.1', '198.51.100.1'],
    [
      'a caller’s lie that ends in a proxy’s',
      PROXY,
      '1.1.1.1, 198.51.100.1, 10.4.4.4',
      '198.51.100.1',
    ],
    ['proxies alone: the first', PROXY, '10.5.5.5, 10.6.6.6', '10.5.5.5'],
    ['several headers, joined', PROXY, '1.1.1.1,198.51.100.1,10.1.1.1', '198.51.100.1'],
    ['spaces and tabs', PROXY, ' \t198.51.100.1\t , 10.1.1.1 ', '198.51.100.1'],
    ['a port', PROXY, '198.51.100.1:40123', '198.51.100.1'],
    ['IPv6 in brackets', PROXY, '[2001:db8:2::1]', '2001:db8:2::1'],
    ['IPv6 in brackets with a port', PROXY, '[2001:db8:2::1]:443', '2001:db8:2::1'],
    ['IPv6 without brackets', PROXY, '2001:db8:2::1', '2001:db8:2::1'],
    ['a proxy with a port', PROXY, '198.51.100.1, 10.1.1.1:8080', '198.51.100.1'],
    ['unknown', PROXY, 'unknown', PROXY],
    ['unknown before a proxy: that proxy', PROXY, 'unknown, 10.7.7.7', '10.7.7.7'],
    ['unknown at the right: nothing left of it', PROXY, '198.51.100.1, unknown', PROXY],
    ['an obfuscated name', PROXY, '198.51.100.1, _hidden', PROXY],
    ['an entry that is empty', PROXY, '198.51.100.1,', PROXY],
    ['the form of another header', PROXY, 'for=198.51.100.1', PROXY],
    ['a quoted address', PROXY, '"198.51.100.1"', PROXY],
    ['a name', PROXY, 'example.com', PROXY],
    ['an address with a zone', PROXY, 'fe80::1%eth0', PROXY],
    ['IPv4 in brackets', PROXY, '[198.51.100.1]', PROXY],
    ['a port that is none', PROXY, '198.51.100.1:x', PROXY],
    ['brackets that do not close', PROXY, '[2001:db8:2::1', PROXY],
    ['octal', PROXY, '0306.063.0144.01', PROXY],
    ['too many numbers', PROXY, '198.51.100.1.1', PROXY],
    ['a range', PROXY, '198.51.100.0/24', PROXY],
  ])('%s', (_, peer, header, address) => {
    const headers = header === undefined ? {} : { 'x-forwarded-for': header }
    expect(seen(peer, headers).sourceIp).toBe(address)
  })

  test('a header as long as headers may be is read at once', () => {
    const headers = { 'x-forwarded-for': `${'10.0.0.1,'.repeat(3_600)}10.0.0.1` }
    expect(seen(PROXY, headers).sourceIp).toBe('10.0.0.1')
  })
})

describe('Whether the caller’s connection was TLS', () => {
  test.each<[string, string, string | undefined, boolean, boolean]>([
    ['a peer on TLS', '203.0.113.9', undefined, true, true],
    ['a peer on plain HTTP', '203.0.113.9', undefined, false, false],
    ['a peer on plain HTTP that says https', '203.0.113.9', 'https', false, false],
    ['a proxy that says https', PROXY, 'https', false, true],
    ['a proxy that says HTTPS', PROXY, ' HTTPS ', false, true],
    ['a proxy that says http', PROXY, 'http', false, false],
    ['a proxy on TLS that says http', PROXY, 'http', true, false],
    ['a proxy on TLS that says nothing', PROXY, undefined, true, false],
    ['proxies that all say https', PROXY, 'https, https', false, true],
    ['a caller’s https before a proxy’s http', PROXY, 'https, http', false, false],
    ['a first http before https', PROXY, 'http,https', false, false],
    ['what is no protocol', PROXY, 'wss', false, false],
    ['an empty text', PROXY, '', false, false],
  ])('%s', (_, peer, proto, tls, secure) => {
    const headers = proto === undefined ? {} : { 'x-forwarded-proto': proto }
    expect(seen(peer, headers, tls).secure).toBe(secure)
  })
})

describe('TENKEY_TRUSTED_PROXY', () => {
  test.each<[string, readonly string[]]>([
    ['', []],
    ['  ', []],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    [' 10.0.0.1 , 2001:db8::/32,::1', ['10.0.0.1', '2001:db8::/32', '::1']],
    ['0.0.0.0/0', ['0.0.0.0/0']],
  ])('%j', (text, ranges) => {
    const { trustedProxies } = readConfig({ TENKEY_TRUSTED_PROXY: text })
    expect(trustedProxies).toEqual(ranges)
    proxyList(trustedProxies)
  })

  test.each([
    '10.0.0.0/33',
    '2001:db8::/129',
    '10.0.0.0/',
    '10.0.0/8',
    'proxy.example.com',
    '10.0.0.0/8,',
    '10.0.0.0/8 10.1.0.0/16',
    'fe80::1%eth0',
    '10.0.0.0/-1',
    '*',
  ])('%j is refused', (text) => {
    expect(() => readConfig({ TENKEY_TRUSTED_PROXY: text })).toThrow(ConfigError)
  })
})
