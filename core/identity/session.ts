import { createHash, createSecretKey, type KeyObject } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { KmsError } from '../base/errors.ts'
import { parseJson } from '../base/json.ts'
import type { Keyring } from '../key/keyring.ts'
import type { Provenance } from './caller.ts'
import { type AttachedPolicy, newAccessKeyId, newSecretAccessKey } from './credential.ts'

/** UTF-16 units; "The plaintext that you use for both inline and managed session policies" (API_AssumeRole) */
const MAX_SESSION_POLICY = 2048
/**
 * bytes of session policies and tags once they are packed (AWS says only that there is a limit). With it a
 * session token has less than 5,000 characters, which fits API Gateway's 10,240 bytes of headers.
 */
const MAX_PACKED = 3072
/** bytes of a session opened; a bound for inflating, far above what is ever sealed */
const MAX_OPENED = 64 * 1024
/** characters of a session token that are looked at at all */
const MAX_TOKEN = 8192
/**
 * The format of what is sealed. 1, which has no number, is of releases that did not name what a session was
 * made from; its tokens last 36 hours at most. 3 is of federated users, whom older releases would take for the
 * user who federated them, and of managed session policies, which those would not heed: it is written for those
 * alone.
 */
const FORMAT = 3
const WITH_PROVENANCE = 2

/** What short-lived credentials stand for: all of it is in the session token, nothing in the store. */
export interface SessionData {
  /** `root`, `user/<name>` or `role/<name>` */
  readonly principal: string
  /** AIDA… or AROA…: a principal made anew under the old name is another; absent for root */
  readonly principalId?: string
  /** of a role's session: the second part of its ARN */
  readonly name?: string
  /** of a federated user: the name; `principal` is who federated it */
  readonly federated?: string
  /** Unix ms, by the machine's clock */
  readonly issued: number
  readonly expires: number
  /** Unix ms at which a second factor was proven */
  readonly mfaAt?: number
  /** session policies, as JSON text */
  readonly policies?: readonly string[]
  /** managed policies of its account, and AWS's, that are session policies too */
  readonly managed?: readonly AttachedPolicy[]
  readonly tags?: Readonly<Record<string, string>>
  /** names of session tags that go on to sessions made from this one */
  readonly transitive?: readonly string[]
  readonly sourceIdentity?: string
  /** ARN of the identity provider whose token it was made of */
  readonly provider?: string
  /** whom that provider vouched for */
  readonly subject?: string
  /** all that it was made from; absent in tokens of format 1 */
  readonly made?: Provenance
}

/** A session that is to be made: what from is told of each. */
export type NewSession = SessionData & { readonly made: Provenance }

/** A session as it was opened. */
export interface OpenSession {
  readonly session: SessionData
  /** the secret its requests are signed with */
  readonly secret: KeyObject
}
/** What is sealed; the secret is its own text. */
type Sealed = SessionData & { readonly secret: string; readonly format?: number }

/** Short-lived credentials as they are answered, this once. */
export interface IssuedSession {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  /** Unix ms */
  readonly Expiration: number
}

/** Binds a session token to its account and access key id. */
const contextOf = (accessKeyId: string) => ({ kind: 'session', accessKey: accessKeyId })

/**
 * Makes short-lived credentials: an ASIA access key id, a secret, and a session token that holds the
 * session and the secret, sealed under the tenant's key.
 */
export async function issueSession(
  wrapping: Pick<Keyring, 'sealSession'>,
  accountId: string,
  session: NewSession,
): Promise<IssuedSession> {
  const AccessKeyId = newAccessKeyId(accountId, 'ASIA')
  const SecretAccessKey = newSecretAccessKey()
  const { federated, managed } = session
  const format = federated === undefined && managed === undefined ? WITH_PROVENANCE : FORMAT
  const sealed: Sealed = { ...session, format, secret: SecretAccessKey }
  const bytes = deflateRawSync(JSON.stringify(sealed))
  try {
    const SessionToken = await wrapping.sealSession(accountId, contextOf(AccessKeyId), bytes)
    return { AccessKeyId, SecretAccessKey, SessionToken, Expiration: session.expires }
  } finally {
    bytes.fill(0)
  }
}

/** The session a token holds; undefined for a text that is none of this account and access key id. */
export async function openSession(
  keyring: Pick<Keyring, 'openSession'>,
  accountId: string,
  accessKeyId: string,
  token: string,
): Promise<OpenSession | undefined> {
  if (token.length > MAX_TOKEN) return undefined
  const bytes = await keyring.openSession(accountId, contextOf(accessKeyId), token)
  if (bytes === undefined) return undefined
  try {
    const json = inflateRawSync(bytes, { maxOutputLength: MAX_OPENED }).toString()
    const { secret, format = 1, ...session } = parseJson(json) as Sealed
    // what a newer release says of a session can't be told by this one
    if (format > FORMAT) return undefined
    return { session, secret: createSecretKey(Buffer.from(secret)) }
  } finally {
    bytes.fill(0)
  }
}

/** Names a session token in memory: SHA-256, so that no cache holds the token itself. */
export const tokenDigest = (token: string): string =>
  createHash('sha256').update(token).digest('base64')

/**
 * How much of its room a session's policies and tags take, in percent (PackedPolicySize).
 * @throws KmsError PackedPolicyTooLargeException
 */
export function packedSize({ policies = [], managed = [], tags = {} }: SessionData): number {
  const texts = [...policies, ...managed.map(({ policy }) => policy)]
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  const empty = texts.length === 0 && Object.keys(tags).length === 0
  const packed = empty ? 0 : deflateRawSync(JSON.stringify([texts, tags])).length
  const share = Math.max(length / MAX_SESSION_POLICY, packed / MAX_PACKED)
  const percent = Math.ceil(share * 100)
  if (percent <= 100) return percent
  throw new KmsError(
    'PackedPolicyTooLargeException',
    `PackedPolicyTooLarge: Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
  )
}

/** seconds a user's session lasts unless told, and a root's at most (API_GetSessionToken) */
const USER_DURATION = 43_200
const ROOT_DURATION = 3600

/**
 * A session of a user or root, which may do all that they may.
 * @param duration seconds
 * @param mfaAt Unix ms at which a second factor was proven
 */
export function userSession(
  who: Pick<NewSession, 'principal' | 'principalId' | 'made'>,
  {
    now,
    duration = USER_DURATION,
    mfaAt,
  }: { now: number; duration?: number | undefined; mfaAt: number | undefined },
): NewSession {
  const seconds = who.principal === 'root' ? Math.min(duration, ROOT_DURATION) : duration
  return {
    ...who,
    issued: now,
    expires: now + seconds * 1000,
    ...(mfaAt !== undefined && { mfaAt }),
  }
}
