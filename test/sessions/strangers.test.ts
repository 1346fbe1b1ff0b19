// @module-tag functions
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { newAccessKeyId } from '../../core/identity/credential.ts'
import { expectRefusal } from '../support/cases.ts'
import { type Credential, describeStores, type Harness, type Tenant } from '../support/harness.ts'
import { operate } from './world.ts'

const NOBODY = '123456789012'
const secretAccessKey = 'x'.repeat(40)
const WORDS = 'The security token included in the request is invalid.'

/** https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html, UnrecognizedClientException */
describeStores('Whose credentials are not known', (harness) => {
  const disabled = async ({ accountId, accessKeyId }: Tenant) => {
    const path = `/admin/v1/tenants/${accountId}/access-keys/${accessKeyId}`
    await operate(harness, `PATCH ${path}`, { Status: 'Inactive' })
  }
  const answer = async (who: Credential, via: 'aws' | 'rest') => {
    const outcome = await harness.call(via, who, 'ListKeys')
    expectRefusal(outcome, via, 'UnrecognizedClientException', WORDS)
    return `${outcome.status} ${outcome.text.replace(/"requestId":"[^"]*"/, '')}`
  }

  test('is told one thing, whether account, key or session exist, on each face', async () => {
    const [tenant, off, suspended] = await tenants(harness, 3)
    await disabled(off)
    await operate(harness, `POST /admin/v1/tenants/${suspended.accountId}/suspend`)
    const sessionToken = randomBytes(300).toString('base64')
    const guesses = [NOBODY, tenant.accountId, suspended.accountId].flatMap((accountId) => [
      { accountId, accessKeyId: newAccessKeyId(accountId), secretAccessKey },
      { accountId, accessKeyId: newAccessKeyId(accountId, 'ASIA'), secretAccessKey, sessionToken },
      { accountId, accessKeyId: newAccessKeyId(accountId, 'ASIA'), secretAccessKey },
    ])
    for (const via of ['aws', 'rest'] as const) {
      const answers = new Set<string>()
      for (const guess of [...guesses, { ...off, secretAccessKey }, off]) {
        answers.add(await answer(guess, via))
      }
      expect(answers.size).toBe(1)
    }
  })

  test('with another secret is told nothing of the account’s status', async () => {
    const [tenant, suspended] = await tenants(harness, 2)
    await operate(harness, `POST /admin/v1/tenants/${suspended.accountId}/suspend`)
    for (const who of [tenant, suspended]) {
      const outcome = await harness.call('aws', { ...who, secretAccessKey }, 'ListKeys')
      expectRefusal(outcome, 'aws', 'InvalidSignatureException')
    }
    const outcome = await harness.call('aws', suspended, 'ListKeys')
    expectRefusal(outcome, 'aws', 'AccessDeniedException')
  })
})

async function tenants(harness: Harness, count: 2 | 3): Promise<[Tenant, Tenant, Tenant]> {
  const [first, second] = [await harness.tenant(), await harness.tenant()]
  return [first, second, count === 2 ? second : await harness.tenant()]
}
