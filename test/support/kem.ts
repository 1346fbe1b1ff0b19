import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js'
import type { Credential, Harness, MadeKey } from './harness.ts'

/** Key specs of ML-KEM; bytes of a ciphertext by FIPS 203 §8, table 3, as API_Encapsulate has it. */
export const SETS = [
  { spec: 'ML_KEM_512', type: 'ml-kem-512', noble: ml_kem512, ciphertext: 768 },
  { spec: 'ML_KEM_768', type: 'ml-kem-768', noble: ml_kem768, ciphertext: 1088 },
  { spec: 'ML_KEM_1024', type: 'ml-kem-1024', noble: ml_kem1024, ciphertext: 1568 },
] as const
export type Spec = (typeof SETS)[number]['spec']
export const ML_KEM = { EncapsulationAlgorithm: 'ML_KEM' }
export const KEM = (KeySpec: Spec) => ({ KeySpec, KeyUsage: 'ENCAPSULATE_DECAPSULATE' })

export const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64')
const noble = (spec: Spec) => {
  const found = SETS.find((set) => set.spec === spec)
  if (found === undefined) throw new Error(`no set ${spec}`)
  return found.noble
}

/** A key with its public key, raw, and what Encapsulate answered for it. */
export interface Kem extends MadeKey {
  readonly publicKey: Buffer
  readonly secret: Buffer
  readonly ciphertext: Buffer
}

/** A new key of a spec. */
export async function kem(harness: Harness, caller: Credential, spec: Spec): Promise<Kem> {
  const key = await harness.key(caller, KEM(spec))
  const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId: key.id })
  const made = await harness.ok(caller, 'Encapsulate', { KeyId: key.id, ...ML_KEM })
  return {
    ...key,
    publicKey: bytesOf(PublicKey).subarray(-(noble(spec).lengths.publicKey ?? 0)),
    secret: bytesOf(made['SharedSecret']),
    ciphertext: bytesOf(made['SharedSecretCiphertextBlob']),
  }
}
