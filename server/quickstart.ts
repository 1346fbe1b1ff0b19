import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { printable } from '../core/base/printable.ts'
import { reasonOf } from '../core/base/reason.ts'
import { type Config, readConfig } from '../core/config.ts'
import { type Client, clientOf } from './cli/client.ts'
import { endpointOf, reachable } from './cli/client-settings.ts'
import { CommandError, type Environment } from './cli/command.ts'
import { readCredential, type StoredCredential, tenantFile } from './credential-file.ts'
import { greeting } from './greeting.ts'
import { makeNamed } from './named-key.ts'
import { orNothing } from './seed/seed-work.ts'
import { type Running, serve } from './serve.ts'
import { servingNow } from './serving.ts'
import { onSignals } from './signals.ts'

/** What Encrypt takes. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
const MOST_BYTES = 4096
/** bytes that its answer may have, and more; what is larger is another file */
const MOST_CIPHERTEXT = 2 * MOST_BYTES
/** of files beside one that is not its own */
const NUMBERS = [2, 3, 4, 5, 6, 7, 8, 9]
const ALIAS = 'alias/quickstart'
/** the description of its key, by which a run finds what one before it could not name */
const MADE_HERE = 'made by tenkey quickstart'
const HELLO = 'hello.txt'
const HELLO_TEXT = 'Hello from tenkey.\n'
type Json = Readonly<Record<string, unknown>>
/** ms that an answer may take of a service that may not be there */
const PATIENCE = 3000

export interface Quickstart {
  readonly environment: Environment
  /** the file to encrypt; one that is made unless given */
  readonly file: string | undefined
  readonly out: string | undefined
  /** how another command is typed */
  readonly command: string
  /** whether what is said goes to a terminal */
  readonly terminal: boolean
  say(text: string): void
}

/**
 * Shows a newcomer the service: starts it, or finds the one that runs; makes a key of the first tenant, encrypts a
 * file with it and decrypts it again. Done once more it finds what it made. Nothing is written over.
 * @throws CommandError, ConfigError with what to do
 */
export async function quickstart(asked: Quickstart): Promise<void> {
  const config = readConfig(asked.environment)
  const [name, plaintext] = plaintextOf(asked.file)
  const running = await service(config, asked.environment)
  try {
    await show(asked, config, running, [name, plaintext])
  } catch (error) {
    await running.stop?.()
    throw error
  }
}

async function show(
  asked: Quickstart,
  config: Config,
  running: Found,
  [name, plaintext]: readonly [string, Buffer],
): Promise<void> {
  const { tenant } = running
  if (tenant === undefined) {
    throw new CommandError(
      `the first tenant's access key is not in ${printable(tenantFile(config.data))}: set TENKEY_DATA to the data folder of the service that runs on ${running.address}, or to a new one and TENKEY_PORT to a free port`,
    )
  }
  const environment = { ...asked.environment, TENKEY_ENDPOINT: running.address }
  const client = clientOf(environment, {
    ...tenant,
    called: `the credential of ${tenantFile(config.data)}`,
  })
  const key = await keyOf(client)
  const { out, bytes, made } = await encrypted(client, plaintext, name, asked.out)
  asked.say(`${greeting(running, config, asked.terminal)}
Done with it:

  1. tenant ${tenant.accountId} has the key ${key.made ? '' : 'that it had before, '}${ALIAS}
     ${key.arn}
  2. ${printable(name)} ${made ? 'was' : 'had been'} encrypted into ${printable(out)}, ${bytes} bytes
  3. decrypted again it is the same, byte for byte

The same by the AWS CLI, once the lines above are pasted into another shell:

${awsLines(name, out)}

Next, with those lines pasted:

  ${asked.command} tenant create --name acme    a tenant for each of your customers
  ${asked.command} audit --tenant               what was done with this tenant's keys
  ${asked.command} --help                       all that there is
`)
  if (running.stop !== undefined) asked.say('The service goes on until Ctrl-C.')
}

/** A service that answers; one that was started here can be stopped. */
type Found = Omit<Running, 'stop'> & Partial<Pick<Running, 'stop'>>

/** The service of this data folder: the one that answers, else one that is started now. */
async function service(config: Config, environment: Environment): Promise<Found> {
  const isNamed = Boolean(environment['TENKEY_ENDPOINT'])
  const usual = config.port === 0 && !isNamed ? undefined : endpointOf(environment).url.origin
  // the lines that a start prints name its address, where that is not the usual one
  if (isNamed && !servingNow(config.data).some(({ address }) => reachable(address) === usual)) {
    throw new CommandError(
      `quickstart is about the service of ${printable(config.data)}, and TENKEY_ENDPOINT names another, or one that does not run: unset TENKEY_ENDPOINT, or set TENKEY_DATA to the data folder of that service on this machine`,
    )
  }
  const address = await runningAt(config, usual)
  if (address !== undefined) {
    return { address, tenant: credentialIn(config), made: false, others: [] }
  }
  if (usual !== undefined && (await answers(usual))) {
    throw new CommandError(
      `what answers at ${usual} is no service of ${printable(config.data)}, and is sent nothing: set TENKEY_DATA to the data folder of the service that runs there, or TENKEY_PORT to a free port`,
    )
  }
  const running = await serve(config)
  onSignals(running.stop)
  return { ...running, tenant: running.tenant ?? credentialIn(config) }
}

/**
 * Where a service of this data folder answers. That it is one is known by its note in the folder, which is its owner's
 * alone: what answers at a port may be anything, and what is sent to it is a person's file.
 * @param usual the address of the settings, which comes first, and by the name they have for it
 */
async function runningAt({ data }: Config, usual: string | undefined): Promise<string | undefined> {
  const found = servingNow(data).map(({ address }) => reachable(address))
  const isUsual = (origin: string) => usual !== undefined && sameListener(origin, usual)
  const ordered = [
    ...(found.some(isUsual) && usual !== undefined ? [usual] : []),
    ...found.filter((origin) => !isUsual(origin)),
  ]
  for (const origin of ordered) if (await answers(origin)) return origin
  return undefined
}

function sameListener(one: string, other: string): boolean {
  const [left, right] = [new URL(one), new URL(other)]
  return left.protocol === right.protocol && left.port === right.port
}

async function answers(origin: string): Promise<boolean> {
  try {
    const { status } = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(PATIENCE) })
    return status === 200
  } catch {
    // nothing is there, or nothing that answers: what starts there says which
    return false
  }
}

function credentialIn({ data }: Config): StoredCredential | undefined {
  try {
    return readCredential(tenantFile(data))
  } catch (cause) {
    throw new CommandError((cause as Error).message, { cause })
  }
}

/** A file's name and bytes; the one that is made has the same in every folder. */
function plaintextOf(file: string | undefined): [name: string, bytes: Buffer] {
  if (file === undefined && !existsSync(HELLO)) written(HELLO, HELLO_TEXT)
  const name = file ?? HELLO
  const size = sizeOf(name)
  if (size === 0 || size > MOST_BYTES) {
    const advice =
      ': larger files are encrypted under a data key, as the AWS Encryption SDK does it'
    throw new CommandError(
      `${name} has ${size.toLocaleString('en')} bytes, and Encrypt takes 1 to ${MOST_BYTES.toLocaleString('en')}${size === 0 ? '' : advice}`,
    )
  }
  return [name, bytesOf(name)]
}

function sizeOf(file: string): number {
  try {
    const found = statSync(file)
    if (found.isFile()) return found.size
    throw new CommandError(`${file} is no file`)
  } catch (cause) {
    if (cause instanceof CommandError) throw cause
    throw unreadable(file, cause)
  }
}

async function keyOf(client: Client): Promise<{ arn: string; made: boolean }> {
  const known = `/v1/keys/~?KeyId=${encodeURIComponent(ALIAS)}`
  const found = await orNothing(client.call('GET', known))
  if (found !== undefined) return { arn: arnOf(found['KeyMetadata'] as Json), made: false }
  const made = await makeNamed(client, {
    alias: ALIAS,
    mark: MADE_HERE,
    input: {},
    fits: () => true,
  })
  return { arn: arnOf(made), made: true }
}

const arnOf = ({ Arn }: Json): string => String(Arn)

/**
 * Encrypts into a file that is not there, or finds the one of a run before.
 * @param asked where to; else the first name that is free, or is that of a run before
 */
async function encrypted(
  client: Client,
  plaintext: Buffer,
  name: string,
  asked: string | undefined,
): Promise<{ out: string; bytes: number; made: boolean }> {
  const names = [`${name}.encrypted`, ...NUMBERS.map((number) => `${name}.${number}.encrypted`)]
  for (const out of asked === undefined ? names : [asked]) {
    const made = !existsSync(out)
    if (made) {
      const { CiphertextBlob } = await client.call(
        'POST',
        `/v1/keys/~/encrypt?KeyId=${encodeURIComponent(ALIAS)}`,
        { Plaintext: plaintext.toString('base64') },
      )
      written(out, Buffer.from(String(CiphertextBlob), 'base64'))
    }
    const ciphertext = sizeOf(out) > MOST_CIPHERTEXT ? undefined : bytesOf(out)
    if (ciphertext !== undefined && plaintext.equals(await opened(client, ciphertext))) {
      return { out, bytes: ciphertext.length, made }
    }
  }
  throw new CommandError(
    `${resolve(asked ?? `${name}.encrypted`)} is there and is not what would be written: name another with --out`,
  )
}

/** What it decrypts to; nothing where it is not this tenant's. */
async function opened(client: Client, ciphertext: Buffer): Promise<Buffer> {
  try {
    const body = { CiphertextBlob: ciphertext.toString('base64') }
    const { Plaintext } = await client.call('POST', '/v1/decrypt', body)
    return Buffer.from(String(Plaintext), 'base64')
  } catch (error) {
    if (error instanceof CommandError && !error.passing) return Buffer.alloc(0)
    throw error
  }
}

/** @throws CommandError */
function written(file: string, bytes: Buffer | string): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx' })
  } catch (cause) {
    throw new CommandError(`${file} can't be written (${reasonOf(cause)})`, { cause })
  }
}

/** @throws CommandError */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

function unreadable(file: string, cause: unknown): CommandError {
  return new CommandError(`${file} can't be read (${reasonOf(cause)})`, { cause })
}

/** A name as a shell has it. */
const quoted = (name: string): string =>
  /^[\w./-]+$/.test(name) ? name : `'${printable(name).replaceAll("'", "'\\''")}'`

const awsLines = (file: string, out: string): string =>
  `aws kms encrypt --key-id ${ALIAS} --plaintext fileb://${quoted(file)} --output text --query CiphertextBlob | base64 -d > ${quoted(out)}
aws kms decrypt --ciphertext-blob fileb://${quoted(out)} --output text --query Plaintext | base64 -d`
