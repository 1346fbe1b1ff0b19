import { isAccountId } from '../base/arn.ts'
import { type ErrorCode, KmsError } from '../base/errors.ts'
import type { HttpRequest, HttpResponse } from '../base/http-message.ts'
import { loadOnce } from '../base/load-once.ts'
import { type Claim, signatureClaim } from '../identity/claim.ts'
import { type AnyOperation, serviceOf } from '../operation.ts'
import { largestLimit } from './body-limit.ts'
import { readParameters } from './parameters.ts'
import type { AnswerContext, Protocol, Route } from './protocol.ts'
import { answerXml, escaped } from './query-xml.ts'

const FORM = 'application/x-www-form-urlencoded'
/** Signed for these, a request is one for credentials. */
export const STS_SERVICES: readonly string[] = ['sts']

/** A service of AWS that speaks the query protocol. */
export interface QueryService {
  readonly service: 'sts' | 'iam'
  readonly version: string
  /** where it calls an error otherwise than by leaving out `Exception`, and its status where that isn't 400 */
  readonly codes: ReadonlyMap<ErrorCode, readonly [code: string, status: number]>
}

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export const COMMON_CODES: QueryService['codes'] = new Map([
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

const loadValues = loadOnce(() => import('./query-values.ts'))
type Values = Awaited<ReturnType<typeof loadValues>>

const STS: QueryService = { service: 'sts', version: '2011-06-15', codes: COMMON_CODES }

/** Whether a Content-Type is that of a form. */
export const isForm = (contentType: string | undefined): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === FORM

/**
 * AWS's query protocol: POST with a form, or GET with a query; XML answers.
 * @param of the service whose operations are answered; AWS STS unless given
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function awsQuery(operations: Iterable<AnyOperation>, of: QueryService = STS): Protocol {
  const { service, version: own, codes } = of
  const namespace = `https://${service}.amazonaws.com/doc/${own}/`
  const services = [service]
  const byAction = new Map<string, AnyOperation>()
  for (const operation of operations) {
    // what is none of AWS's is on REST alone
    const its = serviceOf(operation) === service && operation.docs !== undefined
    if (its) byAction.set(operation.name, operation)
  }
  /** what its calls alone need: most functions have none of them */
  let values: Values | undefined
  const loaded = (): Values => {
    if (values === undefined) throw new Error('a form is read before what reads it is loaded')
    return values
  }
  const protocol: Protocol = {
    face: 'query',
    mostBody: largestLimit(byAction.values(), 'query'),

    async load() {
      values ??= await loadValues()
    },

    route(request) {
      const params = parametersOf(request)
      const action = params['Action'] ?? ''
      const version = params['Version'] ?? ''
      const operation = version === own ? byAction.get(action) : undefined
      if (operation === undefined) {
        throw new KmsError(
          'UnknownOperationException',
          `Could not find operation ${action.slice(0, 64)} for version ${version.slice(0, 64) || 'NO_VERSION_SPECIFIED'}`,
        )
      }
      return { protocol, operation, params }
    },

    claim: (route, request, home) =>
      webIdentityClaim(route, home) ?? signatureClaim(request, services),

    input: ({ operation, params }) => {
      const { treeOf, ofType } = loaded()
      const json = treeOf(params)
      for (const { name, shape } of operation.input.fields) {
        if (name in json) json[name] = ofType(json[name], shape.schema)
      }
      return json
    },

    success({ name, output: shape }, output, { requestId }) {
      const result =
        shape === undefined
          ? ''
          : `<${name}Result>${loaded().xmlOf(output, shape.schema)}</${name}Result>`
      const metadata = `<ResponseMetadata><RequestId>${escaped(requestId)}</RequestId></ResponseMetadata>`
      const body = `<${name}Response xmlns="${namespace}">${result}${metadata}</${name}Response>`
      return answerXml(200, body, requestId)
    },

    failure({ code, message }: KmsError, { requestId }: AnswerContext): HttpResponse {
      const [name, status] = codes.get(code) ?? [code.replace(/Exception$/, ''), 400]
      const type = status >= 500 ? 'Receiver' : 'Sender'
      const error = `<Error><Type>${type}</Type><Code>${name}</Code><Message>${escaped(message)}</Message></Error>`
      const body = `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${escaped(requestId)}</RequestId></ErrorResponse>`
      return answerXml(status, body, requestId)
    },
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
