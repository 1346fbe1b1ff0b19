import { commit } from '../base/conflict.ts'
import type { DataPorts } from '../key/ports.ts'
import {
  announce,
  announced,
  findPolicy,
  type Home,
  type NamedPolicy,
  retract,
} from './attachment.ts'
import { type AttachedPolicy, type PrincipalData, principalItem } from './credential.ts'
import { type Principal, settled } from './entity.ts'
import { noSuchEntity, unmodifiable } from './iam-errors.ts'

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>

/** The managed policy that is to be a boundary. @throws KmsError NoSuchEntityException */
export async function boundaryNamed(
  read: Pick<DataPorts['read'], 'get'>,
  home: Home,
  arn: string,
): Promise<NamedPolicy> {
  const policy = await findPolicy(read, home, arn)
  if (policy === undefined)
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`)
  return policy
}

/** @throws KmsError UnmodifiableEntityException where the operator put the boundary */
function refuseOperators({ type, name, boundary }: PrincipalData): void {
  if (boundary === undefined) return
  throw unmodifiable(
    `The permissions boundary of ${type} ${name} was put by the operator of the service.`,
  )
}

/**
 * Makes a managed policy the permissions boundary of a user or role.
 * @throws KmsError NoSuchEntityException, UnmodifiableEntityException; StoreConflict
 */
export async function putBoundary(
  ports: Ports,
  home: Home,
  entity: Principal,
  arn: string,
  now: number,
): Promise<void> {
  refuseOperators(entity.data)
  const { accountId } = home
  const policy = await boundaryNamed(ports.read, home, arn)
  const { boundaryPolicy } = entity.data
  if (boundaryPolicy?.id === policy.attached.id) return
  await announce(ports, home, policy, 'boundary', entity.data, now)
  const use = { as: 'boundary', id: entity.data.id } as const
  const former = boundaryPolicy && (await announced(ports.read, accountId, boundaryPolicy.id, use))
  await write(ports, accountId, entity, policy.attached)
  await retract(ports, former)
}

/**
 * Takes the permissions boundary away.
 * @throws KmsError NoSuchEntityException, UnmodifiableEntityException; StoreConflict
 */
export async function deleteBoundary(
  ports: Ports,
  accountId: string,
  entity: Principal,
): Promise<void> {
  refuseOperators(entity.data)
  const { boundaryPolicy, type, name, id } = entity.data
  if (boundaryPolicy === undefined) {
    throw noSuchEntity(`The ${type} with name ${name} has no permissions boundary.`)
  }
  const former = await announced(ports.read, accountId, boundaryPolicy.id, { as: 'boundary', id })
  await write(ports, accountId, entity, undefined)
  await retract(ports, former)
}

async function write(
  ports: Ports,
  accountId: string,
  entity: Principal,
  policy: AttachedPolicy | undefined,
): Promise<void> {
  await settled(ports, accountId, entity)
  const { boundaryPolicy: _before, movedFrom: _former, ...data } = entity.data
  const changed = { ...data, ...(policy !== undefined && { boundaryPolicy: policy }) }
  await commit(ports.write.put(principalItem.next(entity.item, changed)))
}
