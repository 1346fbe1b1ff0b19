import { presignRequest, signRequest } from '../../core/signature/sign-request.ts'

/** Who calls. */
export interface Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** of short-lived credentials */
  readonly sessionToken?: string
  /** of credentials of AWS, which API Gateway knows: where they are shown to it */
  readonly gateway?: URL
}

/** What was answered, and after how many ms. */
export interface Answer {
  readonly status: number
  readonly text: string
  /** the body's members; {} where it is no JSON object */
  readonly json: Readonly<Record<string, unknown>>
  readonly ms: number
}

export interface Asked {
  /** method and path, e.g. `GET /v1/keys` */
  readonly line: string
  readonly query?: string
  /** JSON, or a form as text */
  readonly body?: object | string
  readonly headers?: Readonly<Record<string, string>>
  /** undefined for nobody's */
  readonly as?: Credential
  /** `kms` unless given */
  readonly service?: string
  /** signed for this Region instead of the service's */
  readonly region?: string
  /** seconds: signed in the query instead of a header */
  readonly presigned?: number
}

export type Ask = (asked: Asked) => Promise<Answer>

/** ms that an answer may take: a cold start is a second or two */
const PATIENCE = 30_000

/** Asks the service at a URL, whose path goes before every other. @param region that it serves */
export function asking(service: URL, region: string): Ask {
  return async ({ line, query = '', body = '', as, presigned, ...asked }) => {
    const url = as?.gateway ?? service
    const base = url.pathname.replace(/\/+$/, '')
    const [method = '', path = ''] = line.split(' ')
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json'
    const headers = {
      host: url.host,
      ...(text !== '' && { 'content-type': type }),
      ...asked.headers,
    }
    const request = { method, path: base + path, query, headers, body: Buffer.from(text) }
    const signedFor = as?.gateway === undefined ? (asked.service ?? 'kms') : 'execute-api'
    const scope = { region: asked.region ?? region, service: signedFor, now: Date.now() }
    const inQuery = as !== undefined && presigned !== undefined
    const sent = as === undefined || inQuery ? headers : signRequest(request, as, scope)
    const search = inQuery
      ? presignRequest(request, as, { ...scope, expiresInSeconds: presigned })
      : query
    const began = performance.now()
    const { host: _host, ...own } = sent as Record<string, string>
    const target = `${url.origin}${request.path}${search === '' ? '' : `?${search}`}`
    const response = await fetch(target, {
      method,
      headers: own,
      signal: AbortSignal.timeout(PATIENCE),
      ...(text !== '' && { body: text }),
    })
    const answered = await response.text()
    const ms = performance.now() - began
    return { status: response.status, text: answered, json: objectOf(answered), ms }
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
