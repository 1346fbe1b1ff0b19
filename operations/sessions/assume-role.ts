import { assumedSession } from '../../core/identity/assumed-session.ts'
import { sessionArn } from '../../core/identity/principal-caller.ts'
import { issueSession } from '../../core/identity/session.ts'
import { managedSessionPolicies } from '../../core/identity/session-policies.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { integer, optional, struct } from '../../core/shape/shapes.ts'
import {
  assumedRoleUser,
  credentials,
  externalId,
  policyArns,
  roleArn,
  roleDuration,
  roleSessionName,
  secondFactorOf,
  serialNumber,
  sessionPolicy,
  sessionTags,
  sourceIdentity,
  tagKeys,
  tokenCode,
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
  input: struct({
    RoleArn: roleArn,
    RoleSessionName: roleSessionName,
    DurationSeconds: optional(roleDuration),
    ExternalId: optional(externalId),
    Policy: optional(sessionPolicy),
    PolicyArns: optional(policyArns),
    Tags: optional(sessionTags),
    TransitiveTagKeys: optional(tagKeys),
    SourceIdentity: optional(sourceIdentity),
    SerialNumber: optional(serialNumber),
    TokenCode: optional(tokenCode),
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
  uses: ['read', 'wrapping'],
  secondFactor: secondFactorOf,
  assumes: ({ RoleArn, Tags = [], SourceIdentity }) => ({
    roleArn: RoleArn,
    actions: [
      'sts:AssumeRole',
      ...(Tags.length > 0 ? ['sts:TagSession'] : []),
      ...(SourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
    ],
  }),
  validate(input) {
    if (input.Policy !== undefined) admitPolicy(input.Policy, 'session-policy')
  },
  async run({ input, caller, role, roleAccount, context }, { read, wrapping }) {
    if (role === undefined) throw new Error('a role that may be assumed is there')
    const home = { accountId: input.RoleArn.split(':')[4] ?? '', region: context.region }
    const { session, packed } = assumedSession(caller, role, {
      accountId: home.accountId,
      accountRevokedAt: roleAccount?.sessionsValidAfter,
      name: input.RoleSessionName,
      duration: input.DurationSeconds,
      policy: input.Policy,
      managed: await managedSessionPolicies(read, home, input.PolicyArns),
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
