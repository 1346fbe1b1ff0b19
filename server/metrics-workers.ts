import cluster, { type Worker } from 'node:cluster'
import { randomUUID } from 'node:crypto'
import { AggregatorRegistry, type Registry } from 'prom-client'

/** ms after which a scrape that the primary does not answer is given up */
const PATIENCE = 10_000

/** A worker's question for the metrics of all, and the primary's answer; undefined where there is none. */
interface Question {
  readonly metricsFor: string
}
interface Answer extends Question {
  readonly text: string | undefined
}

const isQuestion = (message: unknown): message is Question =>
  typeof message === 'object' && message !== null && 'metricsFor' in message

/**
 * Lets a primary gather this worker's metrics: whichever worker a scraper reaches, it must see the
 * counts of all, or its counters would jump. Nothing to do in a process of its own.
 */
export function shareMetrics(registry: Registry): void {
  if (!cluster.isWorker) return
  AggregatorRegistry.setRegistries(registry)
  new AggregatorRegistry()
}

/** In a worker: the text of the metrics of all workers. @throws Error where the primary does not answer */
export function metricsOfAll(): Promise<string> {
  const metricsFor = randomUUID()
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      process.off('message', onMessage)
    }
    const onMessage = (message: unknown) => {
      if (!isQuestion(message) || message.metricsFor !== metricsFor) return
      end()
      const { text } = message as Answer
      if (text === undefined) reject(new Error('the workers did not tell their metrics'))
      else resolve(text)
    }
    const timer = setTimeout(() => {
      end()
      reject(new Error('the primary does not answer'))
    }, PATIENCE)
    process.on('message', onMessage)
    process.send?.({ metricsFor } satisfies Question)
  })
}

/** In the primary: answers the workers' questions for the metrics of all. */
export function answerMetrics(): void {
  const all = new AggregatorRegistry()
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isQuestion(message)) return
    const { metricsFor } = message
    const answer = (text: string | undefined) => {
      if (worker.isConnected()) worker.send({ metricsFor, text } satisfies Answer)
    }
    all.clusterMetrics().then(answer, () => answer(undefined))
  })
}
