import { KmsError } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import { renamed } from '../policy/rename.ts'
import type { Item } from '../store/store.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { type Changes, changeEntity } from './entity.ts'
import { shownInPolicy } from './meant-principals.ts'
import { principalArn, resourceOf } from './principal-caller.ts'
import { trustOf } from './role.ts'
import { readTenant } from './tenant.ts'

/** characters of all identity policies of a principal, white space not counted (IAM quota of a role) */
const MAX_POLICIES = 10_240
/** characters of all of them, white space too: what one item keeps */
const MAX_STORED = 65_536

/** A user or role of a tenant, as the operator's operations name it. */
export interface NamedPrincipal {
  readonly AccountId: string
  readonly Type: 'user' | 'role'
  readonly Name: string
}

/** @throws KmsError NotFoundException */
export async function readPrincipal(
  read: DataPorts['read'],
  { AccountId, Type, Name }: NamedPrincipal,
): Promise<{ item: Item; data: PrincipalData }> {
  await readTenant(read, AccountId)
  const [item] = await read.get([principalPlace(AccountId, `${Type}/${Name}`)])
  if (item === undefined) {
    throw new KmsError('NotFoundException', `The ${Type} ${Name} does not exist.`)
  }
  return { item, data: principalItem.read(item) }
}

/**
 * Changes a user or role; a member that is made undefined is taken away.
 * @throws KmsError NotFoundException, and what `change` throws
 */
export async function changePrincipal(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  named: NamedPrincipal,
  change: (data: PrincipalData) => Changes,
): Promise<void> {
  const { item, data } = await readPrincipal(ports.read, named)
  await changeEntity(ports, named.AccountId, { type: data.type, item, data }, change(data))
}

/** @throws KmsError LimitExceededException for identity policies that are too long together */
export function checkPolicies(policies: PrincipalData['policies']): void {
  const whole = [...Object.keys(policies), ...Object.values(policies)].join('')
  if (whole.length > MAX_STORED) {
    throw new KmsError(
      'LimitExceededException',
      `The identity policies and their names have ${whole.length} characters together, white space too; at most ${MAX_STORED} are kept.`,
    )
  }
  const characters = Object.values(policies).join('').replaceAll(/\s/g, '').length
  if (characters > MAX_POLICIES) {
    throw new KmsError(
      'LimitExceededException',
      `The identity policies have ${characters} characters together; at most ${MAX_POLICIES} are allowed.`,
    )
  }
}

/** A user or role as it is answered; who is gone stands in its trust policy by the unique id. */
export const shownPrincipal = async (
  read: Pick<DataPorts['read'], 'get'>,
  region: string,
  accountId: string,
  data: PrincipalData,
) => ({
  Arn: principalArn(region, accountId, resourceOf(data)),
  Type: data.type,
  Name: data.name,
  Path: data.path ?? '/',
  PrincipalId: data.id,
  Policies: data.policies,
  PermissionsBoundary: data.boundary,
  TrustPolicy: await shownTrust(read, region, accountId, data),
  MaxSessionDuration: data.maxSession,
  Tags: Object.entries(data.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  SessionsValidAfter: data.sessionsValidAfter,
  CreationDate: data.created,
})

export async function shownTrust(
  read: Pick<DataPorts['read'], 'get'>,
  region: string,
  accountId: string,
  data: PrincipalData,
): Promise<string | undefined> {
  const { document, meant = {} } = trustOf(data) ?? {}
  return document && renamed(document, await shownInPolicy(read, meant, { accountId, region }))
}
