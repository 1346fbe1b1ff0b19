import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What came of one event: the function's answer as JSON text, or what it failed with. */
export type Result =
  | { readonly answer: string }
  | { readonly failure: string; readonly kind: 'error' | 'init' | 'timeout' | 'exit' }

interface Invocation {
  readonly id: string
  readonly event: string
  /** Unix ms */
  readonly deadline: number
  settle(result: Result): void
}

/** The runtime API of one function process, which has one event at a time. */
export interface RuntimeApi {
  /** host:port, for AWS_LAMBDA_RUNTIME_API */
  readonly address: string
  /** Hands an event over. @param deadline Unix ms that the function is told */
  invoke(event: string, deadline: number): Promise<Result>
  /** Settles what is under way: the process has ended, or is about to be. */
  fail(result: Result): void
  close(): Promise<void>
}

const PREFIX = '/2018-06-01/runtime/'
/** bytes; Lambda's own limit for an answer */
const MAX_ANSWER = 6 * 1024 * 1024

/**
 * Lambda's runtime API on a free port of this machine, for one process.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function runtimeApi(functionName: string): Promise<RuntimeApi> {
  let current: Invocation | undefined
  let handedOver = false
  let waiting: ServerResponse | undefined
  /** why the process could not start, once it has said so */
  let broken: Result | undefined

  const settle = (result: Result) => {
    const invocation = current
    current = undefined
    invocation?.settle(result)
  }

  function handOver(): void {
    if (current === undefined || waiting === undefined || handedOver) return
    const response = waiting
    waiting = undefined
    handedOver = true
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': current.id,
      'lambda-runtime-deadline-ms': String(current.deadline),
      'lambda-runtime-invoked-function-arn': `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
      'lambda-runtime-trace-id': `Root=1-00000000-${current.id.replaceAll('-', '').slice(0, 24)}`,
    })
    response.end(current.event)
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (message.url ?? '').slice(PREFIX.length)
    if (message.method === 'GET' && path === 'invocation/next') {
      waiting = response
      return handOver()
    }
    const body = await textOf(message)
    const [, id, what] = /^invocation\/([\w-]+)\/(response|error)$/.exec(path) ?? []
    if (path === 'init/error') {
      broken = { failure: body, kind: 'init' }
      settle(broken)
    } else if (id !== undefined && id === current?.id) {
      settle(what === 'response' ? { answer: body } : { failure: body, kind: 'error' })
    }
    response.writeHead(202, { 'content-type': 'application/json' })
    response.end('{"status":"OK"}')
  }

  const server = createServer((message, response) => {
    serve(message, response).catch(() => response.destroy())
  })
  // a process waits for its next event for as long as it takes
  server.requestTimeout = 0
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke(event, deadline) {
      if (broken !== undefined) return Promise.resolve(broken)
      return new Promise((resolve) => {
        current = { id: randomUUID(), event, deadline, settle: resolve }
        handedOver = false
        handOver()
      })
    },
    fail: settle,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message) {
    length += (chunk as Buffer).length
    if (length > MAX_ANSWER) throw new Error('the answer is larger than Lambda allows')
    chunks.push(chunk as Buffer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
