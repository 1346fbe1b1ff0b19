/** Wraps key material for ImportKeyMaterial, by WebCrypto: what is wrapped never leaves the tab in clear. */

/** a CryptoKey */
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>

export type WrappingAlgorithm = 'RSAES_OAEP_SHA_256' | 'RSA_AES_KEY_WRAP_SHA_256'

/** bytes of the AES key in RSA_AES_KEY_WRAP_* (API_GetParametersForImport: "a 256-bit AES symmetric key") */
const AES_KEY_LENGTH = 32
/** what OAEP with SHA-256 takes of the modulus: two digests and two bytes (RFC 8017, 7.1.1) */
const OAEP_OVERHEAD = 2 * 32 + 2
/** half of a block of AES: what key wrap calls a semiblock (SP 800-38F) */
const SEMIBLOCK = 8
/** RFC 5649, 3: the constant half of the alternative initial value; the length of the material is the other */
const AIV = 0xa65959a6

/** How material of a length is wrapped under an RSA key: OAEP alone where it fits, else with an AES key between. */
export const algorithmFor = (length: number, modulusLength: number): WrappingAlgorithm =>
  length <= modulusLength / 8 - OAEP_OVERHEAD ? 'RSAES_OAEP_SHA_256' : 'RSA_AES_KEY_WRAP_SHA_256'

/**
 * Wraps key material under the public key of GetParametersForImport.
 * @param publicKey DER SubjectPublicKeyInfo of an RSA key
 * @returns RSAES_OAEP_SHA_256: the OAEP ciphertext (RFC 8017, 7.1). RSA_AES_KEY_WRAP_SHA_256: that of a new AES-256
 *   key, then the material wrapped under it (CKM_RSA_AES_KEY_WRAP, PKCS #11 v3.0, 2.1.21)
 */
export async function wrapMaterial(
  publicKey: Uint8Array<ArrayBuffer>,
  algorithm: WrappingAlgorithm,
  material: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('spki', publicKey, oaep, false, ['encrypt'])
  const sealed = async (bytes: Uint8Array<ArrayBuffer>) =>
    new Uint8Array(await crypto.subtle.encrypt(oaep, key, bytes))
  if (algorithm === 'RSAES_OAEP_SHA_256') return sealed(material)
  const aesKey = crypto.getRandomValues(new Uint8Array(AES_KEY_LENGTH))
  try {
    return joined(await sealed(aesKey), await keyWrap(aesKey, material))
  } finally {
    aesKey.fill(0)
  }
}

/**
 * AES key wrap with padding (RFC 5649, 4.1; SP 800-38F, KWP-AE), of which WebCrypto has only the form without padding
 * (RFC 3394). AES itself is WebCrypto's.
 * @param aesKey 16, 24 or 32 bytes
 * @param material 1 byte and more
 */
export async function keyWrap(
  aesKey: Uint8Array<ArrayBuffer>,
  material: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey('raw', aesKey, 'AES-CBC', false, ['encrypt'])
  const semiblocks = Math.ceil(material.length / SEMIBLOCK)
  const wrapped = new Uint8Array((1 + semiblocks) * SEMIBLOCK)
  const view = new DataView(wrapped.buffer)
  view.setUint32(0, AIV)
  view.setUint32(4, material.length)
  wrapped.set(material, SEMIBLOCK)
  // RFC 5649, 4.1: what is one semiblock long is one block with its initial value
  if (semiblocks === 1) return encryptBlock(key, wrapped)
  const block = new Uint8Array(2 * SEMIBLOCK)
  block.set(wrapped.subarray(0, SEMIBLOCK))
  // RFC 3394, 2.2.1: six times over all semiblocks; the first half of a block goes on to the next
  for (let step = 1; step <= 6 * semiblocks; step++) {
    const at = (1 + ((step - 1) % semiblocks)) * SEMIBLOCK
    block.set(wrapped.subarray(at, at + SEMIBLOCK), SEMIBLOCK)
    const encrypted = await encryptBlock(key, block)
    wrapped.set(encrypted.subarray(SEMIBLOCK), at)
    block.set(encrypted.subarray(0, SEMIBLOCK))
    // the number of the step is as long as a semiblock; it never fills more than its last four bytes
    const half = new DataView(block.buffer)
    half.setUint32(4, (half.getUint32(4) ^ step) >>> 0)
  }
  wrapped.set(block.subarray(0, SEMIBLOCK))
  return wrapped
}

/** One block of AES: CBC from zeros, without the block of padding that WebCrypto adds. */
async function encryptBlock(
  key: Key,
  block: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = new Uint8Array(2 * SEMIBLOCK)
  const encrypted = await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, block)
  return new Uint8Array(encrypted, 0, 2 * SEMIBLOCK)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
