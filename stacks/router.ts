/// <reference path="../.sst/platform/config.d.ts" />
import { proofDigest, ROUTER_HEADERS } from '../functions/middleware/router.ts'
import { consoleSite } from './console.ts'
import { domainArgs } from './http-api.ts'
import type { Options } from './options.ts'
import { rateRules } from './rate-rules.ts'
import { routerCode } from './router-code.ts'

/** CloudFront's managed policies: nothing is cached, and all but the Host is passed on. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad'
const ALL_VIEWER_EXCEPT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac'

/**
 * What the router proves itself by to the functions, which know its hash alone. A proof has a number,
 * STACK_ROUTER_PROOF: the next number makes a new one, and functions take the former too, so calls are
 * answered while the distribution is still changed; the one after that ends it. It is kept where SST
 * keeps secrets, encrypted in the stage's state, and in the distribution.
 */
export function routerProof({ routerProof: number }: Options) {
  const proofOf = (one: number) =>
    new random.RandomPassword(one === 1 ? 'RouterProof' : `RouterProof${one}`, {
      length: 48,
      special: false,
    }).result
  const proof = proofOf(number)
  const proofs = number === 1 ? [proof] : [proof, proofOf(number - 1)]
  // a hash of 48 random letters and digits tells nothing: it may be seen in a function's settings
  const digests = proofs.map((one) => $util.unsecret(one.apply(proofDigest)))
  return { proof, digests: $util.all(digests).apply((each) => each.join(',')) }
}

/**
 * A CloudFront distribution in front of the API, which gives each call of the AWS clients to its
 * operation's own function: see functions/middleware/router.ts for what it tells them. It keeps no
 * logs, because queries can hold a signature; the API has its own.
 * @param answering the functions that must know a new proof before it is sent
 */
export function router(
  api: sst.aws.ApiGatewayV2,
  { proof }: Pick<ReturnType<typeof routerProof>, 'proof'>,
  answering: readonly $util.Input<aws.lambda.Function | aws.lambda.Alias>[],
  options: Options,
  region: string,
): sst.aws.Cdn {
  const regions = options.replicas.length > 0 ? options.replicas : [region]
  const site = options.console === 'off' ? undefined : consoleSite(options.console, region, regions)
  const code = new aws.cloudfront.Function('RouterCode', {
    comment: 'Gives each call of an AWS client to its operation.',
    runtime: 'cloudfront-js-2.0',
    code: routerCode(),
    publish: true,
  })
  const cdn = new sst.aws.Cdn('Router', {
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
      ...(site === undefined ? [] : [site.origin]),
    ],
    ...(site !== undefined && { orderedCacheBehaviors: site.behaviors }),
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
    transform: {
      distribution: (distribution, opts) => {
        opts.dependsOn = $util.all([...answering])
        if (options.wafRate > 0) distribution.webAclId = rateRules(options.wafRate).arn
      },
    },
  })
  site?.letIn(cdn.nodes.distribution.arn)
  return cdn
}
