import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { installPackage } from '../test/support/packed.ts'
import { invoke } from './prepare.ts'

/**
 * `npm run bench:start`: what the installed package takes to start, from a tarball in a folder that knows nothing
 * of the repository. Processor time of all processes for `npx tenkey serve` to its first answered call, read from
 * /proc; the clock for `startTenkey()`, which is what a suite waits for. Medians, and the most.
 */
const ROUNDS = 7
/** Linux counts processor time in hundredths of a second (USER_HZ, proc(5)) */
const MS_PER_TICK = 10

const packed = installPackage()
const folders: string[] = []
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tenkey-bench-start-'))
  folders.push(made)
  return made
}

/** ms of processor time of a process group: of each process, and of its children that have ended. */
function spentBy(group: number): number {
  let ticks = 0
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // the name before these may have spaces and brackets
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(fields[2]) !== group) continue
      // utime, stime, cutime, cstime
      for (const field of fields.slice(11, 15)) ticks += Number(field)
    } catch {
      // ended meanwhile
    }
  }
  return ticks * MS_PER_TICK
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  await gone
}

/** Starts by a program and its words, calls once, and says what that took. @param cache of compiled code */
async function started(program: string, words: readonly string[], cache: string): Promise<number> {
  const child = spawn(program, [...words, 'serve', '--json'], {
    cwd: packed.folder,
    env: {
      ...packed.env,
      TENKEY_PORT: '0',
      TENKEY_DATA: join(folder(), 'data'),
      NODE_COMPILE_CACHE: cache,
    },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    const { endpoint, credentialFile } = JSON.parse(line)
    await invoke(endpoint, JSON.parse(readFileSync(credentialFile, 'utf8')), 'CreateKey', {})
    return spentBy(child.pid ?? 0)
  } finally {
    await ended(child)
  }
}

/** A suite's own process: when the package is loaded, when it is started, and when it has answered once. */
const SUITE = `
const began = performance.now()
const { startTenkey } = await import('tenkey/testing')
const loaded = performance.now()
const tenkey = await startTenkey({ seed: 'bench', keys: [{ alias: 'alias/bench' }] })
const started = performance.now()
await tenkey.reset()
const reset = performance.now()
await tenkey.close()
console.log(JSON.stringify([loaded - began, started - loaded, started - began, reset - started]))
`

async function suite(cache: string): Promise<readonly number[]> {
  const file = join(packed.folder, 'suite.mjs')
  writeFileSync(file, SUITE)
  const child = spawn(process.execPath, [file], {
    cwd: packed.folder,
    env: { ...packed.env, ...(cache !== '' && { NODE_COMPILE_CACHE: cache }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'exit')
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  await gone
  return JSON.parse(line)
}

async function rounds<T>(run: () => Promise<T>): Promise<T[]> {
  const all: T[] = []
  for (let i = 0; i < ROUNDS; i++) all.push(await run())
  return all
}

function told(name: string, unit: string, values: readonly number[]): Record<string, string> {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => (sorted[index] ?? Number.NaN).toFixed(0)
  return {
    what: name,
    unit,
    median: at(Math.floor(sorted.length / 2)),
    most: at(sorted.length - 1),
  }
}

try {
  const kept = folder()
  await started('npx', ['tenkey'], kept)
  await suite(kept)
  const launcher = join(packed.installed, 'bin/tenkey.cjs')
  const plain = await rounds(() => suite(''))
  const cached = await rounds(() => suite(kept))
  const column = (all: readonly (readonly number[])[], index: number) =>
    all.map((one) => one[index] ?? Number.NaN)
  const CPU = 'ms of processor time'
  const CLOCK = 'ms by the clock'
  console.table([
    told(
      'npx tenkey serve, first call answered',
      CPU,
      await rounds(() => started('npx', ['tenkey'], kept)),
    ),
    told(
      'the same, nothing compiled before',
      CPU,
      await rounds(() => started('npx', ['tenkey'], folder())),
    ),
    told('of it without npx', CPU, await rounds(() => started(process.execPath, [launcher], kept))),
    told('startTenkey() with a key', CLOCK, column(plain, 1)),
    told("import 'tenkey/testing'", CLOCK, column(plain, 0)),
    told('both', CLOCK, column(plain, 2)),
    told('both, compiled before (NODE_COMPILE_CACHE)', CLOCK, column(cached, 2)),
    told('reset()', CLOCK, column(plain, 3)),
  ])
} finally {
  packed.remove()
  for (const made of folders) rmSync(made, { recursive: true, force: true })
}
