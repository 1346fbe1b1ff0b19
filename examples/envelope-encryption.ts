/**
 * Envelope encryption of a file with the AWS SDK for JavaScript, against tenkey instead of AWS KMS:
 *
 *   npm run demo [-- FILE]
 *
 * What an application needs is the first part, `encryptFile` and `decryptFile`; nothing in it knows
 * that it is not AWS that answers. The second part makes two tenants to try it with.
 */
import { spawn } from 'node:child_process'
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'

type EncryptionContext = Record<string, string>

/** bytes; NIST SP 800-38D §5.2.1.1 and §5.2.1.2 */
const IV = 12
const TAG = 16

/**
 * Encrypts a file under a data key of its own, which is kept beside it, encrypted under the KMS key:
 * 2 bytes length of the encrypted data key, the encrypted data key, IV, tag, ciphertext.
 */
async function encryptFile(
  kms: KMSClient,
  keyId: string,
  context: EncryptionContext,
  plaintext: Buffer,
): Promise<Buffer> {
  const dataKey = await kms.send(
    new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context }),
  )
  const { Plaintext: bytes, CiphertextBlob: encryptedKey } = dataKey
  if (bytes === undefined || encryptedKey === undefined) throw new Error('there is no data key')
  try {
    const iv = randomBytes(IV)
    const cipher = createCipheriv('aes-256-gcm', createSecretKey(bytes), iv)
    cipher.setAAD(encryptedKey)
    const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(encryptedKey.length)
    return Buffer.concat([length, encryptedKey, iv, cipher.getAuthTag(), ciphertext])
  } finally {
    bytes.fill(0)
  }
}

/** Decrypts what encryptFile made: KMS finds the key in the encrypted data key itself. */
async function decryptFile(
  kms: KMSClient,
  context: EncryptionContext,
  sealed: Buffer,
): Promise<Buffer> {
  const ivAt = 2 + sealed.readUInt16BE()
  const encryptedKey = sealed.subarray(2, ivAt)
  const iv = sealed.subarray(ivAt, ivAt + IV)
  const tag = sealed.subarray(ivAt + IV, ivAt + IV + TAG)
  const ciphertext = sealed.subarray(ivAt + IV + TAG)
  const { Plaintext: bytes } = await kms.send(
    new DecryptCommand({ CiphertextBlob: encryptedKey, EncryptionContext: context }),
  )
  if (bytes === undefined) throw new Error('there is no data key')
  try {
    const key = createSecretKey(bytes)
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG })
    decipher.setAAD(encryptedKey).setAuthTag(tag)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } finally {
    bytes.fill(0)
  }
}

// The demonstration

const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
/** ms that a server may be silent */
const PATIENCE = 30_000

/** Ctrl-C, a closed terminal or a reader that is gone ends the demonstration, not the process: what it made goes first. */
const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => ending.abort(new Error('it was interrupted')))
}
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', () => ending.abort(new Error('nobody reads what it says')))
}
/** what puts away what was made, the last first */
const putAway: (() => unknown)[] = []
try {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-demo-'))
  putAway.push(() => rmSync(folder, { recursive: true, force: true }))
  const server = await findServer(folder)
  await demonstrate(server, fileToEncrypt(), folder)
} catch (error) {
  console.error(`The demo failed: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
for (const one of putAway.reverse()) {
  try {
    await one()
  } catch (error) {
    console.error(`Not put away: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
if (process.exitCode === undefined) console.log('The files that it wrote are removed again.')
process.exit()

/** Nothing is made any more once the demonstration is to end; what is being made is waited for. */
async function demonstrate(server: Server, file: string, folder: string): Promise<void> {
  const { signal: abortSignal } = ending
  const acme = await createTenant(server, 'acme')
  const rival = await createTenant(server, 'rival')
  abortSignal.throwIfAborted()
  const { KeyMetadata } = await acme.kms.send(new CreateKeyCommand({ Description: 'demo' }))
  const keyArn = KeyMetadata?.Arn ?? ''
  if (!server.own) putAway.push(() => deleteKey(acme, keyArn))
  const AliasName = `alias/demo-${Date.now()}`
  const alias = new CreateAliasCommand({ AliasName, TargetKeyId: keyArn })
  await acme.kms.send(alias, { abortSignal })
  console.log(`Tenant acme (${acme.accountId}) has the key ${keyArn} as ${AliasName}.`)

  const context = { file: basename(file), purpose: 'demo' }
  const plaintext = readFileSync(file)
  const sealed = join(folder, `${basename(file)}.sealed`)
  writeFileSync(sealed, await encryptFile(acme.kms, AliasName, context, plaintext))
  console.log(`Encrypted ${file} (${plaintext.length} bytes) to ${sealed}.`)

  abortSignal.throwIfAborted()
  const opened = await decryptFile(acme.kms, context, readFileSync(sealed))
  if (!opened.equals(plaintext)) throw new Error('what was decrypted is not what was encrypted')
  console.log('Decrypted it again: the same bytes.')

  const stranger = decryptFile(rival.kms, context, readFileSync(sealed))
  console.log(`Another tenant is refused: ${await refusal(stranger)}.`)
  const otherwise = decryptFile(acme.kms, { ...context, purpose: 'other' }, readFileSync(sealed))
  console.log(`A changed encryption context is refused: ${await refusal(otherwise)}.`)
  abortSignal.throwIfAborted()
}

/** The name of the error that a call must end with. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  const refusals = ['AccessDeniedException', 'InvalidCiphertextException', 'NotFoundException']
  if (error instanceof Error && refusals.includes(error.name)) return error.name
  throw new Error(`a call was not refused as it must be, but ended with ${error ?? 'success'}`)
}

interface Tenant {
  readonly accountId: string
  readonly kms: KMSClient
}

/** A tenant, and the SDK's client with its credential. On a server that is not the demo's own it is suspended in the end. */
async function createTenant(server: Server, name: string): Promise<Tenant> {
  ending.signal.throwIfAborted()
  const stdout = await tenkey(server, 'tenant', 'create', '--name', name, '--json')
  const { accountId, accessKeyId, secretAccessKey } = JSON.parse(stdout)
  if (!server.own) {
    putAway.push(async () => {
      await tenkey(server, 'tenant', 'suspend', accountId)
      console.log(`Tenant ${name} is suspended.`)
    })
  }
  const kms = new KMSClient({
    endpoint: server.endpoint,
    region: process.env['AWS_REGION'] || 'us-east-1',
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: { requestTimeout: PATIENCE, throwOnRequestTimeout: true },
  })
  return { accountId, kms }
}

async function deleteKey({ kms }: Tenant, KeyId: string): Promise<void> {
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
  console.log('Its key is deleted in 7 days.')
}

/** What the command line answers; in a group of its own, for a terminal's Ctrl-C is the demo's. */
async function tenkey(server: Server, ...words: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [inProject('server/tenkey.ts'), ...words], {
    env: { ...process.env, ...server.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`tenkey ${words.slice(0, 2).join(' ')} ended with ${code}`)
  return Buffer.concat(chunks).toString()
}

function fileToEncrypt(): string {
  const [given] = process.argv.slice(2)
  const found = given ?? ['README.md', 'LICENSE'].map(inProject).find((file) => existsSync(file))
  return found ?? inProject('package.json')
}

interface Server {
  readonly endpoint: string
  /** what the command line finds it by, beside the settings of the caller */
  readonly environment: NodeJS.ProcessEnv
  /** whether it goes when the demonstration ends */
  readonly own: boolean
}

/** The server that answers where the settings say; else one of our own, on a folder of its own. */
async function findServer(folder: string): Promise<Server> {
  const { TENKEY_ENDPOINT, TENKEY_HOST = '127.0.0.1', TENKEY_PORT = '4599' } = process.env
  const host = TENKEY_HOST.includes(':') ? `[${TENKEY_HOST}]` : TENKEY_HOST
  const endpoint = TENKEY_ENDPOINT || `http://${host}:${TENKEY_PORT}`
  const health = await fetch(`${endpoint}/health`, { signal: ending.signal }).catch(() => undefined)
  ending.signal.throwIfAborted()
  if (health?.ok) {
    console.log(`Using the server at ${endpoint}.`)
    return { endpoint, environment: {}, own: false }
  }
  console.log(`No server answers at ${endpoint}, so the demo starts one on a temporary folder.`)
  return startServer(join(folder, 'server'))
}

async function startServer(data: string): Promise<Server> {
  // the caller's settings are for the caller's own server
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('TENKEY_'))
  const child = spawn(process.execPath, [inProject('server/main.ts')], {
    env: { ...Object.fromEntries(others), TENKEY_DATA: data, TENKEY_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const exited = once(child, 'exit')
  putAway.push(async () => {
    child.kill()
    await exited
  })
  for await (const line of createInterface({ input: child.stdout, signal: ending.signal })) {
    const [, endpoint] = /ready on (http:\S+)/.exec(line) ?? []
    if (endpoint === undefined) continue
    child.stdout.resume()
    const environment = {
      TENKEY_ENDPOINT: endpoint,
      TENKEY_DATA: data,
      TENKEY_OPERATOR_ACCESS_KEY_ID: '',
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: '',
    }
    return { endpoint, environment, own: true }
  }
  ending.signal.throwIfAborted()
  throw new Error('the server did not start')
}
