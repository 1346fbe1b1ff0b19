import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { TokenFailure } from '../../core/custom-key-store/cluster.ts'
import type { Asked, Told } from './serve-token.ts'
import { MOST_SESSIONS } from './sessions.ts'
import type { TokenPlace } from './token.ts'
import { reasonNamed } from './token-failures.ts'
import { placeText } from './token-place.ts'

/** The program of such a process; tests have another. */
const TOKEN_PROGRAM = new URL('token-main.ts', import.meta.url)

/** ms that a process is given to log out */
const LAST_WORDS = 2_000

/** A process that has one token. */
export interface TokenProcess {
  /** false once it has ended, or a failure made it useless */
  readonly usable: boolean
  /**
   * @param limit ms; a process that takes longer hangs in its module, and is ended with all that it was asked
   * @throws TokenFailure
   */
  ask(asked: Asked, limit: number): Promise<unknown>
  /** Lets it log out, and ends it. */
  close(): Promise<void>
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: TokenFailure): void
  readonly timer: NodeJS.Timeout
}

/** Starts one. It ends with this process, and keeps it alive only while it is asked something. */
export function startTokenProcess(place: TokenPlace, program = TOKEN_PROGRAM): TokenProcess {
  const child = fork(fileURLToPath(program), [placeText(place), String(process.pid)], {
    serialization: 'advanced',
    execArgv: [],
    // what a module writes is no log line of ours
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: environment(),
  })
  const waiting = new Map<number, Waiting>()
  let usable = true
  let closing = false
  let count = 0
  let exited = false
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  hold(child, false)

  function settle(id: number): Waiting | undefined {
    const one = waiting.get(id)
    waiting.delete(id)
    if (one !== undefined) clearTimeout(one.timer)
    if (waiting.size === 0) hold(child, closing)
    return one
  }

  function end(reason: 'TimedOut' | 'Broken', detail: string): void {
    usable = false
    for (const id of [...waiting.keys()]) settle(id)?.reject(new TokenFailure(reason, detail))
    if (!exited) child.kill('SIGKILL')
  }

  child.on('message', (message: Told & { readonly id: number }) => {
    const one = settle(message.id)
    if ('value' in message) return one?.resolve(message.value)
    const { reason, detail, fatal } = message.failure
    if (fatal) usable = false
    one?.reject(new TokenFailure(reasonNamed(reason), detail))
  })
  child.on('error', (error) => end('Broken', error.message))
  child.on('exit', (code, signal) => {
    exited = true
    end('Broken', `the process of the token ended (${signal ?? `code ${code}`})`)
  })

  const ask: TokenProcess['ask'] = (asked, limit) =>
    new Promise((resolve, reject) => {
      if (exited || !child.connected) {
        reject(new TokenFailure('Broken', 'the process of the token has ended'))
        return
      }
      const id = ++count
      const late = () => end('TimedOut', `the token did not answer ${asked.name} in ${limit} ms`)
      waiting.set(id, { resolve, reject, timer: setTimeout(late, limit) })
      hold(child, true)
      child.send({ ...asked, id }, (error) => {
        if (error !== null) settle(id)?.reject(new TokenFailure('Broken', error.message))
      })
    })

  return {
    get usable() {
      return usable
    },
    ask,
    async close() {
      const wasUsable = usable
      usable = false
      closing = true
      if (!exited) hold(child, true)
      if (!exited && wasUsable) await ask({ name: 'close' }, LAST_WORDS).catch(() => undefined)
      if (!exited) child.kill('SIGKILL')
      await gone
    },
  }
}

/** Whether this process waits for the other. */
function hold(child: ChildProcess, held: boolean): void {
  if (held) {
    child.ref()
    child.channel?.ref()
  } else {
    child.unref()
    child.channel?.unref()
  }
}

/** What a module may need of the environment, such as SOFTHSM2_CONF; nothing of the service's own credentials. */
function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('TENKEY_') && !name.startsWith('AWS_'),
  )
  return { ...Object.fromEntries(inherited), UV_THREADPOOL_SIZE: String(MOST_SESSIONS) }
}
