import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../../core/base/folder.ts'
import { parseJson } from '../../core/base/json.ts'
import type { Environment } from './command.ts'

/** Short-lived credentials as a credential_process prints them. */
export interface ProcessCredentials {
  readonly Version: 1
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  /** ISO 8601 */
  readonly Expiration: string
}

/** ms before its end from which a session is made anew: the AWS CLI and boto3 ask again 15 minutes before */
const AHEAD = 16 * 60_000
/** ms after which a file is nobody's any more: no session lasts longer than half a day */
const OLD = 13 * 3600_000

/** Sessions that were made, for the next run of the command: a file each, for its owner's eyes only. */
export interface SessionCache {
  /** One that still holds for a while: 16 minutes, or half of its time where it was made for less than 32. */
  read(now: number): ProcessCredentials | undefined
  /** Keeps one; where nothing can be written, or is others' to read, the next run makes another. */
  write(credentials: ProcessCredentials, made: number): void
}

/** @param of what a session is of: who asked, for which role, where */
export function sessionCache(environment: Environment, of: readonly unknown[]): SessionCache {
  const folder = join(
    environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache'),
    'tenkey',
  )
  const digest = createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 32)
  const file = join(folder, `session-${digest}.json`)
  return {
    read(now) {
      const kept = keptIn(file)
      if (kept === undefined) return undefined
      const { made, ...credentials } = kept
      const end = Date.parse(credentials.Expiration)
      return now < end - Math.min(AHEAD, (end - made) / 2) ? credentials : undefined
    },
    write(credentials, made) {
      try {
        makeFolder(folder)
        const aside = `${file}.${process.pid}.tmp`
        writeFileSync(aside, JSON.stringify({ ...credentials, made }), { mode: 0o600, flag: 'wx' })
        renameSync(aside, file)
        forget(folder, made)
      } catch {
        // a cache that can't be: the session is printed all the same
      }
    },
  }
}

/** What a file holds; undefined where it is none of ours, or others than its owner may use it. */
function keptIn(file: string): (ProcessCredentials & { readonly made: number }) | undefined {
  try {
    const { mode, uid } = statSync(file)
    const own = process.platform === 'win32' || ((mode & 0o077) === 0 && uid === process.getuid?.())
    const kept = own ? parseJson(readFileSync(file, 'utf8')) : undefined
    return isKept(kept) ? kept : undefined
  } catch {
    return undefined
  }
}

function isKept(value: unknown): value is ProcessCredentials & { readonly made: number } {
  if (typeof value !== 'object' || value === null || !('made' in value)) return false
  const texts = ['AccessKeyId', 'SecretAccessKey', 'SessionToken', 'Expiration']
  const whole = texts.every((name) => typeof Reflect.get(value, name) === 'string')
  return whole && Reflect.get(value, 'Version') === 1 && typeof value.made === 'number'
}

function forget(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (/^session-[0-9a-f]{32}\.json/.test(name) && statSync(path).mtimeMs < now - OLD) {
      rmSync(path, { force: true })
    }
  }
}
