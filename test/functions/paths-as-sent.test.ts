// @module-tag process
// @module-tag bundles
import { afterAll, expect, test } from 'vitest'
import { send } from '../support/http.ts'
import { startTestLocal } from './local.ts'

/**
 * The functions behind a gateway that looks for a route before it decodes a path: a slice of what goes
 * through the other one, and the whole of it by `npm run test:lambda:sent`.
 */
const local = await startTestLocal({ most: 12, reading: 'sent' })
Object.assign(process.env, local.settings)
afterAll(async () => {
  await local.stop()
})

test('an encoded slash is no part of the route', async () => {
  const target = '/v1/keys/alias%2Fapp'
  const { status } = await send(local.address, { method: 'GET', target, headers: {}, body: '' })
  expect(status, 'it reaches a function, which asks who is there').toBe(401)
})

await import('../faces/names-in-paths.test.ts')
