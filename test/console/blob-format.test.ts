// @module-tag local: only what the console reads of ciphertexts is looked at
import { randomBytes } from 'node:crypto'
import {
  buildClient,
  CommitmentPolicy,
  getClient,
  KMS,
  KmsKeyringNode,
} from '@aws-crypto/client-node'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Explained, explained } from '../../console/src/pages/playground/blob-format.ts'
import { parseBlob } from '../../core/crypto/blob.ts'
import golden from '../golden/blobs.json' with { type: 'json' }
import external from '../golden/external-blobs.json' with { type: 'json' }
import token from '../golden/token-blobs.json' with { type: 'json' }
import { describeStores, REGION } from '../support/harness.ts'

const of = (base64: unknown) => explained(new Uint8Array(Buffer.from(String(base64), 'base64')))
const first = Buffer.from(golden[0]?.blob ?? '', 'base64')

describe('what is told of a ciphertext without opening it', () => {
  const all = [
    ...golden.map((one) => ({ ...one, suite: 1 })),
    ...external.map((one) => ({ ...one, suite: 2 })),
    ...token.map((one) => ({ ...one, suite: 3 })),
  ]
  test.each(all)('suite $suite: $name', ({ blob, header, plaintext, suite }) => {
    const { accountId: account, region, keyId, materialId } = header
    const plaintextLength = Buffer.from(plaintext, 'base64').length
    const kind = 'own'
    expect(of(blob)).toEqual({ kind, suite, account, region, keyId, materialId, plaintextLength })
  })

  test('a blob is one of tenkey’s where the service itself reads one, whatever is changed in it', () => {
    const isRead = (bytes: Uint8Array) => {
      try {
        return parseBlob(bytes).suite === 1
      } catch {
        return false
      }
    }
    const changed = fc
      .tuple(fc.nat(first.length - 1), fc.nat(255), fc.nat(first.length))
      .map(([at, byte, length]) => {
        const bytes = new Uint8Array(first)
        bytes[at] = byte
        return bytes.slice(0, length)
      })
    fc.assert(
      fc.property(changed, (bytes) => {
        fc.pre(bytes[1] !== 2 && bytes[1] !== 3)
        expect(explained(bytes).kind === 'own').toBe(isRead(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  const AWS = [
    'AQICAHi/0P1VDZP/OCyPIqVc+VMujbl7SrvFZ9Rk2SklZCHQQwGyH7eQ8pazf1/9wFo9vtnpAAAAYTBfBgk=',
    'AQIDAHgQyXAXxSvKZWr5lmknNGdf6xcDAe9LpDG9V2tYEZy0uAEtFEdSOypakMgH05OAWwlUAAAAfjB8Bgk=',
    'AQECAHi/0P1VDZP/OCyPIqVc+VMujbl7SrvFZ9Rk2SklZCHQQwGyH7eQ8pazf1/9wFo9vtnpAAAAYTBfBgk=',
    'AQIBAHg2lS0EjL9HUNzk+f0duqFuRva3xcI7b1dYz258CzR1+AFNQA9K53SARGZeDroMo6G4AAAAfjB8Bgk=',
  ]
  test.each(AWS)('one of AWS KMS’s own: %s', (blob) => {
    expect(of(blob)).toEqual({ kind: 'aws' })
  })

  test.each<[number, Explained]>([
    [256, { kind: 'sized', specs: ['RSA_2048'] }],
    [384, { kind: 'sized', specs: ['RSA_3072'] }],
    [512, { kind: 'sized', specs: ['RSA_4096'] }],
    [768, { kind: 'sized', specs: ['ML_KEM_512'] }],
    [1088, { kind: 'sized', specs: ['ML_KEM_768'] }],
    [1568, { kind: 'sized', specs: ['ML_KEM_1024'] }],
    [0, { kind: 'unknown' }],
    [1, { kind: 'unknown' }],
    [257, { kind: 'unknown' }],
  ])('%d bytes without a header', (length, what) => {
    // no version that there is
    expect(explained(new Uint8Array(length).fill(0xff))).toEqual(what)
  })

  test('any bytes are answered for', () => {
    const begun = fc
      .tuple(
        fc.constantFrom([], [1, 0x80, 1, 0x78], [2, 4, 0x78], [1, 1], [1, 2], [1, 3]),
        fc.uint8Array({ maxLength: 300 }),
      )
      .map(([head, rest]) => new Uint8Array([...head, ...rest]))
    fc.assert(fc.property(begun, (bytes) => typeof explained(bytes).kind === 'string'))
  })
})

describeStores('what is told of a message of the AWS Encryption SDK', (harness) => {
  const POLICIES = [
    [CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, 2, /COMMIT_KEY_ECDSA_P384$/],
    [CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT, 1, /^AES_256_GCM_IV12.*ECDSA_P384$/],
  ] as const
  test.each(POLICIES)('%s', async (policy, version, algorithm) => {
    const tenant = await harness.tenant()
    const [one, other] = [await harness.key(tenant), await harness.key(tenant)]
    const { accessKeyId, secretAccessKey } = tenant
    const clientProvider = getClient(KMS as never, {
      ...{ endpoint: harness.target.url, credentials: { accessKeyId, secretAccessKey } },
    })
    const keyring = new KmsKeyringNode({
      ...{ clientProvider, generatorKeyId: one.arn, keyIds: [other.arn] },
    })
    const encryptionContext = { app: 'shop', ä: 'ü' }
    const { encrypt } = buildClient(policy)
    const { result } = await encrypt(keyring, randomBytes(20), { encryptionContext })
    const told = explained(new Uint8Array(result))
    expect(told).toMatchObject({ kind: 'encryption-sdk', version })
    if (told.kind !== 'encryption-sdk') throw new Error('it is a message')
    expect(told.algorithm).toMatch(algorithm)
    expect(Object.fromEntries(told.context)).toMatchObject(encryptionContext)
    expect(told.keys).toMatchObject(
      [one, other].map(({ id, arn }) => ({
        provider: 'aws-kms',
        info: arn,
        wrapped: { kind: 'own', keyId: id, region: REGION, plaintextLength: 32 },
      })),
    )
    // what ends within its header is no message
    for (const length of [3, 40, 100]) {
      expect(explained(new Uint8Array(result).slice(0, length)).kind).toBe('unknown')
    }
  })
})
