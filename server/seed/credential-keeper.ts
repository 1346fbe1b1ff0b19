import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { parseJson } from '../../core/base/json.ts'
import { CommandError } from '../cli/command.ts'
import type { Made } from './seed.ts'

/**
 * Keeps credentials in a file of mode 0600, a JSON array, each as soon as it is made; what the file has stays.
 * @returns what takes one
 * @throws CommandError where the file can't be written, before a credential is made that would be lost
 */
export function credentialKeeper(file: string): (made: Made) => void {
  write(file, existsSync(file) ? listIn(file) : [])
  return (made) => write(file, [...listIn(file), made])
}

function write(file: string, list: readonly unknown[]): void {
  const aside = `${file}.${process.pid}.tmp`
  try {
    const text = `${JSON.stringify(list, null, 2)}\n`
    writeFileSync(aside, text, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(aside, file)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new CommandError(`${file} can't be written (${code})`, { cause })
  }
}

function listIn(file: string): unknown[] {
  try {
    const list: unknown = parseJson(readFileSync(file, 'utf8'))
    if (Array.isArray(list)) return list
  } catch {
    // no cause: the parser's message quotes the text, which holds secrets
  }
  throw new CommandError(`${file} is there, and is no list of credentials: name another`)
}
