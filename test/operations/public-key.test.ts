// @module-tag functions-long
// @module-tag rsa
import { createPublicKey } from 'node:crypto'
import { expect } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey } from '../support/harness.ts'

const RSA_SIGNING = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
]
const RSA_ENCRYPTION = { EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] }
const signing = (...SigningAlgorithms: string[]) => ({ SigningAlgorithms })
const ENCAPSULATION = { EncapsulationAlgorithms: ['ML_KEM'] }
const AGREEMENT = { KeyAgreementAlgorithms: ['ECDH'] }

/** KeySpec, KeyUsage, the algorithms GetPublicKey names, and what OpenSSL makes of the public key */
const KINDS = [
  ['RSA_2048', 'SIGN_VERIFY', signing(...RSA_SIGNING), { modulusLength: 2048 }],
  ['RSA_3072', 'ENCRYPT_DECRYPT', RSA_ENCRYPTION, { modulusLength: 3072 }],
  ['RSA_4096', 'ENCRYPT_DECRYPT', RSA_ENCRYPTION, { modulusLength: 4096 }],
  ['ECC_NIST_P256', 'SIGN_VERIFY', signing('ECDSA_SHA_256'), { namedCurve: 'prime256v1' }],
  ['ECC_NIST_P256', 'KEY_AGREEMENT', AGREEMENT, { namedCurve: 'prime256v1' }],
  ['ECC_NIST_P384', 'SIGN_VERIFY', signing('ECDSA_SHA_384'), { namedCurve: 'secp384r1' }],
  ['ECC_NIST_P384', 'KEY_AGREEMENT', AGREEMENT, { namedCurve: 'secp384r1' }],
  ['ECC_NIST_P521', 'SIGN_VERIFY', signing('ECDSA_SHA_512'), { namedCurve: 'secp521r1' }],
  ['ECC_NIST_P521', 'KEY_AGREEMENT', AGREEMENT, { namedCurve: 'secp521r1' }],
  ['ECC_SECG_P256K1', 'SIGN_VERIFY', signing('ECDSA_SHA_256'), { namedCurve: 'secp256k1' }],
  ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', signing('ED25519_SHA_512', 'ED25519_PH_SHA_512'), {}],
  ['ML_DSA_44', 'SIGN_VERIFY', signing('ML_DSA_SHAKE_256'), {}],
  ['ML_DSA_65', 'SIGN_VERIFY', signing('ML_DSA_SHAKE_256'), {}],
  ['ML_DSA_87', 'SIGN_VERIFY', signing('ML_DSA_SHAKE_256'), {}],
  ['ML_KEM_512', 'ENCAPSULATE_DECAPSULATE', ENCAPSULATION, {}],
  ['ML_KEM_768', 'ENCAPSULATE_DECAPSULATE', ENCAPSULATION, {}],
  ['ML_KEM_1024', 'ENCAPSULATE_DECAPSULATE', ENCAPSULATION, {}],
] as const

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const keys = new Map<string, MadeKey>()
  for (const [KeySpec, KeyUsage] of KINDS) {
    keys.set(`${KeySpec} ${KeyUsage}`, await harness.key(caller, { KeySpec, KeyUsage }))
  }
  const symmetric = await harness.key(caller)
  const hmac = await harness.key(caller, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  const disabled = await harness.key(caller)
  await harness.ok(caller, 'DisableKey', { KeyId: disabled.id })
  const pair = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
  const disabledPair = await harness.key(caller, pair)
  await harness.ok(caller, 'DisableKey', { KeyId: disabledPair.id })
  const leaving = await harness.key(caller, pair)
  await harness.ok(caller, 'ScheduleKeyDeletion', { KeyId: leaving.id })
  const [aliased] = keys.values()
  await harness.ok(caller, 'CreateAlias', {
    AliasName: 'alias/public',
    TargetKeyId: aliased?.id,
  })
  return { caller, keys, symmetric, hmac, disabled, disabledPair, leaving, aliased }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('Public keys', (harness) => {
  testOperation<F>(harness, 'GetPublicKey', () => setUp(harness), [
    ...KINDS.map(
      ([spec, usage, algorithms, details]): Case<F> => ({
        title: `${spec}, ${usage}`,
        input: ({ keys }) => ({ KeyId: keys.get(`${spec} ${usage}`)?.id }),
        gives: ({ keys }) => ({
          KeyId: keys.get(`${spec} ${usage}`)?.arn,
          PublicKey: expect.any(String),
          CustomerMasterKeySpec: spec,
          KeySpec: spec,
          KeyUsage: usage,
          ...algorithms,
        }),
        after(_f, { json }) {
          const der = Buffer.from(String(json['PublicKey']), 'base64')
          const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
          expect(key.asymmetricKeyDetails).toMatchObject(details)
          expect(key.export({ format: 'der', type: 'spki' }).equals(der)).toBe(true)
        },
      }),
    ),
    {
      title: 'an alias',
      input: () => ({ KeyId: 'alias/public' }),
      after: ({ aliased }, { json }) => expect(json['KeyId']).toBe(aliased?.arn),
    },
    {
      title: 'grant tokens that nobody was given',
      input: () => ({ KeyId: 'alias/public', GrantTokens: ['one', 'two'] }),
      refused: 'InvalidGrantTokenException',
    },
    {
      title: 'more grant tokens than are allowed',
      input: () => ({ KeyId: 'alias/public', GrantTokens: Array(11).fill('one') }),
      refused: 'ValidationException',
    },
    {
      title: 'a symmetric key',
      input: ({ symmetric }) => ({ KeyId: symmetric.id }),
      refused: 'UnsupportedOperationException',
      message: null,
    },
    {
      title: 'an HMAC key',
      input: ({ hmac }) => ({ KeyId: hmac.id }),
      refused: 'UnsupportedOperationException',
      message: null,
    },
    {
      title: 'a disabled symmetric key: its kind is refused, not its state',
      input: ({ disabled }) => ({ KeyId: disabled.id }),
      refused: 'UnsupportedOperationException',
      message: null,
    },
    {
      title: 'a disabled key pair: as AWS answers (recorded, September 2026)',
      input: ({ disabledPair }) => ({ KeyId: disabledPair.id }),
      after: ({ disabledPair }, { json }) => {
        expect(json).toMatchObject({ KeyId: disabledPair.arn, KeySpec: 'ECC_NIST_P256' })
        expect(json['PublicKey']).not.toBe('')
      },
    },
    {
      title: 'a key pair that is pending deletion',
      input: ({ leaving }) => ({ KeyId: leaving.id }),
      refused: 'KMSInvalidStateException',
      message: ({ leaving }) => `${leaving.arn} is pending deletion.`,
    },
  ])
})
