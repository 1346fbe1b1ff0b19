import { createPrivateKey } from 'node:crypto'
import type { Asker } from '../core/base/call-context.ts'
import type { KeySpec } from '../core/key/spec.ts'

/** Draws bytes for one key. */
type Draw = (length: number) => Buffer

const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** PKCS#8 with the seed alone (RFC 9881 §6): ML-DSA's arcs 2.16.840.1.101.3.4.3.17 to .19 */
const mlDsa = (arc: number): Buffer =>
  Buffer.from(`3034020100300b060960864801650304 03${hex(arc)}04228020`.replace(' ', ''), 'hex')
/** PKCS#8 with the seed alone (RFC 9935 §6): ML-KEM's arcs 2.16.840.1.101.3.4.4.1 to .3 */
const mlKem = (arc: number): Buffer =>
  Buffer.from(`3054020100300b060960864801650304 04${hex(arc)}04428040`.replace(' ', ''), 'hex')
const hex = (arc: number): string => arc.toString(16).padStart(2, '0')

/** What comes before the seed in PKCS#8, and the bytes of the seed. */
const SEEDED: ReadonlyMap<string, readonly [prefix: Buffer, length: number]> = new Map([
  ['ECC_NIST_EDWARDS25519', [ED25519, 32]],
  ['ML_DSA_44', [mlDsa(17), 32]],
  ['ML_DSA_65', [mlDsa(18), 32]],
  ['ML_DSA_87', [mlDsa(19), 32]],
  ['ML_KEM_512', [mlKem(1), 64]],
  ['ML_KEM_768', [mlKem(2), 64]],
  ['ML_KEM_1024', [mlKem(3), 64]],
])

/**
 * Material of a spec that follows from what is drawn, as `KeySpec.generate` gives it; undefined for RSA, whose
 * generation can't be seeded.
 */
export async function derivedMaterial(
  spec: KeySpec,
  draw: Draw,
  asker: Asker,
): Promise<Buffer | undefined> {
  if (spec.kind === 'rsa') return undefined
  if (spec.kind === 'symmetric') return draw(32)
  if (spec.kind === 'hmac') return draw(Number(spec.name.slice('HMAC_'.length)) / 8)
  const seeded = SEEDED.get(spec.name)
  const pkcs8 =
    seeded === undefined ? await onCurve(spec, draw) : Buffer.concat([seeded[0], draw(seeded[1])])
  // in the form in which the service keeps what it generates
  return spec.checkImported(pkcs8, asker)
}

/** A private key of a Weierstrass curve: FIPS 186-5 A.2.1 over the bytes that are drawn. */
async function onCurve({ name }: KeySpec, draw: Draw): Promise<Buffer> {
  const [nist, koblitz] = await Promise.all([
    import('@noble/curves/nist.js'),
    import('@noble/curves/secp256k1.js'),
  ])
  const curves = new Map([
    ['ECC_NIST_P256', { crv: 'P-256', curve: nist.p256 }],
    ['ECC_NIST_P384', { crv: 'P-384', curve: nist.p384 }],
    ['ECC_NIST_P521', { crv: 'P-521', curve: nist.p521 }],
    ['ECC_SECG_P256K1', { crv: 'secp256k1', curve: koblitz.secp256k1 }],
  ])
  const found = curves.get(name)
  if (found === undefined) throw new Error(`no curve of ${name}`)
  const { crv, curve } = found
  const seed = draw(curve.lengths.seed ?? 0)
  const d = curve.utils.randomSecretKey(Uint8Array.from(seed))
  const point = curve.getPublicKey(d, false)
  const half = (point.length - 1) / 2
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const jwk = {
    kty: 'EC',
    crv,
    d: text(d),
    x: text(point.subarray(1, 1 + half)),
    y: text(point.subarray(1 + half)),
  }
  return createPrivateKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'pkcs8' })
}
