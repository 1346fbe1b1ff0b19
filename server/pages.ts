import { readFileSync } from 'node:fs'
import type { HttpResponse } from '../core/base/http-message.ts'
import { HEALTH } from '../core/item/health.ts'
import type { Page, Pages, Service } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import type { Metrics } from './metrics.ts'

const json = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body,
})

/**
 * What anybody may read: whether the service, its store and its audit trail do, and the API's description.
 * @param metrics served as `GET /metrics` where there are any
 */
export function pages(store: Store, metrics?: Metrics): Pages {
  let description: string | undefined
  async function health({ audit }: Pick<Service, 'audit'>): Promise<HttpResponse> {
    try {
      await store.get([HEALTH])
    } catch {
      return json(503, '{"status":"unavailable"}')
    }
    const { status, lost } = audit.standing()
    if (status === 'unavailable') {
      return json(503, '{"status":"unavailable","auditTrail":"unavailable"}')
    }
    // others are served: taking this process out would make one tenant's trouble everybody's
    if (status === 'behind') return json(200, '{"status":"degraded","auditTrail":"behind"}')
    return json(200, lost > 0 ? '{"status":"degraded","auditTrail":"lost"}' : '{"status":"ok"}')
  }
  function openapi(): HttpResponse {
    description ??= readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8')
    return json(200, description)
  }
  async function measured({ text, type }: Metrics): Promise<HttpResponse> {
    const headers = { 'content-type': type, 'cache-control': 'no-store' }
    try {
      return { status: 200, headers, body: await text() }
    } catch {
      return json(503, '{"status":"unavailable"}')
    }
  }
  // HEAD as RFC 9110 §9.3.2 has it; node:http leaves the content out
  return new Map<string, Page>([
    ['GET /health', health],
    ['HEAD /health', health],
    ['GET /v1/openapi.json', openapi],
    ['HEAD /v1/openapi.json', openapi],
    ...(metrics === undefined ? [] : ([['GET /metrics', () => measured(metrics)]] as const)),
  ])
}
