import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import {
  CONSOLE_PATH,
  type ConsoleSettings,
  consoleConfig,
  consoleHeaders,
  NO_ISSUERS,
  readConsoleSettings,
} from '../core/base/console.ts'
import type { PageResponse, RequestHead } from '../core/base/http-message.ts'
import { type Config, ConfigError } from '../core/config.ts'
import { isMatch } from './pages.ts'

/** where `npm run console` writes the static files, and where the package has them */
const BUILT = new URL('../console/dist/', import.meta.url)
/** a name with its content's hash in it, which is never another's */
const HASHED = /^assets\/[\w.-]+-[\w-]{8}\.[a-z\d]+$/
const NAMES = /^(assets\/[\w.-]+|LICENSES\.txt)$/
const TYPES: ReadonlyMap<string, string> = new Map([
  ['html', 'text/html; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['txt', 'text/plain; charset=utf-8'],
  ['woff2', 'font/woff2'],
  ['woff', 'font/woff'],
])
/** as they are tried: the smaller first */
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

const NOT_BUILT = `The console is not built here: in a clone of the repository "npm run console" builds it. The npm package has it.\n`
const NOT_THERE = 'The console has no such file.\n'

/** Answers what is below /console; undefined for what is not the console's. */
export type Console = (head: RequestHead) => Promise<PageResponse> | undefined

/**
 * The settings of the console.
 * @returns undefined where none is served
 * @throws ConfigError in one line
 */
export function consoleSettingsOf({
  console,
}: Pick<Config, 'console'>): ConsoleSettings | undefined {
  if (console === 'off') return undefined
  if (console === 'on') return NO_ISSUERS
  const file = console.slice('file:'.length)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError(`TENKEY_CONSOLE: ${file} can not be read (${code})`, { cause })
  }
  try {
    return readConsoleSettings(text)
  } catch (cause) {
    const { message } = cause as Error
    throw new ConfigError(`TENKEY_CONSOLE: ${file} ${message}`, { cause })
  }
}

/**
 * The console's static files: read once each, answered compressed as they were built, remembered by browsers for
 * ever where their name has their content's hash. Every other address is a page of its own, which index.html shows.
 * @param built the folder of the files
 */
export function consolePages(
  region: string,
  settings: ConsoleSettings,
  built: URL = BUILT,
): Console {
  const common = consoleHeaders(settings.origins)
  const files = new Map<string, Promise<Buffer | undefined>>()
  const etags = new WeakMap<Buffer, string>()
  const config = Buffer.from(consoleConfig(region, settings))

  /** A file's content. What has its hash in its name is kept, all else read anew: it may be built meanwhile. */
  const contentOf = (name: string): Promise<Buffer | undefined> => {
    const path = name.replace(/\.(br|gz)$/, '')
    if (!HASHED.test(path)) return readFile(new URL(name, built)).catch(() => undefined)
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
  const etagOf = (content: Buffer): string => {
    let etag = etags.get(content)
    if (etag === undefined) {
      etag = `"${hash('sha256', content, 'base64url')}"`
      etags.set(content, etag)
    }
    return etag
  }
  const text = (status: number, body: string, more: Record<string, string> = {}): PageResponse => ({
    status,
    headers: {
      ...common,
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...more,
    },
    body,
  })
  const found = (
    { headers }: RequestHead,
    type: string,
    content: Buffer,
    caching: string,
    coding?: string,
  ): PageResponse => {
    const etag = etagOf(content)
    const answer = {
      ...common,
      etag,
      'cache-control': caching,
      vary: 'accept-encoding',
      ...(coding !== undefined && { 'content-encoding': coding }),
    }
    return isMatch(headers['if-none-match'], etag)
      ? { status: 304, headers: answer, body: '' }
      : { status: 200, headers: { ...answer, 'content-type': type }, body: content }
  }

  async function file(head: RequestHead, name: string): Promise<PageResponse> {
    const type = TYPES.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'application/octet-stream'
    const caching = HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache'
    const accepted = head.headers['accept-encoding'] ?? ''
    for (const [coding, ending] of CODINGS) {
      if (!accepts(accepted, coding)) continue
      const content = await contentOf(`${name}${ending}`)
      if (content !== undefined) return found(head, type, content, caching, coding)
    }
    const content = await contentOf(name)
    if (content !== undefined) return found(head, type, content, caching)
    return text(404, name === 'index.html' ? NOT_BUILT : NOT_THERE)
  }

  async function answer(head: RequestHead): Promise<PageResponse> {
    const { method, path } = head
    if (method !== 'GET' && method !== 'HEAD') {
      return text(405, 'The console is only read.\n', { allow: 'GET, HEAD' })
    }
    if (path === CONSOLE_PATH) return text(308, '', { location: `${CONSOLE_PATH}/` })
    const name = path.slice(CONSOLE_PATH.length + 1)
    if (name === 'config.json') return found(head, 'application/json', config, 'no-cache')
    if (NAMES.test(name)) return file(head, name)
    return name.startsWith('assets/') ? text(404, NOT_THERE) : file(head, 'index.html')
  }

  return (head) =>
    head.path === CONSOLE_PATH || head.path.startsWith(`${CONSOLE_PATH}/`)
      ? answer(head)
      : undefined
}

/** Whether Accept-Encoding lets a coding in (RFC 9110 §12.5.3). */
const accepts = (accepted: string, coding: string): boolean =>
  accepted.split(',').some((one) => {
    const [name = '', ...parameters] = one.split(';').map((part) => part.trim().toLowerCase())
    return name === coding && !parameters.some((part) => /^q=0(\.0*)?$/.test(part))
  })
