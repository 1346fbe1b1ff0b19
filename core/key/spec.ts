import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { Asker } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type {
  EncapsulationAlgorithmName,
  EncryptionAlgorithmName,
  KeyAgreementAlgorithmName,
  MacAlgorithmName,
  SigningAlgorithmName,
} from '../crypto/algorithms.ts'
import { asBuffer } from '../crypto/der.ts'
import { generatePkcs8, type KeyPairType } from './key-pair.ts'

/** What a key may be used for (API_CreateKey, KeyUsage); fixed when the key is created. */
export type KeyUsage =
  | 'ENCRYPT_DECRYPT'
  | 'SIGN_VERIFY'
  | 'GENERATE_VERIFY_MAC'
  | 'KEY_AGREEMENT'
  | 'ENCAPSULATE_DECAPSULATE'

export type KeyKind = 'symmetric' | 'rsa' | 'ec' | 'ed25519' | 'ml-dsa' | 'ml-kem' | 'hmac'

/** Everything the service knows of one KeySpec. */
export interface KeySpec {
  readonly name: KeySpecName
  readonly kind: KeyKind
  /** whether there is a public key */
  readonly asymmetric: boolean
  /** the KeyUsage values CreateKey takes; more than one where the caller must choose */
  readonly usages: readonly KeyUsage[]
  /** the algorithms of a key with usage ENCRYPT_DECRYPT, in the order of AWS's metadata; empty where that usage is none of this spec's. So the four below. */
  readonly encryptionAlgorithms: readonly EncryptionAlgorithmName[]
  /** usage SIGN_VERIFY */
  readonly signingAlgorithms: readonly SigningAlgorithmName[]
  /** usage GENERATE_VERIFY_MAC */
  readonly macAlgorithms: readonly MacAlgorithmName[]
  /** usage KEY_AGREEMENT */
  readonly keyAgreementAlgorithms: readonly KeyAgreementAlgorithmName[]
  /** usage ENCAPSULATE_DECAPSULATE */
  readonly encapsulationAlgorithms: readonly EncapsulationAlgorithmName[]
  /** whether automatic and on-demand rotation apply (symmetric encryption keys only) */
  readonly rotatable: boolean
  /** whether GenerateDataKeyPair makes pairs of this spec */
  readonly dataKeyPair: boolean
  /**
   * Draws key material: raw bytes for symmetric (32) and HMAC (28, 32, 48, 64) keys, PKCS#8 DER for
   * private keys. Key pairs are made on the thread pool. The caller wipes the buffer.
   * @throws KmsError ThrottlingException where too many wait, or whoever asked has gone
   */
  generate(asker: Asker): Promise<Buffer>
  /** The secret or private KeyObject of key material as `generate` and `checkImported` give it. */
  toKey(material: Uint8Array): KeyObject
  /**
   * The public key of a private (or public) KeyObject as DER SubjectPublicKeyInfo (RFC 5280).
   * @throws TypeError for a secret key: see `asymmetric`
   */
  publicKey(key: KeyObject): Buffer
  /**
   * Checks unwrapped material against this spec and gives the canonical bytes to keep, a new buffer:
   * raw of the exact size for secrets; for private keys PKCS#8 DER of the right type, curve and
   * modulus size, encoded anew without attributes, whose numbers are those of such a key and whose
   * private and public halves belong together.
   * @throws KeyMaterialRefused where it does not fit
   */
  checkImported(material: Uint8Array, asker: Asker): Promise<Buffer>
}

const NO_ALGORITHMS = {
  encryptionAlgorithms: [],
  signingAlgorithms: [],
  macAlgorithms: [],
  keyAgreementAlgorithms: [],
  encapsulationAlgorithms: [],
} as const

const publicKey = (key: KeyObject): Buffer =>
  (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'der', type: 'spki' })

/** A spec whose material is `size` random bytes. */
const secret = (size: number) => ({
  asymmetric: false,
  dataKeyPair: false,
  generate: async () => randomBytes(size),
  toKey: (material: Uint8Array) => createSecretKey(material),
  publicKey,
  checkImported: async (material: Uint8Array) =>
    (await import('./imported.ts')).checkedSecret(material, size),
})

/** A spec whose material is a private key in PKCS#8 DER. */
const pair = (type: KeyPairType) => ({
  asymmetric: true,
  rotatable: false,
  generate: (asker: Asker) => generatePkcs8(type, asker),
  toKey: (material: Uint8Array) =>
    createPrivateKey({ key: asBuffer(material), format: 'der', type: 'pkcs8' }),
  publicKey,
  checkImported: async (material: Uint8Array, asker: Asker) =>
    (await import('./imported.ts')).checkedPkcs8(material, type, asker),
})

const symmetric = (name: KeySpecName): KeySpec => ({
  name,
  kind: 'symmetric',
  usages: ['ENCRYPT_DECRYPT'],
  ...NO_ALGORITHMS,
  encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  rotatable: true,
  ...secret(32),
})

/** HMAC keys are as long as the hash's output (AWS KMS Developer Guide, key spec reference). */
const hmac = (bits: 224 | 256 | 384 | 512): KeySpec => ({
  name: `HMAC_${bits}`,
  kind: 'hmac',
  usages: ['GENERATE_VERIFY_MAC'],
  ...NO_ALGORITHMS,
  macAlgorithms: [`HMAC_SHA_${bits}`],
  rotatable: false,
  ...secret(bits / 8),
})

const rsa = (bits: 2048 | 3072 | 4096): KeySpec => ({
  name: `RSA_${bits}`,
  kind: 'rsa',
  usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  ...NO_ALGORITHMS,
  encryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
  signingAlgorithms: [
    'RSASSA_PKCS1_V1_5_SHA_256',
    'RSASSA_PKCS1_V1_5_SHA_384',
    'RSASSA_PKCS1_V1_5_SHA_512',
    'RSASSA_PSS_SHA_256',
    'RSASSA_PSS_SHA_384',
    'RSASSA_PSS_SHA_512',
  ],
  dataKeyPair: true,
  ...pair({ type: 'rsa', modulusLength: bits }),
})

/** NIST curves sign or agree; a key does one of the two (SP 800-56A Rev. 3 §5.6.3.2). */
const nist = (name: KeySpecName, curve: string, signing: SigningAlgorithmName): KeySpec => ({
  name,
  kind: 'ec',
  usages: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  ...NO_ALGORITHMS,
  signingAlgorithms: [signing],
  keyAgreementAlgorithms: ['ECDH'],
  dataKeyPair: true,
  ...pair({ type: 'ec', namedCurve: curve }),
})

const secp256k1 = (name: KeySpecName): KeySpec => ({
  name,
  kind: 'ec',
  usages: ['SIGN_VERIFY'],
  ...NO_ALGORITHMS,
  signingAlgorithms: ['ECDSA_SHA_256'],
  dataKeyPair: true,
  ...pair({ type: 'ec', namedCurve: 'secp256k1' }),
})

const ed25519 = (name: KeySpecName): KeySpec => ({
  name,
  kind: 'ed25519',
  usages: ['SIGN_VERIFY'],
  ...NO_ALGORITHMS,
  signingAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
  dataKeyPair: true,
  ...pair({ type: 'ed25519' }),
})

const mlDsa = (set: 44 | 65 | 87): KeySpec => ({
  name: `ML_DSA_${set}`,
  kind: 'ml-dsa',
  usages: ['SIGN_VERIFY'],
  ...NO_ALGORITHMS,
  signingAlgorithms: ['ML_DSA_SHAKE_256'],
  dataKeyPair: false,
  ...pair({ type: `ml-dsa-${set}` }),
})

const mlKem = (set: 512 | 768 | 1024): KeySpec => ({
  name: `ML_KEM_${set}`,
  kind: 'ml-kem',
  usages: ['ENCAPSULATE_DECAPSULATE'],
  ...NO_ALGORITHMS,
  encapsulationAlgorithms: ['ML_KEM'],
  dataKeyPair: true,
  ...pair({ type: `ml-kem-${set}` }),
})

const specs: ReadonlyMap<string, KeySpec> = new Map(
  [
    rsa(2048),
    rsa(3072),
    rsa(4096),
    nist('ECC_NIST_P256', 'prime256v1', 'ECDSA_SHA_256'),
    nist('ECC_NIST_P384', 'secp384r1', 'ECDSA_SHA_384'),
    nist('ECC_NIST_P521', 'secp521r1', 'ECDSA_SHA_512'),
    secp256k1('ECC_SECG_P256K1'),
    symmetric('SYMMETRIC_DEFAULT'),
    hmac(224),
    hmac(256),
    hmac(384),
    hmac(512),
    mlDsa(44),
    mlDsa(65),
    mlDsa(87),
    ed25519('ECC_NIST_EDWARDS25519'),
    mlKem(512),
    mlKem(768),
    mlKem(1024),
  ].map((spec) => [spec.name, spec]),
)

/**
 * Every KeySpec name of the API model, in its order. SM2 is among them although there is no such
 * spec here: AWS offers it in its China Regions only.
 */
export const KEY_SPECS = [
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'SYMMETRIC_DEFAULT',
  'HMAC_224',
  'HMAC_256',
  'HMAC_384',
  'HMAC_512',
  'SM2',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
  'ECC_NIST_EDWARDS25519',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
] as const
export type KeySpecName = (typeof KEY_SPECS)[number]

const algorithms: { readonly [usage in KeyUsage]: (spec: KeySpec) => readonly string[] } = {
  ENCRYPT_DECRYPT: (spec) => spec.encryptionAlgorithms,
  SIGN_VERIFY: (spec) => spec.signingAlgorithms,
  GENERATE_VERIFY_MAC: (spec) => spec.macAlgorithms,
  KEY_AGREEMENT: (spec) => spec.keyAgreementAlgorithms,
  ENCAPSULATE_DECAPSULATE: (spec) => spec.encapsulationAlgorithms,
}

/** The algorithms of a key of this spec and usage, in the order of AWS's metadata. */
export const algorithmsOf = (spec: KeySpec, usage: KeyUsage): readonly string[] =>
  algorithms[usage](spec)

/**
 * Refuses an algorithm that a key of this spec and usage lacks.
 * @throws KmsError InvalidKeyUsageException `Algorithm {algorithm} is incompatible with key spec {spec}.`
 */
export function requireAlgorithm(spec: KeySpec, usage: KeyUsage, algorithm: string): void {
  if (!algorithmsOf(spec, usage).includes(algorithm))
    throw new KmsError(
      'InvalidKeyUsageException',
      `Algorithm ${algorithm} is incompatible with key spec ${spec.name}.`,
    )
}

/** The spec of this name; undefined for SM2 and for names the API model lacks. */
export const keySpec = (name: string): KeySpec | undefined => specs.get(name)

/** The spec of a stored key. @throws Error where the store names one that does not exist */
export function specOf(key: { readonly data: { readonly spec: string } }): KeySpec {
  const spec = keySpec(key.data.spec)
  if (spec === undefined) throw new Error(`the store names an unknown key spec, ${key.data.spec}`)
  return spec
}
