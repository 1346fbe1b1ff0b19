import { breachOf, harmOf } from './invariants.ts'
import { type Largest, largestInputs } from './largest.ts'
import type { Breach } from './run.ts'
import type { World } from './world.ts'

/** Sends the largest inputs; after each, another tenant's changing call must succeed. */
export async function sendLargest(
  world: World,
  which: (one: Largest) => boolean = () => true,
): Promise<{ cases: number; breaches: Breach[] }> {
  const breaches: Breach[] = []
  let cases = 0
  for (const one of largestInputs()) {
    if (!which(one)) continue
    cases++
    const what = (await breachOf([one.of], world)) ?? (await harmOf(world))
    if (what === undefined) continue
    const { operation, face } = one
    breaches.push({ grammar: 'largest', what, input: { operation, face, what: one.what } })
  }
  return { cases, breaches }
}
