import { type ErrorCode, KmsError } from '../base/errors.ts'
import type { HttpResponse } from '../base/http-message.ts'
import { accountOfPrefix } from '../identity/xks-access.ts'
import { Blocked, type XksClaims, xksClaims } from '../identity/xks-proof.ts'
import type { AnyOperation } from '../operation.ts'
import { parseJson } from '../shape/shapes.ts'
import {
  MOST_XKS_MESSAGE,
  XKS_ERRORS,
  XKS_SERVICE,
  type XksErrorBody,
  type XksErrorName,
} from '../xks/protocol.ts'
import type { BodyLimit } from './body-limit.ts'
import type { AnswerContext, Protocol } from './protocol.ts'

/** bytes; the largest request that a proxy must take is a third of it */
const BODY: BodyLimit = { bytes: 64 * 1024 }

/** The four paths of a proxy: a prefix of ours, and what is done with which key. */
const PATH =
  /^\/([A-Za-z0-9_-]+)\/kms\/xks\/v1\/(?:(health)|keys\/([A-Za-z0-9._-]{1,128})\/(metadata|encrypt|decrypt))$/

/** What is answered for a code of ours; the others are InternalException. */
const NAMES: ReadonlyMap<ErrorCode, XksErrorName> = new Map([
  ['ValidationException', 'ValidationException'],
  ['SerializationException', 'ValidationException'],
  ['UnsupportedMediaTypeException', 'ValidationException'],
  ['DisabledException', 'InvalidStateException'],
  ['KMSInvalidStateException', 'InvalidStateException'],
  ['KeyUnavailableException', 'InvalidStateException'],
  ['InvalidCiphertextException', 'InvalidCiphertextException'],
  ['InvalidKeyUsageException', 'InvalidKeyUsageException'],
  ['MissingAuthenticationTokenException', 'AuthenticationFailedException'],
  ['IncompleteSignatureException', 'AuthenticationFailedException'],
  ['InvalidSignatureException', 'AuthenticationFailedException'],
  ['UnrecognizedClientException', 'AuthenticationFailedException'],
  ['AccessDeniedException', 'AccessDeniedException'],
  ['NotFoundException', 'KeyNotFoundException'],
  ['UnknownOperationException', 'InvalidUriPathException'],
  ['ThrottlingException', 'ThrottlingException'],
  ['RequestEntityTooLargeException', 'UnsupportedOperationException'],
  ['UnsupportedOperationException', 'UnsupportedOperationException'],
  ['DependencyTimeoutException', 'DependencyTimeoutException'],
])

/** One text for every request that nobody proved: which part is wrong would help a stranger alone. */
const UNPROVEN = 'The request is not signed by a credential of this prefix.'

/**
 * The face of an external key store's proxy, as AWS KMS calls it: JSON over POST at four paths, signed for
 * `kms-xks-proxy`.
 * @param operations those whose `service` is `xks`
 * @see https://github.com/aws/aws-kms-xksproxy-api-spec
 */
export const xks =
  (operations: Iterable<AnyOperation>) =>
  (parts: Omit<Parameters<typeof xksClaims>[0], 'service'>): Protocol =>
    face(operations, xksClaims({ ...parts, service: XKS_SERVICE }))

function face(operations: Iterable<AnyOperation>, claims: XksClaims): Protocol {
  const byVerb = new Map([...operations].map((one) => [one.http.split('/').at(-1), one]))
  const protocol: Protocol = {
    face: 'xks',
    mostBody: BODY,

    route({ method, path, query }) {
      const [, xksPrefix = '', health, externalKeyId, verb = health] = PATH.exec(path) ?? []
      if (verb === undefined || accountOfPrefix(xksPrefix) === undefined || query !== '') {
        throw nothingThere()
      }
      // "If the XKS Proxy receives an HTTP GET request …, it MUST reject the request with a 405"
      if (method !== 'POST') {
        throw new KmsError('MethodNotAllowedException', 'This path answers POST.')
      }
      // a gateway that decodes paths may bring one to the function of another
      const operation = byVerb.get(verb)
      if (operation === undefined) throw nothingThere()
      const params = { xksPrefix, ...(externalKeyId !== undefined && { externalKeyId }) }
      return { protocol, operation, params }
    },

    claim: ({ params }, request) => claims(request, params['xksPrefix'] ?? ''),

    input({ params }, { body }) {
      const json = parseJson(body)
      if (typeof json !== 'object' || json === null || Array.isArray(json)) {
        throw new KmsError('SerializationException', 'The body must be a JSON object.')
      }
      return { ...json, ...params }
    },

    success: (_operation, output, context) => answer(200, output, context),
    failure,
  }
  return protocol
}

const nothingThere = () =>
  new KmsError('UnknownOperationException', 'There is nothing at this path.')

/** How a refusal is told; which operations there are plays no part in it. */
export function failure(error: KmsError, context: AnswerContext): HttpResponse {
  // the specification has no name for it
  if (error.code === 'MethodNotAllowedException') {
    const { status, headers, body } = answer(405, { errorMessage: error.message }, context)
    return { status, headers: { ...headers, allow: 'POST' }, body }
  }
  const errorName = nameOf(error)
  const message = errorName === 'AuthenticationFailedException' ? UNPROVEN : error.message
  const errorMessage = asciiOf(message)
  const body: XksErrorBody = { errorName, ...(errorMessage !== '' && { errorMessage }) }
  return answer(XKS_ERRORS[errorName], body, context)
}

const nameOf = (error: KmsError): XksErrorName =>
  error instanceof Blocked
    ? 'InvalidStateException'
    : (NAMES.get(error.code) ?? 'InternalException')

/** Printable ASCII of the length that AWS KMS takes. */
const asciiOf = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]+/g, '?').slice(0, MOST_XKS_MESSAGE)

const answer = (status: number, body: unknown, { requestId }: AnswerContext): HttpResponse => ({
  status,
  headers: {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  },
  body: JSON.stringify(body),
})
