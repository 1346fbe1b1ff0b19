import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadedFiles } from '../scripts/bundle-files.ts'
import { type Bundle, bundle } from '../server/lambda-gateway/bundles.ts'
import { startLocal } from '../server/lambda-gateway/local.ts'
import { startDynalite } from '../test/support/dynalite.ts'
import { eventOf } from './cold-start-event.ts'
import { fileOf, HOT, questions } from './cold-start-questions.ts'
import { startTlsFront } from './tls-front.ts'

/**
 * `npm run bench:cold`: from the start of a process to a function's first answer, as a ratio to a
 * handler that answers "hello" measured right before; medians of the ratios. DynamoDB is dynalite here,
 * behind TLS as AWS's own is, so a round trip takes some milliseconds, the first handshake among them.
 * Two answers are measured: one that takes one round trip (the refusal of an unknown access key, after
 * everything is loaded), and a whole call with its record. Each without V8's compile cache and with
 * it; Lambda has none, see docs/architecture.md.
 */
const ROUNDS = 11
/** Plain JavaScript given by word: loading TypeScript would cost all of them alike, and blur the ratio. */
const DRIVER = `
const { handler } = await import(process.argv[1])
const context = { awsRequestId: 'bench', getRemainingTimeInMillis: () => 30000 }
const { statusCode } = await handler(JSON.parse(process.argv[2]), context)
process._rawDebug('answered ' + statusCode)
process.exit(0)
`

const work = mkdtempSync(join(tmpdir(), 'tenkey-cold-'))
const folder = (name: string): string => {
  const path = join(work, name)
  mkdirSync(path)
  return path
}

/** ms from the start of a process to its answer. */
async function first(
  code: Bundle,
  event: object,
  environment: Readonly<Record<string, string>>,
  status: number,
): Promise<number> {
  const began = performance.now()
  const words = ['--input-type=module', '-e', DRIVER, `file://${code.folder}/bundle.mjs`]
  words.push(JSON.stringify(event))
  const child = spawn(process.execPath, words, {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  return new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes(`answered ${status}`)) resolve(performance.now() - began)
    })
    child.on('close', () => reject(new Error(`no answer ${status}: ${said}`)))
  })
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function hello(): Bundle {
  const made = folder('hello')
  writeFileSync(
    join(made, 'bundle.mjs'),
    "export const handler = async () => ({ statusCode: 200, body: 'hello' })\n",
  )
  return { folder: made, handler: 'bundle.handler', metafile: { inputs: {}, outputs: {} } }
}

const bytesIn = (path: string): number =>
  readdirSync(path).reduce((sum, file) => sum + statSync(join(path, file)).size, 0)

const dynalite = await startDynalite()
const front = await startTlsFront(dynalite.endpoint)
const local = await startLocal({
  host: '127.0.0.1',
  port: 0,
  data: folder('data'),
  table: 'tenkey',
  most: 4,
  dynamodb: dynalite.endpoint,
  log: () => undefined,
})
try {
  const asked = await questions(local)
  const stranger = { accessKeyId: 'AKIAQAAAAAAAAAAAAAAA', secretAccessKey: 'x'.repeat(40) }
  const tenant = local.tenant ?? stranger
  const bare = hello()
  const code = new Map<string, Bundle>()
  for (const name of HOT)
    code.set(name, await bundle(`functions/${fileOf(name)}.handler`, folder(name)))

  const ratios = new Map<string, number[]>()
  const note = (what: string, ratio: number) =>
    ratios.set(what, [...(ratios.get(what) ?? []), ratio])
  const compileCache = { NODE_COMPILE_CACHE: join(work, 'compile-cache') }
  const hellos: number[] = []
  // the first round fills the disk's caches, and V8's
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [cache, more] of [
      ['', {}],
      [', compile cache', compileCache],
    ] as const) {
      const environment = {
        ...local.environment,
        ...more,
        AWS_ENDPOINT_URL_DYNAMODB: front.endpoint,
        NODE_TLS_REJECT_UNAUTHORIZED: '0',
      }
      for (const name of HOT) {
        const bundled = code.get(name) ?? bare
        const refused = eventOf(stranger, asked[name])
        const whole = eventOf(tenant, asked[name])
        // each beside its own hello: what else the machine does changes by the second
        const hello = await first(bare, {}, environment, 200)
        const one = await first(bundled, refused, environment, name === 'aws-clients' ? 400 : 401)
        const all = await first(bundled, whole, environment, 200)
        if (round === 0) continue
        hellos.push(hello)
        note(`${name}: one round trip${cache}`, one / hello)
        note(`${name}: whole call${cache}`, all / hello)
      }
    }
  }
  const columns = ['one round trip', 'whole call'].flatMap((what) => [
    what,
    `${what}, compile cache`,
  ])
  console.log(`hello: ${median(hellos).toFixed(0)} ms; all else as ratios to it`)
  console.table(
    Object.fromEntries(
      HOT.map((name) => {
        const made = code.get(name) ?? bare
        const loaded = loadedFiles(made.metafile).reduce((sum, { bytes }) => sum + bytes, 0)
        const measured = columns.map((column) => [
          column,
          median(ratios.get(`${name}: ${column}`) ?? []).toFixed(1),
        ])
        return [
          name,
          {
            'KB loaded': Math.round(loaded / 1024),
            'KB in all': Math.round(bytesIn(made.folder) / 1024),
            ...Object.fromEntries(measured),
          },
        ]
      }),
    ),
  )
} finally {
  await local.stop()
  front.stop()
  await dynalite.stop()
  rmSync(work, { recursive: true, force: true })
}
