import { buildRic } from '../../server/lambda-gateway/ric.ts'
import { startTestLocal } from './local.ts'

/** One installation for all suites, under AWS's runtime client; they find it by their environment. */
export default async function setup(): Promise<() => Promise<void>> {
  const why = await buildRic()
  process.stderr.write(
    `The functions run under ${why === undefined ? "AWS's runtime interface client" : `a runtime client of our own: ${why}`}.\n`,
  )
  const local = await startTestLocal({ most: 64 })
  Object.assign(process.env, local.settings)
  return () => local.stop()
}
