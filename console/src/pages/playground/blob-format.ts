import { textOf } from '../../parts/bytes.ts'

/** How a ciphertext blob of tenkey's is encrypted: once, or again by a proxy or by a token. */
export type Suite = 1 | 2 | 3

/** A blob of tenkey's own, by docs/ciphertext-format.md. */
export interface OwnBlob {
  readonly kind: 'own'
  readonly suite: Suite
  /** 12 digits */
  readonly account: string
  /** `global` of a multi-Region key */
  readonly region: string
  readonly keyId: string
  /** which version of the key, 64 hex digits */
  readonly materialId: string
  /** bytes of what is encrypted */
  readonly plaintextLength: number
}

/** A message of the AWS Encryption SDK, whose header is not secret. */
export interface SdkMessage {
  readonly kind: 'encryption-sdk'
  readonly version: 1 | 2
  readonly algorithm: string
  /** the encryption context, which stands in the header */
  readonly context: readonly (readonly [name: string, value: string])[]
  /** what its data key is wrapped by */
  readonly keys: readonly {
    readonly provider: string
    /** of provider `aws-kms` the key's ARN; undefined for what is no text */
    readonly info: string | undefined
    /** what it is wrapped in */
    readonly wrapped: Explained
  }[]
}

/** What some bytes are, as far as that can be told without decrypting. */
export type Explained =
  | OwnBlob
  | SdkMessage
  | { readonly kind: 'aws' }
  /** nothing tells but their length, which ciphertexts of these key specs have */
  | { readonly kind: 'sized'; readonly specs: readonly string[] }
  | { readonly kind: 'unknown' }

/**
 * Lengths of ciphertexts that have no header: RSAES-OAEP (RFC 8017 §7.1.1, as long as the modulus) and ML-KEM
 * (FIPS 203, table 3).
 */
const SIZES: ReadonlyMap<number, readonly string[]> = new Map([
  [256, ['RSA_2048']],
  [384, ['RSA_3072']],
  [512, ['RSA_4096']],
  [768, ['ML_KEM_512']],
  [1088, ['ML_KEM_768']],
  [1568, ['ML_KEM_1024']],
])

/** Says what a ciphertext is. Nothing is decrypted, and nobody asked. */
export function explained(bytes: Uint8Array): Explained {
  const own = ownBlob(bytes)
  if (own !== undefined) return own
  if (isOfAws(bytes)) return { kind: 'aws' }
  const message = sdkMessage(bytes)
  if (message !== undefined) return message
  const specs = SIZES.get(bytes.length)
  return specs === undefined ? { kind: 'unknown' } : { kind: 'sized', specs }
}

/**
 * AWS documents no format of its blobs. All that are seen begin with these bytes (base64 `AQICAHg` and the like),
 * where one of tenkey's has an account above 10^12, which there is none of.
 */
const isOfAws = ([a, b, c, d, e]: Uint8Array): boolean =>
  a === 1 && (b === 1 || b === 2) && c !== undefined && c >= 1 && c <= 4 && d === 0 && e === 0x78

/** docs/ciphertext-format.md, "The ciphertext blob": bytes of its fields. */
const [ACCOUNT, REGION_LENGTH, REGION] = [2, 8, 9] as const
/** behind the region */
const [KEY_ID, MATERIAL, HEADER_END] = [1, 17, 77] as const
const TAG = 16
/** what a proxy may make: an IV of these lengths, and metadata of at most so many bytes */
const PROXY_IVS: readonly number[] = [12, 16]
const MOST_METADATA = 20
const TOKEN_IV = 12

function ownBlob(bytes: Uint8Array): OwnBlob | undefined {
  const [version, suite] = bytes
  if (version !== 1 || (suite !== 1 && suite !== 2 && suite !== 3)) return undefined
  const n = bytes[REGION_LENGTH] ?? 0
  const end = REGION + n
  const plaintextLength = plaintextLengthOf(suite, bytes, end + HEADER_END)
  if (n < 1 || n > 32 || plaintextLength === undefined) return undefined
  const account = bytes
    .slice(ACCOUNT, REGION_LENGTH)
    .reduce((number, byte) => number * 256 + byte, 0)
  const region = String.fromCharCode(...bytes.slice(REGION, end))
  const kind = bytes[end]
  const isRegion = /^[a-z][a-z0-9-]*$/.test(region)
  if (account >= 10 ** 12 || !isRegion || (kind !== 0 && kind !== 1)) return undefined
  const hex = hexOf(bytes.slice(end + KEY_ID, end + MATERIAL))
  return {
    kind: 'own',
    suite,
    account: String(account).padStart(12, '0'),
    region,
    keyId:
      kind === 1
        ? `mrk-${hex}`
        : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    materialId: hexOf(bytes.slice(end + MATERIAL, end + MATERIAL + 32)),
    plaintextLength,
  }
}

/** @param head bytes of the header; undefined where the rest does not fit */
function plaintextLengthOf(suite: Suite, bytes: Uint8Array, head: number): number | undefined {
  const rest = bytes.length - head
  if (suite === 1) return atLeastZero(rest - TAG)
  if (suite === 3) return atLeastZero(rest - TOKEN_IV - 2 * TAG)
  const iv = bytes[head] ?? 0
  const metadata = bytes[head + 1 + iv] ?? 0
  if (!PROXY_IVS.includes(iv) || metadata > MOST_METADATA) return undefined
  return atLeastZero(rest - 2 - iv - metadata - 2 * TAG)
}

const atLeastZero = (length: number) => (length < 0 ? undefined : length)

const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Algorithm suites, by their ids (AWS Encryption SDK Developer Guide, "Algorithms reference"). */
const ALGORITHMS: ReadonlyMap<number, string> = new Map([
  [0x0578, 'AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384'],
  [0x0478, 'AES_256_GCM_HKDF_SHA512_COMMIT_KEY'],
  [0x0378, 'AES_256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384'],
  [0x0346, 'AES_192_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384'],
  [0x0214, 'AES_128_GCM_IV12_TAG16_HKDF_SHA256_ECDSA_P256'],
  [0x0178, 'AES_256_GCM_IV12_TAG16_HKDF_SHA256'],
  [0x0146, 'AES_192_GCM_IV12_TAG16_HKDF_SHA256'],
  [0x0114, 'AES_128_GCM_IV12_TAG16_HKDF_SHA256'],
  [0x0078, 'AES_256_GCM_IV12_TAG16_NO_KDF'],
  [0x0046, 'AES_192_GCM_IV12_TAG16_NO_KDF'],
  [0x0014, 'AES_128_GCM_IV12_TAG16_NO_KDF'],
])
/** the type of messages of version 1: customer authenticated encrypted data */
const TYPE = 0x80
/** bytes of a message's id, by the version */
const MESSAGE_ID = { 1: 16, 2: 32 } as const

/** The header of a message (AWS Encryption SDK Developer Guide, "Message format reference"). */
function sdkMessage(bytes: Uint8Array): SdkMessage | undefined {
  const version = bytes[0]
  if (version !== 1 && version !== 2) return undefined
  if (version === 1 && bytes[1] !== TYPE) return undefined
  const read = reader(bytes, version === 1 ? 2 : 1)
  try {
    const algorithm = ALGORITHMS.get(read.number())
    if (algorithm === undefined) return undefined
    read.bytes(MESSAGE_ID[version])
    const pairs = read.number() === 0 ? 0 : read.number()
    const context = Array.from({ length: pairs }, () => [read.text(), read.text()] as const)
    const keys = Array.from({ length: read.number() }, () => {
      const provider = read.text()
      return {
        provider,
        info: textIn(read.field()),
        wrapped: explained(read.field()),
      }
    })
    return { kind: 'encryption-sdk', version, algorithm, context, keys }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Reads fields one after the other; a RangeError where the bytes end before. */
function reader(all: Uint8Array, from: number) {
  let at = from
  const bytes = (length: number) => {
    if (at + length > all.length) throw new RangeError('the message ends within its header')
    const part = all.slice(at, at + length)
    at += length
    return part
  }
  const number = () => bytes(2).reduce((sum, byte) => sum * 256 + byte, 0)
  const field = () => bytes(number())
  const text = () => {
    const read = textIn(field())
    if (read === undefined) throw new RangeError('the header has a text that is none')
    return read
  }
  return { bytes, number, field, text }
}

/** A text that may be shown on one line. */
function textIn(bytes: Uint8Array): string | undefined {
  const text = textOf(bytes)
  return text === undefined || /\p{Cc}/u.test(text) ? undefined : text
}
