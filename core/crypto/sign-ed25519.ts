import { createPublicKey, hash } from 'node:crypto'
import { eddsa } from '@noble/curves/abstract/edwards.js'
import { ed25519 as curve } from '@noble/curves/ed25519.js'
import type { Scheme } from './sign.ts'
import { native } from './sign-native.ts'

/** bytes of a private seed, and of a public key (RFC 8032 §5.1.5) */
const KEY_LENGTH = 32
/** bytes (RFC 8032 §5.1.6) */
const SIGNATURE_LENGTH = 64
const DOM2 = Buffer.from('SigEd25519 no Ed25519 collisions')

/** Ed25519 over a message (RFC 8032 §5.1). */
export const ed25519: Scheme = native(null)

/**
 * Ed25519ph with the prehash PH(M) given (RFC 8032 §5.1): noble's own ed25519ph hashes the message
 * itself, so this one is put together from the same parts with the prehash left as it is.
 */
const prehashed = eddsa(curve.Point, sha512, {
  domain: (data: Uint8Array, context: Uint8Array, prehash: boolean) =>
    concat(DOM2, Uint8Array.of(prehash ? 1 : 0, context.length), context, data),
  prehash: (digest: Uint8Array) => concat(digest),
  adjustScalarBytes: clamped,
})

// plain arrays for noble: slice() of a Buffer would be a view, where it counts on a copy
function sha512(message: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha512', message, 'buffer'))
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts))
}

/** The private scalar's fixed bits (RFC 8032 §5.1.5 step 2). */
function clamped(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const scalar = new Uint8Array(bytes)
  scalar[0] = (scalar[0] ?? 0) & 0xf8
  scalar[31] = ((scalar[31] ?? 0) & 0x7f) | 0x40
  return scalar
}

/** Ed25519ph over a 64-byte SHA-512 digest, with an empty context, in this thread. */
export const ed25519ph: Scheme = {
  async sign(key, digest) {
    // RFC 8410 §7: without attributes the seed ends the PKCS#8 structure
    const der = key.export({ format: 'der', type: 'pkcs8' })
    try {
      return Buffer.from(prehashed.sign(digest, der.subarray(-KEY_LENGTH)))
    } finally {
      der.fill(0)
    }
  },
  async verify(key, digest, signature) {
    if (signature.length !== SIGNATURE_LENGTH) return false
    const spki = (key.type === 'public' ? key : createPublicKey(key)).export({
      format: 'der',
      type: 'spki',
    })
    return prehashed.verify(signature, digest, spki.subarray(-KEY_LENGTH), { zip215: false })
  },
}
