import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { readConfig } from '../../core/config.ts'
import { createTable, documentClient, dynamodbStore } from '../../core/store/dynamodb.ts'
import type { StoredCredential } from '../credential-file.ts'
import { makeDataFolder } from '../data-folder.ts'
import { furnish, openInstallation, operatorFile, readCredential } from '../installation.ts'
import type { CodeSource } from './bundles.ts'
import { distribution } from './distribution.ts'
import { startGateway } from './gateway.ts'
import type { Reading } from './routing.ts'

const REGION = 'us-east-1'
/** a local DynamoDB takes any */
const CREDENTIALS = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'made-up' }

export interface LocalOptions {
  readonly host: string
  readonly port: number
  /** folder of the root key and the first credentials */
  readonly data: string
  readonly table: string
  /** the one Region that is served; every one unless given */
  readonly servedRegion?: string | undefined
  /** URL of a local DynamoDB */
  readonly dynamodb: string
  /** function processes at once */
  readonly most: number
  readonly log: (text: string) => void
  /** instead of every function's own time, in ms */
  readonly timeout?: number
  /** with the router in front, as STACK_ROUTER=on deploys it */
  readonly router?: boolean
  /** how the gateway reads paths; `decoded` unless given */
  readonly reading?: Reading
  /** each function bundled as it is deployed unless given */
  readonly code?: CodeSource | undefined
}

export interface Local {
  readonly address: string
  readonly operator: StoredCredential
  readonly tenant: StoredCredential | undefined
  /** settings that every function is started with */
  readonly environment: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/**
 * The serverless installation on this machine: table, root key, first credentials, and the gateway in
 * front of the functions, which find all that by their environment alone.
 * @throws ConfigError where the root key or the data folder can't be used
 */
export async function startLocal(options: LocalOptions): Promise<Local> {
  const { host, port, data, table, servedRegion, dynamodb, most, log, timeout, code } = options
  const { reading = 'decoded' } = options
  const router = options.router === true ? distribution() : undefined
  const environment = {
    TENKEY_STORE: 'dynamodb',
    TENKEY_TABLE: table,
    ...(servedRegion !== undefined && { TENKEY_REGION: servedRegion }),
    TENKEY_ROOT: `file:${join(data, 'root.key')}`,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    ...(router !== undefined && { TENKEY_ROUTER: router.digest }),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }
  const config = readConfig({ ...environment, TENKEY_DATA: data })
  makeDataFolder(data)
  const base = new DynamoDBClient({ endpoint: dynamodb, region: REGION, credentials: CREDENTIALS })
  const client = documentClient(base)
  await createTable({ table, client })
  const store = dynamodbStore({ table, client })
  const root = await openInstallation(config, store)
  const { tenant } = await furnish(config, store, root, Date.now())
  await Promise.all([root.close(), store.close()])
  base.destroy()
  const operator = readCredential(operatorFile(data))
  if (operator === undefined) throw new Error('the installation has no operator')

  const gateway = await startGateway({
    host,
    port,
    environment,
    most,
    log,
    router,
    reading,
    ...(timeout !== undefined && { timeout }),
    ...(code !== undefined && { code }),
  })
  return { address: gateway.address, operator, tenant, environment, stop: gateway.stop }
}
