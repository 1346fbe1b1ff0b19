import { isAccountId } from '../base/arn.ts'
import { type ErrorCode, KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse } from '../base/http-message.ts'
import { type Claim, signatureClaim } from '../identity/claim.ts'
import { type AnyOperation, serviceOf } from '../operation.ts'
import type { Shape } from '../shape/shapes.ts'
import { largestLimit } from './body-limit.ts'
import { readParameters } from './parameters.ts'
import type { AnswerContext, Protocol, Route } from './protocol.ts'

const FORM = 'application/x-www-form-urlencoded'
const VERSION = '2011-06-15'
const NAMESPACE = `https://sts.amazonaws.com/doc/${VERSION}/`
/** levels of a name, `Tags.member.1.Key` having four; no operation's go deeper */
const MAX_DEPTH = 8
/** Signed for these, a request is one for credentials. */
export const STS_SERVICES: readonly string[] = ['sts']

/** Whether a Content-Type is that of a form. */
export const isForm = (contentType: string | undefined): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === FORM

/**
 * AWS's query protocol, for AWS STS: `POST /` with a form, or `GET /` with a query; XML answers.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function awsQuery(operations: Iterable<AnyOperation>): Protocol {
  const byAction = new Map<string, AnyOperation>()
  for (const operation of operations) {
    if (serviceOf(operation) === 'sts') byAction.set(operation.name, operation)
  }
  const protocol: Protocol = {
    face: 'query',
    mostBody: largestLimit(byAction.values(), 'query'),

    route(request) {
      const params = parametersOf(request)
      const action = params['Action'] ?? ''
      const version = params['Version'] ?? ''
      const operation = version === VERSION ? byAction.get(action) : undefined
      if (operation === undefined) {
        throw new KmsError(
          'UnknownOperationException',
          `Could not find operation ${action.slice(0, 64)} for version ${version.slice(0, 64) || 'NO_VERSION_SPECIFIED'}`,
        )
      }
      return { protocol, operation, params }
    },

    claim: (route, request, home) =>
      webIdentityClaim(route, home) ?? signatureClaim(request, STS_SERVICES),

    input: ({ operation, params }) => {
      const json = treeOf(params)
      for (const { name, shape } of operation.input.fields) {
        if (name in json) json[name] = ofType(json[name], shape)
      }
      return json
    },

    success({ name }, output, { requestId }) {
      const result = `<${name}Result>${xmlOf(output)}</${name}Result>`
      const metadata = `<ResponseMetadata><RequestId>${escaped(requestId)}</RequestId></ResponseMetadata>`
      const body = `<${name}Response xmlns="${NAMESPACE}">${result}${metadata}</${name}Response>`
      return answer(200, body, requestId)
    },

    failure: failure,
  }
  return protocol
}

/**
 * AssumeRoleWithWebIdentity is not signed: its token is the credential, its role names the account.
 * @throws KmsError ValidationException where they are missing
 */
function webIdentityClaim({ operation, params }: Route, home: string): Claim | undefined {
  if (operation.name !== 'AssumeRoleWithWebIdentity') return undefined
  const { WebIdentityToken: token, RoleArn: roleArn, RoleSessionName: sessionName } = params
  const accountId = roleArn?.split(':')[4] ?? ''
  if (!token || !roleArn || !isAccountId(accountId)) {
    throw new KmsError('ValidationException', 'Request ARN is invalid')
  }
  return {
    accountId,
    region: home,
    proof: { kind: 'token', token, roleArn, ...(sessionName !== undefined && { sessionName }) },
  }
}

function parametersOf(request: HttpRequest): Record<string, string> {
  const text = request.method === 'GET' ? request.query : Buffer.from(request.body).toString()
  const parameters: Record<string, string> = Object.create(null)
  for (const [name, value] of readParameters(text)) {
    if (name in parameters) {
      throw new KmsError('SerializationException', 'The request has a parameter more than once.')
    }
    parameters[name] = value
  }
  return parameters
}

type Tree = { [name: string]: string | Tree }

/** `Tags.member.1.Key=a` as JSON: a name's dots are levels, `member` and a number an element of a list. */
function treeOf(parameters: Readonly<Record<string, string>>): Record<string, unknown> {
  const root: Tree = Object.create(null)
  for (const [name, value] of Object.entries(parameters)) {
    const path = name.split('.')
    if (path.length > MAX_DEPTH) throw malformed()
    const last = path.pop() ?? ''
    let at = root
    for (const part of path) {
      const next = at[part] ?? (Object.create(null) as Tree)
      if (typeof next === 'string') throw malformed()
      at[part] = next
      at = next
    }
    if (last in at) throw malformed()
    at[last] = value
  }
  return withLists(root) as Record<string, unknown>
}

const malformed = () =>
  new KmsError('SerializationException', 'Unexpected list or structure in the parameters.')

function withLists(node: string | Tree): unknown {
  if (typeof node === 'string') return node
  const { member } = node
  if (typeof member === 'object' && Object.keys(node).length === 1) {
    const places = Object.keys(member)
    if (!places.every((place) => /^[1-9]\d{0,3}$/.test(place))) throw malformed()
    return places.sort((a, b) => Number(a) - Number(b)).map((at) => withLists(member[at] ?? ''))
  }
  const entries = Object.entries(node).map(([name, inner]) => [name, withLists(inner)])
  return Object.assign(Object.create(null), Object.fromEntries(entries))
}

/** A text as JSON of its member's type; an empty list is sent as an empty text. */
function ofType(value: unknown, { text }: Shape<unknown>): unknown {
  if (typeof value !== 'string') return value
  if (text === 'list' && value === '') return []
  if (text === 'number' && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (text === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

/** Members as elements, items of lists as `member`. */
function xmlOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map((item) => `<member>${xmlOf(item)}</member>`).join('')
  if (typeof value !== 'object') return escaped(String(value))
  return Object.entries(value)
    .map(([name, inner]) => `<${name}>${xmlOf(inner)}</${name}>`)
    .join('')
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\r', '&#xD;'],
])
/** Characters that XML 1.0 §2.2 has no way to write. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>\r]/g, (character) => ENTITIES.get(character) ?? character)

/** Where AWS STS calls an error otherwise than by leaving out `Exception`, and its status where that isn't 400. */
const CODES: ReadonlyMap<ErrorCode, readonly [code: string, status: number]> = new Map([
  ['AccessDeniedException', ['AccessDenied', 403]],
  ['DependencyTimeoutException', ['ServiceUnavailable', 503]],
  ['ExpiredTokenException', ['ExpiredToken', 403]],
  ['InvalidSignatureException', ['SignatureDoesNotMatch', 403]],
  ['KMSInternalException', ['InternalFailure', 500]],
  ['MissingAuthenticationTokenException', ['MissingAuthenticationToken', 403]],
  ['RequestEntityTooLargeException', ['RequestEntityTooLarge', 413]],
  ['SerializationException', ['MalformedInput', 400]],
  ['UnknownOperationException', ['InvalidAction', 400]],
  ['UnrecognizedClientException', ['InvalidClientTokenId', 403]],
  ['ValidationException', ['ValidationError', 400]],
])

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
function failure({ code, message }: KmsError, { requestId }: AnswerContext): HttpResponse {
  const [name, status] = CODES.get(code) ?? [code.replace(/Exception$/, ''), 400]
  const type = status >= 500 ? 'Receiver' : 'Sender'
  const error = `<Error><Type>${type}</Type><Code>${name}</Code><Message>${escaped(message)}</Message></Error>`
  const body = `<ErrorResponse xmlns="${NAMESPACE}">${error}<RequestId>${escaped(requestId)}</RequestId></ErrorResponse>`
  return answer(status, body, requestId)
}

const answer = (status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: {
    'content-type': 'text/xml',
    'x-amzn-requestid': requestId,
    'cache-control': 'no-store',
  },
  body,
})
