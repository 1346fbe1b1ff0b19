import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
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
  type MacAlgorithmSpec,
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
      const shown =
        name === 'SYMMETRIC_DEFAULT'
          ? KeyMetadata?.CurrentKeyMaterialId
          : hex(await shownBy(kms, name, `${id}`))
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

/** What a key shows of its material: a MAC, a stable ciphertext or its public key. */
async function shownBy(kms: KMSClient, spec: string, KeyId: string): Promise<Uint8Array> {
  const message = Buffer.from('m')
  if (spec.startsWith('HMAC_')) {
    const MacAlgorithm = `HMAC_SHA_${spec.slice(5)}` as MacAlgorithmSpec
    const { Mac } = await kms.send(
      new GenerateMacCommand({ KeyId, Message: message, MacAlgorithm }),
    )
    return Mac ?? new Uint8Array()
  }
  if (spec === 'SYMMETRIC_DEFAULT') {
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: message }))
    return CiphertextBlob ?? new Uint8Array()
  }
  return (await kms.send(new GetPublicKeyCommand({ KeyId }))).PublicKey ?? new Uint8Array()
}

/** Of seed `golden`: each spec's id, and the beginning of SHA-256 of what its key shows. Never edited: snapshots hold such. */
const GOLDEN: readonly (readonly [GivenKey['spec'] & string, string, string])[] = [
  ['RSA_2048', 'f270a386-9df1-4823-9a32-c8d39aecde8b', '10441658229c36cb7a6d351101eda8ae'],
  ['RSA_3072', '7cd3de0e-9cfe-4198-a976-4f7922ff933d', 'a40db412fc5f081bb2fdd57c287654bc'],
  ['RSA_4096', '3c2401f7-961a-4590-b19e-6ec14b84a83c', '676e302a9886cc1d427060b1dd37541f'],
  ['ECC_NIST_P256', '7c5f53da-e831-4280-bdd0-464fa3a992dc', 'c8c93b1a5844c349361bb8d7ad422154'],
  ['ECC_NIST_P384', '9271de84-07e3-4e77-b9ed-4eea5aee2642', '3be3811a5281ada89b8ff9eed78a2c76'],
  ['ECC_NIST_P521', 'cd22e2c9-5616-4632-97a3-95a712fc6aa1', 'ade63cc254dc29dc69552f37cf08ebd9'],
  ['ECC_SECG_P256K1', '9b013977-3c9d-495c-8e20-1be9c232fae3', '3d1a336965435443feaccf752e25d12a'],
  ['SYMMETRIC_DEFAULT', '809fe703-cfed-441f-bc62-cc03f0af243a', '01a3c29994b26f54966c6c32ed207c53'],
  ['HMAC_224', 'c4c04754-3728-46f5-89a5-21a546a0e187', 'c758c1f941d4d289a7fbebf15cc1222c'],
  ['HMAC_256', '27291ee4-638b-4718-885b-2315006b6172', 'bc302c00335a22fc5aafbb945824d0d8'],
  ['HMAC_384', '36d3b65c-7afa-4939-a262-5c53a9a1d155', '91d998487af3f591e6a73ec09b4e3d68'],
  ['HMAC_512', 'e7131747-9595-49a0-b9bd-8f75dd832179', '4cf6b92e29d608ca7e83fcb74011434a'],
  ['ML_DSA_44', '1a4ee0ff-1367-4421-9cca-4b768a410f02', '1baa965410dbd0f899fd5b1fa8bef58c'],
  ['ML_DSA_65', '16a440d1-59d3-4a6c-a8d1-a025f1154066', '842d9129c6c5af7124bfe0c7037c1bc8'],
  ['ML_DSA_87', 'c0b1c4e9-71d1-4dfd-ad56-e206ac10a8e5', 'b8459b01657e4806c1da97aa15e0d087'],
  [
    'ECC_NIST_EDWARDS25519',
    '3ca0b3fd-0b28-42f2-b73c-82781017d0e6',
    '4a11f444f7d7a0e65cb214e03fc19c22',
  ],
  ['ML_KEM_512', '1b9fafee-c5de-4a94-9885-a9ec9330724e', 'b14b1bfb26c2b0faf66ed4e39731a23b'],
  ['ML_KEM_768', '7761049c-c390-4e8c-b598-fbca0a27b406', '022a19c2e50f1182f45e9d02b8aa3d60'],
  ['ML_KEM_1024', '299781d0-cf44-4c77-98a1-2be86acb45c4', 'a8d2305e1e9c37739900610bf61648ec'],
]

test('what a seed gives stays what it is', async () => {
  const keys = GOLDEN.map(([spec]) => {
    const usage = MADE.find(({ name }) => name === spec)?.usage
    return { alias: `alias/${spec}`, spec, ...(usage !== undefined && { usage }) }
  })
  const { kms, key, credentials } = await start({ seed: 'golden', ciphertexts: 'stable', keys })
  const seen: unknown[] = []
  for (const { alias, spec } of keys) {
    const digest = hash('sha256', await shownBy(kms, spec, alias))
    seen.push([spec, key(alias).id, digest.slice(0, 32)])
  }
  expect(seen).toEqual(GOLDEN)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  expect(KeyMetadata).toMatchObject({
    KeyId: '4fe81bf7-4f35-46ab-9440-75a9b437398a',
    CurrentKeyMaterialId: '5d7a51c401200c7b1eab85375e9071642da464e52cb92f58905dcfd4696200ef',
  })
  const { Plaintext } = await kms.send(new GenerateRandomCommand({ NumberOfBytes: 16 }))
  expect(hex(Plaintext)).toBe('9e26cdba190d6bc38a23cca53772a901')
  expect(credentials).toEqual({
    accessKeyId: 'AKIADS7JSGQUBMR7EM45',
    secretAccessKey: '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',
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
