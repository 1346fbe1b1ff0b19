import { createHmac, hkdfSync } from 'node:crypto'

/** bytes that HKDF with SHA-256 gives at most (RFC 5869 §2.3) */
const MOST = 255 * 32

/** What a seed gives: the same for the same purpose and the same number. */
export interface Seed {
  /** @param purpose what it is for, at most 200 characters */
  derive(purpose: string, length: number): Buffer
  /** Counts the purpose's uses. */
  next(purpose: string, length: number): Buffer
  /** The same for the same parts; 64 bytes. */
  digest(...parts: readonly (string | Uint8Array)[]): Buffer
}

/** HKDF (RFC 5869) of a text, by purpose. */
export function seedOf(text: string): Seed {
  const key = Buffer.from(text)
  const uses = new Map<string, number>()
  const derive = (purpose: string, length: number): Buffer => {
    if (length > MOST) throw new RangeError(`a seed gives at most ${MOST} bytes at once`)
    return Buffer.from(hkdfSync('sha256', key, 'tenkey/testing/v1', purpose, length))
  }
  return {
    derive,
    next(purpose, length) {
      const number = uses.get(purpose) ?? 0
      uses.set(purpose, number + 1)
      return derive(`${purpose}#${number}`, length)
    },
    digest(...parts) {
      const mac = createHmac('sha512', derive('digest', 64))
      for (const part of parts) {
        const length = Buffer.alloc(4)
        length.writeUInt32BE(Buffer.byteLength(part))
        mac.update(length).update(part)
      }
      return mac.digest()
    },
  }
}
