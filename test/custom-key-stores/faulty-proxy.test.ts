// @module-tag local: proxies of this process are called, at a loopback address
// @module-tag process
import { afterAll, beforeEach, expect, test } from 'vitest'
import { describeStores } from '../support/harness.ts'
import { CONTEXT, keysOf, PLAINTEXT } from '../support/key-stores.ts'
import { type Fault, refuse, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())
beforeEach(() => {
  proxy.fail()
  proxy.asked.length = 0
})

describeStores(
  'Keys of external key stores, and',
  (harness) => {
    const { stores, outcome, told, world, encrypted } = keysOf(harness, proxy)

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
  },
  ['sqlite', 'dynamodb'],
  { xks: proxy.options },
)
