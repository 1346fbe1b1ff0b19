import type { HttpRequest } from '../core/base/http-message.ts'
import type { AnyOperation } from '../core/operation.ts'
import { isForm } from '../core/protocol/aws-query.ts'
import { loaders } from '../operations/loaders.ts'
import { awsLambda } from './lambda.ts'

/**
 * The Lambda function of `/`, where the AWS SDKs and the AWS CLI send every call: an HTTP API routes by
 * method and path, and they name the operation in a header (AWS KMS), the form or the query (AWS STS).
 */
export const handler = awsLambda(load)

async function load(request: HttpRequest): Promise<AnyOperation | undefined> {
  return loaders.get(operationName(request))?.()
}

/** The name a request gives; what is wrong with it is found by the protocol, whose answer says so. */
function operationName({ method, query, headers, body }: HttpRequest): string {
  if (method === 'GET') return new URLSearchParams(query).get('Action') ?? ''
  if (isForm(headers['content-type'])) {
    return new URLSearchParams(Buffer.from(body).toString()).get('Action') ?? ''
  }
  const target = headers['x-amz-target'] ?? ''
  return target.slice(target.indexOf('.') + 1)
}
