import type { JWTPayload } from 'jose'

/** s by which an issuer's clock may differ from ours, unless it is registered with another number */
export const TOLERANCE = 60

/** What an issuer's tokens must be beside signed, for an audience, and not over. */
export interface TokenChecks {
  /** s since a token was issued at which it is too old, however long it says it holds */
  readonly maxAge?: number
  /** s by which the issuer's clock may differ from ours */
  readonly tolerance?: number
  /** clients, one of which a token must have been issued to */
  readonly parties?: readonly string[]
  /** claim that names that client; `azp` unless given */
  readonly partyClaim?: string
  /** claim that has the audience; `aud` unless given: access tokens of Amazon Cognito have `client_id` alone */
  readonly audienceClaim?: string
  /** claim → the text that it must be, or have in its list */
  readonly required?: Readonly<Record<string, string>>
}

/**
 * A claim of a token: of that very name, or by a JSON Pointer (RFC 6901), e.g. `/realm_access/roles`.
 * @returns undefined where there is none
 */
export function claimAt(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name]
  if (!name.startsWith('/')) return undefined
  let at: unknown = payload
  for (const part of name.slice(1).split('/')) {
    const member = part.replaceAll('~1', '/').replaceAll('~0', '~')
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined
    at = Object.entries(at).find(([key]) => key === member)?.[1]
  }
  return at
}

/**
 * A claim's value as text: a text, a number or a boolean.
 * @returns undefined for anything else, and for a number that several numbers of JSON are read as (beyond 2^53,
 *   RFC 8259 §6): two ids could be one, and one's tenant or policies the other's
 */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'number' || Math.abs(value) > Number.MAX_SAFE_INTEGER) return undefined
  return String(value)
}

/** A claim as texts (`textOf`), or those of a list; none of what is none. */
export function textsAt(payload: JWTPayload, name: string): readonly string[] {
  const value = claimAt(payload, name)
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  return all.flatMap((one) => textOf(one) ?? [])
}

/**
 * What is wrong with a token whose signature, issuer, audience and end are right; undefined for nothing.
 * @param strict whether a token for several audiences must have been issued to a client that is listed
 *   (OpenID Connect Core §3.1.3.7): one that another of them holds could be brought here
 */
export function faultOf(
  payload: JWTPayload,
  { parties, partyClaim = 'azp', required = {} }: TokenChecks,
  strict: boolean,
): string | undefined {
  if (parties !== undefined) {
    const party = claimAt(payload, partyClaim)
    if (typeof party !== 'string' || !parties.includes(party)) {
      return `its claim ${partyClaim} is not as it must be`
    }
  } else if (strict && Array.isArray(payload.aud) && payload.aud.length > 1) {
    return 'it has several audiences, and its issuer no authorized parties'
  }
  const other = Object.entries(required).find(
    ([name, text]) => !textsAt(payload, name).includes(text),
  )
  return other && `its claim ${other[0]} is not as it must be`
}

/** Whether a token is older than its issuer's may be. @param now Unix ms */
export const isTooOld = (
  { iat = 0 }: JWTPayload,
  { maxAge, tolerance = TOLERANCE }: TokenChecks,
  now: number,
): boolean => maxAge !== undefined && now > (iat + maxAge + tolerance) * 1000
