import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import { WaitsForUpgrade } from '../item/item-kind.ts'
import { policyHash } from '../policy/compiled-cache.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import type { Item } from '../store/store.ts'
import type { Key } from './key.ts'
import { type KeyName, policyItem } from './key-items.ts'
import { defaultPolicy, policyPlace } from './key-policy.ts'
import type { DataPorts } from './ports.ts'
import { KEY_POLICY_BYTES } from './quotas.ts'

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

/**
 * The names a policy may have, best first: by its content and whom it meant, and by its text alone, as older
 * releases know it while they read the store.
 */
const namesOf = ({ document, meant }: StoredPolicy): string[] => [
  ...new Set([policyHash(document, meant), policyHash(document)]),
]

/** Writes a policy by the best name that the store's mark lets it have. @returns the name */
async function writeNamed(
  policy: StoredPolicy,
  write: (hash: string) => Promise<void>,
): Promise<string> {
  for (const hash of namesOf(policy)) {
    try {
      await write(hash)
      return hash
    } catch (error) {
      if (!(error instanceof WaitsForUpgrade)) throw error
    }
  }
  throw new Error('a policy can be named by its text alone')
}

/** Stores the policy document of a key that is about to be made; the key refers to it by the hash. */
export const storePolicy = (
  key: KeyName,
  policy: StoredPolicy,
  store: Pick<DataPorts['write'], 'put'>,
): Promise<string> =>
  writeNamed(policy, async (hash) => {
    // false: who makes the same key at once, or made half of it, stored the same document
    await store.put(policyItem.item(policyPlace(key, hash), 1, policy))
  })

/**
 * Stores a document that is to replace a key's policy. One that is there is written again: who
 * replaced it, and is about to delete it by the version it saw, then finds that it has moved on.
 *
 * @returns its hash, the policy that it replaces, and that one's item where it is to be deleted once the key is
 * written
 * @throws StoreConflict where another writer was first
 */
export async function replacePolicy(
  key: Key,
  policy: StoredPolicy,
  { read, write }: Pick<DataPorts, 'read' | 'write'>,
): Promise<{ hash: string; former: StoredPolicy; replaced: Item | undefined }> {
  const { policy: present } = key.data
  const names = namesOf(policy)
  // read before the key is written: what another call stores again meanwhile is not deleted
  const wanted = present === undefined || names.includes(present) ? names : [...names, present]
  const items = await read.get(wanted.map((hash) => policyPlace(key, hash)))
  const found = (hash: string | undefined) =>
    hash === undefined ? undefined : items[wanted.indexOf(hash)]
  const item = found(present)
  // deleted meanwhile: the key names another
  if (present !== undefined && item === undefined)
    throw new StoreConflict('the policy was replaced')
  const former = item === undefined ? defaultOf(key) : policyItem.read(item)
  const hash = await writeNamed(policy, async (name) => {
    const version = (found(name)?.version ?? 0) + 1
    await commit(write.put(policyItem.item(policyPlace(key, name), version, policy)))
  })
  return { hash, former, replaced: present === hash ? undefined : item }
}

const defaultOf = ({ accountId, region }: Key): StoredPolicy => ({
  document: defaultPolicy(accountId, region),
  meant: {},
})

/** A key's policy as it is stored. */
export async function readPolicy(
  key: Key,
  store: Pick<DataPorts['read'], 'get'>,
): Promise<StoredPolicy> {
  if (key.data.manager === 'AWS') {
    const { managedPolicy } = await import('./managed-policy.ts')
    return { document: managedPolicy(key), meant: {} }
  }
  const hash = key.data.policy
  if (hash === undefined) return defaultOf(key)
  const [item] = await store.get([policyPlace(key, hash)])
  if (item === undefined) throw new Error(`policy ${hash} of key ${key.arn} is missing`)
  return policyItem.read(item)
}
