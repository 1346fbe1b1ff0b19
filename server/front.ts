import type { Shown } from './static-files.ts'

/** that a page of HTML is asked for, among others */
const HTML = /(^|,)\s*text\/html\s*(;|,|$)/

/**
 * Leads a person who opens the service's address in a browser to where there is something to see. Clients of the API
 * sign what they send, or don't ask for HTML: they are answered as ever.
 * @param to e.g. `/console/`
 */
export const front =
  (to: string): Shown =>
  ({ method, path, query, headers }) => {
    // every call comes by here: what most differ in is looked at first
    if (method !== 'GET' || path !== '/' || query !== '') return undefined
    const { accept = '', authorization } = headers
    if (authorization !== undefined || !HTML.test(accept)) return undefined
    const status = { status: 303, body: '' }
    return Promise.resolve({
      ...status,
      headers: { location: to, 'cache-control': 'no-store', vary: 'accept' },
    })
  }
