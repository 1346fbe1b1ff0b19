import { readFileSync } from 'node:fs'
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
import { plainText, type Shown, staticFiles } from './static-files.ts'

/** where `npm run console` writes the static files, and where the package has them */
const BUILT = new URL('../console/dist/', import.meta.url)
/** a name with its content's hash in it, which is never another's */
const HASHED = /^assets\/[\w.-]+-[\w-]{8}\.[a-z\d]+$/
const NAMES = /^(assets\/[\w.-]+|LICENSES\.txt)$/
const NOT_BUILT = `The console is not built here: run "npm run console" in the project's folder. The npm package has it.\n`
const NOT_THERE = 'The console has no such file.\n'

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
export function consolePages(region: string, settings: ConsoleSettings, built: URL = BUILT): Shown {
  const common = consoleHeaders(settings.origins)
  const files = staticFiles(built, HASHED)
  const config = Buffer.from(consoleConfig(region, settings))

  const file = async (head: RequestHead, name: string): Promise<PageResponse> =>
    (await files.file(head, name, common)) ??
    plainText(404, name === 'index.html' ? NOT_BUILT : NOT_THERE, common)

  async function answer(head: RequestHead): Promise<PageResponse> {
    const { method, path } = head
    if (method !== 'GET' && method !== 'HEAD') {
      return plainText(405, 'The console is only read.\n', common, { allow: 'GET, HEAD' })
    }
    if (path === CONSOLE_PATH) return plainText(308, '', common, { location: `${CONSOLE_PATH}/` })
    const name = path.slice(CONSOLE_PATH.length + 1)
    if (name === 'config.json') return files.content(head, 'application/json', config, common)
    if (NAMES.test(name)) return file(head, name)
    return name.startsWith('assets/') ? plainText(404, NOT_THERE, common) : file(head, 'index.html')
  }

  return (head) =>
    head.path === CONSOLE_PATH || head.path.startsWith(`${CONSOLE_PATH}/`)
      ? answer(head)
      : undefined
}
