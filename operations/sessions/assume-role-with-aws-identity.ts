import { KmsError } from '../../core/base/errors.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { integer, optional, string, struct } from '../../core/shape/shapes.ts'
import { provenSession } from './proven-session.ts'
import {
  assumedRoleUser,
  credentials,
  policyArns,
  roleDuration,
  sessionPolicy,
} from './sts-members.ts'

/**
 * Makes short-lived credentials of a role for whoever AWS STS says signed a GetCallerIdentity request that is bound
 * to this service and the role. The signed request is the call's credential: core/identity/aws-identity.ts.
 */
export const assumeRoleWithAwsIdentity = defineOperation({
  name: 'AssumeRoleWithAwsIdentity',
  summary:
    'Makes short-lived credentials of a role for a caller of AWS, who proves to AWS STS who they are.',
  http: 'POST /v1/aws-identity-sessions',
  status: 201,
  service: 'sts',
  audience: 'tenant',
  differs:
    'AWS STS has no such operation. The token is the bearer token of the request, and names the role: aws-identities.md says how it is made.',
  input: struct({
    PolicyArns: optional(policyArns),
    Policy: optional(sessionPolicy),
    DurationSeconds: optional(roleDuration),
  }),
  output: struct({
    Credentials: credentials,
    AwsIdentity: struct({ Account: string(), Arn: string(), UserId: string() }),
    AssumedRoleUser: assumedRoleUser,
    PackedPolicySize: optional(integer()),
  }),
  errors: [
    'AccessDeniedException',
    'ExpiredTokenException',
    'InvalidIdentityTokenException',
    'MalformedPolicyDocumentException',
    'PackedPolicyTooLargeException',
    'ThrottlingException',
  ],
  keys: {},
  takes: 'aws-identity',
  needs: 'nothing',
  mutates: true,
  uses: ['read', 'wrapping'],
  validate(input) {
    if (input.Policy !== undefined) admitPolicy(input.Policy, 'session-policy')
  },
  check({ caller: { awsIdentity } }) {
    // who signs with credentials of ours has AssumeRole
    if (awsIdentity !== undefined) return
    throw new KmsError(
      'AccessDeniedException',
      'Not authorized to perform sts:AssumeRoleWithAwsIdentity',
    )
  },
  async run({ input, caller, context }, ports) {
    const { awsIdentity } = caller
    if (awsIdentity === undefined) throw new Error('a caller that was let in has an identity')
    return {
      ...(await provenSession(input, caller, context, ports)),
      AwsIdentity: {
        Account: awsIdentity.account,
        Arn: awsIdentity.arn,
        UserId: awsIdentity.userId,
      },
    }
  },
})
