import { invalid } from '../../core/base/errors.ts'
import { assumedSession } from '../../core/identity/assumed-session.ts'
import { sessionArn } from '../../core/identity/principal-caller.ts'
import { issueSession } from '../../core/identity/session.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { integer, list, optional, string, struct } from '../../core/shape/shapes.ts'
import {
  assumedRoleUser,
  credentials,
  externalId,
  roleArn,
  roleDuration,
  roleSessionName,
  sessionPolicy,
  sessionTags,
  sourceIdentity,
  tagKeys,
} from './sts-members.ts'

/** Makes short-lived credentials of a role whose trust policy lets the caller have them. */
export const assumeRole = defineOperation({
  name: 'AssumeRole',
  summary: 'Makes short-lived credentials of a role, as its trust policy allows.',
  http: 'POST /v1/sessions',
  status: 201,
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
  service: 'sts',
  audience: 'tenant',
  differs:
    'PolicyArns, SerialNumber and TokenCode are refused: there are no managed policies, and the operator or an identity provider vouches for a second factor.',
  input: struct({
    RoleArn: roleArn,
    RoleSessionName: roleSessionName,
    DurationSeconds: optional(roleDuration),
    ExternalId: optional(externalId),
    Policy: optional(sessionPolicy),
    PolicyArns: optional(list(struct({ arn: optional(string({ quota: 2048 })) }), { quota: 10 })),
    Tags: optional(sessionTags),
    TransitiveTagKeys: optional(tagKeys),
    SourceIdentity: optional(sourceIdentity),
    SerialNumber: optional(string({ quota: 256 })),
    TokenCode: optional(string({ quota: 6, sensitive: true })),
  }),
  output: struct({
    Credentials: credentials,
    AssumedRoleUser: assumedRoleUser,
    PackedPolicySize: optional(integer()),
    SourceIdentity: optional(sourceIdentity),
  }),
  errors: [
    'AccessDeniedException',
    'MalformedPolicyDocumentException',
    'PackedPolicyTooLargeException',
  ],
  keys: {},
  needs: 'nothing',
  mutates: true,
  uses: ['wrapping'],
  assumes: ({ RoleArn, Tags = [], SourceIdentity }) => ({
    roleArn: RoleArn,
    actions: [
      'sts:AssumeRole',
      ...(Tags.length > 0 ? ['sts:TagSession'] : []),
      ...(SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ],
  }),
  validate(input) {
    refuseSecondFactor(input)
    refuseManagedPolicies(input)
    if (input.Policy !== undefined) admitPolicy(input.Policy, 'session-policy')
  },
  async run({ input, caller, role, roleAccount, context }, { wrapping }) {
    if (role === undefined) throw new Error('a role that may be assumed is there')
    const home = { accountId: input.RoleArn.split(':')[4] ?? '', region: context.region }
    const { session, packed } = assumedSession(caller, role, {
      accountId: home.accountId,
      accountRevokedAt: roleAccount?.sessionsValidAfter,
      name: input.RoleSessionName,
      duration: input.DurationSeconds,
      policy: input.Policy,
      tags: input.Tags ?? [],
      transitive: input.TransitiveTagKeys ?? [],
      sourceIdentity: input.SourceIdentity,
      now: context.wallTime,
    })
    return {
      Credentials: await issueSession(wrapping, home.accountId, session),
      AssumedRoleUser: {
        AssumedRoleId: `${role.id}:${input.RoleSessionName}`,
        Arn: sessionArn(home, role.name, input.RoleSessionName),
      },
      PackedPolicySize: packed > 0 ? packed : undefined,
      SourceIdentity: session.sourceIdentity,
    }
  },
})

/** What would be ignored is refused: a caller must not believe that it has proven a second factor. */
export function refuseSecondFactor(input: {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}): void {
  if (input.SerialNumber === undefined && input.TokenCode === undefined) return
  throw invalid(
    'SerialNumber and TokenCode are not supported: a second factor is vouched for by the operator or an identity provider.',
  )
}

/** @throws KmsError ValidationException, since what should limit the session would not */
export function refuseManagedPolicies({
  PolicyArns = [],
}: {
  readonly PolicyArns?: readonly unknown[] | undefined
}): void {
  if (PolicyArns.length > 0) {
    throw invalid('PolicyArns are not supported: there are no managed policies. Use Policy.')
  }
}
