// @module-tag functions-long
import { beforeAll, describe, expect, test } from 'vitest'
import { describeStores, type Tenant } from '../support/harness.ts'
import {
  base64Of,
  callXks,
  decryption,
  encryption,
  expectXksError,
  metadata,
  own,
  type XksCredential,
  type XksOptions,
  type XksOutcome,
  xksCredential,
  xksTenant,
} from '../support/xks.ts'

const HEALTH = { requestMetadata: { kmsOperation: 'KmsHealthCheck', kmsRequestId: '1' } }
const minutes = (count: number) => new Date(Date.now() + count * 60_000)

// "Error codes": https://github.com/aws/aws-kms-xksproxy-api-spec/blob/main/xks_proxy_api_spec.md
describeStores('errors of an external key store proxy', (harness) => {
  let tenant: Tenant
  let other: Tenant
  let credential: XksCredential
  let foreign: XksCredential
  let key: string

  beforeAll(async () => {
    ;({ tenant, credential, key } = await xksTenant(harness))
    ;({ tenant: other, credential: foreign } = await xksTenant(harness))
  })

  const ask = (path: string, body: unknown = {}, options: XksOptions = {}, as = credential) =>
    callXks(harness.target, as, path, body, options)
  const call = (verb: string, body: unknown, options: XksOptions = {}, id = key) =>
    ask(`${credential.path}/keys/${id}/${verb}`, body, options)
  const health = (options: XksOptions = {}, as = credential, path = as.path) =>
    ask(`${path}/health`, HEALTH, options, as)

  describe('AuthenticationFailedException', () => {
    const CASES: readonly [string, () => Promise<XksOutcome>][] = [
      ['nothing is signed', () => health({ sent: { headers: { authorization: '' } } })],
      ['another scheme', () => health({ sent: { headers: { authorization: 'Bearer x' } } })],
      ['another secret', () => health({}, { ...credential, secretAccessKey: 'x'.repeat(64) })],
      [
        'an access key id that is nobody’s',
        () => health({}, { ...credential, accessKeyId: `AXKS${'A'.repeat(26)}` }),
      ],
      // the test client sends one
      [
        'one with lower-case letters',
        () => health({}, { ...credential, accessKeyId: credential.accessKeyId.toLowerCase() }),
      ],
      [
        'a neighbour in the same prefix',
        () =>
          health(
            {},
            {
              ...credential,
              accessKeyId: credential.accessKeyId.replace(/.$/, (last) =>
                last === 'A' ? 'B' : 'A',
              ),
            },
          ),
      ],
      [
        'an access key of the tenant’s root',
        () => health({}, { ...tenant, path: credential.path }),
      ],
      ['for the service kms', () => health({ service: 'kms' })],
      ['for no Region', () => health({ region: 'nowhere' })],
      ['for another Region', () => health({ region: 'eu-west-1' })],
      ['for another partition', () => health({ region: 'cn-north-1' })],
      ['six minutes ago', () => health({ at: minutes(-6) })],
      ['in six minutes', () => health({ at: minutes(6) })],
      ['another body', () => health({ sent: { body: JSON.stringify({ ...HEALTH, more: 1 }) } })],
      [
        'another path',
        () =>
          ask(`${credential.path}/health`, HEALTH, {
            sent: { path: `${credential.path}/keys/${key}/metadata` },
          }),
      ],
      ['another host', () => health({ sent: { headers: { host: 'kms.example.com' } } })],
      ['a session token', () => health({ headers: { 'x-amz-security-token': 'x' } })],
      [
        'UNSIGNED-PAYLOAD',
        () => health({ headers: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
      ],
      [
        'a signed header twice',
        () => health({ headers: { 'x-more': 'a' }, sent: { headers: { 'x-more': 'a,b' } } }),
      ],
      [
        'a prefix that is nobody’s',
        () => health({}, credential, `/${tenant.accountId}-aaaaaaaa/kms/xks/v1`),
      ],
      ['another tenant’s prefix, one’s own credential', () => health({}, credential, foreign.path)],
      ['one’s own prefix, another tenant’s credential', () => health({}, foreign, credential.path)],
    ]
    test.for(CASES)('%s', async ([, run]) => {
      const answer = await run()
      expectXksError(answer, 'AuthenticationFailedException')
      // a stranger learns nothing, and it is the same whatever is wrong
      expect(answer.json['errorMessage']).toBe(
        'The request is not signed by a credential of this prefix.',
      )
    })

    test('every header that is said to be signed counts; host and date must be', async () => {
      const answer = await health({ headers: { 'content-type': 'application/json' } })
      expect(answer.status).toBe(200)
    })

    test('an XKS credential opens nothing else', async () => {
      const as = { accountId: tenant.accountId, ...credential }
      for (const via of ['aws', 'rest'] as const) {
        const outcome = await harness.call(via, as, 'ListKeys')
        expect(outcome.code).toBe('UnrecognizedClientException')
      }
    })
  })

  describe('InvalidUriPathException', () => {
    test.for([
      ['another version', '/kms/xks/v2/health'],
      ['no operation', '/kms/xks/v1'],
      ['another operation', '/kms/xks/v1/keys/KEY/sign'],
      ['a trailing slash', '/kms/xks/v1/health/'],
      ['an empty segment', '/kms/xks/v1//health'],
      ['a key id with a character that none has', '/kms/xks/v1/keys/a:b/encrypt'],
      ['a key id of 129 characters', `/kms/xks/v1/keys/${'k'.repeat(129)}/encrypt`],
    ])('%s', async ([, rest = '']) => {
      const prefix = credential.path.split('/')[1]
      const answer = await ask(`/${prefix}${rest.replace('KEY', key)}`, HEALTH)
      expectXksError(answer, 'InvalidUriPathException')
    })

    // the test client asks for it
    test.for([
      ['a prefix with a segment more', `/PREFIX/invalid/kms/xks/v1/health`],
      ['no prefix', '/kms/xks/v1/health'],
    ])('%s', async ([, path = '']) => {
      const prefix = credential.path.split('/')[1] ?? ''
      const answer = await ask(path.replace('PREFIX', prefix), HEALTH)
      expectXksError(answer, 'InvalidUriPathException')
    })

    test('a prefix that can be nobody’s', async () => {
      expectXksError(await ask('/some-prefix/kms/xks/v1/health', HEALTH), 'InvalidUriPathException')
    })
    test('a query', async () => {
      expectXksError(await health({ sent: { query: '?a=b' } }), 'InvalidUriPathException')
    })
  })

  // "it MUST reject the request with a 405 Method Not Allowed error"
  test.for(['GET', 'PUT', 'DELETE'])('%s is answered 405', async (method) => {
    for (const path of [`${credential.path}/health`, `${credential.path}/keys/${key}/encrypt`]) {
      const answer = await ask(path, '', { method })
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST'])
    }
  })

  describe('KeyNotFoundException', () => {
    test('no such key, another tenant’s, one of another Region', async () => {
      const theirs = (await harness.key(other)).id
      const there = (await harness.key(tenant, {}, 'eu-west-1')).id
      for (const id of ['a.b_c', '00000000-0000-4000-8000-000000000000', theirs, there]) {
        for (const [verb, body] of [
          ['metadata', { requestMetadata: metadata() }],
          ['encrypt', encryption()],
          ['decrypt', decryption()],
        ] as const) {
          expectXksError(await call(verb, body, {}, id), 'KeyNotFoundException')
        }
      }
      const region = 'eu-west-1'
      const own = await xksCredential(harness, tenant, 'role/aws', region)
      const path = `${own.path}/keys/${there}/encrypt`
      expect((await ask(path, encryption(), { region }, own)).status).toBe(200)
    })
  })

  describe('by the state and kind of the key', () => {
    test('InvalidStateException of a disabled key and one pending deletion; both are DISABLED', async () => {
      for (const [operation, input] of [
        ['DisableKey', {}],
        ['ScheduleKeyDeletion', { PendingWindowInDays: 7 }],
      ] as const) {
        const { id } = await harness.key(tenant)
        await harness.ok(tenant, operation, { KeyId: id, ...input })
        expectXksError(await call('encrypt', encryption(), {}, id), 'InvalidStateException')
        expectXksError(await call('decrypt', decryption(), {}, id), 'InvalidStateException')
        const { json } = await call('metadata', { requestMetadata: metadata() }, {}, id)
        expect(json).toMatchObject({ keyStatus: 'DISABLED', keySpec: 'AES_256' })
      }
    })

    test('InvalidStateException of a key that waits for its material', async () => {
      const { id } = await harness.key(tenant, { Origin: 'EXTERNAL' })
      expectXksError(await call('encrypt', encryption(), {}, id), 'InvalidStateException')
    })

    test('InvalidKeyUsageException of keys that are no AES-256 keys', async () => {
      for (const input of [
        { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
        { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
      ]) {
        const { id } = await harness.key(tenant, input)
        expectXksError(await call('encrypt', encryption(), {}, id), 'InvalidKeyUsageException')
        expectXksError(await call('decrypt', decryption(), {}, id), 'InvalidKeyUsageException')
        const { json } = await call('metadata', { requestMetadata: metadata() }, {}, id)
        expect(json).toEqual({
          keySpec: input.KeySpec,
          keyUsage: [input.KeyUsage],
          keyStatus: 'ENABLED',
        })
      }
    })
    test('InvalidKeyUsageException of an RSA key', { tags: ['rsa'] }, async () => {
      const { id } = await harness.key(tenant, { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })
      expectXksError(await call('encrypt', encryption(), {}, id), 'InvalidKeyUsageException')
    })
  })

  test('InvalidCiphertextException: metadata that nobody made, and none', async () => {
    for (const more of [
      {},
      { ciphertextMetadata: '' },
      { ciphertextMetadata: base64Of(20) },
      { initializationVector: base64Of(16) },
    ]) {
      expectXksError(await call('decrypt', decryption(more)), 'InvalidCiphertextException')
    }
  })

  test('InvalidStateException of a suspended account, to who proves its credential', async () => {
    const { tenant: theirs, credential: blocked } = await xksTenant(harness)
    const input = { AccountId: theirs.accountId }
    await own(harness, 'SuspendTenant', input)
    expectXksError(await health({}, blocked), 'InvalidStateException')
    expectXksError(
      await health({}, { ...blocked, secretAccessKey: 'x'.repeat(64) }),
      'AuthenticationFailedException',
    )
    await own(harness, 'ResumeTenant', input)
    expect((await health({}, blocked)).status).toBe(200)
  })

  describe('UnsupportedOperationException: sizes that are not supported', () => {
    test.for([
      ['a plaintext of 8,193 bytes', 'encrypt', () => encryption({ plaintext: base64Of(8193) })],
      [
        'additional data of 16,385 bytes',
        'encrypt',
        () => encryption({ additionalAuthenticatedData: base64Of(16_385) }),
      ],
      ['a ciphertext of 8,193 bytes', 'decrypt', () => decryption({ ciphertext: base64Of(8193) })],
      ['a body of more than 64 KB', 'encrypt', () => encryption({ more: 'x'.repeat(65_536) })],
      [
        'a body of a megabyte and more',
        'encrypt',
        () => encryption({ more: 'x'.repeat(1_100_000) }),
      ],
    ] as const)('%s', async ([, verb, body]) => {
      expectXksError(await call(verb, body()), 'UnsupportedOperationException')
    })
  })
})
