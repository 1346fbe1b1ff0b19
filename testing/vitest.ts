import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type FixtureOptions, fixtureIn } from './hooks.ts'
import type { Tenkey } from './types.ts'

export type { FixtureOptions } from './hooks.ts'
export type * from './types.ts'

/**
 * A tenkey for the tests of a file, or of the `describe` around it, anew for each test. Call it where hooks may be
 * registered, and use what it returns in tests and hooks.
 */
export function useTenkey(options: FixtureOptions = {}): Tenkey {
  return fixtureIn({ beforeAll, beforeEach, afterAll }, options)
}
