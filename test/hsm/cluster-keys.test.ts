// @module-tag local: tokens are registered on this machine, and clocks are moved
// @module-tag process
import { describe, expect, test } from 'vitest'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { CKR } from '../../server/hsm/pkcs11.ts'
import { clusterStores } from '../support/cluster-stores.ts'
import type { FakeToken } from '../support/fake-pkcs11.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { base64 } from '../support/key-stores.ts'
import { sliced } from '../support/slice.ts'
import { noSoftHsm, PASSWORD, quickTokens, softTokens, type Tokens } from '../support/tokens.ts'

const DAY = 24 * 3600_000
const PLAINTEXT = base64('hello')
const CONTEXT = { purpose: 'test' }
const UNREACHABLE = 'KMS cannot communicate with your CloudHSM cluster'

const files = quickTokens()

/** What holds of keys in tokens of every kind. */
function suite(tokens: Tokens): void {
  describeStores(
    `Keys of CloudHSM key stores, in ${tokens.kind}`,
    (harness) => {
      const stores = clusterStores(harness, tokens)
      const outcome = (tenant: Tenant, operation: string, input: Input) =>
        harness.call('aws', tenant, operation, input)
      const told = async (tenant: Tenant, operation: string, input: Input) =>
        (await outcome(tenant, operation, input)).code ?? 'done'
      async function world() {
        const one = await stores.world()
        const key = await stores.keyIn(one.tenant, one.store)
        const encrypted = async (KeyId = key.id) => {
          const input = { KeyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }
          return String((await harness.ok(one.tenant, 'Encrypt', input))['CiphertextBlob'])
        }
        return { ...one, key, encrypted }
      }
      const swept = async () => {
        const { service } = harness.inside
        await sweep(service, { now: service.now(), limit: 100 })
      }
      async function stateOf(tenant: Tenant, KeyId: string) {
        const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId })
        return (KeyMetadata as { KeyState: string }).KeyState
      }

      test('say where they are, and are in the token', async () => {
        const { tenant, registration, store, key } = await world()
        const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: key.id })
        expect(KeyMetadata).toMatchObject({
          Origin: 'AWS_CLOUDHSM',
          KeyState: 'Enabled',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyUsage: 'ENCRYPT_DECRYPT',
          MultiRegion: false,
          CustomKeyStoreId: store,
          CloudHsmClusterId: registration.cluster,
        })
        expect(KeyMetadata).not.toHaveProperty('XksKeyConfiguration')
        expect(KeyMetadata).not.toHaveProperty('CurrentKeyMaterialId')
        expect(tokens.keysIn(registration)).toHaveLength(1)
        const record = (await harness.trail(tenant)).find((one) => one['eventName'] === 'CreateKey')
        expect(record).toMatchObject({
          requestParameters: { customKeyStoreId: store, origin: 'AWS_CLOUDHSM' },
          responseElements: { keyMetadata: { cloudHsmClusterId: registration.cluster } },
        })
      })

      test('encrypt, decrypt, make data keys and re-encrypt, to ordinary keys and from them', async () => {
        const { tenant, key, encrypted } = await world()
        const CiphertextBlob = await encrypted()
        const bytes = Buffer.from(CiphertextBlob, 'base64')
        expect([bytes[0], bytes[1]]).toEqual([1, 3])
        const EncryptionContext = CONTEXT
        expect(await harness.ok(tenant, 'Decrypt', { CiphertextBlob, EncryptionContext })).toEqual({
          KeyId: key.arn,
          Plaintext: PLAINTEXT,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        })
        const wanted = { KeyId: key.id, KeySpec: 'AES_256' }
        const made = await harness.ok(tenant, 'GenerateDataKey', wanted)
        expect(made).not.toHaveProperty('KeyMaterialId')
        const opened = await harness.ok(tenant, 'Decrypt', {
          CiphertextBlob: made['CiphertextBlob'],
        })
        expect(opened['Plaintext']).toBe(made['Plaintext'])
        const hidden = await harness.ok(tenant, 'GenerateDataKeyWithoutPlaintext', wanted)
        await harness.ok(tenant, 'Decrypt', { CiphertextBlob: hidden['CiphertextBlob'] })
        const plain = await harness.key(tenant)
        const there = await harness.ok(tenant, 'ReEncrypt', {
          CiphertextBlob: made['CiphertextBlob'],
          DestinationKeyId: plain.id,
        })
        const back = await harness.ok(tenant, 'ReEncrypt', {
          CiphertextBlob: there['CiphertextBlob'],
          DestinationKeyId: key.id,
        })
        const last = await harness.ok(tenant, 'Decrypt', { CiphertextBlob: back['CiphertextBlob'] })
        expect(last['Plaintext']).toBe(made['Plaintext'])
      })

      test('take the largest plaintext and the largest context', async () => {
        const { tenant, key } = await world()
        const Plaintext = Buffer.alloc(4096, 7).toString('base64')
        const EncryptionContext = { k: 'v'.repeat(8191) }
        const input = { KeyId: key.id, Plaintext, EncryptionContext }
        const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', input)
        const opened = await harness.ok(tenant, 'Decrypt', { CiphertextBlob, EncryptionContext })
        expect(opened['Plaintext']).toBe(Plaintext)
      })

      test('refuse each bit of a ciphertext that is changed, another context, another key', async () => {
        const { tenant, store, key, encrypted } = await world()
        const blob = Buffer.from(await encrypted(), 'base64')
        const EncryptionContext = CONTEXT
        const region = blob[8] ?? 0
        for (let at = 26 + region; at < blob.length; at++) {
          const changed = Buffer.from(blob)
          changed[at] = (changed[at] ?? 0) ^ 1
          const CiphertextBlob = changed.toString('base64')
          const code = await told(tenant, 'Decrypt', { CiphertextBlob, EncryptionContext })
          expect(code, `byte ${at}`).toBe('InvalidCiphertextException')
        }
        const CiphertextBlob = blob.toString('base64')
        expect(await told(tenant, 'Decrypt', { CiphertextBlob })).toBe('InvalidCiphertextException')
        const KeyId = (await stores.keyIn(tenant, store)).id
        expect(await told(tenant, 'Decrypt', { CiphertextBlob, EncryptionContext, KeyId })).toBe(
          'IncorrectKeyException',
        )
        // the suite says which kind of key: none opens another's
        const plain = await harness.key(tenant)
        for (const [of, suites] of [
          [key.id, [1, 2, 4]],
          [plain.id, [2, 3, 4]],
        ] as const) {
          for (const suite of suites) {
            const bytes = Buffer.from(await encrypted(of), 'base64')
            bytes[1] = suite
            const other = { CiphertextBlob: bytes.toString('base64'), EncryptionContext }
            expect(await told(tenant, 'Decrypt', other)).toBe('InvalidCiphertextException')
          }
        }
      })

      test('are refused what needs material of their own, or pairs', async () => {
        const { tenant, key } = await world()
        const KeyId = key.id
        const message = `${key.arn} origin is AWS_CLOUDHSM which is not valid for this operation.`
        for (const [operation, more] of [
          ['EnableKeyRotation', {}],
          ['DisableKeyRotation', {}],
          ['RotateKeyOnDemand', {}],
          [
            'GetParametersForImport',
            { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' },
          ],
          ['DeleteImportedKeyMaterial', {}],
          ['GenerateDataKeyPair', { KeyPairSpec: 'ECC_NIST_P256' }],
          ['GenerateDataKeyPairWithoutPlaintext', { KeyPairSpec: 'ECC_NIST_P256' }],
        ] as const) {
          const refused = await outcome(tenant, operation, { KeyId, ...more })
          expect(refused, operation).toMatchObject({
            code: 'UnsupportedOperationException',
            message,
          })
        }
        const ReplicaRegion = 'eu-west-1'
        expect(await told(tenant, 'ReplicateKey', { KeyId, ReplicaRegion })).toBe(
          'UnsupportedOperationException',
        )
      })

      test('GenerateRandom is answered by the token, while its store is connected', async () => {
        const { tenant, store } = await world()
        const input = { NumberOfBytes: 1024, CustomKeyStoreId: store }
        const { Plaintext } = await harness.ok(tenant, 'GenerateRandom', input)
        expect(Buffer.from(String(Plaintext), 'base64')).toHaveLength(1024)
        await stores.disconnect(tenant, store)
        expect(await told(tenant, 'GenerateRandom', input)).toBe(
          'CustomKeyStoreInvalidStateException',
        )
        const CustomKeyStoreId = 'cks-00000000000000000'
        expect(await told(tenant, 'GenerateRandom', { ...input, CustomKeyStoreId })).toBe(
          'CustomKeyStoreNotFoundException',
        )
      })

      test('are unavailable while their store is not connected, and as they were afterwards', async () => {
        const { tenant, store, key, encrypted } = await world()
        const KeyId = key.id
        const CiphertextBlob = await encrypted()
        const decrypt = { CiphertextBlob, EncryptionContext: CONTEXT }
        const going = await stores.keyIn(tenant, store)
        await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: going.id })
        await stores.disconnect(tenant, store)
        expect([await stateOf(tenant, KeyId), await stateOf(tenant, going.id)]).toEqual([
          'Unavailable',
          'PendingDeletion',
        ])
        expect(await outcome(tenant, 'Decrypt', decrypt)).toMatchObject({
          code: 'KMSInvalidStateException',
          message: `${key.arn} is unavailable.`,
        })
        await harness.ok(tenant, 'DisableKey', { KeyId })
        await harness.ok(tenant, 'CancelKeyDeletion', { KeyId: going.id })
        await stores.connect(tenant, store)
        expect([await stateOf(tenant, KeyId), await stateOf(tenant, going.id)]).toEqual([
          'Disabled',
          'Disabled',
        ])
        await harness.ok(tenant, 'EnableKey', { KeyId })
        expect(await harness.ok(tenant, 'Decrypt', decrypt)).toMatchObject({ Plaintext: PLAINTEXT })
      })

      test('another process on the store uses them as well', async () => {
        const { tenant, encrypted } = await world()
        const CiphertextBlob = await encrypted()
        const another = harness.inside.another()
        try {
          const url = await another.url
          const elsewhere = { ...harness.target, url }
          const { callAws } = await import('../support/calls.ts')
          const input = { CiphertextBlob, EncryptionContext: CONTEXT }
          const opened = await callAws(elsewhere, tenant, 'Decrypt', input)
          expect(opened.json).toMatchObject({ Plaintext: PLAINTEXT })
        } finally {
          await another.stop()
        }
      })

      test('say that the token is away, and work again when it is back', async () => {
        const { tenant, registration, store, key, encrypted } = await world()
        const CiphertextBlob = await encrypted()
        const decrypt = { CiphertextBlob, EncryptionContext: CONTEXT }
        tokens.remove(registration)
        try {
          // a token that was opened may go on without its files: what is logged in anew does not
          await stores.disconnect(tenant, store)
          expect(await stores.connect(tenant, store)).toMatchObject({ ConnectionState: 'FAILED' })
          await stores.disconnect(tenant, store)
        } finally {
          tokens.restore(registration)
        }
        await stores.connect(tenant, store)
        expect(await stateOf(tenant, key.id)).toBe('Enabled')
        expect(await harness.ok(tenant, 'Decrypt', decrypt)).toMatchObject({ Plaintext: PLAINTEXT })
      })

      test('are destroyed in the token with their deletion, and no sooner', async () => {
        const { tenant, registration, store, key, encrypted } = await world()
        const other = await stores.keyIn(tenant, store)
        const CiphertextBlob = await encrypted(other.id)
        const two = tokens.keysIn(registration)
        expect(two).toHaveLength(2)
        await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: key.id, PendingWindowInDays: 7 })
        harness.advance(6 * DAY)
        await swept()
        expect(tokens.keysIn(registration)).toHaveLength(2)
        harness.advance(2 * DAY)
        await swept()
        expect(tokens.keysIn(registration)).toHaveLength(1)
        const decrypt = { CiphertextBlob, EncryptionContext: CONTEXT }
        expect(await harness.ok(tenant, 'Decrypt', decrypt)).toMatchObject({ Plaintext: PLAINTEXT })
        expect(await claims(tenant)).toHaveLength(1)
      })

      test('that are gone are destroyed in the token once it can be asked', async () => {
        const { tenant, registration, store, key } = await world()
        await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: key.id, PendingWindowInDays: 7 })
        await stores.disconnect(tenant, store)
        const CustomKeyStoreId = store
        expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe(
          'CustomKeyStoreHasCMKsException',
        )
        harness.advance(8 * DAY)
        await swept()
        expect(await told(tenant, 'DescribeKey', { KeyId: key.id })).toBe('NotFoundException')
        const names = (await harness.trail(tenant)).map(({ eventName }) => eventName)
        expect(names).toContain('DeleteKey')
        expect(tokens.keysIn(registration)).toHaveLength(1)
        await swept()
        expect(tokens.keysIn(registration)).toHaveLength(1)
        await stores.connect(tenant, store)
        harness.advance(11 * 60_000)
        await swept()
        expect(tokens.keysIn(registration)).toEqual([])
        expect(await claims(tenant)).toEqual([])
      })

      const claims = async ({ accountId }: Tenant) => {
        const pk = `${accountId}/${REGION}`
        const query = { pk, prefix: 'custom-key-store-key', limit: 10 }
        return (await harness.inside.store.query(query)).items
      }

      test('that are gone hold up no store: what they had stays in its cluster, and the log says so', async () => {
        harness.expectFaults()
        const { tenant, registration, store, key } = await world()
        const CustomKeyStoreId = store
        await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: key.id, PendingWindowInDays: 7 })
        await stores.disconnect(tenant, store)
        harness.advance(8 * DAY)
        await swept()
        expect(await told(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })).toBe('done')
        harness.advance(11 * 60_000)
        await swept()
        expect(await claims(tenant)).toEqual([])
        expect(tokens.keysIn(registration)).toHaveLength(1)
        const lines = harness.inside.watch.log.map(({ entry }) => entry)
        expect(lines).toContainEqual({
          customKeyStore: store,
          object: tokens.keysIn(registration)[0],
          message: 'left in its cluster',
        })
      })

      describe('CreateKey refuses', () => {
        test.for<[title: string, more: Input, code: string]>([
          ['no store', { CustomKeyStoreId: undefined }, 'ValidationException'],
          ['no origin', { Origin: undefined }, 'ValidationException'],
          ['an external key', { XksKeyId: 'external' }, 'ValidationException'],
          [
            'the origin of external key stores',
            { Origin: 'EXTERNAL_KEY_STORE', XksKeyId: 'external' },
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
        ])('%s', async ([, more, code]) => {
          const { tenant, registration, store } = await stores.world()
          const input = { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: store, ...more }
          expect(await told(tenant, 'CreateKey', input)).toBe(code)
          expect(tokens.keysIn(registration)).toEqual([])
        })
      })
    },
    ['sqlite', 'dynamodb'],
    { hsm: async () => tokens.open() },
  )
}

suite(files)
/** In `npm test` the port's contract (hsm.test.ts) and a server by the AWS CLI (command-line.test.ts) stand for it. */
const missing = sliced ? 'SoftHSM2: in npm run test:all' : noSoftHsm()
if (missing === undefined) suite(softTokens())
else process.stderr.write(`skipped: ${missing}\n`)

describeStores(
  'What a token fails at',
  (harness) => {
    const stores = clusterStores(harness, files)
    const always = (name: string, code: number) => ({ faults: [{ function: name, code }] })

    test.for<
      [title: string, change: Partial<FakeToken>, use: string, message: string, create: string]
    >([
      [
        'all',
        {
          faults: ['C_EncryptInit', 'C_DecryptInit', 'C_FindObjectsInit'].map((name) => ({
            function: name,
            code: CKR.FUNCTION_FAILED,
          })),
        },
        'KMSInvalidStateException',
        UNREACHABLE,
        'CloudHsmClusterInvalidConfigurationException',
      ],
      [
        'being there',
        { present: false, restarts: 1 },
        'KMSInvalidStateException',
        UNREACHABLE,
        'CloudHsmClusterInvalidConfigurationException',
      ],
      [
        'its password, which is another',
        { pin: 'another-password', restarts: 1 },
        'KMSInvalidStateException',
        'The kmsuser password of the custom key store is not that of the cluster.',
        'CustomKeyStoreInvalidStateException',
      ],
      [
        'its user, who is locked out',
        { tries: 0, restarts: 1 },
        'KMSInvalidStateException',
        'The kmsuser of the cluster is locked out after too many wrong passwords.',
        'CustomKeyStoreInvalidStateException',
      ],
      [
        'its key, which is not there',
        { keys: {} },
        'KMSInvalidStateException',
        'The key material of this KMS key is not in the CloudHSM cluster of its key store.',
        'done',
      ],
    ])('%s', async ([, change, use, message, create]) => {
      const { tenant, registration, store } = await stores.world()
      const KeyId = (await stores.keyIn(tenant, store)).id
      const made = await harness.ok(tenant, 'Encrypt', { KeyId, Plaintext: PLAINTEXT })
      const { CiphertextBlob } = made
      const before = files.read(registration)
      files.change(registration, change)
      for (const [operation, input] of [
        ['Encrypt', { KeyId, Plaintext: PLAINTEXT }],
        ['Decrypt', { CiphertextBlob }],
        ['GenerateDataKey', { KeyId, KeySpec: 'AES_256' }],
      ] as const) {
        const refused = await harness.call('aws', tenant, operation, input)
        expect(refused, operation).toMatchObject({ code: use, message })
      }
      // the state stays: a key is Unavailable by a disconnection alone (KMS Developer Guide)
      const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId })
      expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled' })
      const key = { Origin: 'AWS_CLOUDHSM', CustomKeyStoreId: store }
      const created = await harness.call('aws', tenant, 'CreateKey', key)
      expect(created.code ?? 'done').toBe(create)
      // nothing is lost: with the fault gone, and the store connected anew, all is as it was
      files.change(registration, { ...before, keys: { ...before.keys } })
      await stores.disconnect(tenant, store)
      await stores.connect(tenant, store)
      const opened = await harness.ok(tenant, 'Decrypt', { CiphertextBlob })
      expect(opened['Plaintext']).toBe(PLAINTEXT)
    })

    test('its sessions: AWS KMS says no more, and that it may be tried again', async () => {
      harness.expectFaults()
      const { tenant, registration, store } = await stores.world()
      const KeyId = (await stores.keyIn(tenant, store)).id
      await stores.disconnect(tenant, store)
      await stores.connect(tenant, store)
      files.change(registration, { sessions: 1 })
      const input = { KeyId, Plaintext: PLAINTEXT }
      const refused = await harness.call('aws', tenant, 'Encrypt', input)
      expect(refused).toMatchObject({ status: 500, code: 'KMSInternalException' })
    })

    test('GenerateRandom: its store is not one that can be asked', async () => {
      const { tenant, registration, store } = await stores.world()
      files.change(registration, always('C_GenerateRandom', CKR.GENERAL_ERROR))
      const input = { NumberOfBytes: 8, CustomKeyStoreId: store }
      expect(await harness.call('aws', tenant, 'GenerateRandom', input)).toMatchObject({
        code: 'CustomKeyStoreInvalidStateException',
        message: UNREACHABLE,
      })
    })

    test('the destruction of a key, which is tried again', async () => {
      const { tenant, registration, store } = await stores.world()
      const KeyId = (await stores.keyIn(tenant, store)).id
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
      files.change(registration, always('C_DestroyObject', CKR.GENERAL_ERROR))
      const { service } = harness.inside
      const swept = () => sweep(service, { now: service.now(), limit: 100 })
      harness.advance(8 * DAY)
      harness.expectFaults()
      expect(await swept()).toMatchObject({ deleted: 1, failed: 0 })
      expect(files.keysIn(registration)).toHaveLength(1)
      files.change(registration, { faults: [] })
      await swept()
      expect(files.keysIn(registration)).toHaveLength(1)
      harness.advance(11 * 60_000)
      await swept()
      expect(files.keysIn(registration)).toEqual([])
    })

    test('no token is told what is encrypted', async () => {
      const { tenant, registration, store } = await stores.world()
      const KeyId = (await stores.keyIn(tenant, store)).id
      const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', {
        KeyId,
        Plaintext: PLAINTEXT,
      })
      // whoever has the token's key opens what the token was given, and no more
      const [key] = Object.values(files.read(registration).keys)
      const { createDecipheriv } = await import('node:crypto')
      const blob = Buffer.from(String(CiphertextBlob), 'base64')
      const header = blob.subarray(0, 86 + (blob[8] ?? 0))
      const [iv, sealed] = [blob.subarray(header.length).subarray(0, 12), blob.subarray(-37)]
      const value = Buffer.from(key?.value ?? '', 'hex')
      const { createHash } = await import('node:crypto')
      const aad = Buffer.concat([header, createHash('sha256').digest()])
      const outer = createDecipheriv('aes-256-gcm', value, iv).setAAD(aad)
      outer.setAuthTag(sealed.subarray(-16))
      const inner = Buffer.concat([outer.update(sealed.subarray(0, -16)), outer.final()])
      expect(inner).toHaveLength(5 + 16)
      expect(inner.includes('hello')).toBe(false)
    })

    test('a password never leaves the server', () => {
      expect(JSON.stringify(harness.inside.watch.log)).not.toContain(PASSWORD)
    })
  },
  ['sqlite'],
  { hsm: async () => files.open() },
)
