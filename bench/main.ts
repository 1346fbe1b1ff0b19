import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCredential, type StoredCredential, tenantFile } from '../server/installation.ts'
import { fillKeys } from './fill.ts'
import { load, type Measured, type Prepared } from './load.ts'
import { invoke, prepare } from './prepare.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

/**
 * `npm run bench`: what a whole signed call costs, as ratios to a bare node:http server that answers
 * the same bytes. Both servers are measured in turn, round by round, and the medians of the rounds'
 * ratios are printed: absolute figures move with the machine, ratios hardly.
 */
const ROUNDS = 5
const SECONDS = 1.5
const CONNECTIONS = 16
const KEYS = [1_000, 100_000] as const

const folders: string[] = []
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tenkey-bench-'))
  folders.push(made)
  return made
}

async function startTenkey(data: string): Promise<[ServerProcess, StoredCredential]> {
  const server = await startProcess('tenkey.ts', { TENKEY_DATA: data, TENKEY_PORT: '0' })
  const credential = readCredential(tenantFile(data))
  if (credential === undefined) throw new Error(`no credential in ${data}`)
  return [server, credential]
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

/** Measures one operation against a bare server that gives the same answer. */
async function compare(
  name: string,
  tenkey: ServerProcess,
  prepared: readonly Prepared[],
  answer: string,
): Promise<Record<string, string>> {
  const bare = await startProcess('bare.ts', { BENCH_ANSWER: answer })
  try {
    await round(bare, prepared)
    await round(tenkey, prepared)
    const rounds: [bare: Round, tenkey: Round][] = []
    for (let i = 0; i < ROUNDS; i++) {
      rounds.push([await round(bare, prepared), await round(tenkey, prepared)])
    }
    const ratio = (of: (measured: Round) => number) =>
      median(rounds.map(([low, high]) => of(high) / of(low))).toFixed(2)
    const own = (of: (measured: Round) => number, digits = 0) =>
      median(rounds.map(([, high]) => of(high))).toFixed(digits)
    return {
      call: name,
      'calls/s ÷ bare': ratio((measured) => measured.perSecond),
      'CPU ÷ bare': ratio((measured) => measured.cpuPerCall),
      'p99 ÷ bare': ratio((measured) => measured.p99),
      'calls/s': own((measured) => measured.perSecond),
      'µs CPU': own((measured) => measured.cpuPerCall),
      'p99 ms': own((measured) => measured.p99, 2),
    }
  } finally {
    await bare.stop()
  }
}

async function speed(): Promise<Record<string, string>[]> {
  const [tenkey, credential] = await startTenkey(folder())
  const { address } = tenkey
  try {
    const created = await invoke(address, credential, 'CreateKey', {})
    const { KeyId } = created['KeyMetadata'] as { KeyId: string }
    const EncryptionContext = { tenant: 'acme', purpose: 'bench' }
    const Plaintext = Buffer.alloc(32, 7).toString('base64')
    const sealed = await invoke(address, credential, 'Encrypt', {
      KeyId,
      Plaintext,
      EncryptionContext,
    })
    const inputs = {
      Encrypt: { KeyId, Plaintext, EncryptionContext },
      Decrypt: { CiphertextBlob: sealed['CiphertextBlob'], EncryptionContext },
      GenerateDataKey: { KeyId, KeySpec: 'AES_256', EncryptionContext },
      CreateKey: { Description: 'bench' },
    }
    const table = []
    for (const [name, input] of Object.entries(inputs)) {
      const answer = JSON.stringify(await invoke(address, credential, name, input))
      const prepared = [prepare(address, credential, name, input)]
      table.push(await compare(name, tenkey, prepared, answer))
    }
    return table
  } finally {
    await tenkey.stop()
  }
}

/** Resident memory after uniform Encrypt over all keys of a store. */
async function memoryWith(keys: number): Promise<number> {
  const data = folder()
  const ids = await fillKeys(data, keys)
  const [tenkey, credential] = await startTenkey(data)
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

function machine(): string {
  const [cpu] = cpus()
  const memory = readFileSync('/proc/meminfo', 'utf8').match(/MemTotal:\s+(\d+)/)?.[1] ?? '0'
  return `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model}, ${Math.round(Number(memory) / 1024 / 1024)} GiB`
}

try {
  console.log(`${machine()}; ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s, medians`)
  console.table(await speed())
  const [few, many] = KEYS
  const small = await memoryWith(few)
  const large = await memoryWith(many)
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`
  console.log(
    `resident memory: ${mib(small)} with ${few} keys, ${mib(large)} with ${many}: ${(large / small).toFixed(2)} times`,
  )
} finally {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
}
