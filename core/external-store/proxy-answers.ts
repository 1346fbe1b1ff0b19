import { parseJson } from '../base/json.ts'
import {
  type ExternalKeyMetadata,
  PROXY_ERRORS,
  type ProxyCiphertext,
  ProxyFailure,
} from '../custom-key-store/xks.ts'
import type { ProxyAnswer } from './proxy-connection.ts'

/*
 * What proxies answer is another's: every member is looked at, and its length, before it is believed. None of
 * it is ever repeated to a caller but what is of one of these forms.
 */

/** values of keyUsage (specification, "GetKeyMetadata") */
const MOST_USAGES = 10
/** key managers told by GetHealthStatus */
const MOST_MANAGERS = 10
const NAME = /^[\w.-]{1,64}$/
const IV_LENGTHS: readonly number[] = [12, 16]
const TAG_LENGTH = 16
const MOST_METADATA = 20
const INTEGRITY_LENGTH = 32

const malformed = (what: string) => new ProxyFailure('Malformed', what)

/** What a proxy answered, nothing of it looked at. */
export type Members = Readonly<Record<string, unknown>>

/**
 * The object that a proxy answered with success.
 * @throws ProxyFailure the specification's error by its name; Malformed for all else
 */
export function objectIn({ status, body }: ProxyAnswer): Members {
  const answer = parsed(body)
  if (status === 200) return answer
  const name = PROXY_ERRORS.find((known) => known === answer['errorName'])
  // what has another name, or is from a gateway on the way, can't be interpreted (specification, "Errors")
  throw name === undefined || status < 400
    ? malformed(`it answers HTTP ${status}`)
    : new ProxyFailure(name)
}

function parsed(body: Buffer): Members {
  try {
    const json: unknown = parseJson(body.toString())
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return { ...json }
  } catch {
    // refused below
  }
  throw malformed('it answers no JSON object')
}

/** Bytes of a member in base64 of RFC 4648 section 4, as it is written there and not otherwise. */
function bytesIn(answer: Members, name: string): Buffer {
  const text = answer[name]
  if (typeof text !== 'string') throw malformed(`it answers no ${name}`)
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw malformed(`its ${name} is not base64`)
  return bytes
}

function exactly(answer: Members, name: string, lengths: readonly number[]): Buffer {
  const bytes = bytesIn(answer, name)
  if (!lengths.includes(bytes.length)) throw malformed(`its ${name} has ${bytes.length} bytes`)
  return bytes
}

/** @param length of the plaintext that was sent */
export function proxyCiphertextIn(
  answer: Members,
  length: number,
): ProxyCiphertext & { readonly integrity: Buffer } {
  const metadata =
    answer['ciphertextMetadata'] === undefined || answer['ciphertextMetadata'] === null
      ? Buffer.alloc(0)
      : bytesIn(answer, 'ciphertextMetadata')
  if (metadata.length > MOST_METADATA) throw malformed('its ciphertextMetadata is too long')
  return {
    ciphertext: exactly(answer, 'ciphertext', [length]),
    iv: exactly(answer, 'initializationVector', IV_LENGTHS),
    tag: exactly(answer, 'authenticationTag', [TAG_LENGTH]),
    metadata,
    integrity: exactly(answer, 'ciphertextDataIntegrityValue', [INTEGRITY_LENGTH]),
  }
}

/** @param length of the ciphertext that was sent */
export const plaintextIn = (answer: Members, length: number): Buffer =>
  exactly(answer, 'plaintext', [length])

export function keyMetadataIn(answer: Members): ExternalKeyMetadata {
  const { keySpec, keyUsage, keyStatus } = answer
  const named = (value: unknown): value is string => typeof value === 'string' && NAME.test(value)
  if (!named(keySpec) || !named(keyStatus)) throw malformed('it answers no keySpec or keyStatus')
  if (!Array.isArray(keyUsage) || keyUsage.length > MOST_USAGES || !keyUsage.every(named)) {
    throw malformed('its keyUsage is no list of usages')
  }
  return { keySpec, keyUsage, keyStatus }
}

/** That a proxy's health is told in full, and that one of its key managers works. @throws ProxyFailure */
export function healthIn(answer: Members): void {
  const { xksProxyFleetSize, ekmFleetDetails } = answer
  const texts = ['xksProxyVendor', 'xksProxyModel', 'ekmVendor']
  if (!texts.every((name) => typeof answer[name] === 'string')) {
    throw malformed('it does not say whose it is')
  }
  if (!Number.isInteger(xksProxyFleetSize) || Number(xksProxyFleetSize) < 1) {
    throw malformed('its xksProxyFleetSize is no number of proxies')
  }
  if (!Array.isArray(ekmFleetDetails)) throw malformed('it answers no ekmFleetDetails')
  const statuses = ekmFleetDetails.map(statusOf)
  if (statuses.length < 1 || statuses.length > MOST_MANAGERS) {
    throw malformed(`it tells of ${statuses.length} key managers`)
  }
  if (statuses.every((status) => status === 'UNAVAILABLE')) throw new ProxyFailure('Unavailable')
}

function statusOf(manager: unknown): string {
  const { id, model, healthStatus }: Members =
    typeof manager === 'object' && manager !== null ? { ...manager } : {}
  const status = ['ACTIVE', 'DEGRADED', 'UNAVAILABLE'].find((known) => known === healthStatus)
  if (typeof id !== 'string' || typeof model !== 'string' || status === undefined) {
    throw malformed('it does not tell the health of a key manager')
  }
  return status
}
