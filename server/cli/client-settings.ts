import { readConfig } from '../../core/config.ts'
import { operatorFile, readCredential, type StoredCredential } from '../credential-file.ts'
import { calledAs } from './called-as.ts'
import { CommandError, type Environment } from './command.ts'

/** The server to talk to; `path` is what goes before every path, '' for most. */
export interface Endpoint {
  readonly url: URL
  readonly path: string
}

/**
 * TENKEY_ENDPOINT, else the address a server of the same settings listens on.
 * @throws CommandError, ConfigError for a setting that can't be used
 */
export function endpointOf(environment: Environment): Endpoint {
  const given = environment['TENKEY_ENDPOINT'] || localEndpoint(environment)
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new CommandError(`TENKEY_ENDPOINT is '${given}'; it must be a URL, http:// or https://`)
  }
  const url = new URL(given)
  return { url, path: url.pathname.replace(/\/+$/, '') }
}

/** A server that listens on every address is reached by the loopback one. */
const REACHABLE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
])

/** Where a server of this machine is reached that says where it listens. @param address e.g. http://[::]:4599 */
export function reachable(address: string): string {
  const { protocol, hostname, port } = new URL(address)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const name = REACHABLE.get(host) ?? host
  return new URL(`${protocol}//${name.includes(':') ? `[${name}]` : name}:${port}`).origin
}

function localEndpoint(environment: Environment): string {
  const { host, port, tlsCert } = readConfig(environment)
  if (port === 0) {
    throw new CommandError("TENKEY_PORT is 0: set TENKEY_ENDPOINT to the server's address")
  }
  const name = REACHABLE.get(host) ?? host
  return `${tlsCert === '' ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`
}

/**
 * Whether the operator comes by AWS IAM, with credentials of AWS: TENKEY_OPERATOR_BY=iam.
 * @throws CommandError for another value
 */
export function isOperatorByIam(environment: Environment): boolean {
  const by = environment['TENKEY_OPERATOR_BY'] || 'key'
  if (by === 'iam' || by === 'key') return by === 'iam'
  throw new CommandError(`TENKEY_OPERATOR_BY is '${by}'; it can be key or iam`)
}

/** The operator's credential, and where it was found. */
export type Operator = StoredCredential & {
  readonly origin: string
  /** of short-lived credentials, as a named operator with a second factor has them */
  readonly sessionToken?: string
}

/**
 * The credential in the environment, else the one in the data folder.
 * @throws CommandError where there is none, or half of one
 */
export function operatorOf(environment: Environment): Operator {
  const accessKeyId = environment['TENKEY_OPERATOR_ACCESS_KEY_ID']
  const secretAccessKey = environment['TENKEY_OPERATOR_SECRET_ACCESS_KEY']
  const sessionToken = environment['TENKEY_OPERATOR_SESSION_TOKEN']
  if (accessKeyId && secretAccessKey) {
    const origin = 'TENKEY_OPERATOR_ACCESS_KEY_ID'
    const operator = { accountId: '', accessKeyId, secretAccessKey, origin }
    return sessionToken ? { ...operator, sessionToken } : operator
  }
  if (accessKeyId || secretAccessKey) {
    const missing = accessKeyId ? 'SECRET_ACCESS_KEY' : 'ACCESS_KEY_ID'
    throw new CommandError(`TENKEY_OPERATOR_${missing} is not set, but the other half is: set both`)
  }
  return operatorOfFile(
    operatorFile(readConfig(environment).data),
    `${calledAs(environment)} serve`,
  )
}

/** @param start the command that starts a server */
function operatorOfFile(file: string, start: string): Operator {
  const credential = readFile(file)
  if (credential !== undefined) return { ...credential, origin: file }
  throw new CommandError(
    `the operator's credential is missing, ${file} does not exist: start a server here first (${start}), set TENKEY_DATA to its data folder, or set TENKEY_OPERATOR_ACCESS_KEY_ID and TENKEY_OPERATOR_SECRET_ACCESS_KEY`,
  )
}

function readFile(file: string): StoredCredential | undefined {
  try {
    return readCredential(file)
  } catch (cause) {
    throw new CommandError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
