import type { AnyOperation } from '../operation.ts'

/** The parameter that says where a page begins. */
const MARKER = 'Marker'

/**
 * Where a list goes on, as a header (RFC 8288): a relative reference of a query alone (RFC 3986 §5.2.2), so that it
 * leads to the next page under whatever host and path the list was asked. A signature in the query is left out:
 * each page is signed for itself.
 * @param output of the list, in JSON
 * @param query that it was asked with
 * @returns nothing for what is no list, and at a list's end
 */
export function linkToNext(
  { http }: AnyOperation,
  output: unknown,
  query: string,
): { readonly link?: string } {
  const marker = http.startsWith('GET ') ? markerOf(output) : undefined
  if (marker === undefined) return {}
  const parameters = [...new URLSearchParams(query)].filter(
    ([name]) => name !== MARKER && !/^x-amz-/i.test(name),
  )
  // a '+' of the form encoding is signed as %2B by some
  const next = [...parameters, [MARKER, marker] as const]
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&')
  return { link: `<?${next}>; rel="next"` }
}

/** AWS KMS calls it NextMarker, AWS IAM as the parameter. */
function markerOf(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null) return undefined
  const named = 'NextMarker' in output ? output.NextMarker : undefined
  const listed = MARKER in output && 'IsTruncated' in output ? output[MARKER] : undefined
  const marker = named ?? listed
  return typeof marker === 'string' ? marker : undefined
}
