// @module-tag functions-long
// @module-tag rsa
// @module-tag process
import { constants, createPublicKey, publicEncrypt } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey, type Tenant } from '../support/harness.ts'
import { openssl, withFiles } from '../support/openssl.ts'

const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64')
const SECRET = Buffer.from('a secret under RSA')

/** the longest plaintext in bytes, as recorded */
const LIMITS = [
  ['RSA_2048', 'RSAES_OAEP_SHA_1', 'sha1', 214],
  ['RSA_2048', 'RSAES_OAEP_SHA_256', 'sha256', 190],
  ['RSA_3072', 'RSAES_OAEP_SHA_1', 'sha1', 342],
  ['RSA_3072', 'RSAES_OAEP_SHA_256', 'sha256', 318],
  ['RSA_4096', 'RSAES_OAEP_SHA_1', 'sha1', 470],
  ['RSA_4096', 'RSAES_OAEP_SHA_256', 'sha256', 446],
] as const

async function makeKeys(harness: Harness) {
  const caller = await harness.tenant()
  const keys = new Map<string, MadeKey>()
  for (const KeySpec of ['RSA_2048', 'RSA_3072', 'RSA_4096']) {
    keys.set(KeySpec, await harness.key(caller, { KeySpec, KeyUsage: 'ENCRYPT_DECRYPT' }))
  }
  return { caller, keys }
}

describeStores('RSA encryption', (harness) => {
  let caller: Tenant
  let keys: Map<string, MadeKey>
  beforeAll(async () => {
    const made = await makeKeys(harness)
    caller = made.caller
    keys = made.keys
    harness.begin()
  })
  const keyOf = (spec: string) => keys.get(spec) ?? { id: '', arn: '' }

  describe.each(LIMITS)('%s, %s', (spec, EncryptionAlgorithm, hash, max) => {
    test(`encrypts up to ${max} bytes`, async () => {
      const { id: KeyId, arn } = keyOf(spec)
      for (const Plaintext of [Buffer.of(0), Buffer.alloc(max, 7)]) {
        const made = await harness.ok(
          caller,
          'Encrypt',
          { KeyId, Plaintext, EncryptionAlgorithm },
          { via: 'sdk' },
        )
        expect(made).toEqual({
          KeyId: arn,
          EncryptionAlgorithm,
          CiphertextBlob: expect.any(String),
        })
        const CiphertextBlob = bytesOf(made['CiphertextBlob'])
        expect(CiphertextBlob).toHaveLength(Number(spec.slice(4)) / 8)
        const opened = await harness.ok(
          caller,
          'Decrypt',
          { KeyId, CiphertextBlob, EncryptionAlgorithm },
          { via: 'sdk' },
        )
        expect(opened).toEqual({
          KeyId: arn,
          EncryptionAlgorithm,
          Plaintext: Plaintext.toString('base64'),
        })
      }
      const refused = await harness.call('sdk', caller, 'Encrypt', {
        KeyId,
        Plaintext: Buffer.alloc(max + 1),
        EncryptionAlgorithm,
      })
      expect(refused).toMatchObject({
        code: 'ValidationException',
        message: `Algorithm ${EncryptionAlgorithm} and key spec ${spec} cannot encrypt data larger than ${max} bytes.`,
      })
    })

    test('decrypts what openssl and node encrypt under the public key', async () => {
      const { id: KeyId } = keyOf(spec)
      const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId })
      const der = bytesOf(PublicKey)
      const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
      const byNode = publicEncrypt(
        { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash },
        SECRET,
      )
      const byOpenssl = withFiles({ der, secret: SECRET }, (at) =>
        openssl(
          'pkeyutl',
          ...['-encrypt', '-pubin', '-keyform', 'DER', '-inkey', at.der, '-in', at.secret],
          ...['-pkeyopt', 'rsa_padding_mode:oaep'],
          ...['-pkeyopt', `rsa_oaep_md:${hash}`, '-pkeyopt', `rsa_mgf1_md:${hash}`],
        ),
      )
      for (const CiphertextBlob of [byNode, byOpenssl]) {
        const opened = await harness.ok(caller, 'Decrypt', {
          KeyId,
          CiphertextBlob,
          EncryptionAlgorithm,
        })
        expect(bytesOf(opened['Plaintext']).equals(SECRET)).toBe(true)
      }
    })

    test('tells no two bad ciphertexts apart', async () => {
      const { id: KeyId } = keyOf(spec)
      const made = await harness.ok(caller, 'Encrypt', {
        KeyId,
        Plaintext: SECRET,
        EncryptionAlgorithm,
      })
      const good = bytesOf(made['CiphertextBlob'])
      const changed = Buffer.from(good)
      changed[20] = (changed[20] ?? 0) ^ 1
      const bad = [changed, good.subarray(1), Buffer.concat([good, Buffer.of(0)]), Buffer.alloc(1)]
      for (const CiphertextBlob of [...bad, Buffer.alloc(good.length, 0xff)]) {
        const outcome = await harness.call('sdk', caller, 'Decrypt', {
          KeyId,
          CiphertextBlob,
          EncryptionAlgorithm,
        })
        expect(outcome.code).toBe('InvalidCiphertextException')
        expect(outcome.message).toBeUndefined()
      }
    })
  })

  test('ReEncrypt moves from RSA to a symmetric key and back', async () => {
    const { id: rsa, arn } = keyOf('RSA_2048')
    const symmetric = await harness.key(caller)
    const first = await harness.ok(caller, 'Encrypt', {
      KeyId: rsa,
      Plaintext: SECRET,
      EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
    })
    const moved = await harness.ok(caller, 'ReEncrypt', {
      CiphertextBlob: first['CiphertextBlob'],
      SourceKeyId: rsa,
      SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      DestinationKeyId: symmetric.id,
    })
    expect(moved).toEqual({
      CiphertextBlob: expect.any(String),
      SourceKeyId: arn,
      KeyId: symmetric.arn,
      SourceEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      DestinationKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    const back = await harness.ok(caller, 'ReEncrypt', {
      CiphertextBlob: moved['CiphertextBlob'],
      DestinationKeyId: rsa,
      DestinationEncryptionAlgorithm: 'RSAES_OAEP_SHA_1',
    })
    const opened = await harness.ok(caller, 'Decrypt', {
      KeyId: rsa,
      CiphertextBlob: back['CiphertextBlob'],
      EncryptionAlgorithm: 'RSAES_OAEP_SHA_1',
    })
    expect(bytesOf(opened['Plaintext']).equals(SECRET)).toBe(true)
  })
})

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  return {
    caller,
    rsa: await harness.key(caller, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }),
    signing: await harness.key(caller, { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
    symmetric: await harness.key(caller),
  }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('Refusals of RSA encryption', (harness) => {
  testOperation<F>(harness, 'Encrypt', () => setUp(harness), [
    {
      title: 'the default algorithm, which is symmetric',
      input: ({ rsa }) => ({ KeyId: rsa.id, Plaintext: SECRET }),
      refused: 'InvalidKeyUsageException',
      message: 'Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048.',
    },
    {
      title: 'an RSA algorithm under a symmetric key',
      input: ({ symmetric }) => ({
        KeyId: symmetric.id,
        Plaintext: SECRET,
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      }),
      refused: 'InvalidKeyUsageException',
      message: 'Algorithm RSAES_OAEP_SHA_256 is incompatible with key spec SYMMETRIC_DEFAULT.',
    },
    {
      title: 'SM2PKE',
      input: ({ rsa }) => ({ KeyId: rsa.id, Plaintext: SECRET, EncryptionAlgorithm: 'SM2PKE' }),
      refused: 'InvalidKeyUsageException',
      message: 'Algorithm SM2PKE is incompatible with key spec RSA_2048.',
    },
    {
      title: 'an RSA signing key: its usage comes before the algorithm',
      input: ({ signing }) => ({ KeyId: signing.id, Plaintext: SECRET }),
      refused: 'InvalidKeyUsageException',
      message: ({ signing }) =>
        `${signing.arn} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
    },
  ])
  testOperation<F>(harness, 'Decrypt', () => setUp(harness), [
    {
      title: 'an RSA ciphertext without its key',
      input: () => ({
        CiphertextBlob: Buffer.alloc(256),
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      }),
      refused: 'ValidationException',
    },
    {
      title: 'a signing key',
      input: ({ signing }) => ({
        KeyId: signing.id,
        CiphertextBlob: Buffer.alloc(256),
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      }),
      refused: 'InvalidKeyUsageException',
      message: ({ signing }) =>
        `${signing.arn} key usage is SIGN_VERIFY which is not valid for Decrypt.`,
    },
  ])
})
