/// <reference path="../.sst/platform/config.d.ts" />
import { named } from './names.ts'
import type { Options } from './options.ts'

/** The alias by which the API calls a function, where there are canaries. */
export const ALIAS = 'live'
/** per cent: all calls go to the newest version */
const ALL = 100

/** How calls are shared between the versions of functions. */
export interface Canary {
  /** part of the calls that the newest version gets, above 0 */
  readonly weight: number
  /** the version that has had the calls so far, by the function's physical name; none for a new function */
  readonly stable: ReadonlyMap<string, string>
}

/** The physical name of the function that SST makes for a route of the API. */
export const physical = (route: string): string => named(`ApiRoute${route}Handler`)

/**
 * Asks AWS which version of each function has the calls now: that one keeps them, but for the new one's
 * part. So a canary may follow another, and one that was set back stays so until something is deployed.
 * @param routes names of the API's routes (stacks/routes.ts)
 */
export async function canaryOf(
  { canary }: Options,
  routes: readonly string[],
): Promise<Canary | undefined> {
  if (canary === 0 || $dev) return undefined
  const weight = canary / ALL
  if (canary === ALL) return { weight, stable: new Map() }
  const found = await Promise.all(
    routes.map(async (route): Promise<[string, string][]> => {
      const functionName = physical(route)
      try {
        const { functionVersion } = await aws.lambda.getAlias({ functionName, name: ALIAS })
        return [[functionName, functionVersion]]
      } catch (error) {
        // a function, or an alias, that is made by this deployment
        if (/ResourceNotFound|couldn't find|404/i.test(String(error))) return []
        throw error
      }
    }),
  )
  return { weight, stable: new Map(found.flat()) }
}

/**
 * The alias of a route's function, which the API calls instead of the version that SST names.
 * @param version qualified ARN of the newest version
 * @param caller ARN of the API's stages, which may call it
 */
export function aliasOf(
  route: string,
  version: $util.Output<string>,
  caller: $util.Output<string>,
  { weight, stable }: Canary,
): { alias: aws.lambda.Alias; permission: aws.lambda.Permission } {
  const functionName = physical(route)
  const newest = version.apply((arn) => arn.split(':').at(-1) ?? '')
  const kept = stable.get(functionName)
  const alias = new aws.lambda.Alias(`ApiRoute${route}Alias`, {
    name: ALIAS,
    functionName,
    functionVersion: kept ?? newest,
    ...(kept !== undefined && {
      routingConfig: newest.apply((number) => ({
        // a function that this deployment leaves as it is has nothing to share
        additionalVersionWeights: number === kept ? {} : { [number]: weight },
      })),
    }),
  })
  const permission = new aws.lambda.Permission(`ApiRoute${route}AliasPermission`, {
    action: 'lambda:InvokeFunction',
    function: functionName,
    qualifier: alias.name,
    principal: 'apigateway.amazonaws.com',
    sourceArn: $interpolate`${caller}/*`,
  })
  return { alias, permission }
}
