import { defineConfig } from 'vitest/config'

/** Files that start functions: after the others, while AWS's runtime client may have to be built. */
const functions = ['test/lambda/{gateway,authorization,router,sweep}.test.ts']
/** Files that set the process's environment or start processes of their own: each in a fresh one. */
const apart = [
  'test/lambda/**/*.test.ts',
  'test/stacks/**/*.test.ts',
  'test/{cli,container,installation,lambda,metrics,transfer-cli,root-aws-kms,sweep-function}.test.ts',
  'test/{offload,worker-pool,store-dynamodb,store-sqlite}.test.ts',
  'test/sessions/command-line.test.ts',
]

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'apart', include: apart, exclude: functions } },
      {
        extends: true,
        test: {
          name: 'functions',
          include: functions,
          globalSetup: ['test/lambda/start-build.ts'],
          setupFiles: ['test/lambda/await-build.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        // the others share two processes: loading the service anew for each costs more than its tests
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: apart, isolate: false },
      },
    ],
  },
})
