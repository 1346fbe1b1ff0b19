import { randomFillSync } from 'node:crypto'

/** Draws a version 4 UUID (RFC 9562) from the system's CSPRNG; lower case. */
export { randomUUID } from 'node:crypto'

/** bytes; one call to the CSPRNG costs about the same for 12 bytes as for 8 KB */
const POOL_LENGTH = 8192

/** bytes; anything longer goes to the CSPRNG itself, so that it doesn't drain the pool */
const MAX_POOLED = 1024

// One pool per thread and process: modules are not shared between workers, and a pool is never serialized.
const pool = Buffer.alloc(POOL_LENGTH)
let taken = POOL_LENGTH

/**
 * Fills `target` with bytes of the system's CSPRNG (randomFillSync), drawn 8 KB at a time. Bytes leave the
 * pool once: their place in it is zeroed as they are taken.
 */
export function randomFillPooled(target: Uint8Array): void {
  const length = target.length
  if (length > MAX_POOLED) {
    randomFillSync(target)
    return
  }
  if (taken + length > POOL_LENGTH) {
    randomFillSync(pool)
    taken = 0
  }
  const end = taken + length
  pool.copy(target, 0, taken, end)
  pool.fill(0, taken, end)
  taken = end
}

/**
 * Returns `length` fresh bytes of the system's CSPRNG as a Buffer of their own: fit for keys, IVs and nonces.
 * @throws RangeError where `length` is not a whole number from 0 up
 */
export function randomBytesPooled(length: number): Buffer {
  if (!Number.isInteger(length) || length < 0) {
    throw new RangeError(`a number of random bytes must be a whole number from 0, got ${length}`)
  }
  const bytes = Buffer.allocUnsafe(length)
  randomFillPooled(bytes)
  return bytes
}
