import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** A server under measurement, in a process of its own, so that its CPU time is its own. */
export interface ServerProcess {
  readonly address: string
  /** CPU time used so far, user and system, in microseconds */
  cpu(): Promise<number>
  /** resident memory, in bytes */
  memory(): Promise<number>
  stop(): Promise<void>
}

/**
 * Starts `bench/<module>`, which answers its address by message once it listens.
 * @param checkout whose module it is; this one's unless given
 */
export async function startProcess(
  module: string,
  environment: Record<string, string>,
  checkout: string = ROOT,
): Promise<ServerProcess> {
  const child = fork(join(checkout, 'bench', module), [], {
    env: { ...process.env, ...environment },
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [{ address }] = await once(child, 'message')
  const ask = async (question: string): Promise<number> => {
    const answer = once(child, 'message')
    child.send(question)
    const [value] = await answer
    return value
  }
  return {
    address,
    cpu: () => ask('cpu'),
    memory: () => ask('memory'),
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

/** The other side: answers the questions of startProcess. */
export function answerQuestions(address: string): void {
  process.on('message', (question) => {
    if (question === 'cpu') {
      const { user, system } = process.cpuUsage()
      process.send?.(user + system)
    }
    if (question === 'memory') {
      globalThis.gc?.()
      process.send?.(process.memoryUsage.rss())
    }
  })
  process.send?.({ address })
}
