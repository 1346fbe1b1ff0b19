import { KmsError } from '../base/errors.ts'
import { type JsonNode, type JsonObject, quoted, readJson, syntaxError } from './json.ts'
import { type PrincipalElement, readPrincipals } from './principal-element.ts'

/** Where a policy is attached, which decides what its statements must and mustn't have. */
export type PolicyKind =
  | 'key-policy'
  | 'trust-policy'
  | 'identity-policy'
  | 'permissions-boundary'
  | 'session-policy'

export type PolicyEffect = 'Allow' | 'Deny'

/** A list of patterns, or of all that is not in it (NotAction, NotResource). */
export interface PatternElement {
  readonly not: boolean
  readonly patterns: readonly string[]
}

/** One operator, one key and its values in a Condition element. */
export interface ConditionDocument {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export interface StatementDocument {
  readonly sid: string | undefined
  readonly effect: PolicyEffect
  /** undefined in policies that are attached to a principal */
  readonly principals: PrincipalElement | undefined
  readonly actions: PatternElement
  /** undefined in trust policies: they are about their role */
  readonly resources: PatternElement | undefined
  readonly conditions: readonly ConditionDocument[]
}

export interface PolicyDocument {
  readonly version: '2008-10-17' | '2012-10-17'
  readonly id: string | undefined
  readonly statements: readonly StatementDocument[]
}

const DOCUMENT_ELEMENTS = new Set(['Version', 'Id', 'Statement'])
const STATEMENT_ELEMENTS = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])
const TRUST_ACTIONS = new Set(
  [
    'AssumeRole',
    'AssumeRoleWithAwsIdentity',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'TagSession',
    'SetSourceIdentity',
  ].map((name) => `sts:${name}`.toLowerCase()),
)

const malformed = (message: string) => new KmsError('MalformedPolicyDocumentException', message)

/**
 * Reads and validates a policy document (IAM User Guide, "Grammar of the IAM JSON policy language"), whose
 * size the caller has bounded: 32,768 bytes for a key policy. Names of elements are case-sensitive, an element
 * not in the grammar is refused.
 *
 * @throws KmsError MalformedPolicyDocumentException with AWS's sentence for each fault, as far as they are
 *   known; `Syntax errors in policy.` is followed by what was found
 */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
  const document = readJson(text)
  if (!(document instanceof Map)) throw syntaxError('The document is not a JSON object.')
  refuseUnknown(document, DOCUMENT_ELEMENTS)
  const version = document.get('Version') ?? '2008-10-17'
  if (version !== '2008-10-17' && version !== '2012-10-17') {
    throw syntaxError('Version must be "2012-10-17" or "2008-10-17".')
  }
  const statement = document.get('Statement')
  const nodes = Array.isArray(statement) ? statement : [statement]
  if (statement === undefined || nodes.length === 0) {
    throw syntaxError('The document has no Statement.')
  }
  const statements = nodes.map((node) => readStatement(node, kind))
  if (kind !== 'key-policy') refuseRepeatedSids(statements)
  return { version, id: optionalText(document, 'Id'), statements }
}

function readStatement(node: JsonNode | undefined, kind: PolicyKind): StatementDocument {
  if (!(node instanceof Map)) throw syntaxError('A statement is not a JSON object.')
  refuseUnknown(node, STATEMENT_ELEMENTS)
  const effect = node.get('Effect')
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw syntaxError('The Effect of a statement must be "Allow" or "Deny".')
  }
  return {
    sid: optionalText(node, 'Sid'),
    effect,
    principals: readPrincipalElement(node, kind),
    actions: readActions(node, kind),
    resources: readResources(node, kind),
    conditions: readConditions(node.get('Condition')),
  }
}

function readPrincipalElement(
  statement: JsonObject,
  kind: PolicyKind,
): PrincipalElement | undefined {
  const found = oneOf(statement, 'Principal', 'NotPrincipal')
  if (kind !== 'key-policy' && kind !== 'trust-policy') {
    if (found !== undefined) throw malformed('Policy document should not specify a principal.')
    return undefined
  }
  if (found === undefined) throw malformed('Policy contains a statement with no principal.')
  const members = principalMembers(found.value)
  if (members !== undefined && ![...members.values()].some((texts) => texts.length > 0)) {
    throw malformed('Policy contains a statement with no principal.')
  }
  const element = members === undefined ? '"*"' : readPrincipals(members, found.not)
  if (typeof element !== 'string') return element
  throw malformed(
    kind === 'trust-policy'
      ? `Invalid principal in policy: ${element}`
      : 'Policy contains a statement with one or more invalid principals.',
  )
}

/** `"*"` is short for `{"AWS": "*"}`; undefined for any other text, number or list. */
function principalMembers(node: JsonNode): Map<string, string[]> | undefined {
  if (node === '*') return new Map([['AWS', ['*']]])
  if (!(node instanceof Map)) return undefined
  return new Map([...node].map(([type, names]) => [type, texts(names, 'Principal')]))
}

/**
 * What a statement of a key policy is about that doesn't say it: nothing. "The API call succeeds, but the
 * policy statement has no effect" (KMS Developer Guide, "Creating a key policy").
 */
const NOTHING: PatternElement = { not: false, patterns: [] }

function readActions(statement: JsonObject, kind: PolicyKind): PatternElement {
  const actions = readPatterns(statement, 'Action', 'NotAction')
  if (actions === undefined && kind === 'key-policy') return NOTHING
  if (actions === undefined || actions.patterns.length === 0) {
    throw malformed('Policy statement must contain actions.')
  }
  for (const action of actions.patterns) {
    if (kind === 'trust-policy' && (actions.not || !TRUST_ACTIONS.has(action.toLowerCase()))) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.')
    }
    checkAction(action)
  }
  return actions
}

function checkAction(action: string): void {
  const [vendor = '', name, ...more] = action.split(':')
  if (name === undefined && action !== '*') {
    throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.')
  }
  if (more.length > 0) throw malformed('Actions/Condition can contain only one colon.')
  if (vendor !== '*' && !/^[a-zA-Z0-9.-]+$/.test(vendor)) {
    throw malformed(`Vendor ${quoted(vendor).slice(1, -1)} is not valid`)
  }
}

function readResources(statement: JsonObject, kind: PolicyKind): PatternElement | undefined {
  const resources = readPatterns(statement, 'Resource', 'NotResource')
  if (kind === 'trust-policy') {
    if (resources !== undefined) throw malformed('Has prohibited field Resource.')
    return undefined
  }
  if (resources === undefined && kind === 'key-policy') return NOTHING
  if (resources === undefined || resources.patterns.length === 0) {
    throw malformed('Policy statement must contain resources.')
  }
  for (const resource of resources.patterns) {
    if (resource !== '*' && !resource.startsWith('arn:')) {
      throw malformed(`Resource ${quoted(resource).slice(1, -1)} must be in ARN format or "*".`)
    }
  }
  return resources
}

function readConditions(node: JsonNode | undefined): ConditionDocument[] {
  if (node === undefined) return []
  if (!(node instanceof Map)) throw syntaxError('Condition is not a JSON object.')
  return [...node].flatMap(([operator, keys]) => {
    if (!(keys instanceof Map)) {
      throw syntaxError(`Condition operator ${quoted(operator)} has no JSON object of keys.`)
    }
    return [...keys].map(([key, values]) => ({ operator, key, values: scalars(values, key) }))
  })
}

/** The values of a condition key; numbers and booleans are as good as their texts. */
function scalars(node: JsonNode, key: string): string[] {
  return (Array.isArray(node) ? node : [node]).map((value) => {
    if (value === null || typeof value === 'object') {
      throw syntaxError(`Condition key ${quoted(key)} has a value that is no text.`)
    }
    return String(value)
  })
}

function texts(node: JsonNode, element: string): string[] {
  return (Array.isArray(node) ? node : [node]).map((text) => {
    if (typeof text !== 'string') throw syntaxError(`${element} holds something that is no text.`)
    return text
  })
}

function readPatterns(
  statement: JsonObject,
  name: string,
  not: string,
): PatternElement | undefined {
  const found = oneOf(statement, name, not)
  return found && { not: found.not, patterns: texts(found.value, name) }
}

/** An element or its negation; a statement can't have both. */
function oneOf(
  statement: JsonObject,
  name: string,
  negation: string,
): { not: boolean; value: JsonNode } | undefined {
  const value = statement.get(name)
  const negated = statement.get(negation)
  if (value !== undefined && negated !== undefined) {
    throw syntaxError(`A statement has both ${name} and ${negation}.`)
  }
  if (value !== undefined) return { not: false, value }
  return negated === undefined ? undefined : { not: true, value: negated }
}

function optionalText(object: JsonObject, name: string): string | undefined {
  const value = object.get(name)
  if (value !== undefined && typeof value !== 'string') throw syntaxError(`${name} is no text.`)
  return value
}

function refuseUnknown(object: JsonObject, known: ReadonlySet<string>): void {
  for (const name of object.keys()) {
    if (!known.has(name)) throw syntaxError(`Element ${quoted(name)} is not known.`)
  }
}

/** IAM wants them unique; in key policies AWS KMS doesn't ask. */
function refuseRepeatedSids(statements: readonly StatementDocument[]): void {
  const sids = statements.map(({ sid }) => sid).filter((sid) => sid !== undefined && sid !== '')
  if (new Set(sids).size < sids.length) {
    throw malformed('Statement IDs (SID) in a single policy must be unique.')
  }
}
