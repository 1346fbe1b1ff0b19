import type { TestProject } from 'vitest/node'
import { buildRic } from '../../server/lambda-gateway/ric.ts'
import { startTestLocal } from './local.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** settings by which describeStores finds the installation of functions */
    installation: Readonly<Record<string, string>>
  }
}

/**
 * One installation of functions for all suites that go through it. Its functions start when they are
 * first called; until then AWS's runtime client is built, if it isn't there, while other tests run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const built = buildRic().then((why) => {
    const client =
      why === undefined ? "AWS's runtime interface client" : `a runtime client of our own: ${why}`
    process.stderr.write(`The functions run under ${client}.\n`)
  })
  // which way the gateway reads paths; `npm run test:lambda:sent` has the other one
  const reading = process.env['TENKEY_TEST_PATHS'] === 'sent' ? 'sent' : 'decoded'
  const local = await startTestLocal({ most: 64, reading })
  project.provide('installation', local.settings)
  return async () => {
    await built
    await local.stop()
  }
}
