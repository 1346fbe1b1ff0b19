import { shownInPolicy } from '../identity/meant-principals.ts'
import type { Key } from '../key/key.ts'
import { readPolicy } from '../key/stored-policy.ts'
import { renamed } from '../policy/rename.ts'
import type { Store } from '../store/store.ts'

/**
 * The text of a key's policy as its account is shown it: byte for byte as it was put, but for names of its own
 * principals who are gone (their unique ids) or have another ARN now.
 */
export async function shownPolicy(key: Key, read: Pick<Store, 'get'>): Promise<string> {
  const { document, meant = {} } = await readPolicy(key, read)
  return renamed(document, await shownInPolicy(read, meant, key))
}
