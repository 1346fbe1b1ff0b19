import { ApiProblem, problemOf } from './problem.ts'
import {
  type ApiRequest,
  type Input,
  type OperationName,
  type Output,
  queryText,
  requestOf,
} from './request.ts'

/** Who calls: where to, and how a request proves it. */
export interface Caller {
  /** where requests go, e.g. https://kms.example.com, without a slash at its end */
  readonly service: string
  /** The headers of a request, with what proves who sends it. */
  authorized(
    request: ApiRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>>
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** the ETag that a change is based on */
  readonly ifMatch?: string
  /** makes a repetition of the call get the first answer */
  readonly idempotencyKey?: string
}

/** An answer with the ETag of what it shows, where there is one, and when the service gave it: to the second. */
export interface Answer<T> {
  readonly output: T
  readonly etag: string | undefined
  readonly date: Date | undefined
}

/**
 * Makes a call of the API.
 * @throws ApiProblem where it is refused, or nobody answers; an AbortError where it was aborted
 */
export async function call<N extends OperationName>(
  caller: Caller,
  name: N,
  input: Input<N>,
  { signal, ifMatch, idempotencyKey }: CallOptions = {},
): Promise<Answer<Output<N>>> {
  const request = requestOf(name, input)
  const headers = await caller.authorized(request, {
    ...(request.body !== undefined && { 'content-type': 'application/json' }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  })
  const response = await sent(
    `${caller.service}${request.path}${queryText(request.query)}`,
    request,
    headers,
    signal,
  )
  if (!response.ok) throw await problemOf(response)
  const text = await response.text()
  const output = text === '' ? undefined : JSON.parse(text)
  const date = response.headers.get('date')
  return {
    output: output as Output<N>,
    etag: response.headers.get('etag') ?? undefined,
    date: date === null ? undefined : new Date(date),
  }
}

async function sent(
  url: string,
  { method, body }: ApiRequest,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers,
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ApiProblem(0, 'Unreachable', String(error))
  }
}
