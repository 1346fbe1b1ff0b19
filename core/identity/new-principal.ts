import type { DataPorts } from '../key/ports.ts'
import { announce, type Home } from './attachment.ts'
import { boundaryNamed } from './boundary-policy.ts'
import { countItems } from './count-items.ts'
import { type PrincipalData, principalItem } from './credential.ts'
import { exists, quotaExceeded } from './iam-errors.ts'
import { IAM_QUOTAS } from './iam-quotas.ts'
import { createPrincipal } from './tenant.ts'

/**
 * Makes a user or role as AWS IAM does: within the account's quota, with a managed policy as boundary.
 * @throws KmsError EntityAlreadyExistsException, NoSuchEntityException, LimitExceededException; StoreConflict
 */
export async function newPrincipal(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove' | 'wrapping'>,
  home: Home,
  given: Omit<PrincipalData, 'id' | 'boundaryPolicy'>,
  boundaryArn: string | undefined,
): Promise<PrincipalData> {
  const { accountId } = home
  const { type, created } = given
  const most = type === 'user' ? IAM_QUOTAS.users : IAM_QUOTAS.roles
  if (
    (await countItems(ports.read, accountId, `${principalItem.prefix()}${type}/`, most)) >= most
  ) {
    throw quotaExceeded(type === 'user' ? 'UsersPerAccount' : 'RolesPerAccount', most)
  }
  const boundary =
    boundaryArn === undefined ? undefined : await boundaryNamed(ports.read, home, boundaryArn)
  const principal = {
    ...given,
    ...(boundary !== undefined && { boundaryPolicy: boundary.attached }),
  }
  const known = (data: PrincipalData) =>
    boundary === undefined ? undefined : announce(ports, home, boundary, 'boundary', data, created)
  const made = await createPrincipal(ports, accountId, principal, false, {
    taken: () => exists(type, given.name),
    before: known,
  })
  return made.data
}
