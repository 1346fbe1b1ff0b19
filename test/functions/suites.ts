import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** What suites say that move the clock, look inside the process, or start an installation of their own. */
const LOCAL =
  /harness\.(inside|advance)|\bpass\(|\binside\b|nitroRoot|loopback|wallTime|startTarget/

/** Turns the pages of the list of all tenants, which must not grow meanwhile: gateway.test.ts has it. */
const ALONE = 'test/operations/paging.test.ts'

/** The suites that need an installation's URL and nothing else: those that functions are to pass too. */
export const suites: readonly string[] = readdirSync(`${ROOT}/test`, {
  recursive: true,
  encoding: 'utf8',
})
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file}`)
  .filter((file) => {
    if (file === ALONE) return false
    const text = readFileSync(`${ROOT}/${file}`, 'utf8')
    return text.includes('describeStores(') && !LOCAL.test(text)
  })

/**
 * A minute's worth: they ask every operation, for every key spec and every way to name a key, and what
 * they look at is the same in a function.
 */
const LONG: ReadonlySet<string> = new Set([
  'test/promises/isolation.test.ts',
  'test/operations/data-key-pair.test.ts',
  'test/operations/key-names.test.ts',
  'test/operations/rsa-encryption.test.ts',
  'test/operations/sign-verify.test.ts',
])

/** Those of `npm test`; `npm run test:lambda` has all. */
export const shortSuites = suites.filter((file) => !LONG.has(file))
