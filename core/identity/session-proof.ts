import { BoundedCache } from '../base/bounded-cache.ts'
import type { Keyring } from '../key/keyring.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { type Claim, expired, unrecognized } from './claim.ts'
import { principalPlace, type TenantData } from './credential.ts'
import { managedPolicyPlace, nameIn } from './iam-items.ts'
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
  /** account and id of a principal → what was read of it: a guess, as in authenticate.ts */
  const along = new BoundedCache<readonly ItemKey[]>({ capacity: MOST_SESSIONS })
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

    places(accountId, { principal, principalId, made, managed = [] }) {
      const own = along.get(`${accountId}/${principalId}`) ?? []
      const known =
        made !== undefined
          ? placesOf(made, accountId)
          : principal === 'root'
            ? []
            : [principalPlace(accountId, principal)]
      const more = own.filter(({ pk, sk }) => !known.some((one) => one.pk === pk && one.sk === sk))
      if (managed.length === 0) return [...known, ...more]
      const policies = managed
        .map(({ policy }) => managedPolicyPlace(accountId, nameIn(policy)))
        .filter(({ sk }) => !more.some((one) => one.sk === sk))
      return [...known, ...more, ...policies]
    },

    async caller(claim, sealed, accessKeyId, tenant, found) {
      const { principal, principalId, made, issued, managed } = sealed
      const data =
        principal === 'root'
          ? undefined
          : await principalOf(claim.accountId, principal, principalId, found, (places) =>
              along.set(`${claim.accountId}/${principalId}`, places),
            )
      if (data?.id !== principalId) throw unrecognized()
      if (made !== undefined) await admitProvenance(made, found)
      else if (isRevoked(issued, tenant.sessionsValidAfter, data?.sessionsValidAfter)) {
        throw expired()
      }
      // loaded with the first: few sessions have managed policies
      const session =
        managed === undefined
          ? sealed
          : await (await import('./session-policies.ts')).withManagedPolicies(
              claim.accountId,
              sealed,
              found,
            )
      const { federated } = session
      if (federated === undefined) return sessionCaller(claim, session, data, accessKeyId)
      // loaded with the first: most sessions are of roles
      const { federatedCaller } = await import('./federated.ts')
      return federatedCaller(claim, { ...session, federated }, data, accessKeyId)
    },
  }
}
