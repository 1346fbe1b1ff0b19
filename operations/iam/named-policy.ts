import { KmsError } from '../../core/base/errors.ts'
import { findPolicy, type Home, type NamedPolicy } from '../../core/identity/attachment.ts'
import type { Caller } from '../../core/identity/caller.ts'
import { noSuchEntity } from '../../core/identity/iam-errors.ts'
import type { OwnPolicy } from '../../core/identity/managed-policy.ts'
import type { DataPorts } from '../../core/key/ports.ts'

/** The managed policy that a request names. @throws KmsError NoSuchEntityException */
export async function policyNamed(
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  arn: string,
): Promise<NamedPolicy> {
  const found = await findPolicy(read, home, arn)
  if (found === undefined) throw noSuchEntity(`Policy ${arn} was not found.`)
  return found
}

/**
 * A managed policy that is to be changed: the account's own.
 * @throws KmsError NoSuchEntityException; AccessDeniedException for one that AWS manages
 */
export async function ownPolicy(
  read: Pick<DataPorts['read'], 'get'>,
  { arn: who, accountId }: Caller,
  region: string,
  action: string,
  arn: string,
): Promise<OwnPolicy> {
  const { item, data, ...named } = await policyNamed(read, { accountId, region }, arn)
  if (item !== undefined && data !== undefined) return { ...named, item, data }
  throw new KmsError(
    'AccessDeniedException',
    `User: ${who} is not authorized to perform: iam:${action} on resource: policy ${arn}`,
  )
}
