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
  /**
   * Told when the service refused a signature, for one of another time than the service's may be good.
   * @param served the Date of the answer
   * @returns whether requests are proved otherwise from now on
   */
  readonly heard?: (served: string | null) => boolean
  /** Told of each refusal. */
  readonly refused?: (problem: ApiProblem) => void
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
  options: CallOptions = {},
): Promise<Answer<Output<N>>> {
  const request = requestOf(name, input)
  let response = await proved(caller, request, options)
  let problem = response.ok ? undefined : await problemOf(response)
  const isMistimed = problem?.code === 'InvalidSignatureException'
  if (isMistimed && caller.heard?.(response.headers.get('date')) === true) {
    response = await proved(caller, request, options)
    problem = response.ok ? undefined : await problemOf(response)
  }
  if (problem !== undefined) {
    caller.refused?.(problem)
    throw problem
  }
  const output = await reached(options.signal, async () => {
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  })
  const date = response.headers.get('date')
  return {
    output: output as Output<N>,
    etag: response.headers.get('etag') ?? undefined,
    date: date === null ? undefined : new Date(date),
  }
}

/** Sends a request with what proves who does. */
async function proved(
  caller: Caller,
  request: ApiRequest,
  { signal, ifMatch, idempotencyKey }: CallOptions,
): Promise<Response> {
  const { method, path, query, body } = request
  // `.` and `..` are IAM names too, but as a part of a path they would be another address
  if (new URL(path, caller.service).pathname !== path) throw new Error(`${path} is no address`)
  const headers = await caller.authorized(request, {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  })
  // what no request can have, as a letter that is no header's, is no matter of the connection
  const asked = new Request(`${caller.service}${path}${queryText(query)}`, {
    method,
    headers,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  })
  return reached(signal, () => fetch(asked))
}

/** @throws ApiProblem of status 0 where the service, or the rest of its answer, is not reached */
async function reached<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ApiProblem(0, 'Unreachable', String(error))
  }
}
