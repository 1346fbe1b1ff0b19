import { type FixtureOptions, fixtureIn } from './hooks.ts'
import type { Tenkey } from './types.ts'

export type { FixtureOptions } from './hooks.ts'
export type * from './types.ts'

type Hook = (act: () => Promise<void>) => void

/**
 * A tenkey for the tests of a file, or of the `describe` around it, anew for each test; by the global hooks of Jest,
 * or of any runner that has them. Call it where hooks may be registered, and use what it returns in tests and hooks.
 * @throws Error where there are no such globals
 */
export function useTenkey(options: FixtureOptions = {}): Tenkey {
  const hook = (name: string): Hook => {
    const found: unknown = Reflect.get(globalThis, name)
    if (typeof found === 'function') return (act) => found(act)
    throw new Error(
      `there is no global ${name}: tenkey/testing/jest is for test runners that have one`,
    )
  }
  const hooks = {
    beforeAll: hook('beforeAll'),
    beforeEach: hook('beforeEach'),
    afterAll: hook('afterAll'),
  }
  return fixtureIn(hooks, options)
}
