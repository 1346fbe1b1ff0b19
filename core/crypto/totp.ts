import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Time-based one-time passwords, as virtual MFA devices have them: HMAC-SHA-1, steps of 30 seconds from the Unix
 * epoch, six digits.
 * @see RFC 6238 §4, RFC 4226 §5.3
 */

/** ms; RFC 6238 §4.1, the default */
const STEP = 30_000
/** RFC 4226 §5.3 */
const DIGITS = 6
/** bytes; RFC 4226 §4, R6: "recommends a shared secret length of 160 bits" */
export const SEED_LENGTH = 20
/** steps a code may be early or late: RFC 6238 §5.2 has one for delays in transmission, and clocks differ */
const WINDOW = 1

/** The step that a moment is in. @param at Unix ms */
export const stepAt = (at: number): number => Math.floor(at / STEP)

/** The code of a step. @param step from 0; its counter is eight bytes, big-endian */
export function codeOf(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', seed).update(counter).digest()
  // RFC 4226 §5.3, dynamic truncation
  const offset = (mac.at(-1) ?? 0) & 0xf
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS
  return String(number).padStart(DIGITS, '0')
}

/** Which steps a code may be of. */
export interface Steps {
  /** Unix ms */
  readonly at: number
  /** the last step whose code was used: it and those before are over (RFC 6238 §5.2, "one-time only use") */
  readonly after: number
  /** steps by which the device's clock is ahead; behind where it is negative; 0 unless given */
  readonly drift?: number | undefined
  /** steps before and after; one unless given */
  readonly window?: number
}

/**
 * The step whose code this is, or the last of consecutive steps whose codes these are; undefined where there is
 * none. Every step is compared, each in constant time.
 */
export function stepOf(
  seed: Uint8Array,
  codes: readonly string[],
  { at, after, drift = 0, window = WINDOW }: Steps,
): number | undefined {
  const middle = stepAt(at) + drift
  const given = Buffer.from(codes.join())
  let found: number | undefined
  for (let step = middle - window; step <= middle + window; step++) {
    const first = step - codes.length + 1
    if (first <= after) continue
    const wanted = Buffer.from(codes.map((_code, i) => codeOf(seed, first + i)).join())
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) found ??= step
  }
  return found
}

/** steps that a device's clock may have gone astray, of either sign: ten minutes */
export const MAX_DRIFT = 20

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 §6, without padding: authenticators leave it out. */
export function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += BASE32.charAt((held >> (bits - 5)) & 31)
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + BASE32.charAt((held << (5 - bits)) & 31)
}
