import type { Request } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { callLine } from '../functions/middleware/call-line.ts'
import { seenOf } from '../functions/middleware/seen.ts'
import { ACCESS_LOG } from '../stacks/access-log.ts'

/** bytes that CloudWatch Logs adds to each line */
const EACH = 26
/** bytes; durations and times have more digits or fewer */
const STEP = 50

/** What API Gateway writes for its variables, as long as it mostly is. */
const VALUES: ReadonlyMap<string, string> = new Map([
  ['requestTime', '22/Nov/2026:12:00:00 +0000'],
  ['requestId', 'JKJaXmPLvHcESHA='],
  ['identity.sourceIp', '203.0.113.10'],
  ['routeKey', 'POST /v1/keys/{KeyId}/encrypt'],
  ['status', '200'],
  ['responseLength', '412'],
  ['responseLatency', '18'],
  ['integrationLatency', '15'],
  ['integrationErrorMessage', '-'],
])

/** Bytes that a call which went well leaves in CloudWatch Logs: its line and API Gateway's, each with what is added. */
export function callLogBytes(): number {
  const access = ACCESS_LOG.replaceAll(/\$context\.([\w.]+)/g, (_, name: string) => {
    const value = VALUES.get(name)
    if (value === undefined) throw new Error(`no value of $context.${name} is known`)
    return value
  })
  const bytes = [writtenLine(), access].map((line) => Buffer.byteLength(line) + EACH)
  return Math.ceil(bytes.reduce((sum, one) => sum + one, 0) / STEP) * STEP
}

/** The line that a function writes of such a call. */
function writtenLine(): string {
  const event = {
    version: '2.0',
    ...{ rawPath: '/', rawQueryString: '', headers: {}, isBase64Encoded: false },
    requestContext: {
      requestId: VALUES.get('requestId') ?? '',
      http: { method: 'POST', sourceIp: '' },
    },
  }
  const context = {
    awsRequestId: '6bc28136-xmpl-4365-b021-0ce6b2e64ab0',
    functionName: 'tenkey-production-ApiRouteEncryptHandler-dd6e68cd',
  }
  const seen = seenOf(context)
  Object.assign(seen, { operation: 'Encrypt', handleMs: 11.11, flushMs: 5.55 })
  const { write } = process.stdout
  let line = ''
  process.stdout.write = (text: string | Uint8Array) => {
    line += String(text)
    return true
  }
  try {
    const invocation = { event, context, response: { statusCode: 200 } } as unknown
    callLine().after?.(
      invocation as Request<
        APIGatewayProxyEventV2,
        APIGatewayProxyStructuredResultV2,
        Error,
        Context
      >,
    )
  } finally {
    process.stdout.write = write
  }
  return line.replace('"table":""', '"table":"tenkey-production-StoreTable-bdvfbzta"').trim()
}
