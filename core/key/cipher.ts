import type { MaterialUse } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import { loadOnce } from '../base/load-once.ts'
import type { EncryptionAlgorithmName } from '../crypto/algorithms.ts'
import {
  type BlobHeader,
  openBlob,
  type ParsedBlob,
  parseBlob,
  type Suite,
  sealBlob,
} from '../crypto/blob.ts'
import { canonicalContext, type EncryptionContext } from '../crypto/encryption-context.ts'
import { offload } from '../offload/offload.ts'
import { ciphertextHome, type Key } from './key.ts'
import type { DataPorts } from './ports.ts'
import type { Sealed } from './random-source.ts'
import { requireAlgorithm, specOf } from './spec.ts'
import { usable } from './usable.ts'

type Materials = DataPorts['materials']
/** as the API names them; SM2PKE is of Regions in China, and no key here offers it */
type Algorithm = EncryptionAlgorithmName | 'SM2PKE'

/** @throws KmsError InvalidKeyUsageException for a key of another use than `usage` (recorded) */
function checkUsage(key: Key, usage: string, operation: string): void {
  if (key.data.usage === usage) return
  throw new KmsError(
    'InvalidKeyUsageException',
    `${key.arn} key usage is ${key.data.usage} which is not valid for ${operation}.`,
  )
}

/** That a key can encrypt with an algorithm. @param operation checks the usage too, and names it */
export function checkEncryption(key: Key, algorithm: Algorithm, operation?: string): void {
  if (operation !== undefined) checkUsage(key, 'ENCRYPT_DECRYPT', operation)
  requireAlgorithm(specOf(key), 'ENCRYPT_DECRYPT', algorithm)
}

/**
 * That a key can decrypt a ciphertext. Another key's blob is refused before the key's usage is
 * looked at (recorded with an HMAC key).
 * @param ciphertext undefined in a dry run that ignores it
 * @throws KmsError InvalidCiphertextException, IncorrectKeyException, InvalidKeyUsageException
 */
export function checkSource(
  key: Key,
  operation: string,
  algorithm: Algorithm,
  ciphertext: Uint8Array | undefined,
): void {
  if (ciphertext !== undefined && algorithm === 'SYMMETRIC_DEFAULT') blobOf(key, ciphertext)
  checkEncryption(key, algorithm, operation)
}

/** The key that a ciphertext blob says it was made under, unverified. @throws KmsError InvalidCiphertextException */
export const namedByBlob = (bytes: string | Uint8Array): BlobHeader =>
  parseBlob(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)

/** The suite says which kind of key: none opens what is another kind's. */
const suiteOf = ({ data: { keyStore, origin } }: Key): Suite =>
  keyStore === undefined ? 1 : origin === 'AWS_CLOUDHSM' ? 3 : 2

function blobOf(key: Key, bytes: Uint8Array): ParsedBlob {
  const blob = parseBlob(bytes)
  const { accountId, region, keyId, suite } = blob
  if (accountId === key.accountId && region === ciphertextHome(key) && keyId === key.id) {
    if (suite === suiteOf(key)) return blob
    throw new KmsError('InvalidCiphertextException')
  }
  throw new KmsError(
    'IncorrectKeyException',
    'The key ID in the request does not identify a CMK that can perform this operation.',
  )
}

const nonceFor =
  (sealed: Sealed, { random }: Materials) =>
  (target: Uint8Array): void =>
    random.nonce(target, sealed)

/**
 * Encrypts under a key's current material; symmetric keys also tell which that is. A key of a custom key store
 * has its external key, or its key in a cluster, encrypt too.
 * @throws KmsError KMSInvalidStateException where that can't be
 */
export async function encryptUnder(
  key: Key,
  materials: Materials,
  {
    algorithm,
    plaintext,
    context,
  }: { algorithm: Algorithm; plaintext: Uint8Array; context: EncryptionContext | undefined },
  use: MaterialUse,
): Promise<{ ciphertext: Buffer; materialId?: string }> {
  if (key.data.keyStore !== undefined) {
    const contextBytes = canonicalContext(context)
    const { accountId, region, id: keyId } = key
    const { material, materialId } = await storeMaterial(key, materials)
    const inner = sealBlob(material, { accountId, region, keyId, materialId }, plaintext, context, {
      suite: suiteOf(key),
      fill: nonceFor({ key, materialId, plaintext, context }, materials),
    })
    const held = await materials.held()
    const parts = { blob: parseBlob(inner), contextBytes, material }
    return { ciphertext: await held.encrypt(key, parts, use) }
  }
  const material = await usable(key, materials)
  if (algorithm !== 'SYMMETRIC_DEFAULT') {
    const { encryptOaep, row } = await oaep(algorithm)
    return { ciphertext: encryptOaep(material, row, plaintext) }
  }
  const { accountId, id: keyId } = key
  const region = ciphertextHome(key)
  const materialId = key.data.material?.id ?? ''
  const header = { accountId, region, keyId, materialId }
  const fill = nonceFor({ key, materialId, plaintext, context }, materials)
  return { ciphertext: sealBlob(material, header, plaintext, context, { fill }), materialId }
}

/**
 * Decrypts under whichever of a key's materials made the ciphertext. The caller wipes `plaintext`
 * unless it is what the answer carries.
 * @throws KmsError InvalidCiphertextException, without text; ThrottlingException (core/offload);
 * KMSInvalidStateException where a custom key store does not decrypt it
 */
export async function decryptUnder(
  key: Key,
  materials: Materials,
  {
    algorithm,
    ciphertext,
    context,
  }: { algorithm: Algorithm; ciphertext: Uint8Array; context: EncryptionContext | undefined },
  use: MaterialUse,
): Promise<{ plaintext: Buffer; materialId: string | undefined }> {
  if (algorithm !== 'SYMMETRIC_DEFAULT') {
    const { decryptOaep, row } = await oaep(algorithm)
    const material = await usable(key, materials)
    const plaintext = await offload('decryptOaep', [material, row, ciphertext], use, () =>
      decryptOaep(material, row, ciphertext),
    )
    return { plaintext, materialId: undefined }
  }
  const blob = blobOf(key, ciphertext)
  if (key.data.keyStore !== undefined) {
    const { material, materialId } = await storeMaterial(key, materials)
    if (blob.materialId !== materialId) throw new KmsError('InvalidCiphertextException')
    const open = (inner: Pick<ParsedBlob, 'ciphertext' | 'tag'>) =>
      openBlob(material, { ...blob, ...inner }, context)
    const outer = { blob, contextBytes: canonicalContext(context), material, open }
    const plaintext = await (await materials.held()).decrypt(key, outer, use)
    return { plaintext, materialId: undefined }
  }
  const material = await materials.open(key, blob.materialId)
  if (material === undefined) throw new KmsError('InvalidCiphertextException')
  return { plaintext: openBlob(material, blob, context), materialId: blob.materialId }
}

/** The id of the material that encrypts now; undefined for keys that are not symmetric, as AWS KMS tells it. */
export const currentSymmetric = (key: Key): string | undefined =>
  specOf(key).kind === 'symmetric' ? key.data.material?.id : undefined

/** The material of its own that a key of a custom key store has, and its id. */
async function storeMaterial(key: Key, materials: Materials) {
  const materialId = key.data.keyStore?.material?.id ?? ''
  const material = await materials.open(key, materialId)
  if (material === undefined) throw new Error(`key ${key.arn} has no key material`)
  return { material, materialId }
}

/** RSA is loaded when it is first used: most calls, and most Lambda functions, never do. */
const oaepModule = loadOnce(() => import('../crypto/oaep.ts'))

async function oaep(algorithm: Algorithm) {
  const module = await oaepModule()
  const row = module.OAEP_ALGORITHMS.get(algorithm)
  if (row === undefined) throw new Error(`no encryption algorithm ${algorithm}`)
  return { ...module, row }
}
