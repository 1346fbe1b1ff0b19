import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { signRequest } from '../core/signature/sign-request.ts'

export interface Asked {
  readonly routeKey: string
  readonly path: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
  readonly pathParameters?: Readonly<Record<string, string>>
}

interface Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

const HOST = 'kms.tenkey.example'
const REGION = 'us-east-1'

/** A signed POST, as API Gateway hands it to a function (payload format 2.0). */
export function eventOf(credential: Credential, asked: Asked): APIGatewayProxyEventV2 {
  const { routeKey, path, pathParameters } = asked
  const body = Buffer.from(asked.body)
  const headers = signRequest(
    {
      method: 'POST',
      path,
      query: '',
      body,
      headers: { host: HOST, 'content-type': 'application/json', ...asked.headers },
    },
    credential,
    { region: REGION, service: 'kms', now: Date.now() },
  )
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers,
    ...(pathParameters !== undefined && { pathParameters: { ...pathParameters } }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'bench',
      domainName: HOST,
      domainPrefix: 'kms',
      http: { method: 'POST', path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' },
      requestId: 'bench',
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  }
}
