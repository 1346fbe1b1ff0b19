import type { MaterialUse } from '../base/call-context.ts'
import { invalid } from '../base/errors.ts'
import type { EncryptionContext } from '../crypto/encryption-context.ts'
import { encryptUnder } from './cipher.ts'
import type { Key } from './key.ts'
import type { DataPorts } from './ports.ts'

interface DataKeyRequest {
  readonly NumberOfBytes?: number | undefined
  readonly KeySpec?: 'AES_256' | 'AES_128' | undefined
  readonly EncryptionContext?: EncryptionContext | undefined
}

/** @throws KmsError ValidationException unless exactly one of the two says how long the key is */
export function checkDataKeyLength({ NumberOfBytes, KeySpec }: DataKeyRequest): void {
  if ((NumberOfBytes === undefined) === (KeySpec === undefined)) {
    throw invalid('Please specify either number of bytes or key spec.')
  }
}

/** Draws a data key and encrypts it under a symmetric key. The caller wipes `plaintext`. */
export async function makeDataKey(
  key: Key,
  materials: DataPorts['materials'],
  { NumberOfBytes, KeySpec, EncryptionContext }: DataKeyRequest,
  use: MaterialUse,
) {
  const length = NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32)
  const plaintext = materials.random.bytes(length)
  const request = {
    algorithm: 'SYMMETRIC_DEFAULT',
    plaintext,
    context: EncryptionContext,
  } as const
  const { ciphertext, materialId } = await encryptUnder(key, materials, request, use)
  return { plaintext, ciphertext, materialId }
}
