import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where the folder is told to all projects and their processes. */
const FOLDER = 'SCRATCH_FOLDER'
/** Where processes keep what Node compiles of a file, for the next that loads it. */
const COMPILED = 'NODE_COMPILE_CACHE'
/** The memory that Linux shows as a folder. */
const MEMORY = '/dev/shm'
/** bytes; a run of all tests takes a tenth of it */
const ENOUGH = 2 * 2 ** 30

/**
 * Makes the folder under which one run of the tests has all its temporary ones, and removes it. It is in
 * memory where there is enough of it: tests make a thousand data folders, each of which writes through to
 * the disk, for which a machine's cores wait. What Node compiles is kept in it: a process starts in a third of
 * the time where another has loaded the same TypeScript.
 */
export default function setup(): (() => void) | undefined {
  if (process.env[FOLDER] !== undefined) return undefined
  const before = { TMPDIR: process.env['TMPDIR'], [COMPILED]: process.env[COMPILED] }
  const folder = folderIn(MEMORY) ?? mkdtempSync(join(tmpdir(), 'tenkey-'))
  const settings = { [FOLDER]: folder, TMPDIR: folder, [COMPILED]: join(folder, 'compiled') }
  Object.assign(process.env, settings)
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  // of a run that is interrupted too: what it leaves would be memory
  process.once('exit', remove)
  return () => {
    for (const name of Object.keys(settings)) delete process.env[name]
    for (const [name, value] of Object.entries(before)) {
      if (value !== undefined) process.env[name] = value
    }
    remove()
  }
}

/** A new folder in memory; undefined where there is too little, or programs in it can't be run. */
function folderIn(memory: string): string | undefined {
  if (!existsSync(memory)) return undefined
  const { bavail, bsize } = statfsSync(memory)
  if (bavail * bsize < ENOUGH) return undefined
  try {
    const folder = mkdtempSync(join(memory, 'tenkey-'))
    writeFileSync(join(folder, 'program'), '', { mode: 0o700 })
    accessSync(join(folder, 'program'), constants.X_OK)
    return folder
  } catch {
    return undefined
  }
}

/** What a process that has nothing else of this environment is told, to have what Node compiled for others. */
export const compileCache = (): Readonly<Record<string, string>> => {
  const folder = process.env[COMPILED]
  return folder === undefined ? {} : { [COMPILED]: folder }
}
