import { createECDH, generateKeyPairSync, generatePrimeSync, type KeyObject } from 'node:crypto'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { KeyMaterialRefused } from '../../core/key/imported.ts'
import { keySpec } from '../../core/key/spec.ts'

/** Whose turn it is where key material waits to be looked at. */
const ASKER = { account: '111122223333' }

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
function spec(name: string) {
  const found = keySpec(name)
  if (!found) throw new Error(`no spec ${name}`)
  return found
}
const pkcs8 = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'pkcs8' })
const rsaPrivateKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const ecPrivateKey = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey

/** Names and orders (SEC 2, SP 800-186), and bytes of a private number. */
const CURVES = [
  {
    name: 'ECC_NIST_P256',
    curve: 'prime256v1',
    oid: '06082a8648ce3d030107',
    size: 32,
    order: p256.Point.Fn.ORDER,
  },
  {
    name: 'ECC_NIST_P384',
    curve: 'secp384r1',
    oid: '06052b81040022',
    size: 48,
    order: p384.Point.Fn.ORDER,
  },
  {
    name: 'ECC_NIST_P521',
    curve: 'secp521r1',
    oid: '06052b81040023',
    size: 66,
    order: p521.Point.Fn.ORDER,
  },
  {
    name: 'ECC_SECG_P256K1',
    curve: 'secp256k1',
    oid: '06052b8104000a',
    size: 32,
    order: secp256k1.Point.Fn.ORDER,
  },
]

/** What a private key of RSA is made of, as a JSON Web Key and in DER. */
type RsaNumbers = Record<'n' | 'e' | 'd' | 'p' | 'q' | 'dp' | 'dq' | 'qi', bigint>

const integer = (n: bigint): Buffer => {
  const digits = n.toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  return der(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.of(tag, ...(length < 128 ? [length] : long)), content])
}
/** PrivateKeyInfo (RFC 5958) of an algorithm and its own format of a private key. */
const privateKeyInfo = (algorithm: Buffer, key: Buffer, ...more: readonly Buffer[]): Buffer =>
  der(0x30, integer(more.length > 0 ? 1n : 0n), algorithm, der(0x04, key), ...more)

const RSA_ENCRYPTION = hex('300d06092a864886f70d0101010500')
const rsaInfo = ({ n, e, d, p, q, dp, dq, qi }: RsaNumbers): Buffer =>
  privateKeyInfo(RSA_ENCRYPTION, der(0x30, ...[0n, n, e, d, p, q, dp, dq, qi].map(integer)))

describe('imported numbers', () => {
  const bigint = (text: string | undefined) =>
    BigInt(`0x${Buffer.from(text ?? '', 'base64url').toString('hex')}`)
  const inverse = (a: bigint, m: bigint): bigint => {
    let [r, next, t, nextT] = [m, a % m, 0n, 1n]
    while (next !== 0n) [r, next, t, nextT] = [next, r % next, nextT, t - (r / next) * nextT]
    return ((t % m) + m) % m
  }
  /** A key of any two factors, primes or not; its exponents belong to them as if they were. */
  const keyOf = (p: bigint, q: bigint, e = 65537n): RsaNumbers => {
    const d = inverse(e, (p - 1n) * (q - 1n))
    return { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
  }
  const drawn = (): RsaNumbers => {
    const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      format: 'jwk',
    })
    return keyOf(bigint(jwk.p), bigint(jwk.q))
  }
  let key: RsaNumbers
  /** a product of two primes, which no test of divisors finds out */
  let composite: bigint

  beforeAll(() => {
    key = drawn()
    for (;;) {
      const half = () => generatePrimeSync(512, { bigint: true })
      composite = half() * half()
      const { d } = keyOf(composite, key.q)
      if (composite.toString(2).length === 1024 && d !== 0n) break
    }
  })

  test('of an RSA key are kept, whatever multiple of the least exponent d is', async () => {
    const kept = await spec('RSA_2048').checkImported(rsaInfo(key), ASKER)
    expect(kept.equals(rsaInfo(key))).toBe(true)
    const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b))
    const [p1, q1] = [key.p - 1n, key.q - 1n]
    const least = rsaInfo({ ...key, d: inverse(key.e, (p1 * q1) / gcd(p1, q1)) })
    expect((await spec('RSA_2048').checkImported(least, ASKER)).equals(least)).toBe(true)
  })

  test.each<[string, () => RsaNumbers]>([
    ['a modulus that is not the product of the factors', () => ({ ...key, n: key.n + 2n })],
    ['factors of another key', () => ({ ...drawn(), n: key.n })],
    ['a factor that is no prime', () => keyOf(composite, key.q)],
    ['the other factor no prime', () => keyOf(key.q, composite)],
    ['a private exponent that does not undo the public one', () => ({ ...key, d: key.d + 2n })],
    ['a private exponent above the modulus', () => ({ ...key, d: key.d + key.n * 2n })],
    ['another public exponent', () => ({ ...key, e: 65539n })],
    ['an exponent for p that is another', () => ({ ...key, dp: key.dp + 2n })],
    ['an exponent for q that is another', () => ({ ...key, dq: key.dq + 2n })],
    ['a coefficient that is another', () => ({ ...key, qi: key.qi + 1n })],
    ['no factors', () => ({ ...key, p: 0n, q: 0n, dp: 0n, dq: 0n, qi: 0n })],
    ['the factors 1 and n', () => ({ ...key, p: 1n, q: key.n })],
  ])('of an RSA key with %s are refused', async (_, numbers) => {
    await expect(spec('RSA_2048').checkImported(rsaInfo(numbers()), ASKER)).rejects.toThrow(
      KeyMaterialRefused,
    )
  })

  test.each(CURVES)('of a $name key are from 1 to below the order', async (one) => {
    const { name, order, oid, curve, size } = one
    const ecdh = createECDH(curve)
    ecdh.setPrivateKey(Buffer.from('05'.padStart(2 * size, '0'), 'hex'))
    const point = ecdh.getPublicKey()
    const info = (d: bigint, named: Uint8Array | undefined = point) =>
      privateKeyInfo(
        der(0x30, hex('06072a8648ce3d0201'), hex(oid)),
        der(
          0x30,
          integer(1n),
          der(0x04, Buffer.from(d.toString(16).padStart(2 * size, '0'), 'hex')),
          der(0xa1, der(0x03, Buffer.of(0), named)),
        ),
      )
    await spec(name).checkImported(info(5n), ASKER)
    for (const bad of [0n, 6n, order - 5n, order, order + 5n]) {
      await expect(spec(name).checkImported(info(bad), ASKER), `${bad}`).rejects.toThrow(
        KeyMaterialRefused,
      )
    }
  })

  test('a public key beside a private one is that key’s (RFC 5958 §2)', async () => {
    const make = () => generateKeyPairSync('ed25519')
    const [own, other] = [make(), make()]
    const seed = pkcs8(own.privateKey).subarray(-32)
    const info = ({ publicKey }: typeof own) =>
      privateKeyInfo(
        der(0x30, hex('06032b6570')),
        der(0x04, seed),
        der(0x81, Buffer.of(0), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)),
      )
    const kept = await spec('ECC_NIST_EDWARDS25519').checkImported(info(own), ASKER)
    expect(kept.equals(pkcs8(own.privateKey))).toBe(true)
    await expect(spec('ECC_NIST_EDWARDS25519').checkImported(info(other), ASKER)).rejects.toThrow(
      expect.objectContaining({ reason: 'halves' }),
    )
  })

  test.each<[string, string, () => Uint8Array, RegExp]>([
    ['31 bytes', 'SYMMETRIC_DEFAULT', () => Buffer.alloc(31), /must be 32 bytes long\.$/],
    ['48 bytes', 'HMAC_512', () => Buffer.alloc(48), /must be 64 bytes long\.$/],
    [
      'PKCS#1',
      'RSA_2048',
      () => rsaPrivateKey().export({ format: 'der', type: 'pkcs1' }),
      /in PKCS#8 format, DER encoded: it is in PKCS#1 format\.$/,
    ],
    [
      'SEC 1',
      'ECC_NIST_P256',
      () => ecPrivateKey('P-256').export({ format: 'der', type: 'sec1' }),
      /: it is in SEC 1 format\.$/,
    ],
    [
      'PEM',
      'ECC_NIST_P256',
      () => Buffer.from(ecPrivateKey('P-256').export({ format: 'pem', type: 'pkcs8' })),
      /: it is PEM\.$/,
    ],
    ['noise', 'RSA_2048', () => Buffer.alloc(100, 9), /DER encoded, and nothing else\.$/],
    [
      'another curve',
      'ECC_NIST_P256',
      () => pkcs8(ecPrivateKey('P-384')),
      /curve than prime256v1\.$/,
    ],
    ['another type', 'ECC_NIST_P256', () => rsaInfo(key), /another type than ec\.$/],
    ['another size', 'RSA_3072', () => rsaInfo(key), /must be 3072 bits long\.$/],
    ['wrong numbers', 'RSA_2048', () => rsaInfo({ ...key, d: key.d + 2n }), /two primes of equal/],
  ])('%s for a key of %s is told', async (_, name, material, words) => {
    await expect(spec(name).checkImported(material(), ASKER)).rejects.toThrow(words)
  })
})
