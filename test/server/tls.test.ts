// @module-tag process
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { Agent, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket, type Server as TlsServer } from 'node:tls'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { PageResponse, RequestHead } from '../../core/base/http-message.ts'
import { ConfigError, readConfig } from '../../core/config.ts'
import { proxyList } from '../../server/forwarded.ts'
import { addressOf, type EdgeOptions, httpServer } from '../../server/http-server.ts'
import { readTls, tlsReloader } from '../../server/tls.ts'
import { type Identity, issue } from '../support/enclave.ts'
import { install, processOver } from '../support/installed.ts'
import {
  launch,
  newFolder,
  removeFolders,
  runScript,
  type ServerProcess,
  startServer,
} from '../support/process.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-tls-'))
const servers: Server[] = []
const processes: ServerProcess[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
  await Promise.all(processes.splice(0).map((one) => one.stop('SIGKILL')))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  removeFolders()
})

const authority = issue({ name: 'test authority', ca: true, curve: 'P-256' })
const certificate = () =>
  issue({
    name: 'tenkey.test',
    issuer: authority,
    ca: false,
    curve: 'P-256',
    hosts: 'IP:127.0.0.1,DNS:localhost',
  })
const keyOf = ({ key }: Identity) => String(key.export({ format: 'pem', type: 'pkcs8' }))

const CERT = join(folder, 'cert.pem')
const KEY = join(folder, 'key.pem')
const CA = join(folder, 'ca.pem')
writeFileSync(CA, authority.pem)
const put = (cert: string, key: string) => {
  writeFileSync(CERT, cert)
  writeFileSync(KEY, key)
}
const first = certificate()
const settings = { TENKEY_TLS_CERT: CERT, TENKEY_TLS_KEY: KEY }

/** A server whose page /origin answers where its request comes from. */
async function start(options: EdgeOptions) {
  const origin = ({ sourceIp, secure }: RequestHead): PageResponse => ({
    status: 200,
    headers: {},
    body: JSON.stringify({ sourceIp, secure }),
  })
  const service = processOver(await install(), { pages: new Map([['GET /origin', origin]]) })
  const server = httpServer(service, options)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  return server
}

const CLIENT = { ca: authority.pem, servername: 'localhost' }

/** The answer's text, and the serial number of the certificate that it came under. */
function ask(server: Server, agent: Agent | false, headers: Record<string, string> = {}) {
  return new Promise<{ text: string; serial: string }>((resolve, reject) => {
    const options = { ...CLIENT, agent, headers }
    request(`${addressOf(server)}/origin`, options, (message) => {
      const { serialNumber } = (message.socket as TLSSocket).getPeerCertificate()
      let text = ''
      message.setEncoding('utf8').on('data', (more: string) => {
        text += more
      })
      message.on('end', () => resolve({ text, serial: serialNumber }))
    })
      .on('error', reject)
      .end()
  })
}

const serialOf = async (server: Server) => (await ask(server, false)).serial

describe('A server with a certificate', () => {
  const tls = { cert: Buffer.from(first.pem), key: Buffer.from(keyOf(first)) }

  test('tells that its callers came by TLS; a proxy’s callers as the proxy says', async () => {
    const direct = await start({ tls })
    expect(addressOf(direct)).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const forwarded = { 'X-Forwarded-For': '198.51.100.1', 'X-Forwarded-Proto': 'http' }
    const own = { sourceIp: '127.0.0.1', secure: true }
    expect(JSON.parse((await ask(direct, false, forwarded)).text)).toEqual(own)
    const behind = await start({ tls, proxies: proxyList(['127.0.0.1']) })
    const told = { sourceIp: '198.51.100.1', secure: false }
    expect(JSON.parse((await ask(behind, false, forwarded)).text)).toEqual(told)
  })

  test('behind a proxy on plain HTTP: the caller came by TLS where the proxy says so', async () => {
    const server = await start({ proxies: proxyList(['127.0.0.1']) })
    const headers = { 'X-Forwarded-For': '198.51.100.1', 'X-Forwarded-Proto': 'https' }
    const answer = await fetch(`${addressOf(server)}/origin`, { headers })
    expect(await answer.json()).toEqual({ sourceIp: '198.51.100.1', secure: true })
  })

  test.each([
    ['TLSv1.3', 'TLSv1.3'],
    ['TLSv1.2', 'TLSv1.2'],
    ['TLSv1.1', undefined],
    ['TLSv1', undefined],
  ] as const)('takes %s: %s', async (version, agreed) => {
    const { port } = (await start({ tls })).address() as AddressInfo
    // as old as OpenSSL can still be asked to be
    const old = { minVersion: 'TLSv1', maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const
    const socket = connect({ ...CLIENT, ...old, port, host: '127.0.0.1' })
    const outcome = await new Promise((resolve) => {
      socket.on('secureConnect', () => resolve(socket.getProtocol() ?? undefined))
      socket.on('error', () => resolve(undefined))
    })
    socket.destroy()
    expect(outcome).toBe(agreed)
  })

  // https://github.com/aws/aws-kms-xksproxy-api-spec, "API content type"; the certificate is one of ECDSA
  test.each([
    ['TLSv1.3', 'TLS_AES_256_GCM_SHA384'],
    ['TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256'],
    ['TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ] as const)('%s: takes %s, of which AWS KMS wants one of a proxy', async (version, suite) => {
    const { port } = (await start({ tls })).address() as AddressInfo
    const asked = { minVersion: version, maxVersion: version, ciphers: suite }
    const socket = connect({ ...CLIENT, ...asked, port, host: '127.0.0.1' })
    await once(socket, 'secureConnect')
    expect(socket.getCipher().name).toBe(suite)
    socket.destroy()
  })
})

describe('A certificate that is replaced', () => {
  async function reloading() {
    put(first.pem, keyOf(first))
    const tls = readTls(readConfig(settings))
    if (tls === undefined) throw new Error('there are files')
    const server = await start({ tls })
    const log: string[] = []
    const reload = tlsReloader(
      readConfig(settings),
      tls,
      server as unknown as TlsServer,
      (level, entry) => log.push(`${level}: ${entry['message']}`),
    )
    return { server, log, reload }
  }

  test('is used for new connections, and those that are open go on', async () => {
    const { server, log, reload } = await reloading()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const before = (await ask(server, agent)).serial
    const other = certificate()
    reload()
    expect(log).toEqual([])
    put(other.pem, keyOf(other))
    reload()
    reload()
    expect(log).toEqual(['info: the TLS certificate was replaced'])
    expect((await ask(server, agent)).serial).toBe(before)
    expect(await serialOf(server)).not.toBe(before)
    agent.destroy()
  })

  const other = certificate()
  test.each<[string, () => void]>([
    ['by what is no PEM', () => put('nonsense', keyOf(other))],
    ['half: a certificate of another key', () => put(other.pem, keyOf(first))],
    ['half: the key of another certificate', () => put(first.pem, keyOf(other))],
    ['by a file that is cut', () => put(other.pem.slice(0, 200), keyOf(other))],
    ['by nothing', () => rmSync(KEY)],
  ])('%s stays, one line says so, and what comes next is used', async (_, replace) => {
    const { server, log, reload } = await reloading()
    const before = await serialOf(server)
    replace()
    reload()
    reload()
    expect(log).toEqual([expect.stringMatching(/^error: the TLS certificate stays as it was: /)])
    expect(log[0]).not.toMatch(/PRIVATE|\n/)
    expect(await serialOf(server)).toBe(before)
    put(other.pem, keyOf(other))
    reload()
    expect(log).toHaveLength(2)
    expect(await serialOf(server)).not.toBe(before)
  })
})

describe('Settings of TLS', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a certificate alone', { TENKEY_TLS_CERT: CERT }, /belong together/],
    ['a key alone', { TENKEY_TLS_KEY: KEY }, /belong together/],
    [
      'a file that is not there',
      { ...settings, TENKEY_TLS_KEY: '/nowhere' },
      /TENKEY_TLS_KEY: \/nowhere can't be read \(ENOENT\)/,
    ],
    ['a file that is no key', { ...settings, TENKEY_TLS_KEY: CA }, /no certificate with its key/],
  ])('%s are refused', (_, environment, words) => {
    put(first.pem, keyOf(first))
    const read = () => readTls(readConfig(environment))
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(words)
  })
})

describe('npm start', () => {
  async function startProcess(more: Record<string, string>) {
    put(first.pem, keyOf(first))
    const server = await startServer({ TENKEY_DATA: newFolder(), TENKEY_STORE: 'memory', ...more })
    processes.push(server)
    return server
  }

  test('on another than a loopback address refuses to speak plain HTTP unasked', async () => {
    const refused = { TENKEY_DATA: newFolder(), TENKEY_HOST: '0.0.0.0', TENKEY_PORT: '0' }
    const outcome = await runScript('server/main.ts', [], refused)
    expect(outcome).toMatchObject({ code: 1, stdout: '' })
    expect(outcome.stderr).toMatch(
      /^tenkey: TENKEY_HOST is '0\.0\.0\.0', where others would be served in plain HTTP: set TENKEY_TLS_CERT .*\n$/,
    )
  })

  test.each([
    ['a certificate', settings, 'https'],
    ['a proxy that is known', { TENKEY_TRUSTED_PROXY: '10.0.0.0/8' }, 'http'],
    ['leave to do so', { TENKEY_PLAIN_HTTP: 'on' }, 'http'],
  ])('does so with %s', async (_, more, scheme) => {
    const { url } = await startProcess({ TENKEY_HOST: '0.0.0.0', ...more })
    expect(url).toMatch(new RegExp(`^${scheme}://0\\.0\\.0\\.0:\\d+$`))
  })

  test('with a certificate serves the command line and the health check, and stops by its signal', async () => {
    const data = newFolder()
    const server = await startProcess({ ...settings, TENKEY_DATA: data })
    const list = ['tenant', 'list', '--json']
    const environment = { TENKEY_ENDPOINT: server.url, TENKEY_DATA: data }
    const listed = await runScript('server/tenkey.ts', list, {
      ...environment,
      NODE_EXTRA_CA_CERTS: CA,
    })
    expect(listed).toMatchObject({ code: 0, stderr: '' })
    expect(listed.stdout).toContain('default')
    const unknown = await runScript('server/tenkey.ts', list, environment)
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toMatch(/can't be reached \([A-Z_]*(CERT|SIGNATURE|ISSUER)[A-Z_]*\)/)
    const { port } = new URL(server.url)
    // found by its settings, as on the same machine
    const local = { ...settings, TENKEY_DATA: data, TENKEY_HOST: 'localhost', TENKEY_PORT: port }
    const found = await runScript('server/tenkey.ts', list, { ...local, NODE_EXTRA_CA_CERTS: CA })
    expect(found).toMatchObject({ code: 0, stderr: '' })

    const check = (more: Record<string, string>) =>
      launch('server/health-check.ts', [], { TENKEY_PORT: port, ...more }).ended
    expect(await check(settings)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect((await check({})).code).toBe(1)

    // one that says nothing after its handshake, and one between its requests
    const silent = connect({ ...CLIENT, port: Number(port), host: '127.0.0.1' })
    silent.on('error', () => undefined)
    await once(silent, 'secureConnect')
    expect(await server.stop()).toMatchObject({ code: 0, stderr: '' })
    expect((await check(settings)).code).toBe(1)
  })

  test('with a certificate and workers', async () => {
    const data = newFolder()
    const server = await startProcess({
      ...settings,
      TENKEY_DATA: data,
      TENKEY_STORE: 'sqlite',
      TENKEY_WORKERS: '2',
    })
    expect(server.url).toMatch(/^https:/)
    const environment = { TENKEY_ENDPOINT: server.url, TENKEY_DATA: data, NODE_EXTRA_CA_CERTS: CA }
    const listed = await runScript('server/tenkey.ts', ['tenant', 'list'], environment)
    expect(listed).toMatchObject({ code: 0, stderr: '' })
  })
})
