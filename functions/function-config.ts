import { type Config, ConfigError, readConfig } from '../core/config.ts'
import { digestsOf } from './middleware/router.ts'

export interface FunctionConfig extends Config {
  /** TENKEY_ROUTER: hashes of the proofs of the router in front of the API; none where there is no router */
  readonly router: readonly string[]
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
  return { ...config, router: routerOf(environment['TENKEY_ROUTER'] ?? '') }
}

function routerOf(text: string): readonly string[] {
  try {
    return digestsOf(text)
  } catch (error) {
    throw new ConfigError(`TENKEY_ROUTER ${(error as Error).message}`)
  }
}

/** Where a function's audit records go beside the table: its log group takes its standard output. */
export const forwardOf = ({ auditForward }: Config): ((line: Buffer) => void) | undefined =>
  auditForward === 'stdout' ? (line) => void process.stdout.write(line) : undefined
