import { createHmac, type KeyObject } from 'node:crypto'

/** bytes; the output of HMAC-SHA-256 (FIPS 198-1, FIPS 180-4) */
const BLOCK_LENGTH = 32

/** bytes; L is carried as 32 bits and counts bits */
const MAX_LENGTH = Math.floor(0xffff_ffff / 8)

/**
 * SP 800-108r1 section 4.1, KDF in counter mode with HMAC-SHA-256 and a 32-bit big-endian counter before
 * the fixed input: K(i) = HMAC(key, [i]32 || fixedInput), the output is the first `lengthBytes` bytes of
 * K(1) || K(2) || … The caller wipes what it gets.
 * @throws RangeError where `lengthBytes` is not a whole number from 1 to 2^29 - 1
 */
export function kdfCounterFixed(
  key: KeyObject,
  fixedInput: Uint8Array,
  lengthBytes: number,
): Buffer {
  checkLength(lengthBytes)
  const input = Buffer.allocUnsafe(4 + fixedInput.length)
  input.set(fixedInput, 4)
  if (lengthBytes === BLOCK_LENGTH) return block(key, input, 1)
  const output = Buffer.alloc(lengthBytes)
  for (let offset = 0, counter = 1; offset < lengthBytes; offset += BLOCK_LENGTH, counter += 1) {
    const bytes = block(key, input, counter)
    bytes.copy(output, offset)
    bytes.fill(0)
  }
  return output
}

function checkLength(lengthBytes: number): void {
  if (!Number.isInteger(lengthBytes) || lengthBytes < 1 || lengthBytes > MAX_LENGTH) {
    throw new RangeError(`derived key length must be 1 to ${MAX_LENGTH} bytes, got ${lengthBytes}`)
  }
}

/** K(counter); `input` is the fixed input behind four bytes of room for the counter. */
function block(key: KeyObject, input: Buffer, counter: number): Buffer {
  input.writeUInt32BE(counter, 0)
  return createHmac('sha256', key).update(input).digest()
}

/**
 * The same KDF with the fixed input SP 800-108r1 recommends: Label || 0x00 || Context || [L]32, where L is
 * the length in bits, big-endian. A label is a constant without a zero byte, so the parts can't be confused.
 * @throws RangeError as `kdfCounterFixed`
 */
export function kdfCounter(
  key: KeyObject,
  label: Uint8Array,
  context: Uint8Array,
  lengthBytes: number,
): Buffer {
  checkLength(lengthBytes)
  const fixedInput = Buffer.allocUnsafe(label.length + 1 + context.length + 4)
  fixedInput.set(label, 0)
  fixedInput[label.length] = 0
  fixedInput.set(context, label.length + 1)
  fixedInput.writeUInt32BE(lengthBytes * 8, fixedInput.length - 4)
  return kdfCounterFixed(key, fixedInput, lengthBytes)
}
