import { crc32, deflateSync } from 'node:zlib'
import { encodeQR } from 'qr'

/**
 * What an authenticator app reads: `otpauth://totp/NAME@ACCOUNT?secret=SEED`, as AWS IAM has it
 * (API_VirtualMFADevice, QRCodePNG).
 * @param seed base32
 */
export const otpauthUri = (accountId: string, name: string, seed: string): string =>
  `otpauth://totp/${encodeURIComponent(`${name}@${accountId}`)}?secret=${seed}`

/** pixels of a module, and modules around the code: ISO/IEC 18004 asks for four */
const SCALE = 5
const MARGIN = 4

/** A PNG of the QR code of a text, black on white. Loaded, with what draws it, with the first. */
export function qrCodePng(text: string): Buffer {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: MARGIN, scale: SCALE })
  return png(modules)
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * An image of one bit a pixel, rows from the top; true is black.
 * @see https://www.w3.org/TR/png-3/ §11.2 (IHDR, IDAT, IEND), §7.2 (scanlines), §9.2 (filter type 0)
 */
function png(rows: readonly (readonly boolean[])[]): Buffer {
  const width = rows[0]?.length ?? 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(rows.length, 4)
  // greyscale of one bit; deflate, adaptive filtering, no interlace
  header.set([1, 0, 0, 0, 0], 8)
  const lines = rows.map((row) => {
    // after the filter type: 0 is black, so every bit is white first
    const line = Buffer.alloc(1 + Math.ceil(width / 8), 0xff)
    line[0] = 0
    for (const [x, black] of row.entries()) {
      const at = 1 + (x >> 3)
      if (black) line[at] = (line[at] ?? 0) & ~(0x80 >> (x & 7))
    }
    return line
  })
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(lines))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** §5.3: length, type, data, and a CRC-32 of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data])
  const ends = Buffer.alloc(8)
  ends.writeUInt32BE(data.length, 0)
  ends.writeUInt32BE(crc32(typed), 4)
  return Buffer.concat([ends.subarray(0, 4), typed, ends.subarray(4)])
}
