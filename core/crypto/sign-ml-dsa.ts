import { createPublicKey, type KeyObject } from 'node:crypto'
import { native } from './sign-native.ts'
import type { Scheme } from './signature-scheme.ts'

/** ML-DSA over a message with an empty context string (FIPS 204 §5.2), hedged. */
export const mlDsa: Scheme = native(null)

/**
 * ML-DSA over the 64-byte message representative μ (FIPS 204 §6.2, line 6), hedged, in this thread:
 * node:crypto always makes μ itself.
 */
export const mlDsaOfMu: Scheme = {
  async sign(key, mu) {
    const { internal } = await parameters(key)
    // RFC 9881 §6: whichever choice is stored with it, the expanded key ends the PKCS#8 structure
    const der = key.export({ format: 'der', type: 'pkcs8' })
    try {
      const secretKey = der.subarray(-(internal.lengths.secretKey ?? 0))
      return Buffer.from(internal.sign(mu, secretKey, { externalMu: true }))
    } finally {
      der.fill(0)
    }
  },
  async verify(key, mu, signature) {
    const { internal } = await parameters(key)
    if (signature.length !== internal.lengths.signature) return false
    const spki = (key.type === 'public' ? key : createPublicKey(key)).export({
      format: 'der',
      type: 'spki',
    })
    const publicKey = spki.subarray(-(internal.lengths.publicKey ?? 0))
    return internal.verify(signature, mu, publicKey, { externalMu: true })
  },
}

/** Loaded on first use: few calls bring their own μ, and none should pay for it at a cold start. */
async function parameters(key: KeyObject) {
  const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import('@noble/post-quantum/ml-dsa.js')
  switch (key.asymmetricKeyType) {
    case 'ml-dsa-44':
      return ml_dsa44
    case 'ml-dsa-65':
      return ml_dsa65
    case 'ml-dsa-87':
      return ml_dsa87
    default:
      throw new TypeError('ML-DSA needs an ML-DSA key')
  }
}
