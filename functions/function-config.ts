import { type Config, ConfigError, readConfig } from '../core/config.ts'

export interface FunctionConfig extends Config {
  /** TENKEY_ROUTER: hash of the proof of the router in front of the API; '' where there is none */
  readonly router: string
}

/**
 * The settings of a function. A server has defaults for everything; a function has none for where its
 * data and its root key are: a mistake there must not begin an empty installation of its own.
 * @throws ConfigError in one line, for a setting that is missing, unknown or out of bounds
 */
export function functionConfig(
  environment: Readonly<Record<string, string | undefined>>,
): FunctionConfig {
  const config = readConfig(environment)
  const need = (...names: readonly string[]) => {
    if (names.some((name) => environment[name])) return
    throw new ConfigError(`${names.join(' or ')} is not set`)
  }
  need('TENKEY_STORE')
  if (config.store === 'dynamodb') need('TENKEY_TABLE')
  need('TENKEY_ROOT', 'TENKEY_DATA')
  if (config.auditForward.startsWith('file:')) {
    throw new ConfigError(
      'TENKEY_AUDIT_FORWARD: a function has no file that lasts; it can be stdout',
    )
  }
  const router = environment['TENKEY_ROUTER'] ?? ''
  if (!/^([0-9a-f]{64})?$/.test(router)) {
    throw new ConfigError('TENKEY_ROUTER must be a SHA-256 of 64 hex digits')
  }
  return { ...config, router }
}

/** Where a function's audit records go beside the table: its log group takes its standard output. */
export const forwardOf = ({ auditForward }: Config): ((line: Buffer) => void) | undefined =>
  auditForward === 'stdout' ? (line) => void process.stdout.write(line) : undefined
