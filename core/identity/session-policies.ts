import { invalid } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Found } from '../store/store.ts'
import { findPolicy, type Home } from './attachment.ts'
import { awsManagedById, awsManagedText } from './aws-managed-policies.ts'
import type { AttachedPolicy } from './credential.ts'
import { managedPolicyItem, managedPolicyPlace, nameIn } from './iam-items.ts'
import type { SessionData } from './session.ts'

/** managed session policies of a session (API_AssumeRole, PolicyArns) */
const MOST_POLICIES = 10

/** Permits nothing, and denies nothing: what a resource's policy permits a session by its own ARN it has. */
export const NOTHING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'tenkey:Nothing', Resource: 'arn:aws:iam:::nothing' }],
})

/** How a request names a managed session policy. */
export interface PolicyDescriptor {
  readonly arn?: string | undefined
}

/**
 * The managed policies that are to limit a session, of the account it is of, or AWS's. The session keeps their
 * ids: their texts are read with each of its calls, in the one round trip.
 * @throws KmsError ValidationException for too many, and one that is not there
 */
export async function managedSessionPolicies(
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  named: readonly PolicyDescriptor[] = [],
): Promise<{ readonly managed?: readonly AttachedPolicy[] }> {
  if (named.length === 0) return {}
  if (named.length > MOST_POLICIES) {
    throw invalid(`A session has at most ${MOST_POLICIES} managed session policies.`)
  }
  const managed = new Map<string, AttachedPolicy>()
  for (const { arn = '' } of named) {
    const policy = await findPolicy(read, home, arn)
    if (policy === undefined) throw invalid(`Policy ${arn} does not exist or is not attachable.`)
    managed.set(policy.attached.id, policy.attached)
  }
  return { managed: [...managed.values()] }
}

/**
 * A session with the texts of its managed policies, as they are now, among its session policies. One that is
 * gone, or another of its name, permits nothing.
 */
export async function withManagedPolicies(
  accountId: string,
  { managed = [], policies = [], ...session }: SessionData,
  found: Found,
): Promise<SessionData> {
  const texts = await Promise.all(
    managed.map(async ({ id, policy }) => {
      const aws = awsManagedById(id)
      if (aws !== undefined) return awsManagedText(aws)
      const item = await found(managedPolicyPlace(accountId, nameIn(policy)))
      const data = item && managedPolicyItem.read(item)
      return data?.id === id ? data.document : NOTHING
    }),
  )
  return { ...session, policies: [...policies, ...texts] }
}
