// @module-tag functions
import { beforeAll, describe, expect, test } from 'vitest'
import { XKS_ERRORS, type XksErrorName } from '../../core/xks/protocol.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import {
  callXks,
  metadata,
  own,
  PROXY_POLICY,
  type XksCredential,
  type XksOptions,
  type XksOutcome,
  xksCredential,
} from '../support/xks.ts'

type Members = Readonly<Record<string, unknown>>
const encryption = (more: Members = {}): Members => ({
  requestMetadata: metadata(),
  plaintext: 'SGVsbG8gV29ybGQh',
  encryptionAlgorithm: 'AES_GCM',
  ...more,
})
const base64 = (length: number) => Buffer.alloc(length, 7).toString('base64')
const decryption = (more: Members = {}): Members => ({
  requestMetadata: metadata({ kmsOperation: 'Decrypt' }),
  encryptionAlgorithm: 'AES_GCM',
  ciphertext: base64(12),
  initializationVector: base64(12),
  authenticationTag: base64(16),
  ...more,
})
const HEALTH = { requestMetadata: { kmsOperation: 'KmsHealthCheck', kmsRequestId: '1' } }
const without = (name: string, members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([one]) => one !== name))
const minutes = (count: number) => new Date(Date.now() + count * 60_000)

// "Error codes": https://github.com/aws/aws-kms-xksproxy-api-spec/blob/main/xks_proxy_api_spec.md
describeStores('errors of an external key store proxy', (harness) => {
  let tenant: Tenant
  let other: Tenant
  let credential: XksCredential
  let foreign: XksCredential
  let key: string

  const setUp = async (of: Tenant) => {
    await harness.role(of, 'aws', { Policy: PROXY_POLICY })
    return xksCredential(harness, of, 'role/aws')
  }
  beforeAll(async () => {
    tenant = await harness.tenant()
    other = await harness.tenant()
    credential = await setUp(tenant)
    foreign = await setUp(other)
    key = (await harness.key(tenant)).id
  })

  const ask = (path: string, body: unknown = {}, options: XksOptions = {}, as = credential) =>
    callXks(harness.target, as, path, body, options)
  const call = (verb: string, body: unknown, options: XksOptions = {}, id = key) =>
    ask(`${credential.path}/keys/${id}/${verb}`, body, options)
  const health = (options: XksOptions = {}, as = credential, path = as.path) =>
    ask(`${path}/health`, HEALTH, options, as)

  function expectError(answer: XksOutcome, name: XksErrorName): void {
    expect([answer.errorName, answer.status], answer.text).toEqual([name, XKS_ERRORS[name]])
    expect(answer.headers['content-type']).toBe('application/json')
    const { errorMessage = '' } = answer.json
    // "less than 512 characters", printable ASCII
    expect(errorMessage).toMatch(/^[\x20-\x7e]{0,511}$/)
    expect(answer.text).not.toContain('\n')
  }

  const VALIDATIONS: readonly [title: string, verb: string, body: () => unknown][] = [
    ['no JSON', 'encrypt', () => '{"plaintext":'],
    ['no object', 'encrypt', () => '[1]'],
    ['an empty body', 'encrypt', () => ''],
    ['no UTF-8', 'encrypt', () => encryption({ plaintext: '\ud800' })],
    ...['requestMetadata', 'plaintext', 'encryptionAlgorithm'].map(
      (name): [string, string, () => unknown] => [
        `no ${name}`,
        'encrypt',
        () => without(name, encryption()),
      ],
    ),
    ...['awsPrincipalArn', 'kmsKeyArn', 'kmsOperation', 'kmsRequestId'].map(
      (name): [string, string, () => unknown] => [
        `no ${name}`,
        'encrypt',
        () => encryption({ requestMetadata: without(name, metadata()) }),
      ],
    ),
    ['metadata of another type', 'encrypt', () => encryption({ requestMetadata: 'text' })],
    [
      'an ARN that is no text',
      'encrypt',
      () => encryption({ requestMetadata: metadata({ kmsKeyArn: 1 }) }),
    ],
    [
      'an ARN of more than 2,048 characters',
      'encrypt',
      () => encryption({ requestMetadata: metadata({ awsPrincipalArn: 'é'.repeat(2049) }) }),
    ],
    ['plaintext that is not Base64', 'encrypt', () => encryption({ plaintext: 'a b=' })],
    ['URL-safe Base64', 'encrypt', () => encryption({ plaintext: '_-8=' })],
    ['no plaintext in it', 'encrypt', () => encryption({ plaintext: '' })],
    ['another algorithm', 'encrypt', () => encryption({ encryptionAlgorithm: 'AES_CBC' })],
    [
      'another integrity algorithm',
      'encrypt',
      () => encryption({ ciphertextDataIntegrityValueAlgorithm: 'SHA_512' }),
    ],
    [
      'additional data that is not Base64',
      'encrypt',
      () => encryption({ additionalAuthenticatedData: '*' }),
    ],
    ...['ciphertext', 'initializationVector', 'authenticationTag', 'encryptionAlgorithm'].map(
      (name): [string, string, () => unknown] => [
        `no ${name}`,
        'decrypt',
        () => without(name, decryption()),
      ],
    ),
    ['an IV of 13 bytes', 'decrypt', () => decryption({ initializationVector: base64(13) })],
    ['a tag of 12 bytes', 'decrypt', () => decryption({ authenticationTag: base64(12) })],
    ['metadata of 21 bytes', 'decrypt', () => decryption({ ciphertextMetadata: base64(21) })],
    ['metadata without requestMetadata', 'metadata', () => ({})],
    ['health without requestMetadata', '../../health', () => ({})],
    [
      'health without kmsOperation',
      '../../health',
      () => ({ requestMetadata: { kmsRequestId: '1' } }),
    ],
  ]
  test.for(VALIDATIONS)('ValidationException: %s (%s)', async ([, verb, body]) => {
    const answer =
      verb === '../../health'
        ? await ask(`${credential.path}/health`, body())
        : await call(verb, body())
    expectError(answer, 'ValidationException')
  })

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
            { ...credential, accessKeyId: credential.accessKeyId.replace(/.{4}$/, 'AAAA') },
          ),
      ],
      [
        'an access key of the tenant’s root',
        () => health({}, { ...tenant, path: credential.path }),
      ],
      ['for the service kms', () => health({ service: 'kms' })],
      ['for no Region', () => health({ region: 'nowhere' })],
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
      expectError(answer, 'AuthenticationFailedException')
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
      expectError(answer, 'InvalidUriPathException')
    })

    // the test client asks for it
    test.for([
      ['a prefix with a segment more', `/PREFIX/invalid/kms/xks/v1/health`],
      ['no prefix', '/kms/xks/v1/health'],
    ])('%s', async ([, path = '']) => {
      const prefix = credential.path.split('/')[1] ?? ''
      const answer = await ask(path.replace('PREFIX', prefix), HEALTH)
      expectError(answer, 'InvalidUriPathException')
    })

    test('a prefix that can be nobody’s', async () => {
      expectError(await ask('/some-prefix/kms/xks/v1/health', HEALTH), 'InvalidUriPathException')
    })
    test('a query', async () => {
      expectError(await health({ sent: { query: '?a=b' } }), 'InvalidUriPathException')
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
          expectError(await call(verb, body, {}, id), 'KeyNotFoundException')
        }
      }
      expect((await call('encrypt', encryption(), { region: 'eu-west-1' }, there)).status).toBe(200)
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
        expectError(await call('encrypt', encryption(), {}, id), 'InvalidStateException')
        expectError(await call('decrypt', decryption(), {}, id), 'InvalidStateException')
        const { json } = await call('metadata', { requestMetadata: metadata() }, {}, id)
        expect(json).toMatchObject({ keyStatus: 'DISABLED', keySpec: 'AES_256' })
      }
    })

    test('InvalidStateException of a key that waits for its material', async () => {
      const { id } = await harness.key(tenant, { Origin: 'EXTERNAL' })
      expectError(await call('encrypt', encryption(), {}, id), 'InvalidStateException')
    })

    test('InvalidKeyUsageException of keys that are no AES-256 keys', async () => {
      for (const input of [
        { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
        { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
      ]) {
        const { id } = await harness.key(tenant, input)
        expectError(await call('encrypt', encryption(), {}, id), 'InvalidKeyUsageException')
        expectError(await call('decrypt', decryption(), {}, id), 'InvalidKeyUsageException')
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
      expectError(await call('encrypt', encryption(), {}, id), 'InvalidKeyUsageException')
    })
  })

  test('InvalidCiphertextException: metadata that nobody made, and none', async () => {
    for (const more of [
      {},
      { ciphertextMetadata: '' },
      { ciphertextMetadata: base64(20) },
      { initializationVector: base64(16) },
    ]) {
      expectError(await call('decrypt', decryption(more)), 'InvalidCiphertextException')
    }
  })

  test('InvalidStateException of a suspended account, to who proves its credential', async () => {
    const theirs = await harness.tenant()
    const blocked = await setUp(theirs)
    const input = { AccountId: theirs.accountId }
    await own(harness, 'SuspendTenant', input)
    expectError(await health({}, blocked), 'InvalidStateException')
    expectError(
      await health({}, { ...blocked, secretAccessKey: 'x'.repeat(64) }),
      'AuthenticationFailedException',
    )
    await own(harness, 'ResumeTenant', input)
    expect((await health({}, blocked)).status).toBe(200)
  })

  describe('UnsupportedOperationException: sizes that are not supported', () => {
    test.for([
      ['a plaintext of 8,193 bytes', 'encrypt', () => encryption({ plaintext: base64(8193) })],
      [
        'additional data of 16,385 bytes',
        'encrypt',
        () => encryption({ additionalAuthenticatedData: base64(16_385) }),
      ],
      ['a ciphertext of 8,193 bytes', 'decrypt', () => decryption({ ciphertext: base64(8193) })],
      ['a body of more than 64 KB', 'encrypt', () => encryption({ more: 'x'.repeat(65_536) })],
      [
        'a body of a megabyte and more',
        'encrypt',
        () => encryption({ more: 'x'.repeat(1_100_000) }),
      ],
    ] as const)('%s', async ([, verb, body]) => {
      expectError(await call(verb, body()), 'UnsupportedOperationException')
    })
  })
})
