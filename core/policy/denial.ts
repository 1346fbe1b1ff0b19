import { KmsError } from '../base/errors.ts'
import type { Basis, Decision, PolicySource } from './decide.ts'
import type { AccessRequest } from './request.ts'

/** How AWS names a policy type where one denies, and where none allows. */
const NAMES: Readonly<Record<PolicySource, readonly [denies: string, allows: string]>> = {
  'identity-policy': ['an identity-based policy', 'no identity-based policy allows'],
  'resource-policy': ['a resource-based policy', 'no resource-based policy allows'],
  'permissions-boundary': ['a permissions boundary', 'no permissions boundary allows'],
  'session-policy': ['a session policy', 'no session policy allows'],
}
const TRUST_NAMES = ['the role trust policy', 'no role trust policy allows'] as const

/** The one answer to a stranger, whether the key denies, says nothing, or isn't there at all. */
const TO_STRANGERS =
  'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'

/**
 * A denial in AWS's words (IAM User Guide, "Troubleshoot access denied error messages"). What the resource's
 * side of another account says isn't told: a stranger learns neither its policy nor whether the key exists.
 *
 * @throws TypeError for a decision that allows
 */
export function denialMessage(request: AccessRequest, decision: Decision): string {
  const [basis] = decision.by
  if (decision.allowed || basis === undefined) throw new TypeError('the decision is no denial')
  const { principal, action, resource } = request
  const hidden = decision.crossAccount && isResourceSide(basis)
  const target =
    hidden && request.fromCiphertext === true
      ? 'the resource associated with this ciphertext'
      : `resource: ${resource}`
  const denied = `User: ${principal.arn} is not authorized to perform: ${action} on ${target}`
  // of a role of another account AWS STS says no more; the words for strangers are AWS KMS's
  if (hidden && action.startsWith('sts:')) return denied
  return `${denied} ${hidden ? TO_STRANGERS : causeOf(basis, action)}`
}

/** The AccessDeniedException for a decision that denies; see `denialMessage`. */
export const accessDenied = (request: AccessRequest, decision: Decision): KmsError =>
  new KmsError('AccessDeniedException', denialMessage(request, decision))

const isResourceSide = (basis: Basis): boolean =>
  basis.kind === 'unfinished' ||
  ((basis.kind === 'statement' || basis.kind === 'missing') && basis.source === 'resource-policy')

function causeOf(basis: Basis, action: string): string {
  // AWS has no words for it: that nothing allowed is true as well
  if (basis.kind === 'unfinished') {
    const source = action.startsWith('sts:') ? 'resource-policy' : 'identity-policy'
    return causeOf({ kind: 'missing', source }, action)
  }
  if (basis.kind !== 'statement' && basis.kind !== 'missing') {
    throw new TypeError(`${basis.kind} denies nothing`)
  }
  const isTrust = basis.source === 'resource-policy' && action.startsWith('sts:')
  const [denies, allows] = isTrust ? TRUST_NAMES : NAMES[basis.source]
  return basis.kind === 'statement'
    ? `with an explicit deny in ${denies}`
    : `because ${allows} the ${action} action`
}
