import { statSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder, octal } from '../core/base/folder.ts'
import { ConfigError } from '../core/config.ts'

/** files of the embedded store: who writes to one can bring back what was, and lock out */
const STORE_FILES = ['tenkey.db', 'tenkey.db-wal', 'tenkey.db-shm']

const BY_OTHERS = 0o022

/**
 * Makes the data folder, for its owner's eyes only.
 * @throws ConfigError where it can't be made, or others may write to it or to the store in it
 */
export function makeDataFolder(data: string): void {
  try {
    makeFolder(data)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'there is a file of that name' : code
    throw new ConfigError(`TENKEY_DATA ${data} can't be made: ${reason}`)
  }
  checkDataFolder(data)
}

/**
 * Refuses a data folder that others may change: they could exchange the root key and the store for
 * their own. Windows has no such modes; the folder's access list protects it there.
 * @throws ConfigError naming the folder, or the file in it, and its mode
 */
export function checkDataFolder(data: string): void {
  if (process.platform === 'win32') return
  refuseWritable(data, `TENKEY_DATA ${data}`)
  for (const name of STORE_FILES) refuseWritable(join(data, name), join(data, name))
}

function refuseWritable(path: string, shown: string): void {
  const found = statOf(path, shown)
  if (found === undefined || (found.mode & BY_OTHERS) === 0) return
  throw new ConfigError(
    `${shown} is writable by others (mode ${octal(found.mode)}): take that away with chmod go-w`,
  )
}

/** Undefined for what is not there. @throws ConfigError where that can't be seen, as in another user's folder */
function statOf(path: string, shown: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ConfigError(`${shown} can't be read (${code}): whose is it?`, { cause })
  }
}
