import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'

export type FunctionHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>

/** A request as it reaches an HTTP API. */
export interface FunctionRequest {
  readonly method: string
  readonly path: string
  readonly query?: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** what an authorizer of the API said of the caller */
  readonly authorizer?: unknown
  /** of the API's stage */
  readonly stageVariables?: Record<string, string>
}

export const FUNCTION_HOST = 'kms.tenkey.example'

/** Calls a function as an HTTP API does, by payload format 2.0, and reads its JSON. */
export async function callFunction(
  handler: FunctionHandler,
  { method, path, query = '', headers, body = '', authorizer, stageVariables }: FunctionRequest,
): Promise<{ status: number | undefined; json: Record<string, unknown> }> {
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' }
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { ...headers },
    ...(stageVariables !== undefined && { stageVariables }),
    requestContext: {
      ...(authorizer !== undefined && { authorizer }),
      accountId: 'anonymous',
      apiId: 'api',
      domainName: FUNCTION_HOST,
      domainPrefix: 'kms',
      http,
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    ...(body !== '' && { body }),
    isBase64Encoded: false,
  }
  const context = { getRemainingTimeInMillis: () => 60_000, awsRequestId: 'a' } as Context
  // its type has no authorizer
  const answer = await handler(event satisfies APIGatewayProxyEventV2, context)
  const json = JSON.parse(answer.body || '{}') as Record<string, unknown>
  return { status: answer.statusCode, json }
}
