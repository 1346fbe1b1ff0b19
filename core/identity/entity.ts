import { commit } from '../base/conflict.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { type EntityType, noSuch } from './iam-errors.ts'
import {
  claimPlace,
  type GroupData,
  groupItem,
  groupPlace,
  principalNameItem,
} from './iam-items.ts'

/** A user or role as it was read. */
export interface Principal {
  readonly type: 'user' | 'role'
  readonly item: Item
  readonly data: PrincipalData
}

/** A user, role or group as it was read: who has policies. */
export type Entity =
  | Principal
  | { readonly type: 'group'; readonly item: Item; readonly data: GroupData }

/** A member that is made undefined is taken away. */
export type Changes = { [Name in keyof PrincipalData]?: PrincipalData[Name] | undefined }

/** One by its name as it is spelled. @throws KmsError NoSuchEntityException */
export async function readEntity(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  type: EntityType,
  name: string,
): Promise<Entity> {
  return type === 'group'
    ? readGroup(read, accountId, name)
    : readPrincipal(read, accountId, type, name)
}

async function findGroup(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  name: string,
): Promise<(Entity & { readonly type: 'group' }) | undefined> {
  const [claim] = await read.get([claimPlace(accountId, 'group', name)])
  if (claim === undefined) return undefined
  const [item] = await read.get([groupPlace(accountId, principalNameItem.read(claim).id)])
  const data = item && groupItem.read(item)
  return item !== undefined && data?.name === name ? { type: 'group', item, data } : undefined
}

/** @throws KmsError NoSuchEntityException */
export async function readGroup(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  name: string,
): Promise<Entity & { readonly type: 'group' }> {
  const found = await findGroup(read, accountId, name)
  if (found === undefined) throw noSuch('group', name)
  return found
}

/** A user or role by its name. @throws KmsError NoSuchEntityException */
export async function readPrincipal(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  type: 'user' | 'role',
  name: string,
): Promise<Principal> {
  const [item] = await read.get([principalPlace(accountId, `${type}/${name}`)])
  if (item === undefined) throw noSuch(type, name)
  return { type, item, data: principalItem.read(item) }
}

/** @throws KmsError NoSuchEntityException */
export const readUser = (
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  name: string,
): Promise<Principal> => readPrincipal(read, accountId, 'user', name)

/** As `readUser`. @throws KmsError NoSuchEntityException */
export const readRoleOf = (
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  name: string,
): Promise<Principal> => readPrincipal(read, accountId, 'role', name)

/** The item that takes its place, with some changes. */
export function changedEntity(entity: Entity, changes: Changes): Item {
  if (entity.type === 'group') {
    return groupItem.next(entity.item, { ...entity.data, ...changes } as GroupData)
  }
  const { movedFrom: _former, ...data } = entity.data
  return principalItem.next(entity.item, { ...data, ...changes } as PrincipalData)
}

/**
 * Changes one.
 * @throws StoreConflict where another writer was first
 */
export async function changeEntity(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  accountId: string,
  entity: Entity,
  changes: Changes,
): Promise<void> {
  await settled(ports, accountId, entity)
  await commit(ports.write.put(changedEntity(entity, changes)))
}

/**
 * Ends a change of a user's name that was left before anything else of it is changed.
 * @throws StoreConflict where the call is to be made again from its reads
 */
export async function settled(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  accountId: string,
  entity: Entity,
): Promise<void> {
  if (entity.type === 'group') return
  const { movingTo, movedFrom } = entity.data
  if (movingTo === undefined && movedFrom === undefined) return
  const { endMove } = await import('./rename.ts')
  await endMove(ports, accountId, entity.item)
}
