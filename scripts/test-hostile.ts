import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sendLargest } from '../test/hostile/largest-run.ts'
import { type Breach, type Figures, GRAMMARS, runHostile } from '../test/hostile/run.ts'
import { runWire } from '../test/hostile/wire-run.ts'
import { makeWorld } from '../test/hostile/world.ts'

/**
 * The hostile suite: `npm run test:hostile -- --cases 1000000 --seed 1`. Random cases of all grammars are
 * divided among processes; the first sends the largest inputs too, and one case in two hundred goes over the
 * wire. Prints what was broken as JSON, shrunk, then the figures. Ends with 1 where anything was.
 */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '100000' },
    seed: { type: 'string', default: process.env['SEED'] ?? String(Date.now() % 2 ** 31) },
    workers: { type: 'string', default: String(availableParallelism()) },
    /** names of grammars, `largest` and `wire` among them, with commas between; all unless given */
    only: { type: 'string' },
    /** of a process that was started by another: which one it is */
    part: { type: 'string' },
  },
})
const cases = Number(values.cases)
const seed = Number(values.seed)
const workers = Number(values.workers)
const only = values.only?.split(',')
const known = [...GRAMMARS.map(({ name }) => name), 'largest', 'wire']
const stranger = only?.find((name) => !known.includes(name))
if (stranger !== undefined || ![cases, seed, workers].every(Number.isSafeInteger) || workers < 1) {
  console.error(
    `--cases, --seed and --workers take whole numbers, --only some of ${known.join(',')}`,
  )
  process.exit(2)
}

/** What one process did. */
type Part = Omit<Figures, 'breaches'> & { readonly breaches: readonly Breach[] }

async function work(part: number): Promise<Part> {
  // refusals are errors: most of what one costs is where it came from
  Error.stackTraceLimit = 4
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction
  const wants = (name: string) => only?.includes(name) ?? true
  const first = part === 0
  const breaches: Breach[] = []
  let done = 0
  if (first && wants('largest')) {
    const world = await makeWorld()
    const sent = await sendLargest(world)
    await world.close()
    breaches.push(...sent.breaches)
    done += sent.cases
  }
  if (first && wants('wire')) {
    const share = only === undefined ? Math.ceil(cases * WIRED) : cases - done
    const sent = await runWire(share, seed)
    breaches.push(...sent.breaches)
    done += sent.cases
  }
  const share = Math.ceil(cases / workers) - done
  const random = GRAMMARS.some(({ name }) => wants(name))
  const figures = await runHostile({
    cases: random ? Math.max(0, share) : 0,
    seed: seed + part * 7_919_017,
    ...(only !== undefined && { only }),
    found: (breach) => console.log(JSON.stringify(breach)),
    progress: (count) => process.send?.({ progress: done + count }),
  })
  for (const breach of breaches) console.log(JSON.stringify(breach))
  return { ...figures, cases: figures.cases + done, breaches: [...breaches, ...figures.breaches] }
}
/** of all cases, those that go over the wire */
const WIRED = 0.005

function started(part: number): Promise<Part> {
  const file = fileURLToPath(import.meta.url)
  const more = ['--workers', String(workers), '--seed', String(seed), '--part', String(part)]
  const child = fork(file, [...process.argv.slice(2), ...more])
  return new Promise((resolve, reject) => {
    let figures: Part | undefined
    child.on('message', (message: { progress?: number; figures?: Part }) => {
      if (message.progress !== undefined) tell(part, message.progress)
      if (message.figures !== undefined) figures = message.figures
    })
    child.on('exit', (code) => {
      if (figures !== undefined) resolve(figures)
      else reject(new Error(`part ${part} ended with ${code}`))
    })
  })
}

const counts: number[] = []
let told = performance.now()
/** One line every half minute. */
function tell(part: number, count: number): void {
  counts[part] = count
  if (performance.now() - told < 30_000) return
  told = performance.now()
  console.log(`${counts.reduce((sum, some) => sum + (some ?? 0), 0)} cases`)
}

if (values.part !== undefined) {
  const figures = await work(Number(values.part))
  process.send?.({ figures }, () => process.exit(0))
} else {
  console.log(`hostile: seed ${seed}, ${cases} cases, ${workers} processes`)
  const began = performance.now()
  const parts = await Promise.all(Array.from({ length: workers }, (_, part) => started(part)))
  const seconds = (performance.now() - began) / 1000
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0)
  const done = sum((part) => part.cases)
  const broken = sum(({ breaches }) => breaches.length)
  const megabytes = Math.round(Math.max(...parts.map(({ heap }) => heap[1])) / 2 ** 20)
  console.log(
    `seed ${seed}: ${done} cases in ${sum((part) => part.worlds)} installations, ${broken} broke something; ${Math.round(done / seconds)} a second; ${megabytes} MB at most after an installation`,
  )
  process.exit(broken === 0 ? 0 : 1)
}
