import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { drawn, type Mutant, mutantsOf } from './mutants.ts'
import { importersOf, testsNear } from './mutate-graph.ts'
import { type Fate, judge, testsOf } from './mutate-run.ts'

/**
 * `npm run mutate -- --folder core/crypto [--folder …] [--sample 60] [--seed 1] [--least 80]`: changes
 * the source in a small way, one change at a time, in a copy of the repository, and says which changes
 * no test notices. A change meets the test files nearest to its file, then all fast tests that have to
 * do with it. It fails where less than `--least` percent are noticed.
 */
const USAGE =
  'usage: npm run mutate -- --folder FOLDER_OR_FILE [...] [--sample N] [--seed N] [--least PERCENT]'
const root = fileURLToPath(new URL('..', import.meta.url))

/** test files that a change meets at least */
const NEAREST = { room: 5, elsewhere: 2 }

interface Judged {
  readonly file: string
  readonly mutant: Mutant
  readonly fate: Fate
}

/** Every file of the repository, what is not committed yet included. */
function filesOfRepository(): string[] {
  const words = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = execFileSync('git', words, { cwd: root, encoding: 'utf8' }).split('\0')
  return listed.filter((path) => path !== '' && existsSync(join(root, path)))
}

/** A copy that shares the installed packages. */
function copyOf(files: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'tenkey-mutate-'))
  for (const path of files) cpSync(join(root, path), join(copy, path))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

const excerpt = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 60 ? `${line.slice(0, 57)}...` : line
}

/** One line for a mutant, as it is found in an editor. */
function described(file: string, source: string, mutant: Mutant): string {
  const { start, end, replacement, line } = mutant
  return `${file}:${line}  ${excerpt(source.slice(start, end))}  ->  ${excerpt(replacement)}`
}

/** How many percent were noticed; a run that never ends is. */
const scoreOf = (judged: readonly Judged[]): number =>
  (judged.filter(({ fate }) => fate !== 'survived').length / judged.length) * 100

/** The table: a row for each file, and their sum. */
function tableOf(judged: readonly Judged[]): Record<string, Record<string, number | string>> {
  const row = (some: readonly Judged[]) => {
    const count = (fate: Fate) => some.filter((one) => one.fate === fate).length
    const counts = {
      killed: count('killed'),
      endless: count('endless'),
      survived: count('survived'),
    }
    return { mutants: some.length, ...counts, score: `${scoreOf(some).toFixed(1)} %` }
  }
  const files = [...new Set(judged.map(({ file }) => file))]
  const rows = files.map((file) => [file, row(judged.filter((one) => one.file === file))])
  return Object.fromEntries([...rows, ['all', row(judged)]])
}

interface Wanted {
  readonly folders: readonly string[]
  readonly sample: number
  readonly seed: number
  /** percent */
  readonly least: number
}

async function mutate({ folders, sample, seed, least }: Wanted): Promise<void> {
  const files = filesOfRepository()
  const sources = new Map(
    files
      .filter((path) => path.endsWith('.ts'))
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  )
  const importers = importersOf(sources)
  const inFolder = (path: string) =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
  const all = [...sources]
    .filter(([path]) => inFolder(path))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([file, source]) => mutantsOf(file, source).map((mutant) => ({ file, mutant })))
  if (all.length === 0) throw new Error(`no code in ${folders.join(', ')}`)
  const chosen = drawn(all, sample, seed)
  console.log(`${chosen.length} of ${all.length} mutants, seed ${seed}`)

  const copy = copyOf(files)
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
  const tests = testsOf(copy)
  const fateOf = judge(copy)
  const judged: Judged[] = []
  try {
    for (const { file, mutant } of chosen) {
      const near = testsNear(file, importers, tests, NEAREST)
      const fate = await fateOf(file, mutant, near)
      judged.push({ file, mutant, fate })
      if (fate !== 'killed') {
        console.log(`${fate}: ${described(file, sources.get(file) ?? '', mutant)}`)
      }
    }
  } finally {
    // what was found until a test failed by itself
    if (judged.length > 0) console.table(tableOf(judged))
  }
  if (scoreOf(judged) < least) throw new Error(`less than ${least} % of the changes were noticed`)
}

const options = {
  folder: { type: 'string', multiple: true },
  sample: { type: 'string', default: '60' },
  seed: { type: 'string', default: '1' },
  least: { type: 'string', default: '0' },
} as const

function wantedBy(words: readonly string[]): Wanted {
  const { folder = [], ...rest } = parseArgs({ args: [...words], options }).values
  const [sample = 0, seed = 0, least = 0] = [rest.sample, rest.seed, rest.least].map(Number)
  if (folder.length === 0 || ![sample, seed, least].every(Number.isInteger) || sample < 1) {
    throw new Error(USAGE)
  }
  const folders = folder.map((one) => one.replace(/\/+$/, ''))
  return { folders, sample, seed, least }
}

try {
  await mutate(wantedBy(process.argv.slice(2)))
} catch (error) {
  console.error(`mutate: ${(error as Error).message}`)
  process.exitCode = 1
}
