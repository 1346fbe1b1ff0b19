import { hash } from 'node:crypto'
import { eddsa } from '@noble/curves/abstract/edwards.js'
import { ed25519 as curve } from '@noble/curves/ed25519.js'

const DOM2 = Buffer.from('SigEd25519 no Ed25519 collisions')

/**
 * Ed25519ph with the prehash PH(M) given (RFC 8032 §5.1): noble's own ed25519ph hashes the message
 * itself, so this one is put together from the same parts with the prehash left as it is.
 */
export const prehashed = eddsa(curve.Point, sha512, {
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
