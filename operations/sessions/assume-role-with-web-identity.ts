import { invalid, KmsError } from '../../core/base/errors.ts'
import { principalItem, principalPlace } from '../../core/identity/credential.ts'
import { provenanceOf } from '../../core/identity/provenance.ts'
import { issueSession, type NewSession, packedSize } from '../../core/identity/session.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { integer, list, optional, string, struct } from '../../core/shape/shapes.ts'
import { refuseManagedPolicies } from './assume-role.ts'
import {
  assumedRoleUser,
  credentials,
  roleArn,
  roleDuration,
  roleSessionName,
  sessionPolicy,
} from './sts-members.ts'

/** seconds; API_AssumeRoleWithWebIdentity */
const DURATION = 3600

/**
 * Makes short-lived credentials of a role of a registered issuer's token. The token is the request's
 * credential: the caller is the session that bearer tokens are, with this name, and becomes lasting.
 */
export const assumeRoleWithWebIdentity = defineOperation({
  name: 'AssumeRoleWithWebIdentity',
  summary: "Makes short-lived credentials of a role for a registered issuer's identity token.",
  http: 'POST /v1/web-identity-sessions',
  status: 201,
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html',
  service: 'sts',
  audience: 'tenant',
  differs:
    "On REST the token is the request's bearer token. PolicyArns and ProviderId are refused. Until a token is verified to be its issuer's and for the audience, every refusal is one and the same InvalidIdentityTokenException, also where the issuer does not answer: the service's log says why.",
  input: struct({
    RoleArn: optional(roleArn),
    RoleSessionName: optional(roleSessionName),
    WebIdentityToken: optional(string({ min: 4, max: 20000, sensitive: true, plain: true })),
    ProviderId: optional(string({ quota: 2048 })),
    PolicyArns: optional(list(struct({ arn: optional(string({ quota: 2048 })) }), { quota: 10 })),
    Policy: optional(sessionPolicy),
    DurationSeconds: optional(roleDuration),
  }),
  output: struct({
    Credentials: credentials,
    SubjectFromWebIdentityToken: string(),
    AssumedRoleUser: assumedRoleUser,
    PackedPolicySize: optional(integer()),
    Provider: optional(string()),
  }),
  errors: [
    'AccessDeniedException',
    'ExpiredTokenException',
    'InvalidIdentityTokenException',
    'MalformedPolicyDocumentException',
    'PackedPolicyTooLargeException',
  ],
  keys: {},
  needs: 'nothing',
  mutates: true,
  uses: ['read', 'wrapping'],
  validate(input) {
    refuseManagedPolicies(input)
    if (input.ProviderId !== undefined)
      throw invalid('ProviderId is for OAuth 2.0 tokens of others.')
    if (input.Policy !== undefined) admitPolicy(input.Policy, 'session-policy')
  },
  check({ input: { RoleArn }, caller }) {
    // a session must not lengthen its own life: only who shows a token gets a new one
    const shown = caller.accessKeyId === undefined && caller.session?.provider !== undefined
    if (shown && (RoleArn === undefined || RoleArn === caller.roleArn)) return
    throw new KmsError(
      'AccessDeniedException',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    )
  },
  async run({ input, caller, context: { wallTime } }, { read, wrapping }) {
    const { accountId, arn, userId, name, session } = caller
    const principal = `role/${name}`
    const [item] = await read.get([principalPlace(accountId, principal)])
    const role = item && principalItem.read(item)
    const [principalId = '', sessionName = ''] = userId.split(':')
    const duration = input.DurationSeconds ?? DURATION
    if (duration > (role?.maxSession ?? DURATION)) {
      throw invalid(
        'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
      )
    }
    const made: NewSession = {
      principal,
      principalId,
      name: sessionName,
      issued: wallTime,
      expires: wallTime + duration * 1000,
      made: provenanceOf(caller),
      ...(session?.mfaAt !== undefined && { mfaAt: session.mfaAt }),
      ...(input.Policy !== undefined && { policies: [input.Policy] }),
      ...(session?.tags !== undefined && { tags: session.tags }),
      ...(session?.provider !== undefined && { provider: session.provider }),
      ...(session?.subject !== undefined && { subject: session.subject }),
    }
    const packed = packedSize(made)
    return {
      Credentials: await issueSession(wrapping, accountId, made),
      SubjectFromWebIdentityToken: session?.subject ?? '',
      AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
      PackedPolicySize: packed > 0 ? packed : undefined,
      Provider: session?.provider,
    }
  },
})
