/// <reference path="../.sst/platform/config.d.ts" />
import { proofDigest, ROUTER_HEADERS } from '../functions/middleware/router.ts'
import { domainArgs } from './http-api.ts'
import { named } from './names.ts'
import type { Options } from './options.ts'
import { routerCode } from './router-code.ts'

/** CloudFront's managed policies: nothing is cached, and all but the Host is passed on. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'

/** What the router proves itself by to the functions, which know its hash alone. */
export function routerProof() {
  const proof = new random.RandomPassword('RouterProof', { length: 48, special: false }).result
  // a hash of 48 random letters and digits tells nothing: it may be seen in a function's settings
  return { proof, digest: $util.unsecret(proof.apply(proofDigest)) }
}

/**
 * A CloudFront distribution in front of the API, which gives each call of the AWS clients to its
 * operation's own function: see functions/middleware/router.ts for what it tells them. It keeps no
 * logs, because queries can hold a signature; the API has its own.
 */
export function router(
  api: sst.aws.ApiGatewayV2,
  { proof }: ReturnType<typeof routerProof>,
  options: Options,
): sst.aws.Cdn {
  const code = new aws.cloudfront.Function('RouterCode', {
    comment: 'Gives each call of an AWS client to its operation.',
    runtime: 'cloudfront-js-2.0',
    code: routerCode(),
    publish: true,
  })
  return new sst.aws.Cdn('Router', {
    comment: `${$app.name} ${$app.stage}`,
    origins: [
      {
        originId: 'api',
        domainName: api.nodes.api.apiEndpoint.apply((endpoint) => new URL(endpoint).host),
        customHeaders: [{ name: ROUTER_HEADERS.proof, value: proof }],
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: 'https-only',
          originSslProtocols: ['TLSv1.2'],
          // an HTTP API's own limit
          originReadTimeout: 30,
        },
      },
    ],
    defaultCacheBehavior: {
      targetOriginId: 'api',
      viewerProtocolPolicy: 'https-only',
      allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
      cachedMethods: ['GET', 'HEAD'],
      cachePolicyId: CACHING_DISABLED,
      originRequestPolicyId: ALL_VIEWER_EXCEPT_HOST,
      functionAssociations: [{ eventType: 'viewer-request', functionArn: code.arn }],
    },
    ...(options.domain !== '' && { domain: domainArgs(options) }),
    ...(options.wafRate > 0 && {
      transform: {
        distribution: (distribution) => {
          distribution.webAclId = rateRule(options.wafRate).arn
        },
      },
    }),
  })
}

/** Refuses an address that asks more than its share in five minutes, before API Gateway or a function is asked. */
function rateRule(limit: number): aws.wafv2.WebAcl {
  const shown = (metricName: string) => ({
    cloudwatchMetricsEnabled: true,
    metricName,
    // samples would have headers, and so signatures
    sampledRequestsEnabled: false,
  })
  return new aws.wafv2.WebAcl('RouterRates', {
    name: named('RouterRates', { longest: 128 }),
    // CloudFront's are all there
    region: 'us-east-1',
    scope: 'CLOUDFRONT',
    defaultAction: { allow: {} },
    rules: [
      {
        name: 'address',
        priority: 0,
        action: { block: { customResponse: { responseCode: 429 } } },
        statement: { rateBasedStatement: { limit, aggregateKeyType: 'IP' } },
        visibilityConfig: shown('AddressRate'),
      },
    ],
    visibilityConfig: shown('RouterRates'),
  })
}
