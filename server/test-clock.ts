import { type Config, ConfigError } from '../core/config.ts'
import { isLocal } from './exposure.ts'

/**
 * That a server may have a clock that can be moved: it must be out of others' reach, and alone.
 * @throws ConfigError
 */
export function checkTestClock(config: Config): void {
  const { host, workers, trustedProxies } = config
  if (trustedProxies.length > 0) {
    throw new ConfigError(
      '--test-clock needs a server that no proxy leads to: unset TENKEY_TRUSTED_PROXY',
    )
  }
  if (!isLocal(config)) {
    throw new ConfigError(
      `--test-clock needs a loopback address, but TENKEY_HOST is '${host}': set it to 127.0.0.1`,
    )
  }
  if (workers > 1) {
    throw new ConfigError(`--test-clock needs one worker, but TENKEY_WORKERS is ${workers}`)
  }
}
