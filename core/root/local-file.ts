import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder, syncFolder } from '../base/folder.ts'
import { parseJson } from '../base/json.ts'
import { heldRoot } from './held.ts'
import type { RootKey } from './root.ts'

const FORMAT = 'tenkey-root-key/1'
const KEY_LENGTH = 32

/** bytes; a root key file is about 200 */
const MAX_FILE_LENGTH = 4096

/** base64 of 32 bytes (RFC 4648 section 4) */
const KEY_TEXT = /^[A-Za-z0-9+/]{43}=$/

/**
 * The root key in a file of this machine: AES-256-GCM under 32 bytes that stand, as base64, in a JSON file of
 * mode 0600. For a laptop, or a server whose folder is protected otherwise.
 *
 * `create` makes the file where it is missing: written aside, synced, then linked to its name, so that it is
 * there whole or not at all, and of two processes that start together one makes it and both use it.
 * @throws Error, one line that names the file, where it is missing and not to be created, where others than
 *   its owner may use it (POSIX), where it is damaged or of another format
 */
export async function localFileRoot(options: { file: string; create: boolean }): Promise<RootKey> {
  const { file, create } = options
  const existing = await load(file)
  if (existing !== undefined) return existing
  if (!create) throw new Error(`root key file ${file} does not exist`)
  await write(file)
  const created = await load(file)
  if (created === undefined) throw new Error(`root key file ${file} vanished while it was made`)
  return created
}

/** Reads and checks the file; undefined where there is none. */
async function load(file: string): Promise<RootKey | undefined> {
  const handle = await openExisting(file)
  if (handle === undefined) return undefined
  const bytes = Buffer.alloc(MAX_FILE_LENGTH + 1)
  try {
    await checkMode(file, handle)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    if (bytesRead > MAX_FILE_LENGTH) throw damaged(file, `longer than ${MAX_FILE_LENGTH} bytes`)
    return parse(file, bytes.toString('utf8', 0, bytesRead))
  } finally {
    bytes.fill(0)
    await handle.close()
  }
}

async function openExisting(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw new Error(`root key file ${file} can't be opened (${codeOf(error)})`, { cause: error })
  }
}

/** Windows has no such mode; the folder's access list protects the file there. */
async function checkMode(file: string, handle: FileHandle): Promise<void> {
  const stat = await handle.stat()
  if (!stat.isFile()) throw new Error(`root key file ${file} is not a file`)
  if (process.platform === 'win32' || (stat.mode & 0o077) === 0) return
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0')
  throw new Error(`root key file ${file} is open to others (mode ${mode}): chmod 600 it`)
}

function parse(file: string, text: string): RootKey {
  const record = parseObject(file, text)
  if (record['format'] !== FORMAT) throw damaged(file, `its format is not ${FORMAT}`)
  const keyText = record['key']
  if (typeof keyText !== 'string' || !KEY_TEXT.test(keyText)) {
    throw damaged(file, `its key is not base64 of ${KEY_LENGTH} bytes`)
  }
  const bytes = Buffer.from(keyText, 'base64')
  try {
    const root = heldRoot(createSecretKey(bytes))
    // a damaged key would otherwise be noticed only by what it can't open, and lost what it wrapped since
    if (record['id'] !== root.id) throw damaged(file, 'its id does not belong to its key')
    return root
  } finally {
    bytes.fill(0)
  }
}

function parseObject(file: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = parseJson(text)
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // no cause: the parser's message quotes the text, which may hold the key
  }
  throw damaged(file, 'it is not a JSON object')
}

const damaged = (file: string, why: string): Error =>
  new Error(`root key file ${file} is damaged or of another format: ${why}`)

/** Makes a new key and its file; leaves a file that another process made first as it is. */
async function write(file: string): Promise<void> {
  const folder = dirname(file)
  makeFolderOf(file)
  const aside = `${file}.${randomUUID()}.tmp`
  try {
    await writeSynced(aside, newFileBytes())
    await linkUnlessThere(aside, file)
  } finally {
    await rm(aside, { force: true })
  }
  await syncFolder(folder)
}

function makeFolderOf(file: string): void {
  try {
    makeFolder(dirname(file))
  } catch (error) {
    throw new Error(`the folder of root key file ${file} can't be made (${codeOf(error)})`, {
      cause: error,
    })
  }
}

function newFileBytes(): Buffer {
  const key = randomBytes(KEY_LENGTH)
  try {
    const { id } = heldRoot(createSecretKey(key))
    const created = new Date().toISOString()
    const record = { format: FORMAT, id, key: key.toString('base64'), created }
    return Buffer.from(`${JSON.stringify(record, null, 2)}\n`)
  } finally {
    key.fill(0)
  }
}

async function writeSynced(file: string, bytes: Buffer): Promise<void> {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY
  const handle = await open(file, flags, 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    bytes.fill(0)
    await handle.close()
  }
}

/** link, not rename: it refuses a name that is taken, and a root key must never be overwritten. */
async function linkUnlessThere(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}
