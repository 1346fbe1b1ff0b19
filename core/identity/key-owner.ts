import type { DataPorts } from '../key/ports.ts'
import type { Found, Item } from '../store/store.ts'
import {
  type CredentialData,
  credentialItem,
  type PrincipalData,
  principalItem,
  principalPlace,
} from './credential.ts'
import { followRename } from './renamed.ts'

/**
 * The user an access key is of, as it is now; undefined for the root's, and for one of a user who is gone.
 */
export async function userOfKey(
  accountId: string,
  { principal, principalId }: CredentialData,
  found: Found,
): Promise<PrincipalData | undefined> {
  if (principal === 'root') return undefined
  const item = await found(principalPlace(accountId, principal))
  const data = item && principalItem.read(item)
  if (principalId === undefined || data?.id === principalId) return data
  return (await followRename(accountId, principalId, found))?.data
}

/** Whether an access key is of a user, or of the root where there is none. */
const isOf = (
  { principal, principalId }: CredentialData,
  user: Pick<PrincipalData, 'id' | 'name'> | undefined,
): boolean =>
  user === undefined
    ? principal === 'root'
    : principalId === undefined
      ? principal === `user/${user.name}`
      : principalId === user.id

/** All access keys of a user, or of the root where there is none. */
export async function accessKeysOf(
  read: DataPorts['read'],
  accountId: string,
  user: Pick<PrincipalData, 'id' | 'name'> | undefined,
): Promise<Item[]> {
  const keys: Item[] = []
  const prefix = credentialItem.prefix()
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({ pk: accountId, prefix, limit: 1000, ...start })
    keys.push(...page.items.filter((item) => isOf(credentialItem.read(item), user)))
    after = page.items.at(-1)?.sk
    more = page.more
  }
  return keys
}
