import { KmsError } from '../base/errors.ts'
import { admitAwsIdentities } from './aws-identities.ts'
import { type CompiledPolicy, compilePolicy } from './compile.ts'
import { type PolicyDocument, type PolicyKind, parsePolicy } from './document.ts'

const malformed = (message: string) => new KmsError('MalformedPolicyDocumentException', message)

const RESOURCE_BASED: ReadonlySet<PolicyKind> = new Set(['key-policy', 'trust-policy'])

/**
 * Reads a policy that is about to be attached. More is asked of it than of one that is attached already:
 * what was taken before goes on deciding.
 * @throws KmsError MalformedPolicyDocumentException; see `parsePolicy`
 */
export function admitPolicy(text: string, kind: PolicyKind): CompiledPolicy {
  refuseUnwise(parsePolicy(text, kind), kind)
  return compilePolicy(text, kind)
}

/** @throws KmsError MalformedPolicyDocumentException for what AWS takes no longer */
function refuseUnwise({ statements }: PolicyDocument, kind: PolicyKind): void {
  for (const statement of statements) {
    const { sid = '', principals, conditions } = statement
    if (kind === 'trust-policy') admitAwsIdentities(statement)
    // IAM User Guide, "IAM JSON policy elements: Sid"; key and trust policies may have spaces
    if (!RESOURCE_BASED.has(kind) && !/^[0-9A-Za-z]*$/.test(sid)) {
      throw malformed(
        'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
      )
    }
    // IAM User Guide, "AWS JSON policy elements: NotPrincipal"
    if (kind === 'trust-policy' && principals?.not === true) {
      throw malformed('Has prohibited field NotPrincipal.')
    }
    if (kind !== 'key-policy') continue
    for (const { operator, key } of conditions) refuseEmptySet(operator, key)
  }
}

/** Families of keys with one value, which ForAllValues takes for true where the request has none. */
const SINGLE_VALUED: readonly (readonly [prefix: string, what: string])[] = [
  ['kms:encryptioncontext:', 'encryption context'],
  ['aws:requesttag/', 'tag'],
]

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function refuseEmptySet(operator: string, key: string): void {
  if (!/^forallvalues:/i.test(operator)) return
  const name = key.toLowerCase()
  const what = SINGLE_VALUED.find(([prefix]) => name.startsWith(prefix))?.[1]
  if (what === undefined) return
  throw malformed(
    `OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches requests without the specified ${what} or with an unspecified ${what}. To fix, remove ForAllValues.`,
  )
}
