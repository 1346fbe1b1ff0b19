import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Stands in for AWS's runtime interface client where that is not installed: the same runtime API, the
 * same handler, none of AWS's own code. Asks for an event, calls the handler, posts its answer, for ever.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
type Handler = (event: unknown, context: object) => Promise<unknown>

const { AWS_LAMBDA_RUNTIME_API = '', LAMBDA_TASK_ROOT = '', _HANDLER = '' } = process.env
const runtime = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`

const post = (path: string, body: unknown) =>
  fetch(`${runtime}/${path}`, { method: 'POST', body: JSON.stringify(body) ?? 'null' })

const wordsOf = (error: unknown) => {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { errorType: name, errorMessage: message, trace: stack.split('\n') }
}

async function load(): Promise<Handler> {
  const [file = '', name = ''] = _HANDLER.split('.')
  const path = join(LAMBDA_TASK_ROOT, `${file}.mjs`)
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>
  const handler = module[name]
  if (typeof handler !== 'function') throw new Error(`${_HANDLER} is undefined or not exported`)
  return handler as Handler
}

async function serveNext(handler: Handler): Promise<void> {
  const next = await fetch(`${runtime}/invocation/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id') ?? ''
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'))
  const context = {
    awsRequestId: id,
    functionName: process.env['AWS_LAMBDA_FUNCTION_NAME'],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
  const event: unknown = await next.json()
  try {
    await post(`invocation/${id}/response`, await handler(event, context))
  } catch (error) {
    await post(`invocation/${id}/error`, wordsOf(error))
  }
}

try {
  const handler = await load()
  for (;;) await serveNext(handler)
} catch (error) {
  await post('init/error', wordsOf(error)).catch(() => undefined)
  process.exit(1)
}
