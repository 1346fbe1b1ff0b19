import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Log } from '../core/base/log.ts'
import { ConfigError } from '../core/config.ts'

/** ms before a worker that ended is replaced; doubled for each that ends soon after its start */
const FIRST_PAUSE = 100
const LONGEST_PAUSE = 10_000
/** ms after which a worker has proven that it can serve */
const PROVEN = 10_000

/** What a worker says once: where it listens, or why it can't. */
export type WorkerReport = { readonly address: string } | { readonly failure: string }

/**
 * Starts workers that share one port; a worker that dies is replaced. The store is shared, so nothing
 * acknowledged is lost with it. Workers whose primary is gone end themselves (node:cluster).
 * @throws ConfigError, in the first failing worker's words, when the others have ended
 */
export async function startWorkers(
  count: number,
  log: Log,
): Promise<{ address: string; stop(): Promise<void> }> {
  cluster.setupPrimary({ exec: fileURLToPath(new URL('worker.ts', import.meta.url)) })
  const workers = Array.from({ length: count }, fork)
  const address = await Promise.all(workers.map(report)).then(
    ([first = '']) => first,
    async (error: unknown) => {
      await end('SIGKILL')
      throw error
    },
  )
  const stopReplacing = replaceThoseThatEnd(log)
  return {
    address,
    async stop() {
      stopReplacing()
      await end('SIGTERM')
    },
  }
}

function fork(): Worker {
  const worker = cluster.fork()
  // a message that finds it gone (EPIPE) says no more than its exit, which is listened to
  worker.on('error', () => {})
  return worker
}

function report(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: WorkerReport) => {
      if ('address' in message) resolve(message.address)
      else reject(new ConfigError(message.failure))
    })
    worker.once('exit', (code, signal) => {
      reject(new ConfigError(`a worker ended at its start (${signal ?? `code ${code}`})`))
    })
  })
}

/** @returns a function after which nothing is replaced any more */
function replaceThoseThatEnd(log: Log): () => void {
  let stopping = false
  let pause = FIRST_PAUSE
  let provenAt = performance.now() + PROVEN
  const timers = new Set<NodeJS.Timeout>()
  cluster.on('exit', ({ process: { pid } }, code, signal) => {
    if (stopping) return
    if (performance.now() > provenAt) pause = FIRST_PAUSE
    log('warn', { message: 'a worker ended and is replaced', pid, code, signal, pause })
    const timer = setTimeout(() => {
      timers.delete(timer)
      provenAt = performance.now() + PROVEN
      fork().once('message', (message: WorkerReport) => {
        if ('failure' in message) log('error', { message: message.failure })
      })
    }, pause)
    timers.add(timer)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  })
  return () => {
    stopping = true
    for (const timer of timers) clearTimeout(timer)
  }
}

async function end(signal: NodeJS.Signals): Promise<void> {
  const alive = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
  const gone = alive.map((worker) => once(worker, 'exit'))
  for (const worker of alive) worker.process.kill(signal)
  await Promise.all(gone)
}
