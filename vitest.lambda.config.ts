import { defineConfig } from 'vitest/config'
import { suites } from './test/functions/suites.ts'
import { configOf, throughFunctions } from './test/projects.ts'

/** What `npm run test:lambda` runs. */
export default defineConfig(configOf(...throughFunctions(suites)))
