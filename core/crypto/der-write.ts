/** ASN.1 tags (X.690 §8.1.2) of the values written here. */
const INTEGER = 0x02
const OCTET_STRING = 0x04
const NULL = 0x05
const OBJECT_IDENTIFIER = 0x06
const SEQUENCE = 0x30
const SET = 0x31
const CONTEXT = 0x80
const CONSTRUCTED = 0x20

const END_OF_CONTENTS = Buffer.of(0, 0)

/** One value of definite length (DER); at most 65,535 bytes within. */
function value(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  if (length > 0xffff) throw new RangeError(`${length} bytes are more than a value here may have`)
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), content])
}

/** One constructed value of indefinite length (X.690 §8.1.3.6), which is BER but not DER. */
const indefinite = (tag: number, ...contents: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.of(tag, 0x80), ...contents, END_OF_CONTENTS])

export const octetString = (bytes: Uint8Array): Buffer => value(OCTET_STRING, bytes)
export const nothing = (): Buffer => value(NULL)
/** A whole number from 0 to 127. */
export const smallInteger = (n: number): Buffer => value(INTEGER, Buffer.of(n))
export const sequence = (...parts: readonly Uint8Array[]): Buffer => value(SEQUENCE, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => value(SET, ...parts)
export const sequenceOfIndefiniteLength = (...parts: readonly Uint8Array[]): Buffer =>
  indefinite(SEQUENCE, ...parts)
/** `[n] IMPLICIT` of a primitive value: its bytes under another tag. */
export const context = (n: number, bytes: Uint8Array): Buffer => value(CONTEXT | n, bytes)
/** `[n] EXPLICIT`, or `[n] IMPLICIT` of a constructed value. */
export const contextConstructed = (n: number, ...parts: readonly Uint8Array[]): Buffer =>
  value(CONTEXT | CONSTRUCTED | n, ...parts)
export const contextOfIndefiniteLength = (n: number, ...parts: readonly Uint8Array[]): Buffer =>
  indefinite(CONTEXT | CONSTRUCTED | n, ...parts)

/** An object identifier. @param dotted e.g. `1.2.840.113549.1.7.3` (X.690 §8.19) */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  return value(OBJECT_IDENTIFIER, Buffer.from([first * 40 + second, ...others.flatMap(base128)]))
}

/** Seven bits to a byte, the highest first, all but the last with the top bit set. */
function base128(arc: number): number[] {
  const bytes = [arc & 0x7f]
  for (let rest = arc >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}
