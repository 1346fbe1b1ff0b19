import { invalid } from '../../core/base/errors.ts'
import type { Caller } from '../../core/identity/caller.ts'
import { principalItem, principalPlace } from '../../core/identity/credential.ts'
import { provenanceOf } from '../../core/identity/provenance.ts'
import { issueSession, type NewSession, packedSize } from '../../core/identity/session.ts'
import { managedSessionPolicies } from '../../core/identity/session-policies.ts'
import type { DataPorts } from '../../core/key/ports.ts'

/** seconds unless given; API_AssumeRoleWithWebIdentity */
const DURATION = 3600

/** What a session is asked to be. */
interface Asked {
  readonly PolicyArns?: Parameters<typeof managedSessionPolicies>[2]
  readonly Policy?: string | undefined
  readonly DurationSeconds?: number | undefined
}

/**
 * Makes the session lasting that a caller is by a proof from elsewhere: a token of an issuer, or what AWS STS says.
 * @returns the members that the answers of such operations share
 * @throws KmsError ValidationException where the role has no sessions as long as that
 */
export async function provenSession(
  input: Asked,
  caller: Caller,
  { wallTime, region }: { readonly wallTime: number; readonly region: string },
  { read, wrapping }: Pick<DataPorts, 'read' | 'wrapping'>,
) {
  const { accountId, arn, userId, name, session } = caller
  const principal = `role/${name}`
  const [item] = await read.get([principalPlace(accountId, principal)])
  const role = item && principalItem.read(item)
  const [principalId = '', sessionName = ''] = userId.split(':')
  const duration = input.DurationSeconds ?? DURATION
  if (duration > (role?.maxSession ?? DURATION)) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  const made: NewSession = {
    principal,
    principalId,
    name: sessionName,
    issued: wallTime,
    expires: wallTime + duration * 1000,
    made: provenanceOf(caller),
    ...(session?.mfaAt !== undefined && { mfaAt: session.mfaAt }),
    ...(input.Policy !== undefined && { policies: [input.Policy] }),
    ...(await managedSessionPolicies(read, { accountId, region }, input.PolicyArns)),
    ...(session?.tags !== undefined && { tags: session.tags }),
    ...(session?.provider !== undefined && { provider: session.provider }),
    ...(session?.subject !== undefined && { subject: session.subject }),
  }
  const packed = packedSize(made)
  return {
    Credentials: await issueSession(wrapping, accountId, made),
    AssumedRoleUser: { AssumedRoleId: userId, Arn: arn },
    PackedPolicySize: packed > 0 ? packed : undefined,
  }
}
