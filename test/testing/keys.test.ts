import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetPublicKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import { afterEach, describe, expect, test } from 'vitest'
import { KEY_SPECS, keySpec } from '../../core/key/spec.ts'
import {
  type GivenKey,
  startTenkey,
  type Tenkey,
  type TestingOptions,
} from '../../testing/index.ts'
import { RSA_FIXTURES } from '../../testing/rsa-fixtures.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function start(options: TestingOptions = {}): Promise<Tenkey & { kms: KMSClient }> {
  const tenkey = await startTenkey(options)
  const kms = new KMSClient({ ...tenkey.clientConfig(), maxAttempts: 1 })
  ends.push(
    () => tenkey.close(),
    () => kms.destroy(),
  )
  return { ...tenkey, kms }
}

const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex')

/** The usage that a key of a spec is made with here, and every spec. */
const MADE = KEY_SPECS.flatMap((name) => {
  const spec = keySpec(name)
  return spec === undefined || name === 'SM2' ? [] : [{ name, usage: spec.usages[0] }]
})

describe('what a seed decides', () => {
  /** All that a seed decides, as callers see it. */
  async function seen(seed: string): Promise<unknown> {
    const KeyId = 'alias/a'
    const { kms } = await start({ seed, keys: [{ alias: KeyId }] })
    const keys: unknown[] = []
    for (const { name, usage } of MADE) {
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({ KeySpec: name, KeyUsage: usage, MultiRegion: name === 'HMAC_224' }),
      )
      const id = KeyMetadata?.KeyId
      const shown = name.startsWith('HMAC')
        ? await kms
            .send(
              new GenerateMacCommand({
                KeyId: id,
                Message: Buffer.from('m'),
                MacAlgorithm: KeyMetadata?.MacAlgorithms?.[0],
              }),
            )
            .then(({ Mac }) => hex(Mac))
        : name === 'SYMMETRIC_DEFAULT'
          ? KeyMetadata?.CurrentKeyMaterialId
          : await kms
              .send(new GetPublicKeyCommand({ KeyId: id }))
              .then(({ PublicKey }) => hex(PublicKey))
      keys.push([name, id, shown])
    }
    const random = await kms.send(new GenerateRandomCommand({ NumberOfBytes: 16 }))
    const data = await kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }))
    const pair = await kms.send(
      new GenerateDataKeyPairCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' }),
    )
    return [keys, hex(random.Plaintext), hex(data.Plaintext), hex(pair.PrivateKeyPlaintext)]
  }

  test('ids, material of every spec, data keys and random bytes', async () => {
    const first = await seen('one')
    expect(await seen('one')).toEqual(first)
    const flat = (value: unknown): readonly string[] =>
      JSON.stringify(value).match(/[0-9a-f-]{32,}/g) ?? []
    const other = flat(await seen('another'))
    // RSA's material is one of a few, whatever the seed
    const shared: string[] = flat(first).filter((text) => other.includes(text))
    const fixtures = [...RSA_FIXTURES.values()].map(([key = '']) => publicHalf(key))
    expect(shared.sort()).toEqual(fixtures.sort())
  })

  test('credentials: the same of a seed, and of no other', async () => {
    const [first, same, other, drawn] = await Promise.all([
      start({ seed: 'one' }),
      start({ seed: 'one' }),
      start({ seed: 'another' }),
      start(),
    ])
    expect(same.credentials).toEqual(first.credentials)
    const secrets = [first, other, drawn].map(({ credentials }) => credentials.secretAccessKey)
    expect(new Set(secrets).size).toBe(3)
  })

  test('different material for each key', async () => {
    const { kms } = await start({ seed: 'one' })
    const made = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
      made.add(`${KeyMetadata?.CurrentKeyMaterialId}`)
    }
    expect(made.size).toBe(3)
  })
})

const publicHalf = (pkcs8: string): string =>
  hex(
    createPublicKey(
      createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' }),
    ).export({ format: 'der', type: 'spki' }),
  )

test('fixtures are keys of their spec as they are kept, each another', () => {
  const all = [...RSA_FIXTURES].flatMap(([name, keys]) => keys.map((key) => [name, key] as const))
  for (const [name, key] of all) {
    const bytes = Buffer.from(key, 'base64')
    const privateKey = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
    expect(`RSA_${privateKey.asymmetricKeyDetails?.modulusLength}`).toBe(name)
    expect(privateKey.export({ format: 'der', type: 'pkcs8' }).equals(bytes)).toBe(true)
    const message = Buffer.from('message')
    const signature = sign('sha256', message, privateKey)
    expect(verify('sha256', message, createPublicKey(privateKey), signature)).toBe(true)
  }
  expect(new Set(all.map(([, key]) => key)).size).toBe(all.length)
})

describe('given keys', () => {
  test('have their id, alias and material', async () => {
    const id = '11111111-2222-4333-8444-555555555555'
    const material = Buffer.alloc(32, 9)
    const { kms, key } = await start({
      keys: [{ alias: 'alias/mac', id, spec: 'HMAC_256', material, tags: { team: 'a' } }],
    })
    expect(key('alias/mac').id).toBe(id)
    const { Mac } = await kms.send(
      new GenerateMacCommand({
        KeyId: 'alias/mac',
        Message: Buffer.from('message'),
        MacAlgorithm: 'HMAC_SHA_256',
      }),
    )
    expect(hex(Mac)).toBe(createHmac('sha256', material).update('message').digest('hex'))
  })

  const pem = ({ privateKey }: { privateKey: KeyObject }): string =>
    privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = Buffer.from(RSA_FIXTURES.get('RSA_2048')?.[3] ?? '', 'base64')

  test.each<readonly [GivenKey, string]>([
    [
      { alias: 'alias/ec', spec: 'ECC_NIST_P256', usage: 'SIGN_VERIFY', material: pem(ec) },
      hex(ec.publicKey.export({ format: 'der', type: 'spki' })),
    ],
    [
      { alias: 'alias/rsa', spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT', material: rsa },
      publicHalf(rsa.toString('base64')),
    ],
  ])('have the private key that is given: $alias', async (given, expected) => {
    const { kms } = await start({ keys: [given] })
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: given.alias }))
    expect(hex(PublicKey)).toBe(expected)
  })

  test.each(MADE)('of every spec: $name', async (made) => {
    const { name: spec, usage = 'SIGN_VERIFY' } = made
    const { kms, key } = await start({ keys: [{ alias: 'alias/a', spec, usage }] })
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/a' }))
    expect(KeyMetadata).toMatchObject({ Arn: key('alias/a').arn, KeySpec: spec, KeyUsage: usage })
  })

  test('do not depend on each other, nor on what else is made', async () => {
    const a = { alias: 'alias/a' }
    const b = { alias: 'alias/b' }
    const first = await start({ seed: 's', keys: [a, b] })
    const second = await start({ seed: 's', keys: [b] })
    expect(second.key('alias/b')).toEqual(first.key('alias/b'))
    const Plaintext = Buffer.from('x')
    const { CiphertextBlob } = await first.kms.send(
      new EncryptCommand({ KeyId: 'alias/b', Plaintext }),
    )
    const opened = await second.kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(hex(opened.Plaintext)).toBe(hex(Plaintext))
  })

  test('are multi-Region keys by their id', async () => {
    const id = `mrk-${'ab'.repeat(16)}`
    const { kms } = await start({ keys: [{ alias: 'alias/m', id }], region: 'eu-west-1' })
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/m' }))
    expect(KeyMetadata).toMatchObject({ KeyId: id, MultiRegion: true })
  })

  test.each<readonly [GivenKey, RegExp]>([
    [{ alias: 'orders' }, /^key orders: CreateAlias: ValidationException: /],
    [{ alias: 'alias/a', id: 'ABC' }, /^key alias\/a: 'ABC' is no key id/],
    [{ alias: 'alias/a', material: Buffer.alloc(31) }, /must be 32 bytes long/],
    [{ alias: 'alias/a', material: 'secret' }, /material of SYMMETRIC_DEFAULT is bytes, not text/],
    [{ alias: 'alias/a', spec: 'RSA_2048' }, /CreateKey: ValidationException: You must specify a/],
    [
      { alias: 'alias/a', spec: 'RSA_3072', usage: 'SIGN_VERIFY', material: rsa },
      /^key alias\/a: .*3072/,
    ],
    [{ alias: 'alias/a', policy: '{' }, /CreateKey: MalformedPolicyDocumentException/],
  ])('are refused with their alias: %o', async (given, words) => {
    await expect(startTenkey({ keys: [given] })).rejects.toThrow(words)
  })

  test('that are not there are named', async () => {
    const { key } = await start({ keys: [{ alias: 'alias/a' }] })
    expect(() => key('alias/b')).toThrow('no key alias/b was given: alias/a')
  })
})

describe('ciphertexts', () => {
  const encrypt = async (kms: KMSClient, text: string, context: Record<string, string> = {}) =>
    hex(
      (
        await kms.send(
          new EncryptCommand({
            KeyId: 'alias/a',
            Plaintext: Buffer.from(text),
            EncryptionContext: context,
          }),
        )
      ).CiphertextBlob,
    )
  const keys = [{ alias: 'alias/a' }]

  test('are stable on demand: by key, plaintext and context, in whatever order', async () => {
    const { kms, reset } = await start({ seed: 's', ciphertexts: 'stable', keys })
    const all = [
      await encrypt(kms, 'one'),
      await encrypt(kms, 'two'),
      await encrypt(kms, 'one', { a: 'b' }),
    ]
    expect(new Set(all.map((text) => text.slice(0, 200))).size).toBe(3)
    await reset()
    expect(await encrypt(kms, 'two')).toBe(all[1])
    expect(await encrypt(kms, 'one')).toBe(all[0])
    const { Plaintext } = await kms.send(
      new DecryptCommand({
        CiphertextBlob: Buffer.from(all[2] ?? '', 'hex'),
        EncryptionContext: { a: 'b' },
      }),
    )
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('one')
  })

  test('differ each time otherwise', async () => {
    const { kms } = await start({ seed: 's', keys })
    expect(await encrypt(kms, 'one')).not.toBe(await encrypt(kms, 'one'))
  })
})
