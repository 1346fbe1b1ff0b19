import type { XksProxy } from './custom-key-store.ts'

/** What a proxy is told of the call that it serves (XKS proxy API specification, "requestMetadata"). */
export interface RequestMetadata {
  readonly awsPrincipalArn?: string
  readonly kmsKeyArn?: string
  readonly kmsOperation: string
  readonly kmsRequestId: string
}

/** Which proxy is asked, and for which store: what its own bound of calls counts by. */
export interface ProxyStore {
  readonly accountId: string
  readonly region: string
  readonly id: string
  readonly proxy: XksProxy
}

/**
 * The host of an endpoint, one for all ways to write it: in any case, and with the dots that only say that nothing
 * follows, which TLS has no place for (RFC 6066 §3).
 */
export const hostOf = (endpoint: string): string =>
  endpoint.replace('https://', '').toLowerCase().replace(/\.+$/, '')

/** What a proxy made of bytes that it encrypted. */
export interface ProxyCiphertext {
  /** as long as the plaintext */
  readonly ciphertext: Buffer
  /** 12 or 16 bytes */
  readonly iv: Buffer
  /** 16 bytes */
  readonly tag: Buffer
  /** at most 20 bytes */
  readonly metadata: Buffer
}

/** What a proxy says of an external key. */
export interface ExternalKeyMetadata {
  readonly keySpec: string
  readonly keyUsage: readonly string[]
  readonly keyStatus: string
}

/**
 * External key store proxies, as AWS KMS calls them.
 * @throws ProxyFailure of each
 */
export interface XksProxies {
  /** That the proxy answers, knows the credential and has a key manager that works. */
  health(store: ProxyStore, metadata: RequestMetadata): Promise<void>
  keyMetadata(
    store: ProxyStore,
    externalKey: string,
    metadata: RequestMetadata,
  ): Promise<ExternalKeyMetadata>
  /** @param aad at most 8,192 bytes */
  encrypt(
    store: ProxyStore,
    externalKey: string,
    request: { readonly plaintext: Buffer; readonly aad: Buffer },
    metadata: RequestMetadata,
  ): Promise<ProxyCiphertext>
  /** @returns as long as the ciphertext */
  decrypt(
    store: ProxyStore,
    externalKey: string,
    request: ProxyCiphertext & { readonly aad: Buffer },
    metadata: RequestMetadata,
  ): Promise<Buffer>
}

/** Errors that a proxy may answer (specification, "Errors"). */
export const PROXY_ERRORS = [
  'ValidationException',
  'InvalidStateException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'AuthenticationFailedException',
  'AccessDeniedException',
  'KeyNotFoundException',
  'InvalidUriPathException',
  'ThrottlingException',
  'UnsupportedOperationException',
  'DependencyTimeoutException',
  'InternalException',
] as const

/** Why a call of a proxy came to nothing: what it answered, or what became of the call. */
export type ProxyFailureReason =
  | (typeof PROXY_ERRORS)[number]
  /** what it answers is none of the specification's answers */
  | 'Malformed'
  /** no connection: no such host, nothing listens, an address that is not called */
  | 'Unreachable'
  /** a connection, but no TLS */
  | 'NoTls'
  | 'TimedOut'
  /** it answers that none of its key managers works */
  | 'Unavailable'
  /** what it decrypted is not what was encrypted */
  | 'WrongPlaintext'

/** A call of a proxy that came to nothing. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure'
  readonly reason: ProxyFailureReason

  constructor(reason: ProxyFailureReason, detail?: string) {
    super(detail ?? reason)
    this.reason = reason
  }
}
