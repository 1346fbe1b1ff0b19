import { KmsError } from '../base/errors.ts'
import {
  type ClaimedCiphertext,
  materialNamedBy,
  openXks,
  sealXks,
  type XksCiphertext,
} from '../crypto/xks-ciphertext.ts'
import { ciphertextHome, type Key } from './key.ts'
import { materialItem } from './key-items.ts'
import type { Keyring } from './keyring.ts'
import type { DataPorts } from './ports.ts'
import { specOf } from './spec.ts'

/** materials of one key whose ids begin alike; of a thousand versions two do once in thirty keys */
const MOST_ALIKE = 10

/** Origins whose material is elsewhere: a key store is offered no key of another. */
const ELSEWHERE: ReadonlySet<string> = new Set(['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'])

/** @throws KmsError UnsupportedOperationException for a key of a custom key store */
export function checkMaterialHere({ arn, data }: Key): void {
  if (!ELSEWHERE.has(data.origin)) return
  throw new KmsError('UnsupportedOperationException', `${arn} is in a custom key store.`)
}

/**
 * That a key can stand behind a KMS key of an external key store: AES-256, its material here.
 * @throws KmsError InvalidKeyUsageException, UnsupportedOperationException
 */
export function checkExternalKey(key: Key): void {
  if (specOf(key).kind !== 'symmetric') {
    throw new KmsError('InvalidKeyUsageException', `${key.arn} is no AES-256 key.`)
  }
  checkMaterialHere(key)
}

/** Encrypts under a key's current material. @param aad at most 65,535 bytes */
export async function encryptXks(
  key: Key,
  materials: Pick<Keyring, 'open'>,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Promise<XksCiphertext> {
  const material = await materials.open(key)
  if (material === undefined) throw new Error(`key ${key.arn} has no key material`)
  return sealXks(material, key.data.material?.id ?? '', plaintext, aad)
}

/**
 * Decrypts under whichever of a key's materials made the ciphertext: its current one and those beside it
 * need no further read. The caller wipes the plaintext.
 * @throws KmsError InvalidCiphertextException, without a message
 */
export async function decryptXks(
  key: Key,
  { materials, read }: Pick<DataPorts, 'read'> & { readonly materials: Pick<Keyring, 'open'> },
  sealed: ClaimedCiphertext,
  aad: Uint8Array,
): Promise<{ readonly plaintext: Buffer; readonly materialId: string }> {
  const named = materialNamedBy(sealed.metadata)
  const { material: current, former = [] } = key.data
  const near = [...(current === undefined ? [] : [current]), ...former].map(({ id }) => id)
  const alike = near.filter((id) => id.startsWith(named))
  const found =
    (await openedBy(alike, key, materials, sealed, aad)) ??
    (await openedBy(await storedMaterials(key, named, read), key, materials, sealed, aad))
  if (found === undefined) throw new KmsError('InvalidCiphertextException')
  return found
}

async function openedBy(
  ids: readonly string[],
  key: Key,
  materials: Pick<Keyring, 'open'>,
  sealed: ClaimedCiphertext,
  aad: Uint8Array,
): Promise<{ readonly plaintext: Buffer; readonly materialId: string } | undefined> {
  for (const materialId of ids) {
    const plaintext = await opened(key, materials, materialId, sealed, aad)
    if (plaintext !== undefined) return { plaintext, materialId }
  }
  return undefined
}

async function opened(
  key: Key,
  materials: Pick<Keyring, 'open'>,
  materialId: string,
  sealed: ClaimedCiphertext,
  aad: Uint8Array,
): Promise<Buffer | undefined> {
  const material = await materials.open(key, materialId)
  if (material === undefined) return undefined
  try {
    return openXks(material, materialId, sealed, aad)
  } catch (error) {
    if (error instanceof KmsError) return undefined
    throw error
  }
}

/** Ids of former materials, kept in items of their own, that begin so. */
async function storedMaterials(
  key: Key,
  named: string,
  read: Pick<DataPorts['read'], 'query'>,
): Promise<string[]> {
  const { accountId, id } = key
  const { pk } = materialItem.place({ accountId, region: ciphertextHome(key), id, material: '' })
  const prefix = materialItem.prefix(id) + named
  const { items } = await read.query({ pk, prefix, limit: MOST_ALIKE })
  return items.map((item) => materialItem.parts(item).material)
}
