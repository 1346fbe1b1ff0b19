import type { Asker } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type { EncryptionContext } from '../crypto/encryption-context.ts'
import { encryptUnder } from './cipher.ts'
import type { Key } from './key.ts'
import type { Keyring } from './keyring.ts'
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

/**
 * Makes a key pair on the thread pool and encrypts its private key under a symmetric key. Private key:
 * PKCS#8 DER; public key: SubjectPublicKeyInfo DER. The caller wipes `privateKey`.
 */
export async function makeDataKeyPair(
  key: Key,
  materials: Pick<Keyring, 'open'>,
  request: DataKeyPairRequest,
  asker: Asker,
) {
  const spec = pairSpec(request)
  const privateKey = await spec.generate(asker)
  const { ciphertext, materialId = '' } = await encryptUnder(key, materials, {
    algorithm: 'SYMMETRIC_DEFAULT',
    plaintext: privateKey,
    context: request.EncryptionContext,
  })
  return { privateKey, publicKey: spec.publicKey(spec.toKey(privateKey)), ciphertext, materialId }
}
