import type { Shown } from './static-files.ts'

/**
 * Leads a person who opens the service's address in a browser to where there is something to see. Clients of the API
 * sign what they send, or don't ask for HTML: they are answered as ever.
 * @param to e.g. `/console/`
 */
export const front =
  (to: string): Shown =>
  ({ method, path, query, headers }) => {
    const { accept = '', authorization } = headers
    const browses = /(^|,)\s*text\/html\s*(;|,|$)/.test(accept) && authorization === undefined
    if (!browses || method !== 'GET' || path !== '/' || query !== '') return undefined
    const status = { status: 303, body: '' }
    return Promise.resolve({
      ...status,
      headers: { location: to, 'cache-control': 'no-store', vary: 'accept' },
    })
  }
