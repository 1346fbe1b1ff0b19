// @module-tag functions-long
// @module-tag rsa
// @module-tag process
import { createHash, createPublicKey, verify as nodeVerify } from 'node:crypto'
import { ed25519ph } from '@noble/curves/ed25519.js'
import { shake256 } from '@noble/hashes/sha3.js'
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey, type Tenant } from '../support/harness.ts'
import { openssl, withFiles } from '../support/openssl.ts'

const MESSAGE = Buffer.from('a message of some length, to be signed')
const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64')

type Digest = 'sha256' | 'sha384' | 'sha512'
interface Row {
  readonly spec: string
  readonly algorithm: string
  readonly digest: Digest
}

const row = (spec: string, algorithm: string, digest: Digest): Row => ({ spec, algorithm, digest })
const DIGESTS = ['sha256', 'sha384', 'sha512'] as const
const RSA: readonly Row[] = ['RSA_2048', 'RSA_3072', 'RSA_4096'].flatMap((spec) =>
  ['RSASSA_PSS', 'RSASSA_PKCS1_V1_5'].flatMap((scheme) =>
    DIGESTS.map((digest) => row(spec, `${scheme}_SHA_${digest.slice(3)}`, digest)),
  ),
)
const ECDSA: readonly Row[] = [
  row('ECC_NIST_P256', 'ECDSA_SHA_256', 'sha256'),
  row('ECC_NIST_P384', 'ECDSA_SHA_384', 'sha384'),
  row('ECC_NIST_P521', 'ECDSA_SHA_512', 'sha512'),
  row('ECC_SECG_P256K1', 'ECDSA_SHA_256', 'sha256'),
]
const SPECS = [
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'ECC_NIST_EDWARDS25519',
  'ML_DSA_44',
  'ML_DSA_65',
  'ML_DSA_87',
] as const
const ML_DSA = [
  ['ML_DSA_44', ml_dsa44],
  ['ML_DSA_65', ml_dsa65],
  ['ML_DSA_87', ml_dsa87],
] as const

/** A tenant with one signing key of each spec, and each key's public half as GetPublicKey answers it. */
interface Keys {
  readonly caller: Tenant
  readonly keys: ReadonlyMap<string, MadeKey>
  readonly publicKeys: ReadonlyMap<string, Buffer>
}

async function makeKeys(harness: Harness, specs: readonly string[]): Promise<Keys> {
  const caller = await harness.tenant()
  const keys = new Map<string, MadeKey>()
  const publicKeys = new Map<string, Buffer>()
  for (const spec of specs) {
    const key = await harness.key(caller, { KeySpec: spec, KeyUsage: 'SIGN_VERIFY' })
    keys.set(spec, key)
    const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId: key.id })
    publicKeys.set(spec, bytesOf(PublicKey))
  }
  return { caller, keys, publicKeys }
}

const digestOf = (digest: string) => createHash(digest).update(MESSAGE).digest()

describeStores('Signatures', (harness) => {
  let made: Keys
  beforeAll(async () => {
    made = await makeKeys(harness, SPECS)
    harness.begin()
  })
  const idOf = (spec: string) => made.keys.get(spec)?.id ?? ''
  const publicKeyOf = (spec: string) => made.publicKeys.get(spec) ?? Buffer.alloc(0)
  const sign = (spec: string, input: object) =>
    harness.ok(made.caller, 'Sign', { KeyId: idOf(spec), ...input }, { via: 'sdk' })
  const verify = (spec: string, input: object) =>
    harness.call('sdk', made.caller, 'Verify', { KeyId: idOf(spec), ...input })

  describe.each([...RSA, ...ECDSA])('$spec, $algorithm', ({ spec, algorithm, digest }) => {
    const inputs = [
      ['the message', { Message: MESSAGE }],
      ['its digest', { Message: digestOf(digest), MessageType: 'DIGEST' }],
    ] as const

    test.each(inputs)('signs %s as openssl verifies it', async (_title, input) => {
      const answer = await sign(spec, { ...input, SigningAlgorithm: algorithm })
      expect(answer).toEqual({
        KeyId: made.keys.get(spec)?.arn,
        Signature: expect.any(String),
        SigningAlgorithm: algorithm,
      })
      opensslVerify(publicKeyOf(spec), algorithm, digest, bytesOf(answer['Signature']))
    })

    test('verifies by message what was signed by digest, and the reverse', async () => {
      for (const [signing, verifying] of [inputs, [...inputs].reverse()].map((pair) => [
        pair[0]?.[1] ?? {},
        pair[1]?.[1] ?? {},
      ])) {
        const { Signature } = await sign(spec, { ...signing, SigningAlgorithm: algorithm })
        const outcome = await verify(spec, {
          ...verifying,
          Signature: bytesOf(Signature),
          SigningAlgorithm: algorithm,
        })
        expect(outcome.json).toEqual({
          KeyId: made.keys.get(spec)?.arn,
          SignatureValid: true,
          SigningAlgorithm: algorithm,
        })
      }
    })

    test('refuses a changed message and a changed signature', async () => {
      const { Signature } = await sign(spec, { Message: MESSAGE, SigningAlgorithm: algorithm })
      const signature = bytesOf(Signature)
      const changed = Buffer.from(signature)
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
      const other = Buffer.concat([MESSAGE, Buffer.of(0)])
      const otherDigest = createHash(digest).update(other).digest()
      const wrong = [
        { Message: other, Signature: signature },
        { Message: otherDigest, MessageType: 'DIGEST', Signature: signature },
        { Message: MESSAGE, Signature: changed },
        { Message: digestOf(digest), MessageType: 'DIGEST', Signature: changed },
        { Message: MESSAGE, Signature: Buffer.of(0) },
        { Message: digestOf(digest), MessageType: 'DIGEST', Signature: Buffer.of(0) },
      ]
      for (const input of wrong) {
        const outcome = await verify(spec, { ...input, SigningAlgorithm: algorithm })
        expect(outcome.code).toBe('KMSInvalidSignatureException')
        expect(outcome.message).toBeUndefined()
      }
    })
  })

  describe('ECC_NIST_EDWARDS25519', () => {
    const spec = 'ECC_NIST_EDWARDS25519'
    const digest = digestOf('sha512')
    const pure = { Message: MESSAGE, SigningAlgorithm: 'ED25519_SHA_512' }
    const prehashed = {
      Message: digest,
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ED25519_PH_SHA_512',
    }

    test('ED25519_SHA_512 is what openssl verifies', async () => {
      const { Signature } = await sign(spec, pure)
      withFiles({ key: publicKeyOf(spec), message: MESSAGE, signature: bytesOf(Signature) }, (at) =>
        openssl(
          'pkeyutl',
          ...['-verify', '-rawin', '-pubin', '-keyform', 'DER', '-inkey', at.key],
          ...['-in', at.message, '-sigfile', at.signature],
        ),
      )
      const outcome = await verify(spec, { ...pure, Signature: bytesOf(Signature) })
      expect(outcome.json['SignatureValid']).toBe(true)
    })

    test('ED25519_PH_SHA_512 is what noble verifies', async () => {
      const { Signature } = await sign(spec, prehashed)
      const publicKey = publicKeyOf(spec).subarray(-32)
      expect(ed25519ph.verify(bytesOf(Signature), MESSAGE, publicKey)).toBe(true)
      const outcome = await verify(spec, { ...prehashed, Signature: bytesOf(Signature) })
      expect(outcome.json['SignatureValid']).toBe(true)
    })

    test('one is no signature of the other', async () => {
      const { Signature } = await sign(spec, prehashed)
      const outcome = await verify(spec, {
        Message: digest,
        SigningAlgorithm: 'ED25519_SHA_512',
        Signature: bytesOf(Signature),
      })
      expect(outcome.code).toBe('KMSInvalidSignatureException')
    })
  })

  describe.each(ML_DSA)('%s', (spec, noble) => {
    const SigningAlgorithm = 'ML_DSA_SHAKE_256'
    /** FIPS 204 §6.2 line 6, for an empty context string. */
    const mu = () => {
      const rawKey = publicKeyOf(spec).subarray(-(noble.lengths.publicKey ?? 0))
      const tr = shake256(rawKey, { dkLen: 64 })
      return shake256(Buffer.concat([tr, Buffer.of(0, 0), MESSAGE]), { dkLen: 64 })
    }

    test('signs messages and μ as noble and node verify them', async () => {
      const publicKey = createPublicKey({ key: publicKeyOf(spec), format: 'der', type: 'spki' })
      const rawKey = publicKeyOf(spec).subarray(-(noble.lengths.publicKey ?? 0))
      for (const input of [{ Message: MESSAGE }, { Message: mu(), MessageType: 'EXTERNAL_MU' }]) {
        const { Signature } = await sign(spec, { ...input, SigningAlgorithm })
        const signature = bytesOf(Signature)
        expect(noble.verify(signature, MESSAGE, rawKey)).toBe(true)
        expect(nodeVerify(null, MESSAGE, publicKey, signature)).toBe(true)
        for (const verifying of [
          { Message: MESSAGE },
          { Message: mu(), MessageType: 'EXTERNAL_MU' },
        ]) {
          const given = { ...verifying, SigningAlgorithm, Signature: signature }
          expect((await verify(spec, given)).json['SignatureValid']).toBe(true)
        }
        signature[0] = (signature[0] ?? 0) ^ 1
        const wrong = await verify(spec, { ...input, SigningAlgorithm, Signature: signature })
        expect(wrong.code).toBe('KMSInvalidSignatureException')
      }
    })
  })
})

const OPENSSL_SALT = { sha256: 32, sha384: 48, sha512: 64 } as const

/** @throws Error where openssl's command line does not verify it */
function opensslVerify(spki: Buffer, algorithm: string, digest: Digest, signature: Buffer): void {
  const pss = algorithm.startsWith('RSASSA_PSS')
    ? [
        ...['-sigopt', 'rsa_padding_mode:pss'],
        ...['-sigopt', `rsa_pss_saltlen:${OPENSSL_SALT[digest]}`],
        ...['-sigopt', `rsa_mgf1_md:${digest}`],
      ]
    : []
  withFiles({ key: spki, message: MESSAGE, signature }, (at) =>
    openssl(
      'dgst',
      ...[`-${digest}`, '-verify', at.key, '-keyform', 'DER', ...pss],
      ...['-signature', at.signature, at.message],
    ),
  )
}

interface Fixture {
  readonly caller: Tenant
  readonly rsa: MadeKey
  readonly p256: MadeKey
  readonly edwards: MadeKey
  readonly mlDsa: MadeKey
  readonly hmac: MadeKey
  readonly symmetric: MadeKey
  readonly disabled: MadeKey
}

async function setUp(harness: Harness): Promise<Fixture> {
  const caller = await harness.tenant()
  const signing = (KeySpec: string) => harness.key(caller, { KeySpec, KeyUsage: 'SIGN_VERIFY' })
  const disabled = await harness.key(caller)
  await harness.ok(caller, 'DisableKey', { KeyId: disabled.id })
  return {
    caller,
    rsa: await signing('RSA_2048'),
    p256: await signing('ECC_NIST_P256'),
    edwards: await signing('ECC_NIST_EDWARDS25519'),
    mlDsa: await signing('ML_DSA_44'),
    hmac: await harness.key(caller, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    symmetric: await harness.key(caller),
    disabled,
  }
}

/** Refusals that Sign and Verify share; Verify's requests carry some signature besides. */
const REFUSALS: readonly Case<Fixture>[] = [
  ...[31, 33, 64].map(
    (length): Case<Fixture> => ({
      title: `a digest of ${length} bytes for SHA-256`,
      input: ({ p256 }) => ({
        KeyId: p256.id,
        Message: Buffer.alloc(length, 1),
        MessageType: 'DIGEST',
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
      refused: 'ValidationException',
      message: 'Digest is invalid length for algorithm ECDSA_SHA_256.',
    }),
  ),
  {
    title: 'a digest of the wrong length for RSA',
    input: ({ rsa }) => ({
      KeyId: rsa.id,
      Message: Buffer.alloc(32, 1),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'RSASSA_PSS_SHA_512',
    }),
    refused: 'ValidationException',
    message: 'Digest is invalid length for algorithm RSASSA_PSS_SHA_512.',
  },
  {
    title: 'a μ of the wrong length',
    input: ({ mlDsa }) => ({
      KeyId: mlDsa.id,
      Message: Buffer.alloc(63, 1),
      MessageType: 'EXTERNAL_MU',
      SigningAlgorithm: 'ML_DSA_SHAKE_256',
    }),
    refused: 'ValidationException',
    message: 'Digest is invalid length for algorithm ML_DSA_SHAKE_256.',
  },
  {
    title: 'a digest for ML-DSA, which signs messages and μ',
    input: ({ mlDsa }) => ({
      KeyId: mlDsa.id,
      Message: Buffer.alloc(64, 1),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ML_DSA_SHAKE_256',
    }),
    refused: 'ValidationException',
    message: 'Message type DIGEST is incompatible with key spec ML_DSA_44.',
  },
  {
    title: 'a μ for ECDSA (recorded, September 2026)',
    input: ({ p256 }) => ({
      KeyId: p256.id,
      Message: Buffer.alloc(64, 1),
      MessageType: 'EXTERNAL_MU',
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
    refused: 'ValidationException',
    message: 'Message type EXTERNAL_MU is incompatible with key spec ECC_NIST_P256.',
  },
  {
    title: 'a digest for Ed25519, which signs messages',
    input: ({ edwards }) => ({
      KeyId: edwards.id,
      Message: Buffer.alloc(64, 1),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ED25519_SHA_512',
    }),
    refused: 'ValidationException',
    message: 'Message type DIGEST is incompatible with algorithm ED25519_SHA_512.',
  },
  {
    title: 'an HMAC key: its usage comes before the algorithm',
    input: ({ hmac }) => ({
      KeyId: hmac.id,
      Message: MESSAGE,
      SigningAlgorithm: 'RSASSA_PSS_SHA_256',
    }),
    refused: 'InvalidKeyUsageException',
  },
  {
    title: 'a symmetric key',
    input: ({ symmetric }) => ({
      KeyId: symmetric.id,
      Message: MESSAGE,
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
    refused: 'InvalidKeyUsageException',
  },
  {
    title: 'a disabled symmetric key: its state comes before its usage',
    input: ({ disabled }) => ({
      KeyId: disabled.id,
      Message: MESSAGE,
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
    refused: 'DisabledException',
    message: ({ disabled }) => `${disabled.arn} is disabled.`,
  },
  {
    title: "another spec's algorithm",
    input: ({ p256 }) => ({
      KeyId: p256.id,
      Message: MESSAGE,
      SigningAlgorithm: 'ECDSA_SHA_384',
    }),
    refused: 'InvalidKeyUsageException',
    message: 'Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
  },
  {
    title: 'SM2DSA',
    input: ({ p256 }) => ({ KeyId: p256.id, Message: MESSAGE, SigningAlgorithm: 'SM2DSA' }),
    refused: 'InvalidKeyUsageException',
    message: 'Algorithm SM2DSA is incompatible with key spec ECC_NIST_P256.',
  },
  {
    title: 'an algorithm nobody knows',
    input: ({ p256 }) => ({ KeyId: p256.id, Message: MESSAGE, SigningAlgorithm: 'ROT13' }),
    refused: 'ValidationException',
    message:
      "1 validation error detected: Value 'ROT13' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RSASSA_PSS_SHA_256, RSASSA_PSS_SHA_384, RSASSA_PSS_SHA_512, RSASSA_PKCS1_V1_5_SHA_256, RSASSA_PKCS1_V1_5_SHA_384, RSASSA_PKCS1_V1_5_SHA_512, ECDSA_SHA_256, ECDSA_SHA_384, ECDSA_SHA_512, SM2DSA, ML_DSA_SHAKE_256, ED25519_SHA_512, ED25519_PH_SHA_512]",
  },
  {
    title: 'a message of 4,097 bytes',
    input: ({ p256 }) => ({
      KeyId: p256.id,
      Message: Buffer.alloc(4097),
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
    refused: 'ValidationException',
    message:
      "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
  },
  {
    title: 'a dry run',
    input: ({ p256 }) => ({
      KeyId: p256.id,
      Message: MESSAGE,
      SigningAlgorithm: 'ECDSA_SHA_256',
      DryRun: true,
    }),
    refused: 'DryRunOperationException',
    message: 'The request would have succeeded, but the DryRun option is set.',
  },
  {
    title: 'a dry run of what would be refused',
    input: ({ p256 }) => ({
      KeyId: p256.id,
      Message: Buffer.alloc(5),
      MessageType: 'DIGEST',
      SigningAlgorithm: 'ECDSA_SHA_256',
      DryRun: true,
    }),
    refused: 'ValidationException',
    message: 'Digest is invalid length for algorithm ECDSA_SHA_256.',
  },
]

describeStores('Refusals of signatures', (harness) => {
  testOperation(harness, 'Sign', () => setUp(harness), [
    ...REFUSALS,
    {
      title: 'the usage, in words',
      input: ({ hmac }) => ({
        KeyId: hmac.id,
        Message: MESSAGE,
        SigningAlgorithm: 'RSASSA_PSS_SHA_256',
      }),
      refused: 'InvalidKeyUsageException',
      message: ({ hmac }) =>
        `${hmac.arn} key usage is GENERATE_VERIFY_MAC which is not valid for Sign.`,
    },
    {
      title: 'a key ARN, and 4,096 bytes',
      input: ({ p256 }) => ({
        KeyId: p256.arn,
        Message: Buffer.alloc(4096),
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
      gives: ({ p256 }) => ({
        KeyId: p256.arn,
        Signature: expect.any(String),
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
    },
  ])
  testOperation(harness, 'Verify', () => setUp(harness), [
    ...REFUSALS.map((one) => ({
      ...one,
      input: (fixture: Fixture) => ({ ...one.input(fixture), Signature: Buffer.alloc(64, 1) }),
    })),
    {
      title: 'the usage, in words',
      input: ({ symmetric }) => ({
        KeyId: symmetric.id,
        Message: MESSAGE,
        Signature: Buffer.alloc(64, 1),
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
      refused: 'InvalidKeyUsageException',
      message: ({ symmetric }) =>
        `${symmetric.arn} key usage is ENCRYPT_DECRYPT which is not valid for Verify.`,
    },
    {
      title: 'a wrong signature',
      input: ({ p256 }) => ({
        KeyId: p256.id,
        Message: MESSAGE,
        Signature: Buffer.alloc(64, 1),
        SigningAlgorithm: 'ECDSA_SHA_256',
      }),
      refused: 'KMSInvalidSignatureException',
      message: null,
    },
  ])
})
