import { BoundedCache } from '../base/bounded-cache.ts'
import type { Keyring } from '../key/keyring.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { type Claim, expired, unrecognized } from './claim.ts'
import { principalPlace, type TenantData } from './credential.ts'
import { principalOf, sessionCaller } from './principal-caller.ts'
import { admitProvenance, isRevoked, placesOf } from './provenance.ts'
import { type OpenSession, openSession, type SessionData, tokenDigest } from './session.ts'

/** sessions kept opened; some KB each at most */
const MOST_SESSIONS = 5000

/** A session as it was opened; the digest names its token in memory. */
export type ProvenSession = OpenSession & { readonly digest: string }

/** Session tokens as credentials. Loaded with the first: who signs with lasting keys never loads it. */
export interface SessionProofs {
  /** What a token says, which never changes; undefined for a text that is none of this account and key id. */
  open(accountId: string, accessKeyId: string, token: string): Promise<ProvenSession | undefined>
  /** The items of whom it stands for and of all that it was made from, beside its account. */
  places(accountId: string, session: SessionData): ItemKey[]
  /**
   * Whom it stands for, as long as all that it was made from is there.
   * @param tenant the account it is of
   * @throws KmsError UnrecognizedClientException, ExpiredTokenException where sessions were revoked
   */
  caller(
    claim: Claim,
    session: SessionData,
    accessKeyId: string,
    tenant: TenantData,
    found: Found,
  ): Promise<Caller>
}

/** @param lifetime ms for which an opened session is kept */
export function sessionProofs(
  keyring: Pick<Keyring, 'openSession'>,
  lifetime: number,
): SessionProofs {
  const sessions = new BoundedCache<OpenSession>({ capacity: MOST_SESSIONS, lifetime })
  return {
    async open(accountId, accessKeyId, token) {
      const digest = tokenDigest(token)
      const slot = `${accountId}/${accessKeyId}/${digest}`
      const kept = sessions.get(slot)
      const opened = kept ?? (await openSession(keyring, accountId, accessKeyId, token))
      if (opened === undefined) return undefined
      if (kept === undefined) sessions.set(slot, opened)
      return { ...opened, digest }
    },

    places(accountId, { principal, made }) {
      if (made !== undefined) return placesOf(made, accountId)
      return principal === 'root' ? [] : [principalPlace(accountId, principal)]
    },

    async caller(claim, session, accessKeyId, tenant, found) {
      const { principal, principalId, made, issued } = session
      const data =
        principal === 'root' ? undefined : await principalOf(claim.accountId, principal, found)
      if (data?.id !== principalId) throw unrecognized()
      if (made !== undefined) await admitProvenance(made, found)
      else if (isRevoked(issued, tenant.sessionsValidAfter, data?.sessionsValidAfter)) {
        throw expired()
      }
      return sessionCaller(claim, session, data, accessKeyId)
    },
  }
}
