import {
  createHash,
  createPublicKey,
  hash,
  type KeyObject,
  verify as nodeVerify,
  X509Certificate,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { ed25519ph as nobleEd25519ph } from '@noble/curves/ed25519.js'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { MessageType } from '../../core/crypto/signature-scheme.ts'
import { SIGNING_ALGORITHMS, sign, verify } from '../../core/crypto/signing.ts'
import { KEY_SPECS, keySpec } from '../../core/key/spec.ts'
import rfc6979 from '../vectors/ecdsa-rfc6979.json' with { type: 'json' }
import ecdsaVectors from '../vectors/ecdsa-sigver.json' with { type: 'json' }
import ed25519Vectors from '../vectors/ed25519.json' with { type: 'json' }
import rsaVectors from '../vectors/rsa-sigver.json' with { type: 'json' }
import wycheproofEcdsa from '../vectors/wycheproof-ecdsa-p256.json' with { type: 'json' }
import wycheproofPss from '../vectors/wycheproof-rsa-pss-2048-sha256.json' with { type: 'json' }

const hex = (text: string): Buffer => Buffer.from(text, 'hex')
const base64url = (text: string): string => hex(text).toString('base64url')

function row(name: string) {
  const found = SIGNING_ALGORITHMS.get(name)
  if (!found) throw new Error(`no algorithm ${name}`)
  return found
}

function spec(name: string) {
  const found = keySpec(name)
  if (!found) throw new Error(`no spec ${name}`)
  return found
}

/** What a caller with this algorithm sends as DIGEST: the hash in its name. */
const digestOf = (algorithm: string, message: Uint8Array): Buffer =>
  hash(`sha${algorithm.slice(-3)}`, message, 'buffer')

/** FIPS 204 §5.2 and §6.2: μ for an empty context string, from the public key alone. */
function muOf(publicKey: KeyObject, message: Uint8Array): Buffer {
  const sizes: { [type: string]: number } = {
    'ml-dsa-44': 1312,
    'ml-dsa-65': 1952,
    'ml-dsa-87': 2592,
  }
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const bytes = spki.subarray(-(sizes[publicKey.asymmetricKeyType ?? ''] ?? 0))
  const shake = (...parts: Uint8Array[]) => {
    const state = createHash('shake256', { outputLength: 64 })
    for (const part of parts) state.update(part)
    return state.digest()
  }
  return shake(shake(bytes), Buffer.of(0, 0), message)
}

/** The same message as the message type asks for it. */
function as(type: MessageType, algorithm: string, message: Uint8Array, publicKey: KeyObject) {
  if (type === 'RAW') return message
  return type === 'DIGEST' ? digestOf(algorithm, message) : muOf(publicKey, message)
}

/** DER ECDSA signature of r and s in hex (RFC 3279 §2.2.3). */
function derSignature(r: string, s: string): Buffer {
  const integer = (value: string) => {
    const bytes = hex(
      BigInt(`0x${value}`)
        .toString(16)
        .replace(/^(..)*.$/, '0$&'),
    )
    const signed = (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
    return Buffer.concat([Buffer.of(2, signed.length), signed])
  }
  const body = Buffer.concat([integer(r), integer(s)])
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length]
  return Buffer.concat([Buffer.of(0x30, ...length), body])
}

const CURVES: { [spec: string]: { crv: string; bytes: number; algorithm: string } } = {
  ECC_NIST_P256: { crv: 'P-256', bytes: 32, algorithm: 'ECDSA_SHA_256' },
  ECC_NIST_P384: { crv: 'P-384', bytes: 48, algorithm: 'ECDSA_SHA_384' },
  ECC_NIST_P521: { crv: 'P-521', bytes: 66, algorithm: 'ECDSA_SHA_512' },
  ECC_SECG_P256K1: { crv: 'secp256k1', bytes: 32, algorithm: 'ECDSA_SHA_256' },
}

function ecPublicKey(specName: string, x: string, y: string) {
  const { crv, bytes } = CURVES[specName] ?? { crv: '', bytes: 0 }
  const coordinate = (value: string) => base64url(value.replace(/^0+/, '').padStart(bytes * 2, '0'))
  return createPublicKey({
    key: { kty: 'EC', crv, x: coordinate(x), y: coordinate(y) },
    format: 'jwk',
  })
}

const ROWS = KEY_SPECS.flatMap((name) =>
  (keySpec(name)?.signingAlgorithms ?? []).flatMap((algorithm) =>
    (Object.keys(row(algorithm).schemes) as MessageType[]).map((type) => ({
      spec: name,
      algorithm,
      type,
    })),
  ),
)

describe('each spec with each of its algorithms and message types', { tags: ['rsa'] }, () => {
  const keys = new Map<string, KeyObject>()
  beforeAll(async () => {
    const names = [...new Set(ROWS.map((each) => each.spec))]
    await Promise.all(
      names.map(async (name) =>
        keys.set(name, spec(name).toKey(await spec(name).generate({ account: '111122223333' }))),
      ),
    )
  })
  const keyOf = (name: string): KeyObject => {
    const key = keys.get(name)
    if (!key) throw new Error(`no key of ${name}`)
    return key
  }

  test.each(ROWS)('$spec $algorithm $type', async ({ spec: name, algorithm, type }) => {
    const privateKey = keyOf(name)
    const publicKey = createPublicKey(privateKey)
    const message = Buffer.from('the quick brown fox')
    const input = as(type, algorithm, message, publicKey)
    const signature = await sign(privateKey, row(algorithm), input, type)

    // a signature is the same thing whatever the message type: made as one, it is right as the others
    for (const other of Object.keys(row(algorithm).schemes) as MessageType[]) {
      const same = as(other, algorithm, message, publicKey)
      expect(await verify(publicKey, row(algorithm), same, other, signature)).toBe(true)
      expect(await verify(privateKey, row(algorithm), same, other, signature)).toBe(true)
    }

    const changed = Buffer.from(input)
    changed[0] = (changed[0] ?? 0) ^ 1
    expect(await verify(publicKey, row(algorithm), changed, type, signature)).toBe(false)
    for (const at of [0, signature.length >> 1, signature.length - 1]) {
      const bad = Buffer.from(signature)
      bad[at] = (bad[at] ?? 0) ^ 1
      expect(await verify(publicKey, row(algorithm), input, type, bad)).toBe(false)
    }
  })

  test.each(ROWS)('$spec $algorithm $type: malformed signatures are wrong ones', async (each) => {
    const publicKey = createPublicKey(keyOf(each.spec))
    const input = as(each.type, each.algorithm, Buffer.from('m'), publicKey)
    const size = (publicKey.asymmetricKeyDetails?.modulusLength ?? 512) / 8
    const malformed = [
      Buffer.alloc(0),
      Buffer.alloc(1),
      Buffer.alloc(size),
      Buffer.alloc(size, 0xff),
      Buffer.alloc(size + 1, 1),
      Buffer.alloc(6144, 0x30),
    ]
    for (const signature of malformed)
      expect(await verify(publicKey, row(each.algorithm), input, each.type, signature)).toBe(false)
  })

  test('any message of 1 to 4096 bytes, signed RAW, is verified by node as its digest is here', async () => {
    const key = keyOf('ECC_NIST_P256')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4096 }), async (message) => {
        const algorithm = row('ECDSA_SHA_256')
        const raw = await sign(key, algorithm, message, 'RAW')
        const digest = hash('sha256', message, 'buffer')
        expect(await verify(key, algorithm, digest, 'DIGEST', raw)).toBe(true)
        const ofDigest = await sign(key, algorithm, digest, 'DIGEST')
        expect(nodeVerify('sha256', message, createPublicKey(key), ofDigest)).toBe(true)
      }),
      { numRuns: 25 },
    )
  })

  test('a signature of one RSA scheme is not one of another', async () => {
    const key = keyOf('RSA_2048')
    const digest = hash('sha256', 'm', 'buffer')
    const pkcs1 = await sign(key, row('RSASSA_PKCS1_V1_5_SHA_256'), digest, 'DIGEST')
    const pss = await sign(key, row('RSASSA_PSS_SHA_256'), digest, 'DIGEST')
    expect(await verify(key, row('RSASSA_PSS_SHA_256'), digest, 'DIGEST', pkcs1)).toBe(false)
    expect(await verify(key, row('RSASSA_PKCS1_V1_5_SHA_256'), digest, 'DIGEST', pss)).toBe(false)
  })
})

describe('refused', () => {
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: base64url('11'.repeat(32)) },
    format: 'jwk',
  })
  const lengths = [...SIGNING_ALGORITHMS.values()].flatMap((algorithm) =>
    (Object.keys(algorithm.schemes) as MessageType[])
      .filter((type) => type !== 'RAW')
      .map((type) => ({ name: algorithm.name, type, right: algorithm.digestLength })),
  )
  test.each(lengths)(
    '$name $type: Digest is invalid length for algorithm {algorithm}.',
    async (each) => {
      const refusal = {
        code: 'ValidationException',
        message: `Digest is invalid length for algorithm ${each.name}.`,
      }
      for (const length of [1, each.right - 1, each.right + 1, 4096]) {
        const message = Buffer.alloc(length)
        await expect(sign(key, row(each.name), message, each.type)).rejects.toMatchObject(refusal)
        await expect(
          verify(key, row(each.name), message, each.type, Buffer.alloc(64)),
        ).rejects.toMatchObject(refusal)
      }
    },
  )

  test.each([
    ['RSASSA_PSS_SHA_256', 'EXTERNAL_MU'],
    ['ECDSA_SHA_256', 'EXTERNAL_MU'],
    ['ML_DSA_SHAKE_256', 'DIGEST'],
    ['ED25519_SHA_512', 'DIGEST'],
    ['ED25519_SHA_512', 'EXTERNAL_MU'],
    ['ED25519_PH_SHA_512', 'RAW'],
  ] as const)(
    '%s %s: Message type {type} is incompatible with algorithm {algorithm}.',
    async (name, type) => {
      await expect(sign(key, row(name), Buffer.alloc(64), type)).rejects.toMatchObject({
        code: 'ValidationException',
        message: `Message type ${type} is incompatible with algorithm ${name}.`,
      })
    },
  )

  test('a name from Object.prototype is no algorithm', () => {
    expect(SIGNING_ALGORITHMS.get('constructor')).toBeUndefined()
    expect(SIGNING_ALGORITHMS.get('SM2DSA')).toBeUndefined()
  })
})

describe('published vectors', () => {
  test.each(rsaVectors.map((vector, i) => ({ i, ...vector })))(
    'FIPS 186-3 SigVer $scheme $sha #$i: $result $reason',
    async ({ scheme, sha, n, e, msg, sig, result, saltLength }) => {
      const key = createPublicKey({
        key: { kty: 'RSA', n: base64url(n), e: base64url(e) },
        format: 'jwk',
      })
      const algorithm = row(`RSASSA_${scheme}_SHA_${sha.slice(3)}`)
      const digest = hash(sha, hex(msg), 'buffer')
      // these PSS signatures have salts of 10 bytes, where AWS KMS demands one as long as the hash
      const right = result === 'P' && (scheme !== 'PSS' || saltLength === digest.length)
      expect(await verify(key, algorithm, hex(msg), 'RAW', hex(sig))).toBe(right)
      expect(await verify(key, algorithm, digest, 'DIGEST', hex(sig))).toBe(right)
    },
  )

  test.each(wycheproofPss)(
    'Wycheproof PSS 2048 SHA-256 #$tcId',
    async ({ publicKey, msg, sig }) => {
      const key = createPublicKey({ key: hex(publicKey), format: 'der', type: 'spki' })
      const algorithm = row('RSASSA_PSS_SHA_256')
      const digest = hash('sha256', hex(msg), 'buffer')
      expect(await verify(key, algorithm, hex(msg), 'RAW', hex(sig))).toBe(true)
      expect(await verify(key, algorithm, digest, 'DIGEST', hex(sig))).toBe(true)
    },
  )

  const ecdsa = [
    ...rfc6979.map((vector) => ({
      source: 'RFC 6979 A.2',
      result: 'P',
      reason: 'sample',
      ...vector,
    })),
    ...ecdsaVectors.map((vector) => ({ source: 'FIPS 186-3 SigVer', ...vector })),
  ].map((vector, i) => ({ i, ...vector }))
  test.each(ecdsa)('$source $spec #$i: $result $reason', async ({ spec: name, ...vector }) => {
    const key = ecPublicKeyOrNone(name, vector.x, vector.y)
    // a public key that is not on the curve is refused before any signature is looked at
    if (!key) return expect(vector.result).toBe('F')
    const algorithm = row(CURVES[name]?.algorithm ?? '')
    const signature = derSignature(vector.r, vector.s)
    const digest = digestOf(algorithm.name, hex(vector.msg))
    const right = vector.result === 'P'
    expect(await verify(key, algorithm, hex(vector.msg), 'RAW', signature)).toBe(right)
    expect(await verify(key, algorithm, digest, 'DIGEST', signature)).toBe(right)
  })

  test.each(wycheproofEcdsa)('Wycheproof ECDSA P-256 #$tcId: $comment', async (vector) => {
    const key = createPublicKey({ key: hex(vector.publicKey), format: 'der', type: 'spki' })
    const algorithm = row('ECDSA_SHA_256')
    const digest = hash('sha256', hex(vector.msg), 'buffer')
    expect(await verify(key, algorithm, hex(vector.msg), 'RAW', hex(vector.sig))).toBe(vector.valid)
    expect(await verify(key, algorithm, digest, 'DIGEST', hex(vector.sig))).toBe(vector.valid)
  })

  test.each(ed25519Vectors.map((vector, i) => ({ i, ...vector })))(
    '$algorithm #$i is made and verified byte for byte',
    async ({ algorithm, seed, public: publicKey, msg, sig }) => {
      const key = spec('ECC_NIST_EDWARDS25519').toKey(
        Buffer.concat([hex('302e020100300506032b657004220420'), hex(seed)]),
      )
      const spki = spec('ECC_NIST_EDWARDS25519').publicKey(key)
      expect(spki.subarray(-32).toString('hex')).toBe(publicKey)
      const prehashed = algorithm === 'ED25519_PH_SHA_512'
      const input = prehashed ? hash('sha512', hex(msg), 'buffer') : hex(msg)
      const type = prehashed ? 'DIGEST' : 'RAW'
      expect((await sign(key, row(algorithm), input, type)).toString('hex')).toBe(sig)
      expect(await verify(key, row(algorithm), input, type, hex(sig))).toBe(true)
    },
  )

  test('RFC 9881: the ML-DSA-44 certificate verifies as a message and as its μ; its key comes from the seed', async () => {
    const pem = readFileSync(new URL('../vectors/ml-dsa-44-rfc9881.pem', import.meta.url))
    const { publicKey, raw } = new X509Certificate(pem)
    // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature }; both lengths take two bytes
    const tbs = raw.subarray(4, 4 + 4 + raw.readUInt16BE(6))
    const signature = raw.subarray(-2420)
    const algorithm = row('ML_DSA_SHAKE_256')
    expect(await verify(publicKey, algorithm, tbs, 'RAW', signature)).toBe(true)
    const mu = muOf(publicKey, tbs)
    expect(await verify(publicKey, algorithm, mu, 'EXTERNAL_MU', signature)).toBe(true)
    expect(await verify(publicKey, algorithm, muOf(publicKey, pem), 'EXTERNAL_MU', signature)).toBe(
      false,
    )

    const seedOnly = Buffer.concat([
      hex('3034020100300b060960864801650304031104228020'),
      Buffer.from([...Array(32).keys()]),
    ])
    const own = spec('ML_DSA_44').toKey(
      await spec('ML_DSA_44').checkImported(seedOnly, { account: '111122223333' }),
    )
    expect(createPublicKey(own).equals(publicKey)).toBe(true)
  })
})

/** The key, or nothing where the point is not on its curve. */
function ecPublicKeyOrNone(name: string, x: string, y: string): KeyObject | undefined {
  try {
    return ecPublicKey(name, x, y)
  } catch {
    return undefined
  }
}

test('Ed25519ph agrees with noble, which hashes the message itself', async () => {
  const algorithm = row('ED25519_PH_SHA_512')
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array(),
      async (seed, message) => {
        const key = spec('ECC_NIST_EDWARDS25519').toKey(
          Buffer.concat([hex('302e020100300506032b657004220420'), seed]),
        )
        const digest = hash('sha512', message, 'buffer')
        const signature = await sign(key, algorithm, digest, 'DIGEST')
        expect(signature.equals(nobleEd25519ph.sign(message, seed))).toBe(true)
      },
    ),
    { numRuns: 10 },
  )
})
