import { startTenkey } from './start.ts'
import type { Tenkey, TestingOptions } from './types.ts'

export interface FixtureOptions extends TestingOptions {
  /** `each`: before each test everything is as at the start; `never`: tests see what others did. `each` unless given */
  readonly reset?: 'each' | 'never'
}

type Hook = (act: () => Promise<void>) => void
interface Hooks {
  readonly beforeAll: Hook
  readonly beforeEach: Hook
  readonly afterAll: Hook
}

/** A tenkey for the tests of a file or of a `describe`: it runs from its `beforeAll` to its `afterAll`. */
export function fixtureIn(hooks: Hooks, { reset = 'each', ...options }: FixtureOptions): Tenkey {
  let running: Tenkey | undefined
  hooks.beforeAll(async () => {
    running = await startTenkey(options)
  })
  if (reset === 'each') hooks.beforeEach(async () => running?.reset())
  hooks.afterAll(async () => {
    await running?.close()
    running = undefined
  })
  const now = (): Tenkey => {
    if (running === undefined)
      throw new Error('tenkey runs in tests and hooks, after its beforeAll')
    return running
  }
  return {
    get endpoint() {
      return now().endpoint
    },
    get region() {
      return now().region
    },
    get accountId() {
      return now().accountId
    },
    get credentials() {
      return now().credentials
    },
    get operator() {
      return now().operator
    },
    get env() {
      return now().env
    },
    get clock() {
      return now().clock
    },
    get faults() {
      return now().faults
    },
    clientConfig: (service) => now().clientConfig(service),
    key: (alias) => now().key(alias),
    reset: () => now().reset(),
    close: () => now().close(),
    [Symbol.asyncDispose]: () => now().close(),
  }
}
