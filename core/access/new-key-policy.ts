import { KmsError } from '../base/errors.ts'
import { principalsExist } from '../identity/principals-exist.ts'
import { admitPolicy } from '../policy/admit-document.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { Store } from '../store/store.ts'

export { checkLockout } from '../policy/lockout.ts'

/**
 * Reads a policy that is about to become a key's. The principals that it names in its own account must
 * exist; those of other accounts are taken as they are: to check them would tell a tenant who its
 * neighbours are.
 * @throws KmsError MalformedPolicyDocumentException
 */
export async function readNewPolicy(
  text: string,
  accountId: string,
  store: Pick<Store, 'get'>,
): Promise<CompiledPolicy> {
  const policy = admitPolicy(text, 'key-policy')
  if (await principalsExist(store, policy.principals, accountId)) return policy
  throw new KmsError(
    'MalformedPolicyDocumentException',
    'Policy contains a statement with one or more invalid principals.',
  )
}
