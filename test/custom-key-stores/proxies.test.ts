// @module-tag process
import { once } from 'node:events'
import { createServer as createPlainServer } from 'node:http'
import { request } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type LookupFunction } from 'node:net'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { ProxyFailure } from '../../core/custom-key-store/xks.ts'
import { readAuthorities } from '../../core/external-store/authorities.ts'
import { xksProxies } from '../../core/external-store/proxies.ts'
import { keepingAgent, proxyConnections } from '../../core/external-store/proxy-connection.ts'
import { freePort } from '../support/port.ts'
import { CREDENTIAL, type Fault, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
const stranger = await startXksServer('proxy.example.com')
afterAll(async () => {
  await proxy.stop()
  await stranger.stop()
})
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
})

const trusted = readAuthorities(proxy.options.authorities ?? '')
const LOOPBACK = ['127.0.0.0/8', '::1']
/** long enough for whatever answers; short where nothing does */
const PATIENT = 20_000

function client({
  port = proxy.port,
  limit = PATIENT,
  networks = LOOPBACK as readonly string[],
  authorities = trusted,
  host = 'localhost',
  id = 'cks-1',
  accountId = '111122223333',
  connections = proxyConnections({ networks, authorities, port, limit }),
} = {}) {
  const openSecret = async () => Buffer.from(CREDENTIAL.RawSecretAccessKey)
  const credentials = { openSecret }
  const parts = { credentials, wallTime: Date.now, failed: () => undefined }
  const proxies = xksProxies(parts, port, connections)
  const path = '/tenant/kms/xks/v1'
  const { AccessKeyId: accessKeyId } = CREDENTIAL
  const store = {
    accountId,
    region: 'us-east-1',
    id,
    proxy: {
      ...{ endpoint: `https://${host}`, path, accessKeyId },
      ...{ secret: 'wrapped', connected: 'wrapped' },
    },
  }
  const metadata = { kmsOperation: 'KmsHealthCheck', kmsRequestId: 'request' }
  return {
    health: () => proxies.health(store, metadata),
    encrypt: (plaintext: Buffer) =>
      proxies.encrypt(store, 'key-1', { plaintext, aad: Buffer.from('data') }, metadata),
    close: () => connections.close(),
  }
}

/** Why a call came to nothing; undefined for one that was answered. */
async function reasonOf(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof ProxyFailure) return error.reason
    throw error
  }
}

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

describe('The client of proxies', () => {
  test('keeps a connection for the next calls', async () => {
    const before = proxy.connections()
    const { encrypt, close } = client()
    for (let call = 0; call < 5; call++) await encrypt(Buffer.from('again'))
    expect(proxy.connections() - before).toBe(1)
    close()
  })

  test.for([
    ['of another account', { accountId: '444455556666' }],
    ['of the same account', { id: 'cks-2' }],
  ] as const)(
    'uses no connection of a store %s at the same host: whose calls hang loses its own alone',
    async ([, more]) => {
      const connections = proxyConnections({
        ...{ networks: LOOPBACK, authorities: trusted, port: proxy.port, limit: PATIENT },
      })
      const held = client({ connections })
      const other = client({ connections, ...more })
      const used: unknown[] = []
      const noting: Fault = (_asked, _right, { socket }) => {
        used.push(socket)
        return undefined
      }
      proxy.fail(noting)
      await held.encrypt(Buffer.from('kept'))
      await other.encrypt(Buffer.from('on one of its own'))
      const [first, second] = used
      expect(second).not.toBe(first)
      const hanging: (() => void)[] = []
      proxy.fail((_asked, { status, body }, response) => {
        hanging.push(() => response.writeHead(status).end(JSON.stringify(body)))
        return 'answered'
      })
      const calls = [1, 2, 3].map((byte) => reasonOf(other.encrypt(Buffer.of(byte))))
      await expect.poll(() => hanging.length).toBe(3)
      proxy.fail(noting)
      const before = proxy.connections()
      await held.encrypt(Buffer.from('kept'))
      expect(used.at(-1)).toBe(first)
      expect(proxy.connections()).toBe(before)
      for (const end of hanging) end()
      expect(await Promise.all(calls)).toEqual([undefined, undefined, undefined])
      held.close()
    },
  )

  test('asks for health on a connection of its own, and keeps none: it shows that there can be one', async () => {
    const { health, encrypt, close } = client()
    await encrypt(Buffer.from('kept'))
    const before = proxy.connections()
    for (let call = 0; call < 3; call++) await health()
    expect(proxy.connections() - before).toBe(3)
    await encrypt(Buffer.from('kept'))
    expect(proxy.connections() - before).toBe(3)
    close()
  })

  test('keeps 128 connections at most, of all hosts: who names many takes nobody’s', async () => {
    const agent = keepingAgent({ rejectUnauthorized: false })
    const lookup: LookupFunction = (_host, _options, done) => {
      done(null, [{ address: '127.0.0.1', family: 4 }])
    }
    const ask = (host: string) =>
      new Promise<void>((resolve, reject) => {
        const options = { host, port: proxy.port, path: '/', method: 'POST', agent, lookup }
        const sent = request(options, (message) => message.resume().on('end', resolve))
        sent.on('error', reject).end()
      })
    const idle = () => Object.values(agent.freeSockets).map((sockets) => sockets?.length ?? 0)
    await ask('modest')
    for (let host = 0; host < 10; host++) {
      await Promise.all(Array.from({ length: 16 }, () => ask(`host-${host}`)))
    }
    await expect.poll(() => idle().reduce((sum, count) => sum + count, 0)).toBe(128)
    const { connections } = proxy
    const before = connections()
    await ask('modest')
    expect(connections()).toBe(before)
    agent.destroy()
  })

  test('asks again, on a new connection, where a kept one is gone', async () => {
    const { encrypt, close } = client()
    for (let call = 0; call < 5; call++) {
      await encrypt(Buffer.from('once'))
      proxy.drop()
      expect(await reasonOf(encrypt(Buffer.from('again')))).toBeUndefined()
    }
    close()
  })

  test('waits no longer than it may: for an answer', async () => {
    proxy.fail(() => 'answered')
    const { health, close } = client({ limit: 100 })
    expect(await reasonOf(health())).toBe('TimedOut')
    close()
  })

  test('for the rest of an answer', async () => {
    proxy.fail((_asked, _right, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{')
      return 'answered'
    })
    const { health, close } = client({ limit: 300 })
    expect(await reasonOf(health())).toBe('TimedOut')
    close()
  })

  test('for TLS', async () => {
    const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { health, close } = client({ port: portOf(silent), limit: 100 })
    expect(await reasonOf(health())).toBe('TimedOut')
    close()
    silent.close()
  })

  test('tells what is no TLS from what is no proxy', async () => {
    const plain = createPlainServer((_request, response) => response.end('{}'))
    plain.listen(0, '127.0.0.1')
    await once(plain, 'listening')
    expect(await reasonOf(client({ port: portOf(plain) }).health())).toBe('NoTls')
    plain.close()
    expect(await reasonOf(client({ port: await freePort() }).health())).toBe('Unreachable')
  })

  test('believes no certificate but one of the host, of an authority that is trusted', async () => {
    expect(await reasonOf(client().health())).toBeUndefined()
    const untrusted = proxyConnections({ networks: LOOPBACK, port: proxy.port, limit: PATIENT })
    const body = Buffer.from('{}')
    const asked = { store: 'cks-1', host: 'localhost', path: '/', headers: {}, body, fresh: false }
    expect(await reasonOf(untrusted.send(asked))).toBe('NoTls')
    const authorities = stranger.certificate
    const other = client({ port: stranger.port, authorities })
    expect(await reasonOf(other.health())).toBe('NoTls')
  })

  test.for<[title: string, host: string, networks: readonly string[], reason: string]>([
    ['a loopback address that is not allowed', 'localhost', [], 'Unreachable'],
    [
      'a loopback address where another network is allowed',
      'localhost',
      ['10.0.0.0/8'],
      'Unreachable',
    ],
    ['an address in the place of a host', '127.0.0.1', LOOPBACK, 'Unreachable'],
    ['a number, which names an address', '2130706433', [], 'Unreachable'],
    ['half an address', '127.1', [], 'Unreachable'],
    ['the address of a machine’s own metadata', '0xa9fea9fe', [], 'Unreachable'],
    ['a host that nobody has', 'nobody.invalid', LOOPBACK, 'Unreachable'],
  ])('calls nobody at %s', async ([, host, networks, reason]) => {
    const before = proxy.connections()
    expect(await reasonOf(client({ host, networks }).health())).toBe(reason)
    expect(proxy.connections()).toBe(before)
  })

  test('calls a host whose name ends with a dot as the same without', async () => {
    const { encrypt, close } = client({ host: 'LocalHost.' })
    expect(await reasonOf(encrypt(Buffer.of(1)))).toBeUndefined()
    close()
  })

  test('encrypts what is as long as a request may be', async () => {
    const { encrypt, close } = client()
    const { ciphertext } = await encrypt(Buffer.alloc(4300, 1))
    expect(ciphertext).toHaveLength(4300)
    close()
  })
})

describe('Settings of proxies', () => {
  test('are AWS’s unless they are set', () => {
    expect(readConfig({}).xks).toEqual({ networks: [], authorities: '', port: 443, limit: 250 })
    const set = readConfig({
      TENKEY_XKS_NETWORKS: '10.0.0.0/8, ::1',
      TENKEY_XKS_CA: 'ca.pem',
      TENKEY_XKS_PORT: '8443',
      TENKEY_XKS_TIMEOUT: '500',
    })
    expect(set.xks).toEqual({
      networks: ['10.0.0.0/8', '::1'],
      authorities: 'ca.pem',
      port: 8443,
      limit: 500,
    })
    expect(() => readConfig({ TENKEY_XKS_TIMEOUT: '1' })).toThrow(/TENKEY_XKS_TIMEOUT/)
    expect(() => readConfig({ TENKEY_XKS_NETWORKS: 'all' })).toThrow(/TENKEY_XKS_NETWORKS/)
  })

  test('name a file of authorities that is there, and holds one', () => {
    expect(readAuthorities('')).toBeUndefined()
    expect(() => readAuthorities('/nowhere/ca.pem')).toThrow(/TENKEY_XKS_CA/)
    expect(() => readAuthorities('package.json')).toThrow(/no certificate/)
  })
})
