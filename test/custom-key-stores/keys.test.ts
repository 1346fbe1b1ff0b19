// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { storeKeyItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { base64, keyStores } from '../support/key-stores.ts'
import { externalKey, type Fault, refuse, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
})

const NOT_CONNECTED =
  'This KMS key is in a custom key store that is not connected to its external key store proxy. Connect the external key store and try the request again.'
const PLAINTEXT = base64('hello')
const CONTEXT = { purpose: 'test' }

describeStores(
  'Keys of external key stores',
  (harness) => {
    const stores = keyStores(harness, proxy)
    const outcome = (tenant: Tenant, operation: string, input: Input) =>
      harness.call('aws', tenant, operation, input)
    const told = async (tenant: Tenant, operation: string, input: Input) =>
      (await outcome(tenant, operation, input)).code ?? 'done'

    async function world() {
      const tenant = await harness.tenant()
      const store = await stores.connected(tenant)
      const external = stores.newExternalKey()
      const key = await stores.keyIn(tenant, store, external)
      proxy.asked.length = 0
      return { tenant, store, external, key }
    }
    async function encrypted(tenant: Tenant, KeyId: string): Promise<string> {
      const input = { KeyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }
      return String((await harness.ok(tenant, 'Encrypt', input))['CiphertextBlob'])
    }

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

    test('are unavailable while their store is not connected, and as they were afterwards', async () => {
      const { tenant, store, key } = await world()
      const KeyId = key.id
      const blob = await encrypted(tenant, KeyId)
      const disabled = await stores.keyIn(tenant, store)
      await harness.ok(tenant, 'DisableKey', { KeyId: disabled.id })
      const going = await stores.keyIn(tenant, store)
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: going.id })
      const stateOf = async (id: string) => {
        const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: id })
        return (KeyMetadata as { KeyState: string }).KeyState
      }
      const states = async () => [
        await stateOf(KeyId),
        await stateOf(disabled.id),
        await stateOf(going.id),
      ]
      await stores.disconnect(tenant, store)
      expect(await states()).toEqual(['Unavailable', 'Unavailable', 'PendingDeletion'])
      const refused = { code: 'KMSInvalidStateException', message: NOT_CONNECTED }
      proxy.asked.length = 0
      expect(await outcome(tenant, 'Encrypt', { KeyId, Plaintext: PLAINTEXT })).toMatchObject(
        refused,
      )
      const decrypt = { CiphertextBlob: blob, EncryptionContext: CONTEXT }
      expect(await outcome(tenant, 'Decrypt', decrypt)).toMatchObject(refused)
      expect(proxy.asked).toEqual([])
      expect(await told(tenant, 'EnableKeyRotation', { KeyId })).toBe(
        'UnsupportedOperationException',
      )
      // what the developer guide allows of an unavailable key takes effect with the connection
      await harness.ok(tenant, 'EnableKey', { KeyId: disabled.id })
      await harness.ok(tenant, 'DisableKey', { KeyId })
      await harness.ok(tenant, 'UpdateKeyDescription', { KeyId, Description: 'changed' })
      await harness.ok(tenant, 'TagResource', { KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] })
      await harness.ok(tenant, 'CancelKeyDeletion', { KeyId: going.id })
      expect(await states()).toEqual(['Unavailable', 'Unavailable', 'Unavailable'])
      await stores.connect(tenant, store)
      expect(await states()).toEqual(['Disabled', 'Enabled', 'Disabled'])
      await harness.ok(tenant, 'EnableKey', { KeyId })
      expect(await harness.ok(tenant, 'Decrypt', decrypt)).toMatchObject({ Plaintext: PLAINTEXT })
      // a store that failed to connect is not connected
      await stores.disconnect(tenant, store)
      proxy.fail(() => refuse(500, 'InternalException'))
      await stores.connect(tenant, store)
      expect(await stateOf(KeyId)).toBe('Unavailable')
    })

    test('keep their store until they are deleted', async () => {
      const { tenant, store, external, key } = await world()
      await stores.disconnect(tenant, store)
      const CustomKeyStoreId = store
      expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe(
        'CustomKeyStoreHasCMKsException',
      )
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: key.id, PendingWindowInDays: 7 })
      expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe(
        'CustomKeyStoreHasCMKsException',
      )
      harness.advance(8 * 24 * 3600_000)
      const { service } = harness.inside
      const swept = await sweep(service, { now: service.now(), limit: 100 })
      expect(swept.deleted).toBeGreaterThan(0)
      // the external key is free again, and was never touched
      await stores.connect(tenant, store)
      const again = await stores.keyIn(tenant, store, external)
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: again.id, PendingWindowInDays: 7 })
      harness.advance(8 * 24 * 3600_000)
      await sweep(service, { now: service.now(), limit: 100 })
      await stores.disconnect(tenant, store)
      expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe('done')
      expect(proxy.keys.has(external)).toBe(true)
      const left = await harness.inside.store.query({
        pk: `${tenant.accountId}/${REGION}`,
        prefix: 'custom-key-store-key',
        limit: 10,
      })
      expect(left.items).toEqual([])
    })

    describe('CreateKey refuses', () => {
      test.for<[title: string, more: Input, code: string]>([
        ['no store', { CustomKeyStoreId: undefined }, 'ValidationException'],
        ['no external key', { XksKeyId: undefined }, 'ValidationException'],
        ['no origin', { Origin: undefined }, 'ValidationException'],
        ['the origin of ordinary keys', { Origin: 'AWS_KMS' }, 'ValidationException'],
        ['the origin of clusters', { Origin: 'AWS_CLOUDHSM' }, 'ValidationException'],
        [
          'the origin of clusters, in this store',
          { Origin: 'AWS_CLOUDHSM', XksKeyId: undefined },
          'ValidationException',
        ],
        [
          'an HMAC key',
          { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
          'UnsupportedOperationException',
        ],
        [
          'an RSA key',
          { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' },
          'UnsupportedOperationException',
        ],
        ['a multi-Region key', { MultiRegion: true }, 'UnsupportedOperationException'],
        [
          'a store nobody has',
          { CustomKeyStoreId: 'cks-00000000000000000' },
          'CustomKeyStoreNotFoundException',
        ],
        ['an external key nobody has', { XksKeyId: 'nobody' }, 'XksKeyNotFoundException'],
      ])('%s', async ([, more, code]) => {
        const { tenant, store } = await world()
        const XksKeyId = stores.newExternalKey()
        const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId, ...more }
        expect(await told(tenant, 'CreateKey', input)).toBe(code)
      })

      test('an external key that another key of the store has', async () => {
        const { tenant, store, external } = await world()
        const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId: external }
        expect(await told(tenant, 'CreateKey', input)).toBe('XksKeyAlreadyInUseException')
        const other = await stores.connected(tenant)
        await stores.keyIn(tenant, other, external)
      })

      test('nothing is stored for a key that is refused', async () => {
        const { tenant, store, external } = await world()
        const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }]
        const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
        const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, Policy }
        const pk = `${tenant.accountId}/${REGION}`
        const stored = async () =>
          (await harness.inside.store.query({ pk, prefix: '', limit: 100 })).items.map(
            ({ sk }) => sk,
          )
        const before = await stored()
        expect(await told(tenant, 'CreateKey', { ...input, XksKeyId: external })).toBe(
          'XksKeyAlreadyInUseException',
        )
        expect(await told(tenant, 'CreateKey', { ...input, XksKeyId: 'nobody' })).toBe(
          'XksKeyNotFoundException',
        )
        expect(await stored()).toEqual(before)
      })

      test('an external key that a process claimed, and left, for a minute', async () => {
        const { tenant, store } = await world()
        const XksKeyId = stores.newExternalKey()
        const { service } = harness.inside
        const place = storeKeyItem.place({
          accountId: tenant.accountId,
          region: REGION,
          store,
          external: XksKeyId,
        })
        const claim = { key: 'of-a-process-that-ended', making: service.now() }
        await harness.inside.store.put(storeKeyItem.item(place, 1, claim))
        const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
        expect(await told(tenant, 'CreateKey', input)).toBe('XksKeyAlreadyInUseException')
        harness.advance(61_000)
        expect(await told(tenant, 'CreateKey', input)).toBe('done')
      })

      test('one of two that ask for an external key at once', async () => {
        const { tenant, store } = await world()
        const XksKeyId = stores.newExternalKey()
        const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
        const both = [1, 2, 3].map(() => told(tenant, 'CreateKey', input))
        expect((await Promise.all(both)).sort()).toEqual([
          'XksKeyAlreadyInUseException',
          'XksKeyAlreadyInUseException',
          'done',
        ])
      })

      test('a store that is not connected', async () => {
        const { tenant, store } = await world()
        await stores.disconnect(tenant, store)
        const XksKeyId = stores.newExternalKey()
        const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
        expect(await told(tenant, 'CreateKey', input)).toBe('CustomKeyStoreInvalidStateException')
      })

      test.for<[title: string, change: Partial<ReturnType<typeof externalKey>>, message: string]>([
        [
          'spec',
          { spec: 'RSA_2048' },
          'The key spec of the external key must be AES_256. The key spec of specified external key is RSA_2048.',
        ],
        [
          'status',
          { status: 'DISABLED' },
          'The status of the external key must be ENABLED. The status of specified external key is DISABLED.',
        ],
        [
          'usage',
          { usage: ['ENCRYPT', 'SIGN'] },
          'The key usage of the external key must include ENCRYPT and DECRYPT. The key use of specified external key is ENCRYPT, SIGN.',
        ],
      ])('an external key of another %s', async ([, change, message]) => {
        const { tenant, store } = await world()
        const XksKeyId = stores.newExternalKey()
        proxy.keys.set(XksKeyId, { ...externalKey(), ...change })
        const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
        expect(await outcome(tenant, 'CreateKey', input)).toMatchObject({
          code: 'XksKeyInvalidConfigurationException',
          message,
        })
      })
    })

    /** What a proxy does, and how CreateKey and what uses a key are refused for it. */
    const INTERPRET = /^AWS KMS cannot interpret the response/
    const STORE = 'CustomKeyStoreInvalidStateException'
    const rows: readonly (readonly [
      title: string,
      fault: Fault,
      message: RegExp,
      create: string,
    ])[] = [
      ['ValidationException', () => refuse(400, 'ValidationException'), INTERPRET, STORE],
      [
        'InvalidStateException',
        () => refuse(400, 'InvalidStateException'),
        /is not enabled in the external key manager/,
        'XksKeyInvalidConfigurationException',
      ],
      [
        'InvalidCiphertextException',
        () => refuse(400, 'InvalidCiphertextException'),
        /^The external key store proxy rejected the request because the specified ciphertext/,
        STORE,
      ],
      [
        'InvalidKeyUsageException',
        () => refuse(400, 'InvalidKeyUsageException'),
        /does not support the requested operation\. Enable/,
        'XksKeyInvalidConfigurationException',
      ],
      [
        'AuthenticationFailedException',
        () => refuse(401, 'AuthenticationFailedException'),
        /could not authenticate AWS KMS/,
        STORE,
      ],
      [
        'AccessDeniedException',
        () => refuse(403, 'AccessDeniedException'),
        /denied access to the operation/,
        STORE,
      ],
      [
        'KeyNotFoundException',
        () => refuse(404, 'KeyNotFoundException'),
        /was not found in its external key manager/,
        'XksKeyNotFoundException',
      ],
      [
        'InvalidUriPathException',
        () => refuse(404, 'InvalidUriPathException'),
        /because of an invalid URI path/,
        STORE,
      ],
      [
        'ThrottlingException',
        () => refuse(429, 'ThrottlingException'),
        /very high request rate/,
        STORE,
      ],
      [
        'UnsupportedOperationException',
        () => refuse(501, 'UnsupportedOperationException'),
        /does not support the requested operation\. If/,
        'UnsupportedOperationException',
      ],
      [
        'DependencyTimeoutException',
        () => refuse(503, 'DependencyTimeoutException'),
        /in the time allotted/,
        STORE,
      ],
      [
        'InternalException',
        () => refuse(500, 'InternalException'),
        /cannot communicate with the external key manager/,
        STORE,
      ],
      ['another error', () => refuse(400, 'SurpriseException'), INTERPRET, STORE],
      ['a gateway', () => ({ status: 502, body: '<html>' }), INTERPRET, STORE],
      [
        'an error with success',
        () => ({ status: 200, body: refuse(400, 'InternalException').body }),
        INTERPRET,
        STORE,
      ],
      [
        'a redirect',
        (_asked, _right, response) => {
          response.writeHead(307, { location: 'https://localhost/' }).end('{}')
          return 'answered'
        },
        INTERPRET,
        STORE,
      ],
      ['text', () => ({ status: 200, body: 'fine' }), INTERPRET, STORE],
      ['a list', () => ({ status: 200, body: [] }), INTERPRET, STORE],
      ['nothing', () => ({ status: 200, body: '' }), INTERPRET, STORE],
      [
        'a huge answer',
        () => ({ status: 200, body: `{"a":"${'x'.repeat(10_000_000)}"}` }),
        INTERPRET,
        STORE,
      ],
      [
        'half an answer',
        (_asked, _right, response) => {
          response.writeHead(200, { 'content-length': '1000' })
          response.write('{', () => setImmediate(() => response.destroy()))
          return 'answered'
        },
        INTERPRET,
        STORE,
      ],
      [
        'a connection that is cut',
        (_asked, _right, response) => {
          response.socket?.destroy()
          return 'answered'
        },
        /^AWS KMS cannot communicate with the external key store proxy/,
        STORE,
      ],
    ]
    test.for(rows)('a proxy that answers %s', async ([, fault, message, create]) => {
      const { tenant, store, key } = await world()
      const blob = await encrypted(tenant, key.id)
      proxy.fail(fault)
      const refused = { code: 'KMSInvalidStateException', message: expect.stringMatching(message) }
      for (const [operation, input] of [
        ['Encrypt', { KeyId: key.id, Plaintext: PLAINTEXT }],
        ['Decrypt', { CiphertextBlob: blob, EncryptionContext: CONTEXT }],
        ['GenerateDataKey', { KeyId: key.id, KeySpec: 'AES_256' }],
      ] as const) {
        const told = await outcome(tenant, operation, input)
        expect(told, operation).toMatchObject(refused)
        expect(told.text).not.toContain('words of the proxy')
      }
      const XksKeyId = stores.newExternalKey()
      const input = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId: store, XksKeyId }
      expect(await told(tenant, 'CreateKey', input)).toBe(create)
      // nothing hangs, nothing is lost: with the fault gone all is as it was
      proxy.fail()
      const opened = await harness.ok(tenant, 'Decrypt', {
        CiphertextBlob: blob,
        EncryptionContext: CONTEXT,
      })
      expect(opened['Plaintext']).toBe(PLAINTEXT)
      expect(await told(tenant, 'CreateKey', input)).toBe('done')
    })

    const member =
      (name: string, value: (text: string) => unknown): Fault =>
      (_asked, right) => ({
        status: 200,
        body: { ...right.body, [name]: value(String(right.body[name])) },
      })
    const bytes = (length: number) => Buffer.alloc(length, 1).toString('base64')
    const flipped = (text: string) => {
      const changed = Buffer.from(text, 'base64')
      changed[0] = (changed[0] ?? 0) ^ 1
      return changed.toString('base64')
    }
    test.for<[title: string, fault: Fault]>([
      ['a ciphertext too long', member('ciphertext', () => bytes(22))],
      ['a ciphertext too short', member('ciphertext', () => bytes(20))],
      ['no ciphertext', member('ciphertext', () => undefined)],
      ['a ciphertext that is not base64', member('ciphertext', () => '*')],
      ['an IV of 13 bytes', member('initializationVector', () => bytes(13))],
      ['a tag of 12 bytes', member('authenticationTag', () => bytes(12))],
      ['metadata of 21 bytes', member('ciphertextMetadata', () => bytes(21))],
      ['no integrity value', member('ciphertextDataIntegrityValue', () => null)],
      ['another ciphertext than it vouches for', member('ciphertext', flipped)],
      ['another IV', member('initializationVector', flipped)],
      ['another tag', member('authenticationTag', flipped)],
      ['other metadata', member('ciphertextMetadata', flipped)],
      ['another integrity value', member('ciphertextDataIntegrityValue', flipped)],
    ])('a proxy that encrypts with %s', async ([, fault]) => {
      const { tenant, key } = await world()
      proxy.fail(fault)
      expect(
        await outcome(tenant, 'Encrypt', { KeyId: key.id, Plaintext: PLAINTEXT }),
      ).toMatchObject({
        code: 'KMSInvalidStateException',
        message: expect.stringMatching(INTERPRET),
      })
    })

    test.for<[title: string, fault: Fault, message: RegExp]>([
      ['too much', member('plaintext', () => bytes(22)), INTERPRET],
      ['too little', member('plaintext', () => bytes(20)), INTERPRET],
      ['nothing', member('plaintext', () => undefined), INTERPRET],
      [
        'something else',
        member('plaintext', flipped),
        /^The ciphertext that the external key store proxy submitted/,
      ],
    ])('a proxy that decrypts %s', async ([, fault, message]) => {
      const { tenant, key } = await world()
      const CiphertextBlob = await encrypted(tenant, key.id)
      proxy.fail(fault)
      const input = { CiphertextBlob, EncryptionContext: CONTEXT }
      expect(await outcome(tenant, 'Decrypt', input)).toMatchObject({
        code: 'KMSInvalidStateException',
        message: expect.stringMatching(message),
      })
    })

    test('a proxy with an IV of 16 bytes and no metadata will do', async () => {
      const { tenant, key } = await world()
      const { createHash } = await import('node:crypto')
      const kept = new Map<string, string>()
      proxy.fail(({ body }, right) => {
        if ('plaintext' in right.body || body['plaintext'] === undefined) {
          const plaintext = kept.get(String(body['ciphertext'])) ?? ''
          return { status: 200, body: { plaintext } }
        }
        const aad = Buffer.from(String(body['additionalAuthenticatedData']), 'base64')
        const sealed = Buffer.from(String(body['plaintext']), 'base64').map((one) => one ^ 255)
        kept.set(Buffer.from(sealed).toString('base64'), String(body['plaintext']))
        const [iv, tag] = [Buffer.alloc(16, 3), Buffer.alloc(16, 4)]
        const digest = createHash('sha256').update(aad).update(iv).update(sealed).update(tag)
        return {
          status: 200,
          body: {
            ciphertext: Buffer.from(sealed).toString('base64'),
            initializationVector: iv.toString('base64'),
            authenticationTag: tag.toString('base64'),
            ciphertextDataIntegrityValue: digest.digest('base64'),
          },
        }
      })
      const CiphertextBlob = await encrypted(tenant, key.id)
      const input = { CiphertextBlob, EncryptionContext: CONTEXT }
      expect(await harness.ok(tenant, 'Decrypt', input)).toMatchObject({ Plaintext: PLAINTEXT })
      const decrypt = proxy.asked.at(-1)?.body
      expect(decrypt).not.toHaveProperty('ciphertextMetadata')
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
