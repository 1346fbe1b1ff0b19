import type { Config } from './config.ts'
import { fencedHome, forgottenIn, type HomeFence } from './item/home-fence.ts'
import { INSTALLATION, installationItem } from './item/installation.ts'
import { isLater, type Layout, placesOf } from './item/tables.ts'
import { type Homed, type HomeOptions, homed } from './store/home.ts'
import { type Changing, type Regions, regionalStore, type StorePorts } from './store/regions.ts'
import { type ItemKey, type Store, StoreUnavailable } from './store/store.ts'

/** Opens the table of a name in a Region. */
export type OpenTable = (table: string, region: string) => Store
/** A clock in ms, and what waits by it. */
type Clock = Pick<HomeOptions, 'wait'> & Pick<HomeFence, 'now'>

type Replicated = Pick<
  Config,
  'store' | 'root' | 'table' | 'sharedTable' | 'replicas' | 'consistency' | 'servedRegion'
> &
  Partial<Pick<Config, 'dynamodbEndpoint'>>

/**
 * That the settings of an installation in several Regions fit together: a table that they share, and a root key
 * that is in each.
 * @throws Error of one line
 */
export function checkReplicas(config: Replicated): void {
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
 * The name of a Region's own table: the same in each Region; on a DynamoDB of this machine, which has one table of a
 * name for all, with the Region's behind it.
 */
export const ownTable = (
  { table, dynamodbEndpoint = '' }: Pick<Replicated, 'table' | 'dynamodbEndpoint'>,
  region: string,
): string => (isLoopback(dynamodbEndpoint) ? `${table}.${region}` : table)

/** Whether DynamoDB is this machine's own, which has no Regions. @param endpoint '' for AWS's */
export function isLoopback(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false
  const { hostname } = new URL(endpoint)
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** What is opened for a Region when it is first needed. */
function kept(openIn: (region: string) => Store) {
  const opened = new Map<string, Store>()
  return {
    in(region: string): Store {
      const store = opened.get(region) ?? openIn(region)
      opened.set(region, store)
      return store
    },
    all: () => [...opened.values()],
  }
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
 * @param clock what waits until what was written at home has come, and tells the time; the machine's unless given
 * @returns the store of calls that change nothing that is shared, and the others
 * @throws Error of one line for settings that don't fit together
 */
export function openReplicated(
  config: Replicated,
  layout: Layout,
  open: OpenTable,
  clock: Clock = {},
): { readonly store: Store; readonly regions: Regions } {
  checkReplicas(config)
  const { sharedTable, replicas, consistency, servedRegion: region } = config
  const [home = region] = replicas
  const others = replicas.filter((one) => one !== region)
  const places = placesOf(layout, { region })
  const strong = consistency === 'strong'
  const owns = kept((other) => open(ownTable(config, other), other))
  const shares = kept((other) => open(sharedTable, other))
  const own = owns.in(region)
  const replica = shares.in(region)
  const written = strong ? replica : fencedHome(shares.in(home), fenceOf(home))
  const shared =
    strong || region === home
      ? { here: written, latest: written, call: undefined }
      : homed({
          ...{ replica, home: written, isLater: isLater(layout) },
          ...(clock.wait && { wait: clock.wait }),
        })

  /** Other Regions' replicas are opened when the installation is made, and else never. */
  function fenceOf(home: string): HomeFence {
    const others = replicas
      .filter((one) => one !== home)
      .map((one) => ({ get: async (keys: readonly ItemKey[]) => shares.in(one).get(keys) }))
    return { home, region, others, ...(clock.now && { now: clock.now }) }
  }

  function elsewhere(other: string): Store {
    // of a Region that was added, and is not known here yet: its keys are not gone
    if (!others.includes(other)) {
      throw new StoreUnavailable(`TENKEY_REPLICAS does not have ${other}, where related keys are`)
    }
    return owns.in(other)
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
        await Promise.all([...owns.all(), ...shares.all()].map((one) => one.close()))
      },
    },
    regions: {
      others,
      latest: storeOf(shared.latest),
      nearby: storeOf(shared.here, elsewhere),
      everywhere,
      ...(shared.call && { changing: changingOver(shared.call, storeOf) }),
    },
  }
}

/**
 * That these settings name the home that the installation has, and a Region that it has. Two homes would each take
 * writes, and of two tenant keys that they draw one would be lost with all that is wrapped under it; a Region that was
 * forgotten and comes back has keys whose place another took.
 * @param store the Region's own replica answers: what comes late there, the fence of home's table looks at again
 * @throws Error of one line
 */
export async function checkRegion(
  { replicas: [home], servedRegion }: Pick<Config, 'replicas' | 'servedRegion'>,
  store: Pick<Store, 'get'>,
): Promise<void> {
  const [item] = await store.get([INSTALLATION])
  if (item === undefined) return
  const installation = installationItem.read(item)
  if (installation.home !== home) {
    throw new Error(
      `TENKEY_REPLICAS begins with ${home}, but the home of this installation is ${installation.home ?? 'none'}: it stays the first of the list`,
    )
  }
  const complaint = forgottenIn(installation, servedRegion)
  if (complaint !== undefined) throw new Error(complaint)
}

/** Puts the store as it is in place of the one that may be late, for one call. */
const changingOver =
  (call: Homed['call'], storeOf: (table: Store) => Store): NonNullable<Regions['changing']> =>
  <P extends StorePorts>(formatted: (store: Store) => Store, ports: P): Changing<P> => {
    const { latest, arrived } = call()
    const store = formatted(storeOf(latest))
    return {
      store,
      ports: {
        ...ports,
        ...{ read: store, write: store, remove: store, forget: store, aliases: store },
        decisions: { ...ports.decisions, read: store },
      },
      arrived,
    }
  }
