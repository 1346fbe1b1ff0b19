import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { jsonLog } from '../core/base/log.ts'
import { openStore } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import { functionConfig } from './function-config.ts'

const page = (statusCode: number, body: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body,
})

let store: Promise<Store> | undefined

/** The Lambda function of `GET /health`: whether the service starts and its table answers. */
export async function health(): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    store ??= openStore(functionConfig(process.env))
    await (await store).get([{ pk: 'health', sk: 'health' }])
    return page(200, '{"status":"ok"}')
  } catch (error) {
    // a store that did not open is tried again by the next event
    store = undefined
    jsonLog('error', { page: 'health', error })
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
