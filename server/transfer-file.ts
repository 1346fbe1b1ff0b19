import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { link, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { syncFolder } from '../core/base/folder.ts'
import { parseJson } from '../core/base/json.ts'
import type { Item } from '../core/store/store.ts'

const FORMAT = 'tenkey-export/1'
/** bytes of a line; an item has at most 350 KB of data, and keys of 3 KB */
const MAX_LINE = 1024 * 1024
/** bytes gathered before they are compressed */
const CHUNK = 64 * 1024

/** The first line of an export. */
export interface Header {
  readonly format: typeof FORMAT
  /** the id of the root key, without which the items are useless */
  readonly root: string
  /** when it was made, ISO 8601 */
  readonly created: string
  readonly items: number
}

/** The last line of an export. */
export interface Trailer {
  readonly items: number
  /** of all lines before it with their ends, hexadecimal */
  readonly sha256: string
}

/** A file that can't be written, or can't be an export of tenkey; the message is one line. */
export class TransferError extends Error {
  override readonly name = 'TransferError'
}

/**
 * Writes an export: JSON lines (a header, one line for each item, a trailer), gzipped (RFC 1952), of
 * mode 0600. Written aside, synced, then linked to its name: it is there whole or not at all, and no
 * file is overwritten. Needs memory for some items, however many there are.
 * @param items as many as `header` says
 * @throws TransferError where there is a file of that name; what `items` throws
 */
export async function writeExport(
  file: string,
  header: Omit<Header, 'format'>,
  items: AsyncIterable<Item>,
): Promise<Trailer> {
  const aside = `${file}.${randomUUID()}.tmp`
  const done = { items: 0, sha256: '' }
  try {
    const target = createWriteStream(aside, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(Readable.from(chunks(header, items, done)), createGzip(), target)
    await link(aside, file)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    throw new TransferError(`${file} exists already: an export overwrites nothing`)
  } finally {
    await rm(aside, { force: true })
  }
  await syncFolder(dirname(file))
  return done
}

async function* chunks(
  header: Omit<Header, 'format'>,
  items: AsyncIterable<Item>,
  done: { items: number; sha256: string },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  const first: Header = { format: FORMAT, ...header }
  let text = `${JSON.stringify(first)}\n`
  const cut = (): Buffer => {
    const chunk = Buffer.from(text)
    text = ''
    hash.update(chunk)
    return chunk
  }
  for await (const { pk, sk, version, due, expires, format, tag, data } of items) {
    text += `${JSON.stringify({ pk, sk, version, due, expires, format, tag, data })}\n`
    done.items++
    if (text.length > CHUNK) yield cut()
  }
  yield cut()
  done.sha256 = hash.digest('hex')
  yield Buffer.from(`${JSON.stringify(done)}\n`)
}

/**
 * Reads an export from its beginning to its end, giving each item to `take`, which is waited for. Only
 * once this has resolved is it known that the file is whole.
 * @throws TransferError where it is cut, changed, or something else; what `take` throws
 */
export async function readExport(
  file: string,
  take: (item: Item, header: Header) => Promise<void> | void,
): Promise<{ header: Header; trailer: Trailer }> {
  const hash = createHash('sha256')
  let header: Header | undefined
  let trailer: Trailer | undefined
  let items = 0
  for await (const line of lines(file)) {
    if (trailer !== undefined) throw damaged(file, 'it goes on after its end')
    const record = parse(file, line)
    if (header === undefined) {
      header = asHeader(file, record)
    } else if ('sha256' in record) {
      trailer = asTrailer(file, record)
      continue
    } else {
      items++
      await take(asItem(file, record, items), header)
    }
    hash.update(line).update('\n')
  }
  if (header === undefined || trailer === undefined) throw damaged(file, 'its end is missing')
  if (trailer.items !== items || header.items !== items || trailer.sha256 !== hash.digest('hex')) {
    throw damaged(file, 'what it holds is not what its last line says')
  }
  return { header, trailer }
}

/** The lines of a gzipped file, without their ends. */
async function* lines(file: string): AsyncGenerator<Buffer> {
  const source = createReadStream(file)
  const gunzip = createGunzip()
  // errors of either come out of the loop below
  const piped = pipeline(source, gunzip).catch(() => undefined)
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of gunzip) {
      const bytes: Buffer = Buffer.concat([rest, chunk])
      let from = 0
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
        yield bytes.subarray(from, end)
        from = end + 1
      }
      rest = bytes.subarray(from)
      if (rest.length > MAX_LINE) throw damaged(file, `a line has more than ${MAX_LINE} bytes`)
    }
  } catch (error) {
    throw unreadable(file, error)
  } finally {
    source.destroy()
    await piped
  }
  if (rest.length > 0) throw damaged(file, 'its end is missing')
}

const FILE_ERRORS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'you may not read it'],
])

function unreadable(file: string, error: unknown): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  // zlib's own: Z_DATA_ERROR, Z_BUF_ERROR
  if (code.startsWith('Z_')) return damaged(file, 'it is no whole gzip file')
  return new TransferError(`${file} can't be read: ${FILE_ERRORS.get(code) ?? code}`)
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined

const damaged = (file: string, why: string): TransferError =>
  new TransferError(`${file} is damaged or no export of tenkey: ${why}`)

function parse(file: string, line: Buffer): Record<string, unknown> {
  try {
    const value: unknown = parseJson(line.toString())
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  } catch {
    // the line stays out of the message: it may be anything
  }
  throw damaged(file, 'a line is no JSON object')
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

function asHeader(file: string, record: Record<string, unknown>): Header {
  const { format, root, created, items } = record
  if (format !== FORMAT) throw damaged(file, `its first line does not say ${FORMAT}`)
  if (typeof root === 'string' && typeof created === 'string' && isCount(items)) {
    return { format, root, created, items }
  }
  throw damaged(file, 'its first line is not complete')
}

function asTrailer(file: string, { items, sha256 }: Record<string, unknown>): Trailer {
  if (isCount(items) && typeof sha256 === 'string') return { items, sha256 }
  throw damaged(file, 'its last line is not complete')
}

const isDate = (value: unknown): value is number | undefined =>
  value === undefined || typeof value === 'number'

function asItem(file: string, record: Record<string, unknown>, count: number): Item {
  const { pk, sk, version, due, expires, format, tag, data } = record
  if (
    typeof pk === 'string' &&
    typeof sk === 'string' &&
    isCount(version) &&
    isDate(due) &&
    isDate(expires) &&
    (format === undefined || isCount(format)) &&
    (tag === undefined || typeof tag === 'string') &&
    typeof data === 'object' &&
    data !== null &&
    !Array.isArray(data)
  ) {
    return {
      pk,
      sk,
      version,
      ...(due !== undefined && { due }),
      ...(expires !== undefined && { expires }),
      ...(format !== undefined && { format }),
      ...(tag !== undefined && { tag }),
      data: data as Item['data'],
    }
  }
  throw damaged(file, `its item ${count} is not one`)
}
