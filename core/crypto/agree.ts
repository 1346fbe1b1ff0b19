import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import { asBuffer, isOneDerValue } from './der.ts'

/**
 * The raw ECDH shared secret (SP 800-56A Rev. 3 §5.7.1.2, cofactor 1): the x coordinate, big-endian,
 * 32, 48 or 66 bytes. Computed on the thread pool; the caller wipes it.
 * @param key a private KeyObject on a NIST curve
 * @param peer the other party's public key, DER SubjectPublicKeyInfo (RFC 5480)
 * @throws KmsError ValidationException without text (as recorded) where `peer` is not exactly one public
 *   key on the same curve; OpenSSL checks that its point is on it (§5.6.2.3.3)
 */
export async function sharedSecret(key: KeyObject, peer: Uint8Array): Promise<Buffer> {
  const publicKey = peerKey(peer)
  if (!sameCurve(key, publicKey)) throw new KmsError('ValidationException')
  return new Promise((resolve, reject) =>
    diffieHellman({ privateKey: key, publicKey }, (error, secret) =>
      // what is left to go wrong is the point at infinity, which decodes (§5.6.2.3.3 step 1)
      error ? reject(new KmsError('ValidationException')) : resolve(secret),
    ),
  )
}

function peerKey(spki: Uint8Array): KeyObject {
  if (!isOneDerValue(spki)) throw new KmsError('ValidationException')
  try {
    return createPublicKey({ key: asBuffer(spki), format: 'der', type: 'spki' })
  } catch {
    throw new KmsError('ValidationException')
  }
}

function sameCurve(a: KeyObject, b: KeyObject): boolean {
  const curve = a.asymmetricKeyDetails?.namedCurve
  return curve !== undefined && curve === b.asymmetricKeyDetails?.namedCurve
}
