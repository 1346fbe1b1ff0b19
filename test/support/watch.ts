import type { Audit, AuditReader, AuditRecord } from '../../core/audit/audit.ts'
import type { Log } from '../../core/base/log.ts'
import type { AnyOperation } from '../../core/operation.ts'
import type { Protocol } from '../../core/protocol/protocol.ts'
import type { Service } from '../../core/service.ts'

/** One answer the service gave to a request that named an operation. */
interface Given {
  readonly requestId: string
  readonly operation?: string
  readonly code?: string
  readonly side?: 'client' | 'server'
  /** that was refused, where the request named one that exists */
  readonly refused?: AnyOperation
}

/** What a service did, seen from inside: its answers, its log, its audit records, its secrets. */
export interface Watch {
  readonly answers: Given[]
  readonly log: { readonly level: string; readonly entry: Readonly<Record<string, unknown>> }[]
  readonly records: AuditRecord[]
  /** calls of the store and the root that the role of the operation's Lambda function would not allow */
  readonly denied: string[]
  /** plaintexts and secrets that came in or went out, as base64 or as text */
  readonly secrets: Set<string>
  /** Forgets answers, log and records; secrets stay secret. */
  clear(): void
}

export function newWatch(): Watch {
  const watch: Watch = {
    answers: [],
    log: [],
    records: [],
    denied: [],
    secrets: new Set(),
    clear() {
      watch.answers.length = 0
      watch.log.length = 0
      watch.records.length = 0
      watch.denied.length = 0
    },
  }
  return watch
}

export const watchedLog =
  (watch: Watch): Log =>
  (level, entry) =>
    watch.log.push({ level, entry })

export function watchedTrail(watch: Watch, trail: Audit & AuditReader): Audit & AuditReader {
  return {
    ...trail,
    record(records, durable, known) {
      watch.records.push(...records)
      return trail.record(records, durable, known)
    },
  }
}

/** The same service, its faces telling what they read and answer. */
export function watched(watch: Watch, service: Service): Service {
  const faces = Object.entries(service)
    .filter((entry): entry is [string, Protocol] => isProtocol(entry[1]))
    .map(([name, protocol]) => [name, watchedProtocol(watch, protocol)])
  return { ...service, ...Object.fromEntries(faces) }
}

const isProtocol = (part: unknown): part is Protocol =>
  typeof part === 'object' && part !== null && 'face' in part && 'route' in part

function watchedProtocol(watch: Watch, inner: Protocol): Protocol {
  const protocol: Protocol = {
    ...inner,
    route: (request) => ({ ...inner.route(request), protocol }),
    input(route, request, claim) {
      const json = inner.input(route, request, claim)
      gather(watch.secrets, json)
      return json
    },
    success(operation: AnyOperation, output, context) {
      gather(watch.secrets, output)
      watch.answers.push({ requestId: context.requestId, operation: operation.name })
      return inner.success(operation, output, context)
    },
    failure(error, context) {
      const { code, fault } = error
      const { requestId, operation } = context
      watch.answers.push({
        requestId,
        code,
        side: fault.side,
        ...(operation !== undefined && { refused: operation }),
      })
      return inner.failure(error, context)
    },
  }
  return protocol
}

/** Members whose value nobody but the caller may ever see. */
const SECRET =
  /^([Pp]laintext|SecretAccessKey|RawSecretAccessKey|KeyStorePassword|PrivateKeyPlaintext|SharedSecret|GrantToken|SessionToken)$/
const SECRET_LISTS = /^GrantTokens$/

/** One character again and again, which tests of bounds send, stands in other texts too. */
const isTelling = (text: string): boolean => text.length >= 12 && new Set(text).size > 1

function gather(secrets: Set<string>, json: unknown, depth = 0): void {
  if (typeof json !== 'object' || json === null || depth > 8) return
  for (const [name, value] of Object.entries(json)) {
    // a shorter one would be found by chance
    if (SECRET.test(name) && typeof value === 'string' && isTelling(value)) secrets.add(value)
    if (SECRET_LISTS.test(name) && Array.isArray(value)) {
      for (const token of value) if (String(token).length >= 12) secrets.add(String(token))
    }
    gather(secrets, value, depth + 1)
  }
}

/** The forms in which a secret might show: as it is on the wire, in hex, and as text where it is text. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'base64')
  if (bytes.toString('base64') !== secret) return [secret]
  const text = bytes.toString('utf8')
  const printable = /^[\x20-\x7e]{8,}$/.test(text)
  return [secret, bytes.toString('hex'), ...(printable ? [text] : [])]
}
