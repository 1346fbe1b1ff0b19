import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { DUE_INDEX } from './due-index.ts'
import { connect, type DynamodbOptions, explain, isNamed } from './dynamodb-table.ts'
import { StoreUnavailable } from './store.ts'

/** ms between two looks at a table that is being made */
const CREATE_PAUSE = 250
/** looks; two minutes, far above what AWS takes */
const CREATE_LOOKS = 480

/**
 * The table as CreateTable takes it: on-demand, keys pk and sk, and the sparse index of due items.
 * The index projects keys only: a dated item changes far more often than its date, so writes stay at
 * half the price, wrapped key material has no second copy, and `due` reads the items themselves,
 * consistently.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export const tableDefinition = (table: string): CreateTableCommandInput => ({
  TableName: table,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'dueShard', AttributeType: 'S' },
    { AttributeName: 'due', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX,
      KeySchema: [
        { AttributeName: 'dueShard', KeyType: 'HASH' },
        { AttributeName: 'due', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
})

/** Whether a table has this adapter's keys and index. */
function fits(found: TableDescription | undefined): boolean {
  const wanted = tableDefinition('')
  const keys = (schema: TableDescription['KeySchema']): string =>
    (schema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join()
  const index = found?.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === DUE_INDEX)
  return (
    keys(found?.KeySchema) === keys(wanted.KeySchema) &&
    keys(index?.KeySchema) === keys(wanted.GlobalSecondaryIndexes?.[0]?.KeySchema)
  )
}

/**
 * Makes the table, for a local endpoint (in AWS the stack does), and waits until it can be used; a
 * table that is there already is left as it is. TTL on `expires` is switched on where the endpoint
 * knows it.
 * @returns whether there was none
 * @throws Error where a table of that name has other keys; StoreUnavailable as dynamodbStore
 */
export async function createTable(options: DynamodbOptions): Promise<boolean> {
  const { table } = options
  const { client, release } = connect(options)
  try {
    const made = await client.send(new CreateTableCommand(tableDefinition(table))).then(
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
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      }),
    )
  } catch (error) {
    // unknown to some local implementations; a ValidationException says that it is on already
    if (isNamed(error, 'UnknownOperationException')) return
    if (isNamed(error, 'ValidationException') && /already enabled/.test(String(error))) return
    throw error
  }
}
