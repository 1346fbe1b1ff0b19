import type fc from 'fast-check'
import type { Case } from './case.ts'
import { breachOf } from './invariants.ts'
import type { World } from './world.ts'

/** A way to be hostile: what is sent, and what must hold of it. */
export interface Grammar {
  readonly name: string
  /** of a hundred cases, how many are of this grammar */
  readonly share: number
  /** random inputs, plain data; `breach` tells what one broke in a world, undefined for nothing */
  property(world: World): Attempt
}

/** @param each how many cases one input is */
export interface Attempt {
  readonly input: fc.Arbitrary<unknown>
  readonly breach: (input: unknown) => Promise<string | undefined>
  readonly each: (input: unknown) => number
}

/** A grammar of requests to the service. */
export const requests = (
  name: string,
  share: number,
  input: fc.Arbitrary<readonly Case[]>,
): Grammar => ({
  name,
  share,
  property: (world) => ({
    input,
    breach: (cases) => breachOf(cases as readonly Case[], world),
    each: (cases) => (cases as readonly Case[]).length,
  }),
})
