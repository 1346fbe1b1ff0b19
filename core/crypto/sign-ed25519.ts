import { createPublicKey } from 'node:crypto'
import { native } from './sign-native.ts'
import type { Scheme } from './signature-scheme.ts'

/** bytes of a private seed, and of a public key (RFC 8032 §5.1.5) */
const KEY_LENGTH = 32
/** bytes (RFC 8032 §5.1.6) */
const SIGNATURE_LENGTH = 64

/** Ed25519 over a message (RFC 8032 §5.1). */
export const ed25519: Scheme = native(null)

/** Ed25519ph over a 64-byte SHA-512 digest, with an empty context, in this thread. */
export const ed25519ph: Scheme = {
  async sign(key, digest) {
    // RFC 8410 §7: without attributes the seed ends the PKCS#8 structure
    const der = key.export({ format: 'der', type: 'pkcs8' })
    try {
      return Buffer.from((await prehashed()).sign(digest, der.subarray(-KEY_LENGTH)))
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
    return (await prehashed()).verify(signature, digest, spki.subarray(-KEY_LENGTH), {
      zip215: false,
    })
  },
}

/** Loaded on first use: few sign a prehash, and none should pay for it at a cold start. */
const prehashed = async () => (await import('./sign-ed25519ph.ts')).prehashed
