// @module-tag rsa
// @module-tag process
import { execFileSync } from 'node:child_process'
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DataKeyPairSpec,
  EncapsulationAlgorithmSpec,
  EncryptionAlgorithmSpec,
  KeyAgreementAlgorithmSpec,
  KeySpec as KeySpecName,
  KeyUsageType,
  MacAlgorithmSpec,
  SigningAlgorithmSpec,
} from '@aws-sdk/client-kms'
import { beforeAll, describe, expect, test } from 'vitest'
import { MAC_ALGORITHMS } from '../../core/crypto/mac.ts'
import { OAEP_ALGORITHMS } from '../../core/crypto/oaep.ts'
import { SIGNING_ALGORITHMS } from '../../core/crypto/signing.ts'
import { KeyMaterialRefused } from '../../core/key/imported.ts'
import { algorithmsOf, KEY_SPECS, keySpec, requireAlgorithm } from '../../core/key/spec.ts'

/** Whose turn it is where key material waits to be looked at. */
const ASKER = { account: '111122223333' }

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
function spec(name: string) {
  const found = keySpec(name)
  if (!found) throw new Error(`no spec ${name}`)
  return found
}
const NAMES = KEY_SPECS.filter((name) => name !== 'SM2')
const pkcs8 = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'pkcs8' })

describe('the table against the SDK', () => {
  test('names every KeySpec of the API model, and has a row for each but SM2', () => {
    expect([...KEY_SPECS].sort()).toEqual(Object.values(KeySpecName).sort())
    expect(NAMES.map((name) => spec(name).name)).toEqual(NAMES)
    expect(keySpec('SM2')).toBeUndefined()
    expect(keySpec('constructor')).toBeUndefined()
    expect(keySpec('rsa_2048')).toBeUndefined()
  })

  test('data key pairs are of the specs of the API model', () => {
    const pairs = NAMES.filter((name) => spec(name).dataKeyPair)
    expect([...pairs, 'SM2'].sort()).toEqual(Object.values(DataKeyPairSpec).sort())
  })

  test('every usage of the API model is of some spec', () => {
    const usages = new Set(NAMES.flatMap((name) => spec(name).usages))
    expect([...usages].sort()).toEqual(Object.values(KeyUsageType).sort())
  })

  test('every algorithm of the API model but those of SM2 is of some spec, and is implemented', () => {
    const all = (list: (name: string) => readonly string[]) =>
      [...new Set(NAMES.flatMap(list))].sort()
    const signing = all((name) => spec(name).signingAlgorithms)
    const mac = all((name) => spec(name).macAlgorithms)
    const encryption = all((name) => spec(name).encryptionAlgorithms)
    const agreement = all((name) => spec(name).keyAgreementAlgorithms)
    const encapsulation = all((name) => spec(name).encapsulationAlgorithms)
    expect(agreement).toEqual(Object.values(KeyAgreementAlgorithmSpec))
    expect(encapsulation).toEqual(Object.values(EncapsulationAlgorithmSpec))
    expect([...signing, 'SM2DSA'].sort()).toEqual(Object.values(SigningAlgorithmSpec).sort())
    expect(mac).toEqual(Object.values(MacAlgorithmSpec).sort())
    expect([...encryption, 'SM2PKE'].sort()).toEqual(Object.values(EncryptionAlgorithmSpec).sort())
    expect([...SIGNING_ALGORITHMS.keys()].sort()).toEqual(signing)
    expect([...MAC_ALGORITHMS.keys()].sort()).toEqual(mac)
    expect([...OAEP_ALGORITHMS.keys(), 'SYMMETRIC_DEFAULT'].sort()).toEqual(encryption)
  })
})

const RSA_SIGNING = [
  ...['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512'],
  ...['RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_384', 'RSASSA_PSS_SHA_512'],
]
const OAEP = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256']
/** spec, usage, its algorithms in AWS's order */
const USAGES = [
  ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT', ['SYMMETRIC_DEFAULT']],
  ...['RSA_2048', 'RSA_3072', 'RSA_4096'].flatMap((name) => [
    [name, 'ENCRYPT_DECRYPT', OAEP] as const,
    [name, 'SIGN_VERIFY', RSA_SIGNING] as const,
  ]),
  ['ECC_NIST_P256', 'SIGN_VERIFY', ['ECDSA_SHA_256']],
  ['ECC_NIST_P256', 'KEY_AGREEMENT', ['ECDH']],
  ['ECC_NIST_P384', 'SIGN_VERIFY', ['ECDSA_SHA_384']],
  ['ECC_NIST_P384', 'KEY_AGREEMENT', ['ECDH']],
  ['ECC_NIST_P521', 'SIGN_VERIFY', ['ECDSA_SHA_512']],
  ['ECC_NIST_P521', 'KEY_AGREEMENT', ['ECDH']],
  ['ECC_SECG_P256K1', 'SIGN_VERIFY', ['ECDSA_SHA_256']],
  ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY', ['ED25519_SHA_512', 'ED25519_PH_SHA_512']],
  ['ML_DSA_44', 'SIGN_VERIFY', ['ML_DSA_SHAKE_256']],
  ['ML_DSA_65', 'SIGN_VERIFY', ['ML_DSA_SHAKE_256']],
  ['ML_DSA_87', 'SIGN_VERIFY', ['ML_DSA_SHAKE_256']],
  ['ML_KEM_512', 'ENCAPSULATE_DECAPSULATE', ['ML_KEM']],
  ['ML_KEM_768', 'ENCAPSULATE_DECAPSULATE', ['ML_KEM']],
  ['ML_KEM_1024', 'ENCAPSULATE_DECAPSULATE', ['ML_KEM']],
  ['HMAC_224', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_224']],
  ['HMAC_256', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_256']],
  ['HMAC_384', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_384']],
  ['HMAC_512', 'GENERATE_VERIFY_MAC', ['HMAC_SHA_512']],
] as const
const ALL_USAGES = [
  'ENCRYPT_DECRYPT',
  'SIGN_VERIFY',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
] as const

describe('usages and algorithms', () => {
  test.each(USAGES)('%s %s: %j', (name, usage, algorithms) => {
    expect(spec(name).usages).toContain(usage)
    expect(algorithmsOf(spec(name), usage)).toEqual(algorithms)
    for (const algorithm of algorithms) requireAlgorithm(spec(name), usage, algorithm)
  })

  test.each(NAMES)('%s has no usage and no algorithm beyond those', (name) => {
    const usages = USAGES.filter(([of]) => of === name).map(([, usage]) => usage)
    expect([...spec(name).usages].sort()).toEqual([...usages].sort())
    for (const usage of ALL_USAGES)
      if (!spec(name).usages.includes(usage)) expect(algorithmsOf(spec(name), usage)).toEqual([])
  })

  test('Algorithm {algorithm} is incompatible with key spec {spec}.', () => {
    expect(() => requireAlgorithm(spec('HMAC_224'), 'GENERATE_VERIFY_MAC', 'HMAC_SHA_256')).toThrow(
      expect.objectContaining({
        code: 'InvalidKeyUsageException',
        message: 'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
      }),
    )
  })

  test('only symmetric encryption keys rotate', () => {
    expect(NAMES.filter((name) => spec(name).rotatable)).toEqual(['SYMMETRIC_DEFAULT'])
  })
})

const SECRETS = { SYMMETRIC_DEFAULT: 32, HMAC_224: 28, HMAC_256: 32, HMAC_384: 48, HMAC_512: 64 }
describe.each(Object.entries(SECRETS))('%s', (name, size) => {
  test(`is ${size} random bytes`, async () => {
    const [a, b] = [
      await spec(name).generate({ account: '111122223333' }),
      await spec(name).generate({ account: '111122223333' }),
    ]
    expect([a.length, b.length]).toEqual([size, size])
    expect(a.equals(b)).toBe(false)
    expect(spec(name).toKey(a).export().equals(a)).toBe(true)
    expect(spec(name).asymmetric).toBe(false)
    expect(() => spec(name).publicKey(spec(name).toKey(a))).toThrow(TypeError)
  })

  test(`imports ${size} bytes as a copy, and no others`, async () => {
    const material = Buffer.alloc(size, 7)
    const kept = await spec(name).checkImported(material, ASKER)
    material.fill(0)
    expect(kept.equals(Buffer.alloc(size, 7))).toBe(true)
    for (const length of [0, 1, size - 1, size + 1, size * 2])
      await expect(spec(name).checkImported(Buffer.alloc(length), ASKER)).rejects.toThrow(
        KeyMaterialRefused,
      )
  })
})

/** What OpenSSL calls the type, and bytes of the public key in DER */
const PAIRS = [
  { name: 'RSA_2048', type: 'rsa', publicBytes: 294 },
  { name: 'RSA_3072', type: 'rsa', publicBytes: 422 },
  { name: 'RSA_4096', type: 'rsa', publicBytes: 550 },
  { name: 'ECC_NIST_P256', type: 'ec', publicBytes: 91 },
  { name: 'ECC_NIST_P384', type: 'ec', publicBytes: 120 },
  { name: 'ECC_NIST_P521', type: 'ec', publicBytes: 158 },
  { name: 'ECC_SECG_P256K1', type: 'ec', publicBytes: 88 },
  { name: 'ECC_NIST_EDWARDS25519', type: 'ed25519', publicBytes: 44 },
  { name: 'ML_DSA_44', type: 'ml-dsa-44', publicBytes: 1334 },
  { name: 'ML_DSA_65', type: 'ml-dsa-65', publicBytes: 1974 },
  { name: 'ML_DSA_87', type: 'ml-dsa-87', publicBytes: 2614 },
  { name: 'ML_KEM_512', type: 'ml-kem-512', publicBytes: 822 },
  { name: 'ML_KEM_768', type: 'ml-kem-768', publicBytes: 1206 },
  { name: 'ML_KEM_1024', type: 'ml-kem-1024', publicBytes: 1590 },
]
const material = new Map<string, Buffer>()
const materialOf = (name: string): Buffer => material.get(name) ?? Buffer.alloc(0)

describe('key pairs', () => {
  beforeAll(async () => {
    await Promise.all(
      PAIRS.map(async ({ name }) =>
        material.set(name, await spec(name).generate({ account: '111122223333' })),
      ),
    )
  })

  test.each(PAIRS)('$name is PKCS#8 DER with a public key', ({ name, type, publicBytes }) => {
    const key = spec(name).toKey(materialOf(name))
    expect(key.asymmetricKeyType).toBe(type)
    const der = spec(name).publicKey(key)
    expect(der.length).toBe(publicBytes)
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    expect(spec(name).publicKey(publicKey).equals(der)).toBe(true)
  })

  test.each(PAIRS.filter(({ name }) => spec(name).usages.includes('SIGN_VERIFY')))(
    '$name is as OpenSSL writes it, and signs',
    ({ name, type }) => {
      const key = spec(name).toKey(materialOf(name))
      expect(pkcs8(key).equals(materialOf(name))).toBe(true)
      const hash = type === 'rsa' || type === 'ec' ? 'sha256' : null
      const message = Buffer.from('m')
      expect(verify(hash, message, createPublicKey(key), sign(hash, message, key))).toBe(true)
    },
  )

  test.each(PAIRS)(
    '$name imports its own material unchanged, and no other spec does',
    async ({ name }) => {
      for (const other of PAIRS.map((each) => each.name))
        if (other === name)
          expect(
            (await spec(name).checkImported(materialOf(name), ASKER)).equals(materialOf(name)),
          ).toBe(true)
        else
          await expect(spec(other).checkImported(materialOf(name), ASKER)).rejects.toThrow(
            KeyMaterialRefused,
          )
    },
  )

  test.each(PAIRS)('$name refuses what is not one PKCS#8 DER value', async ({ name }) => {
    const own = materialOf(name)
    const key = spec(name).toKey(own)
    const others = [
      Buffer.alloc(0),
      Buffer.alloc(32, 7),
      own.subarray(0, -1),
      Buffer.concat([own, Buffer.of(0)]),
      Buffer.from(key.export({ format: 'pem', type: 'pkcs8' })),
      spec(name).publicKey(key),
    ]
    for (const bad of others)
      await expect(spec(name).checkImported(bad, ASKER)).rejects.toThrow(KeyMaterialRefused)
  })

  test('a private key with the public half of another is refused', async () => {
    const [own, other] = [
      materialOf('ECC_NIST_P256'),
      pkcs8(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    ]
    const mixed = Buffer.concat([own.subarray(0, -64), other.subarray(-64)])
    await expect(spec('ECC_NIST_P256').checkImported(mixed, ASKER)).rejects.toThrow(
      expect.objectContaining({ reason: 'halves' }),
    )
  })

  test('an ML-DSA seed with the expanded key of another is refused', async () => {
    const mixed = Buffer.from(materialOf('ML_DSA_44'))
    // RFC 9881 §6, `both`: the seed's 32 bytes begin at byte 30
    mixed[30] = (mixed[30] ?? 0) ^ 1
    await expect(spec('ML_DSA_44').checkImported(mixed, ASKER)).rejects.toThrow(KeyMaterialRefused)
  })

  test('an ML-DSA seed alone becomes seed and expanded key', async () => {
    const own = materialOf('ML_DSA_44')
    const seedOnly = Buffer.concat([
      hex('3034020100300b060960864801650304031104228020'),
      own.subarray(30, 62),
    ])
    expect((await spec('ML_DSA_44').checkImported(seedOnly, ASKER)).equals(own)).toBe(true)
  })

  test('an expanded ML-DSA key without its seed is kept so, and signs', async () => {
    const own = materialOf('ML_DSA_44')
    const header = hex('30820a18020100300b060960864801650304031104820a0404820a00')
    const expanded = Buffer.concat([header, own.subarray(-2560)])
    const kept = await spec('ML_DSA_44').checkImported(expanded, ASKER)
    expect(kept.equals(expanded)).toBe(true)
    const [key, whole] = [kept, own].map((each) => spec('ML_DSA_44').toKey(each))
    if (!key || !whole) throw new Error('no key')
    expect(createPublicKey(key).equals(createPublicKey(whole))).toBe(true)
    const message = Buffer.from('m')
    expect(verify(null, message, createPublicKey(whole), sign(null, message, key))).toBe(true)
  })

  test('RSA public exponents: 65537 and odd ones above it, no smaller one', async () => {
    const rsa = (publicExponent: number) =>
      pkcs8(generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent }).privateKey)
    const larger = rsa(65539)
    expect((await spec('RSA_2048').checkImported(larger, ASKER)).equals(larger)).toBe(true)
    await expect(spec('RSA_2048').checkImported(rsa(3), ASKER)).rejects.toThrow(
      expect.objectContaining({ reason: 'exponent' }),
    )
  })

  test('an RSA-PSS key is not an RSA key', async () => {
    const { privateKey } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 })
    await expect(spec('RSA_2048').checkImported(pkcs8(privateKey), ASKER)).rejects.toThrow(
      expect.objectContaining({ reason: 'type' }),
    )
  })
})

test('compressed points and explicit curve parameters, as openssl writes them, are kept in one form', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-spec-'))
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  try {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', file('key'))
    const plain = pkcs8(createPrivateKey(readFileSync(file('key'))))
    for (const form of [
      ['-conv_form', 'compressed'],
      ['-param_enc', 'explicit'],
    ]) {
      openssl('ec', '-in', file('key'), ...form, '-out', file('odd'))
      openssl(
        ...[
          'pkcs8',
          '-topk8',
          '-nocrypt',
          '-in',
          file('odd'),
          '-outform',
          'DER',
          '-out',
          file('der'),
        ],
      )
      const odd = readFileSync(file('der'))
      expect(odd.equals(plain)).toBe(false)
      expect((await spec('ECC_NIST_P256').checkImported(odd, ASKER)).equals(plain)).toBe(true)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
