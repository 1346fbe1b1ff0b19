// @module-tag functions
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey } from '../support/harness.ts'

const MESSAGE = Buffer.from('a message to authenticate')
const SIZES = [224, 256, 384, 512] as const

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const keys = new Map<number, MadeKey>()
  const macs = new Map<number, Buffer>()
  for (const bits of SIZES) {
    const key = await harness.key(caller, {
      KeySpec: `HMAC_${bits}`,
      KeyUsage: 'GENERATE_VERIFY_MAC',
    })
    const { Mac } = await harness.ok(caller, 'GenerateMac', {
      KeyId: key.id,
      Message: MESSAGE,
      MacAlgorithm: `HMAC_SHA_${bits}`,
    })
    keys.set(bits, key)
    macs.set(bits, Buffer.from(String(Mac), 'base64'))
  }
  const disabled = await harness.key(caller)
  await harness.ok(caller, 'DisableKey', { KeyId: disabled.id })
  return { caller, keys, macs, symmetric: await harness.key(caller), disabled }
}
type F = Awaited<ReturnType<typeof setUp>>
const keyOf = ({ keys }: F, bits: number) => keys.get(bits) ?? { id: '', arn: '' }
const macOf = ({ macs }: F, bits: number) => macs.get(bits) ?? Buffer.alloc(0)

const REFUSALS: readonly Case<F>[] = [
  {
    title: 'an algorithm of another length',
    input: (f) => ({
      KeyId: keyOf(f, 224).id,
      Message: MESSAGE,
      MacAlgorithm: 'HMAC_SHA_256',
    }),
    refused: 'InvalidKeyUsageException',
    message: 'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
  },
  {
    title: 'an algorithm nobody knows',
    input: (f) => ({ KeyId: keyOf(f, 256).id, Message: MESSAGE, MacAlgorithm: 'INVALID' }),
    refused: 'ValidationException',
    message:
      "1 validation error detected: Value 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]",
  },
  {
    title: 'a bad key id',
    input: () => ({ KeyId: 'key_id', Message: MESSAGE, MacAlgorithm: 'HMAC_SHA_256' }),
    refused: 'NotFoundException',
    message: "Invalid keyId 'key_id'",
  },
  {
    title: 'a disabled symmetric key: its state comes before its usage',
    input: ({ disabled }) => ({
      KeyId: disabled.id,
      Message: MESSAGE,
      MacAlgorithm: 'HMAC_SHA_256',
    }),
    refused: 'DisabledException',
    message: ({ disabled }) => `${disabled.arn} is disabled.`,
  },
  {
    title: 'a message of 4,097 bytes',
    input: (f) => ({
      KeyId: keyOf(f, 256).id,
      Message: Buffer.alloc(4097),
      MacAlgorithm: 'HMAC_SHA_256',
    }),
    refused: 'ValidationException',
    message:
      "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096",
  },
  {
    title: 'a dry run',
    input: (f) => ({
      KeyId: keyOf(f, 256).id,
      Message: MESSAGE,
      MacAlgorithm: 'HMAC_SHA_256',
      DryRun: true,
    }),
    refused: 'DryRunOperationException',
    message: 'The request would have succeeded, but the DryRun option is set.',
  },
]
const usageRefusal = (operation: string): Case<F> => ({
  title: 'a symmetric encryption key',
  input: ({ symmetric }) => ({
    KeyId: symmetric.id,
    Message: MESSAGE,
    MacAlgorithm: 'HMAC_SHA_256',
    ...(operation === 'VerifyMac' && { Mac: Buffer.alloc(32) }),
  }),
  refused: 'InvalidKeyUsageException',
  message: ({ symmetric }) =>
    `${symmetric.arn} key usage is ENCRYPT_DECRYPT which is not valid for ${operation}.`,
})

describeStores('MACs', (harness) => {
  const prepare = () => setUp(harness)

  testOperation<F>(harness, 'GenerateMac', prepare, [
    ...SIZES.map(
      (bits): Case<F> => ({
        title: `HMAC_${bits}, the same for the same message`,
        input: (f) => ({
          KeyId: keyOf(f, bits).id,
          Message: MESSAGE,
          MacAlgorithm: `HMAC_SHA_${bits}`,
        }),
        gives: (f) => ({
          KeyId: keyOf(f, bits).arn,
          Mac: macOf(f, bits).toString('base64'),
          MacAlgorithm: `HMAC_SHA_${bits}`,
        }),
        after: (f) => expect(macOf(f, bits)).toHaveLength(bits / 8),
      }),
    ),
    ...REFUSALS,
    usageRefusal('GenerateMac'),
  ])

  testOperation<F>(harness, 'VerifyMac', prepare, [
    ...SIZES.map(
      (bits): Case<F> => ({
        title: `HMAC_${bits}`,
        input: (f) => ({
          KeyId: keyOf(f, bits).id,
          Message: MESSAGE,
          Mac: macOf(f, bits),
          MacAlgorithm: `HMAC_SHA_${bits}`,
        }),
        gives: (f) => ({
          KeyId: keyOf(f, bits).arn,
          MacAlgorithm: `HMAC_SHA_${bits}`,
          MacValid: true,
        }),
      }),
    ),
    ...[
      ['another message', Buffer.from('another'), (mac: Buffer) => mac],
      ['a truncated MAC', MESSAGE, (mac: Buffer) => mac.subarray(0, 16)],
      ['a longer MAC', MESSAGE, (mac: Buffer) => Buffer.concat([mac, Buffer.of(0)])],
      ['a MAC under no key of ours', MESSAGE, () => createHmac('sha256', 'x').digest()],
    ].map(
      ([title, Message, change]): Case<F> => ({
        title: String(title),
        input: (f) => ({
          KeyId: keyOf(f, 256).id,
          Message,
          Mac: (change as (mac: Buffer) => Buffer)(macOf(f, 256)),
          MacAlgorithm: 'HMAC_SHA_256',
        }),
        refused: 'KMSInvalidMacException',
        message: null,
      }),
    ),
    ...REFUSALS.map((one) => ({
      ...one,
      input: (f: F) => ({ ...one.input(f), Mac: Buffer.alloc(32) }),
    })),
    usageRefusal('VerifyMac'),
  ])

  test('two keys make different MACs', async () => {
    const { caller, macs } = await setUp(harness)
    const other = await harness.key(caller, {
      KeySpec: 'HMAC_256',
      KeyUsage: 'GENERATE_VERIFY_MAC',
    })
    const { Mac } = await harness.ok(caller, 'GenerateMac', {
      KeyId: other.id,
      Message: MESSAGE,
      MacAlgorithm: 'HMAC_SHA_256',
    })
    expect(Mac).not.toBe(macs.get(256)?.toString('base64'))
  })
})
