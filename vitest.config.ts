import { defineConfig } from 'vitest/config'
import { configOf, quick } from './test/projects.ts'

/** What `npx vitest` runs: all tests but those of running functions, which vitest.all.config.ts adds. */
export default defineConfig(configOf(...quick))
