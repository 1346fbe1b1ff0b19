import { parseArgs } from 'node:util'
import { compareDecisions } from '../test/support/decision-run.ts'

/**
 * Compares the service's decisions with those of an oracle on random worlds:
 * `npm run test:decisions -- --cases 1000000 --seed 1`. Prints seed, rate and what it found; disagreements as
 * JSON, for a row in test/policy/kept-decisions.ts. Ends with 1 where there is any.
 */
const { values } = parseArgs({
  options: { cases: { type: 'string', default: '1000000' }, seed: { type: 'string' } },
})
const cases = Number(values.cases)
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed) || seed < 0) {
  console.error('--cases and --seed take whole numbers')
  process.exit(2)
}
const began = performance.now()
const { allowed, denied, disagreements } = compareDecisions(cases, seed)
const seconds = (performance.now() - began) / 1000
for (const disagreement of disagreements) console.log(JSON.stringify(disagreement))
console.log(
  `seed ${seed}: ${allowed + denied} cases, ${allowed} allowed, ${denied} denied, ${disagreements.length} disagreements; ${Math.round((allowed + denied) / seconds)} a second`,
)
process.exitCode = disagreements.length === 0 ? 0 : 1
