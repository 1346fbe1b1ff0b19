import type { RouteSpec } from '../../stacks/routes.ts'
import { bundles, type CodeSource } from './bundles.ts'
import { type FunctionProcess, startFunction } from './process.ts'
import type { Result } from './runtime-api.ts'

export interface PoolOptions {
  /** settings of every function, as the stack gives them */
  readonly environment: Readonly<Record<string, string>>
  /** processes at once, over all functions */
  readonly most: number
  /** what functions write */
  readonly log: (text: string) => void
  /** instead of a function's own time, in ms */
  readonly timeout?: number
  /** closed with the pool; each function bundled as it is deployed unless given */
  readonly code?: CodeSource
}

export type Wanted = Pick<RouteSpec, 'handler' | 'name'> & { readonly timeout: number }

interface Slot {
  readonly handler: string
  readonly process: FunctionProcess
  busy: boolean
  /** counts up: the slot that was free for longest makes room */
  used: number
}

/** Function processes: started when they are called, one event at a time each, a bounded number. */
export interface Pool {
  invoke(wanted: Wanted, event: string): Promise<Result>
  stop(): Promise<void>
}

/**
 * Has functions handle events as Lambda does, with as many processes of a function as it has events at
 * once. Above the bound an event waits for a process to be free, whose place is then taken.
 */
export function functionPool({
  environment,
  most,
  log,
  timeout,
  code = bundles(),
}: PoolOptions): Pool {
  const slots = new Set<Slot>()
  const waiting: (() => void)[] = []
  let starting = 0
  let clock = 0

  async function take(wanted: Wanted): Promise<Slot> {
    for (;;) {
      const free = [...slots].filter(({ busy }) => !busy).sort((a, b) => a.used - b.used)
      const warm = free.find(({ handler, process }) => handler === wanted.handler && process.alive)
      if (warm !== undefined) {
        warm.busy = true
        return warm
      }
      if (slots.size + starting < most) return start(wanted)
      const [oldest] = free
      if (oldest === undefined) await new Promise<void>((resolve) => waiting.push(resolve))
      else {
        slots.delete(oldest)
        starting++
        await oldest.process.stop()
        starting--
      }
    }
  }

  async function start(wanted: Wanted): Promise<Slot> {
    starting++
    try {
      const bundle = await code.of(wanted.handler)
      const process = await startFunction({
        name: wanted.name,
        bundle,
        environment,
        log,
        timeout: timeout ?? wanted.timeout,
      })
      const slot = { handler: wanted.handler, process, busy: true, used: clock }
      slots.add(slot)
      return slot
    } finally {
      starting--
      waiting.shift()?.()
    }
  }

  return {
    async invoke(wanted, event) {
      const slot = await take(wanted)
      try {
        return await slot.process.invoke(event)
      } finally {
        slot.busy = false
        slot.used = ++clock
        if (!slot.process.alive) {
          slots.delete(slot)
          await slot.process.stop()
        }
        waiting.shift()?.()
      }
    },
    async stop() {
      await Promise.all([...slots].map(({ process }) => process.stop()))
      slots.clear()
      await code.close()
    },
  }
}
