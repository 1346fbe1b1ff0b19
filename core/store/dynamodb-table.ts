import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { DUE_INDEX } from './due-index.ts'
import { StoreUnavailable } from './store.ts'

/** ms between two looks at a table that is being made */
const CREATE_PAUSE = 250
/** looks; two minutes, far above what AWS takes */
const CREATE_LOOKS = 480

export interface DynamodbOptions {
  /** name of the table */
  readonly table: string
  /** a client to use, which stays the caller's to destroy; one is made where none is given */
  readonly client?: DynamoDBDocumentClient
  /** URL of a local DynamoDB; AWS's own by default */
  readonly endpoint?: string
  /** AWS Region; from the environment by default */
  readonly region?: string
}

/** The document client this adapter needs over any DynamoDBClient (credentials, endpoint, retries are that one's). */
export function documentClient(base: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(base, {
    // doubles beyond 2^53 are exact in their shortest decimal form, which is what is sent and parsed
    marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
    unmarshallOptions: { wrapNumbers: Number },
  })
}

/** The client given, or one made for these options; `release` closes the connections of the latter only. */
export function connect({ client, endpoint, region }: DynamodbOptions) {
  if (client) return { client, release: () => undefined }
  const base = new DynamoDBClient({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    maxAttempts: 4,
    // a silent peer is given up on, within the time a caller of the service waits
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
    },
  })
  return { client: documentClient(base), release: () => base.destroy() }
}

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

/** Whether an error is the SDK's of this name. */
export const isNamed = (error: unknown, name: string): boolean =>
  error instanceof Error && error.name === name

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'TooManyRequestsException',
  'ReplicatedWriteConflictException',
])

/** Whether the service may well answer the next time: throttled, failing (5xx), silent or not reached. */
function mayPass(error: Error): boolean {
  if (THROTTLES.has(error.name)) return true
  const { $metadata, $response, code } = error as Error & {
    $metadata?: { httpStatusCode?: number }
    $response?: { statusCode?: number }
    code?: unknown
  }
  const status = $metadata?.httpStatusCode ?? $response?.statusCode
  if (status !== undefined) return status >= 500 || status === 429
  return error.name === 'TimeoutError' || error.name === 'AbortError' || typeof code === 'string'
}

/** An error of the SDK, after its own retries, in the port's words. */
export function explain(error: unknown, table: string): unknown {
  if (!(error instanceof Error)) return error
  if (isNamed(error, 'ResourceNotFoundException')) {
    return new Error(
      `The DynamoDB table ${table} (or its index ${DUE_INDEX}) does not exist: \`sst deploy\` makes it in AWS, the server itself at a loopback endpoint (AWS_ENDPOINT_URL_DYNAMODB).`,
      { cause: error },
    )
  }
  if (!mayPass(error)) return error
  return new StoreUnavailable(`DynamoDB can't answer now: ${error.name}: ${error.message}`, {
    cause: error,
  })
}

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
