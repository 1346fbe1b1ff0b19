import { KmsError } from '../base/errors.ts'
import type { CompiledPolicy } from './compile.ts'
import { type AccessPolicies, decide } from './decide.ts'
import type { AccessRequest } from './request.ts'

/** What a policy is refused with that would lock its caller out. */
export const LOCKED_OUT =
  'The new key policy will not allow you to update the key policy in the future.'

/**
 * The policy lockout safety check of CreateKey, ReplicateKey and PutKeyPolicy (KMS Developer Guide, "Default
 * key policy"; API_PutKeyPolicy): under the new key policy the caller must be able to call PutKeyPolicy again,
 * by the policy itself or, where it leaves that to the account, by identity policies. Grants don't count: they
 * can't permit it. Skip it where the caller sets BypassPolicyLockoutSafetyCheck, which needs no more than the
 * permission to make the call (a policy may forbid it by kms:BypassPolicyLockoutSafetyCheck).
 *
 * @param request the call itself; its action is not looked at
 * @param policies the caller's
 * @throws KmsError MalformedPolicyDocumentException
 */
export function checkLockout(
  request: AccessRequest,
  newPolicy: CompiledPolicy,
  policies: Omit<AccessPolicies, 'resourcePolicy' | 'grants'>,
): void {
  const again = { ...request, action: 'kms:PutKeyPolicy' }
  if (!decide(again, { ...policies, resourcePolicy: newPolicy, grants: [] }).allowed) {
    throw new KmsError('MalformedPolicyDocumentException', LOCKED_OUT)
  }
}
