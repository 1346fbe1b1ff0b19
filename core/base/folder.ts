import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** keeps a folder out of Git, with this file itself: what is made here may be made within a repository */
const UNVERSIONED = '*\n'

/**
 * Makes a folder for its owner's eyes only, with those above it that are missing; one that is there stays
 * as it is. One that is new, or has nothing in it, gets a `.gitignore` by which Git takes nothing of it: what is kept
 * here are keys and credentials. Not by `recursive`: where no folder can be made (below /proc, say) Node tries for ever.
 * @throws Error with the system's code: EEXIST or ENOTDIR where there is a file of that name
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  for (let at = resolve(path); !isThere(at) && at !== dirname(at); at = dirname(at))
    missing.push(at)
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode: 0o700 })
    } catch (error) {
      // another process was first
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
  if (!statSync(path).isDirectory()) throw Object.assign(new Error(path), { code: 'EEXIST' })
  if (isEmpty(path)) keepUnversioned(path)
}

function isEmpty(folder: string): boolean {
  try {
    return readdirSync(folder).length === 0
  } catch {
    // one that may be passed through and not be read
    return false
  }
}

/** What is there, or can't be written, stays as it is: a folder that serves is worth more than this. */
function keepUnversioned(folder: string): void {
  try {
    writeFileSync(join(folder, '.gitignore'), UNVERSIONED, { flag: 'wx', mode: 0o600 })
  } catch {
    // another process was first, or what is to be kept here can't be written either, which is told then
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined
  } catch (error) {
    // below a file: the file itself is found next
    if (codeOf(error) === 'ENOTDIR') return false
    throw error
  }
}

/** The system's code of an error, e.g. ENOENT; undefined for one that has none. */
const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

/** The name of a file is durable only once its folder is; Windows can't open a folder, and journals names itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A mode as chmod takes it, e.g. 0755. */
export const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0')
