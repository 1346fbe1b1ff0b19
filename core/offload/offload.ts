import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Asker } from '../base/call-context.ts'
import { asBuffer } from '../crypto/der.ts'
import type { TaskName, Tasks } from './offload-worker.ts'
import type { WorkerPool } from './worker-pool.ts'

/** One processor is left to the event loop; beyond four, callers gain little from more threads. */
const SIZE = Math.min(4, Math.max(1, availableParallelism() - 1))
/** jobs that wait, in all and for one account; at a few milliseconds each, whoever is behind these would have given up before its turn */
const BACKLOG = 2000
const PER_ACCOUNT = 500

type Result<N extends TaskName> = Awaited<ReturnType<Tasks[N]>>

let pool: Promise<WorkerPool | 'none'> | undefined

/**
 * Runs a primitive that takes milliseconds in a worker thread, so that other calls are answered meanwhile.
 * In a bundle (a Lambda function, with one call at a time) there is no file for a worker, and `inline` runs
 * in its place.
 * @throws KmsError as the primitive does; ThrottlingException where too many wait, or whoever asked
 *   has gone
 */
export async function offload<N extends TaskName>(
  name: N,
  args: Parameters<Tasks[N]>,
  asker: Asker,
  inline: () => Result<N> | Promise<Result<N>>,
): Promise<Result<N>> {
  pool ??= open()
  const opened = await pool
  if (opened === 'none') return inline()
  const value = await opened.run(name, args, asker)
  // a Buffer arrives as the plain array below it
  return (value instanceof Uint8Array ? asBuffer(value) : value) as Result<N>
}

async function open(): Promise<WorkerPool | 'none'> {
  const file = workerFile()
  if (file === undefined) return 'none'
  // node:worker_threads takes a millisecond of a start, which most calls need not pay
  const { workerPool } = await import('./worker-pool.ts')
  return workerPool(file, { size: SIZE, backlog: BACKLOG, perAccount: PER_ACCOUNT })
}

function workerFile(): URL | undefined {
  try {
    const file = new URL('offload-worker.ts', import.meta.url)
    return existsSync(fileURLToPath(file)) ? file : undefined
  } catch {
    // bundled as CommonJS: there is no import.meta.url
    return undefined
  }
}
