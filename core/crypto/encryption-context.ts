import { invalid } from '../base/errors.ts'

/** The caller's name-value pairs that a ciphertext is bound to; not secret. */
export type EncryptionContext = Readonly<Record<string, string>>

/** bytes of UTF-8 in all names and values together */
export const MAX_CONTEXT_LENGTH = 8192

/** AWS's words for a context that it can't take; which fault it was is not among them. */
export const INVALID_CONTEXT = 'Invalid EncryptionContext'

const EMPTY = Buffer.alloc(0)

/**
 * The canonical bytes of an encryption context, as they enter AAD: the pairs in the order of their names'
 * UTF-8 bytes; each name and each value as a u32 BE length followed by its UTF-8 bytes. No bytes at all for
 * undefined and for {}, which are the same context. Two contexts have equal bytes only if they are equal:
 * lengths delimit every part, and a lone surrogate, which UTF-8 can't carry, is refused instead of replaced.
 * The bytes are shared where there are none: don't write to them.
 * @throws KmsError ValidationException `Invalid EncryptionContext` (AWS's own wording for a context it can't
 *   take) for a lone surrogate, and beyond 8,192 bytes
 */
export function canonicalContext(context: EncryptionContext | undefined): Buffer {
  if (context === undefined) return EMPTY
  const pairs = Object.entries(context)
  if (pairs.length === 0) return EMPTY
  let contentLength = 0
  for (const [name, value] of pairs) {
    if (!name.isWellFormed() || !value.isWellFormed()) throw invalid(INVALID_CONTEXT)
    contentLength += Buffer.byteLength(name) + Buffer.byteLength(value)
    if (contentLength > MAX_CONTEXT_LENGTH) throw invalid(INVALID_CONTEXT)
  }
  pairs.sort(byUtf8)
  const bytes = Buffer.allocUnsafe(contentLength + pairs.length * 8)
  let offset = 0
  for (const [name, value] of pairs) {
    offset = writeText(bytes, name, offset)
    offset = writeText(bytes, value, offset)
  }
  return bytes
}

/** Writes u32 BE length and UTF-8 bytes; answers the offset behind them. */
function writeText(target: Buffer, text: string, offset: number): number {
  const length = target.write(text, offset + 4, 'utf8')
  target.writeUInt32BE(length, offset)
  return offset + 4 + length
}

/**
 * The order of two well-formed texts' UTF-8 bytes, which is that of their code points. JavaScript's own
 * is of UTF-16 code units, and puts U+10000 and up, written as surrogates, before U+E000.
 */
function byUtf8([a]: readonly [string, string], [b]: readonly [string, string]): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const one = a.charCodeAt(i)
    const other = b.charCodeAt(i)
    if (one !== other) return Number(isSurrogate(one)) - Number(isSurrogate(other)) || one - other
  }
  return a.length - b.length
}

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff
