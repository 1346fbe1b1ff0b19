import fc from 'fast-check'
import type { Breach } from './run.ts'
import { brokenOnWire, connection, wire, wireHarm } from './wire.ts'
import { makeWorld } from './world.ts'

/** connections after which another tenant calls */
const IN_A_ROW = 100

/** Writes random connections to a server of node:http; in between, another tenant is served. */
export async function runWire(
  cases: number,
  seed: number,
): Promise<{ cases: number; breaches: Breach[] }> {
  const world = await makeWorld()
  const wired = await wire(world)
  const breaches: Breach[] = []
  let sent = 0
  try {
    for (let round = 0; sent < cases && breaches.length < 10; round++) {
      let what = ''
      const runs = Math.min(IN_A_ROW, cases - sent)
      const property = fc.asyncProperty(connection, async (one) => {
        sent++
        const broken = await brokenOnWire(one, wired)
        if (broken !== undefined) what = broken
        return broken === undefined
      })
      const result = await fc.check(property, { seed: seed + round, numRuns: runs })
      const input = result.counterexample?.[0]
      if (result.failed) {
        breaches.push({ grammar: 'wire', what: what || String(result.errorInstance), input })
      }
      const harm = await wireHarm(wired)
      if (harm !== undefined) breaches.push({ grammar: 'wire', what: harm, input: { seed, round } })
    }
  } finally {
    await wired.stop()
    await world.close()
  }
  return { cases: sent, breaches }
}
