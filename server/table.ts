import type { Config } from '../core/config.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Makes the DynamoDB table where the endpoint is this machine's own (DynamoDB Local, dynalite). In AWS
 * the stack makes it: a server that may create tables there would have more rights than it needs.
 * @returns whether it was made now
 */
export async function makeLocalTable(config: Config, environment: Environment): Promise<boolean> {
  if (config.store !== 'dynamodb' || !isLoopback(dynamodbEndpoint(environment))) return false
  const { createTable } = await import('../core/store/dynamodb.ts')
  // a local endpoint has one table of a name for all Regions
  if (config.replicas.length > 0) await createTable({ table: config.sharedTable })
  return createTable({ table: config.table })
}

/** The endpoint the SDK takes from the environment; '' for AWS's own. */
const dynamodbEndpoint = (environment: Environment): string =>
  environment['AWS_ENDPOINT_URL_DYNAMODB'] || environment['AWS_ENDPOINT_URL'] || ''

function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false
  const { hostname } = new URL(endpoint)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
