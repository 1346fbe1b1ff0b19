/** Names what is wrapped: it is authenticated, so wrapped bytes open only under the context they were made in. */
export type WrappingContext = Readonly<Record<string, string>>

/**
 * The root of trust: wraps tenant keys and nothing else. The root key itself never leaves its adapter
 * and is never in the store.
 */
export interface RootKey {
  /** Names the root key, e.g. `local:3f…` or a KMS key ARN; stored beside what it wraps. */
  readonly id: string
  /** Wraps 32 bytes of key material; the result is self-contained, at most 1 KB. */
  wrap(plaintext: Uint8Array, context: WrappingContext): Promise<Uint8Array>
  /**
   * Opens what `wrap` made under the same context.
   * @throws RootKeyRefused where the bytes, the context or the key do not fit
   * @throws RootKeyUnavailable where the root can't be asked now
   */
  unwrap(wrapped: Uint8Array, context: WrappingContext): Promise<Uint8Array>
  /** Releases sessions and wipes what can be wiped. */
  close(): Promise<void>
}

/** The wrapped bytes don't belong to this root key or context, or were changed. */
export class RootKeyRefused extends Error {
  override readonly name = 'RootKeyRefused'
}

/** The root can't answer now (throttled, timed out, unreachable). */
export class RootKeyUnavailable extends Error {
  override readonly name = 'RootKeyUnavailable'
}
