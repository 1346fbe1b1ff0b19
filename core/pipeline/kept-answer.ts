import { KmsError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import {
  accountOfAccessKey,
  credentialContext,
  credentialItem,
  credentialPlace,
  tenantItem,
  tenantPlace,
} from '../identity/credential.ts'
import { livingAccessKeys } from '../identity/tenant.ts'
import type { Service } from '../service.ts'

/**
 * Answers kept for an Idempotency-Key. What is kept has no secret: that of an access key is in the key's own
 * item alone, goes with it, and is taken from there to be told again.
 */

const SECRET = 'SecretAccessKey'

/** JSON of an answer without the secrets of access keys; null stands for an answer without a body. */
export const withoutSecrets = (output: unknown): string =>
  JSON.stringify(output ?? null, (name, value) => (name === SECRET ? undefined : value))

/**
 * The answer that `withoutSecrets` made JSON of, with the secrets of its access keys.
 * @throws KmsError NotFoundException where one of them opens nothing any more
 */
export async function withSecrets(
  json: string,
  service: Pick<Service, 'store' | 'keyring'>,
): Promise<unknown> {
  const complete = async (value: unknown): Promise<unknown> => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const members = Object.entries(value).map(
      async ([name, member]) => [name, await complete(member)] as const,
    )
    const whole: Record<string, unknown> = Object.fromEntries(await Promise.all(members))
    const { AccessKeyId: id } = whole
    return typeof id === 'string' ? { ...whole, [SECRET]: await secretOf(id, service) } : whole
  }
  return (await complete(parseJson(json))) ?? undefined
}

/** The secret of an access key that opens something: its account and whom it stands for are there. */
async function secretOf(
  accessKeyId: string,
  { store, keyring }: Pick<Service, 'store' | 'keyring'>,
): Promise<string> {
  const accountId = accountOfAccessKey(accessKeyId) ?? ''
  const places = [credentialPlace(accountId, accessKeyId), tenantPlace(accountId)]
  const [item, tenant] = await store.get(places)
  if (item === undefined || tenant === undefined) throw gone(accessKeyId)
  const { principal, status, secret: wrapped } = credentialItem.read(item)
  const [living] = await livingAccessKeys(store, accountId, [item])
  const works = status === 'Active' && tenantItem.read(tenant).status === 'active'
  if (living === undefined || !works) throw gone(accessKeyId)
  const context = credentialContext(accessKeyId, principal)
  const secret = await keyring.openSecret(accountId, context, wrapped)
  try {
    return secret.toString()
  } finally {
    secret.fill(0)
  }
}

const gone = (accessKeyId: string) =>
  new KmsError(
    'NotFoundException',
    `The access key ${accessKeyId} that was made with this Idempotency-Key has been deleted or switched off, so its secret is not told again.`,
  )
