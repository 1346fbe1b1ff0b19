import { createHash } from 'node:crypto'
import { KmsError } from '../errors.ts'
import type { Ports } from '../operation.ts'
import type { ItemKey } from '../store/store.ts'
import { partitionOf } from './id.ts'
import { type Key, regionPartition } from './key.ts'

/** UTF-8 bytes; "The key policy document can be up to 32 KB" (API_PutKeyPolicy) */
const MAX_POLICY = 32_768

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
  if (bytes > MAX_POLICY) {
    throw new KmsError(
      'LimitExceededException',
      `The key policy has ${bytes} bytes; at most ${MAX_POLICY} are allowed.`,
    )
  }
}

/** The name a policy is stored under and its compiled form is cached by: SHA-256 of its text, hex. */
export const policyHash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A policy document is an item of its own, named by its content and so never changed. */
export const policyPlace = (
  key: Pick<Key, 'accountId' | 'region' | 'id'>,
  hash: string,
): ItemKey => ({
  pk: regionPartition(key.accountId, key.region),
  sk: `policy#${key.id}#${hash}`,
})

/** Stores a key's policy document; the key refers to it by the hash that is returned. */
export async function storePolicy(
  key: Pick<Key, 'accountId' | 'region' | 'id'>,
  text: string,
  store: Pick<Ports['write'], 'put'>,
): Promise<string> {
  const hash = policyHash(text)
  // false: the same document is there already
  await store.put({ ...policyPlace(key, hash), version: 1, data: { document: text } })
  return hash
}

/** The text of a key's policy. */
export async function readPolicy(key: Key, store: Pick<Ports['read'], 'get'>): Promise<string> {
  const hash = key.data.policy
  if (hash === undefined) return defaultPolicy(key.accountId, key.region)
  const [item] = await store.get([policyPlace(key, hash)])
  if (item === undefined) throw new Error(`policy ${hash} of key ${key.arn} is missing`)
  return String(item.data['document'])
}
