import cluster from 'node:cluster'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { type Config, ConfigError, readConfig } from '../core/config.ts'
import { jsonLog } from '../core/log.ts'
import { createService, openStore, type Service } from '../core/service.ts'
import { operations } from '../functions/registry.ts'
import { addressOf, httpServer } from './http.ts'
import { furnish, makeDataFolder, openInstallation, type StoredCredential } from './installation.ts'
import { pages } from './pages.ts'

/** A server that answers. */
export interface Running {
  readonly address: string
  /** the first tenant's credential, while its file is in the data folder */
  readonly tenant: StoredCredential | undefined
  /** Answers what was taken, then lets go of everything. */
  stop(): Promise<void>
}

/**
 * Starts the whole service: one process, or with `workers` as many that share the store.
 * @throws ConfigError where the settings, the store or the root key can't be used
 */
export async function serve(config: Config): Promise<Running> {
  makeDataFolder(config.data)
  const store = await openStore(config)
  try {
    const root = await openInstallation(config, store)
    const { tenant } = await furnish(config, store, root, Date.now())
    if (config.workers > 1) {
      await Promise.all([root.close(), store.close()])
      return { ...(await serveByWorkers(config)), tenant }
    }
    const service = createService({ operations, store, root, pages: pages(store), log: jsonLog })
    return { ...(await listen(config, service)), tenant }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function listen(config: Config, service: Service): Promise<Omit<Running, 'tenant'>> {
  const server = httpServer(service)
  server.listen(config.port, config.host)
  await listening(server, config)
  return {
    address: addressOf(server),
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await closed
      await service.close()
    },
  }
}

async function listening(server: Server, { host, port }: Config): Promise<void> {
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    const reason = code === 'EADDRINUSE' ? 'something else listens there' : code
    throw new ConfigError(`cannot listen on ${host}:${port}: ${reason}`)
  }
}

async function serveByWorkers(config: Config): Promise<Omit<Running, 'tenant'>> {
  let stopping = false
  const start = () => cluster.fork()
  cluster.setupPrimary({ exec: new URL('worker.ts', import.meta.url).pathname })
  const workers = Array.from({ length: config.workers }, start)
  const [first] = workers
  if (first === undefined) throw new ConfigError('TENKEY_WORKERS must be at least 1')
  const addresses = await Promise.all(workers.map(addressOfWorker))
  // A worker that dies is replaced: the store is shared, so nothing acknowledged is lost with it
  cluster.on('exit', () => {
    if (!stopping) start()
  })
  return {
    address: addresses[0] ?? '',
    async stop() {
      stopping = true
      const alive = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
      const gone = alive.map((worker) => once(worker, 'exit'))
      for (const worker of alive) worker.process.kill('SIGTERM')
      await Promise.all(gone)
    },
  }
}

function addressOfWorker(worker: ReturnType<typeof cluster.fork>): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: { address: string }) => resolve(message.address))
    worker.once('exit', (code) => reject(new ConfigError(`a worker ended with code ${code}`)))
  })
}

/** One worker of a cluster: the installation is made already. */
export async function serveAsWorker(): Promise<void> {
  const config = readConfig(process.env)
  const store = await openStore(config)
  const root = await openInstallation(config, store)
  const service = createService({ operations, store, root, pages: pages(store), log: jsonLog })
  const { address, stop } = await listen(config, service)
  onSignals(stop)
  process.send?.({ address })
}

/** Stops gracefully on SIGINT and SIGTERM; a second signal ends the process at once. */
export function onSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      )
    })
  }
}
