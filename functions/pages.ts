import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { HEALTH } from '../core/item/health.ts'
import { openStore } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import { functionConfig } from './function-config.ts'
import { functionLog } from './log.ts'

const page = (statusCode: number, body: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body,
})

/** ms a write that succeeded stands for those after it: who asks often must not fill the partition */
const PROVEN = 1000

let store: Promise<Store> | undefined
let proven = Number.NEGATIVE_INFINITY

/**
 * The Lambda function of `GET /health`: whether the service starts, and its table takes writes and
 * answers reads, so that audit records can be written. What other functions could not write only they
 * know: their calls are answered DependencyTimeoutException, which the alarms count.
 */
export async function health(): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    store ??= openStore(functionConfig(process.env))
    if (performance.now() - proven >= PROVEN) {
      // the second version of what is not there: the table refuses the write, and answers the read of
      // why; so nothing is left, and a table is still empty
      await (await store).put({ ...HEALTH, version: 2, data: {} })
      proven = performance.now()
    }
    return page(200, '{"status":"ok"}')
  } catch (error) {
    // a store that did not open is tried again by the next event
    store = undefined
    functionLog('error', { page: 'health', error })
    return page(503, '{"status":"unavailable"}')
  }
}

/** The Lambda function of `GET /v1/openapi.json`: the API's description, part of the bundle. */
export async function openapi(): Promise<APIGatewayProxyStructuredResultV2> {
  const { default: description } = await import('../docs/openapi.json', {
    with: { type: 'json' },
  })
  return page(200, JSON.stringify(description))
}
