import { Worker } from 'node:worker_threads'
import { type ErrorCode, KmsError } from '../base/errors.ts'

/** What a worker posts back for each job it was given. */
export type Outcome =
  | { readonly value: unknown }
  | { readonly refusal: { readonly code: ErrorCode; readonly message?: string } }
  | { readonly failure: string }

interface Job {
  readonly name: string
  readonly args: readonly unknown[]
  resolve(value: unknown): void
  reject(error: Error): void
}

export interface WorkerPool {
  /**
   * Has a worker do one job: it gets `{ name, args }` and posts an Outcome. Jobs start in the order of the
   * calls.
   * @throws KmsError as the job refuses, ThrottlingException where too many jobs wait
   * @throws Error where the job fails, or the worker ends while at it
   */
  run(name: string, args: readonly unknown[]): Promise<unknown>
  /** Ends the workers; jobs under way fail. */
  close(): Promise<void>
}

/**
 * A pool of worker threads, each with one job at a time. They start when they are first needed, don't keep
 * the process alive while idle, and one that ends is replaced by the next job's.
 * @param size most workers at once
 * @param backlog most jobs that wait for one
 */
export function workerPool(
  file: URL,
  { size, backlog }: { size: number; backlog: number },
): WorkerPool {
  const idle: Worker[] = []
  const busy = new Map<Worker, Job>()
  const waiting: Job[] = []

  function dispatch(): void {
    for (;;) {
      const [job] = waiting
      const worker = job && (idle.pop() ?? (busy.size < size ? start() : undefined))
      if (job === undefined || worker === undefined) return
      waiting.shift()
      busy.set(worker, job)
      // a caller waits for this one: the process must not end before it has its answer
      worker.ref()
      try {
        worker.postMessage({ name: job.name, args: job.args })
      } catch (error) {
        job.reject(error as Error)
        rest(worker)
      }
    }
  }

  function start(): Worker {
    const worker = new Worker(file, { name: 'tenkey-crypto', execArgv: [], env: {} })
    worker.on('message', (outcome: Outcome) => {
      const job = busy.get(worker)
      rest(worker)
      if (job !== undefined) settle(job, outcome)
      dispatch()
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
      dispatch()
    })
    return worker
  }

  function rest(worker: Worker): void {
    busy.delete(worker)
    idle.push(worker)
    worker.unref()
  }

  return {
    run(name, args) {
      if (waiting.length >= backlog) return Promise.reject(tooMany())
      return new Promise((resolve, reject) => {
        waiting.push({ name, args, resolve, reject })
        dispatch()
      })
    },
    async close() {
      waiting.length = 0
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

const tooMany = () =>
  new KmsError(
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  )
