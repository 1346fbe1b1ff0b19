import { partitionOf } from '../base/arn.ts'
import { commit } from '../base/conflict.ts'
import { invalid } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item, ItemKey } from '../store/store.ts'
import { awsManagedAt } from './aws-managed-policies.ts'
import type { AttachedPolicy } from './credential.ts'
import { changeEntity, type Entity } from './entity.ts'
import { deleteConflict, noSuchEntity, quotaExceeded } from './iam-errors.ts'
import {
  type Attachment,
  attachmentItem,
  type ManagedPolicyData,
  managedPolicyItem,
  managedPolicyPlace,
  nameIn,
} from './iam-items.ts'
import { IAM_QUOTAS } from './iam-quotas.ts'
import { type Holder, resolveHaving } from './resolve-having.ts'

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>

/** ms after which a deletion that was begun and not ended, or an item of the other direction, is nobody's */
const LEFT_BEHIND = 60_000

/** A managed policy by its ARN: AWS's, or the account's own. */
export interface NamedPolicy {
  readonly attached: AttachedPolicy
  readonly arn: string
  /** of the account's own */
  readonly item?: Item
  readonly data?: ManagedPolicyData
}

/** An account, and a Region of its partition. */
export interface Home {
  readonly accountId: string
  readonly region: string
}

const ARN = /^arn:([a-z-]+):iam::(aws|\d{12}):policy(\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,128})$/

/**
 * An ARN of a managed policy taken apart. One of another partition is refused, as by AWS IAM: it would be a second
 * name of what conditions on iam:PolicyARN and iam:PermissionsBoundary know by its own.
 * @throws KmsError ValidationException
 */
function readArn(arn: string, region: string) {
  const [, partition, owner, policy = ''] = ARN.exec(arn) ?? []
  if (partition !== undefined && partition !== partitionOf(region)) {
    throw invalid('Invalid ARN partition')
  }
  return { owner, policy }
}

/**
 * The managed policy that an ARN names; undefined where there is none, or it is another account's.
 * @throws KmsError ValidationException for an ARN of another partition
 */
export async function findPolicy(
  read: Pick<DataPorts['read'], 'get'>,
  { accountId, region }: Home,
  arn: string,
): Promise<NamedPolicy | undefined> {
  const { owner, policy } = readArn(arn, region)
  if (owner === 'aws') {
    const aws = awsManagedAt(policy)
    return aws && { attached: { id: aws.id, policy }, arn }
  }
  if (owner !== accountId) return undefined
  const [item] = await read.get([managedPolicyPlace(accountId, nameIn(policy))])
  const data = item && managedPolicyItem.read(item)
  const its = data !== undefined && `${data.path ?? '/'}${data.name}` === policy
  return its && item !== undefined
    ? { attached: { id: data.id, policy }, arn, item, data }
    : undefined
}

/** How a policy is had, and by whom. */
interface Use {
  readonly as: Attachment['as']
  readonly id: string
}

/** Where the item of the other direction is. */
export const usePlace = (accountId: string, policyId: string, { as, id }: Use): ItemKey =>
  attachmentItem.place({ accountId, policy: policyId, use: `${as}-${id}` })

/**
 * Writes down that somebody is about to have a policy, before it does; a policy that is being deleted, or was
 * meanwhile, is nobody's to have. So either the deletion finds this, or this finds the deletion.
 * @throws KmsError NoSuchEntityException
 */
export async function announce(
  { read, write, remove }: Ports,
  home: Home,
  { attached, arn }: NamedPolicy,
  as: Attachment['as'],
  { type, id, name }: { readonly type: Entity['type']; readonly id: string; readonly name: string },
  now: number,
): Promise<void> {
  const place = usePlace(home.accountId, attached.id, { as, id })
  const [there] = await read.get([place])
  const item = attachmentItem.item(place, (there?.version ?? 0) + 1, { type, name, as, at: now })
  await commit(write.put(item))
  if (arn.split(':')[4] === 'aws') return
  const policy = await findPolicy(read, home, arn)
  const { deleting } = policy?.data ?? {}
  const stays =
    policy?.attached.id === attached.id && (deleting === undefined || now - deleting > LEFT_BEHIND)
  if (stays) return
  await remove.delete(item, item.version)
  throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
}

/** What `announce` wrote of a use, as it is before the policy is not had any more. */
export async function announced(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  policyId: string,
  use: Use,
): Promise<Item | undefined> {
  const [item] = await read.get([usePlace(accountId, policyId, use)])
  return item
}

/**
 * The opposite of `announce`, once the policy is not had any more. What was announced anew since it was read is
 * of who has the policy again, and stays.
 */
export async function retract(
  { remove }: Pick<DataPorts, 'remove'>,
  item: Item | undefined,
): Promise<void> {
  if (item !== undefined) await remove.delete(item, item.version)
}

/** Quotas as AWS names them. */
const QUOTA = {
  user: 'PoliciesPerUser',
  role: 'PoliciesPerRole',
  group: 'PoliciesPerGroup',
} as const

/**
 * Attaches a managed policy; nothing is done where it is attached.
 * @throws KmsError NoSuchEntityException, LimitExceededException
 */
export async function attachPolicy(
  ports: Ports,
  home: Home,
  entity: Entity,
  arn: string,
  now: number,
): Promise<void> {
  const policy = await findPolicy(ports.read, home, arn)
  if (policy === undefined) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)
  }
  const { attached = [], id: own, name } = entity.data
  const { type } = entity
  const { id } = policy.attached
  if (attached.some((one) => one.id === id)) return
  if (attached.length >= IAM_QUOTAS.attachedPolicies) {
    throw quotaExceeded(QUOTA[entity.type], IAM_QUOTAS.attachedPolicies)
  }
  await announce(ports, home, policy, 'policy', { type, id: own, name }, now)
  await changeEntity(ports, home.accountId, entity, { attached: [...attached, policy.attached] })
}

/** @throws KmsError NoSuchEntityException where it is not attached */
export async function detachPolicy(
  ports: Ports,
  { accountId, region }: Home,
  entity: Entity,
  arn: string,
): Promise<void> {
  const { owner, policy } = readArn(arn, region)
  const { attached = [] } = entity.data
  const known = attached.find(
    (one) =>
      one.policy === policy && (awsManagedAt(one.policy)?.id === one.id) === (owner === 'aws'),
  )
  if (known === undefined || (owner !== 'aws' && owner !== accountId)) {
    throw noSuchEntity(`Policy ${arn} was not found.`)
  }
  const left = attached.filter((one) => one !== known)
  const use = { as: 'policy', id: entity.data.id } as const
  const former = await announced(ports.read, accountId, known.id, use)
  await changeEntity(ports, accountId, entity, { attached: left.length === 0 ? undefined : left })
  await retract(ports, former)
}

/** That one may be deleted, which nothing is taken along with. @throws KmsError DeleteConflictException */
export function refusePolicies({
  attached,
  policies,
}: Pick<Entity['data'], 'attached' | 'policies'>): void {
  if (attached !== undefined) {
    throw deleteConflict('Cannot delete entity, must detach all policies first.')
  }
  if (Object.keys(policies).length > 0) {
    throw deleteConflict('Cannot delete entity, must delete policies first.')
  }
}

/** Somebody who has a policy. */
export interface User {
  readonly as: Attachment['as']
  readonly holder: Holder
}

/** Whether somebody has a policy, as its own item says it. */
const has = ({ type, data }: Holder, policyId: string, as: Attachment['as']): boolean =>
  as === 'policy'
    ? (data.attached ?? []).some(({ id }) => id === policyId)
    : type !== 'group' && data.boundaryPolicy?.id === policyId

/**
 * Everybody who has a policy attached or as boundary.
 * @param now to count those as well that are about to have it; they are told as `pending`
 */
export async function usersOf(
  read: DataPorts['read'],
  accountId: string,
  policyId: string,
  now = Number.POSITIVE_INFINITY,
): Promise<{ readonly users: readonly User[]; readonly pending: boolean }> {
  const users: User[] = []
  let pending = false
  const prefix = attachmentItem.prefix(policyId)
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({ pk: accountId, prefix, limit: 100, ...start })
    const list = page.items.map((item) => {
      const { use } = attachmentItem.parts(item)
      return { ...attachmentItem.read(item), id: use.slice(use.indexOf('-') + 1) }
    })
    const holders = await resolveHaving(read, accountId, list)
    for (const [index, { as, at }] of list.entries()) {
      const holder = holders[index]
      if (holder !== undefined && has(holder, policyId, as)) users.push({ as, holder })
      else if (now - at < LEFT_BEHIND) pending = true
    }
    after = page.items.at(-1)?.sk
    more = page.more
  }
  return { users, pending }
}
