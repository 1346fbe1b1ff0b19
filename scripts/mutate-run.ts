import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Mutant, mutated } from './mutants.ts'
import type { Tests } from './mutate-graph.ts'

/** What became of a mutant: a test failed, the tests did not end, or nothing was noticed. */
export type Fate = 'killed' | 'endless' | 'survived'

/** Projects of vitest.config.ts. */
const QUICK = ['--project', 'together']
const KNOWN = [...QUICK, '--project', 'apart', '--project', 'mocking']
/** What `npm run test:fast` runs. */
const FAST = ['--config', 'vitest.fast.config.ts']
const FAST_TAGS = ['--tags-filter', 'not (dynamodb or long or rsa or bundles or process)']
/** times as long as without a change, and ms on top, before a run counts as endless */
const PATIENCE = { times: 3, more: 15_000 }
const LONGEST = 30 * 60_000

const PROGRAM = 'node_modules/vitest/vitest.mjs'

/** The test files of a copy of the repository. */
export function testsOf(copy: string): Tests {
  const list = (projects: readonly string[]) => {
    const words = [PROGRAM, 'list', '--filesOnly', '--json', ...projects]
    const said = execFileSync(process.execPath, words, { cwd: copy, encoding: 'utf8' })
    const files = JSON.parse(said) as { file: string }[]
    return new Set(files.map(({ file }) => relative(realpathSync(copy), file)))
  }
  return { known: list(KNOWN), quick: list(QUICK) }
}

interface Run {
  readonly outcome: 'passed' | 'failed' | 'endless'
  readonly ms: number
  /** what vitest printed of a failure at last */
  readonly said: string
}
/** characters of it that are kept */
const SAID = 4_000

let running: ChildProcess | undefined
/** Ends a run with all that it started: it leads a process group. */
function stop(): void {
  if (running?.pid !== undefined) process.kill(-running.pid, 'SIGKILL')
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stop()
    process.exit(1)
  })
}

/** Runs vitest in a copy to its first failure. */
async function vitest(copy: string, words: readonly string[], limit: number): Promise<Run> {
  const begun = performance.now()
  const all = [PROGRAM, ...words, '--run', '--bail', '1', '--reporter', 'dot']
  const child = spawn(process.execPath, all, {
    cwd: copy,
    env: { ...process.env, NO_COLOR: '1' },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  running = child
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID)
  })
  let endless = false
  const timer = setTimeout(() => {
    endless = true
    stop()
  }, limit)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  clearTimeout(timer)
  running = undefined
  const outcome = endless ? 'endless' : code === 0 ? 'passed' : 'failed'
  return { outcome, ms: performance.now() - begun, said }
}

/** Judges mutants in a copy of the repository, one after the other. */
export function judge(copy: string) {
  /** ms that a run takes without a mutant, by its words */
  const unchanged = new Map<string, number>()

  async function timeOf(words: readonly string[]): Promise<number> {
    const key = words.join(' ')
    const known = unchanged.get(key)
    if (known !== undefined) return known
    const { outcome, ms, said } = await vitest(copy, words, LONGEST)
    if (outcome !== 'passed')
      throw new Error(`without any change this fails: vitest ${key}\n${said}`)
    unchanged.set(key, ms)
    return ms
  }

  /** @param near test files that are run first; then all fast ones that import the file, however far */
  return async (file: string, mutant: Mutant, near: readonly string[]): Promise<Fate> => {
    const path = join(copy, file)
    const source = readFileSync(path, 'utf8')
    const nearest = near.length > 0 ? [[...near, ...KNOWN]] : []
    for (const words of [...nearest, ['related', file, ...FAST, ...FAST_TAGS]]) {
      const limit = (await timeOf(words)) * PATIENCE.times + PATIENCE.more
      writeFileSync(path, mutated(source, mutant))
      const { outcome } = await vitest(copy, words, limit)
      writeFileSync(path, source)
      if (outcome !== 'passed') return outcome === 'failed' ? 'killed' : 'endless'
    }
    return 'survived'
  }
}
