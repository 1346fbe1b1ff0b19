import type { Config } from './config.ts'
import { INSTALLATION, installationItem } from './item/installation.ts'
import { type Layout, placesOf } from './item/tables.ts'
import { homed } from './store/home.ts'
import { type Changing, type Regions, regionalStore, type StorePorts } from './store/regions.ts'
import { type Store, StoreUnavailable } from './store/store.ts'

/** Opens the table of a name in a Region. */
export type OpenTable = (table: string, region: string) => Store
type Wait = NonNullable<Parameters<typeof homed>[0]['wait']>

type Replicated = Pick<
  Config,
  'store' | 'root' | 'table' | 'sharedTable' | 'replicas' | 'consistency' | 'servedRegion'
>

/**
 * That the settings of an installation in several Regions fit together: a table that they share, and a root key
 * that is in each.
 * @throws Error of one line
 */
function checkReplicas(config: Replicated): void {
  const complaint = complaintOf(config)
  if (complaint !== undefined) throw new Error(complaint)
}

function complaintOf(config: Replicated): string | undefined {
  const { replicas, sharedTable, store, servedRegion, root, consistency } = config
  const named = replicas.every((region) => /^[a-z]{2}(-[a-z]+)+-\d+$/.test(region))
  if (!named || replicas.length === 1 || new Set(replicas).size < replicas.length) {
    return `TENKEY_REPLICAS is '${replicas}'; it must be two AWS Regions or more, e.g. eu-west-1,eu-central-1`
  }
  if (replicas.length === 0 || sharedTable === '') {
    return 'TENKEY_REPLICAS and TENKEY_SHARED_TABLE belong together: set both, or neither'
  }
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(sharedTable)) {
    return `TENKEY_SHARED_TABLE is '${sharedTable}'; it must be a DynamoDB table name`
  }
  if (consistency !== 'eventual' && consistency !== 'strong') {
    return `TENKEY_REPLICAS_CONSISTENCY is '${consistency}'; it can be eventual, strong`
  }
  if (store !== 'dynamodb') return 'TENKEY_REPLICAS needs TENKEY_STORE dynamodb'
  if (!replicas.includes(servedRegion)) {
    return `TENKEY_REGION is '${servedRegion}'; it must be one of TENKEY_REPLICAS, ${replicas}`
  }
  if (root.startsWith('aws-kms:') && !/:key\/mrk-/.test(root)) {
    return 'TENKEY_REPLICAS needs a root key that is in each Region: TENKEY_ROOT must name a multi-Region key (mrk-…)'
  }
  return undefined
}

/**
 * Opens what a Region of an installation in several works with: its own table, and the one that all share.
 *
 * Where the replicas of that agree later (`eventual`), the first of the Regions is its home, which alone takes
 * writes, whoever makes them: a condition is then judged over all that was written, and of two writes none is
 * lost. What changes what is shared reads there too; all else reads the Region's own replica.
 * Where they agree at once (`strong`), every Region reads and writes its own.
 *
 * What is in other Regions' own tables is reached by `everywhere` alone, each table when it is first needed.
 * @param layout what is known of stored items
 * @param wait until what was written at home has come, in ms; by the machine's clock unless given
 * @returns the store of calls that change nothing that is shared, and the others
 * @throws Error of one line for settings that don't fit together
 */
export function openReplicated(
  config: Replicated,
  layout: Layout,
  open: OpenTable,
  wait?: Wait,
): { readonly store: Store; readonly regions: Regions } {
  checkReplicas(config)
  const { table, sharedTable, replicas, consistency, servedRegion: region } = config
  const [home = region] = replicas
  const others = replicas.filter((one) => one !== region)
  const places = placesOf(layout, { region })
  const own = open(table, region)
  const strong = consistency === 'strong'
  const replica = open(sharedTable, region)
  const late = !strong && region !== home
  const shared = !late
    ? { here: replica, latest: replica, arrived: async () => undefined }
    : homed({ replica, home: open(sharedTable, home), ...(wait && { wait }) })

  const opened = new Map<string, Store>()
  function elsewhere(other: string): Store {
    // of a Region that was added, and is not known here yet: its keys are not gone
    if (!others.includes(other)) {
      throw new StoreUnavailable(`TENKEY_REPLICAS does not have ${other}, where related keys are`)
    }
    const kept = opened.get(other) ?? open(table, other)
    opened.set(other, kept)
    return kept
  }
  const tellsSharedDue = region === home
  const storeOf = (table: Store, reach?: typeof elsewhere) =>
    regionalStore(places, { own, shared: table, elsewhere: reach, tellsSharedDue })
  const everywhere = storeOf(shared.latest, elsewhere)
  const store = storeOf(shared.here)
  return {
    store: {
      ...store,
      async close() {
        await Promise.all([store.close(), ...[...opened.values()].map((one) => one.close())])
      },
    },
    regions: {
      others,
      latest: storeOf(shared.latest),
      nearby: storeOf(shared.here, elsewhere),
      everywhere,
      ...(late && { changing: changingOver(shared.arrived) }),
    },
  }
}

/**
 * That these settings name the home that the installation began with. Two homes would each take writes, and of
 * two tenant keys that they draw one would be lost with all that is wrapped under it.
 * @param store the Region's own replica answers: what it tells never changes
 * @throws Error of one line
 */
export async function checkHome(
  { replicas: [home] }: Pick<Config, 'replicas'>,
  store: Pick<Store, 'get'>,
): Promise<void> {
  const [item] = await store.get([INSTALLATION])
  const stored = item && installationItem.read(item).home
  if (item === undefined || stored === home) return
  throw new Error(
    `TENKEY_REPLICAS begins with ${home}, but the home of this installation is ${stored ?? 'none'}: it stays the first of the list`,
  )
}

/** Puts the store as it is in place of the one that may be late. */
const changingOver =
  (arrived: () => Promise<void>) =>
  <P extends StorePorts>(latest: Store, ports: P): Changing<P> => ({
    store: latest,
    ports: {
      ...ports,
      ...{ read: latest, write: latest, remove: latest, forget: latest, aliases: latest },
      decisions: { ...ports.decisions, read: latest },
    },
    arrived,
  })
