import { readFileSync } from 'node:fs'
import type { HttpResponse } from '../core/http.ts'
import type { Pages } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'

const json = (status: number, body: string): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body,
})

/** What anybody may read: whether the service and its store answer, and the API's description. */
export function pages(store: Store): Pages {
  let openapi: string | undefined
  return new Map<string, () => HttpResponse | Promise<HttpResponse>>([
    [
      'GET /health',
      async () => {
        try {
          await store.get([{ pk: 'health', sk: 'health' }])
          return json(200, '{"status":"ok"}')
        } catch {
          return json(503, '{"status":"unavailable"}')
        }
      },
    ],
    [
      'GET /v1/openapi.json',
      () => {
        openapi ??= readFileSync(new URL('../docs/openapi.json', import.meta.url), 'utf8')
        return json(200, openapi)
      },
    ],
  ])
}
