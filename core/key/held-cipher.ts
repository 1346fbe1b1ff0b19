import type { KeyObject } from 'node:crypto'
import type { MaterialUse } from '../base/call-context.ts'
import type { ParsedBlob } from '../crypto/blob.ts'
import { INNER_TAG, outerAad, outerBlob, parseOuter } from '../crypto/external-blob.ts'
import {
  ProxyFailure,
  type ProxyStore,
  type RequestMetadata,
  type XksProxies,
} from '../custom-key-store/xks.ts'
import { refusalFor } from '../custom-key-store/xks-failures.ts'
import type { Key } from './key.ts'

/** What was encrypted under a key's own material, and is to be encrypted by its proxy too. */
export interface Inner {
  /** as it would be a blob by itself */
  readonly blob: ParsedBlob
  /** the canonical encryption context, and the key's own material, which hides it from the proxy */
  readonly contextBytes: Buffer
  readonly material: KeyObject
}

/** What a proxy is to decrypt, and what opens the rest under the key's own material. */
export interface Outer {
  readonly blob: ParsedBlob
  readonly contextBytes: Buffer
  readonly material: KeyObject
  /** throws where the parts are not what the material made */
  open(inner: Pick<ParsedBlob, 'ciphertext' | 'tag'>): Buffer
}

/**
 * Encrypts and decrypts under keys of external key stores, what the keys' own material encrypts first and
 * decrypts last (core/key/cipher.ts). So neither of the two alone opens what both made, and the proxy never sees
 * a plaintext (KMS Developer Guide, "How double encryption works").
 */
export interface HeldCipher {
  /**
   * @returns a ciphertext blob of suite 2; of suite 3 for keys of clusters (token-cipher.ts)
   * @throws KmsError KMSInvalidStateException where the proxy does not do it, in the specification's words
   */
  encrypt(key: Key, inner: Inner, use: MaterialUse): Promise<Buffer>
  /**
   * @returns the plaintext, which the caller wipes
   * @throws KmsError InvalidCiphertextException for what was not made so; KMSInvalidStateException where the
   * proxy does not decrypt it, or does something else
   */
  decrypt(key: Key, outer: Outer, use: MaterialUse): Promise<Buffer>
}

export const heldCipher = (proxies: Pick<XksProxies, 'encrypt' | 'decrypt'>): HeldCipher => ({
  encrypt(key, { blob, contextBytes, material }, use) {
    const { store, external } = heldBy(key)
    const plaintext = Buffer.concat([blob.ciphertext, blob.tag])
    const request = { plaintext, aad: outerAad(material, blob, contextBytes) }
    return refused(async () =>
      outerBlob(blob.header, await proxies.encrypt(store, external, request, told(key, use))),
    )
  },

  async decrypt(key, { blob, contextBytes, material, open }, use) {
    const { store, external } = heldBy(key)
    const request = { ...parseOuter(blob), aad: outerAad(material, blob, contextBytes) }
    return refused(async () => {
      const inner = await proxies.decrypt(store, external, request, told(key, use))
      const tagAt = inner.length - INNER_TAG
      try {
        return open({ ciphertext: inner.subarray(0, tagAt), tag: inner.subarray(tagAt) })
      } catch {
        throw new ProxyFailure('WrongPlaintext')
      }
    })
  },
})

async function refused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProxyFailure) throw refusalFor('use', error)
    throw error
  }
}

function heldBy({ accountId, region, data: { keyStore }, held }: Key) {
  if (held?.store?.type !== 'EXTERNAL_KEY_STORE' || keyStore === undefined) {
    throw new Error('a usable key of a custom key store has a store')
  }
  const { id, proxy } = held.store
  const store: ProxyStore = { accountId, region, id, proxy }
  return { store, external: keyStore.external }
}

const told = (
  { arn }: Key,
  { operation, principalArn, requestId }: MaterialUse,
): RequestMetadata => ({
  awsPrincipalArn: principalArn,
  kmsKeyArn: arn,
  kmsOperation: operation,
  kmsRequestId: requestId,
})
