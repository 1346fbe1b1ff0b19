import { KmsError } from '../base/errors.ts'
import { AWS_IDENTITIES, AWS_STS } from './principal-element.ts'

/**
 * AWS identities in trust policies: whoever AWS STS says a caller is, in whichever account of AWS. They are named
 * as one identity provider, and told apart by condition keys; never by `{"AWS": …}`, whose accounts are tenants.
 */

export const ASSUME_WITH_AWS_IDENTITY = 'sts:AssumeRoleWithAwsIdentity'

/** Operators that demand one of their values; neither negated nor vacuous, as `…IfExists` and set operators are. */
const DEMANDS = /^(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))$/i

/** What each condition key's values begin with, for whom they name not to be anybody: letter by letter, no wildcard. */
const NAMED: ReadonlyMap<string, RegExp> = new Map([
  ['tenkey:awsaccount', /^\d{12}$/],
  ['tenkey:awsarn', /^arn:aws(?:-cn|-us-gov)?:(?:iam|sts)::\d{12}:./],
  // IAM User Guide, "Unique identifiers"; of a root and a federated user it begins with the account
  ['tenkey:awsuserid', /^(?:A[A-Z]{3}[A-Z0-9]{12,}|\d{12})(?::.*)?$/],
])

/** What is looked at of a statement (StatementDocument). */
interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: { readonly patterns: readonly string[] }
  readonly principals:
    | {
        readonly not: boolean
        readonly everyone: boolean
        readonly accounts: ReadonlySet<string>
        readonly names: ReadonlySet<string>
      }
    | undefined
  readonly conditions: readonly {
    readonly operator: string
    readonly key: string
    readonly values: readonly string[]
  }[]
}

/**
 * Refuses a statement of a trust policy that would let in AWS identities of any account: who allows the action
 * names them alone, and demands an account, ARNs with one, or unique ids.
 * @throws KmsError MalformedPolicyDocumentException
 */
export function admitAwsIdentities({ effect, actions, principals, conditions }: Statement): void {
  const wanted = ASSUME_WITH_AWS_IDENTITY.toLowerCase()
  if (effect !== 'Allow' || !actions.patterns.some((one) => one.toLowerCase() === wanted)) return
  if (principals === undefined || !isAlone(principals)) {
    throw malformed(
      `A statement that allows ${ASSUME_WITH_AWS_IDENTITY} has the Principal {"Federated": "${AWS_STS}"} and no other.`,
    )
  }
  const demanded = conditions.some(({ operator, key, values }) => {
    const named = NAMED.get(key.toLowerCase())
    if (named === undefined || !DEMANDS.test(operator)) return false
    return values.length > 0 && values.every((value) => named.test(value))
  })
  if (demanded) return
  throw malformed(
    `A statement that allows ${ASSUME_WITH_AWS_IDENTITY} must demand tenkey:AwsAccount, tenkey:AwsArn with an account, or tenkey:AwsUserId, by StringEquals, StringLike, ArnEquals or ArnLike: AWS identities of every account would be let in otherwise.`,
  )
}

const isAlone = ({ not, everyone, accounts, names }: NonNullable<Statement['principals']>) =>
  !not && !everyone && accounts.size === 0 && names.size === 1 && names.has(AWS_IDENTITIES)

const malformed = (message: string) => new KmsError('MalformedPolicyDocumentException', message)
