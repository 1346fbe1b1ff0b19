import { KmsError } from '../../core/base/errors.ts'
import type { Key } from '../../core/key/key.ts'
import { USABLE } from '../../core/key/state.ts'
import { checkExternalKey } from '../../core/key/xks-cipher.ts'
import type { AuditDetail } from '../../core/operation.ts'
import { blob, oneOf, optional, type Shape, string, struct } from '../../core/shape/shapes.ts'
import { xksConditions } from '../../core/xks/condition-keys.ts'
import { MOST_XKS_ARN, XKS_LENGTHS, type XksRequestMetadata } from '../../core/xks/protocol.ts'

/** Members of the external key store proxy's requests, by the specification's names. */

/** names a prefix and a key of its account, in the path */
export const xksPrefix = string({ max: 128 })
export const externalKeyId = string({ min: 1, max: 128 })

/** The specification bounds ARNs alone: no other text here is longer. */
const text = string({ min: 1, max: MOST_XKS_ARN })
/** "MUST NOT perform any validation on its structure" */
const opaque = string({ max: MOST_XKS_ARN })

/** What is told of AWS KMS's own call is kept in its record beside the request, not in it. */
const beside = <T>(shape: Shape<T>): Shape<T> => ({ ...shape, redact: () => undefined })

const common = {
  awsPrincipalArn: text,
  awsSourceVpc: optional(text),
  awsSourceVpce: optional(text),
  kmsOperation: text,
  kmsRequestId: opaque,
  kmsViaService: optional(text),
}
/** of GetKeyMetadata: CreateKey has no KMS key yet */
export const metadataOfNewKey = beside(struct({ ...common, kmsKeyArn: optional(text) }))
/** of Encrypt and Decrypt */
export const metadataOfKey = beside(struct({ ...common, kmsKeyArn: text }))
/** of GetHealthStatus */
export const metadataOfHealth = beside(struct({ kmsOperation: text, kmsRequestId: opaque }))

export const encryptionAlgorithm = oneOf(['AES_GCM'])
export const integrityAlgorithm = oneOf(['SHA_256'])
export const base64 = blob()
export const sensitive = blob({ min: 1, sensitive: true })
export const tag = blob({ min: XKS_LENGTHS.tag, max: XKS_LENGTHS.tag })
export const ciphertextMetadata = blob({ max: XKS_LENGTHS.metadata })

/** bytes of plaintexts, ciphertexts and additional data that are taken: twice what a proxy must take, nearly */
const MOST_TEXT = 8192
const MOST_AAD = 16_384

/** @throws KmsError UnsupportedOperationException, which the specification has for sizes that are not supported */
export function checkSizes(
  content: Uint8Array,
  additionalAuthenticatedData: Uint8Array | undefined,
): void {
  if (content.length > MOST_TEXT) throw unsupported('plaintext or ciphertext', MOST_TEXT)
  const aad = additionalAuthenticatedData?.length ?? 0
  if (aad > MOST_AAD) throw unsupported('additionalAuthenticatedData', MOST_AAD)
}

const unsupported = (what: string, bytes: number) =>
  new KmsError('UnsupportedOperationException', `The ${what} has at most ${bytes} bytes.`)

type OfHealth = Pick<XksRequestMetadata, 'kmsOperation' | 'kmsRequestId'>

/** What AWS KMS says of its own call, for the audit record. */
export const auditedCall = (
  metadata: XksRequestMetadata | OfHealth,
  more: AuditDetail['additional'] = {},
): AuditDetail => ({ additional: { ...metadata, ...more } })

/** The key that Encrypt and Decrypt are asked for, and the action that must be allowed on it. */
const usedKey = <const A extends string>(action: A) =>
  ({
    key: {
      from: ['externalKeyId'],
      action,
      states: USABLE,
      usage: 'ENCRYPT_DECRYPT',
      alias: false,
      crossAccount: false,
    },
  }) as const

/** What the records of Encrypt and Decrypt have in common; each is a use of the key by that name. */
export const usesExternalKey = <const U extends 'Encrypt' | 'Decrypt'>(use: U) =>
  ({
    service: 'xks',
    audience: 'tenant',
    keys: usedKey(`kms:${use}`),
    usedAs: use,
    given: ({ requestMetadata }: { readonly requestMetadata: XksRequestMetadata }) =>
      xksConditions(requestMetadata),
    mutates: false,
    uses: ['materials', 'read'],
    check: ({ keys: { key } }: { readonly keys: { readonly key: Key } }) => checkExternalKey(key),
  }) as const
