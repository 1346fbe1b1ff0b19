import { chmodSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder, octal } from '../core/base/folder.ts'
import { parseJson } from '../core/base/json.ts'

/** A credential in the data folder, for the command line and for people to paste. */
export interface StoredCredential {
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export const operatorFile = (data: string): string => join(data, 'operator.json')
export const tenantFile = (data: string): string => join(data, 'tenant.json')

/** Where a credential is kept. */
export interface KeptCredential {
  read(): StoredCredential | undefined
  /** Keeps it unless there is one; answers what is kept then. */
  write(credential: StoredCredential): StoredCredential
}

/** Where the credentials that an installation starts with are kept. */
export interface FirstCredentials {
  readonly operator: KeptCredential
  readonly tenant: KeptCredential
  /** whether a start that finds none of the operator's makes another */
  readonly again: boolean
}

/** In files of the data folder. */
export function credentialFiles(data: string): FirstCredentials {
  const kept = (file: string): KeptCredential => ({
    read: () => readCredential(file),
    write: (credential) => writeCredential(file, credential),
  })
  return { operator: kept(operatorFile(data)), tenant: kept(tenantFile(data)), again: true }
}

/** In this process alone: those that are given, and what a first start makes. */
export function heldCredentials(
  given: { readonly operator?: StoredCredential; readonly tenant?: StoredCredential } = {},
): FirstCredentials {
  const kept = (first: StoredCredential | undefined): KeptCredential => {
    let held = first
    return {
      read: () => held,
      write: (credential) => {
        held ??= credential
        return held
      },
    }
  }
  return { operator: kept(given.operator), tenant: kept(given.tenant), again: false }
}

/**
 * A credential file's content; undefined where there is no such file (its owner may remove it).
 * @throws Error, one line that names the file, where it can't be read, others than its owner may use it
 *   (POSIX), or it is damaged
 */
export function readCredential(file: string): StoredCredential | undefined {
  const text = readText(file)
  if (text === undefined) return undefined
  const { accountId, accessKeyId, secretAccessKey } = parse(text) ?? {}
  const whole =
    typeof accountId === 'string' &&
    typeof accessKeyId === 'string' &&
    typeof secretAccessKey === 'string'
  if (whole) return { accountId, accessKeyId, secretAccessKey }
  throw new Error(`${file} is damaged: it must hold accountId, accessKeyId and secretAccessKey`)
}

function readText(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    checkMode(file)
    return text
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    if (code === 'ENOENT') return undefined
    throw new Error(`${file} can't be read (${code})`, { cause: error })
  }
}

function checkMode(file: string): void {
  const { mode } = statSync(file)
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  throw new Error(`${file} is open to others (mode ${octal(mode)}): chmod 600 it`)
}

function parse(text: string): Partial<Record<string, unknown>> | undefined {
  try {
    return parseJson(text) ?? undefined
  } catch {
    // no cause: the parser's message quotes the text, which holds the secret
    return undefined
  }
}

/**
 * Writes a credential to a file of mode 0600, there whole or not at all, unless the file exists.
 * Answers what the file holds then: of two processes that start together, both get the same.
 */
export function writeCredential(file: string, credential: StoredCredential): StoredCredential {
  makeFolder(dirname(file))
  const aside = `${file}.${process.pid}.tmp`
  try {
    writeFileSync(aside, `${JSON.stringify(credential, null, 2)}\n`, { mode: 0o600, flush: true })
    chmodSync(aside, 0o600)
    // link, not rename: it refuses a name that is taken
    linkSync(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(aside, { force: true })
  }
  return readCredential(file) ?? credential
}
