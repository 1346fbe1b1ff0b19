/// <reference lib="esnext.disposable" preserve="true" />

/** What a key is made for and of; the names are those of AWS KMS's `KeySpec`. */
export type KeySpec =
  | 'SYMMETRIC_DEFAULT'
  | 'HMAC_224'
  | 'HMAC_256'
  | 'HMAC_384'
  | 'HMAC_512'
  | 'RSA_2048'
  | 'RSA_3072'
  | 'RSA_4096'
  | 'ECC_NIST_P256'
  | 'ECC_NIST_P384'
  | 'ECC_NIST_P521'
  | 'ECC_NIST_EDWARDS25519'
  | 'ECC_SECG_P256K1'
  | 'ML_DSA_44'
  | 'ML_DSA_65'
  | 'ML_DSA_87'
  | 'ML_KEM_512'
  | 'ML_KEM_768'
  | 'ML_KEM_1024'

/** AWS KMS's `KeyUsage`. */
export type KeyUsage =
  | 'ENCRYPT_DECRYPT'
  | 'SIGN_VERIFY'
  | 'GENERATE_VERIFY_MAC'
  | 'KEY_AGREEMENT'
  | 'ENCAPSULATE_DECAPSULATE'

/** A key that is there from the start, and after each reset. */
export interface GivenKey {
  /** `alias/…`, which names it here and in calls */
  readonly alias: string
  /** a UUID, or `mrk-` and 32 hex digits for a multi-Region key; derived from seed and alias unless given */
  readonly id?: string
  /** SYMMETRIC_DEFAULT unless given */
  readonly spec?: KeySpec
  /** needed where a spec has several */
  readonly usage?: KeyUsage
  /**
   * the secret's bytes of a symmetric or HMAC key; of any other its private key in PKCS#8, as DER or as PEM text.
   * Derived from seed and id unless given; of RSA keys one of those that come with the package.
   */
  readonly material?: Uint8Array | string
  /** JSON of a key policy; AWS KMS's default unless given */
  readonly policy?: string
  readonly description?: string
  readonly tags?: Readonly<Record<string, string>>
}

/** Which calls go wrong: those that fit all that is said. */
export interface FaultScope {
  /** names of operations, e.g. `Decrypt`; every one unless given */
  readonly operation?: string | readonly string[]
  /** id, ARN or alias of a key: calls that name it in whichever way; all calls unless given */
  readonly key?: string
  /** how many calls, after which nothing goes wrong any more; without end unless given */
  readonly times?: number
  /** of each call, 0 to 1, drawn from the seed; 1 unless given */
  readonly probability?: number
}

/** ThrottlingException, 400: SDKs wait and try again. */
export interface Throttle extends FaultScope {
  readonly type: 'throttle'
}
/** DisabledException, 400, as where the key is disabled: SDKs give up. Calls that name no key pass. */
export interface Disable extends FaultScope {
  readonly type: 'disable'
}
/** KeyUnavailableException, or DependencyTimeoutException where a call names no key, 500: SDKs try again. */
export interface Unavailable extends FaultScope {
  readonly type: 'unavailable'
}
/** The call is carried out, that much later. */
export interface Slow extends FaultScope {
  readonly type: 'slow'
  readonly ms: number
}

export type Fault = Throttle | Disable | Unavailable | Slow

/** A fault that is in force. */
export interface ActiveFault extends Disposable {
  /** calls that it has met */
  readonly hits: number
  remove(): void
}

export interface Faults {
  add(fault: Fault): ActiveFault
  /** Removes all, those of the options too, until the next reset. */
  clear(): void
}

/** A span of time; its members add up. */
export interface Duration {
  readonly days?: number
  readonly hours?: number
  readonly minutes?: number
  readonly seconds?: number
  readonly ms?: number
}

/** The clock that keys, sessions and grants live by. Signatures are checked by the machine's: clients need no other. */
export interface Clock {
  now(): Date
  /** Moves forward; what falls due on the way (rotation, deletion, expiry) is done, each at its date. */
  advance(by: Duration): Promise<Date>
  /** Moves forward to a date. @throws RangeError for an earlier one than it shows */
  set(to: Date | string): Promise<Date>
}

/** Access keys as AWS's SDKs take them. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What a client of AWS's SDK for JavaScript is made with. */
export interface ClientConfig {
  readonly endpoint: string
  readonly region: string
  readonly credentials: Credentials
}

export interface TestingOptions {
  /**
   * the same seed and the same calls, one after the other, give the same key ids, key material, data keys and
   * random bytes; drawn anew unless given
   */
  readonly seed?: string
  /** a date at which time stands still until it is moved; unless given it is the machine's time, and goes on */
  readonly clock?: Date | string
  /** `stable`: the same plaintext and context under the same key is the same ciphertext, for snapshots; `random` unless given */
  readonly ciphertexts?: 'random' | 'stable'
  readonly keys?: readonly GivenKey[]
  readonly faults?: readonly Fault[]
  /** of `clientConfig` and of given keys; us-east-1 unless given. Every Region is served. */
  readonly region?: string
  /** 12 digits; 123456789012 unless given */
  readonly accountId?: string
  /** 127.0.0.1 unless given; another for tests in containers */
  readonly host?: string
  /** a free one unless given */
  readonly port?: number
}

/** AWS KMS for a test suite, in this process. */
export interface Tenkey extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:40123` */
  readonly endpoint: string
  readonly region: string
  readonly accountId: string
  /** of the account's root user, which may do everything in it */
  readonly credentials: Credentials
  /** of the operator, who makes accounts (`/admin/v1/…`) */
  readonly operator: Credentials
  /** what leads AWS's SDKs and command line in other processes here: `AWS_ENDPOINT_URL_KMS` and its like */
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  readonly faults: Faults
  /** For `new KMSClient(tenkey.clientConfig())`. @param service whose client it is; `kms` unless given */
  clientConfig(service?: 'kms' | 'sts' | 'iam'): ClientConfig
  /** A given key. @throws Error where none has that alias */
  key(alias: string): { readonly id: string; readonly arn: string }
  /** Everything as it was at the start: keys, clock, faults, what the seed gives next. No call may be under way. */
  reset(): Promise<void>
  close(): Promise<void>
}
