import type { Config } from '../core/config.ts'

/**
 * Makes the DynamoDB tables where the endpoint is this machine's own (DynamoDB Local, dynalite). In AWS
 * the stack makes it: a server that may create tables there would have more rights than it needs.
 * @returns whether one was made now
 * @throws Error of one line for settings of several Regions that don't fit together
 */
export async function makeLocalTable(config: Config): Promise<boolean> {
  if (config.store !== 'dynamodb' || config.dynamodbEndpoint === '') return false
  const [{ createTable }, { checkReplicas, isLoopback, ownTable }] = await Promise.all([
    import('../core/store/dynamodb.ts'),
    import('../core/replicated.ts'),
  ])
  if (!isLoopback(config.dynamodbEndpoint)) return false
  if (config.replicas.length === 0 && config.sharedTable === '') {
    return createTable({ table: config.table })
  }
  checkReplicas(config)
  const { sharedTable, replicas, servedRegion: region } = config
  await createTable({ table: sharedTable, region })
  // those of the others too: what is in them is looked at before they have started
  const made = await Promise.all(
    replicas.map((one) => createTable({ table: ownTable(config, one), region })),
  )
  return made.includes(true)
}
