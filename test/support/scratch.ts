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
/** The memory that Linux shows as a folder. */
const MEMORY = '/dev/shm'
/** bytes; a run of all tests takes a tenth of it */
const ENOUGH = 2 * 2 ** 30

/**
 * Makes the folder under which one run of the tests has all its temporary ones, and removes it. It is in
 * memory where there is enough of it: tests make a thousand data folders, each of which writes through to
 * the disk, for which a machine's cores wait.
 */
export default function setup(): (() => void) | undefined {
  if (process.env[FOLDER] !== undefined) return undefined
  const before = process.env['TMPDIR']
  const folder = folderIn(MEMORY) ?? mkdtempSync(join(tmpdir(), 'tenkey-'))
  Object.assign(process.env, { [FOLDER]: folder, TMPDIR: folder })
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  // of a run that is interrupted too: what it leaves would be memory
  process.once('exit', remove)
  return () => {
    delete process.env[FOLDER]
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
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

/** What a process that a test starts is told, to keep what Node compiles of it for the next. */
export const compileCache = (): Readonly<Record<string, string>> => {
  const folder = process.env[FOLDER]
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: join(folder, 'compiled') }
}
