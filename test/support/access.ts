import { compilePolicy, NO_ACCESS, type PolicyKind } from '../../core/policy/compile.ts'
import { type AccessPolicies, type Decision, decide } from '../../core/policy/decide.ts'
import { denialMessage } from '../../core/policy/denial.ts'
import type { Grant } from '../../core/policy/grant-decision.ts'
import {
  type AccessRequest,
  type ContextValue,
  conditionContext,
  type Principal,
} from '../../core/policy/request.ts'

export const HOME = '111122223333'
export const AWAY = '444455556666'
export const KEY = `arn:aws:kms:us-west-2:${HOME}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
export const ALIAS = `arn:aws:kms:us-west-2:${HOME}:alias/ExampleAlias`
export const root = (account: string) => `arn:aws:iam::${account}:root`
export const userArn = (name: string, account = HOME) => `arn:aws:iam::${account}:user/${name}`
export const roleArn = (name: string, account = HOME) => `arn:aws:iam::${account}:role/${name}`
export const sessionArn = (name: string, account = HOME) =>
  `arn:aws:sts::${account}:assumed-role/${name}/session`

/** A principal by its ARN; a session's role has no path here. */
export function who(arn: string): Principal {
  const [, , , , accountId = '', resource = ''] = arn.split(':')
  const [kind = '', name = ''] = resource.split('/')
  const base = { accountId, arn, userId: 'AIDAEXAMPLE', tags: {} }
  if (kind === 'root') return { ...base, type: 'root' }
  if (kind === 'assumed-role') {
    return { ...base, type: kind, roleArn: roleArn(name, accountId), name }
  }
  return { ...base, type: kind === 'role' ? 'role' : 'user', name }
}

export type Statement = Record<string, unknown>
export interface Case {
  as: string
  action: string
  resource?: string
  keyPolicy?: Statement[] | 'none'
  identity?: Statement[]
  boundary?: Statement[]
  session?: Statement[]
  grants?: Partial<Grant>[]
  context?: Record<string, ContextValue>
  encryptionContext?: Record<string, string>
  newGrant?: AccessRequest['newGrant']
}

const compile = (Statement: Statement[], kind: PolicyKind) =>
  compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), kind)

export function prepare(c: Case): [AccessRequest, AccessPolicies] {
  const principal = who(c.as)
  const resource = c.resource ?? KEY
  const named = (statements: Statement[] | undefined, kind: PolicyKind) =>
    statements === undefined ? undefined : { name: `my-${kind}`, policy: compile(statements, kind) }
  const identity = named(c.identity, 'identity-policy')
  const session = named(c.session, 'session-policy')
  const resourceKind = c.action.startsWith('sts:') ? 'trust-policy' : 'key-policy'
  const { keyPolicy = [] } = c
  return [
    {
      principal,
      action: c.action,
      resource,
      resourceAccountId: resource === '*' ? principal.accountId : (resource.split(':')[4] ?? ''),
      context: conditionContext(c.context ?? {}),
      encryptionContext: c.encryptionContext,
      newGrant: c.newGrant,
    },
    {
      resourcePolicy:
        keyPolicy === 'none'
          ? 'none'
          : keyPolicy.length === 0
            ? NO_ACCESS
            : compile(keyPolicy, resourceKind),
      identityPolicies: identity === undefined ? [] : [identity],
      permissionsBoundary: named(c.boundary, 'permissions-boundary'),
      sessionPolicies: session && [session],
      grants: (c.grants ?? []).map((grant, i) => ({
        id: `grant-${i + 1}`,
        granteePrincipal: c.as,
        operations: ['Decrypt'],
        issuingAccount: root(HOME),
        ...grant,
      })),
    },
  ]
}
export const decideCase = (c: Case): Decision => decide(...prepare(c))
export const messageOf = (c: Case): string => {
  const [request, policies] = prepare(c)
  return denialMessage(request, decide(request, policies))
}

// Statements as the AWS KMS Developer Guide gives them
export const ENABLE_IAM = {
  Sid: 'Enable IAM policies',
  Effect: 'Allow',
  Principal: { AWS: root(HOME) },
  Action: 'kms:*',
  Resource: '*',
}
export const ADMINISTRATORS = {
  Sid: 'Allow access for Key Administrators',
  Effect: 'Allow',
  Principal: { AWS: [userArn('KMSAdminUser'), roleArn('KMSAdminRole')] },
  Action: [
    'kms:Create*',
    'kms:Describe*',
    'kms:Enable*',
    'kms:List*',
    'kms:Put*',
    'kms:Update*',
    'kms:Revoke*',
    'kms:Disable*',
    'kms:Get*',
    'kms:Delete*',
    'kms:TagResource',
    'kms:UntagResource',
    'kms:ScheduleKeyDeletion',
    'kms:CancelKeyDeletion',
  ],
  Resource: '*',
}
export const USERS = {
  Sid: 'Allow use of the key',
  Effect: 'Allow',
  Principal: { AWS: [userArn('ExampleUser'), roleArn('ExampleRole'), root(AWAY)] },
  Action: [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncrypt*',
    'kms:GenerateDataKey*',
    'kms:DescribeKey',
  ],
  Resource: '*',
}
const FOR_SERVICES = {
  Sid: 'Allow attachment of persistent resources',
  Effect: 'Allow',
  Principal: { AWS: userArn('ExampleUser') },
  Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
  Resource: '*',
  Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
}
export const CONSOLE_POLICY = [ENABLE_IAM, ADMINISTRATORS, USERS, FOR_SERVICES]

export const identity = (
  Action: string | string[],
  Resource: string | string[] = '*',
  more: Statement = {},
) => [{ Effect: 'Allow', Action, Resource, ...more }]
export const allow = (
  Principal: unknown,
  Action: string | string[] = 'kms:*',
  more: Statement = {},
) => [
  {
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: Principal },
    Action,
    Resource: '*',
    ...more,
  },
]
export const deny = (Principal: unknown, more: Statement = {}) =>
  allow(Principal, 'kms:*', { Effect: 'Deny', ...more })

export type Row = [title: string, c: Case, allowed: boolean]
export const ALICE = userArn('Alice')
