import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { PageResponse, RequestHead } from '../core/base/http-message.ts'
import { HEALTH } from '../core/item/health.ts'
import { requireRoot } from '../core/key/root-mark.ts'
import { RootKeyUnavailable } from '../core/root/root.ts'
import type { Page, Pages, Service } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import type { Metrics } from './metrics.ts'
import { mayAsk } from './metrics-host.ts'

const json = (status: number, body: string): PageResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body,
})

/**
 * What anybody may read: whether the service, its store, its root key and its audit trail do, and the API's
 * description.
 * @param metrics served as `GET /metrics` where there are any, to who knows the server (metrics-host.ts)
 * @param listening TENKEY_HOST
 */
export function pages(store: Store, metrics?: Metrics, listening = ''): Pages {
  async function health(
    _head: RequestHead,
    { audit, root }: Pick<Service, 'audit' | 'root'>,
  ): Promise<PageResponse> {
    try {
      await Promise.all([store.get([HEALTH]), requireRoot(store, root)])
    } catch (error) {
      // of no use to anybody until it is started anew, or the move is done
      if (error instanceof RootKeyUnavailable) {
        return json(503, '{"status":"unavailable","rootKey":"moved"}')
      }
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
  async function measured(head: RequestHead, { text, type }: Metrics): Promise<PageResponse> {
    // RFC 9110 §15.5.20
    if (!mayAsk(head, listening)) return json(421, '{"status":"not asked for by its own name"}')
    const headers = { 'content-type': type, 'cache-control': 'no-store' }
    try {
      return { status: 200, headers, body: await text() }
    } catch {
      return json(503, '{"status":"unavailable"}')
    }
  }
  let description: ((head: RequestHead) => PageResponse) | undefined
  const openapi = (head: RequestHead) => {
    description ??= documentPage(
      readFileSync(new URL('../docs/openapi.json', import.meta.url)),
      'application/json',
    )
    return description(head)
  }
  // HEAD as RFC 9110 §9.3.2 has it; node:http leaves the content out
  return new Map<string, Page>([
    ['GET /health', health],
    ['HEAD /health', health],
    ['GET /v1/openapi.json', openapi],
    ['HEAD /v1/openapi.json', openapi],
    ...(metrics === undefined
      ? []
      : ([['GET /metrics', (head) => measured(head, metrics)]] as const satisfies [
          string,
          Page,
        ][])),
  ])
}

/** A document, prepared once: whoever has it already is told so (RFC 9110 §13.1.2). */
function documentPage(body: Uint8Array, type: string): (head: RequestHead) => PageResponse {
  const etag = `"${hash('sha256', body, 'base64url')}"`
  const common = { etag, 'cache-control': 'no-cache' }
  return ({ headers }) =>
    isMatch(headers['if-none-match'], etag)
      ? { status: 304, headers: { ...common }, body: '' }
      : { status: 200, headers: { ...common, 'content-type': type }, body }
}

/** Whether If-None-Match names an ETag: compared weakly, so `W/` does not count. */
export function isMatch(wanted: string | undefined, etag: string): boolean {
  if (wanted === undefined) return false
  const tags = wanted.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes(etag) || tags.includes('*')
}
