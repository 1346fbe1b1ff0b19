/**
 * A request as every face hands it over: plain data, copied once at the edge. Web `Request` objects
 * would hide what the signature covers (raw path, repeated headers) and cost more than the cryptography.
 */
export interface HttpRequest {
  /** upper case */
  method: string
  /** as sent, still percent-encoded, without the query */
  path: string
  /**
   * the paths that may have been signed, where the edge did not get the path as it was sent: a few
   * that all decode to the same; `path` otherwise
   */
  signedPaths?: readonly string[]
  /** as sent, without the question mark; '' where there is none */
  query: string
  /** names in lower case; a header sent more than once has its values joined by ',' as RFC 9110 §5.3 allows */
  headers: Readonly<Record<string, string | undefined>>
  /** the whole body, decoded from any transfer coding */
  body: Uint8Array
  /** the peer's address, as audit records name it */
  sourceIp: string
  /** whether the caller's connection was TLS */
  secure: boolean
  /** an id the edge already gave this request (API Gateway's), to be kept; a UUID is drawn otherwise */
  requestId?: string
  /** aborted when the connection is closed before the answer; where the edge can tell */
  signal?: AbortSignal
}

/** A request before its body is there. */
export type RequestHead = Omit<HttpRequest, 'body'>

/** The answer to an HttpRequest; `body` is UTF-8 text. */
export interface HttpResponse {
  status: number
  headers: Record<string, string>
  body: string
}

/** The answer of a page outside the API: it may have its body prepared. */
export interface PageResponse extends Omit<HttpResponse, 'body'> {
  body: string | Uint8Array
}
