import { isAccountId, OPERATOR_ACCOUNT, partitionOf } from '../core/base/arn.ts'
import { type Config, readConfig } from '../core/config.ts'
import type { TestingOptions } from './types.ts'

const CIPHERTEXTS: ReadonlySet<string> = new Set(['random', 'stable'])
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/
const NAMES: ReadonlySet<string> = new Set<keyof TestingOptions>([
  'accountId',
  'ciphertexts',
  'clock',
  'faults',
  'host',
  'keys',
  'port',
  'region',
  'seed',
])

/**
 * Of programs without types too: an option that nothing heeds would be a test that shows nothing.
 * @throws RangeError for one that is none, or can't be used
 */
export function checkOptions(options: TestingOptions): void {
  const { accountId, ciphertexts, region, seed } = options
  const unknown = Object.keys(options).find((name) => !NAMES.has(name))
  if (unknown !== undefined) {
    throw new RangeError(`'${unknown}' is no option; there are ${[...NAMES].join(', ')}`)
  }
  if (seed !== undefined && typeof seed !== 'string') throw new RangeError('seed is a text')
  if (accountId !== undefined && (!isAccountId(accountId) || accountId === OPERATOR_ACCOUNT)) {
    throw new RangeError(`accountId is 12 digits, not all 0; not '${String(accountId)}'`)
  }
  if (region !== undefined && !REGION.test(region)) {
    throw new RangeError(`region is an AWS Region; not '${String(region)}'`)
  }
  if (ciphertexts !== undefined && !CIPHERTEXTS.has(ciphertexts)) {
    throw new RangeError(`ciphertexts is random or stable; not '${String(ciphertexts)}'`)
  }
}

/** The settings of a server in memory; no variable of the environment is read. @throws ConfigError */
export const configOf = (host: string, port: number, region: string): Config =>
  readConfig({
    TENKEY_STORE: 'memory',
    TENKEY_HOST: host,
    TENKEY_PORT: String(port),
    TENKEY_METRICS: 'off',
    TENKEY_CONSOLE: 'off',
    TENKEY_DOCS: 'off',
    TENKEY_PARTITION: partitionOf(region),
    AWS_REGION: region,
  })
