import type { Output } from '../../api/request.ts'
import { shellWord } from '../../parts/aws-line.ts'

/** A credential as it is told once, by AWS KMS's own names: the file that its console takes. */
export type MadeCredential = Output<'CreateXksCredential'>

/** the name of that file, as documents have it */
export const FILE = 'xks.json'

/** AWS's line that makes the key store; the credential is read from the file, so it is in no history of a shell. */
export const storeLine = (endpoint: string, { XksProxyUriPath }: MadeCredential): string =>
  [
    'aws kms create-custom-key-store --custom-key-store-name tenkey',
    '--custom-key-store-type EXTERNAL_KEY_STORE --xks-proxy-connectivity PUBLIC_ENDPOINT',
    `--xks-proxy-uri-endpoint ${shellWord(endpoint)}`,
    `--xks-proxy-uri-path ${shellWord(XksProxyUriPath)}`,
    `--xks-proxy-authentication-credential "$(jq -c .XksProxyAuthenticationCredential ${FILE})"`,
  ].join(' ')

/** AWS's line that gives a key store its next credential. */
export const rotatedLine = (): string =>
  `aws kms update-custom-key-store --custom-key-store-id "$CUSTOM_KEY_STORE_ID" --xks-proxy-authentication-credential "$(jq -c .XksProxyAuthenticationCredential ${FILE})"`

/** The role that stands for AWS KMS where none is named, as `tenkey xks credential create` makes it. */
export const ROLE = 'aws'
const policyOf = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] })

/** A role that nobody can assume, and that the default key policy lets in by its identity policy. */
export const newRole = (AccountId: string) => ({
  AccountId,
  Type: 'role' as const,
  Name: ROLE,
  Policy: policyOf({
    Effect: 'Allow',
    Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'],
    Resource: '*',
  }),
  TrustPolicy: policyOf({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
})

/** The type and name that `role/NAME` or `user/NAME` says; undefined for anything else. */
export function principalOf(text: string) {
  const [, type, name = ''] = /^(user|role)\/([\w+=,.@-]{1,64})$/.exec(text) ?? []
  if (type === undefined) return undefined
  return { Type: type === 'user' ? ('user' as const) : ('role' as const), Name: name }
}
