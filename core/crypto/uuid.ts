/** bytes in a UUID (RFC 9562) */
export const UUID_LENGTH = 16

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * Writes the 16 bytes of a UUID into `target` at `offset`. Only lower-case text with hyphens is taken, so
 * that text and bytes stand for each other one to one; version and variant are not looked at.
 * @throws RangeError where `text` is not a lower-case UUID
 */
export function writeUuid(target: Buffer, text: string, offset: number): void {
  if (!UUID.test(text)) throw new RangeError(`not a lower-case UUID: '${text}'`)
  target.write(text.replaceAll('-', ''), offset, UUID_LENGTH, 'hex')
}

/** Reads the UUID whose 16 bytes begin at `offset` of `source`, as lower-case text with hyphens. */
export function readUuid(source: Buffer, offset: number): string {
  const hex = source.toString('hex', offset, offset + UUID_LENGTH)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
