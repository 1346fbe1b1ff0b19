import { constants, write as writeTo } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { type ForwardQueue, forwardQueue } from '../core/audit/forward-queue.ts'
import type { Log } from '../core/base/log.ts'
import type { Config } from '../core/config.ts'

/** bytes of the file that is written to, before it becomes `<file>.1` */
const MOST_BYTES = 64 * 1024 * 1024
/** files that are kept beside it */
const MOST_FILES = 9
/** ms after which a lock is one of a process that ended while it rotated */
const STALE = 60_000
const STDOUT = 1

/**
 * Where TENKEY_AUDIT_FORWARD has audit records go beside the store, as JSON lines: a file, which is
 * rotated, or standard output. Undefined where it says nothing.
 * @param most bytes of a file before it is rotated
 */
export function auditForward(
  { auditForward: to }: Pick<Config, 'auditForward'>,
  log: Log,
  most = MOST_BYTES,
): ForwardQueue | undefined {
  if (to === '') return undefined
  if (to === 'stdout') return forwardQueue(writeOut, log)
  const file = to.slice('file:'.length)
  return forwardQueue((lines) => append(file, lines, most), log)
}

/** A pipe whose reader is slow is no reason to stand still: it is written to by another thread. */
async function writeOut(lines: Buffer): Promise<void> {
  for (let written = 0; written < lines.length; ) {
    written += await new Promise<number>((resolve, reject) => {
      writeTo(STDOUT, lines, written, (error, count) => {
        if (error === null) resolve(count)
        else if (error.code === 'EAGAIN') setTimeout(20).then(() => resolve(0), reject)
        else reject(error)
      })
    })
  }
}

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants
/** Never waits to be opened, as a named pipe does that nobody reads: a thread would be lost for good. */
const APPENDING = O_APPEND | O_CREAT | O_NONBLOCK | O_WRONLY

/** Opened anew with each write, so that a file which somebody else moved away is left alone. */
async function append(file: string, lines: Buffer, most: number): Promise<void> {
  if ((await sizeOf(file)) + lines.length > most) await rotate(file, lines.length, most)
  const opened = await open(file, APPENDING, 0o600)
  try {
    if (!(await opened.stat()).isFile()) throw new Error(`${file} is not a regular file`)
    await opened.appendFile(lines)
  } finally {
    await opened.close()
  }
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0
      throw error
    },
  )
}

/** One of several processes rotates; the others go on writing meanwhile. */
async function rotate(file: string, coming: number, most: number): Promise<void> {
  const lock = `${file}.lock`
  const held = await open(lock, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined
    throw error
  })
  if (held === undefined) return forgetStale(lock)
  try {
    const size = await sizeOf(file)
    // another process has done it
    if (size === 0 || size + coming <= most) return
    for (let n = MOST_FILES - 1; n >= 0; n--) {
      const from = n === 0 ? file : `${file}.${n}`
      await rename(from, `${file}.${n + 1}`).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
  } finally {
    await held.close()
    await rm(lock, { force: true })
  }
}

async function forgetStale(lock: string): Promise<void> {
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
  if (Date.now() - mtimeMs > STALE) await rm(lock, { force: true })
}
