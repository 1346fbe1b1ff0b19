import { hash, timingSafeEqual } from 'node:crypto'
import { KmsError } from '../../core/base/errors.ts'
import type { HttpRequest } from '../../core/base/http-message.ts'

/**
 * A router in front of the API (stacks/router.ts) gives each call of the AWS clients to its
 * operation's own function: it asks for `/aws/<operation>` where the caller asked for `/`, for `~` where
 * a part of the path is percent-encoded, which the API would decode, and the API sees the router's
 * address and Host instead of the caller's. So it says in headers what they were,
 * and proves itself by a secret that it alone sends; functions know its hash, and answer nobody else, so
 * that the router's limits are everybody's. While a proof is replaced there are two.
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
 * The request as the caller made it, which the router brought; as it came where there is no router.
 * @param digests `proofDigest` of each proof that a router may have; none where there is no router
 * @throws KmsError AccessDeniedException where there is a router, and somebody else brought it
 */
export function asCalled(request: HttpRequest, digests: readonly string[]): HttpRequest {
  if (digests.length === 0) return request
  const { proof, host, path: sent, viewer } = ROUTER_HEADERS
  if (!isProven(request.headers[proof], digests)) {
    throw new KmsError('AccessDeniedException', 'This address is for the router in front alone.')
  }
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

/** Whether it is a router's proof; compared by hash, in constant time, with each that there may be. */
export function isProven(proof: string | undefined, digests: readonly string[]): boolean {
  if (proof === undefined) return false
  const given = Buffer.from(proofDigest(proof))
  return digests.filter((digest) => timingSafeEqual(given, Buffer.from(digest))).length > 0
}

/**
 * The digests that a setting has, present and former.
 * @param text SHA-256s of 64 hex digits, at most two, with a comma between; '' for none
 * @throws Error for any other
 */
export function digestsOf(text: string): readonly string[] {
  if (text === '') return []
  if (/^[0-9a-f]{64}(,[0-9a-f]{64})?$/.test(text)) return text.split(',')
  throw new Error('must be one or two SHA-256 of 64 hex digits, with a comma between')
}
