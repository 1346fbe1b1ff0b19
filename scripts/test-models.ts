import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The models of test/models/: `npm run test:models`. Each is searched exhaustively by Spin, in every way that
 * is said to hold, which must find nothing, and in every way that is said to be wrong, which must find a
 * violated assertion: so a model that can't fail shows. Ends with 1 where one does otherwise, and with 0 and
 * one line where Spin (Debian's package `spin`) or a C compiler is not installed.
 */
interface Way {
  readonly model: string
  readonly defined: readonly string[]
  readonly holds: boolean
}

const holds = (model: string, ...defined: string[]): Way => ({ model, defined, holds: true })
const wrong = (model: string, ...defined: string[]): Way => ({ model, defined, holds: false })

const WAYS: readonly Way[] = [
  holds('one-store', 'MOVE'),
  holds('one-store', 'MOVE', 'RIVAL'),
  wrong('one-store', 'MOVE', 'NO_MARKS'),
  wrong('one-store', 'MOVE', 'NO_SWEEPER'),
  holds('one-store', 'DELETE'),
  wrong('one-store', 'DELETE', 'NO_CLOSE'),
  wrong('one-store', 'DELETE', 'NO_LOOK'),
  wrong('one-store', 'DELETE', 'NO_TOUCH'),
  holds('late-regions', 'KEYS'),
  holds('late-regions', 'KEYS', 'RIVAL'),
  holds('late-regions', 'KEYS', 'SWITCH'),
  wrong('late-regions', 'KEYS', 'OWN_WRITES'),
  wrong('late-regions', 'KEYS', 'NO_CONDITION'),
  wrong('late-regions', 'KEYS', 'NO_SWEEPER'),
  wrong('late-regions', 'KEYS', 'SWITCH', 'NO_MARKS'),
  holds('late-regions', 'HOME_FENCE'),
  wrong('late-regions', 'HOME_FENCE', 'OWN_WRITES'),
  wrong('late-regions', 'HOME_FENCE', 'NO_FENCE'),
  wrong('late-regions', 'HOME_FENCE', 'AT_START'),
  wrong('late-regions', 'HOME_FENCE', 'NO_LOOK'),
  holds('late-regions', 'HOME_FENCE', 'MOVE'),
  wrong('late-regions', 'HOME_FENCE', 'MOVE', 'NO_MARK'),
  wrong('late-regions', 'HOME_FENCE', 'MOVE', 'NO_WAIT'),
  wrong('late-regions', 'HOME_FENCE', 'MOVE', 'NO_COMPARE'),
  holds('late-regions', 'HOME_FENCE', 'LOST'),
  wrong('late-regions', 'HOME_FENCE', 'LOST', 'ALIVE'),
]

const there = (command: string, argument: string) =>
  spawnSync(command, [argument], { stdio: 'ignore' }).error === undefined

function run(command: string, args: readonly string[], cwd: string): string {
  const { error, stdout, stderr, status } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (error !== undefined) throw error
  // Spin's verifier ends with 0 whatever it found
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

/** What a search found. @throws Error where it was not exhaustive */
function search({ model, defined }: Way, folder: string): { errors: number; states: string } {
  const source = fileURLToPath(new URL(`../test/models/${model}.pml`, import.meta.url))
  run('spin', [...defined.map((name) => `-D${name}`), '-a', source], folder)
  run('cc', ['-O2', '-w', '-DSAFETY', '-DCOLLAPSE', '-DMEMLIM=4000', '-o', 'pan', 'pan.c'], folder)
  const told = run('./pan', ['-m1000000'], folder)
  const errors = Number(/errors: (\d+)/.exec(told)?.[1])
  const states = /(\S+) states, stored/.exec(told)?.[1] ?? '?'
  const cut = /max search depth too small|out of memory|Search not completed/.exec(told)
  if (Number.isNaN(errors) || (errors === 0 && cut !== null)) {
    throw new Error(`the search of ${model} was not exhaustive:\n${told}`)
  }
  return { errors, states }
}

if (!there('spin', '-V') || !there('cc', '--version')) {
  console.log('skipped: the models need Spin (apt-get install spin) and a C compiler')
  process.exit(0)
}
const folder = mkdtempSync(join(tmpdir(), 'tenkey-models-'))
let failed = 0
try {
  for (const way of WAYS) {
    const { errors, states } = search(way, folder)
    const right = way.holds === (errors === 0)
    if (!right) failed++
    const name = [way.model, ...way.defined].join(' ')
    const found = errors === 0 ? `nothing in ${states} states` : 'what is wrong'
    console.log(`${right ? 'ok' : 'NOT OK'}  ${name}: ${found}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
console.log(`${WAYS.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
