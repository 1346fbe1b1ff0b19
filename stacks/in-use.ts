/// <reference path="../.sst/platform/config.d.ts" />
import type { Options } from './options.ts'

/** The tag of the shared table, in each Region, that names the one whose stage made it. */
export const MAKER_TAG = 'tenkey:maker'

/** The names of the stage's tables where it is one of several Regions'. */
export interface TableNames {
  readonly store: string
  readonly shared: string
}

/**
 * That what is deployed is the installation that the stage has: STACK_REPLICAS names its tables, so another value
 * would begin with empty ones beside those in use, and say nothing. Asked is AWS itself, by the tags that SST gives
 * whatever a stage makes.
 * @param region the Region that is deployed to
 * @throws Error of one line
 */
export async function checkInUse(
  { replicas, home }: Pick<Options, 'replicas' | 'home'>,
  region: string,
  names: TableNames,
): Promise<void> {
  const own = [names.store, names.shared]
  const there = await stageTables()
  const [maker] = replicas
  if (maker === undefined) {
    const left = there.find((name) => own.includes(name))
    if (left === undefined) return
    throw new Error(
      `this stage is one of several Regions, with its keys in ${left}: set STACK_REPLICAS as it was, for without it it would begin with an empty table`,
    )
  }
  const alone = there.find((name) => !own.includes(name))
  if (alone !== undefined) {
    throw new Error(
      `this stage is in one Region, with its keys in ${alone}: leave STACK_REPLICAS, for with it it would begin with empty tables; begin another stage`,
    )
  }
  const shared = await tableOf(names.shared)
  if (shared === undefined) return
  const made = shared.tags[MAKER_TAG]
  if (made !== undefined && made !== maker) {
    throw new Error(
      `STACK_REPLICAS begins with ${maker}, but ${names.shared} was made by ${made}: it stays the first; STACK_REPLICAS_HOME names another home`,
    )
  }
  const stored = await installation(names.shared)
  if (stored?.home !== undefined && stored.home !== (home || maker)) {
    throw new Error(
      `the home of this installation is ${stored.home}, not ${home || maker}: set STACK_REPLICAS_HOME=${stored.home}, or run \`tenkey region move-home\` first`,
    )
  }
  if (stored?.forgotten?.includes(region)) {
    throw new Error(
      `${region} was taken out of this installation: \`tenkey region rejoin ${region}\` takes it back`,
    )
  }
  const witnessed = shared.replicas.map(({ regionName }) => regionName)
  const dropped = witnessed.find(
    (one) => one !== region && !replicas.includes(one) && !stored?.forgotten?.includes(one),
  )
  if (dropped !== undefined) {
    throw new Error(
      `STACK_REPLICAS has no ${dropped}, which is a Region of this installation: \`tenkey region forget ${dropped}\` first`,
    )
  }
}

/** The tables in the Region that were made for this stage. */
async function stageTables(): Promise<string[]> {
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
    resourceTypeFilters: ['dynamodb:table'],
    tagFilters: [
      { key: 'sst:app', values: [$app.name] },
      { key: 'sst:stage', values: [$app.stage] },
    ],
  })
  const names = resourceTagMappingLists.map(({ resourceArn }) =>
    resourceArn.slice(resourceArn.indexOf(':table/') + ':table/'.length),
  )
  // tags are told for a while of what is gone
  const found = await Promise.all(names.map(tableOf))
  return names.filter((_, n) => found[n] !== undefined)
}

async function tableOf(name: string) {
  try {
    return await aws.dynamodb.getTable({ name })
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** What the installation item says, as far as it concerns a deployment; core/item/installation.ts. */
async function installation(
  tableName: string,
): Promise<{ readonly home?: string; readonly forgotten?: readonly string[] } | undefined> {
  try {
    const { item } = await aws.dynamodb.getTableItem({
      tableName,
      key: JSON.stringify({ pk: { S: '000000000000' }, sk: { S: 'installation' } }),
    })
    return JSON.parse(JSON.parse(item).data.S)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

const isAbsent = (error: unknown): boolean =>
  /couldn.t find resource|empty result|ResourceNotFoundException|not found/i.test(String(error))
