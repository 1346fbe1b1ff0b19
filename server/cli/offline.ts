import { existsSync } from 'node:fs'
import { type Config, ConfigError, readConfig } from '../../core/config.ts'
import { openStore } from '../../core/service.ts'
import type { Store } from '../../core/store/store.ts'
import { checkDataFolder, makeDataFolder } from '../data-folder.ts'
import { makeLocalTable } from '../table.ts'
import { CommandError, type Environment } from './command.ts'

/** The file of the embedded store. */
export const storeFile = ({ data }: Config): string => `${data}/tenkey.db`

/**
 * The settings of a store that a command works on without a server.
 * @param fresh whether a store may be made where there is none
 * @throws CommandError where there is nothing to work on
 */
export function offlineConfig(environment: Environment, fresh: boolean): Config {
  const config = readConfig(environment)
  if (config.store === 'memory') {
    throw new CommandError('TENKEY_STORE is memory: a store in memory is in its server alone')
  }
  if (config.store !== 'sqlite') return config
  if (fresh) makeDataFolder(config.data)
  else if (!existsSync(storeFile(config))) {
    throw new CommandError(
      `there is no store: ${storeFile(config)} does not exist; set TENKEY_DATA to the folder that has it`,
    )
  } else checkDataFolder(config.data)
  return config
}

/**
 * Works on the store that the settings name. What goes wrong leaves as one line.
 * @param fresh as for offlineConfig, whether a table may be made at a local endpoint
 * @throws CommandError
 */
export async function withStore<T>(
  config: Config,
  fresh: boolean,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  let store: Store | undefined
  try {
    if (fresh) await makeLocalTable(config)
    store = await openStore(config)
    return await work(store)
  } catch (error) {
    throw inOneLine(error)
  } finally {
    await store?.close()
  }
}

/** An error as a command shows it. */
export function inOneLine(cause: unknown): CommandError | ConfigError {
  if (cause instanceof CommandError || cause instanceof ConfigError) return cause
  const words = cause instanceof Error ? cause.message : String(cause)
  return new CommandError(words.replaceAll(/\s+/g, ' '), { cause })
}
