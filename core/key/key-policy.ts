import { partitionOf } from '../base/arn.ts'
import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import { policyHash } from '../policy/compiled-cache.ts'
import type { Item } from '../store/store.ts'
import type { Key } from './key.ts'
import { type KeyName, policyItem } from './key-items.ts'
import type { DataPorts } from './ports.ts'
import { KEY_POLICY_BYTES } from './quotas.ts'

/** The policy a key has unless it is given another, as AWS writes it (recorded). */
export const defaultPolicy = (accountId: string, region: string): string =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:${partitionOf(region)}:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    null,
    2,
  )

/** @throws KmsError LimitExceededException for a document over 32 KB */
export function checkPolicySize(text: string): void {
  const bytes = Buffer.byteLength(text)
  if (bytes > KEY_POLICY_BYTES) {
    throw new KmsError(
      'LimitExceededException',
      `The key policy has ${bytes} bytes; at most ${KEY_POLICY_BYTES} are allowed.`,
    )
  }
}

export const policyPlace = ({ accountId, region, id }: KeyName, hash: string) =>
  policyItem.place({ accountId, region, id, hash })

/** Stores the policy document of a key that is about to be made; the key refers to it by the hash. */
export async function storePolicy(
  key: KeyName,
  text: string,
  store: Pick<DataPorts['write'], 'put'>,
): Promise<string> {
  const hash = policyHash(text)
  // false: who makes the same key at once, or made half of it, stored the same document
  await store.put(policyItem.item(policyPlace(key, hash), 1, { document: text }))
  return hash
}

/**
 * Stores a document that is to replace a key's policy. One that is there is written again: who
 * replaced it, and is about to delete it by the version it saw, then finds that it has moved on.
 *
 * @param present the document's item as it was read, if it is there
 * @throws StoreConflict where another writer was first
 */
export async function renewPolicy(
  key: Key,
  text: string,
  store: Pick<DataPorts['write'], 'put'>,
  present: Item | undefined,
): Promise<string> {
  const hash = policyHash(text)
  const version = (present?.version ?? 0) + 1
  await commit(store.put(policyItem.item(policyPlace(key, hash), version, { document: text })))
  return hash
}

/** The text of a key's policy. */
export async function readPolicy(key: Key, store: Pick<DataPorts['read'], 'get'>): Promise<string> {
  if (key.data.manager === 'AWS') return (await import('./managed-policy.ts')).managedPolicy(key)
  const hash = key.data.policy
  if (hash === undefined) return defaultPolicy(key.accountId, key.region)
  const [item] = await store.get([policyPlace(key, hash)])
  if (item === undefined) throw new Error(`policy ${hash} of key ${key.arn} is missing`)
  return policyItem.read(item).document
}
