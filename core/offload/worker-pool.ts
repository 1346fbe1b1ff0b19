import { Worker } from 'node:worker_threads'
import type { Asker } from '../base/call-context.ts'
import { type ErrorCode, KmsError } from '../base/errors.ts'
import { fairQueue, type QueueBounds } from './fair-queue.ts'

/** What a worker posts back for each job it was given. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly refusal: { readonly code: ErrorCode; readonly message?: string } }
  | { readonly failure: string }

interface Job {
  readonly name: string
  resolve(value: unknown): void
  reject(error: unknown): void
}

export interface WorkerPool {
  /**
   * Has a worker do one job: it gets `{ name, args }` and posts an Outcome. Jobs wait as in every FairQueue.
   * @throws KmsError as the job refuses, ThrottlingException where too many jobs wait or whoever asked has gone
   * @throws Error where the job fails, or the worker ends while at it
   */
  run(name: string, args: readonly unknown[], asker: Asker): Promise<unknown>
  /** Ends the workers; jobs under way fail, and those that wait. */
  close(): Promise<void>
}

/**
 * A pool of worker threads, each with one job at a time. They start when they are first needed, don't keep
 * the process alive while idle, and one that ends is replaced by the next job's.
 * @param bounds `size` is the most workers at once
 */
export function workerPool(file: URL, bounds: QueueBounds): WorkerPool {
  const queue = fairQueue(bounds)
  const idle: Worker[] = []
  const busy = new Map<Worker, Job>()
  let closed = false

  function start(): Worker {
    const worker = new Worker(file, { name: 'tenkey-crypto', execArgv: [], env: {} })
    worker.on('message', (outcome: Outcome) => {
      const job = busy.get(worker)
      rest(worker)
      if (job !== undefined) settle(job, outcome)
    })
    let reason = 'it ended'
    worker.on('error', (error: Error) => {
      reason = error.message
    })
    worker.on('exit', () => {
      const job = busy.get(worker)
      busy.delete(worker)
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
      job?.reject(new Error(`a worker thread did not finish ${job.name}: ${reason}`))
    })
    return worker
  }

  function rest(worker: Worker): void {
    busy.delete(worker)
    idle.push(worker)
    worker.unref()
  }

  /** Has a worker at it: there is one, for the queue lets no more jobs in than there may be workers. */
  function give(name: string, args: readonly unknown[]): Promise<unknown> {
    if (closed) return Promise.reject(new Error(`the worker threads ended before ${name}`))
    return new Promise((resolve, reject) => {
      const worker = idle.pop() ?? start()
      busy.set(worker, { name, resolve, reject })
      // a caller waits for this one: the process must not end before it has its answer
      worker.ref()
      try {
        worker.postMessage({ name, args })
      } catch (error) {
        reject(error)
        rest(worker)
      }
    })
  }

  return {
    run: (name, args, asker) => queue.run(asker, () => give(name, args)),
    async close() {
      closed = true
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()))
    },
  }
}

function settle(job: Job, outcome: Outcome): void {
  if ('value' in outcome) job.resolve(outcome.value)
  else if ('refusal' in outcome) {
    job.reject(new KmsError(outcome.refusal.code, outcome.refusal.message))
  } else job.reject(new Error(`${job.name}: ${outcome.failure}`))
}
