import { randomBytes } from 'node:crypto'
import { afterAll, beforeEach } from 'vitest'
import {
  type Binding,
  identityRequest,
  identityToken,
  TOKEN_PREFIX,
} from '../../core/identity/aws-identity-request.ts'
import { signRequest, type UnsignedRequest } from '../../core/signature/sign-request.ts'
import type { Input, Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'
import { type AwsPrincipal, type StsStandIn, startSts } from '../support/sts.ts'
import { roleArn, sessionWorld } from './world.ts'

/** What the installation of these tests is called by its callers; nothing listens there. */
export const SERVICE = 'https://keys.example.com'
export const AWS_REGION = 'eu-central-1'
/** an account of AWS, which is none of the installation */
export const AWS_ACCOUNT = '555566667777'

/** How a request is signed otherwise than it must be, or for somebody else. */
export interface Variant {
  readonly binding?: Partial<Binding>
  readonly region?: string
  readonly host?: string
  readonly service?: string
  /** Unix ms */
  readonly now?: number
  /** changes what is signed */
  readonly request?: (request: UnsignedRequest) => UnsignedRequest
  /** changes what the token carries, once it is signed */
  readonly carried?: (headers: Record<string, string>) => Record<string, string>
}

export interface Assuming {
  readonly url?: string
  readonly account?: string
  readonly input?: Input
  readonly target?: string
  readonly headers?: Readonly<Record<string, string>>
}
export interface Outcome {
  readonly status: number
  readonly code: unknown
  readonly detail: unknown
  readonly body: Record<string, unknown>
}

/** A token of any headers, or of any text. */
export const tokenOf = (carried: object | string): string =>
  TOKEN_PREFIX +
  Buffer.from(typeof carried === 'string' ? carried : JSON.stringify(carried)).toString('base64url')

export const newNonce = (): string => randomBytes(16).toString('base64url')

let made = 0
/** A user of AWS with lasting keys. */
export const awsUser = (more: Partial<AwsPrincipal> = {}): AwsPrincipal => {
  const n = String(++made).padStart(4, '0')
  const userId = `AIDAUSER${n.padStart(13, 'X')}`
  return {
    accessKeyId: `AKIAUSER${n.padStart(12, '0')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    account: AWS_ACCOUNT,
    arn: `arn:aws:iam::${AWS_ACCOUNT}:user/app`,
    userId,
    ...more,
  }
}

/** A session of a role of AWS. */
export const awsSession = (more: Partial<AwsPrincipal> = {}): AwsPrincipal => {
  const n = String(++made).padStart(4, '0')
  return {
    accessKeyId: `ASIAROLE${n.padStart(12, '0')}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(900).toString('base64'),
    account: AWS_ACCOUNT,
    arn: `arn:aws:sts::${AWS_ACCOUNT}:assumed-role/deploy/i-0123456789abcdef0`,
    userId: `AROADEPLOY${'X'.repeat(11)}:i-0123456789abcdef0`,
    ...more,
  }
}

/** An installation that asks a stand-in of AWS STS; its clock is that of both. */
export function identityWorld(urls: readonly string[] = [SERVICE]) {
  let aws: StsStandIn | undefined
  let tenant: Tenant | undefined
  let ahead = 0
  const now = () => Date.now() + ahead
  const world = sessionWorld(async () => {
    aws = await startSts(now)
    const sts = `${AWS_REGION}=${aws.url},us-east-1=${aws.url}`
    return { awsIdentities: { urls, sts } }
  })
  const { harness } = world
  const standIn = () => {
    if (aws === undefined) throw new Error('the stand-in runs only during tests')
    return aws
  }
  const its = () => {
    if (tenant === undefined) throw new Error('there is a tenant only during tests')
    return tenant
  }
  afterAll(() => standIn().stop())
  beforeEach(async () => {
    standIn().answer = undefined
    standIn().asked.splice(0)
    tenant = await harness.tenant()
  })
  return {
    harness,
    advance(ms: number) {
      ahead += ms
      world.advance(ms)
    },
    now,
    aws: standIn,
    tenant: its,
    token(who: AwsPrincipal, variant: Variant = {}): string {
      const { region = AWS_REGION, host = `sts.${region}.amazonaws.com`, service = 'sts' } = variant
      const binding = {
        service: SERVICE,
        role: roleArn(its(), 'app'),
        nonce: newNonce(),
        ...variant.binding,
      }
      const request = (variant.request ?? ((same) => same))(identityRequest(host, binding))
      const { accessKeyId, secretAccessKey, sessionToken } = who
      const signed = signRequest(
        request,
        { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
        { region, service, now: variant.now ?? now() },
      )
      if (variant.carried === undefined) return identityToken(signed)
      return tokenOf(variant.carried(carriedOf(signed)))
    },
    async assume(token: string, more: Assuming = {}): Promise<Outcome> {
      const answer = await send(more.url ?? harness.target.url, {
        method: 'POST',
        target: more.target ?? '/v1/aws-identity-sessions',
        body: JSON.stringify(more.input ?? {}),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'x-tenkey-account': more.account ?? its().accountId,
          ...more.headers,
        },
      })
      const body = JSON.parse(answer.text) as Record<string, unknown>
      return { status: answer.status, code: body['code'], detail: body['detail'], body }
    },
  }
}

/** Of signed headers those that a token has. */
const carriedOf = (signed: Readonly<Record<string, string>>): Record<string, string> =>
  JSON.parse(
    Buffer.from(identityToken(signed).slice(TOKEN_PREFIX.length), 'base64url').toString(),
  ) as Record<string, string>
