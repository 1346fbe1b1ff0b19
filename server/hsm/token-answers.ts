import { type TokenCiphertext, TokenFailure } from '../../core/custom-key-store/cluster.ts'

/*
 * What the process of a token answers comes from somebody else's module: its lengths are looked at before it is
 * believed.
 */

const TAG_LENGTH = 16
const IV_LENGTH = 12

const unfit = () => new TokenFailure('Broken', 'the token answers something else than was asked')

/** IV, and ciphertext and tag, of what was `length` bytes. */
export function ciphertextIn(answer: unknown, length: number): TokenCiphertext {
  if (typeof answer !== 'object' || answer === null) throw unfit()
  if (!('iv' in answer && 'sealed' in answer)) throw unfit()
  const { iv, sealed } = answer
  if (!(iv instanceof Uint8Array && sealed instanceof Uint8Array)) throw unfit()
  if (iv.length !== IV_LENGTH || sealed.length !== length + TAG_LENGTH) throw unfit()
  const whole = Buffer.from(sealed)
  return {
    iv: Buffer.from(iv),
    ciphertext: whole.subarray(0, length),
    tag: whole.subarray(length),
  }
}

/** As many bytes as were asked for. */
export function bytesIn(answer: unknown, length: number): Buffer {
  if (answer instanceof Uint8Array && answer.length === length) return Buffer.from(answer)
  throw unfit()
}
