import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { configOf, together } from './test/projects.ts'
import { filesTagged } from './test/support/tags.ts'

const slow = (['dynamodb', 'long', 'rsa', 'bundles', 'process'] as const).flatMap(filesTagged)

/**
 * What `npm run test:fast` runs, of what is long a slice. It leaves out the same tags of single tests by `--tags-filter`: files
 * that are slow as a whole aren't even loaded.
 */
const { test } = configOf(together(slow, true))

// as many as there are cores: hardly a test that is fast waits for anything else
export default defineConfig({ test: { ...test, maxWorkers: availableParallelism() } })
