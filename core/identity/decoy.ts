import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { jwtVerify } from 'jose'
import type { JwsAlgorithm } from './issuer.ts'

/** bytes of an RSA modulus: 2,048 bits, what most issuers have */
const MODULUS = 256

/** A public RSA key that is nobody's: verifying under it takes what it takes under any other. */
function rsaKey(): KeyObject {
  const modulus = randomBytes(MODULUS)
  modulus[0] = (modulus[0] ?? 0) | 0x80
  modulus[MODULUS - 1] = (modulus[MODULUS - 1] ?? 0) | 1
  const key = { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' }
  return createPublicKey({ key, format: 'jwk' })
}

const ecKey = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).publicKey

const ALGORITHMS: readonly [JwsAlgorithm, () => KeyObject][] = [
  ['RS256', rsaKey],
  ['RS384', rsaKey],
  ['RS512', rsaKey],
  ['PS256', rsaKey],
  ['PS384', rsaKey],
  ['PS512', rsaKey],
  ['ES256', () => ecKey('P-256')],
  ['ES384', () => ecKey('P-384')],
  ['ES512', () => ecKey('P-521')],
  ['EdDSA', () => generateKeyPairSync('ed25519').publicKey],
]
const MAKERS: ReadonlyMap<string, () => KeyObject> = new Map(ALGORITHMS)
const made = new Map<string, KeyObject>()

/**
 * Takes the time that verifying a token takes, for one that no key is there to verify: so that how long
 * its refusal takes does not tell whether its issuer is registered. Never throws.
 * @param alg as the token's header has it; other than JWS algorithms take no time, whatever is registered
 */
export async function pretendToVerify(token: string, alg: unknown): Promise<void> {
  const make = typeof alg === 'string' ? MAKERS.get(alg) : undefined
  if (typeof alg !== 'string' || make === undefined) return
  const key = made.get(alg) ?? make()
  made.set(alg, key)
  await jwtVerify(token, key, { algorithms: [alg] }).catch(() => undefined)
}
