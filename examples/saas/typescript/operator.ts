import type { AccessKey } from './profiles.ts'
import { rest } from './rest.ts'

/**
 * What the vendor's operators do: each is a user of account 000000000000 with policies/operator.json, and the
 * profile has a session that was made with a second factor. No application has it.
 */
const OPERATOR = 'vendor-operator'

/** An account that was made, and the access key of its root, which is told this once. */
export interface NewAccount {
  readonly account: string
  readonly root: AccessKey
}

export async function createAccount(name: string, externalId: string): Promise<NewAccount> {
  const made = await rest(OPERATOR, 'POST', '/admin/v1/tenants', {
    body: { Name: name, ExternalId: externalId },
  })
  const key = made['AccessKey'] as { AccessKeyId: string; SecretAccessKey: string }
  return {
    account: String(made['AccountId']),
    root: { accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey },
  }
}

/** From the answer on every call of the tenant is refused, and every call by its roles. */
export const suspend = (account: string) =>
  rest(OPERATOR, 'POST', `/admin/v1/tenants/${account}/suspend`)

export const resume = (account: string) =>
  rest(OPERATOR, 'POST', `/admin/v1/tenants/${account}/resume`)
