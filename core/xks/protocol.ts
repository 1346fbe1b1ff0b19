/**
 * The words of the AWS KMS External Key Store Proxy API, which a proxy and its client share.
 * @see https://github.com/aws/aws-kms-xksproxy-api-spec (1.0.3)
 */

/** the service of a request's credential scope */
export const XKS_SERVICE = 'kms-xks-proxy'
/** how metadata call the one key that version 1 knows, and the two uses that AWS KMS asks of it */
export const XKS_KEY_SPEC = 'AES_256'
export const XKS_KEY_USAGE: readonly string[] = ['ENCRYPT', 'DECRYPT']

/** HTTP status of each error ("Error codes"). */
export const XKS_ERRORS = {
  ValidationException: 400,
  InvalidStateException: 400,
  InvalidCiphertextException: 400,
  InvalidKeyUsageException: 400,
  AuthenticationFailedException: 401,
  AccessDeniedException: 403,
  KeyNotFoundException: 404,
  InvalidUriPathException: 404,
  ThrottlingException: 429,
  UnsupportedOperationException: 501,
  DependencyTimeoutException: 503,
  InternalException: 500,
} as const
export type XksErrorName = keyof typeof XKS_ERRORS

/** An error as it is answered; `errorMessage` is printable ASCII, shorter than 512 characters. */
export interface XksErrorBody {
  readonly errorName: XksErrorName
  readonly errorMessage?: string
}
/** characters of an errorMessage */
export const MOST_XKS_MESSAGE = 511

/** Lengths in bytes, before Base64. */
export const XKS_LENGTHS = {
  /** plaintexts and ciphertexts that a proxy must take */
  plaintext: 4300,
  /** additional authenticated data that a proxy must take */
  aad: 8192,
  /** ciphertextMetadata, at most */
  metadata: 20,
  /** initializationVector: one of the two */
  iv: [12, 16],
  tag: 16,
  /** ciphertextDataIntegrityValue: SHA-256 */
  integrity: 32,
} as const

/** characters of an ARN that a proxy must take */
export const MOST_XKS_ARN = 2048

/** What AWS KMS says of the call that it makes one for ("Appendix B"). */
export interface XksRequestMetadata {
  readonly awsPrincipalArn: string
  readonly awsSourceVpc?: string | undefined
  readonly awsSourceVpce?: string | undefined
  readonly kmsKeyArn?: string | undefined
  readonly kmsOperation: string
  readonly kmsRequestId: string
  readonly kmsViaService?: string | undefined
}

/** health of a key manager; one that is degraded still serves */
export const XKS_HEALTH = ['ACTIVE', 'DEGRADED', 'UNAVAILABLE'] as const
export type XksHealth = (typeof XKS_HEALTH)[number]
