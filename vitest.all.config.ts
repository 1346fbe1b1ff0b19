import { defineConfig } from 'vitest/config'
import { shortSuites } from './test/functions/suites.ts'
import { configOf, quick, throughFunctions } from './test/projects.ts'

/** What `npm test` runs. */
export default defineConfig(configOf(...quick, ...throughFunctions(shortSuites)))
