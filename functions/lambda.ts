import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { readConfig } from '../core/config.ts'
import { handle } from '../core/handle.ts'
import type { HttpRequest } from '../core/http.ts'
import { jsonLog } from '../core/log.ts'
import type { AnyOperation } from '../core/operation.ts'
import { createService, openRoot, openStore, type Service } from '../core/service.ts'

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

/**
 * The Lambda function of an operation: an API Gateway event (HTTP API, payload 2.0) in, through the
 * same pipeline as everywhere. Nothing is opened before the first event.
 */
export function lambda(...operations: readonly AnyOperation[]): Handler {
  let service: Promise<Service> | undefined
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>().handler(
    async (event) => {
      service ??= open(operations)
      const { status, headers, body } = await handle(requestOf(event), await service)
      // the function is frozen once it has answered: what waits in memory must be written first
      await (await service).audit.flush()
      return { statusCode: status, headers, body }
    },
  )
}

async function open(operations: readonly AnyOperation[]): Promise<Service> {
  const config = readConfig(process.env)
  const [store, root] = await Promise.all([openStore(config), openRoot(config, false)])
  return createService({ operations, store, root, log: jsonLog })
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function requestOf(event: APIGatewayProxyEventV2): HttpRequest {
  const { http, requestId } = event.requestContext
  return {
    method: http.method,
    path: event.rawPath,
    query: event.rawQueryString,
    headers: event.headers,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    sourceIp: http.sourceIp,
    secure: true,
    requestId,
  }
}
