import { defineConfig } from 'vitest/config'
import { configOf, together } from './test/projects.ts'
import { filesTagged } from './test/support/tags.ts'

const slow = (['dynamodb', 'long', 'rsa', 'bundles', 'process'] as const).flatMap(filesTagged)

/**
 * What `npm run test:fast` runs, which leaves out the same tags of single tests by `--tags-filter`: files
 * that are slow as a whole aren't even loaded.
 */
export default defineConfig(configOf(together(slow)))
