import { KmsError } from '../base/errors.ts'
import type { HttpResponse } from '../base/http-message.ts'
import { KMS_SERVICES, signatureClaim } from '../identity/claim.ts'
import { type AnyOperation, serviceOf } from '../operation.ts'
import { parseJson } from '../shape/shapes.ts'
import { ANY_BODY } from './body-limit.ts'
import type { AnswerContext, Protocol } from './protocol.ts'

const CONTENT_TYPE = 'application/x-amz-json-1.1'
const PREFIX = 'TrentService.'

/**
 * AWS JSON 1.1: `POST /`, the operation in X-Amz-Target.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function awsJson(operations: Iterable<AnyOperation>): Protocol {
  const byTarget = new Map<string, AnyOperation>()
  for (const operation of operations) {
    if (serviceOf(operation) === 'kms') byTarget.set(PREFIX + operation.name, operation)
  }
  const protocol: Protocol = {
    face: 'aws',
    mostBody: ANY_BODY,

    route({ headers }) {
      const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
      const operation = byTarget.get(headers['x-amz-target'] ?? '')
      // AWS finds no protocol, hence no operation, for another content type
      if (type !== CONTENT_TYPE || operation === undefined) {
        throw new KmsError('UnknownOperationException')
      }
      return { protocol, operation, params: {} }
    },

    claim: (_route, request) => signatureClaim(request, KMS_SERVICES),

    input: (_route, { body }) => parseJson(body),

    success: (_operation, output, context) =>
      answer(200, output === undefined ? '' : JSON.stringify(output), context),

    failure(error, context) {
      const { side } = error.fault
      const status =
        side === 'server' ? 500 : error.code === 'RequestEntityTooLargeException' ? 413 : 400
      const message = error.message === '' ? undefined : error.message
      return answer(status, JSON.stringify({ __type: error.code, message }), context)
    },
  }
  return protocol
}

function answer(status: number, body: string, { requestId }: AnswerContext): HttpResponse {
  return {
    status,
    headers: {
      'content-type': CONTENT_TYPE,
      'x-amzn-requestid': requestId,
      'cache-control': 'no-cache, no-store, must-revalidate, private',
    },
    body,
  }
}
