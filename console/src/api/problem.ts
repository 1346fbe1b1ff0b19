/** What is wrong with one part of a request. */
export interface Fault {
  readonly detail: string
  readonly in: string
  /** RFC 6901, into the body */
  readonly pointer?: string
  readonly name?: string
}

/** A call that was refused, or that nobody answered: AWS's code, its words and the id of the request. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  /** 0 where there was no answer */
  readonly status: number
  readonly code: string
  readonly requestId: string | undefined
  readonly faults: readonly Fault[]

  constructor(
    status: number,
    code: string,
    detail: string,
    requestId?: string,
    faults: readonly Fault[] = [],
  ) {
    super(detail)
    this.status = status
    this.code = code
    this.requestId = requestId
    this.faults = faults
  }
}

/** Whether the same call may be answered a little later. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.status === 429 || error.status === 503)

/** Whether the credentials are good no more: nothing helps but signing in again. */
export const isOver = (error: unknown): boolean =>
  error instanceof ApiProblem &&
  (error.code === 'ExpiredTokenException' ||
    error.code === 'UnrecognizedClientException' ||
    error.code === 'InvalidClientTokenId')

/** The problem that an answer tells (RFC 9457). */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-request-id') ?? undefined
  try {
    const told: unknown = await response.json()
    if (typeof told === 'object' && told !== null && 'code' in told) {
      const { code, detail, title, errors } = told as Readonly<Record<string, unknown>>
      const words = typeof detail === 'string' ? detail : String(title ?? code)
      const faults = Array.isArray(errors) ? (errors as Fault[]) : []
      return new ApiProblem(response.status, String(code), words, requestId, faults)
    }
    // an HTTP API's own refusal: {"message": "Not Found"}
    if (typeof told === 'object' && told !== null && 'message' in told) {
      return new ApiProblem(
        response.status,
        `HTTP ${response.status}`,
        String(told.message),
        requestId,
      )
    }
  } catch {
    // no JSON: told by its status alone
  }
  return new ApiProblem(response.status, `HTTP ${response.status}`, response.statusText, requestId)
}
