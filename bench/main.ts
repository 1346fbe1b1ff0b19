import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import {
  operatorFile,
  readCredential,
  type StoredCredential,
  tenantFile,
} from '../server/installation.ts'
import { fillKeys } from './fill.ts'
import { call, load, type Measured, type Prepared } from './load.ts'
import { invoke, prepare } from './prepare.ts'
import { type ServerProcess, startProcess } from './server-process.ts'
import { prepareXks } from './xks.ts'

/**
 * `npm run bench`: what a whole signed call costs, as ratios to a bare node:http server that answers
 * the same bytes. Both servers are measured in turn, round by round, and the medians of the rounds'
 * ratios are printed: absolute figures move with the machine, ratios hardly.
 * `npm run bench -- --against FOLDER` measures another checkout in the same rounds, with its own
 * node_modules, and prints this one's ratios to it instead of the memory.
 * `npm run bench -- --only xks` measures what AWS KMS asks of a proxy alone, its health beside it: what a signed
 * call costs that reads no key.
 */
const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '1.5' },
    only: { type: 'string', default: '' },
  },
})
if (!['', 'xks'].includes(values.only)) throw new Error('--only xks, or all')
const ONLY_XKS = values.only === 'xks'
const ROUNDS = Number(values.rounds)
const SECONDS = Number(values.seconds)
const CONNECTIONS = 16
const KEYS = [1_000, 100_000] as const

const folders: string[] = []
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tenkey-bench-'))
  folders.push(made)
  return made
}

interface Tenkey {
  readonly server: ServerProcess
  readonly credential: StoredCredential
  readonly operator: StoredCredential
}

/** @param checkout whose it is; this one's unless given */
async function startTenkey(data: string, checkout?: string): Promise<Tenkey> {
  const environment = { TENKEY_DATA: data, TENKEY_PORT: '0' }
  const server = await startProcess('tenkey.ts', environment, checkout)
  const credential = readCredential(tenantFile(data))
  const operator = readCredential(operatorFile(data))
  if (credential === undefined || operator === undefined)
    throw new Error(`no credential in ${data}`)
  return { server, credential, operator }
}

interface Round extends Measured {
  /** CPU microseconds of the server's process for one call */
  readonly cpuPerCall: number
}

async function round(server: ServerProcess, prepared: readonly Prepared[]): Promise<Round> {
  const before = await server.cpu()
  const measured = await load(server.address, prepared, {
    connections: CONNECTIONS,
    seconds: SECONDS,
  })
  const cpuPerCall = ((await server.cpu()) - before) / measured.calls
  return { ...measured, cpuPerCall }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** One call, ready for a server. */
interface Subject {
  readonly server: ServerProcess
  readonly prepared: readonly Prepared[]
}

/** Measures one operation against a bare server that gives the same answer, and against another checkout. */
async function compare(
  name: string,
  own: Subject,
  other: Subject | undefined,
  answer: string,
): Promise<Record<string, string>> {
  const bare = await startProcess('bare.ts', { BENCH_ANSWER: answer })
  const subjects = [{ ...own, server: bare }, own, ...(other === undefined ? [] : [other])]
  try {
    for (const { server, prepared } of subjects) await round(server, prepared)
    const rounds: Round[][] = []
    for (let i = 0; i < ROUNDS; i++) {
      const measured: Round[] = []
      // what runs first in one round runs last in the next
      const order = subjects.map((_, index) => (i % 2 === 0 ? index : subjects.length - 1 - index))
      for (const index of order) {
        const { server, prepared } = subjects[index] as Subject
        measured[index] = await round(server, prepared)
      }
      rounds.push(measured)
    }
    const figure = (of: (measured: Round) => number, digits: number) =>
      median(rounds.map((each) => of(each[1] as Round))).toFixed(digits)
    const ratio = (of: (measured: Round) => number, to: number) =>
      median(rounds.map((each) => of(each[1] as Round) / of(each[to] as Round))).toFixed(2)
    const perSecond = (measured: Round) => measured.perSecond
    const cpu = (measured: Round) => measured.cpuPerCall
    return {
      call: name,
      'calls/s ÷ bare': ratio(perSecond, 0),
      'CPU ÷ bare': ratio(cpu, 0),
      'p50 ÷ bare': ratio((measured) => measured.p50, 0),
      'p99 ÷ bare': ratio((measured) => measured.p99, 0),
      'calls/s': figure(perSecond, 0),
      'µs CPU': figure(cpu, 0),
      'p50 ms': figure((measured) => measured.p50, 2),
      'p99 ms': figure((measured) => measured.p99, 2),
      ...(other !== undefined && {
        'calls/s ÷ other': ratio(perSecond, 2),
        'CPU ÷ other': ratio(cpu, 2),
      }),
    }
  } finally {
    await bare.stop()
  }
}

/** The calls that are measured, made ready for one server with a key of its own. */
async function callsOf({ server: { address }, credential }: Tenkey): Promise<Calls> {
  const created = await invoke(address, credential, 'CreateKey', {})
  const { KeyId } = created['KeyMetadata'] as { KeyId: string }
  const EncryptionContext = { tenant: 'acme', purpose: 'bench' }
  const Plaintext = Buffer.alloc(32, 7).toString('base64')
  const Encrypt = { KeyId, Plaintext, EncryptionContext }
  const { CiphertextBlob } = await invoke(address, credential, 'Encrypt', Encrypt)
  return {
    Encrypt,
    Decrypt: { CiphertextBlob, EncryptionContext },
    GenerateDataKey: { KeyId, KeySpec: 'AES_256', EncryptionContext },
    CreateKey: { Description: 'bench' },
  }
}
const NAMES = ['Encrypt', 'Decrypt', 'GenerateDataKey', 'CreateKey'] as const
type Calls = Record<(typeof NAMES)[number], object>

/** As AWS KMS calls it, which waits 250 ms: the way to the server and back among them. */
async function proxySpeed({ server, credential, operator }: Tenkey) {
  const { KeyMetadata } = await invoke(server.address, credential, 'CreateKey', {})
  const { KeyId } = KeyMetadata as { KeyId: string }
  const calls = await prepareXks(server.address, operator, credential.accountId, KeyId)
  const table = []
  for (const [name, one] of Object.entries(calls)) {
    const answer = await call(server.address, one)
    table.push(await compare(name, { server, prepared: [one] }, undefined, answer))
  }
  return table
}

async function speed(against: string | undefined): Promise<Record<string, string>[]> {
  const own = await startTenkey(folder())
  const other = against === undefined ? undefined : await startTenkey(folder(), against)
  try {
    if (ONLY_XKS) return await proxySpeed(own)
    const calls = await callsOf(own)
    const otherCalls = other && (await callsOf(other))
    const table = []
    for (const name of NAMES) {
      const subject = ({ server, credential }: Tenkey, input: object): Subject => {
        return { server, prepared: [prepare(server.address, credential, name, input)] }
      }
      const answer = JSON.stringify(
        await invoke(own.server.address, own.credential, name, calls[name]),
      )
      const pair = other && otherCalls && subject(other, otherCalls[name])
      table.push(await compare(name, subject(own, calls[name]), pair, answer))
    }
    // another checkout may know nothing of it
    if (other === undefined) table.push(...(await proxySpeed(own)))
    return table
  } finally {
    await own.server.stop()
    await other?.server.stop()
  }
}

/** Resident memory after uniform Encrypt over all keys of a store. */
async function memoryWith(keys: number): Promise<number> {
  const data = folder()
  const ids = await fillKeys(data, keys)
  const { server: tenkey, credential } = await startTenkey(data)
  try {
    const Plaintext = Buffer.alloc(32, 7).toString('base64')
    const prepared = Array.from({ length: 5_000 }, (_, index) => {
      const KeyId = ids[Math.floor((index / 5_000) * ids.length)] ?? ''
      return prepare(tenkey.address, credential, 'Encrypt', { KeyId, Plaintext })
    })
    await load(tenkey.address, prepared, { connections: CONNECTIONS, seconds: 8 })
    return await tenkey.memory()
  } finally {
    await tenkey.stop()
  }
}

async function tellMemory(): Promise<void> {
  const [few, many] = KEYS
  const small = await memoryWith(few)
  const large = await memoryWith(many)
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`
  console.log(
    `resident memory: ${mib(small)} with ${few} keys, ${mib(large)} with ${many}: ${(large / small).toFixed(2)} times`,
  )
}

function machine(): string {
  const [cpu] = cpus()
  const memory = readFileSync('/proc/meminfo', 'utf8').match(/MemTotal:\s+(\d+)/)?.[1] ?? '0'
  return `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model}, ${Math.round(Number(memory) / 1024 / 1024)} GiB`
}

try {
  console.log(`${machine()}; ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s, medians`)
  console.table(await speed(values.against && resolve(values.against)))
  if (values.against === undefined && !ONLY_XKS) await tellMemory()
} finally {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
}
