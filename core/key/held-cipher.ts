import type { MaterialUse } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import { openBlob, type ParsedBlob, parseBlob, sealBlob } from '../crypto/blob.ts'
import type { EncryptionContext } from '../crypto/encryption-context.ts'
import { INNER_TAG, outerAad, outerBlob, parseOuter } from '../crypto/external-blob.ts'
import {
  ProxyFailure,
  type ProxyStore,
  type RequestMetadata,
  type XksProxies,
} from '../custom-key-store/xks.ts'
import { refusalFor } from '../custom-key-store/xks-failures.ts'
import type { Key } from './key.ts'
import type { Keyring } from './keyring.ts'

/** What encrypts and decrypts under keys of custom key stores. */
export interface HeldCipher {
  encrypt(
    key: Key,
    request: Request & { readonly plaintext: Uint8Array },
    use: MaterialUse,
  ): Promise<Buffer>
  decrypt(
    key: Key,
    request: Request & { readonly blob: ParsedBlob },
    use: MaterialUse,
  ): Promise<Buffer>
}

/** What that needs. */
interface Materials extends Pick<Keyring, 'open'> {
  readonly proxies: Pick<XksProxies, 'encrypt' | 'decrypt'>
}
interface Request {
  readonly context: EncryptionContext | undefined
}

/**
 * Encrypts under a key of an external key store, twice: first under material that only the service has, then,
 * by the proxy, under the external key. So neither of the two alone opens what both made, and the proxy never
 * sees a plaintext (KMS Developer Guide, "How double encryption works").
 * @returns a ciphertext blob of suite 2
 * @throws KmsError KMSInvalidStateException where the proxy does not do it, in the specification's words
 */
export async function encryptHeld(
  key: Key,
  materials: Materials,
  { plaintext, context }: Request & { readonly plaintext: Uint8Array },
  use: MaterialUse,
): Promise<Buffer> {
  const { store, external, materialId } = heldBy(key)
  const { accountId, region, id: keyId } = key
  const material = await opened(key, materials, materialId)
  const inner = sealBlob(material, { accountId, region, keyId, materialId }, plaintext, context, 2)
  const { header } = parseBlob(inner)
  const request = { plaintext: inner.subarray(header.length), aad: outerAad(header, context) }
  return refused(async () => {
    const outer = await materials.proxies.encrypt(store, external, request, told(key, use))
    return outerBlob(header, outer)
  })
}

/**
 * Decrypts what `encryptHeld` made; the caller wipes the plaintext.
 * @throws KmsError InvalidCiphertextException for what it can't have made; KMSInvalidStateException where the
 * proxy does not do it, or did something else
 */
export async function decryptHeld(
  key: Key,
  materials: Materials,
  { blob, context }: Request & { readonly blob: ParsedBlob },
  use: MaterialUse,
): Promise<Buffer> {
  const { store, external, materialId } = heldBy(key)
  if (blob.materialId !== materialId) throw new KmsError('InvalidCiphertextException')
  const outer = parseOuter(blob)
  const material = await opened(key, materials, materialId)
  const request = { ...outer, aad: outerAad(blob.header, context) }
  return refused(async () => {
    const inner = await materials.proxies.decrypt(store, external, request, told(key, use))
    const tagAt = inner.length - INNER_TAG
    const parsed = { ...blob, ciphertext: inner.subarray(0, tagAt), tag: inner.subarray(tagAt) }
    try {
      return openBlob(material, parsed, context)
    } catch {
      throw new ProxyFailure('WrongPlaintext')
    }
  })
}

async function refused<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ProxyFailure) throw refusalFor('use', error)
    throw error
  }
}

function heldBy({ accountId, region, data: { keyStore }, held }: Key) {
  const { store } = held ?? {}
  const { external, material } = keyStore ?? {}
  if (store === undefined || external === undefined || material === undefined) {
    throw new Error('a usable key of a custom key store has a store and material')
  }
  const { id, proxy } = store
  const named: ProxyStore = { accountId, region, id, proxy }
  return { store: named, external, materialId: material.id }
}

async function opened(key: Key, materials: Materials, materialId: string) {
  const material = await materials.open(key, materialId)
  if (material === undefined) throw new Error(`key ${key.arn} has no key material`)
  return material
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
