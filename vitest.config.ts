import { defineConfig } from 'vitest/config'
import { shortSuites, suites } from './test/functions/suites.ts'

/** Files that start functions of their own. */
const functions = ['test/functions/{gateway,router,sweep}.test.ts']
/** Files that set the process's environment or start processes of their own: each in a fresh one. */
const apart = [
  'test/functions/**/*.test.ts',
  'test/stacks/**/*.test.ts',
  'test/server/{cli,container,installation,metrics,older-installation,transfer-cli}.test.ts',
  'test/root/root-aws-kms.test.ts',
  'test/crypto/{offload,worker-pool}.test.ts',
  'test/store/{store-dynamodb,store-sqlite}.test.ts',
  'test/sessions/command-line.test.ts',
]

/**
 * Functions come last: AWS's runtime client may have to be built, which goes on beside the others. Where
 * `npm run test:lambda` asks for them alone, all suites go through them.
 */
const last = { groupOrder: 1 }
const alone = process.argv.includes('through-functions')

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
          ...{ name: 'functions', include: functions, sequence: last },
          globalSetup: ['test/functions/start-build.ts'],
          setupFiles: ['test/functions/await-build.ts'],
        },
      },
      {
        extends: true,
        // the suites that the server passes, through the functions as they are deployed
        test: {
          ...{ name: 'through-functions', isolate: false, sequence: last },
          include: [...(alone ? suites : shortSuites)],
          globalSetup: ['test/functions/start-installation.ts'],
          setupFiles: ['test/functions/installation.ts'],
          // a test may call every operation once, each of them a process that starts
          testTimeout: 180_000,
          hookTimeout: 180_000,
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
