import { afterAll } from 'vitest'
import { startTestLocal } from './local.ts'

/** Who may do what, and programs of others unmodified, through the functions as gateway.test.ts has them. */
const local = await startTestLocal({ most: 24 })
Object.assign(process.env, local.settings)
afterAll(() => local.stop())

await import('../authorization/cross-account.test.ts')
await import('../authorization/audit.test.ts')
await import('../operations/policies.test.ts')
await import('../programs/encryption-sdk.test.ts')
await import('../programs/ethereum.test.ts')
await import('../programs/jwt.test.ts')
