import { breachOf, harmOf } from './invariants.ts'
import { largestInputs } from './largest.ts'
import type { Breach } from './run.ts'
import type { World } from './world.ts'

/** Sends the largest inputs, or those at some places among them; after each, another tenant's changing call must succeed. */
export async function sendLargest(
  world: World,
  which: (index: number) => boolean = () => true,
): Promise<{ cases: number; breaches: Breach[] }> {
  const breaches: Breach[] = []
  let cases = 0
  for (const [index, one] of [...largestInputs()].entries()) {
    if (!which(index)) continue
    cases++
    const what = (await breachOf([one.of()], world)) ?? (await harmOf(world))
    if (what === undefined) continue
    const { operation, face } = one
    breaches.push({ grammar: 'largest', what, input: { operation, face, what: one.what } })
  }
  return { cases, breaches }
}
