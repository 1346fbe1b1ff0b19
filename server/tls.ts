import { readFileSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import type { Log } from '../core/base/log.ts'
import { type Config, ConfigError } from '../core/config.ts'

/** A certificate with its chain, and its private key, in PEM. */
export interface TlsFiles {
  readonly cert: Buffer
  readonly key: Buffer
}

/** TLS 1.2 at least, whatever Node is told to allow; a handshake takes 10 s at most. */
export const TLS_RULES = {
  minVersion: 'TLSv1.2',
  handshakeTimeout: 10_000,
} as const

type Paths = Pick<Config, 'tlsCert' | 'tlsKey'>

/**
 * Reads the certificate and key of the settings; undefined where there are none.
 * @throws ConfigError where they can't be read, are not PEM, or don't belong together
 */
export function readTls(paths: Paths): TlsFiles | undefined {
  if (paths.tlsCert === '') return undefined
  const files = { cert: readPem('CERT', paths.tlsCert), key: readPem('KEY', paths.tlsKey) }
  try {
    createSecureContext({ ...TLS_RULES, ...files })
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(
      `TENKEY_TLS_CERT and TENKEY_TLS_KEY are no certificate with its key in PEM: ${words}`,
      { cause },
    )
  }
  return files
}

function readPem(what: 'CERT' | 'KEY', path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError(`TENKEY_TLS_${what}: ${path} can't be read (${code})`, { cause })
  }
}

/** ms between two looks at the files; reading them is less work than to be told of every way they are replaced */
const INTERVAL = 10_000

/**
 * Looks whether the files have changed, and has new connections use them; those that are open go on. Files
 * that can't be used change nothing, and are told of once.
 */
export function tlsReloader(
  paths: Paths,
  current: TlsFiles,
  server: { setSecureContext(options: SecureContextOptions): void },
  log: Log,
): () => void {
  let used = current
  let told = ''
  return () => {
    try {
      const read = readTls(paths)
      told = ''
      if (read === undefined || same(read, used)) return
      server.setSecureContext({ ...TLS_RULES, ...read })
      used = read
      log('info', { message: 'the TLS certificate was replaced' })
    } catch (error) {
      const message = `the TLS certificate stays as it was: ${(error as Error).message}`
      if (message !== told) log('error', { message })
      told = message
    }
  }
}

const same = (a: TlsFiles, b: TlsFiles): boolean => a.cert.equals(b.cert) && a.key.equals(b.key)

/** Calls a reloader now and then. @returns what stops it */
export function watchTls(reload: () => void): () => void {
  const timer = setInterval(reload, INTERVAL).unref()
  return () => clearInterval(timer)
}
