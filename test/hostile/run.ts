import fc from 'fast-check'
import { brokenPromises } from './afterwards.ts'
import { attestations } from './attestations.ts'
import { blobs } from './blobs.ts'
import { bodies } from './bodies.ts'
import { forms } from './forms.ts'
import type { Grammar } from './grammar.ts'
import { heads } from './heads.ts'
import { imports } from './imports.ts'
import { harmOf } from './invariants.ts'
import { policies } from './policies.ts'
import { tokens } from './tokens.ts'
import { transfers } from './transfers.ts'
import { makeWorld, type World } from './world.ts'

export const GRAMMARS: readonly Grammar[] = [
  ...[bodies, forms, heads, policies, tokens, blobs, attestations, imports, transfers],
]

/** cases that one world lives through; then every promise is asked for, and a new one made */
const CASES_PER_WORLD = 25_000
/** cases of one grammar in a row, after which the victim calls */
const CASES_IN_A_ROW = 200

/** What was broken, and by what: as small as it gets. */
export interface Breach {
  readonly grammar: string
  readonly what: string
  readonly input: unknown
}

export interface Figures {
  readonly cases: number
  readonly breaches: readonly Breach[]
  readonly worlds: number
  /** bytes of the heap after a world, collected; the least and the largest */
  readonly heap: readonly [number, number]
  readonly seconds: number
}

export interface RunOptions {
  readonly cases: number
  readonly seed: number
  /** breaches after which it ends */
  readonly most?: number
  /** names of grammars; all unless given */
  readonly only?: readonly string[]
  readonly progress?: (cases: number) => void
  /** told of each breach when it is found */
  readonly found?: (breach: Breach) => void
}

/**
 * Sends random cases of all grammars, in proportion, to installations in this process. After some cases
 * another tenant calls; after each installation's last, every promise of the threat model is asked for.
 */
export async function runHostile(options: RunOptions): Promise<Figures> {
  const { cases, seed, most = 20, only, progress = () => undefined, found } = options
  const grammars = GRAMMARS.filter(({ name }) => only?.includes(name) ?? true)
  const began = performance.now()
  const breaches: Breach[] = []
  const heaps: number[] = []
  let done = 0
  let worlds = 0
  while (done < cases && breaches.length < most) {
    const world = await makeWorld()
    worlds++
    const share = Math.min(CASES_PER_WORLD, cases - done)
    const broken = await liveThrough(world, grammars, share, seed + worlds * 100_003, (count) => {
      done += count
      progress(done)
    })
    for (const what of await brokenPromises(world)) {
      broken.push({ grammar: 'afterwards', what, input: `world ${worlds}` })
    }
    for (const breach of broken) found?.(breach)
    breaches.push(...broken)
    await world.close()
    heaps.push(heapUsed())
  }
  const seconds = (performance.now() - began) / 1000
  return {
    cases: done,
    breaches,
    worlds,
    heap: [Math.min(...heaps, Infinity), Math.max(...heaps, 0)],
    seconds,
  }
}

/** Bytes of the heap and of buffers; collected first where the process lets us (--expose-gc). */
function heapUsed(): number {
  globalThis.gc?.()
  const { heapUsed: heap, external } = process.memoryUsage()
  return heap + external
}

/** One installation's cases: some of a grammar, then of the next, until all have had theirs. */
async function liveThrough(
  world: World,
  grammars: readonly Grammar[],
  cases: number,
  seed: number,
  count: (cases: number) => void,
): Promise<Breach[]> {
  const breaches: Breach[] = []
  const shares = grammars.reduce((sum, { share }) => sum + share, 0)
  const left = grammars.map(({ share }) => Math.ceil((cases * share) / shares))
  for (let round = 0; left.some((some) => some > 0); round++) {
    for (const [index, grammar] of grammars.entries()) {
      const runs = Math.min(left[index] ?? 0, CASES_IN_A_ROW)
      if (runs === 0) continue
      left[index] = (left[index] ?? 0) - runs
      const { sent, breach } = await check(grammar, world, runs, seed + round * 1_009 + index)
      count(sent)
      if (breach !== undefined) breaches.push({ grammar: grammar.name, ...breach })
      const harm = await harmOf(world)
      if (harm !== undefined)
        breaches.push({ grammar: grammar.name, what: harm, input: { seed, round } })
      if (harm !== undefined || breaches.length > 10) return breaches
    }
  }
  return breaches
}

/** Runs one grammar; what breaks something is shrunk. */
async function check(grammar: Grammar, world: World, runs: number, seed: number) {
  const { input, breach, each } = grammar.property(world)
  let sent = 0
  let what = ''
  const result = await fc.check(
    fc.asyncProperty(input, async (one) => {
      sent += each(one)
      const broken = await breach(one)
      if (broken !== undefined) what = broken
      return broken === undefined
    }),
    { seed, numRuns: runs, interruptAfterTimeLimit: 120_000 },
  )
  if (!result.failed || result.counterexample === null) return { sent }
  return {
    sent,
    breach: { what: what || String(result.errorInstance), input: result.counterexample[0] },
  }
}
