import { availableParallelism } from 'node:os'
import type { TestProjectConfiguration, ViteUserConfig } from 'vitest/config'
import { filesTagged, TAGS } from './support/tags.ts'

/** Files that start functions of their own. */
const functions = [
  'test/functions/{gateway,no-first-secret,paths-as-sent,regions,router,smoke,sweep}.test.ts',
]
/** Files that set the process's environment or start processes of their own: each in a fresh one. */
const apart = [
  'test/functions/**/*.test.ts',
  'test/hsm/**/*.test.ts',
  'test/stacks/**/*.test.ts',
  'test/server/{bootstrap,browser,cli,container,installation,metrics,older-installation,region-command,regions,tls,transfer-cli}.test.ts',
  'test/programs/left-behind.test.ts',
  'test/root/root-aws-kms.test.ts',
  'test/crypto/{offload,worker-pool}.test.ts',
  'test/store/{store-dynamodb,store-sqlite}.test.ts',
  'test/repository/{package,release}.test.ts',
  'test/sessions/{aws-cli,aws-identity-profile,command-line}.test.ts',
  'test/iam/clients.test.ts',
]

/**
 * What holds for all tests. A time limit ends a test that hangs; on a busy machine one that doesn't may
 * take many times what it takes alone, and most of all one that starts a function for every operation.
 */
const test: NonNullable<ViteUserConfig['test']> = {
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 120_000 } },
  restoreMocks: true,
  globalSetup: ['test/support/scratch.ts'],
  // one more than there are cores: some wait for a process to end
  maxWorkers: availableParallelism() + 1,
  tags: [...TAGS],
  coverage: {
    include: ['core/**'],
    reporter: ['text-summary', 'html', 'json-summary'],
    reportOnFailure: true,
    // a floor below what there is, for `npm run coverage`: what falls through it was not tested at all
    thresholds: { statements: 95, branches: 89, functions: 96, lines: 96 },
  },
}

/** In `npm test` what is long is looked at by a slice: test/support/slice.ts. */
const SLICED = { TEST_SLICE: 'on' }

export const configOf = (...projects: TestProjectConfiguration[]): ViteUserConfig => ({
  test: { ...test, projects },
})

/**
 * The others share a process for each worker: loading the service anew for each costs more than its tests.
 * @param inSlice of what is long a slice
 */
export const together = (
  without: readonly string[] = [],
  inSlice = false,
): TestProjectConfiguration => ({
  extends: true,
  test: {
    name: 'together',
    include: ['test/**/*.test.ts'],
    exclude: [...apart, ...without],
    isolate: false,
    ...(inSlice && { env: SLICED }),
  },
})

const alone = {
  extends: true,
  test: {
    name: 'apart',
    include: apart,
    exclude: functions,
    globalSetup: ['test/stacks/programs.ts'],
  },
} satisfies TestProjectConfiguration

/** All but what needs functions that run, on every store: `npm run test:all` has it, and `npx vitest`. */
export const quick: readonly TestProjectConfiguration[] = [alone, together()]

const ON_SQLITE = { ...SLICED, TEST_STORES: 'sqlite' }

/** What is looked at on every store in `npm test` too: the stores themselves, and what the service promises. */
const everywhere = ['test/store/**/*.test.ts', 'test/promises/**/*.test.ts']

/** The same, with other suites on SQLite alone: those that pass through functions meet DynamoDB there. */
export const once: readonly TestProjectConfiguration[] = [
  {
    ...alone,
    test: {
      ...alone.test,
      exclude: [...functions, ...filesTagged('stages')],
      env: ON_SQLITE,
    },
  },
  {
    extends: true,
    test: {
      name: 'everywhere',
      include: everywhere,
      exclude: apart,
      isolate: false,
      env: SLICED,
    },
  },
  {
    extends: true,
    test: {
      name: 'on-sqlite',
      include: ['test/**/*.test.ts'],
      exclude: [...apart, ...everywhere],
      isolate: false,
      env: ON_SQLITE,
    },
  },
]

/** Functions come last: AWS's runtime client may have to be built, which goes on beside the others. */
const last = { groupOrder: 1 }
const TOGETHER = ['test/functions/build-together.ts']

/**
 * Functions as they are deployed: tests of themselves, and suites that go through them.
 * @param inSlice as in `npm test`: a slice of what is long, and functions that are built together
 */
export const throughFunctions = (
  suites: readonly string[],
  inSlice = false,
): readonly TestProjectConfiguration[] => [
  {
    extends: true,
    test: {
      name: 'functions',
      include: functions,
      sequence: last,
      ...(inSlice && { env: SLICED }),
      globalSetup: [...(inSlice ? TOGETHER : []), 'test/functions/start-build.ts'],
      setupFiles: ['test/functions/await-build.ts'],
    },
  },
  {
    extends: true,
    test: {
      name: 'through-functions',
      include: [...suites],
      isolate: false,
      sequence: last,
      ...(inSlice && { env: SLICED }),
      globalSetup: [...(inSlice ? TOGETHER : []), 'test/functions/start-installation.ts'],
      setupFiles: ['test/functions/installation.ts'],
    },
  },
]
