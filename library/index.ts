/**
 * tenkey in a program of yours: the service that `tenkey serve` starts, without a port unless you ask for one.
 *
 * @example
 * const service = await createService({ store: { type: 'sqlite', folder: 'keys' } })
 * const { url } = await service.listen({ port: 4599 })
 */
import { ConfigError } from '../core/base/config-error.ts'
import { jsonLine } from '../core/base/log.ts'
import { readConfig } from '../core/config.ts'
import { checkSettings, openFurnished, wire } from '../server/opening.ts'
import { keptCredentials, shownCredentials } from './credentials.ts'
import { rootOf } from './root.ts'
import { serviceOf } from './service.ts'
import { inWords, settingsOf } from './settings.ts'
import type { Log, Service, ServiceOptions } from './types.ts'

export type * from './types.ts'
export { ConfigError }

/** Standard output is the program's own. */
const toStderr: Log = (level, entry) => jsonLine('error', { level, ...entry })

/**
 * Opens an installation, or makes it and its first credentials, and a service over it. Nothing is read from
 * variables `TENKEY_…`; AWS's SDK reads its own where a table or a root key is in AWS.
 * @throws ConfigError, one line to show, where an option can't be used, or the store or the root key
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  return inWords(async () => {
    const texts = settingsOf(options)
    const config = readConfig(texts)
    const credentials = keptCredentials(options)
    const root = rootOf(options, config)
    checkSettings(config)
    const log = options.log ?? toStderr
    const { made, ...installation } = await openFurnished(config, { root, credentials })
    const wired = await wire(config, installation, { log }).catch(async (error: unknown) => {
      await Promise.all([installation.store.close(), installation.root.close()])
      throw error
    })
    return serviceOf(texts, config, wired, { made, credentials: shownCredentials(credentials) })
  })
}
