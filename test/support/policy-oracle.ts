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
  Resource?: Many
  NotResource?: Many
  Condition?: Record<string, Record<string, Many>>
}
export interface OraclePolicy {
  Version: '2012-10-17' | '2008-10-17'
  Statement: OracleStatement[]
}
export interface OracleGrant {
  granteePrincipal: string
  operations: string[]
  subset?: Record<string, string>
  equals?: Record<string, string>
}
export interface OracleCase {
  account: string
  /** ARNs by which the caller is known: of the user, or of the session and its role */
  self: string
  role?: string
  isRoot: boolean
  action: string
  resource: string
  resourceAccount: string
  keys: Record<string, Many>
  encryptionContext: Record<string, string>
  resourcePolicy: OraclePolicy | 'none'
  identity: OraclePolicy[]
  boundary?: OraclePolicy
  session?: OraclePolicy[]
  grants: OracleGrant[]
}

const list = (value: Many | undefined): string[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

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
      for (const how of namedBy(grant.granteePrincipal, c)) named.add(how)
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
    const spared = list(statement.NotPrincipal.AWS)
    if (spared.includes('*')) return false
    const accountSpared =
      spared.includes(c.account) || spared.includes(`arn:aws:iam::${c.account}:root`)
    if (c.isRoot) return !accountSpared
    const roleSpared = c.role === undefined || spared.includes(c.role)
    return !(accountSpared && roleSpared && spared.includes(c.self))
  }
  return naming(statement, c).length > 0
}

function naming(statement: OracleStatement, c: OracleCase): ('account' | 'role' | 'self')[] {
  if (statement.Principal === '*') return ['self']
  if (statement.Principal) return list(statement.Principal.AWS).flatMap((name) => namedBy(name, c))
  const others = list(statement.NotPrincipal?.AWS)
  const isNamed = others.some((name) => namedBy(name, c).length > 0)
  return isNamed ? [] : ['self']
}

function namedBy(name: string, c: OracleCase): ('account' | 'role' | 'self')[] {
  if (name === '*') return ['self']
  if (name === c.account || name === `arn:aws:iam::${c.account}:root`) {
    return [c.isRoot ? 'self' : 'account']
  }
  if (name === c.self) return ['self']
  return name === c.role ? ['role'] : []
}

function constrained(grant: OracleGrant, c: OracleCase): boolean {
  if (['kms:DescribeKey', 'kms:RetireGrant', 'kms:GetPublicKey'].includes(c.action)) return true
  const actual = JSON.stringify(Object.entries(c.encryptionContext).sort())
  if (grant.equals && JSON.stringify(Object.entries(grant.equals).sort()) !== actual) return false
  return Object.entries(grant.subset ?? {}).every(([k, v]) => c.encryptionContext[k] === v)
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
  for (const piece of text.match(scope.variables ? /\$\{[^}]*\}|./gs : /./gs) ?? []) {
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
  return source !== null && new RegExp(`^${source}$`, `s${flags}`).test(value)
}

/** Equality: the wildcards of the text mean themselves. */
function same(text: string, value: string, scope: Scope, flags = ''): boolean {
  const literal = scope.variables
    ? text.replace(/\$\{[^}]*\}|[*?]/g, (piece) => (piece.length === 1 ? `\${${piece}}` : piece))
    : null
  if (literal === null) return new RegExp(`^${escaped(text)}$`, flags).test(value)
  return like(literal, value, scope, flags)
}

function arnFits(text: string, value: string, scope: Scope): boolean {
  if (!text.includes(':')) return like(text, value, scope)
  const cut = (arn: string) => {
    const [a, b, c, d, e, ...rest] = arn.split(':')
    return rest.length === 0 ? null : [a, b, c, d, e, rest.join(':')]
  }
  const wanted = cut(text)
  const actual = cut(value)
  if (wanted === null || actual === null) return false
  return wanted.every((part, i) => like(part ?? '', actual[i] ?? '', scope))
}

function inRange(text: string, value: string): boolean {
  const bits = (address: string) =>
    address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
  if (!/^[\d.]+$/.test(value)) return false
  const [address = '', prefix = '32'] = text.split('/')
  return bits(value).slice(0, Number(prefix)) === bits(address).slice(0, Number(prefix))
}

type Fits = (text: string, value: string, scope: Scope) => boolean
const positive: Record<string, Fits> = {
  StringEquals: (t, v, s) => same(t, v, s),
  StringEqualsIgnoreCase: (t, v, s) => same(t, v, s, 'i'),
  StringLike: (t, v, s) => like(t, v, s),
  NumericEquals: (t, v) => Number(v) === Number(t),
  NumericLessThan: (t, v) => Number(v) < Number(t),
  NumericGreaterThanEquals: (t, v) => Number(v) >= Number(t),
  DateLessThan: (t, v) => Date.parse(v) < Date.parse(t),
  DateGreaterThan: (t, v) => Date.parse(v) > Date.parse(t),
  Bool: (t, v) => t.toLowerCase() === v.toLowerCase(),
  IpAddress: (t, v) => inRange(t, v),
  ArnLike: (t, v, s) => arnFits(t, v, s),
  ArnEquals: (t, v, s) => arnFits(t, v, s),
}
const negative: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  NotIpAddress: 'IpAddress',
  ArnNotLike: 'ArnLike',
}

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
