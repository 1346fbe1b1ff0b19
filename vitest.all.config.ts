import { defineConfig } from 'vitest/config'
import { shortSuites } from './test/functions/suites.ts'
import { configOf, once, throughFunctions } from './test/projects.ts'

/** What `npm test` runs. */
export default defineConfig(configOf(...once, ...throughFunctions(shortSuites, true)))
