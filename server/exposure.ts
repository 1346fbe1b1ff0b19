import { isIP } from 'node:net'
import { type Config, ConfigError } from '../core/config.ts'

/** Whether a server is reached from this machine alone: by a loopback address, and no proxy leads to it. */
export const isLocal = ({ host, trustedProxies }: Config): boolean =>
  isLoopback(host) && trustedProxies.length === 0

/** 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1 (RFC 4291 §2.5.3) and their name (RFC 6761 §6.3). */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/**
 * That what callers and a server say to each other on a network is not said in plain HTTP unawares.
 * @throws ConfigError
 */
export function checkExposure({ host, tlsCert, trustedProxies, plainHttp }: Config): void {
  const guarded = tlsCert !== '' || trustedProxies.length > 0 || plainHttp === 'on'
  if (guarded || isLoopback(host)) return
  throw new ConfigError(
    `TENKEY_HOST is '${host}', where others would be served in plain HTTP: set TENKEY_TLS_CERT and TENKEY_TLS_KEY, or TENKEY_TRUSTED_PROXY to the addresses of the proxy that does TLS, or TENKEY_PLAIN_HTTP=on`,
  )
}
