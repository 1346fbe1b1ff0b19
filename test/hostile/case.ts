import type { HttpRequest } from '../../core/base/http-message.ts'
import { presignRequest, signRequest } from '../../core/signature/sign-request.ts'
import type { Credential } from '../support/target.ts'

/** Whose credential signs: of the attacker's account, or nobody's. */
export type Attacker =
  /** the root of the attacker's account */
  | 'root'
  /** a user that may all on its account's keys, one without any policy, a session of a role */
  | 'admin'
  | 'plain'
  | 'session'
  /** the operator of the installation */
  | 'operator'
  /** an access key id of the victim's with another secret; one of no account; none */
  | 'forger'
  | 'unknown'
  | 'nobody'

/** Where bytes are changed: `drop` of them from `at` (0 to 1 of the length) on, `put` in their place. */
export interface Edit {
  readonly at: number
  readonly drop: number
  /** latin1 */
  readonly put: string
  readonly times?: number
}

/** One request as an attacker sends it, as plain data: so it is shrunk, printed, and a row of a table. */
export interface Case {
  readonly as: Attacker
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** changes of the body's bytes, before they are signed */
  readonly edits?: readonly Edit[]
  readonly signing?: {
    readonly region?: string
    readonly service?: string
    /** ms that the signer's clock is behind */
    readonly age?: number
    /** seconds; in the query instead of the header */
    readonly presigned?: number
  }
  /** values made for this case, named in it as `$name$` like those of the world */
  readonly made?: Readonly<Record<string, Made>>
  /** headers as they are sent in the end, whatever was signed; empty ones are left out */
  readonly sent?: Readonly<Record<string, string>>
  /** texts that are changed in the signed header Authorization, or in the query */
  readonly altered?: readonly (readonly [from: string, to: string])[]
}

/** A value of the world (`$name$`) with changes. */
export interface Made {
  readonly of: string
  /** what the value is in the world; changed are the bytes that it stands for */
  readonly as: 'base64' | 'base64url' | 'text'
  readonly edits: readonly Edit[]
  /** what is done with the bytes before they are base64 again, by name in the world */
  readonly through?: string
}

/** What a case's placeholders stand for, and who signs. */
export interface Names {
  readonly values: ReadonlyMap<string, string>
  readonly credentials: ReadonlyMap<Attacker, Credential>
  /** ways to finish bytes: to wrap key material, to sign a document or a token */
  readonly through: ReadonlyMap<string, (bytes: Buffer) => Buffer>
}

export function edited(bytes: Buffer, edits: readonly Edit[]): Buffer {
  return edits.reduce((before, { at, drop, put, times = 1 }) => {
    const from = Math.min(before.length, Math.floor(at * before.length))
    const middle = Buffer.from(put.repeat(times), 'latin1')
    return Buffer.concat([before.subarray(0, from), middle, before.subarray(from + drop)])
  }, bytes)
}

function madeText({ of, as, edits, through }: Made, names: Names): string {
  const encoding = as === 'text' ? 'utf8' : as
  const start = Buffer.from(names.values.get(of) ?? of, encoding)
  const changed = edited(start, edits)
  const finish = through === undefined ? undefined : names.through.get(through)
  const bytes = finish === undefined ? changed : finish(changed)
  return bytes.toString(as === 'text' ? 'latin1' : as)
}

/** Puts what they stand for in the place of all `$name$`. */
function filler({ made = {} }: Case, names: Names) {
  const own = new Map<string, string>()
  return (text: string, encode: (value: string) => string = (value) => value): string =>
    text.includes('$')
      ? text.replaceAll(/\$(\w+)\$/g, (whole, name: string) => {
          const mine = Object.hasOwn(made, name) ? made[name] : undefined
          if (mine !== undefined && !own.has(name)) own.set(name, madeText(mine, names))
          const value = own.get(name) ?? names.values.get(name)
          return value === undefined ? whole : encode(value)
        })
      : text
}

/** JSON's escapes, without the quotes around it. */
const inJson = (value: string) => JSON.stringify(value).slice(1, -1)
const HEADER = /[^\t\x20-\x7e\x80-\xff]/g

function isReadable(query: string): boolean {
  try {
    decodeURIComponent(query)
    return true
  } catch {
    return false
  }
}

/** The request of a case, signed. What no HTTP parser lets through is taken out of its headers. */
export function requestOf(one: Case, names: Names, now: number): HttpRequest {
  const fill = filler(one, names)
  const json = one.headers['content-type']?.includes('json') === true
  const form = one.headers['content-type']?.includes('form') === true
  const quote = json ? inJson : form ? encodeURIComponent : undefined
  const body = edited(Buffer.from(fill(one.body, quote)), one.edits ?? [])
  const path = fill(one.path, encodeURIComponent)
  let query = fill(one.query, encodeURIComponent)
  const filled = (headers: Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        fill(value).replaceAll(HEADER, '').trim(),
      ]),
    )
  let headers: Record<string, string> = { host: 'tenkey.test', ...filled(one.headers) }
  // what can't be decoded can't be signed either
  const credential = isReadable(query) ? names.credentials.get(one.as) : undefined
  const { region = 'us-east-1', service = 'kms', age = 0, presigned } = one.signing ?? {}
  if (credential !== undefined) {
    const unsigned = { method: one.method, path, query, headers, body }
    const scope = { region, service, now: now - age }
    if (presigned === undefined) headers = signRequest(unsigned, credential, scope)
    else query = presignRequest(unsigned, credential, { ...scope, expiresInSeconds: presigned })
  }
  for (const [from, to] of one.altered ?? []) {
    const { authorization } = headers
    if (authorization !== undefined)
      headers['authorization'] = authorization.replace(from, () => to)
    query = query.replace(from, () => to)
  }
  headers = { ...headers, ...filled(one.sent ?? {}) }
  for (const name of Object.keys(headers)) if (headers[name] === '') delete headers[name]
  const { method } = one
  return { method, path, query, headers, body, sourceIp: '192.0.2.1', secure: true }
}
