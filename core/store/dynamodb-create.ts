import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type KeySchemaElement,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { connect, type DynamodbOptions, explain, isNamed } from './dynamodb-table.ts'
import { StoreUnavailable } from './store.ts'
import { TABLE } from './table-shape.ts'

/** ms between two looks at a table that is being made */
const CREATE_PAUSE = 250
/** looks; two minutes, far above what AWS takes */
const CREATE_LOOKS = 480

/**
 * The table as CreateTable takes it, on demand.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export const tableDefinition = (table: string): CreateTableCommandInput => ({
  TableName: table,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: Object.entries(TABLE.attributes).map(([AttributeName, AttributeType]) => ({
    AttributeName,
    AttributeType,
  })),
  KeySchema: keySchema(TABLE.key),
  GlobalSecondaryIndexes: [
    {
      IndexName: TABLE.index.name,
      KeySchema: keySchema(TABLE.index),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
})

const keySchema = ({ hash, range }: { hash: string; range: string }): KeySchemaElement[] => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
]

/** Whether a table has this adapter's keys and index. */
function fits(found: TableDescription | undefined): boolean {
  const wanted = tableDefinition('')
  const keys = (schema: TableDescription['KeySchema']): string =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join()
  const index = found?.GlobalSecondaryIndexes?.find(
    ({ IndexName }) => IndexName === TABLE.index.name,
  )
  return (
    keys(found?.KeySchema) === keys(wanted.KeySchema) &&
    keys(index?.KeySchema) === keys(wanted.GlobalSecondaryIndexes?.[0]?.KeySchema)
  )
}

/**
 * Makes the table and waits until it can be used; a table that is there already is left as it is. TTL on
 * `expires` is switched on where the endpoint knows it.
 * @param more what only a table in AWS has
 * @returns whether there was none
 * @throws Error where a table of that name has other keys; StoreUnavailable as dynamodbStore
 */
export async function createTable(
  options: DynamodbOptions,
  more: Partial<CreateTableCommandInput> = {},
): Promise<boolean> {
  const { table } = options
  const { client, release } = connect(options)
  try {
    const definition = { ...tableDefinition(table), ...more }
    const made = await client.send(new CreateTableCommand(definition)).then(
      () => true,
      (error: unknown) => {
        if (isNamed(error, 'ResourceInUseException')) return false
        throw error
      },
    )
    await untilActive(client, table)
    await expireItems(client, table)
    return made
  } catch (error) {
    throw explain(error, table)
  } finally {
    release()
  }
}

/** What became of a table that was to be made. */
export interface TableMade {
  /** whether there was none */
  readonly made: boolean
  /** whether it can be restored to any moment of the last days; undefined where the endpoint does not know that */
  readonly restorable: boolean | undefined
}

/**
 * Makes the table as one in AWS is to be, by someone who may: encrypted, with a stream, restorable. One that is there
 * stays as it is but for what can be switched on without harm: items that expire, and recovery.
 * @throws Error as createTable does, and the SDK's for what AWS refuses
 */
export async function createLastingTable(
  options: DynamodbOptions,
  { deletionProtection }: { readonly deletionProtection: boolean },
): Promise<TableMade> {
  const { client, release } = connect(options)
  try {
    const made = await createTable(
      { ...options, client },
      {
        StreamSpecification: { StreamEnabled: true, StreamViewType: TABLE.stream },
        SSESpecification: { Enabled: true },
        DeletionProtectionEnabled: deletionProtection,
      },
    )
    return { made, restorable: await makeRestorable(client, options.table) }
  } finally {
    release()
  }
}

/** @returns undefined where the endpoint does not know it, as DynamoDB Local and dynalite */
async function makeRestorable(
  client: DynamoDBDocumentClient,
  table: string,
): Promise<boolean | undefined> {
  const PointInTimeRecoverySpecification = {
    PointInTimeRecoveryEnabled: true,
    RecoveryPeriodInDays: TABLE.recoveryDays,
  }
  const command = new UpdateContinuousBackupsCommand({
    TableName: table,
    PointInTimeRecoverySpecification,
  })
  try {
    await client.send(command)
    return true
  } catch (error) {
    if (isNamed(error, 'UnknownOperationException')) return undefined
    throw explain(error, table)
  }
}

async function untilActive(client: DynamoDBDocumentClient, table: string): Promise<void> {
  for (let look = 0; look < CREATE_LOOKS; look++) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }))
    const indexes = Table?.GlobalSecondaryIndexes ?? []
    if (Table?.TableStatus === 'ACTIVE' && indexes.every((i) => i.IndexStatus === 'ACTIVE')) {
      if (fits(Table)) return
      throw new Error(`The DynamoDB table ${table} is there, but is no tenkey store.`)
    }
    await delay(CREATE_PAUSE)
  }
  throw new StoreUnavailable(`The DynamoDB table ${table} is not active yet.`)
}

async function expireItems(client: DynamoDBDocumentClient, table: string): Promise<void> {
  try {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { AttributeName: TABLE.expires, Enabled: true },
      }),
    )
  } catch (error) {
    // unknown to some local implementations; a ValidationException says that it is on already
    if (isNamed(error, 'UnknownOperationException')) return
    if (isNamed(error, 'ValidationException') && /already enabled/.test(String(error))) return
    throw error
  }
}
