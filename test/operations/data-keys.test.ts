// @module-tag functions-long
import { expect } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness } from '../support/harness.ts'

const MATERIAL_ID = expect.stringMatching(/^[0-9a-f]{64}$/)
const EITHER = 'Please specify either number of bytes or key spec.'
const CONTEXT = { file: 'report.pdf' }
const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64')

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const [key, signing] = await Promise.all([
    harness.key(caller),
    harness.key(caller, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
  ])
  return { caller, key, signing }
}
type F = Awaited<ReturnType<typeof setUp>>

const LENGTHS = [
  [{ KeySpec: 'AES_256' }, 32],
  [{ KeySpec: 'AES_128' }, 16],
  [{ NumberOfBytes: 1 }, 1],
  [{ NumberOfBytes: 1024 }, 1024],
] as const

describeStores('Data keys', (harness) => {
  const prepare = () => setUp(harness)

  for (const operation of ['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext']) {
    const plain = operation === 'GenerateDataKey'
    const made = LENGTHS.map(
      ([length, bytes]): Case<F> => ({
        title: `${JSON.stringify(length)}: ${bytes} bytes, which Decrypt gives back`,
        input: ({ key }) => ({ KeyId: key.id, EncryptionContext: CONTEXT, ...length }),
        gives: ({ key }) => ({
          CiphertextBlob: expect.any(String),
          KeyId: key.arn,
          KeyMaterialId: MATERIAL_ID,
          ...(plain && { Plaintext: expect.any(String) }),
        }),
        async after({ caller }, { json }) {
          const { CiphertextBlob, Plaintext, KeyMaterialId } = json
          const opened = await harness.ok(caller, 'Decrypt', {
            CiphertextBlob,
            EncryptionContext: CONTEXT,
          })
          expect(bytesOf(opened['Plaintext'])).toHaveLength(bytes)
          expect(opened['KeyMaterialId']).toBe(KeyMaterialId)
          if (plain) expect(opened['Plaintext']).toBe(Plaintext)
          const other = await harness.call('aws', caller, 'Decrypt', { CiphertextBlob })
          expect(other.code).toBe('InvalidCiphertextException')
        },
      }),
    )
    testOperation<F>(harness, operation, prepare, [
      ...made,
      {
        title: 'neither length',
        input: ({ key }) => ({ KeyId: key.id }),
        refused: 'ValidationException',
        message: EITHER,
      },
      {
        title: 'both lengths',
        input: ({ key }) => ({ KeyId: key.id, KeySpec: 'AES_256', NumberOfBytes: 32 }),
        refused: 'ValidationException',
        message: EITHER,
      },
      {
        title: '1,025 bytes',
        input: ({ key }) => ({ KeyId: key.id, NumberOfBytes: 1025 }),
        refused: 'ValidationException',
        message:
          "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
      },
      {
        title: 'a signing key',
        input: ({ signing }) => ({ KeyId: signing.id, KeySpec: 'AES_256' }),
        refused: 'InvalidKeyUsageException',
        message: ({ signing }) =>
          `${signing.arn} key usage is SIGN_VERIFY which is not valid for ${operation}.`,
      },
      {
        title: 'a dry run',
        input: ({ key }) => ({ KeyId: key.id, KeySpec: 'AES_256', DryRun: true }),
        refused: 'DryRunOperationException',
        message: 'The request would have succeeded, but the DryRun option is set.',
      },
    ])
  }

  testOperation<F>(harness, 'GenerateRandom', prepare, [
    ...[1, 31, 1024].map(
      (bytes): Case<F> => ({
        title: `${bytes} bytes`,
        input: () => ({ NumberOfBytes: bytes }),
        gives: () => ({ Plaintext: expect.any(String) }),
        after: (_f, { json }) => expect(bytesOf(json['Plaintext'])).toHaveLength(bytes),
      }),
    ),
    {
      title: 'no two alike',
      input: () => ({ NumberOfBytes: 32 }),
      async after({ caller }, { json }) {
        const again = await harness.ok(caller, 'GenerateRandom', { NumberOfBytes: 32 })
        expect(again['Plaintext']).not.toBe(json['Plaintext'])
      },
    },
    {
      title: 'none',
      input: () => ({ NumberOfBytes: 0 }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1",
    },
    {
      title: 'too many',
      input: () => ({ NumberOfBytes: 1025 }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024",
    },
    {
      title: 'unsaid',
      input: () => ({}),
      refused: 'ValidationException',
      message: 'NumberOfBytes is required.',
    },
    {
      title: 'a custom key store nobody has',
      input: () => ({ NumberOfBytes: 8, CustomKeyStoreId: 'cks-1234567890abcdef0' }),
      refused: 'CustomKeyStoreNotFoundException',
    },
  ])
})
