import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { PageResponse, RequestHead } from '../core/base/http-message.ts'
import { isMatch } from './pages.ts'

const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json'],
  ['md', 'text/markdown; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['txt', 'text/plain; charset=utf-8'],
  ['woff2', 'font/woff2'],
  ['woff', 'font/woff'],
])
/** as they are tried: the smaller first */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

const brotliDecompressed = promisify(brotliDecompress)

type Headers = Readonly<Record<string, string>>

/** Answers what is of a site's own addresses; undefined for what is not. */
export type Shown = (head: RequestHead) => Promise<PageResponse> | undefined

/** Answers with files of one folder. */
export interface StaticFiles {
  /** A file as the client takes it best; undefined where there is none. The name is one that the caller has judged. */
  file(head: RequestHead, name: string, common: Headers): Promise<PageResponse | undefined>
  /** What is no file, with an ETag of its own. */
  content(head: RequestHead, type: string, content: Buffer, common: Headers): PageResponse
}

/** A short answer in plain text that nobody keeps. */
export const plainText = (
  status: number,
  body: string,
  common: Headers,
  more: Headers = {},
): PageResponse => ({
  status,
  headers: {
    ...common,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    ...more,
  },
  body,
})

/**
 * Static files as they were built: answered compressed where that was done, and remembered by browsers for ever where
 * their name has their content's hash.
 * @param built the folder of the files
 * @param hashed names with their content's hash in them, which are never another's
 */
export function staticFiles(built: URL, hashed?: RegExp): StaticFiles {
  const files = new Map<string, Promise<Buffer | undefined>>()
  const etags = new WeakMap<Buffer, string>()
  const isHashed = (name: string) => hashed?.test(name) === true

  /** A file's content. What has its hash in its name is kept, all else read anew: it may be built meanwhile. */
  const contentOf = (name: string): Promise<Buffer | undefined> => {
    if (!isHashed(name.replace(/\.(br|gz)$/, ''))) {
      return readFile(new URL(name, built)).catch(() => undefined)
    }
    let content = files.get(name)
    if (content === undefined) {
      content = readFile(new URL(name, built)).catch(() => {
        files.delete(name)
        return undefined
      })
      files.set(name, content)
    }
    return content
  }
  /** A file that is there compressed alone. */
  const unpacked = async (name: string): Promise<Buffer | undefined> => {
    const content = await contentOf(`${name}.br`)
    return content === undefined ? undefined : await brotliDecompressed(content)
  }
  const etagOf = (content: Buffer): string => {
    let etag = etags.get(content)
    if (etag === undefined) {
      etag = `"${hash('sha256', content, 'base64url')}"`
      etags.set(content, etag)
    }
    return etag
  }
  const found = (
    { headers }: RequestHead,
    type: string,
    content: Buffer,
    common: Headers,
    coding?: string,
  ): PageResponse => {
    const etag = etagOf(content)
    const answer = {
      'cache-control': 'no-cache',
      ...common,
      etag,
      vary: 'accept-encoding',
      ...(coding !== undefined && { 'content-encoding': coding }),
    }
    return isMatch(headers['if-none-match'], etag)
      ? { status: 304, headers: answer, body: '' }
      : { status: 200, headers: { ...answer, 'content-type': type }, body: content }
  }

  return {
    content: (head, type, content, common) => found(head, type, content, common),
    async file(head, name, common) {
      const type = TYPES.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'application/octet-stream'
      const headers = {
        ...common,
        ...(isHashed(name) && { 'cache-control': 'public, max-age=31536000, immutable' }),
      }
      const accepted = head.headers['accept-encoding'] ?? ''
      for (const [coding, ending] of CODINGS) {
        if (!accepts(accepted, coding)) continue
        const content = await contentOf(`${name}${ending}`)
        if (content !== undefined) return found(head, type, content, headers, coding)
      }
      const content = (await contentOf(name)) ?? (await unpacked(name))
      return content === undefined ? undefined : found(head, type, content, headers)
    },
  }
}

/** Whether Accept-Encoding lets a coding in (RFC 9110 §12.5.3). */
const accepts = (accepted: string, coding: string): boolean =>
  accepted.split(',').some((one) => {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
    return name === coding && !parameters.some((part) => /^q=0(\.0*)?$/.test(part))
  })
