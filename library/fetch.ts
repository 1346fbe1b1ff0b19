import type { HttpRequest, HttpResponse, PageResponse } from '../core/base/http-message.ts'
import { handle } from '../core/pipeline/handle.ts'
import { hasBody, judgeHead } from '../core/pipeline/head.ts'
import type { Service } from '../core/service.ts'
import type { Cors } from '../server/cors.ts'
import type { Origin } from './types.ts'

const NO_BODY = new Uint8Array(0)
/** an address of nobody (RFC 1122 §3.2.1.3): no policy allows it unless it allows everybody */
const UNKNOWN = '0.0.0.0'
/** statuses that have no body (RFC 9110 §15.3.5, §15.4.5) */
const BODILESS: ReadonlySet<number> = new Set([204, 304])

type Answering = Service & { readonly cors?: Cors | undefined }

/** Answers a request of the Fetch API as the same request is answered that comes by a port. */
export async function answerFetch(
  request: Request,
  { address = UNKNOWN, secure }: Origin,
  service: Answering,
): Promise<Response> {
  const { cors } = service
  const url = new URL(request.url)
  const head: HttpRequest = {
    method: request.method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: { host: url.host, ...Object.fromEntries(request.headers) },
    body: NO_BODY,
    sourceIp: address,
    secure: secure ?? url.protocol === 'https:',
    signal: request.signal,
  }
  const answer = await answerOf(request, head, service)
  cors?.mark(answer.headers, head.path, head.headers['origin'])
  const { status, headers, body } = answer
  const bytes = typeof body === 'string' ? body : Uint8Array.from(body)
  return new Response(BODILESS.has(status) ? null : bytes, { status, headers })
}

async function answerOf(
  request: Request,
  head: HttpRequest,
  service: Answering,
): Promise<HttpResponse | PageResponse> {
  const preflight = service.cors?.preflight(head)
  if (preflight !== undefined) return preflight
  const page = service.pages.get(`${head.method} ${head.path}`)
  if (page !== undefined) return page(head, service)
  // the Fetch API tells no framing: a body is whatever comes
  if (request.body === null && !hasBody(head)) return handle(head, service)
  const judged = judgeHead(head, service)
  if (judged.refusal !== undefined) return judged.refusal
  head.body = await bodyOf(request, judged.limit.bytes)
  return handle(head, service, judged.addressed)
}

/** The body, of one that is longer than `most` as much as shows that: `handle` refuses it. */
async function bodyOf({ body }: Request, most: number): Promise<Uint8Array> {
  if (body === null) return NO_BODY
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    length += chunk.length
    // leaving the loop cancels what is left
    if (length > most) break
  }
  return Buffer.concat(chunks)
}
