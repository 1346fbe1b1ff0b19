import { X509Certificate } from 'node:crypto'
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { makeFolder, octal } from '../../core/base/folder.ts'
import { parseJson } from '../../core/base/json.ts'
import { ConfigError } from '../../core/config.ts'
import { certificateIn } from '../../core/custom-key-store/refusals.ts'
import type { TokenPlace } from './token.ts'

/** A token of this machine, as the cluster of an account. */
export interface Registration extends TokenPlace {
  /** 12 digits */
  readonly account: string
  /** cluster-… */
  readonly cluster: string
  /** PEM: what whoever makes a key store of it must show */
  readonly trustAnchor: string
  /** what stands before the password, and a colon, in the PIN: AWS CloudHSM's is kmsuser:PASSWORD */
  readonly user?: string
}

/** In the data folder: the path of a module is the machine's, like the folder, and not the installation's. */
export const registrationsFile = (data: string): string => join(data, 'hsm.json')

export const CLUSTER_ID = /^cluster-[2-7a-zA-Z]{11,16}$/
const ACCOUNT_ID = /^\d{12}$/
const BY_OTHERS = 0o022
/** characters of TrustAnchorCertificate (API_CreateCustomKeyStore) */
const MOST_ANCHOR = 5000

/**
 * All that are registered on this machine; none where there is no file.
 * @throws ConfigError, one line, where it can't be read, others may write to it, or it is damaged
 */
export function readRegistrations(data: string): readonly Registration[] {
  const file = registrationsFile(data)
  const text = textOf(file)
  if (text === undefined) return []
  refuseWritable(file)
  const clusters = listIn(text)
  if (clusters === undefined)
    throw new ConfigError(`${file} is damaged: it has no list of clusters`)
  return clusters.map((one) => {
    const read = registrationIn(one)
    if (read === undefined) throw new ConfigError(`${file} is damaged: a cluster lacks a member`)
    return read
  })
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new ConfigError(`${file} can't be read (${code})`, { cause: error })
  }
}

function listIn(text: string): readonly unknown[] | undefined {
  try {
    const json: unknown = parseJson(text)
    if (typeof json !== 'object' || json === null || !('clusters' in json)) return undefined
    return Array.isArray(json.clusters) ? json.clusters : undefined
  } catch {
    return undefined
  }
}

function registrationIn(json: unknown): Registration | undefined {
  const members: Partial<Record<string, unknown>> =
    typeof json === 'object' && json !== null ? { ...json } : {}
  const { account, cluster, module, token, trustAnchor, user, identity } = members
  if (typeof account !== 'string' || !ACCOUNT_ID.test(account)) return undefined
  if (typeof cluster !== 'string' || !CLUSTER_ID.test(cluster)) return undefined
  if (typeof module !== 'string' || !isAbsolute(module)) return undefined
  if (typeof token !== 'string' && typeof token !== 'number') return undefined
  if (typeof trustAnchor !== 'string') return undefined
  if (user !== undefined && typeof user !== 'string') return undefined
  if (identity !== undefined && typeof identity !== 'string') return undefined
  return {
    ...{ account, cluster, module, token, trustAnchor },
    ...(user !== undefined && { user }),
    ...(identity !== undefined && { identity }),
  }
}

/** Replaces all; a reader finds the former file or the new one, whole. */
export function writeRegistrations(data: string, clusters: readonly Registration[]): void {
  const file = registrationsFile(data)
  makeFolder(dirname(file))
  const aside = `${file}.${process.pid}.tmp`
  try {
    const text = `${JSON.stringify({ clusters }, null, 2)}\n`
    writeFileSync(aside, text, { mode: 0o600, flush: true })
    chmodSync(aside, 0o600)
    renameSync(aside, file)
  } finally {
    rmSync(aside, { force: true })
  }
}

/**
 * That a registration can be one beside the others.
 * @throws ConfigError for a cluster that is registered, a token of another account, a module that others may change
 */
export function checkRegistration(one: Registration, others: readonly Registration[]): void {
  if (!CLUSTER_ID.test(one.cluster)) {
    throw new ConfigError(
      `'${one.cluster}' is no cluster id: it is cluster- and 11 to 16 of 2-7, a-z and A-Z`,
    )
  }
  if (others.some(({ cluster }) => cluster === one.cluster)) {
    throw new ConfigError(`the cluster ${one.cluster} is registered: unregister it first`)
  }
  requireOwnToken(one, others)
  if (!isAbsolute(one.module)) {
    throw new ConfigError(`--module '${one.module}' is no absolute path`)
  }
  if (statSync(one.module, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ConfigError(`--module '${one.module}' is no file`)
  }
  refuseWritable(one.module)
}

/**
 * A PIN is the token's, whoever has it: so a token is one account's, whether it is named by its label, its slot or
 * by another path of its module.
 * @throws ConfigError
 */
function requireOwnToken(one: Registration, others: readonly Registration[]): void {
  const shared = others.find(
    ({ module, token, identity, account }) =>
      account !== one.account &&
      ((module === one.module && token === one.token) ||
        (identity !== undefined && identity === one.identity)),
  )
  if (shared === undefined) return
  throw new ConfigError(
    `the token is that of the cluster ${shared.cluster} of account ${shared.account}: a token is one account's`,
  )
}

/** What others may write to, they may have the server run. Windows has no such modes. @throws ConfigError */
export function refuseWritable(file: string): void {
  if (process.platform === 'win32') return
  const { mode } = statSync(file)
  if ((mode & BY_OTHERS) === 0) return
  throw new ConfigError(
    `${file} is writable by others (mode ${octal(mode)}): take that away with chmod go-w`,
  )
}

/** A trust anchor from a file, as callers may show it. @throws ConfigError where it is none */
export function readTrustAnchor(file: string): string {
  const text = textOf(file)
  if (text === undefined) throw new ConfigError(`${file} does not exist`)
  const body = certificateIn(text)
  try {
    if (body !== undefined) {
      const pem = new X509Certificate(Buffer.from(body, 'base64')).toString()
      if (pem.length <= MOST_ANCHOR) return pem
    }
  } catch {
    // no certificate
  }
  throw new ConfigError(
    `${file} is no certificate in PEM of ${MOST_ANCHOR} characters at most, such as a cluster's customerCA.crt`,
  )
}
