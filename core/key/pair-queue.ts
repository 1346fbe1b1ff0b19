import { availableParallelism } from 'node:os'
import { fairQueue } from '../offload/fair-queue.ts'

/**
 * RSA key pairs made at once. Each keeps a thread of the pool and a processor busy for up to seconds: one
 * processor is left to everything else, and with it threads for signing.
 */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1))
/** pairs that wait, in all and for one account; whoever is behind these would have given up before its turn */
const BACKLOG = 256
const PER_ACCOUNT = 32

/** Where RSA key pairs wait for their turn. */
export const pairQueue = fairQueue({ size: AT_ONCE, backlog: BACKLOG, perAccount: PER_ACCOUNT })
