import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { proveRoot } from './prove.ts'
import { type RootKey, RootKeyRefused, RootKeyUnavailable } from './root.ts'

/** tries in all; the SDK pauses ever longer between them */
const MAX_ATTEMPTS = 3

/** ms for all tries and their answers: the SDK's own timeout ends where an answer begins */
const PATIENCE = 8_000

export interface AwsKmsOptions {
  /** ARN of a symmetric KMS key: no alias, whose key could be exchanged */
  readonly keyArn: string
  /**
   * the Region to ask, where the key is a multi-Region key with a related key there; the ARN's own unless given.
   * What one of them wraps the others open, so the root is named by the ARN wherever it is asked
   */
  readonly region?: string | undefined
  /** whether to see that the key wraps and unwraps before it is used: an installation is made with it */
  readonly prove: boolean
  /** a client to use, which stays the caller's to destroy; one is made where none is given */
  readonly client?: KMSClient
  /** ms that one exchange may take, its tries included; 8 s unless given */
  readonly patience?: number
}

/** What Decrypt answers where the bytes, the context or the key don't fit (API_Decrypt, Errors). */
const REFUSALS: ReadonlySet<string> = new Set([
  'InvalidCiphertextException',
  'IncorrectKeyException',
  // no bytes at all, too many of them, or a context that no Encrypt takes
  'ValidationException',
])

/**
 * The root key in AWS KMS: Encrypt and Decrypt of one symmetric key, with the context as encryption
 * context, so that the key's policy can ask for it and CloudTrail shows it. The key never leaves AWS
 * KMS. The client is the SDK's own: credentials, and the endpoint of AWS_ENDPOINT_URL_KMS, come from
 * the environment; the Region is the key's.
 *
 * What AWS KMS does not answer as asked is RootKeyUnavailable, its cause included: throttled, failing,
 * silent, garbled, and also a key that is disabled, pending deletion, gone or forbidden, because that
 * passes when somebody mends it, and says nothing about the wrapped bytes. Only an answer that speaks
 * of the bytes is RootKeyRefused.
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
export async function awsKmsRoot(options: AwsKmsOptions): Promise<RootKey> {
  const { prove, client, patience = PATIENCE } = options
  const { region } = options
  // the related key's
  const keyArn =
    region === undefined ? options.keyArn : options.keyArn.replace(/:kms:[^:]+/, `:kms:${region}`)
  const kms = client ?? connect(keyArn)
  let closed = false

  /** One exchange; errors leave in the port's words. @param refused codes that speak of the bytes */
  async function ask<T>(send: () => Promise<T>, refused: ReadonlySet<string>): Promise<T> {
    if (closed) throw new RootKeyUnavailable(`root key ${keyArn} is closed`)
    try {
      return await inTime(send(), patience)
    } catch (cause) {
      const { name, message } = cause instanceof Error ? cause : new Error(String(cause))
      const words = `root key ${keyArn}: ${name}: ${message}`
      if (refused.has(name)) throw new RootKeyRefused(words, { cause })
      throw new RootKeyUnavailable(words, { cause })
    }
  }

  /** The bytes of an answer that says it came from this key. */
  function checked(bytes: Uint8Array | undefined, key: string | undefined): Uint8Array {
    if (bytes !== undefined && bytes.length > 0 && key === keyArn) return bytes
    throw new RootKeyUnavailable(`root key ${keyArn}: what answers is not AWS KMS with this key`)
  }

  const root: RootKey = {
    id: options.keyArn,
    async wrap(plaintext, context) {
      const command = new EncryptCommand({
        KeyId: keyArn,
        Plaintext: plaintext,
        EncryptionContext: context,
      })
      const { CiphertextBlob, KeyId } = await ask(() => kms.send(command), new Set())
      return checked(CiphertextBlob, KeyId)
    },
    async unwrap(wrapped, context) {
      const command = new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: wrapped,
        EncryptionContext: context,
      })
      const { Plaintext, KeyId } = await ask(() => kms.send(command), REFUSALS)
      return checked(Plaintext, KeyId)
    },
    async close() {
      closed = true
      if (client === undefined) kms.destroy()
    },
  }
  if (prove) await proveRoot(root)
  return root
}

/** @throws Error named TimeoutError where the work is not done in so many ms */
function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(new DOMException(`no answer in ${ms} ms`, 'TimeoutError'))
  }, ms)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

function connect(keyArn: string): KMSClient {
  return new KMSClient({
    region: keyArn.split(':')[3] ?? '',
    maxAttempts: MAX_ATTEMPTS,
    // a silent peer is given up on, within the time a caller of the service waits
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  })
}
