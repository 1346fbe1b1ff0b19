import {
  constants,
  createCipheriv,
  createPublicKey,
  createSecretKey,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { clockControl } from '../../core/lifecycle/clock-control.ts'
import type { Credential, Harness, Input, Outcome } from './harness.ts'

/** ms */
export const DAY = 86_400_000

/** Lets time pass: what falls due is done at its date, by the sweeper, one after the other. */
export function pass(harness: Harness, ms: number) {
  const { inside, target } = harness
  const clock = {
    now: () => target.now(),
    ahead: () => target.now() - Date.now(),
    set: async (time: number) => harness.advance(Math.max(0, time - target.now())),
  }
  return clockControl(clock, inside.service).advance(ms)
}

export type Wrapping =
  | 'RSAES_OAEP_SHA_1'
  | 'RSAES_OAEP_SHA_256'
  | 'RSA_AES_KEY_WRAP_SHA_1'
  | 'RSA_AES_KEY_WRAP_SHA_256'

/** Wraps key material as the owner of it does, with Node's own primitives. */
export function wrap(publicKey: Uint8Array, algorithm: Wrapping, material: Uint8Array): Buffer {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256'
  const oaep = (bytes: Uint8Array) =>
    publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, bytes)
  if (algorithm.startsWith('RSAES')) return oaep(material)
  const aesKey = randomBytes(32)
  const aiv = Buffer.from('a65959a6', 'hex')
  const cipher = createCipheriv('id-aes256-wrap-pad', createSecretKey(aesKey), aiv)
  return Buffer.concat([oaep(aesKey), cipher.update(material), cipher.final()])
}

export interface Parameters {
  readonly token: Buffer
  readonly publicKey: Buffer
  readonly algorithm: Wrapping
}

/** Parameters to import material into a key with. */
export async function parametersFor(
  harness: Harness,
  caller: Credential,
  KeyId: string,
  algorithm: Wrapping = 'RSAES_OAEP_SHA_256',
  spec = 'RSA_2048',
): Promise<Parameters> {
  const made = await harness.ok(caller, 'GetParametersForImport', {
    KeyId,
    WrappingAlgorithm: algorithm,
    WrappingKeySpec: spec,
  })
  return {
    token: Buffer.from(String(made['ImportToken']), 'base64'),
    publicKey: Buffer.from(String(made['PublicKey']), 'base64'),
    algorithm,
  }
}

/** Imports material into a key, for ever unless `more` says otherwise. */
export async function importInto(
  harness: Harness,
  caller: Credential,
  KeyId: string,
  material: Uint8Array,
  more: Input = {},
  given?: Parameters,
): Promise<Outcome> {
  const parameters = given ?? (await parametersFor(harness, caller, KeyId))
  return harness.call('sdk', caller, 'ImportKeyMaterial', {
    KeyId,
    ImportToken: parameters.token,
    EncryptedKeyMaterial: wrap(parameters.publicKey, parameters.algorithm, material),
    ...('ValidTo' in more ? {} : { ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }),
    ...more,
  })
}

export const metadata = async (harness: Harness, caller: Credential, KeyId: string) =>
  (await harness.ok(caller, 'DescribeKey', { KeyId }))['KeyMetadata'] as Record<string, unknown>

/** Encrypts a text; the ciphertext. */
export async function encrypt(harness: Harness, caller: Credential, KeyId: string, text: string) {
  const Plaintext = Buffer.from(text)
  const { CiphertextBlob } = await harness.ok(caller, 'Encrypt', { KeyId, Plaintext })
  return Buffer.from(String(CiphertextBlob), 'base64')
}

/** Decrypts to a text. */
export async function decrypt(harness: Harness, caller: Credential, CiphertextBlob: Buffer) {
  const { Plaintext } = await harness.ok(caller, 'Decrypt', { CiphertextBlob })
  return Buffer.from(String(Plaintext), 'base64').toString()
}

/** All materials of a key, as ListKeyRotations tells. */
export const materials = async (harness: Harness, caller: Credential, KeyId: string) =>
  (await harness.ok(caller, 'ListKeyRotations', { KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }))[
    'Rotations'
  ] as Record<string, unknown>[]
