import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { DUE_INDEX } from './due-index.ts'
import { StoreUnavailable } from './store.ts'

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

/** There is no table of that name in the Region. */
export class TableMissing extends Error {
  override readonly name = 'TableMissing'
}

/** An error of the SDK, after its own retries, in the port's words. */
export function explain(error: unknown, table: string): unknown {
  if (!(error instanceof Error)) return error
  if (isNamed(error, 'ResourceNotFoundException')) {
    return new TableMissing(
      `The DynamoDB table ${table} (or its index ${DUE_INDEX}) does not exist: \`sst deploy\` makes it in AWS, the server itself at a loopback endpoint (AWS_ENDPOINT_URL_DYNAMODB).`,
      { cause: error },
    )
  }
  // the SDK's own words, which name no setting
  if (error.message === 'Region is missing') {
    return new Error(
      `The Region of the DynamoDB table ${table} is not known: set AWS_REGION, or a region in the profile of AWS_PROFILE.`,
      { cause: error },
    )
  }
  if (!mayPass(error)) return error
  return new StoreUnavailable(`DynamoDB can't answer now: ${error.name}: ${error.message}`, {
    cause: error,
  })
}
