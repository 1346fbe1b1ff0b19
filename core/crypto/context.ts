import { invalid } from '../errors.ts'

/** The caller's name-value pairs that a ciphertext is bound to; not secret. */
export type EncryptionContext = Readonly<Record<string, string>>

/** bytes of UTF-8 in all names and values together */
export const MAX_CONTEXT_LENGTH = 8192

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
    if (!name.isWellFormed() || !value.isWellFormed()) throw invalid('Invalid EncryptionContext')
    contentLength += Buffer.byteLength(name) + Buffer.byteLength(value)
    if (contentLength > MAX_CONTEXT_LENGTH) throw invalid('Invalid EncryptionContext')
  }
  if (pairs.length > 1) sortByUtf8(pairs)
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

/** JavaScript compares UTF-16 code units, which puts U+10000 and up before U+E000; UTF-8 doesn't. */
function sortByUtf8(pairs: [string, string][]): void {
  pairs.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
