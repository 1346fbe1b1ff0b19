import type { Face } from '../base/call-context.ts'
import type { KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse } from '../base/http-message.ts'
import type { Claim } from '../identity/claim.ts'
import type { AnyOperation } from '../operation.ts'
import type { BodyLimit } from './body-limit.ts'

/** What a face knows of a request before anybody is asked who sent it. */
export interface Route {
  readonly protocol: Protocol
  readonly operation: AnyOperation
  /** members that the path carries */
  readonly params: Readonly<Record<string, string>>
}

/** What an answer needs beside the output. */
export interface AnswerContext {
  readonly requestId: string
  /** that a refusal is of; absent where none was named */
  readonly operation?: AnyOperation
  /** of the request, as it was sent */
  readonly query?: string
  /** version of the one resource the answer shows or changed, for the ETag */
  readonly version?: number | undefined
}

/** One way of putting operations on the wire. */
export interface Protocol {
  readonly face: Face
  /** how long a body may be, whatever operation it is for: a head may name none */
  readonly mostBody: BodyLimit
  /** @throws KmsError where no operation is named */
  route(request: HttpRequest): Route
  /** who the request says it is from. @param home the service's own Region @throws KmsError */
  claim(route: Route, request: HttpRequest, home: string): Claim
  /** what it loads before it reads an input or writes an output; absent where all is there */
  load?(): Promise<void>
  /**
   * The input as JSON, its values not yet checked.
   * @param claim who the request says it is from
   * @throws KmsError SerializationException, and on REST ValidationException for what is not known there
   */
  input(route: Route, request: HttpRequest, claim: Claim): unknown
  /** a refusal in the face's own words; absent where those are AWS's */
  explain?(error: KmsError, route: Route, request: HttpRequest): Promise<KmsError>
  /** @param output JSON of this face; undefined for none */
  success(operation: AnyOperation, output: unknown, context: AnswerContext): HttpResponse
  failure(error: KmsError, context: AnswerContext): HttpResponse
}
