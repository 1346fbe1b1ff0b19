import { CONSOLE_PATH } from '../core/base/console.ts'
import {
  CORS_EXPOSED,
  CORS_HEADERS,
  CORS_MAX_AGE,
  CORS_METHODS,
  originsOf,
} from '../core/base/cors.ts'
import { DOCS_PATH, LLMS_FILES } from '../core/base/docs.ts'
import type { HttpResponse, RequestHead } from '../core/base/http-message.ts'
import { type Config, ConfigError } from '../core/config.ts'
import { isIamPath } from '../core/protocol/iam-path.ts'

/** How pages of other origins are answered. */
export interface Cors {
  /** The answer to a browser that asks whether a page may call (a preflight); undefined for any other request. */
  preflight(head: RequestHead): HttpResponse | undefined
  /** Adds to an answer's headers what lets a page of a listed origin read it. */
  mark(headers: Record<string, string>, target: string, origin: string | undefined): void
}

/**
 * The origins of the settings.
 * @throws ConfigError in one line
 */
export function corsOriginsOf({ corsOrigins }: Pick<Config, 'corsOrigins'>): readonly string[] {
  try {
    return originsOf(corsOrigins)
  } catch (error) {
    throw new ConfigError(`TENKEY_CORS_ORIGINS ${(error as Error).message}`, { cause: error })
  }
}

const isSite = (path: string): boolean =>
  [CONSOLE_PATH, DOCS_PATH].some((one) => path === one || path.startsWith(`${one}/`)) ||
  LLMS_FILES.includes(path.slice(1))

/** paths of programs alone: AWS IAM's, those of a proxy of external key stores, the server's own numbers; and the console and the documentation, which are pages themselves */
const isForPages = (path: string): boolean =>
  !isIamPath(path) && !path.includes('/kms/xks/') && path !== '/metrics' && !isSite(path)

/**
 * CORS for exactly these origins; others' requests are answered as where there is none.
 * @param origins as `originsOf` reads them
 * @returns undefined for none
 */
export function cors(origins: readonly string[]): Cors | undefined {
  if (origins.length === 0) return undefined
  const listed = new Set(origins)
  const methods = CORS_METHODS.join(', ')
  const headers = CORS_HEADERS.join(', ')
  const exposed = CORS_EXPOSED.join(', ')

  return {
    preflight({ method, path, headers: { origin, ...asked } }) {
      const isOne = method === 'OPTIONS' && asked['access-control-request-method'] !== undefined
      if (!isOne || origin === undefined || !listed.has(origin) || !isForPages(path)) {
        return undefined
      }
      return {
        status: 204,
        headers: {
          'access-control-allow-methods': methods,
          'access-control-allow-headers': headers,
          'access-control-max-age': String(CORS_MAX_AGE),
        },
        body: '',
      }
    },

    mark(answer, target, origin) {
      if (!isForPages(pathOf(target))) return
      // what one origin is answered is nothing for another's cache, whoever asked first
      const { vary } = answer
      answer['vary'] = vary === undefined ? 'Origin' : `${vary}, Origin`
      if (origin === undefined || !listed.has(origin)) return
      answer['access-control-allow-origin'] = origin
      answer['access-control-expose-headers'] = exposed
    },
  }
}

/** The path of a request's target, which may be in absolute form (RFC 9112 §3.2.2). */
const pathOf = (target: string): string =>
  target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/\?.*$/s, '')
