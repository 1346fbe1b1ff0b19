import { availableParallelism } from 'node:os'

/**
 * RSA key pairs made at once. Each keeps a thread of the pool and a processor busy for up to seconds: one
 * processor is left to everything else, and with it threads for signing.
 */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1))

let running = 0
const waiting: (() => void)[] = []

/** Runs `make` as soon as fewer than AT_ONCE run, in the order of the calls. */
export async function inPairQueue<T>(make: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running++
  try {
    return await make()
  } finally {
    // the place goes to the next in line, or is free
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }
}
