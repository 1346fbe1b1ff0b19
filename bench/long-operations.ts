import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { signRequest } from '../core/signature/sign-request.ts'
import { readCredential, tenantFile } from '../server/installation.ts'

/**
 * How long others wait while key pairs are made: latencies of Encrypt and Sign, usually and while 16
 * GenerateDataKeyPair of RSA_4096 are under way. The goal is a p99 of at most 3 times the usual one.
 *
 *   node bench/long-operations.ts [seconds of each measurement, 10]
 */
const PAIRS = 16
const CLIENTS = 4
const SECONDS = Number(process.argv[2] ?? 10)
const REGION = 'us-east-1'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-bench-'))
const agent = new Agent({ keepAlive: true })
const server = spawn(process.execPath, [new URL('../server/main.ts', import.meta.url).pathname], {
  env: { PATH: process.env['PATH'], TENKEY_DATA: folder, TENKEY_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const url = await addressOf()
  const credential = readCredential(tenantFile(folder))
  if (credential === undefined) throw new Error('the server left no credential')
  const call = caller(url, credential)
  await measure(call)
} finally {
  server.kill('SIGTERM')
  await once(server, 'exit')
  agent.destroy()
  rmSync(folder, { recursive: true, force: true })
}

type Call = (operation: string, input: object) => Promise<Record<string, unknown>>

async function measure(call: Call): Promise<void> {
  const key = await newKey(call, {})
  const signing = await newKey(call, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const text = Buffer.alloc(32, 7).toString('base64')
  const message = { KeyId: signing, Message: text, SigningAlgorithm: 'ECDSA_SHA_256' }
  const load = {
    Encrypt: () => call('Encrypt', { KeyId: key, Plaintext: text }),
    'Sign (RAW)': () => call('Sign', message),
    'Sign (DIGEST)': () => call('Sign', { ...message, MessageType: 'DIGEST' }),
  }
  for (const [name, once] of Object.entries(load)) {
    await latencies(once, 2)
    const usual = await latencies(once, SECONDS)
    const { busy, pairs } = await whilePairsAreMade(call, key, () => latencies(once, SECONDS))
    const ratio = (p: number) => (quantile(busy, p) / quantile(usual, p)).toFixed(2)
    console.log(
      `${name}: usual ${shown(usual)}; with ${PAIRS} key pairs at once ${shown(busy)}; ` +
        `p50 x ${ratio(0.5)}, p99 x ${ratio(0.99)} (${pairs} pairs made)`,
    )
  }
}

/** Keeps PAIRS calls under way until `work` is done. */
async function whilePairsAreMade(call: Call, key: string, work: () => Promise<number[]>) {
  let pairs = 0
  let stopped = false
  const make = async () => {
    while (!stopped) {
      await call('GenerateDataKeyPairWithoutPlaintext', { KeyId: key, KeyPairSpec: 'RSA_4096' })
      pairs++
    }
  }
  const making = Array.from({ length: PAIRS }, make)
  const busy = await work()
  stopped = true
  const made = pairs
  await Promise.all(making)
  return { busy, pairs: made }
}

/** Milliseconds of each call, in order, with CLIENTS calls at a time. */
async function latencies(once: () => Promise<unknown>, seconds: number): Promise<number[]> {
  const taken: number[] = []
  const end = performance.now() + seconds * 1000
  const client = async () => {
    while (performance.now() < end) {
      const begun = performance.now()
      await once()
      taken.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return taken.sort((a, b) => a - b)
}

function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}

function shown(sorted: readonly number[]): string {
  return `p50 ${quantile(sorted, 0.5).toFixed(2)} ms, p99 ${quantile(sorted, 0.99).toFixed(2)} ms`
}

async function newKey(call: Call, input: object): Promise<string> {
  const { KeyMetadata } = await call('CreateKey', input)
  return (KeyMetadata as { KeyId: string }).KeyId
}

/** The address that the server says it is ready on. */
async function addressOf(): Promise<string> {
  for await (const line of createInterface(server.stdout)) {
    const url = /ready on (http\S+)/.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('the server did not start')
}

function caller(url: string, credential: { accessKeyId: string; secretAccessKey: string }): Call {
  const { host } = new URL(url)
  return (operation, input) => {
    const body = Buffer.from(JSON.stringify(input))
    const headers = {
      host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    }
    const signed = signRequest(
      { method: 'POST', path: '/', query: '', headers, body },
      credential,
      { region: REGION, service: 'kms', now: Date.now() },
    )
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers: signed }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (response.statusCode === 200) resolve(JSON.parse(text))
          else reject(new Error(`${operation}: ${text}`))
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }
}
