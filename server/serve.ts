import { jsonLog } from '../core/base/log.ts'
import type { Config } from '../core/config.ts'
import type { RootKey } from '../core/root/root.ts'
import type { Stores } from '../core/service.ts'
import type { StoredCredential } from './credential-file.ts'
import { checkExposure } from './exposure.ts'
import { checkAddress, listenAt } from './listening.ts'
import { checkSettings, openFurnished, openMade, servesMetrics, wire } from './opening.ts'
import { noteServing, type Serving, servingNow } from './serving.ts'
import { startSweeper } from './sweeper.ts'
import { checkTestClock } from './test-clock.ts'
import { startWorkers } from './workers.ts'

export { onSignals } from './signals.ts'

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
  /** other servers that serve the same data folder */
  readonly others: readonly Serving[]
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
  checkSettings(config)
  // an installation that is made by a start that fails is one whose secret nobody is shown
  await checkAddress(config)
  const { tenant, made, ...installation } = await openFurnished(config)
  if (config.workers > 1) {
    await Promise.all([installation.root.close(), installation.store.close()])
    const started = await startWorkers(config.workers, jsonLog)
    if (servesMetrics(config)) (await import('./metrics-workers.ts')).answerMetrics()
    return { ...noted(config, started), tenant, made }
  }
  return { ...noted(config, await listen(config, installation, options)), tenant, made }
}

/** A server that answers is noted in its data folder, where the next start and `tenkey quickstart` look. */
function noted(config: Config, listening: Listening): Listening & Pick<Running, 'others'> {
  const { address, stop } = listening
  // nothing of this folder is served, and nothing of it is anybody's credential: it may be read-only
  if (config.store !== 'sqlite' && config.credentials === 'none')
    return { ...listening, others: [] }
  const others = servingNow(config.data)
  let forget = () => {}
  try {
    forget = noteServing(config.data, {
      address,
      pid: process.pid,
      since: new Date().toISOString(),
    })
  } catch (error) {
    // a full disk, say: what is stored can be used all the same
    jsonLog('warn', { message: 'the data folder does not take a note of this server', error })
  }
  return {
    address,
    others,
    async stop() {
      await stop()
      forget()
    },
  }
}

/** One process of several: the primary has made the installation and says what is missing. */
export const serveAsWorker = async (config: Config): Promise<Listening> =>
  listen(config, await openMade(config))

async function listen(
  config: Config,
  installation: Stores & { readonly root: RootKey },
  options: ServeOptions = {},
): Promise<Listening> {
  const wired = await wire(config, installation, options)
  const { service, metrics } = wired
  const listening = await listenAt(config, wired).catch(async (error: unknown) => {
    await wired.close()
    throw error
  })
  const stopSweeper = startSweeper(service, metrics?.swept, config.sweep === 'on')
  return {
    address: listening.address,
    async stop() {
      const swept = stopSweeper()
      await listening.stop()
      await swept
      await wired.close()
    },
  }
}
