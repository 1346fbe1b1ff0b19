import { once } from 'node:events'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { jsonLog } from '../core/base/log.ts'
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
import { createService, openStores, type Service, type Stores } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import { operations, xksOperations } from '../operations/registry.ts'
import { auditForward } from './audit-forward.ts'
import { consolePages, consoleSettingsOf } from './console.ts'
import { cors, corsOriginsOf } from './cors.ts'
import type { StoredCredential } from './credential-file.ts'
import { makeDataFolder } from './data-folder.ts'
import { checkExposure, isLocal } from './exposure.ts'
import { proxyList } from './forwarded.ts'
import { addressOf, httpServer } from './http-server.ts'
import { furnish, openInstallation } from './installation.ts'
import type { Metrics } from './metrics.ts'
import { refuseOwnEndpoint } from './own-endpoint.ts'
import { pages } from './pages.ts'
import { startSweeper } from './sweeper.ts'
import { makeLocalTable } from './table.ts'
import { checkTestClock } from './test-clock.ts'
import { readTls, tlsReloader, watchTls } from './tls.ts'
import { startWorkers } from './workers.ts'

export { onSignals } from './signals.ts'

/** ms that a stop waits for answers under way; container runtimes kill after 10 s */
const STOP_GRACE = 8_000

export interface ServeOptions {
  /** whether the operator may move the clock that keys live by */
  readonly testClock?: boolean
}

/** A server that answers. */
export interface Running {
  readonly address: string
  /** the first tenant's credential, while its file is in the data folder */
  readonly tenant: StoredCredential | undefined
  /** whether there was no installation where the settings lead to, and this start made one */
  readonly made: boolean
  /** Answers what was taken, then lets go of everything. */
  stop(): Promise<void>
}

type Listening = Pick<Running, 'address' | 'stop'>

/**
 * Starts the whole service: one process, or with `workers` as many that share the store.
 * @throws ConfigError where the settings, the store or the root key can't be used
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Running> {
  if (options.testClock === true) checkTestClock(config)
  checkExposure(config)
  readTls(config)
  nitroRootOf(config)
  checkAuthorities(config)
  corsOriginsOf(config)
  consoleSettingsOf(config)
  refuseOwnEndpoint(config, process.env)
  makeDataFolder(config.data)
  const { store, regions, root, tenant, made } = await open(config, async (stores) => {
    const first = stores.regions?.latest ?? stores.store
    const root = await openInstallation(config, first)
    const marked = formattedStore(first, await openMark(first, RELEASE), RELEASE)
    const furnished =
      config.credentials === 'none'
        ? { tenant: undefined, made: false }
        : await furnish(config, marked, root, Date.now())
    return { ...stores, root, ...furnished }
  })
  if (config.workers > 1) {
    await Promise.all([root.close(), store.close()])
    const started = await startWorkers(config.workers, jsonLog)
    if (servesMetrics(config)) (await import('./metrics-workers.ts')).answerMetrics()
    return { ...started, tenant, made }
  }
  return { ...(await listen(config, { store, regions }, root, options)), tenant, made }
}

/** @throws ConfigError */
function nitroRootOf(config: Config): string | undefined {
  try {
    return readNitroRoot(config)
  } catch (cause) {
    throw new ConfigError((cause as Error).message, { cause })
  }
}

/** One process of several: the primary has made the installation and says what is missing. */
export async function serveAsWorker(config: Config): Promise<Listening> {
  const { root, ...stores } = await open(config, async (stores) => ({
    ...stores,
    root: await openInstallation(config, stores.regions?.latest ?? stores.store),
  }))
  return listen(config, stores, root)
}

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

/** What is wrong with a file shows at the start, not with the first proxy. @throws ConfigError */
function checkAuthorities({ xks }: Config): void {
  try {
    readAuthorities(xks.authorities)
  } catch (error) {
    throw new ConfigError((error as Error).message, { cause: error })
  }
}

/** Whether `GET /metrics` is served: where it is asked for, else where only this machine can ask. */
const servesMetrics = (config: Config): boolean =>
  config.metrics === 'on' || (config.metrics === '' && isLocal(config))

async function metricsOf(
  config: Config,
  store: Store,
  now: () => number,
): Promise<Metrics | undefined> {
  if (!servesMetrics(config)) return undefined
  return (await import('./metrics.ts')).createMetrics(store, now)
}

async function listen(
  config: Config,
  { store, regions }: Stores,
  root: RootKey,
  options: ServeOptions = {},
): Promise<Listening> {
  const mark = await openMark(store, RELEASE)
  const marked = formattedStore(store, mark, RELEASE)
  const clock = options.testClock === true ? await testClock(marked, Date.now) : undefined
  const metrics = await metricsOf(config, store, clock?.now ?? Date.now)
  const forward = auditForward(config, jsonLog)
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
    hsm: async () => (await import('./hsm/hsm.ts')).openHsm(config.data, jsonLog),
    auditRetention: config.auditRetention,
    forward: forward?.take,
    pages: pages(store, metrics, config.host),
    log: jsonLog,
    ...(clock !== undefined && {
      now: clock.now,
      clock: (service) => clockControl(clock, service),
    }),
  })
  const tls = readTls(config)
  const shown = consoleSettingsOf(config)
  const server = httpServer(service, {
    proxies: proxyList(config.trustedProxies),
    tls,
    cors: cors(corsOriginsOf(config)),
    ...(shown !== undefined && { console: consolePages(config.region, shown) }),
  })
  const silent = silentSockets(server)
  try {
    server.listen(config.port, config.host)
    await listening(server, config)
  } catch (error) {
    await service.close()
    await forward?.close()
    throw error
  }
  // a connection that could not be taken (out of descriptors, say) is no reason to end
  server.on('error', (error) => service.log('error', { error }))
  const stopSweeper = startSweeper(service, metrics?.swept, config.sweep === 'on')
  const stopWatching =
    tls !== undefined && server instanceof TlsServer
      ? watchTls(tlsReloader(config, tls, server, service.log))
      : () => {}
  return {
    address: addressOf(server),
    async stop() {
      stopWatching()
      const swept = stopSweeper()
      await stop(server, silent, service, swept)
      await forward?.close()
    },
  }
}

async function listening(server: Server, { host, port }: Config): Promise<void> {
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    throw new ConfigError(`cannot listen on ${host}:${port}: ${LISTEN_ERRORS.get(code) ?? code}`)
  }
}

const LISTEN_ERRORS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'something else listens there; set TENKEY_PORT to another port'],
  ['EADDRNOTAVAIL', 'TENKEY_HOST is no address of this machine'],
  ['ENOTFOUND', 'TENKEY_HOST is not known'],
  ['EACCES', 'a port below 1024 needs rights this process does not have'],
])

/** Connections on which nothing was sent yet: Node counts them as busy, but nobody waits there. */
function silentSockets(server: Server): () => Socket[] {
  const open = new Set<Socket>()
  const add = (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }
  server.on('connection', add)
  // the same connection again, once it is TLS: what came before was its handshake
  server.on('secureConnection', add)
  return () => [...open].filter(({ bytesRead }) => bytesRead === 0)
}

async function stop(
  server: Server,
  silent: () => Socket[],
  service: Service,
  swept: Promise<void>,
): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of silent()) socket.destroy()
  const late = setTimeout(() => server.closeAllConnections(), STOP_GRACE)
  await closed
  clearTimeout(late)
  await swept
  await service.close()
}
