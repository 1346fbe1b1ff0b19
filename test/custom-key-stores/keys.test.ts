// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, expect, test } from 'vitest'
import { describeStores, type Input } from '../support/harness.ts'
import { CONTEXT, keysOf, PLAINTEXT } from '../support/key-stores.ts'
import { startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
})

describeStores(
  'Keys of external key stores',
  (harness) => {
    const { stores, outcome, told, world, encrypted } = keysOf(harness, proxy)

    test('say where they are', async () => {
      const { tenant, store, external, key } = await world()
      const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: key.id })
      expect(KeyMetadata).toMatchObject({
        Origin: 'EXTERNAL_KEY_STORE',
        KeyState: 'Enabled',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        MultiRegion: false,
        CustomKeyStoreId: store,
        XksKeyConfiguration: { Id: external },
      })
      expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId')
      const records = await harness.trail(tenant)
      expect(records.find(({ eventName }) => eventName === 'CreateKey')).toMatchObject({
        requestParameters: { customKeyStoreId: store, xksKeyId: external },
      })
    })

    test('encrypt and decrypt by the proxy too, which sees no plaintext and no context', async () => {
      const { tenant, key } = await world()
      const CiphertextBlob = await encrypted(tenant, key.id)
      const [asked] = proxy.asked
      expect(asked?.body['requestMetadata']).toEqual({
        awsPrincipalArn: `arn:aws:iam::${tenant.accountId}:root`,
        kmsKeyArn: key.arn,
        kmsOperation: 'Encrypt',
        kmsRequestId: expect.any(String),
      })
      expect(asked?.body).toMatchObject({
        encryptionAlgorithm: 'AES_GCM',
        ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
      })
      const sent = Buffer.from(String(asked?.body['plaintext']), 'base64')
      expect(sent).toHaveLength(5 + 16)
      const seen = Buffer.from(JSON.stringify(asked?.body))
      for (const secret of ['hello', PLAINTEXT, 'purpose'])
        expect(seen.includes(secret)).toBe(false)
      const decrypted = await harness.ok(tenant, 'Decrypt', {
        CiphertextBlob,
        EncryptionContext: CONTEXT,
      })
      expect(decrypted).toEqual({
        KeyId: key.arn,
        Plaintext: PLAINTEXT,
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      })
      expect(proxy.asked[1]?.body['requestMetadata']).toMatchObject({ kmsOperation: 'Decrypt' })
      // what a proxy is told is the id that the audit record has
      const records = await harness.trail(tenant)
      const { requestID } = records.find(({ eventName }) => eventName === 'Encrypt') ?? {}
      expect(asked?.body['requestMetadata']).toMatchObject({ kmsRequestId: requestID })
    })

    test('a proxy can’t tell which context it was, nor that two are the same', async () => {
      const { tenant, key } = await world()
      for (let call = 0; call < 2; call++) await encrypted(tenant, key.id)
      const [one, other] = proxy.asked.map(({ body }) =>
        Buffer.from(String(body['additionalAuthenticatedData']), 'base64').subarray(-32),
      )
      expect(one).not.toEqual(other)
      // "purpose" and "test", each with its length before it: what a proxy would guess
      const guessed = Buffer.from('\0\0\0\u0007purpose\0\0\0\u0004test')
      const { createHash } = await import('node:crypto')
      expect([one, other]).not.toContainEqual(createHash('sha256').update(guessed).digest())
    })

    test('take the largest plaintext and the largest context', async () => {
      const { tenant, key } = await world()
      const Plaintext = Buffer.alloc(4096, 7).toString('base64')
      const EncryptionContext = { k: 'v'.repeat(8191) }
      const sealed = await harness.ok(tenant, 'Encrypt', {
        KeyId: key.id,
        Plaintext,
        EncryptionContext,
      })
      const { CiphertextBlob } = sealed
      const opened = await harness.ok(tenant, 'Decrypt', { CiphertextBlob, EncryptionContext })
      expect(opened['Plaintext']).toBe(Plaintext)
    })

    test('make data keys and re-encrypt, to ordinary keys and from them', async () => {
      const { tenant, key } = await world()
      const made = await harness.ok(tenant, 'GenerateDataKey', {
        KeyId: key.id,
        KeySpec: 'AES_256',
      })
      expect(made).not.toHaveProperty('KeyMaterialId')
      const { CiphertextBlob, Plaintext } = made
      expect(await harness.ok(tenant, 'Decrypt', { CiphertextBlob })).toMatchObject({ Plaintext })
      const hidden = await harness.ok(tenant, 'GenerateDataKeyWithoutPlaintext', {
        KeyId: key.id,
        NumberOfBytes: 16,
      })
      const opened = await harness.ok(tenant, 'Decrypt', {
        CiphertextBlob: hidden['CiphertextBlob'],
      })
      expect(Buffer.from(String(opened['Plaintext']), 'base64')).toHaveLength(16)
      const plain = await harness.key(tenant)
      const there = await harness.ok(tenant, 'ReEncrypt', {
        CiphertextBlob,
        DestinationKeyId: plain.id,
      })
      expect(there).not.toHaveProperty('SourceKeyMaterialId')
      expect(there).toHaveProperty('DestinationKeyMaterialId')
      proxy.asked.length = 0
      const back = await harness.ok(tenant, 'ReEncrypt', {
        CiphertextBlob: there['CiphertextBlob'],
        DestinationKeyId: key.id,
      })
      expect(proxy.asked.map(({ body }) => body['requestMetadata'])).toMatchObject([
        { kmsOperation: 'ReEncrypt' },
      ])
      const last = await harness.ok(tenant, 'Decrypt', { CiphertextBlob: back['CiphertextBlob'] })
      expect(last['Plaintext']).toBe(Plaintext)
    })

    test('open nothing of another key, store or form', async () => {
      const { tenant, store, key } = await world()
      const blob = await encrypted(tenant, key.id)
      const EncryptionContext = CONTEXT
      const other = await stores.keyIn(tenant, store)
      const KeyId = other.id
      expect(
        await told(tenant, 'Decrypt', { CiphertextBlob: blob, EncryptionContext, KeyId }),
      ).toBe('IncorrectKeyException')
      // the suite says which kind of key: neither kind opens the other's
      const plain = await harness.key(tenant)
      for (const [of, suite] of [
        [key.id, 1],
        [plain.id, 2],
      ] as const) {
        const bytes = Buffer.from(await encrypted(tenant, of), 'base64')
        bytes[1] = suite
        const CiphertextBlob = bytes.toString('base64')
        expect(await told(tenant, 'Decrypt', { CiphertextBlob, EncryptionContext })).toBe(
          'InvalidCiphertextException',
        )
      }
    })

    test('refuse each bit of a ciphertext that is changed', async () => {
      const { tenant, key } = await world()
      const blob = Buffer.from(await encrypted(tenant, key.id), 'base64')
      const region = blob[8] ?? 0
      const header = 86 + region
      for (let at = 26 + region; at < blob.length; at++) {
        const changed = Buffer.from(blob)
        changed[at] = (changed[at] ?? 0) ^ 1
        const code = await told(tenant, 'Decrypt', {
          CiphertextBlob: changed.toString('base64'),
          EncryptionContext: CONTEXT,
        })
        // the id of the material, and a length of the IV that none has
        const named = at < 58 + region || at === header
        expect(code, `byte ${at}`).toBe(
          named ? 'InvalidCiphertextException' : 'KMSInvalidStateException',
        )
      }
      expect(await told(tenant, 'Decrypt', { CiphertextBlob: blob.toString('base64') })).toBe(
        'KMSInvalidStateException',
      )
    })

    test('are refused what needs material of their own, or pairs', async () => {
      const { tenant, key } = await world()
      const KeyId = key.id
      const message = `${key.arn} origin is EXTERNAL_KEY_STORE which is not valid for this operation.`
      const calls: readonly (readonly [operation: string, more?: Input])[] = [
        ['EnableKeyRotation'],
        ['DisableKeyRotation'],
        ['RotateKeyOnDemand'],
        [
          'GetParametersForImport',
          { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' },
        ],
        ['DeleteImportedKeyMaterial'],
        ['GenerateDataKeyPair', { KeyPairSpec: 'ECC_NIST_P256' }],
        ['GenerateDataKeyPairWithoutPlaintext', { KeyPairSpec: 'ECC_NIST_P256' }],
      ]
      for (const [operation, more] of calls) {
        const refused = await outcome(tenant, operation, { KeyId, ...more })
        expect(refused, operation).toMatchObject({ code: 'UnsupportedOperationException', message })
      }
      expect(await harness.ok(tenant, 'GetKeyRotationStatus', { KeyId })).toMatchObject({
        KeyRotationEnabled: false,
      })
      expect(
        await told(tenant, 'GenerateMac', { KeyId, Message: 'AAAA', MacAlgorithm: 'HMAC_SHA_256' }),
      ).toBe('InvalidKeyUsageException')
      expect(await told(tenant, 'ReplicateKey', { KeyId, ReplicaRegion: 'eu-west-1' })).toBe(
        'UnsupportedOperationException',
      )
    })

    test('GenerateRandom has none of a proxy', async () => {
      const { tenant, store } = await world()
      const input = { NumberOfBytes: 8, CustomKeyStoreId: store }
      expect(await told(tenant, 'GenerateRandom', input)).toBe('UnsupportedOperationException')
    })

    test('another process on the store uses them as well', async () => {
      const { tenant, key } = await world()
      const CiphertextBlob = await encrypted(tenant, key.id)
      const other = harness.inside.another()
      try {
        const { callAws } = await import('../support/calls.ts')
        const target = { ...harness.target, url: await other.url }
        const input = { CiphertextBlob, EncryptionContext: CONTEXT }
        expect((await callAws(target, tenant, 'Decrypt', input)).json).toMatchObject({
          Plaintext: PLAINTEXT,
        })
      } finally {
        await other.stop()
      }
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
