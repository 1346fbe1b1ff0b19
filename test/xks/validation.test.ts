// @module-tag functions
import { beforeAll, test } from 'vitest'
import { describeStores } from '../support/harness.ts'
import {
  base64Of,
  callXks,
  decryption,
  encryption,
  expectXksError,
  metadata,
  type XksCredential,
  xksTenant,
} from '../support/xks.ts'

type Members = Readonly<Record<string, unknown>>
const without = (name: string, members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([one]) => one !== name))

// "Error codes": https://github.com/aws/aws-kms-xksproxy-api-spec/blob/main/xks_proxy_api_spec.md
describeStores('what an external key store proxy is not asked', (harness) => {
  let credential: XksCredential
  let key: string
  beforeAll(async () => {
    ;({ credential, key } = await xksTenant(harness))
  })
  const ask = (path: string, body: unknown) =>
    callXks(harness.target, credential, `${credential.path}/${path}`, body)

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
    ['an IV of 13 bytes', 'decrypt', () => decryption({ initializationVector: base64Of(13) })],
    ['a tag of 12 bytes', 'decrypt', () => decryption({ authenticationTag: base64Of(12) })],
    ['metadata of 21 bytes', 'decrypt', () => decryption({ ciphertextMetadata: base64Of(21) })],
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
        ? await ask('health', body())
        : await ask(`keys/${key}/${verb}`, body())
    expectXksError(answer, 'ValidationException')
  })
})
