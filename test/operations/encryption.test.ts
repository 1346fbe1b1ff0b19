// @module-tag functions
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectRefusal, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

const MATERIAL_ID = expect.stringMatching(/^[0-9a-f]{64}$/)
const BASE64 = expect.stringMatching(/^[A-Za-z0-9+/]+=*$/)
const PLAINTEXT = Buffer.from('the plaintext of this test')
const CONTEXT = { purpose: 'test', ünï: '✓' }
const WRONG_KEY =
  'The key ID in the request does not identify a CMK that can perform this operation.'
const DRY_RUN = 'The request would have succeeded, but the DryRun option is set.'
const UNKNOWN_SOURCE =
  'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'

const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64')

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const [key, other, hmac, signing] = await Promise.all([
    harness.key(caller),
    harness.key(caller),
    harness.key(caller, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
    harness.key(caller, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
  ])
  const blob = await encrypt(harness, caller, { KeyId: key.id })
  const inContext = { KeyId: key.id, EncryptionContext: CONTEXT }
  const blobInContext = await encrypt(harness, caller, inContext)
  return { caller, key, other, hmac, signing, blob, blobInContext }
}
type F = Awaited<ReturnType<typeof setUp>>

async function setUpRsa(harness: Harness) {
  const caller = await harness.tenant()
  const key = await harness.key(caller)
  const rsa = await harness.key(caller, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
  const input = { KeyId: rsa.id, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }
  const rsaBlob = await encrypt(harness, caller, input)
  return { caller, key, rsa, rsaBlob }
}
type R = Awaited<ReturnType<typeof setUpRsa>>

async function encrypt(harness: Harness, caller: Tenant, input: object) {
  const sealed = await harness.ok(caller, 'Encrypt', { Plaintext: PLAINTEXT, ...input })
  return bytesOf(sealed['CiphertextBlob'])
}

describeStores('Encryption', (harness) => {
  const prepare = () => setUp(harness)
  const opens = async (caller: Tenant, blob: unknown, more: object = {}) => {
    const opened = await harness.ok(caller, 'Decrypt', { CiphertextBlob: blob, ...more })
    expect(bytesOf(opened['Plaintext'])).toEqual(PLAINTEXT)
  }
  const usageRefusals = (operation: string, input: (id: string) => object) =>
    (['hmac', 'signing'] as const).map((kind) => ({
      title: `a key of another usage: ${kind}`,
      input: (f: F) => ({ ...input(f[kind].id) }),
      refused: 'InvalidKeyUsageException' as const,
      message: (f: F) => {
        const usage = kind === 'hmac' ? 'GENERATE_VERIFY_MAC' : 'SIGN_VERIFY'
        return `${f[kind].arn} key usage is ${usage} which is not valid for ${operation}.`
      },
    }))

  testOperation<F>(harness, 'Encrypt', prepare, [
    {
      title: 'answers ciphertext, algorithm and key ARN, no material id',
      input: ({ key }) => ({ KeyId: key.id, Plaintext: PLAINTEXT }),
      gives: ({ key }) => ({
        CiphertextBlob: BASE64,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        KeyId: key.arn,
      }),
      after: ({ caller }, { json }) => opens(caller, json['CiphertextBlob']),
    },
    {
      title: 'within a context',
      input: ({ key }) => ({ KeyId: key.arn, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }),
      after: ({ caller }, { json }) =>
        opens(caller, json['CiphertextBlob'], { EncryptionContext: CONTEXT }),
    },
    {
      title: '4,096 bytes',
      input: ({ key }) => ({ KeyId: key.id, Plaintext: Buffer.alloc(4096, 1) }),
      after: (_f, { json }) => expect(bytesOf(json['CiphertextBlob']).length).toBeLessThan(6144),
    },
    {
      title: '4,097 bytes',
      input: ({ key }) => ({ KeyId: key.id, Plaintext: Buffer.alloc(4097, 1) }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096",
    },
    {
      title: 'nothing',
      input: ({ key }) => ({ KeyId: key.id, Plaintext: Buffer.alloc(0) }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1",
    },
    {
      title: 'an algorithm of another spec',
      input: ({ key }) => ({
        KeyId: key.id,
        Plaintext: PLAINTEXT,
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      }),
      refused: 'InvalidKeyUsageException',
      message: 'Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
    },
    ...usageRefusals('Encrypt', (id) => ({ KeyId: id, Plaintext: PLAINTEXT })),
    {
      title: 'a dry run',
      input: ({ key }) => ({ KeyId: key.id, Plaintext: PLAINTEXT, DryRun: true }),
      refused: 'DryRunOperationException',
      message: DRY_RUN,
    },
    {
      title: 'a dry run of what would be refused',
      input: ({ signing }) => ({ KeyId: signing.id, Plaintext: PLAINTEXT, DryRun: true }),
      refused: 'InvalidKeyUsageException',
    },
  ])

  testOperation<F>(harness, 'Decrypt', prepare, [
    {
      title: 'needs no key id',
      input: ({ blob }) => ({ CiphertextBlob: blob }),
      gives: ({ key }) => ({
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        KeyId: key.arn,
        KeyMaterialId: MATERIAL_ID,
        Plaintext: PLAINTEXT.toString('base64'),
      }),
    },
    {
      title: 'takes the right one',
      input: ({ key, blob }) => ({ KeyId: key.arn, CiphertextBlob: blob }),
    },
    {
      title: 'the same context in another order',
      input: ({ blobInContext }) => ({
        CiphertextBlob: blobInContext,
        EncryptionContext: Object.fromEntries(Object.entries(CONTEXT).reverse()),
      }),
    },
    ...(
      [
        ['no context', () => ({})],
        ['another context', () => ({ EncryptionContext: { ...CONTEXT, purpose: 'other' } })],
        ['more context', () => ({ EncryptionContext: { ...CONTEXT, more: '' } })],
      ] as const
    ).map(([title, more]) => ({
      title,
      input: ({ blobInContext }: F) => ({ CiphertextBlob: blobInContext, ...more() }),
      refused: 'InvalidCiphertextException' as const,
      message: null,
    })),
    ...(
      [
        ['the first byte cut off', (blob: Buffer) => blob.subarray(1)],
        ['the last byte cut off', (blob: Buffer) => blob.subarray(0, -1)],
        ['a byte appended', (blob: Buffer) => Buffer.concat([blob, Buffer.of(0)])],
        ['a bit changed', (blob: Buffer) => flipped(blob, blob.length - 20)],
        ['random bytes', () => Buffer.from('Zm9yIHRlc3Rpbmcgb25seQ', 'base64')],
      ] as const
    ).map(([title, change]) => ({
      title,
      input: ({ blob }: F) => ({ CiphertextBlob: change(blob) }),
      refused: 'InvalidCiphertextException' as const,
      message: null,
    })),
    ...(['other', 'hmac'] as const).map((kind) => ({
      title: `KeyId names another key: ${kind}`,
      input: (f: F) => ({ KeyId: f[kind].id, CiphertextBlob: f.blob }),
      refused: 'IncorrectKeyException' as const,
      message: WRONG_KEY,
    })),
    {
      title: 'in another Region',
      region: 'eu-west-1',
      input: ({ blob }) => ({ CiphertextBlob: blob }),
      refused: 'AccessDeniedException',
      message: UNKNOWN_SOURCE,
    },
    {
      title: 'a dry run',
      input: ({ blob }) => ({ CiphertextBlob: blob, DryRun: true }),
      refused: 'DryRunOperationException',
      message: DRY_RUN,
    },
    {
      title: 'a dry run about permission alone',
      input: ({ key }) => ({
        KeyId: key.id,
        DryRun: true,
        DryRunModifiers: ['IGNORE_CIPHERTEXT'],
      }),
      refused: 'DryRunOperationException',
      message: DRY_RUN,
    },
    {
      title: 'no ciphertext',
      input: ({ key }) => ({ KeyId: key.id }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'ciphertextBlob' failed to satisfy constraint: Member must not be null",
    },
    {
      title: '6,145 bytes',
      input: () => ({ CiphertextBlob: Buffer.alloc(6145) }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value at 'ciphertextBlob' failed to satisfy constraint: Member must have length less than or equal to 6144",
    },
  ])

  testOperation<F>(harness, 'ReEncrypt', prepare, [
    {
      title: 'to another key, naming both',
      input: ({ blob, other }) => ({ CiphertextBlob: blob, DestinationKeyId: other.id }),
      gives: ({ key, other }) => ({
        CiphertextBlob: BASE64,
        SourceKeyId: key.arn,
        KeyId: other.arn,
        SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        SourceKeyMaterialId: MATERIAL_ID,
        DestinationKeyMaterialId: MATERIAL_ID,
      }),
      after: ({ caller, other }, { json }) =>
        opens(caller, json['CiphertextBlob'], { KeyId: other.arn }),
    },
    {
      title: 'into another context of the same key',
      input: ({ blobInContext, key }) => ({
        CiphertextBlob: blobInContext,
        SourceEncryptionContext: CONTEXT,
        DestinationKeyId: key.id,
        DestinationEncryptionContext: { new: 'context' },
      }),
      after: ({ caller }, { json }) =>
        opens(caller, json['CiphertextBlob'], { EncryptionContext: { new: 'context' } }),
    },
    {
      title: 'the source is checked first: another key, and an unusable destination',
      input: ({ blob, hmac, signing }) => ({
        CiphertextBlob: blob,
        SourceKeyId: hmac.id,
        DestinationKeyId: signing.id,
      }),
      refused: 'IncorrectKeyException',
      message: WRONG_KEY,
    },
    {
      title: 'to a signing key',
      input: ({ blob, signing }) => ({ CiphertextBlob: blob, DestinationKeyId: signing.id }),
      refused: 'InvalidKeyUsageException',
      message: ({ signing }) =>
        `${signing.arn} key usage is SIGN_VERIFY which is not valid for ReEncrypt.`,
    },
    {
      title: 'the wrong source context',
      input: ({ blobInContext, other }) => ({
        CiphertextBlob: blobInContext,
        DestinationKeyId: other.id,
      }),
      refused: 'InvalidCiphertextException',
      message: null,
    },
    {
      title: 'a dry run',
      input: ({ blob, other }) => ({
        CiphertextBlob: blob,
        DestinationKeyId: other.id,
        DryRun: true,
      }),
      refused: 'DryRunOperationException',
      message: DRY_RUN,
    },
  ])

  const prepareRsa = () => setUpRsa(harness)
  testOperation<R>(
    harness,
    'Encrypt',
    prepareRsa,
    [
      {
        title: 'RSA',
        input: ({ rsa }) => ({
          KeyId: rsa.id,
          Plaintext: PLAINTEXT,
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_1',
        }),
        gives: ({ rsa }) => ({
          CiphertextBlob: BASE64,
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_1',
          KeyId: rsa.arn,
        }),
        after: ({ caller, rsa }, { json }) =>
          opens(caller, json['CiphertextBlob'], {
            KeyId: rsa.id,
            EncryptionAlgorithm: 'RSAES_OAEP_SHA_1',
          }),
      },
      ...(
        [
          ['RSAES_OAEP_SHA_1', 214],
          ['RSAES_OAEP_SHA_256', 190],
        ] as const
      ).flatMap(([algorithm, most]) => [
        {
          title: `RSA_2048, ${algorithm}: ${most} bytes`,
          input: ({ rsa }: R) => ({
            KeyId: rsa.id,
            Plaintext: Buffer.alloc(most, 1),
            EncryptionAlgorithm: algorithm,
          }),
        },
        {
          title: `RSA_2048, ${algorithm}: ${most + 1} bytes`,
          input: ({ rsa }: R) => ({
            KeyId: rsa.id,
            Plaintext: Buffer.alloc(most + 1, 1),
            EncryptionAlgorithm: algorithm,
          }),
          refused: 'ValidationException' as const,
          message: `Algorithm ${algorithm} and key spec RSA_2048 cannot encrypt data larger than ${most} bytes.`,
        },
      ]),
    ],
    ['rsa'],
  )
  testOperation<R>(
    harness,
    'Decrypt',
    prepareRsa,
    [
      {
        title: 'RSA has no material id',
        input: ({ rsa, rsaBlob }) => ({
          KeyId: rsa.id,
          CiphertextBlob: rsaBlob,
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
        }),
        gives: ({ rsa }) => ({
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
          KeyId: rsa.arn,
          Plaintext: PLAINTEXT.toString('base64'),
        }),
      },
      {
        title: 'RSA without key id',
        input: ({ rsaBlob }) => ({
          CiphertextBlob: rsaBlob,
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
        }),
        refused: 'ValidationException',
      },
      {
        title: 'RSA, bytes that are none of its own',
        input: ({ rsa, rsaBlob }) => ({
          KeyId: rsa.id,
          CiphertextBlob: flipped(rsaBlob, 100),
          EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
        }),
        refused: 'InvalidCiphertextException',
        message: null,
      },
    ],
    ['rsa'],
  )
  testOperation<R>(
    harness,
    'ReEncrypt',
    prepareRsa,
    [
      {
        title: 'from RSA to symmetric',
        input: ({ rsa, rsaBlob, key }) => ({
          CiphertextBlob: rsaBlob,
          SourceKeyId: rsa.id,
          SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
          DestinationKeyId: key.id,
        }),
        gives: ({ rsa, key }) => ({
          CiphertextBlob: BASE64,
          SourceKeyId: rsa.arn,
          KeyId: key.arn,
          SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
          DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
          DestinationKeyMaterialId: MATERIAL_ID,
        }),
      },
    ],
    ['rsa'],
  )

  describe('any plaintext in any context', () => {
    test('comes back as it was, and only in that context', async () => {
      const caller = await harness.tenant()
      const key = await harness.key(caller)
      const contexts = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string(), { maxKeys: 4 })
      const plaintexts = fc.uint8Array({ minLength: 1, maxLength: 4096 })
      await fc.assert(
        fc.asyncProperty(plaintexts, contexts, async (Plaintext, EncryptionContext) => {
          const sealed = await harness.ok(caller, 'Encrypt', {
            KeyId: key.id,
            Plaintext,
            EncryptionContext,
          })
          const { CiphertextBlob } = sealed
          const opened = await harness.ok(caller, 'Decrypt', { CiphertextBlob, EncryptionContext })
          expect(bytesOf(opened['Plaintext'])).toEqual(Buffer.from(Plaintext))
          const refused = await harness.call('aws', caller, 'Decrypt', {
            CiphertextBlob,
            EncryptionContext: { ...EncryptionContext, 'one more': 'x' },
          })
          expectRefusal(refused, 'aws', 'InvalidCiphertextException', null)
        }),
        { numRuns: 20 },
      )
    })
  })
})

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}
