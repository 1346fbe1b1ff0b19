import type { CallContext } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import type { Caller } from '../identity/caller.ts'
import type { PrincipalData } from '../identity/credential.ts'
import { meantBy } from '../identity/meant-principals.ts'
import {
  principalCaller,
  principalOf,
  resourceOf,
  rootCaller,
  sessionCaller,
} from '../identity/principal-caller.ts'
import { foundIn } from '../identity/renamed.ts'
import type { Key } from '../key/key.ts'
import { type Basis, isOwners } from '../policy/decide.ts'
import type { Meanings } from '../policy/meaning.ts'
import type { Store } from '../store/store.ts'
import type { Authorizer } from './authorize.ts'
import { meaningsOfKey } from './key-meanings.ts'
import { shownPolicy } from './shown-policy.ts'
import type { SupposedPolicy } from './supposed-policy.ts'

/** A request that is supposed, not made. */
export interface Question {
  readonly principal: string
  readonly action: string
  readonly encryptionContext: Readonly<Record<string, string>> | undefined
  /** condition keys, e.g. aws:SourceIp; what is not given is as in the request that asks */
  readonly conditions: Readonly<Record<string, string>>
  /** whether the principal has proven a second factor; undefined for an access key, which can't */
  readonly mfa: boolean | undefined
}

/** One thing that decides, in words and with the statement's text. */
export interface Reason {
  readonly Kind: Basis['kind']
  readonly Source?: string
  readonly PolicyName?: string
  readonly Sid?: string
  readonly Effect?: string
  /** JSON */
  readonly Statement?: string
  readonly GrantId?: string
}

export interface Explanation {
  readonly Decision: 'allowed' | 'denied'
  readonly Reason: string
  readonly Because: Reason[]
  /** of principals of other accounts: what is not looked at here */
  readonly AlsoNeeded?: string
}

/** characters of a user's or role's name (API_CreateUser, API_CreateRole): nobody has a longer one */
const MOST_NAME = 64

/** Takes the part of what another account says, which nobody is told: it allows everything. */
const ALLOW_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

const ARN =
  /^arn:[a-z-]+:(?:iam::(\d{12}):(root|user\/[\w+=,.@/-]+|role\/[\w+=,.@/-]+)|sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+))$/

/**
 * Decides a supposed request and tells what decides. Of another account's principals only the key's
 * side is looked at, as nothing else of that account may be told.
 * @throws KmsError NotFoundException for a principal of the key's account that isn't there,
 *   ValidationException for a text that is no principal's ARN
 * @param supposed the key policy that decides instead of the key's own
 */
export async function explain(
  { rule, read }: { rule: Authorizer['rule']; read: Pick<Store, 'get' | 'query'> },
  context: CallContext,
  key: Key,
  question: Question,
  supposed?: SupposedPolicy,
): Promise<Explanation> {
  const meant = await meaningsOfKey(read, key, question.principal, supposed)
  const caller = await supposedCaller(read, context, key, question, meant)
  const foreign = caller.accountId !== key.accountId
  const { encryptionContext } = question
  const { decision } = await rule(
    {
      caller,
      context,
      action: question.action,
      input: {
        EncryptionContext: encryptionContext,
        SourceEncryptionContext: encryptionContext,
        DestinationEncryptionContext: encryptionContext,
      },
      key,
      keys: { key },
      given: new Map(
        Object.entries(question.conditions).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    },
    { kind: 'key', key, policy: supposed?.compiled },
  )
  const policy = supposed?.document ?? (await shownPolicy(key, read))
  const told = decision.by.filter((basis) => !foreign || isOwners(basis))
  return {
    Decision: decision.allowed ? 'allowed' : 'denied',
    Reason: foreign && decision.allowed ? "Allowed on the key's side." : decision.reason,
    Because: told.map((basis) => reasonOf(basis, policy, caller)),
    ...(foreign &&
      decision.allowed && {
        AlsoNeeded: `Policies of account ${caller.accountId} must allow it too.`,
      }),
  }
}

/**
 * A principal as it would call: as it is in the store, if it is the key's account's own. Of another account's
 * it is not told whether it is still there: it is whom the key's policy and grants mean.
 * @param meant what names in them meant
 */
export async function supposedCaller(
  read: Pick<Store, 'get'>,
  { region, wallTime }: CallContext,
  { accountId: owner }: Key,
  { principal: arn, mfa }: Pick<Question, 'principal' | 'mfa'>,
  meant: Meanings,
): Promise<Caller> {
  const [, iamAccount, resource = '', stsAccount, roleName, sessionName] = ARN.exec(arn) ?? []
  const accountId = iamAccount ?? stsAccount
  if (accountId === undefined) {
    throw new KmsError('ValidationException', `${arn} is not the ARN of a principal.`)
  }
  const home = { accountId, region }
  const name = roleName === undefined ? resource : `role/${roleName}`
  const session = {
    principal: name,
    issued: wallTime,
    expires: wallTime,
    ...(sessionName !== undefined && { name: sessionName }),
    ...(mfa === true && { mfaAt: wallTime }),
  }
  if (name === 'root') {
    return mfa === undefined ? rootCaller(home, '') : sessionCaller(home, session, undefined)
  }
  const other = meantBy(meant, arn)
  const data =
    accountId === owner
      ? await stored(read, accountId, name, sessionName !== undefined)
      : strangerOf(name, other.id ?? '')
  const caller =
    sessionName === undefined && mfa === undefined
      ? principalCaller(home, data)
      : sessionCaller(home, session, data)
  // the path of another account's role is what the names in the policy say
  const { roleArn } = accountId === owner ? caller : { roleArn: other.roleArn ?? caller.roleArn }
  return { ...caller, arn, ...(roleArn !== undefined && { roleArn }) }
}

/** @param principal as an ARN has it, with its path; of a session's role without */
async function stored(
  read: Pick<Store, 'get'>,
  accountId: string,
  principal: string,
  session: boolean,
) {
  const { type, name } = partsOf(principal)
  const data =
    name.length <= MOST_NAME
      ? await principalOf(accountId, `${type}/${name}`, undefined, foundIn(read))
      : undefined
  if (data !== undefined && (session || resourceOf(data) === principal)) return data
  throw new KmsError('NotFoundException', `The principal ${principal} does not exist.`)
}

function partsOf(principal: string) {
  const [type, ...names] = principal.split('/')
  const name = names.pop() ?? ''
  const path = names.map((part) => `${part}/`).join('')
  return { type: type === 'role' ? 'role' : 'user', path: `/${path}`, name } as const
}

/** Somebody of another account, of whom nothing is looked up. */
function strangerOf(principal: string, id: string): PrincipalData {
  return {
    id,
    ...partsOf(principal),
    policies: { supposed: ALLOW_ALL },
    tags: {},
    created: 0,
  }
}

function reasonOf(basis: Basis, keyPolicy: string, { policies }: Caller): Reason {
  switch (basis.kind) {
    case 'grant':
      return { Kind: 'grant', GrantId: basis.grantId }
    case 'account-root':
    case 'unfinished':
      return { Kind: basis.kind }
    case 'missing':
      return { Kind: 'missing', Source: basis.source }
    case 'statement': {
      const { source, policy, effect, index, sid } = basis
      const texts = {
        'resource-policy': keyPolicy,
        'identity-policy': policies.identity[policy],
        'permissions-boundary': policies.boundary,
        'session-policy': undefined,
      }
      const Statement = statementText(texts[source], index)
      return {
        Kind: 'statement',
        Source: source,
        PolicyName: policy,
        Effect: effect,
        ...(sid !== undefined && { Sid: sid }),
        ...(Statement !== undefined && { Statement }),
      }
    }
  }
}

/** A statement of a policy document by its place; a document may have one that stands in no list. */
function statementText(document: string | undefined, index: number): string | undefined {
  if (document === undefined) return undefined
  const { Statement } = parseJson(document) as { Statement: unknown }
  return JSON.stringify(Array.isArray(Statement) ? Statement[index] : Statement)
}
