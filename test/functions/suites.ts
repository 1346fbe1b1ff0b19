import { filesTagged } from '../support/tags.ts'

/** The suites that pass through the functions in `npm test`: those that declare it. */
export const shortSuites: readonly string[] = filesTagged('functions')

/**
 * All that pass through the functions, for `npm run test:lambda`. The long ones ask every operation, for
 * every key spec and every way to name a key, and what they look at is the same in a function.
 */
export const suites: readonly string[] = [...shortSuites, ...filesTagged('functions-long')].sort()
