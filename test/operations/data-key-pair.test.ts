// @module-tag functions-long
// @module-tag rsa
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { expect } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness } from '../support/harness.ts'
import { slice } from '../support/slice.ts'

const ALL = [
  ['RSA_2048', { modulusLength: 2048, publicExponent: 65537n }],
  ['RSA_3072', { modulusLength: 3072, publicExponent: 65537n }],
  ['RSA_4096', { modulusLength: 4096, publicExponent: 65537n }],
  ['ECC_NIST_P256', { namedCurve: 'prime256v1' }],
  ['ECC_NIST_P384', { namedCurve: 'secp384r1' }],
  ['ECC_NIST_P521', { namedCurve: 'secp521r1' }],
  ['ECC_SECG_P256K1', { namedCurve: 'secp256k1' }],
  ['ECC_NIST_EDWARDS25519', {}],
  ['ML_KEM_512', {}],
  ['ML_KEM_768', {}],
  ['ML_KEM_1024', {}],
] as const
/** In `npm test` the larger RSA pairs, a second each, are made once by test/key/spec.test.ts. */
const SPECS = slice(ALL, ([spec]) => spec !== 'RSA_3072' && spec !== 'RSA_4096')
const CONTEXT = { purpose: 'signing logs' }
const MATERIAL_ID = expect.stringMatching(/^[0-9a-f]{64}$/)
const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64')

const typeOf = (spec: string) => spec.toLowerCase().replaceAll('_', '-')

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const disabled = await harness.key(caller)
  await harness.ok(caller, 'DisableKey', { KeyId: disabled.id })
  return {
    caller,
    key: await harness.key(caller),
    rsa: await harness.key(caller, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
    signing: await harness.key(caller, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
    disabled,
  }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('Data key pairs', (harness) => {
  for (const operation of ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext']) {
    const plain = operation === 'GenerateDataKeyPair'
    testOperation<F>(harness, operation, () => setUp(harness), [
      ...SPECS.map(
        ([KeyPairSpec, details]): Case<F> => ({
          title: `${KeyPairSpec}: Decrypt gives the private key of the public one`,
          input: ({ key }) => ({ KeyId: key.id, KeyPairSpec, EncryptionContext: CONTEXT }),
          gives: ({ key }) => ({
            KeyId: key.arn,
            KeyPairSpec,
            KeyMaterialId: MATERIAL_ID,
            PrivateKeyCiphertextBlob: expect.any(String),
            PublicKey: expect.any(String),
            ...(plain && { PrivateKeyPlaintext: expect.any(String) }),
          }),
          async after({ caller }, { json }) {
            const opened = await harness.ok(caller, 'Decrypt', {
              CiphertextBlob: json['PrivateKeyCiphertextBlob'],
              EncryptionContext: CONTEXT,
            })
            if (plain) expect(opened['Plaintext']).toBe(json['PrivateKeyPlaintext'])
            expect(opened['KeyMaterialId']).toBe(json['KeyMaterialId'])
            const der = bytesOf(opened['Plaintext'])
            const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
            const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
            expect(publicKey.equals(bytesOf(json['PublicKey']))).toBe(true)
            expect(privateKey.asymmetricKeyDetails).toMatchObject(details)
            // API_GenerateDataKeyPair: "in seed format", so its length is the same for all specs
            if (KeyPairSpec.startsWith('ML_KEM')) {
              expect(privateKey.asymmetricKeyType).toBe(typeOf(KeyPairSpec))
              expect(der).toHaveLength(86)
            }
          },
        }),
      ),
      {
        title: 'SM2, which is of Regions in China',
        input: ({ key }) => ({ KeyId: key.id, KeyPairSpec: 'SM2' }),
        refused: 'UnsupportedOperationException',
        message: 'KeyPairSpec SM2 is not supported in this Region',
      },
      {
        title: 'ML-DSA, which has no data key pairs',
        input: ({ key }) => ({ KeyId: key.id, KeyPairSpec: 'ML_DSA_44' }),
        refused: 'ValidationException',
        message:
          "1 validation error detected: Value 'ML_DSA_44' at 'keyPairSpec' failed to satisfy constraint: Member must satisfy enum value set: [RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1, SM2, ECC_NIST_EDWARDS25519, ML_KEM_512, ML_KEM_768, ML_KEM_1024]",
      },
      {
        title: 'an RSA encryption key: the private key needs a symmetric one',
        input: ({ rsa }) => ({ KeyId: rsa.id, KeyPairSpec: 'ECC_NIST_P256' }),
        refused: 'InvalidKeyUsageException',
        message: 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
      },
      {
        title: 'a signing key',
        input: ({ signing }) => ({ KeyId: signing.id, KeyPairSpec: 'ECC_NIST_P256' }),
        refused: 'InvalidKeyUsageException',
        message: ({ signing }) =>
          `${signing.arn} key usage is SIGN_VERIFY which is not valid for ${operation}.`,
      },
      {
        title: 'a disabled key',
        input: ({ disabled }) => ({ KeyId: disabled.id, KeyPairSpec: 'SM2' }),
        refused: 'DisabledException',
        message: ({ disabled }) => `${disabled.arn} is disabled.`,
      },
      {
        title: 'a dry run',
        input: ({ key }) => ({
          KeyId: key.id,
          KeyPairSpec: 'RSA_4096',
          DryRun: true,
        }),
        refused: 'DryRunOperationException',
        message: 'The request would have succeeded, but the DryRun option is set.',
      },
    ])
  }
})
