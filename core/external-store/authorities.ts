import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

/**
 * Certificate authorities that are trusted beside the well-known ones.
 * @param file PEM; '' for none
 * @throws Error where the file can't be read or holds no certificate
 */
export function readAuthorities(file: string): string | undefined {
  if (file === '') return undefined
  try {
    const pem = readFileSync(file, 'utf8')
    new X509Certificate(pem)
    return pem
  } catch (cause) {
    throw new Error(`TENKEY_XKS_CA: ${file} can't be read, or holds no certificate in PEM`, {
      cause,
    })
  }
}
