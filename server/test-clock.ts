import { isIP } from 'node:net'
import { type Config, ConfigError } from '../core/config.ts'

/**
 * That a server may have a clock that can be moved: it must be out of others' reach, and alone.
 * @throws ConfigError
 */
export function checkTestClock({ host, workers }: Config): void {
  if (!isLoopback(host)) {
    throw new ConfigError(
      `--test-clock needs a loopback address, but TENKEY_HOST is '${host}': set it to 127.0.0.1`,
    )
  }
  if (workers > 1) {
    throw new ConfigError(`--test-clock needs one worker, but TENKEY_WORKERS is ${workers}`)
  }
}

/**
 * Whether a host is reached from this machine alone: 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291
 * §2.5.3) and their name (RFC 6761 §6.3).
 */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
