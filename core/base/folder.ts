import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder for its owner's eyes only, with those above it that are missing; one that is there stays
 * as it is. Not by `recursive`: where no folder can be made (below /proc, say) Node tries for ever.
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
