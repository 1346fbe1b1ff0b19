import { quoted } from './json.ts'
import { type Meanings, meaningOf } from './meaning.ts'
import type { Principal } from './request.ts'

/** As a Principal element names AWS identities: `{"Federated": "sts.amazonaws.com"}` (aws-identities.ts). */
export const AWS_STS = 'sts.amazonaws.com'
/** What stands for them among the names of an element: neither an ARN nor what a service can be called. */
export const AWS_IDENTITIES = `Federated:${AWS_STS}`

/** Who a statement is about: its Principal or NotPrincipal element. */
export interface PrincipalElement {
  /** NotPrincipal */
  readonly not: boolean
  /** `*`: everyone, of every account */
  readonly everyone: boolean
  /** account ids: named by id or by the ARN of their root */
  readonly accounts: ReadonlySet<string>
  /**
   * ARNs of users, roles and role sessions, or what they meant; services and identity providers by their
   * names, which no caller has
   */
  readonly names: ReadonlySet<string>
  /** all ARNs as they are written, those of accounts' roots and identity providers too */
  readonly arns: ReadonlySet<string>
}

/**
 * How directly a policy names a principal, weakest first (IAM User Guide, "Policy evaluation logic",
 * resource-based policies):
 * - account: what is permitted still needs an identity policy of that account;
 * - role, or the user of a federated one: it needs none, but permissions boundary and session policies limit it;
 * - self: the user, session or root itself, or everyone; no implicit denial elsewhere matters.
 */
export type Directness = 'account' | 'role' | 'self'

const ACCOUNT = /^\d{12}$/
const ROOT = /^arn:aws(?:-cn|-us-gov)?:iam::(\d{12}):root$/
const USER_OR_ROLE = /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]{1,576}$/
const SESSION =
  /^arn:aws(?:-cn|-us-gov)?:sts::\d{12}:(?:assumed-role\/[\w+=,.@-]{1,64}\/[\w+=,.@-]{2,64}|federated-user\/[\w+=,.@-]{2,32})$/
const SERVICE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/
const PROVIDER =
  /^(?:arn:aws(?:-cn|-us-gov)?:iam::\d{12}:(?:oidc|saml)-provider\/[\w+=,.@:/-]{1,255}|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/

/** The account of a root ARN or of a bare account id. */
function accountNamed(text: string): string | undefined {
  return ACCOUNT.test(text) ? text : ROOT.exec(text)?.[1]
}

/** Whether the text is the ARN of an account's root, a user, a role or a role session. */
export const isPrincipalArn = (text: string): boolean =>
  ROOT.test(text) || USER_OR_ROLE.test(text) || SESSION.test(text)

/**
 * Reads the Principal element's members, already known to be texts.
 *
 * @returns the element, or the first name that isn't a principal (as `"AWS":"…"`)
 */
export function readPrincipals(
  members: ReadonlyMap<string, readonly string[]>,
  not: boolean,
): PrincipalElement | string {
  const accounts = new Set<string>()
  const names = new Set<string>()
  const arns = new Set<string>()
  let everyone = false
  for (const [type, texts] of members) {
    for (const text of texts) {
      if (text.startsWith('arn:')) arns.add(text)
      const account = type === 'AWS' ? accountNamed(text) : undefined
      if (type === 'AWS' && text === '*') everyone = true
      else if (account !== undefined) accounts.add(account)
      else if (type === 'Federated' && text === AWS_STS) names.add(AWS_IDENTITIES)
      else if (isNameOf(type, text)) names.add(text)
      else return `${quoted(type)}:${quoted(text)}`
    }
  }
  return { not, everyone, accounts, names, arns }
}

/** The element with what its names meant in their place; a name that meant nobody is left out. */
export function meantElement(element: PrincipalElement, meant: Meanings): PrincipalElement {
  const names = [...element.names].map((name) => meaningOf(name, meant))
  return { ...element, names: new Set(names.filter((name) => name !== '')) }
}

/** Canonical user ids belong to Amazon S3; here they, and any other type, are refused. */
function isNameOf(type: string, text: string): boolean {
  switch (type) {
    case 'AWS':
      return isPrincipalArn(text)
    case 'Service':
      return SERVICE.test(text)
    case 'Federated':
      return PROVIDER.test(text)
    default:
      return false
  }
}

/** What a user, a role named as itself, or a session is meant by, where its name was given a meaning. */
export function selfIdOf({ type, principalId, userId }: Principal): string | undefined {
  // a federated user is whoever has the name
  if (type === 'federated-user') return undefined
  return type === 'assumed-role' && principalId !== undefined ? userId : principalId
}

/** What the role of a session, or the user of a federated one, is meant by. */
export const roleIdOf = ({ type, principalId }: Principal): string | undefined =>
  type === 'assumed-role' || type === 'federated-user' ? principalId : undefined

/**
 * How a single name (ARN or account id), or what it meant, stands to a principal; undefined where it names
 * another.
 */
export function directnessOf(name: string, principal: Principal): Directness | undefined {
  const { type, arn, roleArn } = principal
  // what meant nobody
  if (name === '') return undefined
  if ((name === arn || name === selfIdOf(principal)) && type !== 'root') {
    return type === 'role' ? 'role' : 'self'
  }
  if (name === roleArn || name === roleIdOf(principal)) return 'role'
  if (accountNamed(name) === principal.accountId) {
    return type === 'root' ? 'self' : 'account'
  }
  return undefined
}

/**
 * Whether a NotPrincipal element leaves the principal to its statement. Account, role and session are looked
 * at one by one, as AWS does: a Deny spares only who is named together with their role and account; an Allow
 * reaches only those of whom nothing is named. A Deny spares nobody who has a permissions boundary, whatever is
 * named (IAM User Guide, "AWS JSON policy elements: NotPrincipal").
 */
export function isLeftOut(
  element: PrincipalElement,
  { principal, bounded = false }: { readonly principal: Principal; readonly bounded?: boolean },
  effect: 'Allow' | 'Deny',
): boolean {
  if (bounded && effect === 'Deny') return true
  if (element.everyone) return false
  const { accountId, arn, roleArn, type } = principal
  const has = (...names: readonly (string | undefined)[]) =>
    names.some((name) => name !== undefined && element.names.has(name))
  const named = [element.accounts.has(accountId)]
  if (type !== 'root') named.push(has(arn, selfIdOf(principal)))
  if (roleArn !== undefined) named.push(has(roleArn, roleIdOf(principal)))
  return effect === 'Deny' ? !named.every(Boolean) : !named.some(Boolean)
}
