import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Harness, Input, Tenant } from './harness.ts'
import { send } from './http.ts'
import type { Target } from './target.ts'

/** A credential of an external key store, as CreateXksCredential answers it. */
export interface XksCredential {
  readonly path: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface XksOutcome {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
  readonly errorName: string | undefined
}

export interface XksOptions {
  readonly region?: string
  readonly service?: string
  readonly method?: string
  /** of the signature */
  readonly at?: Date
  /** sent instead of what was signed */
  readonly sent?: Readonly<{
    path?: string
    query?: string
    body?: string
    headers?: Record<string, string>
  }>
  /** signed beside host and date */
  readonly headers?: Readonly<Record<string, string>>
}

/** SHA-256 and HMAC as AWS's own signer wants them. */
class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {
    throw new Error('used once')
  }
}

/** Calls a proxy as AWS KMS does: POST, JSON, `host` and `x-amz-date` signed, by AWS's own signer. */
export async function callXks(
  { url, wallTime = Date.now }: Pick<Target, 'url' | 'wallTime'>,
  { accessKeyId, secretAccessKey }: XksCredential,
  path: string,
  body: unknown,
  options: XksOptions = {},
): Promise<XksOutcome> {
  const { region = 'us-east-1', service = 'kms-xks-proxy', method = 'POST', sent = {} } = options
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { host, hostname } = new URL(url)
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256 as never,
    applyChecksum: false,
  })
  const request = {
    method,
    protocol: 'http:',
    hostname,
    path,
    headers: { host, ...options.headers },
    body: text,
  }
  const signed = await signer.sign(request, { signingDate: options.at ?? new Date(wallTime()) })
  const answer = await send(url, {
    method,
    target: (sent.path ?? path) + (sent.query ?? ''),
    headers: { ...signed.headers, 'content-type': 'application/json', ...sent.headers },
    body: sent.body ?? text,
  })
  return outcomeOf(answer)
}

export function outcomeOf({
  status,
  headers,
  text,
}: Pick<XksOutcome, 'status' | 'headers' | 'text'>): XksOutcome {
  const json = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  const { errorName } = json
  return { status, headers, text, json, errorName: errorName as string | undefined }
}

/** What AWS KMS says of a call of its own. */
export const metadata = (more: Readonly<Record<string, unknown>> = {}) => ({
  awsPrincipalArn: 'arn:aws:iam::123456789012:user/Alice',
  kmsKeyArn: 'arn:aws:kms:us-east-2:123456789012:/key/1234abcd-12ab-34cd-56ef-1234567890ab',
  kmsOperation: 'Encrypt',
  kmsRequestId: '4112f4d6-db54-4af4-ae30-c55a22a8dfae',
  kmsViaService: 'ebs',
  ...more,
})

/** What lets a role use every key of its account through a proxy. */
export const PROXY_POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'],
      Resource: '*',
    },
  ],
})

/** A credential of a principal. */
export async function xksCredential(
  harness: Harness,
  { accountId }: Pick<Tenant, 'accountId'>,
  principal: string,
): Promise<XksCredential> {
  const [Type = '', Name = ''] = principal.split('/')
  const input = { AccountId: accountId, Type, Name }
  return credentialOf(await own(harness, 'CreateXksCredential', input))
}

export const own = (harness: Harness, operation: string, input: Input) =>
  harness.ok(harness.operator, operation, input, { via: 'rest' })

export function credentialOf(json: Readonly<Record<string, unknown>>): XksCredential {
  const { XksProxyUriPath, XksProxyAuthenticationCredential: made } = json as {
    XksProxyUriPath: string
    XksProxyAuthenticationCredential: { AccessKeyId: string; RawSecretAccessKey: string }
  }
  return {
    path: XksProxyUriPath,
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.RawSecretAccessKey,
  }
}
