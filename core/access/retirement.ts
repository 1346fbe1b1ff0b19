import type { GrantData } from '../grant/grant-items.ts'
import { findGrant, unknownGrant } from '../grant/grant-lookup.ts'
import type { Key } from '../key/key.ts'
import { NO_ACCESS } from '../policy/compile.ts'
import { type AccessPolicies, type Decision, decide } from '../policy/decide.ts'
import { grantAllows } from '../policy/grant-decision.ts'
import type { AccessRequest } from '../policy/request.ts'
import { retirementsOf } from '../policy/retirement.ts'
import type { Store } from '../store/store.ts'
import type { Asked } from './asked.ts'

/** What a decision about a grant's end needs beside the question. */
interface Reach {
  readonly read: Pick<Store, 'get'>
  /** the caller's */
  readonly policies: Omit<AccessPolicies, 'resourcePolicy' | 'grants'>
  /** gives a grant of an older release its meanings */
  meantGrant(key: Key, grant: GrantData): Promise<GrantData>
}

/**
 * Whom a grant names may retire it, whichever account its key is in and whatever the key's policy
 * says. Who is not named is told what any stranger is.
 * @param key undefined for one that is not there
 * @throws KmsError NotFoundException where one's own key has no such grant
 */
export async function ruleRetirement(
  grantId: string,
  asked: Asked,
  key: Key | undefined,
  request: AccessRequest,
  { read, policies, meantGrant }: Reach,
): Promise<Decision> {
  const { accountId } = asked.caller
  const crossAccount = request.resourceAccountId !== accountId
  const found = key && (await findGrant(key, grantId, read))
  if (found === undefined && !crossAccount) throw unknownGrant(grantId)
  const grant = key && found && (await meantGrant(key, found))
  const grants = grant === undefined ? [] : retirementsOf(grant)
  asked.constraints = grant?.constraints
  const named = grants.some((one) => grantAllows(one, request) !== undefined)
  const asOwn = named ? { ...request, resourceAccountId: accountId } : request
  return { ...decide(asOwn, { resourcePolicy: NO_ACCESS, ...policies, grants }), crossAccount }
}
