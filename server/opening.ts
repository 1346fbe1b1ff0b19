import { CONSOLE_PATH } from '../core/base/console.ts'
import { DOCS_PATH } from '../core/base/docs.ts'
import { jsonLog, type Log } from '../core/base/log.ts'
import { type Config, ConfigError } from '../core/config.ts'
import { readAuthorities } from '../core/external-store/authorities.ts'
import { formattedStore, openMark } from '../core/item/formats.ts'
import { testClock } from '../core/lifecycle/clock.ts'
import { clockControl } from '../core/lifecycle/clock-control.ts'
import { readNitroRoot } from '../core/nitro-root.ts'
import { iamQuery } from '../core/protocol/iam-query.ts'
import { xks } from '../core/protocol/xks.ts'
import { RELEASE } from '../core/release.ts'
import type { RootKey } from '../core/root/root.ts'
import {
  createService,
  openStores,
  type Service,
  type ServiceParts,
  type Stores,
} from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import { operations, xksOperations } from '../operations/registry.ts'
import { auditForward } from './audit-forward.ts'
import { consolePages, consoleSettingsOf } from './console.ts'
import { cors, corsOriginsOf } from './cors.ts'
import type { FirstCredentials, StoredCredential } from './credential-file.ts'
import { makeDataFolder } from './data-folder.ts'
import { docsPages } from './docs.ts'
import { isLocal } from './exposure.ts'
import { proxyList } from './forwarded.ts'
import { front } from './front.ts'
import type { EdgeOptions } from './http-server.ts'
import { furnish, openInstallation, type RootOf } from './installation.ts'
import type { Metrics } from './metrics.ts'
import { refuseOwnEndpoint } from './own-endpoint.ts'
import { pages } from './pages.ts'
import { makeLocalTable } from './table.ts'
import { readTls } from './tls.ts'

/** What a program that starts the service hands over; no setting reaches it. */
export interface Given {
  /** opens the root key; that which the settings name unless given */
  readonly root?: RootOf
  /** where the first credentials are kept; in files of the data folder unless given */
  readonly credentials?: FirstCredentials
  /** Unix ms; the machine's time unless given */
  readonly now?: number
}

/** A store and a root key that belong together. */
export interface Installation extends Stores {
  readonly root: RootKey
  /** the first tenant's credential, while it is kept */
  readonly tenant: StoredCredential | undefined
  /** whether there was no installation where the settings lead to, and this start made one */
  readonly made: boolean
}

/**
 * What is wrong with settings and the files that they name shows at the start, not with the first call.
 * @throws ConfigError
 */
export function checkSettings(config: Config): void {
  readTls(config)
  nitroRootOf(config)
  checkAuthorities(config)
  corsOriginsOf(config)
  consoleSettingsOf(config)
  refuseOwnEndpoint(config, process.env)
}

/** @throws ConfigError */
function nitroRootOf(config: Config): string | undefined {
  try {
    return readNitroRoot(config)
  } catch (cause) {
    throw new ConfigError((cause as Error).message, { cause })
  }
}

/** @throws ConfigError */
function checkAuthorities({ xks }: Config): void {
  try {
    readAuthorities(xks.authorities)
  } catch (error) {
    throw new ConfigError((error as Error).message, { cause: error })
  }
}

/**
 * Opens the installation that the settings lead to, or makes it and what it starts with.
 * @throws ConfigError where the settings, the store or the root key can't be used
 */
export function openFurnished(config: Config, given: Given = {}): Promise<Installation> {
  if (given.root === undefined || config.store === 'sqlite') makeDataFolder(config.data)
  return open(config, async (stores) => {
    const first = stores.regions?.latest ?? stores.store
    const root = await openInstallation(config, first, given.root)
    const marked = formattedStore(first, await openMark(first, RELEASE), RELEASE)
    const furnished =
      config.credentials === 'none'
        ? { tenant: undefined, made: false }
        : await furnish(config, marked, root, given.now ?? Date.now(), given.credentials)
    return { ...stores, root, ...furnished }
  })
}

/** Opens an installation that another process has made. @throws ConfigError */
export const openMade = (config: Config): Promise<Stores & { readonly root: RootKey }> =>
  open(config, async (stores) => ({
    ...stores,
    root: await openInstallation(config, stores.regions?.latest ?? stores.store),
  }))

/** Opens the store and does the first steps with it: what fails there is for people to mend. */
async function open<T>(config: Config, first: (stores: Stores) => Promise<T>): Promise<T> {
  let stores: Stores | undefined
  try {
    await makeLocalTable(config)
    stores = await openStores(config)
    return await first(stores)
  } catch (error) {
    await stores?.store.close()
    if (error instanceof ConfigError) throw error
    const words = error instanceof Error ? error.message : String(error)
    throw new ConfigError(words.replaceAll(/\s+/g, ' '), { cause: error })
  }
}

/** Whether `GET /metrics` is served: where it is asked for, else where only this machine can ask. */
export const servesMetrics = (config: Config): boolean =>
  config.metrics === 'on' || (config.metrics === '' && isLocal(config))

async function metricsOf(
  config: Config,
  store: Store,
  now: () => number,
): Promise<Metrics | undefined> {
  if (!servesMetrics(config)) return undefined
  return (await import('./metrics.ts')).createMetrics(store, now)
}

export interface WireOptions {
  /** whether the operator may move the clock that keys live by */
  readonly testClock?: boolean
  /** JSON lines unless given */
  readonly log?: Log
  /** what stands for the machine's clock and randomness, and comes between: a test's, never a setting's */
  readonly seams?: Seams
}

export type Seams = Pick<
  ServiceParts,
  'now' | 'wallTime' | 'signatureTime' | 'clock' | 'random' | 'intercept'
>

/** A service, and what its settings say of the edge in front of it. */
export interface Wired {
  readonly service: Service
  readonly metrics: Metrics | undefined
  readonly edge: EdgeOptions
  /** Finishes what was accepted, then lets go of the store, the root and the forwarded trail. */
  close(): Promise<void>
}

/** Makes the service of an installation that is open. */
export async function wire(
  config: Config,
  { store, regions, root }: Stores & { readonly root: RootKey },
  { testClock: movable = false, log = jsonLog, seams }: WireOptions = {},
): Promise<Wired> {
  const mark = await openMark(store, RELEASE)
  const marked = formattedStore(store, mark, RELEASE)
  const clock = movable ? await testClock(marked, Date.now) : undefined
  const metrics = await metricsOf(config, store, clock?.now ?? Date.now)
  const forward = auditForward(config, log)
  const service = createService({
    operations,
    xksFace: xks(xksOperations),
    iamFace: iamQuery,
    fleet: config.workers,
    store: metrics?.store(store) ?? store,
    regions,
    mark,
    root: metrics?.root(root) ?? root,
    meter: metrics?.meter,
    nitroRoot: nitroRootOf(config),
    region: config.region,
    partition: config.partition,
    servedRegion: config.servedRegion || undefined,
    issuerNetworks: config.issuerNetworks,
    awsIdentities: { urls: config.urls, sts: config.awsSts },
    xks: config.xks,
    // loaded with the first CloudHSM key store, and what calls a token with the first that is registered
    hsm: async () => (await import('./hsm/hsm.ts')).openHsm(config.data, log),
    auditRetention: config.auditRetention,
    forward: forward?.take,
    pages: pages(store, metrics, config.host),
    log,
    ...(clock !== undefined && {
      now: clock.now,
      clock: (service) => clockControl(clock, service),
    }),
    ...seams,
  })
  const shown = consoleSettingsOf(config)
  return {
    service,
    metrics,
    edge: {
      proxies: proxyList(config.trustedProxies),
      tls: readTls(config),
      cors: cors(corsOriginsOf(config)),
      sites: [
        ...(shown === undefined
          ? []
          : [front(`${CONSOLE_PATH}/`), consolePages(config.region, shown)]),
        ...(config.docs === 'off' ? [] : [front(`${DOCS_PATH}/`), docsPages()]),
      ],
    },
    async close() {
      await service.close()
      await forward?.close()
    },
  }
}
