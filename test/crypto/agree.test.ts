// @module-tag rsa
// @module-tag process
import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { p256, p384, p521 } from '@noble/curves/nist.js'
import { describe, expect, test } from 'vitest'
import { sharedSecret } from '../../core/crypto/agree.ts'
import validity from '../vectors/ecdh-validity.json' with { type: 'json' }
import wycheproof from '../vectors/wycheproof-ecdh-p256.json' with { type: 'json' }

const CURVES = [
  { spec: 'ECC_NIST_P256', crv: 'P-256', oid: '06082a8648ce3d030107', bytes: 32, noble: p256 },
  { spec: 'ECC_NIST_P384', crv: 'P-384', oid: '06052b81040022', bytes: 48, noble: p384 },
  { spec: 'ECC_NIST_P521', crv: 'P-521', oid: '06052b81040023', bytes: 66, noble: p521 },
]
const hex = (text: string): Buffer => Buffer.from(text, 'hex')

function curve(spec: string) {
  const found = CURVES.find((each) => each.spec === spec)
  if (!found) throw new Error(`no curve of ${spec}`)
  return found
}

/** One DER value of under 256 bytes. */
const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length]
  return Buffer.concat([Buffer.of(tag, ...length), body])
}

/** SubjectPublicKeyInfo (RFC 5480) of any point, on the curve or not. */
const spki = (oid: string, point: Uint8Array): Buffer =>
  der(0x30, der(0x30, hex('06072a8648ce3d0201'), hex(oid)), der(3, Buffer.of(0), point))

const fixed = (value: string, bytes: number): Buffer =>
  hex(value.replace(/^0+/, '').padStart(bytes * 2, '0'))

function privateKey(spec: string, d: string): KeyObject {
  const { crv, bytes, noble } = curve(spec)
  const point = noble.getPublicKey(fixed(d, bytes), false)
  const [x, y] = [point.subarray(1, 1 + bytes), point.subarray(1 + bytes)]
  const text = (value: Uint8Array) => Buffer.from(value).toString('base64url')
  const key = { kty: 'EC', crv, d: text(fixed(d, bytes)), x: text(x), y: text(y) }
  return createPrivateKey({ key, format: 'jwk' })
}

const publicDer = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ format: 'der', type: 'spki' })

const refused = { code: 'ValidationException', message: '' }

describe('NIST CAVP, ECC validity test, responder', () => {
  test.each(validity.map((vector, i) => ({ i, ...vector })))(
    '$spec #$i: $result $reason',
    async ({ spec, d, peerX, peerY, z, result, reason }) => {
      const { oid, bytes } = curve(spec)
      const peer = Buffer.concat([Buffer.of(4), fixed(peerX, bytes), fixed(peerY, bytes)])
      const secret = sharedSecret(privateKey(spec, d), spki(oid, peer))
      if (reason.startsWith('1 ') || reason.startsWith('2 '))
        return expect(secret).rejects.toMatchObject(refused)
      // otherwise an F is a recorded Z that was changed, so the right one differs
      expect((await secret).equals(fixed(z, bytes))).toBe(result === 'P')
    },
  )
})

describe('Wycheproof ECDH P-256', () => {
  test.each(wycheproof)('#$tcId: $comment', async (vector) => {
    const secret = sharedSecret(privateKey('ECC_NIST_P256', vector.private), hex(vector.public))
    if (vector.shared === null) await expect(secret).rejects.toMatchObject(refused)
    else expect((await secret).toString('hex')).toBe(vector.shared)
  })
})

describe.each(CURVES)('$spec', ({ crv, oid, bytes, noble }) => {
  const ours = generateKeyPairSync('ec', { namedCurve: crv }).privateKey
  const theirs = generateKeyPairSync('ec', { namedCurve: crv }).privateKey

  test('both sides, and noble, find the same secret', async () => {
    const secret = await sharedSecret(ours, publicDer(theirs))
    expect(secret.length).toBe(bytes)
    expect(secret.equals(await sharedSecret(theirs, publicDer(ours)))).toBe(true)
    const point = publicDer(ours).subarray(-(2 * bytes + 1))
    const d = Buffer.from(theirs.export({ format: 'jwk' }).d ?? '', 'base64url')
    expect(secret.equals(noble.getSharedSecret(d, point).subarray(1))).toBe(true)
  })

  test('openssl finds the same secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tenkey-agree-'))
    try {
      writeFileSync(join(folder, 'ours'), theirs.export({ format: 'pem', type: 'pkcs8' }))
      writeFileSync(
        join(folder, 'peer'),
        createPublicKey(ours).export({ format: 'pem', type: 'spki' }),
      )
      const files = ['-inkey', join(folder, 'ours'), '-peerkey', join(folder, 'peer')]
      const secret = execFileSync('openssl', ['pkeyutl', '-derive', ...files])
      expect(secret.equals(await sharedSecret(ours, publicDer(theirs)))).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('a compressed point is the same key', async () => {
    const point = noble.Point.fromBytes(publicDer(theirs).subarray(-(2 * bytes + 1)))
    const secret = await sharedSecret(ours, spki(oid, point.toBytes(true)))
    expect(secret.equals(await sharedSecret(ours, publicDer(theirs)))).toBe(true)
  })

  const generator = noble.Point.BASE.toBytes(false)
  const offCurve = Buffer.from(generator)
  offCurve[offCurve.length - 1] = (offCurve.at(-1) ?? 0) ^ 1
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['noise', Buffer.alloc(91, 7)],
    ['a point off the curve', spki(oid, offCurve)],
    ['the point at infinity', spki(oid, Buffer.of(0))],
    ['coordinates of zero', spki(oid, Buffer.alloc(2 * bytes + 1).fill(4, 0, 1))],
    ['a point cut short', spki(oid, generator.subarray(0, -1))],
    ['a byte after the key', Buffer.concat([publicDer(ours), Buffer.of(0)])],
    ['a private key', ours.export({ format: 'der', type: 'pkcs8' })],
    ['PEM', Buffer.from(createPublicKey(ours).export({ format: 'pem', type: 'spki' }))],
    ...CURVES.filter((other) => other.crv !== crv).map(
      (other) =>
        [`a key on ${other.crv}`, spki(other.oid, other.noble.Point.BASE.toBytes(false))] as const,
    ),
    ['an RSA key', publicDer(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)],
    ['an X25519 key', publicDer(generateKeyPairSync('x25519').privateKey)],
  ] as const)('%s is refused without text', async (_what, peer) => {
    await expect(sharedSecret(ours, peer)).rejects.toMatchObject(refused)
  })
})
