import { KmsError } from '../base/errors.ts'
import { meaningsOf } from '../identity/meant-principals.ts'
import { admitPolicy } from '../policy/admit-document.ts'
import type { CompiledPolicy } from '../policy/compile.ts'
import type { Meanings } from '../policy/meaning.ts'
import type { Store } from '../store/store.ts'

export { checkLockout } from '../policy/lockout.ts'

/** Whose policy it is to become: the account, and a Region of its partition. */
interface Home {
  readonly accountId: string
  readonly region: string
}

/** A policy that may be stored, with what the names in it mean now. */
export interface AdmittedPolicy {
  readonly policy: CompiledPolicy
  readonly meant: Meanings
}

/**
 * Reads a policy that is about to become a key's or a role's. The principals that it names in its own account
 * must exist and have these very ARNs, and every ARN be of this partition; those of other accounts are taken
 * as they are otherwise: see `meaningsOf`.
 * @throws KmsError MalformedPolicyDocumentException
 */
export async function readNewPolicy(
  text: string,
  kind: 'key-policy' | 'trust-policy',
  home: Home,
  store: Pick<Store, 'get'>,
): Promise<AdmittedPolicy> {
  const policy = admitPolicy(text, kind)
  const { meant, invalid } = await meaningsOf(store, policy.arns, home)
  if (meant !== undefined) return { policy, meant }
  throw new KmsError(
    'MalformedPolicyDocumentException',
    kind === 'trust-policy'
      ? `Invalid principal in policy: "${typeOf(invalid)}":${JSON.stringify(invalid)}`
      : 'Policy contains a statement with one or more invalid principals.',
  )
}

/** The member of a Principal element that an ARN is in. */
const typeOf = (arn: string): string =>
  /:(?:oidc|saml)-provider\//.test(arn) ? 'Federated' : 'AWS'
