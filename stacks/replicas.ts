/// <reference path="../.sst/platform/config.d.ts" />
import { DUE_INDEX } from '../core/store/due-index.ts'
import { TABLE } from '../core/store/table-shape.ts'
import { MAKER_TAG } from './in-use.ts'
import type { Options } from './options.ts'
import type { Replicated, Resource } from './statements.ts'
import { TABLE_KEYS, TABLE_STREAM } from './table-args.ts'
import { throughput } from './throughput.ts'

/** What Regions of an installation share, as the stack of one of them sees it. */
export interface Replicas extends Replicated {
  /** all Regions, the home first: what functions are told */
  readonly regions: readonly string[]
  /** the one whose stage makes what they share: the first of the option's list, wherever home is */
  readonly maker: string
  /** whether this one takes the writes of what they share, or with strong consistency made it */
  readonly isHome: boolean
  readonly strong: boolean
  /** the shared table's name, which is one in all Regions */
  readonly table: $util.Input<string>
  /** its ARN here */
  readonly arn: $util.Input<string>
  /** ARNs of what statements are on beside the Region's own table and the root key */
  arnOf(on: Exclude<Resource, 'table' | 'dueIndex' | 'rootKey'>): $util.Input<string>
}

/** The name of one of a stage's tables: it is the same in every Region, so that each knows the others'. */
export const tableName = (which: 'store' | 'shared'): string =>
  `${$app.name}-${$app.stage}-${which}`

/**
 * What Regions share: a global table, made by the stage in the first of them and taken from there by the others. Nothing in it
 * expires, for where replicas agree at once DynamoDB drops nothing by itself.
 * @param region the Region that is deployed to
 * @returns undefined where the installation is in one
 * @throws Error for a Region that is none of them, or before the one that makes it is deployed
 */
export async function replicas(options: Options, region: string): Promise<Replicas | undefined> {
  const { replicas: listed, consistency } = options
  const [maker] = listed
  if (maker === undefined) return undefined
  if (!listed.includes(region)) {
    throw new Error(`STACK_REPLICAS is '${listed}', and has no ${region}, which is deployed to`)
  }
  const home = options.home || maker
  const regions = [home, ...listed.filter((one) => one !== home)]
  const isHome = region === home
  const strong = consistency === 'strong'
  const name = tableName('shared')
  const { accountId } = await aws.getCallerIdentity({})
  const { partition } = await aws.getPartition({})
  const arnIn = (of: string, table: string) =>
    `arn:${partition}:dynamodb:${of}:${accountId}:table/${table}`
  const made = region === maker ? sharedTable(options, name) : undefined
  if (made === undefined) await checkMade(name, maker)
  const arn = made?.arn ?? arnIn(region, name)
  return {
    regions,
    maker,
    isHome,
    strong,
    others: regions.filter((one) => one !== region),
    writer: strong ? region : home,
    sweepsShared: isHome,
    table: made?.name ?? name,
    arn,
    arnOf(on) {
      if (on === 'shared') return arn
      if (on === 'sharedIndex') return $interpolate`${arn}/index/${DUE_INDEX}`
      if (on === 'home') return arnIn(home, name)
      if (on.startsWith('shared in ')) return arnIn(on.slice('shared in '.length), name)
      return arnIn(on.slice('table in '.length), tableName('store'))
    },
  }
}

/** @throws Error where the Region that makes it was not deployed yet */
async function checkMade(name: string, maker: string): Promise<void> {
  try {
    await aws.dynamodb.getTable({ name })
  } catch (cause) {
    throw new Error(
      `there is no table ${name} here: deploy this stage to ${maker} first, the first of STACK_REPLICAS, which makes it for all`,
      { cause },
    )
  }
}

/** The shared table with its replicas; the adapter's, as stacks/data.ts makes the Region's own. */
function sharedTable(options: Options, name: string): sst.aws.Dynamo {
  const { replicas: regions, consistency, witness } = options
  const strong = consistency === 'strong'
  return new sst.aws.Dynamo('Shared', {
    ...TABLE_KEYS,
    // by which replicas that agree later are told
    ...(!strong && { stream: TABLE_STREAM }),
    deletionProtection: $app.protect === true,
    transform: {
      table: (table) => {
        table.name = name
        table.tags = { [MAKER_TAG]: regions[0] ?? '' }
        table.serverSideEncryption = { enabled: true }
        table.onDemandThroughput = throughput(options)
        table.pointInTimeRecovery = { enabled: true, recoveryPeriodInDays: TABLE.recoveryDays }
        table.replicas = regions.slice(1).map((regionName) => ({
          regionName,
          consistencyMode: strong ? 'STRONG' : 'EVENTUAL',
          pointInTimeRecovery: true,
          deletionProtectionEnabled: $app.protect === true,
          propagateTags: true,
        }))
        if (witness !== '') table.globalTableWitness = { regionName: witness }
      },
    },
  })
}

/** What functions and servers are told of it. */
export const replicaSettings = (
  replicas: Replicas | undefined,
): Record<string, $util.Input<string>> =>
  replicas === undefined
    ? {}
    : {
        TENKEY_REPLICAS: replicas.regions.join(','),
        TENKEY_SHARED_TABLE: replicas.table,
        TENKEY_REPLICAS_CONSISTENCY: replicas.strong ? 'strong' : 'eventual',
      }
