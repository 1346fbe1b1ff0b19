import type { Command } from 'commander'
import { serviceEvent } from '../../core/audit/service-event.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import type { Config } from '../../core/config.ts'
import type { RecordAct } from '../../core/lifecycle/pending-acts.ts'
import { ownTable } from '../../core/replicated.ts'
import { openStores, openTables } from '../../core/service.ts'
import type { Store } from '../../core/store/store.ts'
import { moveHome } from '../home-move.ts'
import { forgetLostRegion } from '../region-forget.ts'
import { rejoinRegion } from '../region-rejoin.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { inOneLine, offlineConfig } from './offline.ts'
import { printOne } from './output.ts'
import { withProgress } from './progress.ts'

/** Adds `tenkey region move-home`, `forget` and `rejoin`. */
export function regionCommands(program: Command, environment: Environment): void {
  const group = program
    .command('region')
    .description('The Regions of an installation in several (TENKEY_REPLICAS).')

  command(
    group,
    'move-home <region>',
    'Have another Region take the writes of what all share. Nothing of that is changed for eleven minutes or more.',
  )
    .option('--lost', 'home is gone for good: what it had written and nobody received is lost')
    .action(async (to: string, options: CommonOptions & { lost?: boolean }) => {
      const lost = options.lost === true
      const done = await withProgress('items', options, ({ waits }) =>
        withTables(environment, ({ config, shares, record }) =>
          moveHome({
            ...{ to, lost, regions: config.replicas, share: shares, record },
            progress: waits,
          }),
        ),
      )
      const regions = [to, ...done.regions.filter((one) => one !== to)]
      const moved = done.result.from !== to
      const { fenced, ...result } = done.result
      printOne(
        {
          ...result,
          ...(fenced !== undefined && { fenced: new Date(fenced).toISOString() }),
          setting: `TENKEY_REPLICAS=${regions}`,
          next: moved
            ? `start servers anew with this setting, or set STACK_REPLICAS_HOME=${to} and deploy to every Region, ${to} first: until then others change nothing that is shared`
            : `${to} is home already: nothing was done`,
        },
        options,
      )
    })

  command(
    group,
    'forget <region>',
    'Take a Region that is lost for good out of the related keys of every multi-Region key. It can not be undone.',
  ).action(async (region: string, options: CommonOptions) => {
    const done = await withProgress('items', options, ({ progress }) =>
      withTables(environment, ({ config, record }) =>
        withEverywhere(config, (store) =>
          forgetLostRegion({
            ...{ region, regions: config.replicas, store, record },
            ...{ now: Date.now(), progress },
          }),
        ),
      ),
    )
    const left = done.regions.filter((one) => one !== region)
    printOne(
      {
        region,
        ...done.result,
        // the settings of several Regions name two at least
        ...(left.length > 1 && { setting: `TENKEY_REPLICAS=${left}` }),
        next:
          left.length > 1
            ? `start servers anew with this setting, or take ${region} off STACK_REPLICAS and deploy to every Region; the first of that list stays, whatever became of it`
            : `leave ${region} on the list: nothing is asked of it any more`,
      },
      options,
    )
  })

  command(
    group,
    'rejoin <region>',
    'Take back a Region that was forgotten, so that it may serve again; multi-Region keys are replicated to it anew.',
  ).action(async (region: string, options: CommonOptions) => {
    const done = await withProgress('items', options, ({ progress }) =>
      withTables(environment, ({ config, own, record }) =>
        withEverywhere(config, (store) =>
          rejoinRegion({
            ...{ region, regions: config.replicas, own: own(region), store, record },
            ...{ now: Date.now(), progress },
          }),
        ),
      ),
    )
    const regions = done.regions.includes(region) ? done.regions : [...done.regions, region]
    printOne(
      {
        ...{ region, ...done.result, setting: `TENKEY_REPLICAS=${regions}` },
        next: `start servers anew with this setting, or add ${region} to STACK_REPLICAS and deploy to every Region, ${region} last; then ReplicateKey`,
      },
      options,
    )
  })
}

/**
 * Works on what all Regions have, what they share as it is at home; from there, as the Region of the settings may be
 * the one that is lost. @throws CommandError
 */
async function withEverywhere<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const [servedRegion = config.servedRegion] = config.replicas
  const { store, regions } = await openStores({ ...config, servedRegion })
  try {
    if (regions === undefined) throw new CommandError('there are no Regions to tell apart')
    return await work(regions.everywhere)
  } finally {
    await store.close()
  }
}

interface Tables {
  readonly config: Config
  /** a Region's own table */
  readonly own: (region: string) => Store
  /** the shared table as a Region has it */
  readonly shares: (region: string) => Store
  readonly record: RecordAct
}

/** Works on the tables of an installation in several Regions, each as it is. @throws CommandError */
async function withTables<T>(
  environment: Environment,
  work: (tables: Tables) => Promise<T>,
): Promise<{ readonly result: T; readonly regions: readonly string[] }> {
  const config = offlineConfig(environment, false)
  const { replicas, sharedTable } = config
  if (replicas.length === 0 || sharedTable === '') {
    throw new CommandError(
      'there are no Regions to tell apart: set TENKEY_REPLICAS and TENKEY_SHARED_TABLE as servers have them',
    )
  }
  const opened = new Map<string, Store>()
  const tables = await openTables()
  const tableIn = (name: string, region: string): Store => {
    const slot = `${name} ${region}`
    const store = opened.get(slot) ?? tables(name, region)
    opened.set(slot, store)
    return store
  }
  try {
    const result = await work({
      config,
      own: (region) => tableIn(ownTable(config, region), region),
      shares: (region) => tableIn(sharedTable, region),
      record: (act) =>
        storeTrail(tableIn(ownTable(config, act.region), act.region)).record(
          [serviceEvent(act)],
          true,
          {
            ...{ at: act.at, once: true },
          },
        ),
    })
    return { result, regions: replicas }
  } catch (error) {
    throw inOneLine(error)
  } finally {
    await Promise.all([...opened.values()].map((one) => one.close()))
  }
}
