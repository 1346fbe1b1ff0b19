import { AWS_IDENTITY_KEYS } from '../core/access/aws-identity-keys.ts'
import {
  GLOBAL_FAMILIES,
  GLOBAL_KEYS,
  KMS_FAMILIES,
  KMS_KEYS,
  type Presence,
  STS_KEYS,
} from '../core/access/condition-table.ts'
import { KEY_ACTIONS } from '../core/access/key-actions.ts'
import { struct } from '../core/shape/shapes.ts'
import { XKS_CONDITION_KEYS } from '../core/xks/condition-keys.ts'
import * as iam from '../operations/iam/iam-resources.ts'
import type { AskedAction } from './asked-actions.ts'

const ON_KEYS: ReadonlySet<string> = new Set(KEY_ACTIONS)
const ASSUMES = /^sts:(AssumeRole|TagSession|SetSourceIdentity)/

const has = ({ operation }: AskedAction, ...names: string[]) =>
  operation.input.fields.some(({ name }) => names.includes(name))
const isOnKey = ({ action }: AskedAction) => ON_KEYS.has(action)
/** Something that has tags: what is only made has none yet, and the operator's own actions do not look at them. */
const isTagged = ({ action, resource }: AskedAction, things: RegExp) =>
  !action.startsWith('tenkey:') &&
  !/^iam:Create(User|Role|Policy|Open)/.test(action) &&
  things.test(resource)

/**
 * Which actions have a condition key whose presence is told in words; `caller` where that is a matter of who
 * calls, and not of what is asked.
 */
const IN_WORDS: ReadonlyMap<string, 'caller' | ((asked: AskedAction) => boolean)> = new Map<
  string,
  'caller' | ((asked: AskedAction) => boolean)
>([
  ['CreateKey, and actions on a key', (one) => one.action === 'kms:CreateKey' || isOnKey(one)],
  [
    'CreateKey of a multi-Region key, and actions on one',
    (one) => one.action === 'kms:CreateKey' || isOnKey(one),
  ],
  ['calls with a Recipient', (one) => isOnKey(one) && one.operation.recipient !== undefined],
  [
    'AssumeRole and its kin, where the request says it',
    (one) => ASSUMES.test(one.action) && has(one, 'DurationSeconds'),
  ],
  ['AssumeRole and its kin', (one) => ASSUMES.test(one.action) && has(one, 'RoleSessionName')],
  [
    'AssumeRole, where the request says it',
    ({ operation, action }) => operation.name === 'AssumeRole' && ASSUMES.test(action),
  ],
  ['requests with tags, or names of tags', (one) => has(one, 'Tags', 'TagKeys')],
  ['requests with the tag', (one) => has(one, 'Tags')],
  [
    'actions on a key, user, role, policy or provider that has the tag',
    (one) => isOnKey(one) || isTagged(one, /:(user|role|policy|oidc-provider)\//),
  ],
  [
    'AssumeRole and its kin, and actions of AWS IAM on a user or role',
    (one) => isTagged(one, /:(user|role)\//),
  ],
  [
    'AssumeRoleWithAwsIdentity, in the trust policy of the role',
    ({ action }) => action === 'sts:AssumeRoleWithAwsIdentity',
  ],
  [
    "sessions of AssumeRoleWithWebIdentity and AssumeRoleWithAwsIdentity, and the role's trust policy for them",
    'caller',
  ],
  ['calls with a second factor', 'caller'],
  ['calls with temporary credentials or a second factor', 'caller'],
  ['calls with temporary credentials', 'caller'],
  ['sessions that a source identity was set for', 'caller'],
  ['calls of users', 'caller'],
  ['calls of principals that have the tag', 'caller'],
])

/** @throws Error for a presence in words that this file does not have */
function isPresent(name: string, present: Presence, asked: AskedAction): boolean {
  if (present === 'always') return false
  if (present === 'key') return isOnKey(asked)
  if (!('where' in present)) {
    const [service, action = ''] = asked.action.split(':')
    return service === 'kms' && present.includes(action)
  }
  const where = IN_WORDS.get(present.where)
  if (where === undefined)
    throw new Error(`action-condition-keys.ts lacks '${present.where}' (${name})`)
  return where !== 'caller' && where(asked)
}

/** Those of AWS IAM are given by what an action is asked on. */
const BOUNDED: ReadonlySet<unknown> = new Set(
  [
    iam.onNewUser,
    iam.onNewRole,
    iam.onBoundedUser,
    iam.onBoundedRole,
    iam.onUserToBound,
    iam.onRoleToBound,
    iam.onUserAndPolicy,
    iam.onRoleAndPolicy,
  ].map(({ of }) => of),
)
const ATTACHING: ReadonlySet<unknown> = new Set(
  [iam.onUserAndPolicy, iam.onRoleAndPolicy, iam.onGroupAndPolicy].map(({ of }) => of),
)

const TABLES = { ...KMS_KEYS, ...KMS_FAMILIES, ...STS_KEYS, ...GLOBAL_KEYS, ...GLOBAL_FAMILIES }

/** Condition keys that a request has because of what it asks: neither those of every request nor those about who calls. */
export function conditionKeysOf(asked: AskedAction): string[] {
  const { operation } = asked
  const administered: unknown = operation.administers?.of
  const tables: Readonly<Record<string, { readonly present: Presence; readonly suffix?: string }>> =
    {
      ...TABLES,
      ...AWS_IDENTITY_KEYS,
    }
  return [
    ...Object.entries(tables)
      .filter(([name, { present }]) => isPresent(name, present, asked))
      .map(([name, { suffix }]) => (suffix === undefined ? name : `${name}<${suffix}>`)),
    ...(BOUNDED.has(administered) ? ['iam:PermissionsBoundary'] : []),
    ...(ATTACHING.has(administered) ? ['iam:PolicyARN'] : []),
    ...(operation.service === 'xks' ? Object.keys(XKS_CONDITION_KEYS) : []),
    ...(operation.takes === undefined && /WithWebIdentity$/.test(asked.action)
      ? ['<issuer>:<claim>']
      : []),
  ]
}

/** Condition keys of every action on a key. */
export const keyConditionKeys = (): string[] =>
  Object.entries({ ...KMS_KEYS, ...GLOBAL_FAMILIES })
    .filter(([, { present }]) => present === 'key' || (present !== 'always' && 'where' in present))
    .filter(([name, { present }]) =>
      KEY_ACTIONS.every((action) =>
        isPresent(name, present, { action, resource: '', with: [], operation: NO_OPERATION }),
      ),
    )
    .map(([name, key]) => ('suffix' in key ? `${name}<${key.suffix}>` : name))
const NO_OPERATION = { name: '', input: struct({}) } as unknown as AskedAction['operation']

/** Condition keys about who calls, whatever it is that they ask. */
export const callerConditionKeys = (): string[] =>
  Object.entries({ ...GLOBAL_KEYS, ...GLOBAL_FAMILIES })
    .filter(([, { present }]) => typeof present === 'object' && 'where' in present)
    .filter(([, { present }]) => IN_WORDS.get((present as { where: string }).where) === 'caller')
    .map(([name]) => name)

/** Condition keys of every request. */
export const constantConditionKeys = (): string[] =>
  Object.entries(GLOBAL_KEYS)
    .filter(([, { present }]) => present === 'always')
    .map(([name]) => name)
