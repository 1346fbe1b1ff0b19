/** How an operation's record writes its method and path on the REST face, and what both sides of it know. */

/**
 * A segment of a path that says: this member is in the query. An encoded slash does not pass gateways
 * that decode a path before they match it, a query does; no name of anything is `~`.
 */
export const IN_QUERY = '~'

/** @param http e.g. `GET /v1/keys/{KeyId}` */
export function parseTemplate(http: string): { method: string; segments: string[] } {
  const [method = '', path = ''] = http.split(' ')
  return { method, segments: path.slice(1).split('/') }
}

/** The member a segment of a template stands for; undefined for a literal one. */
export const memberOf = (segment: string): string | undefined =>
  segment.startsWith('{') ? segment.slice(1, -1) : undefined

/** Whether a Content-Type is that of JSON. */
export const isJson = (contentType: string | undefined): boolean =>
  contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json'
