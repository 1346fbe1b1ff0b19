import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'

/**
 * The root certificate a configuration names for attestation documents; undefined for AWS's own.
 * @throws Error of one line where the file holds no certificate
 */
export function readNitroRoot({ nitroRoot }: Config): string | undefined {
  if (nitroRoot === '') return undefined
  const pem = readPem(nitroRoot)
  try {
    new X509Certificate(pem)
    return pem
  } catch (cause) {
    throw new Error(`TENKEY_NITRO_ROOT: ${nitroRoot} holds no certificate in PEM`, { cause })
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new Error(`TENKEY_NITRO_ROOT: ${path} can't be read (${code})`, { cause })
  }
}
