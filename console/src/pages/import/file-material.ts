import { bytesOf } from '../../parts/bytes.ts'

/** Bytes of the material of secret keys (AWS KMS Developer Guide, "Key spec reference"); others are private keys. */
const SECRET_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['SYMMETRIC_DEFAULT', 32],
  ['HMAC_224', 28],
  ['HMAC_256', 32],
  ['HMAC_384', 48],
  ['HMAC_512', 64],
])

/** How long a spec's material is; undefined for private keys, which have no one length. */
export const secretLength = (spec: string | undefined): number | undefined =>
  SECRET_LENGTHS.get(spec ?? '')

/** DER's tag of a SEQUENCE, with which every PKCS #8 begins */
const SEQUENCE = 0x30
const PEM = /-----BEGIN PRIVATE KEY-----([\w+/=\s]+)-----END PRIVATE KEY-----/

/** Why a file is no material of a key: words of the catalogues. */
export type Refused = 'material.file.empty' | 'material.file.length' | 'material.file.no-pkcs8'

/**
 * The material that a file has: its bytes as they are, or the DER of a private key in PEM (RFC 7468). The service
 * checks the rest; what is refused here would be refused there.
 */
export function materialOf(
  file: Uint8Array<ArrayBuffer>,
  spec: string | undefined,
): Uint8Array<ArrayBuffer> | Refused {
  if (file.length === 0) return 'material.file.empty'
  const length = secretLength(spec)
  if (length !== undefined) return file.length === length ? file : 'material.file.length'
  if (file[0] === SEQUENCE) return file
  const [, base64 = ''] = PEM.exec(new TextDecoder().decode(file)) ?? []
  const der = bytesOf(base64)
  return der?.[0] === SEQUENCE ? der : 'material.file.no-pkcs8'
}
