/**
 * A second opinion on access decisions, written from AWS's prose (IAM User Guide: "Policy evaluation logic",
 * "Condition operators", "Single-valued vs. multivalued context keys"; KMS Developer Guide: "Key policies",
 * "Grants") and from nothing of core/. Slow and plain on purpose: it works on documents as JSON has them and
 * matches with regular expressions.
 */

export type Many = string | string[]
export interface OracleStatement {
  Effect: 'Allow' | 'Deny'
  Principal?: '*' | { AWS: Many }
  NotPrincipal?: { AWS: Many }
  Action?: Many
  NotAction?: Many
  /** neither in trust policies */
  Resource?: Many
  NotResource?: Many
  Condition?: Record<string, Record<string, Many>>
}
export interface OraclePolicy {
  Version: '2012-10-17' | '2008-10-17'
  Statement: OracleStatement[]
}
/** What a grant permits; constraints are of an encryption context. */
export interface OracleTerms {
  operations: string[]
  subset?: Record<string, string>
  equals?: Record<string, string>
}
export interface OracleGrant extends OracleTerms {
  granteePrincipal: string
  retiringPrincipal?: string
  /** whose unique id stands for each, as in `OracleCase.meant` */
  granteeMeant?: string
  retiringMeant?: string
  /** account whose principal made it */
  madeIn: string
}
export interface OracleCase {
  account: string
  /** ARNs by which the caller is known: of the user, or of the session and its role */
  self: string
  role?: string
  /** unique id of the user, or of the role; a session has a name too */
  id?: string
  sessionName?: string
  /** a federated user: `role` and `id` are those of the user who federated it */
  isFederated: boolean
  isRoot: boolean
  action: string
  resource: string
  resourceAccount: string
  keys: Record<string, Many>
  encryptionContext: Record<string, string>
  resourcePolicy: OraclePolicy | 'none'
  /**
   * What stands in the resource's policy for some of its names ("transforms the ARN to the principal's unique
   * ID when you save the policy"): an id, of a session its role's with `:` and its name; '' for nobody
   */
  meant?: Record<string, string>
  identity: OraclePolicy[]
  boundary?: OraclePolicy
  session?: OraclePolicy[]
  grants: OracleGrant[]
  /** what a CreateGrant asks for */
  newGrant?: OracleTerms
}

const list = (value: Many | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Whether a grant may be retired by the caller (KMS Developer Guide, "Retiring and revoking grants"): by its
 * retiring principal, by its grantee if RetireGrant is among its operations, and by the account in which it was
 * made; of an account its root may, and who has an identity policy for it. The key's policy has no say.
 */
export function oracleRetires(grant: OracleGrant, c: OracleCase): boolean {
  const mayRetire = (name: string, meant?: string): OracleGrant => ({
    granteePrincipal: name,
    ...(meant !== undefined && { granteeMeant: meant }),
    operations: ['RetireGrant'],
    madeIn: grant.madeIn,
  })
  const names = [
    mayRetire(`arn:aws:iam::${grant.madeIn}:root`),
    ...(grant.retiringPrincipal === undefined
      ? []
      : [mayRetire(grant.retiringPrincipal, grant.retiringMeant)]),
    ...(grant.operations.includes('RetireGrant')
      ? [mayRetire(grant.granteePrincipal, grant.granteeMeant)]
      : []),
  ]
  return oracleAllows({
    ...c,
    resourceAccount: c.account,
    resourcePolicy: { Version: '2012-10-17', Statement: [] },
    grants: names,
  })
}

/** Whether the request is allowed, by "default deny, explicit allow, explicit deny wins". */
export function oracleAllows(c: OracleCase): boolean {
  const everyPolicy = [
    ...c.identity,
    ...(c.boundary ? [c.boundary] : []),
    ...(c.session ?? []),
    ...(c.resourcePolicy === 'none' ? [] : [c.resourcePolicy]),
  ]
  for (const policy of everyPolicy) {
    for (const statement of policy.Statement) {
      if (statement.Effect === 'Deny' && concerns(statement, policy, c) && denies(statement, c)) {
        return false
      }
    }
  }
  const boundaryAgrees = !c.boundary || allowsSomewhere([c.boundary], c)
  const sessionAgrees = !c.session || c.session.length === 0 || allowsSomewhere(c.session, c)
  const callersAccountAgrees =
    c.isRoot || (allowsSomewhere(c.identity, c) && boundaryAgrees && sessionAgrees)
  const sameAccount = c.account === c.resourceAccount
  if (c.resourcePolicy === 'none') return sameAccount && callersAccountAgrees

  const named = new Set<'account' | 'role' | 'self'>()
  for (const statement of c.resourcePolicy.Statement) {
    if (statement.Effect !== 'Allow' || !concerns(statement, c.resourcePolicy, c)) continue
    for (const how of naming(statement, c)) named.add(how)
  }
  for (const grant of c.grants) {
    if (
      grant.operations.some((operation) => `kms:${operation}` === c.action) &&
      constrained(grant, c)
    ) {
      for (const how of namedBy(grant.granteePrincipal, c, grant.granteeMeant)) named.add(how)
    }
  }
  if (!sameAccount) return named.size > 0 && callersAccountAgrees
  if (named.has('self')) return true
  if (named.has('role') && boundaryAgrees && sessionAgrees) return true
  return named.has('account') && callersAccountAgrees
}

const allowsSomewhere = (policies: OraclePolicy[], c: OracleCase): boolean =>
  policies.some((policy) =>
    policy.Statement.some(
      (statement) => statement.Effect === 'Allow' && concerns(statement, policy, c),
    ),
  )

/** Action, resource and conditions; not the principal. */
function concerns(statement: OracleStatement, policy: OraclePolicy, c: OracleCase): boolean {
  const scope = { keys: lowerNames(c.keys), variables: policy.Version === '2012-10-17' }
  const actionFits = (text: string) =>
    new RegExp(`^${escaped(text).replaceAll('\\*', '.*').replaceAll('\\?', '.')}$`, 'is').test(
      c.action,
    )
  if (statement.Action && !list(statement.Action).some(actionFits)) return false
  if (statement.NotAction && list(statement.NotAction).some(actionFits)) return false
  const resourceFits = (text: string) => like(text, c.resource, scope)
  if (statement.Resource && !list(statement.Resource).some(resourceFits)) return false
  if (statement.NotResource) {
    const texts = list(statement.NotResource)
    if (texts.some(resourceFits)) return false
    if (statement.Effect === 'Allow' && texts.some((text) => expand(text, scope) === null))
      return false
  }
  return Object.entries(statement.Condition ?? {}).every(([operator, byKey]) =>
    Object.entries(byKey).every(([key, wanted]) =>
      conditionHolds(operator, key, list(wanted), statement.Effect, scope),
    ),
  )
}

/** Everyone an account's statement denies: the account is everyone in it. */
function denies(statement: OracleStatement, c: OracleCase): boolean {
  if (statement.Principal === undefined && statement.NotPrincipal === undefined) return true
  if (statement.NotPrincipal) {
    // "will always deny any IAM principal that has a permissions boundary policy attached"
    if (c.boundary) return true
    const spared = list(statement.NotPrincipal.AWS)
    if (spared.includes('*')) return false
    const accountSpared =
      spared.includes(c.account) || spared.includes(`arn:aws:iam::${c.account}:root`)
    if (c.isRoot) return !accountSpared
    const ways = spared.flatMap((name) => who(name, c, c.meant?.[name]) ?? [])
    const roleSpared = c.role === undefined || ways.includes('role')
    return !(accountSpared && roleSpared && ways.includes('self'))
  }
  return naming(statement, c).length > 0
}

function naming(statement: OracleStatement, c: OracleCase): ('account' | 'role' | 'self')[] {
  if (statement.Principal === '*') return ['self']
  if (statement.Principal) {
    return list(statement.Principal.AWS).flatMap((name) => namedBy(name, c, c.meant?.[name]))
  }
  const others = list(statement.NotPrincipal?.AWS)
  const isNamed = others.some((name) => namedBy(name, c, c.meant?.[name]).length > 0)
  return isNamed ? [] : ['self']
}

function namedBy(name: string, c: OracleCase, meant?: string): ('account' | 'role' | 'self')[] {
  if (name === '*') return ['self']
  if (name === c.account || name === `arn:aws:iam::${c.account}:root`) {
    return [c.isRoot ? 'self' : 'account']
  }
  return who(name, c, meant) ?? []
}

/** Whether the caller, or its role, is the one that an ARN stands for: by id where an id stands for it. */
function who(name: string, c: OracleCase, meant = name): ['self'] | ['role'] | undefined {
  const byId = meant !== name
  // "the permissions granted to the IAM user ARN are limited by the session policy"; itself it has no id
  if (c.isFederated) {
    if (byId) return c.id !== undefined && meant === c.id ? ['role'] : undefined
    return meant === c.self ? ['self'] : meant === c.role ? ['role'] : undefined
  }
  const self = byId ? (c.sessionName === undefined ? c.id : `${c.id}:${c.sessionName}`) : c.self
  const role = byId ? (c.sessionName === undefined ? undefined : c.id) : c.role
  if (meant === self) return ['self']
  return meant === role ? ['role'] : undefined
}

/** API_GrantConstraints: names without regard to case, values with; some operations have no context. */
function constrained(grant: OracleGrant, c: OracleCase): boolean {
  if (c.action === 'kms:CreateGrant') return c.newGrant !== undefined && within(c.newGrant, grant)
  if (['kms:DescribeKey', 'kms:RetireGrant', 'kms:GetPublicKey'].includes(c.action)) return true
  const fold = (pairs: Record<string, string>) =>
    Object.entries(pairs)
      .map(([name, value]) => `${name.toLowerCase()}=${value}`)
      .sort()
  const actual = fold(c.encryptionContext)
  const equals = equalityOf(grant)
  if (equals && fold(equals).join() !== actual.join()) return false
  return fold(grant.subset ?? {}).every((pair) => actual.includes(pair))
}

/** A map without pairs says nothing beside one that has some; alone it is an empty context, in old grants. */
function equalityOf({ equals, subset }: OracleTerms): Record<string, string> | undefined {
  const besidePairs = Object.keys(subset ?? {}).length > 0
  return equals && Object.keys(equals).length === 0 && besidePairs ? undefined : equals
}

/** "Granting CreateGrant permission": the new grant may be as wide as the one that permits it, no wider. */
function within(child: OracleTerms, parent: OracleTerms): boolean {
  if (child.operations.some((operation) => !parent.operations.includes(operation))) return false
  const pairs = (of: Record<string, string> | undefined) =>
    Object.entries(of ?? {}).map(([name, value]) => `${name}=${value}`)
  const equals = equalityOf(parent)
  if (equals) {
    const same = pairs(equals).sort().join() === pairs(child.equals).sort().join()
    // what is asked for now is not constrained by a map without pairs
    if (pairs(child.equals).length === 0 || !same) return false
  }
  const bound = (of: Record<string, string> | undefined) =>
    pairs(parent.subset).every((pair) => pairs(of).includes(pair))
  return !parent.subset || bound(child.equals) || bound(child.subset)
}

interface Scope {
  keys: Record<string, Many>
  variables: boolean
}

const lowerNames = (keys: Record<string, Many>): Record<string, Many> =>
  Object.fromEntries(Object.entries(keys).map(([name, value]) => [name.toLowerCase(), value]))

/** A regular expression's source for a text with wildcards and variables; null where a variable has no value. */
function expand(text: string, scope: Scope): string | null {
  let source = ''
  for (const piece of text.match(scope.variables ? /\$\{[^}]*\}|./gsu : /./gsu) ?? []) {
    if (piece === '*') source += '.*'
    else if (piece === '?') source += '.'
    else if (piece.length < 3) source += escaped(piece)
    else {
      const inner = piece.slice(2, -1)
      const [, name = '', fallback] = /^([^,]*?)(?:, '(.*)')?$/.exec(inner) ?? []
      const found = ['*', '?', '$'].includes(inner) ? inner : scope.keys[name.toLowerCase()]
      const value = typeof found === 'string' ? found : found?.length === 1 ? found[0] : fallback
      if (value === undefined) return null
      source += escaped(value)
    }
  }
  return source
}

function like(text: string, value: string, scope: Scope, flags = ''): boolean {
  const source = expand(text, scope)
  return source !== null && new RegExp(`^${source}$`, `su${flags}`).test(value)
}

/** Equality: the wildcards of the text mean themselves. */
function same(text: string, value: string, scope: Scope, flags = ''): boolean {
  const literal = scope.variables
    ? text.replace(/\$\{[^}]*\}|[*?]/g, (piece) => (piece.length === 1 ? `\${${piece}}` : piece))
    : null
  if (literal === null) return new RegExp(`^${escaped(text)}$`, `u${flags}`).test(value)
  return like(literal, value, scope, flags)
}

/** Each of the six parts for itself; the colons of a variable's name or value part nothing. */
function arnFits(text: string, value: string, scope: Scope): boolean {
  const parts = ['']
  for (const piece of text.match(scope.variables ? /\$\{[^}]*\}|./gsu : /./gsu) ?? []) {
    if (piece === ':' && parts.length < 6) parts.push('')
    else parts.push(`${parts.pop()}${piece}`)
  }
  if (parts.length === 1) return like(text, value, scope)
  const [a, b, c, d, e, ...rest] = value.split(':')
  if (parts.length < 6 || rest.length === 0) return false
  const actual = [a, b, c, d, e, rest.join(':')]
  return parts.every((part, i) => like(part, actual[i] ?? '', scope))
}

/** The bits of an IPv4 or IPv6 address as text; null for anything else. IPv6 without IPv4 at its end. */
function bitsOf(address: string): string | null {
  if (/^\d+(\.\d+){3}$/.test(address)) {
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
  }
  if (!/^[\da-f:]+$/i.test(address) || !address.includes(':')) return null
  const [head = '', tail] = address.split('::')
  const groups = (side: string | undefined) => (side ? side.split(':') : [])
  const missing = 8 - groups(head).length - groups(tail).length
  const all = [
    ...groups(head),
    ...Array(tail === undefined ? 0 : missing).fill('0'),
    ...groups(tail),
  ]
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}

function inRange(text: string, value: string): boolean {
  const [address = '', prefix] = text.split('/')
  const wanted = bitsOf(address)
  const actual = bitsOf(value)
  if (wanted === null || actual === null || wanted.length !== actual.length) return false
  const length = prefix === undefined ? wanted.length : Number(prefix)
  return actual.slice(0, length) === wanted.slice(0, length)
}

const number = (text: string) => (/^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN)
/** Unix seconds, or a date. */
const moment = (text: string) =>
  /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1000
    : /^\d{4}-/.test(text)
      ? Date.parse(text)
      : Number.NaN

type Fits = (text: string, value: string, scope: Scope) => boolean
const positive: Record<string, Fits> = {
  StringEquals: (t, v, s) => same(t, v, s),
  StringEqualsIgnoreCase: (t, v, s) => same(t, v, s, 'i'),
  StringLike: (t, v, s) => like(t, v, s),
  NumericEquals: (t, v) => number(v) === number(t),
  NumericLessThan: (t, v) => number(v) < number(t),
  NumericLessThanEquals: (t, v) => number(v) <= number(t),
  NumericGreaterThan: (t, v) => number(v) > number(t),
  NumericGreaterThanEquals: (t, v) => number(v) >= number(t),
  DateEquals: (t, v) => moment(v) === moment(t),
  DateLessThan: (t, v) => moment(v) < moment(t),
  DateLessThanEquals: (t, v) => moment(v) <= moment(t),
  DateGreaterThan: (t, v) => moment(v) > moment(t),
  DateGreaterThanEquals: (t, v) => moment(v) >= moment(t),
  Bool: (t, v, s) => same(t, v, s, 'i'),
  BinaryEquals: (t, v) => t === v,
  IpAddress: (t, v) => inRange(t, v),
  ArnLike: (t, v, s) => arnFits(t, v, s),
  ArnEquals: (t, v, s) => arnFits(t, v, s),
}
const negative: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
}

/** Every operator but Null, without prefix and suffix. */
export const ORACLE_OPERATORS = [...Object.keys(positive), ...Object.keys(negative)]

function conditionHolds(
  operator: string,
  key: string,
  wanted: string[],
  effect: 'Allow' | 'Deny',
  scope: Scope,
): boolean {
  const found = scope.keys[key.toLowerCase()]
  const values = list(found)
  if (operator === 'Null') {
    return wanted.some((text) => (text === 'true' ? values.length === 0 : values.length > 0))
  }
  const [, set = '', name = '', exists] =
    /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator) ?? []
  const isNegative = name in negative
  const fits = positive[negative[name] ?? name]
  if (fits === undefined) throw new Error(`the oracle doesn't know ${operator}`)
  const present = set === '' ? values.length > 0 : values.some((value) => value !== '')
  if (!present && exists) return set !== 'ForAnyValue:'
  const unknownVariable = wanted.some((text) => expand(text, scope) === null)
  if (isNegative && effect === 'Allow' && unknownVariable) return false
  if (!present) return set === '' ? isNegative : set === 'ForAllValues:'
  const matches = (value: string) => wanted.some((text) => fits(text, value, scope))
  if (set === 'ForAllValues:') return values.every((value) => matches(value) !== isNegative)
  if (set === 'ForAnyValue:') return values.some((value) => matches(value) !== isNegative)
  return isNegative ? !values.some(matches) : values.some(matches)
}
