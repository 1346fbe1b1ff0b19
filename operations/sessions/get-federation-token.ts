import { KmsError } from '../../core/base/errors.ts'
import { sessionTagsOf } from '../../core/identity/assumed-session.ts'
import { federatedArn, federatedId } from '../../core/identity/federated.ts'
import { provenanceOf } from '../../core/identity/provenance.ts'
import { issueSession, packedSize, userSession } from '../../core/identity/session.ts'
import { managedSessionPolicies } from '../../core/identity/session-policies.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { integer, optional, string, struct } from '../../core/shape/shapes.ts'
import { credentials, policyArns, sessionPolicy, sessionTags, userDuration } from './sts-members.ts'

/** Makes short-lived credentials of somebody who is no user here, by a user (or root) who vouches for them. */
export const getFederationToken = defineOperation({
  name: 'GetFederationToken',
  summary:
    'Makes short-lived credentials of a federated user, who may no more than the user that asks.',
  http: 'POST /v1/federation-tokens',
  status: 201,
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html',
  service: 'sts',
  audience: 'tenant',
  input: struct({
    Name: string({ min: 2, max: 32, pattern: '[\\w+=,.@-]*' }),
    Policy: optional(sessionPolicy),
    PolicyArns: optional(policyArns),
    DurationSeconds: optional(userDuration),
    Tags: optional(sessionTags),
  }),
  output: struct({
    Credentials: credentials,
    FederatedUser: struct({ FederatedUserId: string(), Arn: string() }),
    PackedPolicySize: optional(integer()),
  }),
  errors: [
    'AccessDeniedException',
    'MalformedPolicyDocumentException',
    'PackedPolicyTooLargeException',
  ],
  keys: {},
  proven: 'signature',
  resource: ({ Name }, home) => federatedArn(home, Name),
  alsoActions: ({ Tags = [] }) => (Tags.length > 0 ? ['sts:TagSession'] : []),
  mutates: true,
  uses: ['read', 'wrapping'],
  validate(input) {
    if (input.Policy !== undefined) admitPolicy(input.Policy, 'session-policy')
  },
  check({ caller: { session, type } }) {
    if (session === undefined && (type === 'user' || type === 'root')) return
    throw new KmsError(
      'AccessDeniedException',
      'Cannot call GetFederationToken with session credentials',
    )
  },
  async run({ input, caller, context: { wallTime, region } }, { read, wrapping }) {
    const { accountId, type, name, userId } = caller
    const { Name, Policy, Tags = [], DurationSeconds } = input
    const home = { accountId, region }
    const tags = sessionTagsOf({ tags: Tags, transitive: [] }, {})
    const who =
      type === 'root' ? { principal: 'root' } : { principal: `user/${name}`, principalId: userId }
    const session = {
      ...userSession(
        { ...who, made: provenanceOf(caller) },
        { now: wallTime, duration: DurationSeconds, mfaAt: undefined },
      ),
      federated: Name,
      ...(Policy !== undefined && { policies: [Policy] }),
      ...(await managedSessionPolicies(read, home, input.PolicyArns)),
      ...(Tags.length > 0 && { tags }),
    }
    const packed = packedSize(session)
    return {
      Credentials: await issueSession(wrapping, accountId, session),
      FederatedUser: { FederatedUserId: federatedId(home, Name), Arn: federatedArn(home, Name) },
      PackedPolicySize: packed > 0 ? packed : undefined,
    }
  },
})
