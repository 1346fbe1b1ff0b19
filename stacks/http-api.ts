/// <reference path="../.sst/platform/config.d.ts" />

import { CORS_EXPOSED, CORS_HEADERS, CORS_MAX_AGE, CORS_METHODS } from '../core/base/cors.ts'
import type { AnyOperation } from '../core/operation.ts'
import { OPERATORS_PROOF } from '../functions/middleware/operators-proof.ts'
import { ROUTER_HEADERS } from '../functions/middleware/router.ts'
import { operations } from '../operations/registry.ts'
import { ACCESS_LOG } from './access-log.ts'
import { aliasOf } from './canary.ts'
import { bareFunctionArgs, functionArgs, type Shared } from './functions.ts'
import type { Options } from './options.ts'
import {
  awsJsonPermissions,
  iamPermissions,
  type Permission,
  pagePermissions,
  permissionsOf,
} from './permissions.ts'
import { routes as specs } from './routes.ts'
import { type Size, WARM } from './sizes.ts'
import { warmOf } from './warm.ts'

/**
 * One route, one function, one role for each operation; one for all AWS clients; the public pages.
 * @returns the API, the address of AWS's clients past it, where there is one, the functions that answer, and the routes
 */
export function http(shared: Shared) {
  const { options } = shared
  // with a router the domain is the router's, and the router asks at API Gateway's own address
  const ownDomain = options.domain !== '' && !options.router
  const added: $util.Output<aws.apigatewayv2.Route>[] = []
  const answering: $util.Input<aws.lambda.Function | aws.lambda.Alias>[] = []
  let functionUrl: $util.Output<string> | undefined
  const limits = new Map<string, NonNullable<Size['limit']>>()
  let allAdded: (routes: $util.Output<aws.apigatewayv2.Route>[]) => void = () => undefined
  const routes = new Promise<$util.Output<aws.apigatewayv2.Route>[]>((resolve) => {
    allAdded = resolve
  })

  const api = new sst.aws.ApiGatewayV2('Api', {
    cors: corsOf(options),
    accessLog: { retention: options.logRetention },
    ...(ownDomain && { domain: domainArgs(options) }),
    transform: {
      // one name, one way in: what is signed for one host is checked for that host
      ...(ownDomain && { api: { disableExecuteApiEndpoint: true } }),
      stage: (stage, opts) => {
        stage.accessLogSettings = accessLog(stage.accessLogSettings)
        if (shared.operatorsProof !== undefined) {
          stage.stageVariables = { [OPERATORS_PROOF.variable]: shared.operatorsProof.proof }
        }
        stage.defaultRouteSettings = routeLimit({ rate: options.rate, burst: options.burst })
        stage.routeSettings = $output(routes).apply(() =>
          [...limits].map(([routeKey, limit]) => ({ routeKey, ...routeLimit(limit) })),
        )
        // API Gateway refuses the limits of a route that is not there yet
        opts.dependsOn = $output(routes)
      },
    },
  })

  const guard = shared.routerDigests === undefined ? undefined : routerAlone(api, shared)

  /** The API calls the alias instead of the newest version, or that version once its instances are warm. */
  const calling =
    (name: string, warm: number) =>
    (args: aws.apigatewayv2.IntegrationArgs, opts: $util.CustomResourceOptions): undefined => {
      const version = $output(args.integrationUri).apply((arn) => arn ?? '')
      if (warm > 0) {
        const others = $output(opts.dependsOn ?? [])
        const instances = warmOf(name, version, warm, opts.parent)
        opts.dependsOn = others.apply((before) => [before, instances].flat())
      }
      if (shared.canary === undefined) return
      const { alias, permission } = aliasOf(
        name,
        version,
        api.nodes.api.executionArn,
        shared.canary,
      )
      answering.push(alias)
      args.integrationUri = alias.arn
      opts.dependsOn = permission
    }

  function add(route: string, name: string, size: Size, args: RouteFunction) {
    // under `sst dev` a developer's machine answers
    const warm = $dev ? 0 : (args.provisioned ?? 0)
    const made = api.route(
      route,
      functionArgs({ ...args, memory: size.memory, timeout: size.timeout }, shared),
      {
        name,
        transform: { integration: calling(name, warm) },
        ...(args.operators === undefined
          ? guard !== undefined && { auth: { lambda: guard.id } }
          : { auth: { iam: true } }),
      },
    )
    answering.push($output(made.nodes.function).apply(({ nodes }) => nodes.function))
    added.push($output(made.nodes.route))
    if (size.limit !== undefined) limits.set(route, size.limit)
    const { integration } = made.nodes
    if (args.url === true) functionUrl = made.nodes.function.apply(({ url }) => url)
    return (other: string, kind: string) => {
      const also = new aws.apigatewayv2.Route(`ApiRoute${name}${kind}`, {
        apiId: api.nodes.api.id,
        routeKey: other,
        target: $interpolate`integrations/${integration.id}`,
        ...(guard !== undefined && { authorizationType: 'CUSTOM', authorizerId: guard.id }),
      })
      added.push($output(also))
      if (size.limit !== undefined) limits.set(other, size.limit)
    }
  }

  for (const spec of specs) {
    const {
      route,
      also = [],
      target,
      name,
      size,
      handler,
      description,
      operation,
      xks = false,
    } = spec
    if (xks && options.xks === 0) continue
    const lead = add(route, name, size, {
      handler,
      description,
      permissions: operation === undefined ? permissionsOfEntry(name) : permissionsOf(operation),
      provisioned: xks ? options.xks : WARM.has(name) ? options.provisioned : 0,
      fleet: xks,
      reserved: shared.reserved.get(name),
      versioned: shared.canary !== undefined,
      url: name === 'AwsJson' && options.functionUrl,
      operators: operatedBy(operation, options),
      called: operation?.takes === 'aws-identity' ? calledBy(api, options) : undefined,
    })
    // names of resources that are there stay what they are
    for (const [index, other] of also.entries()) lead(other, `Also${index === 0 ? '' : index + 1}`)
    if (target !== undefined && options.router) lead(target, 'Target')
  }
  allAdded(added)
  return { api, functionUrl, answering, added }
}

/**
 * The API answers browsers itself: no function starts when one asks whether a page may call, and what
 * functions say of CORS is not sent on. No page of another origin may call unless it is listed.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
const corsOf = ({ corsOrigins }: Options) =>
  corsOrigins.length > 0 && {
    allowOrigins: [...corsOrigins],
    allowMethods: [...CORS_METHODS],
    allowHeaders: [...CORS_HEADERS],
    exposeHeaders: [...CORS_EXPOSED],
    allowCredentials: false,
    maxAge: `${CORS_MAX_AGE} seconds` as const,
  }

/** s that API Gateway remembers what the authorizer said of a proof; its longest */
const REMEMBERED = 3600

/** Closes the API's own address, which the router asks at, to everybody else: see functions/router-alone.ts. */
function routerAlone(api: sst.aws.ApiGatewayV2, shared: Shared) {
  return api.addAuthorizer({
    name: 'RouterAlone',
    lambda: {
      function: {
        ...bareFunctionArgs(
          {
            handler: 'functions/router-alone.handler',
            description: 'Lets through what the router sends, and nothing else.',
            memory: '256 MB',
            timeout: '5 seconds',
          },
          shared,
        ),
        environment: { TENKEY_ROUTER: shared.routerDigests ?? '' },
      },
      identitySources: [`$request.header.${ROUTER_HEADERS.proof}`],
      ttl: `${REMEMBERED} seconds`,
    },
  })
}

/**
 * Who operators are, where AWS IAM says it: of what operators call, all of which has a route of its own. A signature
 * for AWS IAM is for API Gateway's Host, so the router in front, which has another, is none of theirs.
 */
const operatedBy = (operation: AnyOperation | undefined, { operatorsByIam }: Options) =>
  operation?.audience === 'operator' && operatorsByIam !== '' ? operatorsByIam : undefined

/** What callers call the service. Of an API with a domain nothing may be asked here: it is mapped once all routes are there. */
const calledBy = (api: sst.aws.ApiGatewayV2, { domain }: Options): $util.Input<string> =>
  domain === '' ? api.nodes.api.apiEndpoint : `https://${domain}`

type RouteFunction = Omit<Parameters<typeof functionArgs>[0], 'memory' | 'timeout'>

/** All that the functions may do that are no operation's own. */
function permissionsOfEntry(name: string): readonly Permission[] {
  if (name === 'AwsJson') return awsJsonPermissions(operations)
  if (name === 'Iam') return iamPermissions(operations)
  return name === 'Health' ? pagePermissions : []
}

/** The domain as SST's components take it. */
export function domainArgs({ domain, domainZone, domainCertificate }: Options) {
  if (domainCertificate !== '')
    return { name: domain, dns: false, cert: domainCertificate } as const
  return { name: domain, dns: sst.aws.dns(domainZone === '' ? {} : { zone: domainZone }) }
}

const routeLimit = ({ rate, burst }: { rate: number; burst: number }) => ({
  throttlingRateLimit: rate,
  throttlingBurstLimit: burst,
  // metrics of each route are custom metrics, and cost more than the calls of most installations
  detailedMetricsEnabled: false,
})

function accessLog(given: aws.apigatewayv2.StageArgs['accessLogSettings']) {
  return $output(given).apply((settings) => ({
    destinationArn: settings?.destinationArn ?? '',
    format: ACCESS_LOG,
  }))
}
