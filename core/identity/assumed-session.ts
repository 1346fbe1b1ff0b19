import { invalid, KmsError } from '../base/errors.ts'
import type { Caller } from './caller.ts'
import type { PrincipalData } from './credential.ts'
import { isRooted, madeThrough, provenanceOf } from './provenance.ts'
import { type NewSession, packedSize } from './session.ts'

/** seconds a role's session lasts unless told, and at most unless the role says more */
const ROLE_DURATION = 3600
/** seconds a session made from a role's session lasts at most ("role chaining", API_AssumeRole) */
const CHAINED_DURATION = 3600
/** session tags (IAM User Guide, "Pass session tags in AWS STS") */
const MOST_TAGS = 50

/** What a request asks of the session of a role. */
export interface WantedSession {
  /** of the role */
  readonly accountId: string
  /** of that account: sessionsValidAfter */
  readonly accountRevokedAt: number | undefined
  readonly name: string
  /** seconds */
  readonly duration: number | undefined
  readonly policy: string | undefined
  /** `managed`, where there are any */
  readonly managed: Pick<NewSession, 'managed'>
  readonly tags: readonly { readonly Key: string; readonly Value: string }[]
  readonly transitive: readonly string[]
  readonly sourceIdentity: string | undefined
  /** Unix ms */
  readonly now: number
}

/**
 * The session of a role that a caller may assume. A second factor, shown with the request or by the caller's own
 * session, lets in (conditions of the trust policy look at it) and goes no further: "The temporary credentials
 * returned by AssumeRole do not include MFA information in the context, so you cannot check individual API
 * operations for MFA" (IAM User Guide, "Secure API access with MFA"). So of its calls aws:MultiFactorAuthPresent is
 * false, and a role that is assumed from it is asked without one.
 * @throws KmsError ValidationException for its duration or tags, or too long a chain, PackedPolicyTooLargeException,
 *   AccessDeniedException where it would change the source identity
 */
export function assumedSession(
  caller: Caller,
  role: PrincipalData,
  wanted: WantedSession,
): { session: NewSession; packed: number } {
  const inherited = caller.session?.transitiveTags ?? {}
  const tags = sessionTagsOf(wanted, inherited)
  const principal = `role/${role.name}`
  const before = provenanceOf(caller)
  const made = madeThrough(before, {
    accountId: wanted.accountId,
    name: principal,
    id: role.id,
    after: role.sessionsValidAfter,
    accountAfter: wanted.accountRevokedAt,
  })
  const expires = wanted.now + durationOf(caller, role, wanted.duration) * 1000
  const session: NewSession = {
    principal,
    principalId: role.id,
    name: wanted.name,
    issued: wanted.now,
    // what a session of an older release began with isn't known: none made from it outlives it
    expires: isRooted(before) ? expires : Math.min(expires, caller.session?.expires ?? 0),
    made,
    ...(wanted.policy !== undefined && { policies: [wanted.policy] }),
    ...wanted.managed,
    ...(Object.keys(tags).length > 0 && { tags }),
    transitive: [...new Set([...Object.keys(inherited), ...wanted.transitive])],
    ...sourceIdentityOf(caller, wanted.sourceIdentity),
  }
  return { session, packed: packedSize(session) }
}

function durationOf(caller: Caller, role: PrincipalData, asked: number | undefined): number {
  const most = role.maxSession ?? ROLE_DURATION
  const duration = asked ?? Math.min(ROLE_DURATION, most)
  if (duration > most) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  if (caller.type === 'assumed-role' && duration > CHAINED_DURATION) {
    throw invalid(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    )
  }
  return duration
}

/**
 * Session tags by name.
 * @throws KmsError ValidationException
 */
export function sessionTagsOf(
  { tags, transitive }: Pick<WantedSession, 'tags' | 'transitive'>,
  inherited: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = tags.map(({ Key }) => Key.toLowerCase())
  if (new Set(names).size < names.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (names.some((name) => name.startsWith('aws:'))) {
    throw invalid('Tag keys beginning with aws: are reserved.')
  }
  const kept = new Set(Object.keys(inherited).map((name) => name.toLowerCase()))
  if (names.some((name) => kept.has(name))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  if (transitive.some((name) => !tags.some(({ Key }) => Key === name))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.')
  }
  const all = { ...inherited, ...Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }
  if (Object.keys(all).length > MOST_TAGS) {
    throw invalid(`A session has at most ${MOST_TAGS} tags.`)
  }
  return all
}

/** Once set it goes on to every session made from this one. */
function sourceIdentityOf({ session }: Caller, wanted: string | undefined) {
  const before = session?.sourceIdentity
  if (before !== undefined && wanted !== undefined && wanted !== before) {
    throw new KmsError(
      'AccessDeniedException',
      'The source identity of a session can not be changed.',
    )
  }
  const sourceIdentity = before ?? wanted
  return sourceIdentity === undefined ? {} : { sourceIdentity }
}
