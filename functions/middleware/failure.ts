import { randomUUID } from 'node:crypto'
import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { KmsError } from '../../core/base/errors.ts'
import type { RequestHead } from '../../core/base/http-message.ts'
import { ConfigError } from '../../core/config.ts'
import { StoreTooNew } from '../../core/item/formats.ts'
import { protocolOf } from '../../core/pipeline/handle.ts'
import { awsJson } from '../../core/protocol/aws-json.ts'
import { awsQuery } from '../../core/protocol/aws-query.ts'
import type { Protocol } from '../../core/protocol/protocol.ts'
import { rest } from '../../core/protocol/rest.ts'
import { RootKeyUnavailable } from '../../core/root/root.ts'
import { StoreUnavailable } from '../../core/store/store.ts'
import { functionLog } from '../log.ts'
import { headOf, isHttpEvent } from './event.ts'
import { seenOf } from './seen.ts'

/** How each face says an error; which operations there are plays no part in it. */
const faces = { awsJson: awsJson([]), awsQuery: awsQuery([]), rest: rest([]) }

/** The face that was asked, as far as it is the same for all operations. */
export const faceOf = (head: RequestHead): Protocol => protocolOf(head, faces)

/**
 * The last resort: what failed outside the pipeline (a setting, the store's opening, the audit trail,
 * the time) is answered in the words of the face that was asked, with the request's id.
 * @param told how a function says it whose face is none of the API's
 * @param facing the face that was asked, of a function that has others
 */
export const answerFailure = (
  told?: Protocol['failure'],
  facing: (head: RequestHead) => Protocol = faceOf,
): MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context> => ({
  onError(request) {
    const { event, context, error } = request
    const requestId = requestIdOf(event, context)
    const refusal = refusalOf(error, requestId)
    const seen = seenOf(context)
    seen.code = refusal.code
    seen.side = refusal.fault.side
    const failure = told ?? (isHttpEvent(event) ? facing(headOf(event)) : faces.rest).failure
    const { status, headers, body } = failure(refusal, { requestId })
    // not returned: that would end the chain before the call's line is written
    request.response = { statusCode: status, headers, body }
  },
})

/** API Gateway's id where there is one, which its access log has too; Lambda's otherwise. */
export function requestIdOf(event: unknown, context: Partial<Context>): string {
  if (isHttpEvent(event)) return event.requestContext.requestId
  return context.awsRequestId ?? randomUUID()
}

function refusalOf(error: unknown, requestId: string): KmsError {
  if (error instanceof KmsError) return error
  // a setting's message is one line, and where it came from helps nobody
  const start = error instanceof ConfigError || error instanceof StoreTooNew
  if (start) functionLog('error', { requestId, start: error.message })
  else functionLog('error', { requestId, error })
  const away = error instanceof StoreUnavailable || error instanceof RootKeyUnavailable
  return away ? timeout() : internal(requestId)
}

const internal = (requestId: string) =>
  new KmsError('KMSInternalException', `Internal error. Request id: ${requestId}`)

/** What a call is answered whose dependencies, or its time, ran out. */
export const timeout = () =>
  new KmsError('DependencyTimeoutException', 'A dependency did not answer in time. Try again.')
