import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { XksSettings } from '../../core/external-store/key-stores.ts'
import { issue } from './enclave.ts'

/*
 * A small external key store proxy, written from the specification alone: no code of the product's is in it.
 * @see https://github.com/aws/aws-kms-xksproxy-api-spec
 */

/** What a proxy is asked, once its signature is right. */
export interface Asked {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  readonly signedHeaders: string
  readonly scope: string
}

/** What is answered instead, or in addition; undefined for the answer that is right. */
export type Fault = (
  asked: Asked,
  right: { status: number; body: Record<string, unknown> },
  response: ServerResponse,
) => { status: number; body: unknown } | 'answered' | undefined

export interface TestProxy {
  readonly port: number
  /** PEM of the certificate */
  readonly certificate: string
  /** how a service reaches it */
  readonly options: Partial<XksSettings>
  readonly asked: Asked[]
  /** connections that were made */
  connections(): number
  /** what goes wrong from now on; nothing without */
  fail(fault?: Fault): void
  /** external keys by their ids: what their metadata says */
  readonly keys: Map<string, ExternalKey>
  /** secret access keys by access key id */
  readonly credentials: Map<string, string>
  /** closes every connection, as a proxy that is restarted does */
  drop(): void
  stop(): Promise<void>
}

export interface ExternalKey {
  readonly secret: Buffer
  spec: string
  usage: string[]
  status: string
}

export const externalKey = (): ExternalKey => ({
  secret: randomBytes(32),
  spec: 'AES_256',
  usage: ['ENCRYPT', 'DECRYPT'],
  status: 'ENABLED',
})

export const CREDENTIAL = {
  AccessKeyId: 'ABCDEFGHIJKLMNOPQRST2345',
  RawSecretAccessKey: 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/AbCdEfGh=',
}
/** proxies of any prefix are one */
const PATH =
  /^(?:\/[\w/-]+)?\/kms\/xks\/v1\/(?:health|keys\/([\w.-]+)\/(metadata|encrypt|decrypt))$/

export async function startXksServer(host = 'localhost'): Promise<TestProxy> {
  const identity = issue({ name: host, ca: false, hosts: `DNS:${host}`, curve: 'P-256' })
  const key = identity.key.export({ format: 'pem', type: 'pkcs8' })
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-xks-'))
  const file = join(folder, 'ca.pem')
  writeFileSync(file, identity.pem)
  const asked: Asked[] = []
  const keys = new Map<string, ExternalKey>([['key-1', externalKey()]])
  const credentials = new Map([[CREDENTIAL.AccessKeyId, CREDENTIAL.RawSecretAccessKey]])
  const sockets = new Set<Socket>()
  let fault: Fault | undefined
  let connections = 0

  const server = createServer({ key, cert: identity.pem }, (request, response) => {
    read(request)
      .then((body) => answer(request, body, response))
      .catch(() => response.destroy())
  })
  // as load balancers do: what is kept is given up by who called
  server.keepAliveTimeout = 60_000
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })

  function answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { signed, right } = judge(request, body)
    if (signed !== undefined) asked.push(signed)
    const given = signed === undefined ? undefined : fault?.(signed, right, response)
    if (given === 'answered') return
    const { status, body: members } = given ?? right
    const text = typeof members === 'string' ? members : JSON.stringify(members)
    response.writeHead(status, { 'content-type': 'application/json' }).end(text)
  }

  function judge(request: IncomingMessage, body: Buffer) {
    const match = PATH.exec(request.url ?? '')
    if (match === null) return { right: refuse(404, 'InvalidUriPathException') }
    const proof = verify(request, body, credentials)
    if (proof === undefined) return { right: refuse(401, 'AuthenticationFailedException') }
    const members = JSON.parse(body.toString()) as Record<string, unknown>
    const signed: Asked = { path: request.url ?? '', body: members, ...proof }
    const [, id, what] = match
    if (id === undefined) return { signed, right: HEALTHY }
    const found = keys.get(id)
    if (found === undefined) return { signed, right: refuse(404, 'KeyNotFoundException') }
    if (what === 'metadata') {
      const right = {
        status: 200,
        body: { keySpec: found.spec, keyUsage: found.usage, keyStatus: found.status },
      }
      return { signed, right }
    }
    if (found.status !== 'ENABLED') {
      return { signed, right: refuse(400, 'InvalidStateException') }
    }
    const crypt = what === 'encrypt' ? encrypt : decrypt
    return { signed, right: crypt(found, members) }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    certificate: identity.pem,
    options: { networks: ['127.0.0.0/8', '::1'], authorities: file, port, limit: 10_000 },
    asked,
    keys,
    credentials,
    connections: () => connections,
    fail(next) {
      fault = next
    },
    drop() {
      for (const socket of sockets) socket.destroy()
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const HEALTHY = {
  status: 200,
  body: {
    xksProxyFleetSize: 1,
    xksProxyVendor: 'test',
    xksProxyModel: 'test',
    ekmVendor: 'test',
    ekmFleetDetails: [{ id: 'one', model: 'test', healthStatus: 'ACTIVE' }],
  } as Record<string, unknown>,
}

export const refuse = (status: number, errorName: string) => ({
  status,
  body: { errorName, errorMessage: 'words of the proxy' } as Record<string, unknown>,
})

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/** Signature Version 4 of the service kms-xks-proxy, recomputed. */
function verify(
  { headers, url = '' }: IncomingMessage,
  body: Buffer,
  credentials: ReadonlyMap<string, string>,
) {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([A-Z2-7]+)\/(\d{8})\/([a-z0-9-]+)\/kms-xks-proxy\/aws4_request, SignedHeaders=([a-z;-]+), Signature=([0-9a-f]{64})$/
  const [, id = '', day = '', region = '', signedHeaders = '', signature] =
    form.exec(headers.authorization ?? '') ?? []
  const secret = credentials.get(id)
  const at = String(headers['x-amz-date'])
  if (secret === undefined || !at.startsWith(day)) return undefined
  const names = signedHeaders.split(';')
  if (!names.includes('host') || !names.includes('x-amz-date')) return undefined
  const lines = names.map((name) => `${name}:${headers[name]}\n`).join('')
  const canonical = ['POST', url, '', lines, signedHeaders, sha256(body)].join('\n')
  const scope = `${day}/${region}/kms-xks-proxy/aws4_request`
  const signed = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n')
  const parts = [day, region, 'kms-xks-proxy', 'aws4_request']
  const signing = parts.reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secret}`)
  return hmac(signing, signed).toString('hex') === signature ? { signedHeaders, scope } : undefined
}

const bytes = (members: Readonly<Record<string, unknown>>, name: string) =>
  Buffer.from(String(members[name] ?? ''), 'base64')

/** Metadata is a version, authenticated with the caller's data: u16 length || data || u8 length || metadata. */
function aadOf(data: Buffer, metadata: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(data.length)
  return Buffer.concat([length, data, Buffer.of(metadata.length), metadata])
}

function encrypt({ secret }: ExternalKey, members: Readonly<Record<string, unknown>>) {
  const data = bytes(members, 'additionalAuthenticatedData')
  const metadata = Buffer.from('version-1')
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(aadOf(data, metadata))
  const ciphertext = Buffer.concat([cipher.update(bytes(members, 'plaintext')), cipher.final()])
  const tag = cipher.getAuthTag()
  const integrity = sha256(Buffer.concat([data, metadata, iv, ciphertext, tag]))
  return {
    status: 200,
    body: {
      ciphertext: ciphertext.toString('base64'),
      initializationVector: iv.toString('base64'),
      authenticationTag: tag.toString('base64'),
      ciphertextMetadata: metadata.toString('base64'),
      ciphertextDataIntegrityValue: Buffer.from(integrity, 'hex').toString('base64'),
    } as Record<string, unknown>,
  }
}

function decrypt({ secret }: ExternalKey, members: Readonly<Record<string, unknown>>) {
  const data = bytes(members, 'additionalAuthenticatedData')
  const iv = bytes(members, 'initializationVector')
  const aad = aadOf(data, bytes(members, 'ciphertextMetadata'))
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: 16 })
    decipher.setAAD(aad).setAuthTag(bytes(members, 'authenticationTag'))
    const plaintext = Buffer.concat([
      decipher.update(bytes(members, 'ciphertext')),
      decipher.final(),
    ])
    return { status: 200, body: { plaintext: plaintext.toString('base64') } }
  } catch {
    return refuse(400, 'InvalidCiphertextException')
  }
}
