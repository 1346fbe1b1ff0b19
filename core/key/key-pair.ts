import { generateKeyPair } from 'node:crypto'
import type { Asker } from '../base/call-context.ts'
import type { MlKemType } from '../crypto/ml-kem-seed.ts'
import { pairQueue } from './pair-queue.ts'

/** What node:crypto needs to make, or recognize, a key pair; curve names are OpenSSL's. */
export type KeyPairType =
  | { readonly type: 'rsa'; readonly modulusLength: 2048 | 3072 | 4096 }
  | { readonly type: 'ec'; readonly namedCurve: string }
  | { readonly type: 'ed25519' }
  | { readonly type: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' }
  | MlKemPair
export interface MlKemPair {
  readonly type: MlKemType
}

/** DER of both halves: PKCS#8 (RFC 5958) and SubjectPublicKeyInfo (RFC 5280). */
const encoding = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const

/** RSA public exponent of every key made here (FIPS 186-5 §5.1). */
const PUBLIC_EXPONENT = 65537

/**
 * Makes a private key, as PKCS#8 DER, on the thread pool. RSA pairs, of which one takes up to seconds, wait
 * their turn (pair-queue.ts).
 * ML-DSA keys hold seed and expanded key, the `both` choice of RFC 9881 §6; ML-KEM keys their seed alone, as
 * AWS KMS answers data key pairs (API_GenerateDataKeyPair), whatever their set.
 * @throws KmsError ThrottlingException where too many wait, or whoever asked has gone
 */
export async function generatePkcs8(type: KeyPairType, asker: Asker): Promise<Buffer> {
  if (isMlKem(type)) return (await import('../crypto/ml-kem-seed.ts')).drawSeed(type.type)
  return type.type === 'rsa' ? pairQueue.run(asker, () => generate(type)) : generate(type)
}

export const isMlKem = (type: KeyPairType): type is MlKemPair => type.type.startsWith('ml-kem-')

function generate(type: Exclude<KeyPairType, MlKemPair>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _publicKey: Buffer, privateKey: Buffer) =>
      error ? reject(error) : resolve(privateKey)
    switch (type.type) {
      case 'rsa': {
        const { modulusLength } = type
        generateKeyPair(
          'rsa',
          { modulusLength, publicExponent: PUBLIC_EXPONENT, ...encoding },
          done,
        )
        break
      }
      case 'ec':
        generateKeyPair('ec', { namedCurve: type.namedCurve, ...encoding }, done)
        break
      case 'ed25519':
        generateKeyPair('ed25519', encoding, done)
        break
      default:
        generateKeyPair(type.type, encoding, done)
    }
  })
}
