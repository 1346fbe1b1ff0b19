import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * `npm run test:lambda`: every suite that needs an installation's URL and nothing else, on one
 * installation of functions. Left out are suites that move the clock, look inside the process, or
 * start the installation with settings of their own.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const LOCAL =
  /harness\.(inside|advance)|\bpass\(|\binside\b|nitroRoot|loopback|wallTime|startTarget/

const suites = readdirSync(`${ROOT}/test`, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `test/${file}`)
  .filter((file) => {
    const text = readFileSync(`${ROOT}/${file}`, 'utf8')
    return text.includes('describeStores(') && !LOCAL.test(text)
  })

export default defineConfig({
  root: ROOT,
  test: {
    include: suites,
    globalSetup: ['test/lambda/global-setup.ts'],
    // a test may call every operation once, each of them a process that starts
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // one installation: a list of all tenants must not grow while a test turns its pages
    fileParallelism: false,
  },
})
