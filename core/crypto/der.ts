/**
 * Whether the bytes are exactly one DER value (X.690 §8.1.3, §10.1): OpenSSL's decoders stop at its
 * end and would let anything follow.
 */
export function isOneDerValue(bytes: Uint8Array): boolean {
  const first = bytes[1]
  if (first === undefined) return false
  if (first < 0x80) return bytes.length === 2 + first
  const count = first & 0x7f
  if (count < 1 || count > 3 || bytes.length < 2 + count) return false
  let length = 0
  for (const byte of bytes.subarray(2, 2 + count)) length = length * 256 + byte
  return bytes.length === 2 + count + length
}

/** A view of the same bytes as a Buffer, which is what node:crypto's types ask for. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
