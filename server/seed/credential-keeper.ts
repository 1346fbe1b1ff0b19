import { appendFileSync, readFileSync, statSync } from 'node:fs'
import { octal } from '../../core/base/folder.ts'
import { parseJson } from '../../core/base/json.ts'
import { CommandError } from '../cli/command.ts'
import type { Keeper } from './seed.ts'

/**
 * Keeps credentials in a file of mode 0600, each on a line of JSON as soon as it is made; what the file has stays. A
 * line is written at once, so runs that go on beside each other lose none of each other's.
 * @throws CommandError where the file can't be written, before a credential is made that would be lost; where others
 *   may read it, and where it is something else
 */
export function credentialKeeper(file: string): Keeper {
  append(file, '')
  const mode = statSync(file).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new CommandError(`${file} is open to others (mode ${octal(mode)}): chmod 600 it`)
  }
  const known = new Set(accessKeysIn(file))
  return {
    file,
    has: (accessKeyId) => known.has(accessKeyId),
    keep(made) {
      append(file, `${JSON.stringify(made)}\n`)
      known.add(made.accessKeyId)
    },
  }
}

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text, { mode: 0o600, flush: true })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new CommandError(`${file} can't be written (${code})`, { cause })
  }
}

function accessKeysIn(file: string): string[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  try {
    return lines.map((line) => {
      const { accessKeyId } = parseJson(line) as { accessKeyId?: unknown }
      if (typeof accessKeyId === 'string') return accessKeyId
      throw new TypeError('no credential')
    })
  } catch {
    // no cause: the parser's message quotes the text, which holds secrets
    throw new CommandError(`${file} is there, and is no list of credentials: name another`)
  }
}
