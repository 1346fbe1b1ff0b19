import { randomBytes } from 'node:crypto'
import { identityRequest, identityToken } from '../../core/identity/aws-identity-request.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { startTokenIssuer } from '../sessions/token-issuer.ts'
import { allow, document } from './authorization.ts'
import type { Harness, Tenant } from './harness.ts'
import type { Api } from './openapi.ts'
import type { Proof } from './openapi-request.ts'
import { type StsStandIn, startSts } from './sts.ts'
import type { Credential } from './target.ts'

/** Those who call the operations of docs/openapi.json, by the ways that it names. */
export interface Callers {
  /** How an operation is called in a way of its `security`. @throws Error for a way that is not known here */
  proof(one: Api, way: string): Promise<Proof>
  stop(): Promise<void>
}

/** What AWS identities are for in these tests; nothing listens there. */
const SERVICE = 'https://keys.example.com'
const AWS_REGION = 'eu-central-1'
const STRANGER = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  account: '444455556666',
  arn: 'arn:aws:iam::444455556666:user/deploy',
  userId: 'AIDACKCEVSQ6C2EXAMPLE',
}

/** The stand-in of AWS STS, which an installation must be told of before it starts. */
export async function startIdentities(): Promise<{
  sts: StsStandIn
  settings: { urls: string[]; sts: string }
}> {
  const sts = await startSts()
  sts.know(STRANGER)
  return {
    sts,
    settings: { urls: [SERVICE], sts: `${AWS_REGION}=${sts.url},us-east-1=${sts.url}` },
  }
}

/** Policies of who may do everything, in the operator's own account too. */
const everything = (account: string) =>
  document(allow('*'), allow('*', { Resource: [`arn:aws:iam::${account}:*`] }))

export async function openapiCallers(harness: Harness, tenant: Tenant): Promise<Callers> {
  const { operator } = harness
  const tokens = await startTokenIssuer()
  const Issuer = 'https://login.example.com'
  const bearers = new Map<string, string>()

  /** A role that tokens lead to, in an account. */
  async function bearerOf({ accountId }: { readonly accountId: string }): Promise<string> {
    const Federated = `arn:aws:iam::${accountId}:oidc-provider/login.example.com`
    await made(`POST /admin/v1/tenants/${accountId}/oidc-issuers`, {
      Issuer,
      Audiences: ['orders-web'],
      JwksUri: tokens.jwksUri,
      RoleArn: `arn:aws:iam::${accountId}:role/by-token`,
    })
    await made(`POST /admin/v1/tenants/${accountId}/principals`, {
      Type: 'role',
      Name: 'by-token',
      Policy: everything(accountId),
      TrustPolicy: document({
        Effect: 'Allow',
        Principal: { Federated },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'login.example.com:aud': 'orders-web' } },
      }),
    })
    const now = Math.floor(Date.now() / 1000)
    return tokens.sign({ iss: Issuer, aud: 'orders-web', sub: 'dave', iat: now, exp: now + 3000 })
  }
  async function made(line: string, input: object) {
    const outcome = await harness.rest(operator, line, { body: JSON.stringify(input) })
    if (outcome.status !== 201) throw new Error(`${line}: ${outcome.text}`)
  }
  async function bearer(of: { readonly accountId: string }): Promise<Proof> {
    const token = bearers.get(of.accountId) ?? (await bearerOf(of))
    bearers.set(of.accountId, token)
    return { way: 'bearer', token, account: of.accountId }
  }

  await Promise.all([bearer(operator), bearer(tenant)])
  // roles may not be assumed by root
  const user = await harness.user(tenant, 'application', { Policy: everything(tenant.accountId) })
  if (user.credential === undefined) throw new Error('a user has an access key')
  const application: Credential = user.credential
  await harness.role(tenant, 'deployment', {
    TrustPolicy: document({
      Effect: 'Allow',
      Principal: { Federated: 'sts.amazonaws.com' },
      Action: 'sts:AssumeRoleWithAwsIdentity',
      Condition: { StringEquals: { 'tenkey:AwsAccount': STRANGER.account } },
    }),
  })
  /** Each is good for one session. */
  function awsIdentity(): Proof {
    const role = `arn:aws:iam::${tenant.accountId}:role/deployment`
    const host = `sts.${AWS_REGION}.amazonaws.com`
    const nonce = randomBytes(16).toString('base64url')
    const signed = signRequest(identityRequest(host, { service: SERVICE, role, nonce }), STRANGER, {
      region: AWS_REGION,
      service: 'sts',
      now: Date.now(),
    })
    return { way: 'bearer', token: identityToken(signed), account: tenant.accountId }
  }

  return {
    async proof({ path, details }, way) {
      const operators = path.startsWith('/admin/')
      const byUser = details.operationId === 'AssumeRole' ? application : tenant
      const credential = operators ? operator : byUser
      switch (way) {
        case 'sigv4':
        case 'presigned':
          return { way, credential }
        case 'bearer':
          return bearer(operators ? operator : tenant)
        case 'awsIdentity':
          return awsIdentity()
        default:
          throw new Error(`the document has a way to authenticate that no test knows: ${way}`)
      }
    },
    stop: async () => tokens.stop(),
  }
}
