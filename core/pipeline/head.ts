import { randomUUID } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse, RequestHead } from '../base/http-message.ts'
import { signatureClaim } from '../identity/claim.ts'
import { STS_SERVICES } from '../protocol/aws-query.ts'
import { type BodyLimit, bodyLimit, refuseLonger, WITHOUT_BODY } from '../protocol/body-limit.ts'
import { refusal } from '../protocol/challenge.ts'
import type { Protocol } from '../protocol/protocol.ts'
import { isJson } from '../protocol/rest-path.ts'
import type { Service } from '../service.ts'
import { type Faces, protocolOf } from './handle.ts'
import type { Addressed } from './stages.ts'

const NO_BODY = new Uint8Array(0)
/** a signature that is meant, whether or not it is whole */
const SIGNED_HEADER = /^AWS4-/
const SIGNED_QUERY = /(^|&)X-Amz-(Algorithm|Credential|Signature)=/

type Judge = Faces & Pick<Service, 'region'>

/** What a head came to: a refusal, in the words of the face that was asked, or what it names. */
export type Judged =
  | { readonly refusal: HttpResponse }
  | {
      readonly refusal?: undefined
      readonly addressed: Addressed | undefined
      /** how long its body may be */
      readonly limit: BodyLimit
      /** bytes it is said to have; 0 where that is not said */
      readonly length: number
    }

/**
 * Judges a request by its head, before its body is read: its framing and size, its route, and whether
 * its credentials have the form of ours. The signature is not checked, and nobody is looked up. A form
 * names its operation in the body, so of it only a signature's form is judged, where it has one.
 * @returns the refusal; where the body is needed what `handle` need not read again, none for a form
 */
export function judgeHead(head: RequestHead, service: Judge): Judged {
  const protocol = protocolOf(head, service)
  try {
    const length = lengthOf(head)
    refuseLonger(length, protocol.mostBody)
    if (protocol.face !== 'query' || head.method !== 'POST') {
      const addressed = address(protocol, { ...head, body: NO_BODY }, service)
      const own = bodyLimit(addressed.route.operation, protocol.face, head.method)
      refuseLonger(length, own)
      // one in chunks is counted against it as it comes: the face's is told first here too
      const limit = own.bytes < protocol.mostBody.bytes ? own : protocol.mostBody
      return { addressed, limit, length }
    }
    refuseForm(head)
    return { addressed: undefined, limit: protocol.mostBody, length }
  } catch (error) {
    if (!(error instanceof KmsError)) throw error
    const requestId = head.requestId ?? randomUUID()
    return { refusal: refusal(protocol, error, { requestId }, head) }
  }
}

/** Whether a body follows a head (RFC 9112 §6.3). */
export const hasBody = ({ headers }: RequestHead): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0

/** Bytes of a body that is announced; 0 for one in chunks, which is counted as it comes. @throws KmsError SerializationException */
function lengthOf({ headers }: RequestHead): number {
  const coding = headers['transfer-encoding']
  const length = headers['content-length']
  // a body in another coding would be checked and read as it was sent (RFC 9112 §6.1)
  if (coding !== undefined && (coding.trim().toLowerCase() !== 'chunked' || length !== undefined)) {
    const words = 'Transfer-Encoding can be chunked alone, without a Content-Length.'
    throw new KmsError('SerializationException', words)
  }
  return Number(length ?? 0)
}

/** AssumeRoleWithWebIdentity is not signed: its form has its token. */
function refuseForm(head: RequestHead): void {
  const signed =
    SIGNED_HEADER.test(head.headers['authorization'] ?? '') || SIGNED_QUERY.test(head.query)
  if (signed) signatureClaim({ ...head, body: NO_BODY }, STS_SERVICES)
}

function address(protocol: Protocol, request: HttpRequest, { region }: Judge): Addressed {
  const route = protocol.route(request)
  const claim = protocol.claim(route, request, region)
  const mayBeAny = protocol.face !== 'rest' || WITHOUT_BODY.has(request.method) || !hasBody(request)
  if (mayBeAny || isJson(request.headers['content-type'])) return { route, claim }
  throw new KmsError('UnsupportedMediaTypeException', 'The body must be application/json.')
}
