import { startTestLocal } from './local.ts'

/** One installation for all suites; they find it by their environment. */
export default async function setup(): Promise<() => Promise<void>> {
  const local = await startTestLocal({ most: 16 })
  Object.assign(process.env, local.settings)
  return () => local.stop()
}
