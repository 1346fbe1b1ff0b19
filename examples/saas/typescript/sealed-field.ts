import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

/** Where a field is: it opens there and nowhere else. */
export interface Place {
  readonly tenant: string
  readonly table: string
  readonly column: string
  readonly row: string
}

/** A data key in the clear, and the id by which fields name it. */
export interface DataKey {
  readonly id: Buffer
  readonly key: KeyObject
}

/** bytes: version, id of the data key, IV, then ciphertext, then tag (NIST SP 800-38D) */
const VERSION = 1
const ID = 16
const IV = 12
const TAG = 16
const HEAD = 1 + ID

/** AES-256-GCM under a data key: a random IV for each field, so no key may encrypt more than 2^32. */
export function seal({ id, key }: DataKey, place: Place, plaintext: string): Buffer {
  const head = Buffer.concat([Buffer.from([VERSION]), id])
  const iv = randomBytes(IV)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG })
  cipher.setAAD(boundTo(head, place))
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
  return Buffer.concat([head, iv, ciphertext, cipher.getAuthTag()])
}

/** @throws Error where it was changed, or is of another place or key */
export function open({ key }: DataKey, place: Place, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed)
  if (bytes.length < HEAD + IV + TAG || bytes[0] !== VERSION) throw new Error('this is no field')
  const [head, iv] = [bytes.subarray(0, HEAD), bytes.subarray(HEAD, HEAD + IV)]
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG })
  decipher.setAAD(boundTo(head, place)).setAuthTag(bytes.subarray(-TAG))
  const ciphertext = bytes.subarray(HEAD + IV, -TAG)
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
}

/** The id of the data key that a field was encrypted under. */
export const dataKeyOf = (sealed: Uint8Array): Buffer => Buffer.from(sealed).subarray(1, HEAD)

/** The head, and each part of the place after its length, so that no two places are the same bytes. */
function boundTo(head: Buffer, { tenant, table, column, row }: Place): Buffer {
  const parts = [tenant, table, column, row].flatMap((part) => {
    const bytes = Buffer.from(part, 'utf8')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return [length, bytes]
  })
  return Buffer.concat([head, ...parts])
}
