/** One value: its tag, and the bytes within. */
export interface DerValue {
  readonly tag: number
  readonly content: Uint8Array
}

/**
 * The values that some bytes are, one after the other (X.690 §8.1.3, §10.1), with tags of one byte and
 * lengths of at most three; none from the first on that is none.
 */
export function derValues(bytes: Uint8Array): DerValue[] {
  const found: DerValue[] = []
  for (let at = 0; at < bytes.length; ) {
    const [tag, first] = bytes.subarray(at, at + 2)
    if (tag === undefined || first === undefined) return found
    const count = first < 0x80 ? 0 : first & 0x7f
    if (first >= 0x80 && (count < 1 || count > 3)) return found
    const start = at + 2 + count
    let length = count === 0 ? first : 0
    for (const byte of bytes.subarray(at + 2, start)) length = length * 256 + byte
    if (start + length > bytes.length) return found
    found.push({ tag, content: bytes.subarray(start, start + length) })
    at = start + length
  }
  return found
}

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
