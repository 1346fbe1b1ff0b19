import { hash, timingSafeEqual } from 'node:crypto'
import type { HttpRequest } from '../../core/base/http-message.ts'

/**
 * A router in front of the API (stacks/router.ts) gives each call of the AWS clients to its
 * operation's own function: it asks for `/aws/<operation>` where the caller asked for `/`, for `~` where
 * a part of the path is percent-encoded, which the API would decode, and the API sees the router's
 * address and Host instead of the caller's. So it says in headers what they were,
 * and proves itself by a secret that it alone sends; functions know its hash.
 */
export const TARGET_PATH = '/aws/'
export const ROUTER_HEADERS = {
  proof: 'x-tenkey-router',
  /** the Host that the caller sent, and signed */
  host: 'x-tenkey-host',
  /** the path as the caller sent, and signed, it */
  path: 'x-tenkey-path',
  /** the caller's address */
  viewer: 'x-tenkey-viewer',
} as const

/** What functions know of a router's proof: SHA-256 of its UTF-8 bytes, 64 hex digits. */
export const proofDigest = (proof: string): string => hash('sha256', proof)

/**
 * The request as the caller made it, where the router brought it; any other as it came.
 * @param digest `proofDigest` of the router's proof; '' where there is no router
 */
export function asCalled(request: HttpRequest, digest: string): HttpRequest {
  const { proof, host, path: sent, viewer } = ROUTER_HEADERS
  if (!isProven(request.headers[proof], digest)) return request
  const headers: Record<string, string | undefined> = Object.create(null)
  for (const name in request.headers) headers[name] = request.headers[name]
  headers['host'] = headers[host]
  const sourceIp = headers[viewer] ?? request.sourceIp
  const path = headers[sent]
  for (const name of [proof, host, sent, viewer]) delete headers[name]
  // a router of a release before says no path: what the API made of it stands
  if (path === undefined) return { ...request, headers, sourceIp }
  const { signedPaths: _guessed, ...known } = request
  return { ...known, path, headers, sourceIp }
}

function isProven(proof: string | undefined, digest: string): boolean {
  if (proof === undefined || digest === '') return false
  return timingSafeEqual(Buffer.from(proofDigest(proof)), Buffer.from(digest))
}
