import type { MaterialUse } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type { EncryptionContext } from '../crypto/encryption-context.ts'
import { encryptUnder } from './cipher.ts'
import type { Key } from './key.ts'
import type { DataPorts } from './ports.ts'
import { type KeySpec, keySpec } from './spec.ts'

interface DataKeyPairRequest {
  readonly KeyPairSpec: string
  readonly EncryptionContext?: EncryptionContext | undefined
}

/** @throws KmsError UnsupportedOperationException for SM2, which AWS offers in its China Regions only */
export function pairSpec({ KeyPairSpec }: DataKeyPairRequest): KeySpec {
  const spec = keySpec(KeyPairSpec)
  if (spec?.dataKeyPair === true) return spec
  throw new KmsError(
    'UnsupportedOperationException',
    `KeyPairSpec ${KeyPairSpec} is not supported in this Region`,
  )
}

/** @throws KmsError UnsupportedOperationException for a key of a custom key store (API_GenerateDataKeyPair) */
export function checkPairs({ arn, data }: Key): void {
  if (data.keyStore === undefined) return
  throw new KmsError(
    'UnsupportedOperationException',
    `${arn} origin is ${data.origin} which is not valid for this operation.`,
  )
}

/**
 * Makes a key pair on the thread pool and encrypts its private key under a symmetric key. Private key:
 * PKCS#8 DER; public key: SubjectPublicKeyInfo DER. The caller wipes `privateKey`.
 */
export async function makeDataKeyPair(
  key: Key,
  materials: DataPorts['materials'],
  request: DataKeyPairRequest,
  use: MaterialUse,
) {
  const spec = pairSpec(request)
  const privateKey = await materials.random.material(spec, use)
  const encrypted = {
    algorithm: 'SYMMETRIC_DEFAULT',
    plaintext: privateKey,
    context: request.EncryptionContext,
  } as const
  const { ciphertext, materialId = '' } = await encryptUnder(key, materials, encrypted, use)
  return { privateKey, publicKey: spec.publicKey(spec.toKey(privateKey)), ciphertext, materialId }
}
