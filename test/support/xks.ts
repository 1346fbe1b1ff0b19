import { SignatureV4 } from '@smithy/signature-v4'
import { expect } from 'vitest'
import { XKS_ERRORS, type XksErrorName } from '../../core/xks/protocol.ts'
import type { Harness, Input, Tenant } from './harness.ts'
import { send } from './http.ts'
import { Sha256 } from './sha256.ts'
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
  region?: string,
): Promise<XksCredential> {
  const [Type = '', Name = ''] = principal.split('/')
  const input = { AccountId: accountId, Type, Name }
  return credentialOf(await own(harness, 'CreateXksCredential', input, region))
}

export const own = (harness: Harness, operation: string, input: Input, region?: string) =>
  harness.ok(harness.operator, operation, input, {
    via: 'rest',
    ...(region !== undefined && { region }),
  })

/** A tenant with a key, and a credential of a role that may use all keys. */
export async function xksTenant(harness: Harness): Promise<{
  readonly tenant: Tenant
  readonly credential: XksCredential
  readonly key: string
}> {
  const tenant = await harness.tenant()
  await harness.role(tenant, 'aws', { Policy: PROXY_POLICY })
  const credential = await xksCredential(harness, tenant, 'role/aws')
  return { tenant, credential, key: (await harness.key(tenant)).id }
}

type Members = Readonly<Record<string, unknown>>

/** An Encrypt of AWS KMS's, of the specification's example. */
export const encryption = (more: Members = {}): Members => ({
  requestMetadata: metadata(),
  plaintext: 'SGVsbG8gV29ybGQh',
  encryptionAlgorithm: 'AES_GCM',
  ...more,
})

/** Base64 of so many bytes. */
export const base64Of = (length: number) => Buffer.alloc(length, 7).toString('base64')

/** A Decrypt of the right form, of what nobody encrypted. */
export const decryption = (more: Members = {}): Members => ({
  requestMetadata: metadata({ kmsOperation: 'Decrypt' }),
  encryptionAlgorithm: 'AES_GCM',
  ciphertext: base64Of(12),
  initializationVector: base64Of(12),
  authenticationTag: base64Of(16),
  ...more,
})

/** An error as the specification has it: its status, a short message in printable ASCII, one line. */
export function expectXksError(answer: XksOutcome, name: XksErrorName): void {
  expect([answer.errorName, answer.status], answer.text).toEqual([name, XKS_ERRORS[name]])
  expect(answer.headers['content-type']).toBe('application/json')
  const { errorMessage = '' } = answer.json
  expect(errorMessage).toMatch(/^[\x20-\x7e]{0,511}$/)
  expect(answer.text).not.toContain('\n')
}

/** Roles of a tenant's, each with a credential of its own, and what AWS KMS asks with one. */
export function xksRoles(harness: Harness, tenant: () => Tenant) {
  let roles = 0
  const encrypt = (credential: XksCredential, key: string, more: Members = {}, verb = 'encrypt') =>
    callXks(
      harness.target,
      credential,
      `${credential.path}/keys/${key}/${verb}`,
      encryption({ requestMetadata: metadata(more) }),
    )
  return {
    async role(more: Input): Promise<{ name: string; arn: string; credential: XksCredential }> {
      const name = `aws-${++roles}`
      const { arn } = await harness.role(tenant(), name, more)
      return { name, arn, credential: await xksCredential(harness, tenant(), `role/${name}`) }
    },
    encrypt,
    outcome: async (...args: Parameters<typeof encrypt>) => {
      const { status, errorName } = await encrypt(...args)
      return errorName ?? status
    },
  }
}

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
