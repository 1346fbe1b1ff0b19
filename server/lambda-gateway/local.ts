import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { type Config, readConfig } from '../../core/config.ts'
import { LAYOUT } from '../../core/layout.ts'
import { checkRegion, openReplicated, ownTable } from '../../core/replicated.ts'
import { createTable, documentClient, dynamodbStore } from '../../core/store/dynamodb.ts'
import type { Store } from '../../core/store/store.ts'
import { OPERATORS_PROOF } from '../../functions/middleware/operators-proof.ts'
import { proofDigest } from '../../functions/middleware/router.ts'
import type { StoredCredential } from '../credential-file.ts'
import { makeDataFolder } from '../data-folder.ts'
import { furnish, openInstallation, operatorFile, readCredential } from '../installation.ts'
import type { AwsIam } from './aws-iam.ts'
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
  /** what else the servers of several Regions are set to, with `servedRegion` one of them */
  readonly several?: Pick<Config, 'replicas' | 'sharedTable' | 'consistency'> | undefined
  /** URL of a local DynamoDB */
  readonly dynamodb: string
  /** function processes at once */
  readonly most: number
  readonly log: (text: string) => void
  /** instead of every function's own time, in ms */
  readonly timeout?: number
  /** with the router in front, as STACK_ROUTER=on deploys it */
  readonly router?: boolean
  /** AWS IAM in front of what operators call, as STACK_OPERATORS_BY_IAM deploys it */
  readonly iam?: AwsIam | undefined
  /** how the gateway reads paths; `decoded` unless given */
  readonly reading?: Reading
  /** origins whose pages may call, as STACK_CORS_ORIGINS deploys them */
  readonly corsOrigins?: readonly string[]
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
  const { several, iam } = options
  const { reading = 'decoded', corsOrigins = [] } = options
  const router = options.router === true ? distribution() : undefined
  const environment = {
    TENKEY_STORE: 'dynamodb',
    TENKEY_TABLE: table,
    ...(servedRegion !== undefined && { TENKEY_REGION: servedRegion }),
    ...(several !== undefined && {
      TENKEY_REPLICAS: several.replicas.join(),
      TENKEY_SHARED_TABLE: several.sharedTable,
      TENKEY_REPLICAS_CONSISTENCY: several.consistency,
    }),
    TENKEY_ROOT: `file:${join(data, 'root.key')}`,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    ...(router !== undefined && { TENKEY_ROUTER: router.digest }),
    ...(iam !== undefined && {
      TENKEY_OPERATORS_BY_IAM: iam.operators,
      [OPERATORS_PROOF.setting]: proofDigest(iam.proof),
    }),
    AWS_REGION: several === undefined ? REGION : (servedRegion ?? REGION),
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }
  const config = readConfig({ ...environment, TENKEY_DATA: data })
  makeDataFolder(data)
  const base = new DynamoDBClient({ endpoint: dynamodb, region: REGION, credentials: CREDENTIALS })
  const client = documentClient(base)
  const tables =
    several === undefined
      ? [table]
      : [several.sharedTable, ...several.replicas.map((region) => ownTable(config, region))]
  for (const one of tables) await createTable({ table: one, client })
  const store = await openLocal(config, (name) => dynamodbStore({ table: name, client }))
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
    iam,
    corsOrigins,
    ...(timeout !== undefined && { timeout }),
    ...(code !== undefined && { code }),
  })
  return { address: gateway.address, operator, tenant, environment, stop: gateway.stop }
}

/** The store of the settings; a local DynamoDB has one table of a name for all Regions. */
async function openLocal(config: Config, open: (table: string) => Store): Promise<Store> {
  if (config.replicas.length === 0 && config.sharedTable === '') return open(config.table)
  const { store, regions } = openReplicated(config, LAYOUT, open)
  await checkRegion(config, store)
  return { ...regions.latest, close: store.close }
}
