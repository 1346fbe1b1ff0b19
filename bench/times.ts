import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../server/lambda-gateway/bundles.ts'
import { startLocal } from '../server/lambda-gateway/local.ts'
import { startDynalite } from '../test/support/dynalite.ts'
import { eventOf } from './cold-start-event.ts'
import { fileOf, questions } from './cold-start-questions.ts'
import { serverTime } from './server-time.ts'
import { startTlsFront } from './tls-front.ts'

/**
 * `npm run bench:times`: what a function's start and a warm call of it take of a processor, and a call of the
 * server over DynamoDB, for docs/cost.md:
 * writes scripts/cost-times.json. Processor time, of all threads, is counted and not the clock, which
 * depends on what else the machine does and on how far DynamoDB is. DynamoDB is dynalite behind TLS.
 */
const ROUNDS = 9
const NAMES = ['encrypt', 'decrypt', 'aws-clients'] as const

/** Starts, answers, and says its processor time in ms; then answers 300 more times, and says a mean of 200. */
const DRIVER = `
const { handler } = await import(process.argv[1])
const events = JSON.parse(process.argv[2])
const context = () => ({ awsRequestId: 'bench', getRemainingTimeInMillis: () => 30000 })
const spent = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000 }
const answer = async (event) => {
  const { statusCode } = (await handler(event, context())) ?? {}
  if (event.rawPath !== undefined && statusCode !== 200) throw new Error('answered ' + statusCode)
}
await answer(events[0])
const start = spent()
for (let call = 0; call < 100; call++) await answer(events[call % events.length])
const before = spent()
for (let call = 0; call < 200; call++) await answer(events[call % events.length])
process._rawDebug('times ' + JSON.stringify({ start, warm: (spent() - before) / 200 }))
process.exit(0)
`

interface Times {
  readonly start: number
  readonly warm: number
}

const work = mkdtempSync(join(tmpdir(), 'tenkey-times-'))
const folder = (name: string): string => {
  const path = join(work, name)
  mkdirSync(path)
  return path
}

async function timesOf(
  bundled: string,
  events: readonly object[],
  environment: Readonly<Record<string, string>>,
): Promise<Times> {
  const words = ['--input-type=module', '-e', DRIVER, `file://${bundled}/bundle.mjs`]
  const child = spawn(process.execPath, [...words, JSON.stringify(events)], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  for await (const chunk of child.stderr) said += String(chunk)
  const [, times] = /^times (.*)$/m.exec(said) ?? []
  if (times === undefined) throw new Error(said)
  return JSON.parse(times) as Times
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** of several runs, ms with one decimal */
async function measured(run: () => Promise<Times>): Promise<Times> {
  const runs: Times[] = []
  for (let round = 0; round < ROUNDS; round++) runs.push(await run())
  const of = (name: keyof Times) => Math.round(median(runs.map((one) => one[name])) * 10) / 10
  return { start: of('start'), warm: of('warm') }
}

const dynalite = await startDynalite()
const front = await startTlsFront(dynalite.endpoint)
const local = await startLocal({
  host: '127.0.0.1',
  port: 0,
  data: folder('data'),
  table: 'tenkey',
  most: 2,
  dynamodb: dynalite.endpoint,
  log: () => undefined,
})
try {
  const { tenant } = local
  if (tenant === undefined) throw new Error('no tenant')
  const asked = await questions(local)
  const environment = {
    ...local.environment,
    AWS_ENDPOINT_URL_DYNAMODB: front.endpoint,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  }
  const functions: Record<string, Times> = {}
  for (const name of NAMES) {
    const { folder: bundled } = await bundle(`functions/${fileOf(name)}.handler`, folder(name))
    // signed anew for each run: a signature holds for five minutes
    functions[name] = await measured(() =>
      timesOf(bundled, [eventOf(tenant, asked[name])], environment),
    )
  }
  const { folder: swept } = await bundle('functions/sweep.handler', folder('sweep'))
  functions['sweep'] = await measured(() => timesOf(swept, [{}], environment))
  const input = JSON.parse(asked['aws-clients'].body) as object
  const perCall = await serverTime(environment, folder('server'), tenant, input)
  const server = Math.round(perCall * 100) / 100
  const [{ model = 'unknown' } = {}] = cpus()
  const text = { processor: model.trim(), node: process.version, functions, server }
  const file = new URL('../scripts/cost-times.json', import.meta.url)
  writeFileSync(file, `${JSON.stringify(text, null, 2)}\n`)
  console.log(text)
} finally {
  await local.stop()
  front.stop()
  await dynalite.stop()
  rmSync(work, { recursive: true, force: true })
}
