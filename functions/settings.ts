import { type Config, ConfigError, readConfig } from '../core/config.ts'

/**
 * The settings of a function. A server has defaults for everything; a function has none for where its
 * data and its root key are: a mistake there must not begin an empty installation of its own.
 * @throws ConfigError in one line, for a setting that is missing, unknown or out of bounds
 */
export function functionConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const config = readConfig(environment)
  const need = (...names: readonly string[]) => {
    if (names.some((name) => environment[name])) return
    throw new ConfigError(`${names.join(' or ')} is not set`)
  }
  need('TENKEY_STORE')
  if (config.store === 'dynamodb') need('TENKEY_TABLE')
  need('TENKEY_ROOT', 'TENKEY_DATA')
  return config
}
