/// <reference path="../.sst/platform/config.d.ts" />
import { physical } from './canary.ts'

/**
 * The instances of a route's function that are kept warm, of its newest version. What leads callers to
 * that version must depend on them: they take minutes to come, and until then each call is a cold start.
 * SST makes them beside what leads there, so it is not asked to; for the engine they are the same.
 * @param version qualified ARN of the newest version
 * @param parent the component of the route
 */
export function warmOf(
  route: string,
  version: $util.Output<string>,
  instances: number,
  parent: $util.Resource | undefined,
): aws.lambda.ProvisionedConcurrencyConfig {
  const handler = `ApiRoute${route}Handler`
  return new aws.lambda.ProvisionedConcurrencyConfig(
    `${handler}Provisioned`,
    {
      functionName: physical(route),
      qualifier: version.apply((arn) => arn.split(':').at(-1) ?? ''),
      provisionedConcurrentExecutions: instances,
    },
    {
      ...(parent !== undefined && { parent }),
      // where SST had it
      aliases: [{ parent: $util.createUrn(handler, 'sst:aws:Function', parent) }],
    },
  )
}
