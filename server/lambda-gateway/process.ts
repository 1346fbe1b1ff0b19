import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Code } from './bundles.ts'
import { findRic, whyNoRic } from './ric.ts'
import { type Result, runtimeApi } from './runtime-api.ts'

/** A running function. */
export interface FunctionProcess {
  /** Has it handle one event; ends it where it takes longer than it may. */
  invoke(event: string): Promise<Result>
  readonly alive: boolean
  stop(): Promise<void>
}

export interface FunctionSettings {
  readonly name: string
  readonly bundle: Code
  /** ms an event may take */
  readonly timeout: number
  readonly environment: Readonly<Record<string, string>>
  /** what it writes, line by line */
  readonly log: (text: string) => void
}

/** What of this process's environment a function has too: nothing of its settings. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'NODE_EXTRA_CA_CERTS']

/** What a function's process runs under: its file, and why that isn't AWS's own where it isn't. */
export interface RuntimeClient {
  readonly file: string
  readonly whyNotReal?: string
}

/** AWS's own runtime interface client (the package aws-lambda-ric) where it is built, otherwise ours. */
export function runtimeClient(): RuntimeClient {
  const file = findRic()
  if (file !== undefined) return { file }
  const ours = fileURLToPath(new URL('runtime-client.ts', import.meta.url))
  return { file: ours, whyNotReal: whyNoRic() }
}

/** Starts a function's process as Lambda does: the runtime interface client with the handler's name. */
export async function startFunction(settings: FunctionSettings): Promise<FunctionProcess> {
  const { name, bundle, timeout, log } = settings
  const api = await runtimeApi(name)
  const child = spawn(process.execPath, [runtimeClient().file], {
    cwd: bundle.folder,
    env: environmentOf(settings, api.address),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', log)
  let alive = true
  const ended = endOf(child).then((how) => {
    alive = false
    api.fail({ failure: `the process ended: ${how}`, kind: 'exit' })
  })

  async function stop(): Promise<void> {
    child.kill('SIGKILL')
    await ended
    await api.close()
  }

  return {
    stop,
    get alive() {
      return alive
    },
    async invoke(event) {
      if (!alive) return { failure: 'the process has ended', kind: 'exit' }
      const late = setTimeout(() => {
        alive = false
        api.fail({ failure: `Task timed out after ${timeout} ms`, kind: 'timeout' })
        child.kill('SIGKILL')
      }, timeout)
      const result = await api.invoke(event, Date.now() + timeout)
      clearTimeout(late)
      // a process that could not start never asks for another event
      if ('kind' in result && result.kind === 'init') alive = false
      return result
    },
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'close')
    return String(code ?? signal)
  } catch (error) {
    return String(error)
  }
}

function environmentOf(
  { name, bundle, environment }: FunctionSettings,
  api: string,
): Record<string, string> {
  const inherited = INHERITED.flatMap((one) => {
    const value = process.env[one]
    return value === undefined ? [] : [[one, value] as const]
  })
  return {
    ...Object.fromEntries(inherited),
    ...environment,
    AWS_LAMBDA_RUNTIME_API: api,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_LOG_GROUP_NAME: '/tenkey/local/functions',
    AWS_LAMBDA_LOG_STREAM_NAME: name,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: bundle.folder,
    _HANDLER: bundle.handler,
  }
}
