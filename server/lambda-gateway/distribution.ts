import { randomBytes, randomUUID } from 'node:crypto'
import { createContext, runInContext } from 'node:vm'
import { proofDigest, ROUTER_HEADERS } from '../../functions/middleware/router.ts'
import { routerCode } from '../../stacks/router-code.ts'
import type { Incoming } from './incoming.ts'

/** the API's own address, which the distribution asks at */
const ORIGIN = 'local.execute-api.us-east-1.amazonaws.com'

/** CloudFront's event of a viewer's request, as far as the router looks at it. */
interface ViewerEvent {
  readonly version: '1.0'
  readonly viewer: { readonly ip: string }
  readonly request: {
    readonly method: string
    uri: string
    readonly headers: Record<string, { value: string }>
  }
}

/** A distribution on this machine, and the hash by which functions know what it sends. */
export interface Distribution {
  readonly digest: string
  /** The request that it makes of the API for a caller's. */
  ask(request: Incoming): Incoming
}

/**
 * The stack's distribution (stacks/router.ts): runs the router's own code as CloudFront Functions does,
 * then passes all but the Host on, with what CloudFront adds.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export function distribution(): Distribution {
  const proof = randomBytes(36).toString('base64url')
  const context = createContext({})
  const handler = runInContext(`${routerCode()}; handler`, context) as (
    event: ViewerEvent,
  ) => ViewerEvent['request']
  return {
    digest: proofDigest(proof),
    ask(request) {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, { value }])
      const changed = handler({
        version: '1.0',
        viewer: { ip: request.sourceIp },
        request: {
          method: request.method,
          uri: request.path,
          headers: Object.fromEntries(headers) as Record<string, { value: string }>,
        },
      })
      const kept = Object.entries(changed.headers).map(([name, { value }]) => [name, value])
      return {
        ...request,
        path: changed.uri,
        headers: {
          ...(Object.fromEntries(kept) as Record<string, string>),
          host: ORIGIN,
          via: '1.1 local.cloudfront.net (CloudFront)',
          'x-amz-cf-id': randomUUID(),
          'x-forwarded-for': request.sourceIp,
          [ROUTER_HEADERS.proof]: proof,
        },
        // an edge of CloudFront (RFC 5737's addresses are nobody's)
        sourceIp: '203.0.113.7',
      }
    },
  }
}
