import { invalid, KmsError } from '../../core/base/errors.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { integer, optional, string, struct } from '../../core/shape/shapes.ts'
import { provenSession } from './proven-session.ts'
import {
  assumedRoleUser,
  credentials,
  policyArns,
  roleArn,
  roleDuration,
  roleSessionName,
  sessionPolicy,
} from './sts-members.ts'

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
    "On REST the token is the request's bearer token. ProviderId is refused. Until a token is verified to be its issuer's and for the audience, every refusal is one and the same InvalidIdentityTokenException, also where the issuer does not answer: the service's log says why.",
  input: struct({
    RoleArn: optional(roleArn),
    RoleSessionName: optional(roleSessionName),
    WebIdentityToken: optional(string({ min: 4, max: 20000, sensitive: true, plain: true })),
    ProviderId: optional(string({ quota: 2048 })),
    PolicyArns: optional(policyArns),
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
  proven: 'token',
  needs: 'nothing',
  mutates: true,
  uses: ['read', 'wrapping'],
  validate(input) {
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
  async run({ input, caller, context }, ports) {
    const { session } = caller
    return {
      ...(await provenSession(input, caller, context, ports)),
      SubjectFromWebIdentityToken: session?.subject ?? '',
      Provider: session?.provider,
    }
  },
})
