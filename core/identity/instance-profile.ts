import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import { countItems } from './count-items.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { deleteConflict, noSuchEntity, quotaExceeded } from './iam-errors.ts'
import { type InstanceProfileData, instanceProfileItem, instanceProfilePlace } from './iam-items.ts'
import { IAM_QUOTAS } from './iam-quotas.ts'
import { newUniqueId } from './unique-id.ts'

/** An instance profile as it was read. No instance is here that takes its role: it is kept for tools that make one. */
export interface InstanceProfile {
  readonly item: Item
  readonly data: InstanceProfileData
}

type Read = Pick<DataPorts['read'], 'get'>

/**
 * Makes an instance profile with no role in it.
 * @throws KmsError EntityAlreadyExistsException, LimitExceededException
 */
export async function createInstanceProfile(
  { read, write }: Pick<DataPorts, 'read' | 'write'>,
  accountId: string,
  given: Pick<InstanceProfileData, 'name' | 'path' | 'tags' | 'created'>,
): Promise<InstanceProfileData> {
  const most = IAM_QUOTAS.instanceProfiles
  if ((await countItems(read, accountId, instanceProfileItem.prefix(), most)) >= most) {
    throw quotaExceeded('InstanceProfilesPerAccount', most)
  }
  const data: InstanceProfileData = { ...given, id: newUniqueId('AIPA') }
  const place = instanceProfilePlace(accountId, data.name)
  if (await write.put(instanceProfileItem.item(place, 1, data))) return data
  throw new KmsError(
    'EntityAlreadyExistsException',
    `Instance Profile ${data.name} already exists.`,
  )
}

/** One by its name as it is spelled. @throws KmsError NoSuchEntityException */
export async function readInstanceProfile(
  read: Read,
  accountId: string,
  name: string,
): Promise<InstanceProfile> {
  const [item] = await read.get([instanceProfilePlace(accountId, name)])
  const data = item && instanceProfileItem.read(item)
  if (item !== undefined && data?.name === name) return { item, data }
  throw noSuchEntity(`Instance Profile ${name} cannot be found.`)
}

/** The role that is in it; undefined where there is none, or it is gone. */
export async function roleIn(
  read: Read,
  accountId: string,
  { role }: InstanceProfileData,
): Promise<PrincipalData | undefined> {
  if (role === undefined) return undefined
  const [item] = await read.get([principalPlace(accountId, `role/${role.name}`)])
  const data = item && principalItem.read(item)
  return data?.id === role.id ? data : undefined
}

/** Those a role is in, by name. */
export async function profilesOf(
  read: Pick<DataPorts['read'], 'query'>,
  accountId: string,
  { id }: Pick<PrincipalData, 'id'>,
): Promise<InstanceProfileData[]> {
  const all = await allProfiles(read, accountId)
  return all.filter(({ role }) => role?.id === id)
}

/** All of an account, by name. */
export async function allProfiles(
  read: Pick<DataPorts['read'], 'query'>,
  accountId: string,
): Promise<InstanceProfileData[]> {
  const all: InstanceProfileData[] = []
  const prefix = instanceProfileItem.prefix()
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({ pk: accountId, prefix, limit: 1000, ...start })
    all.push(...page.items.map((item) => instanceProfileItem.read(item)))
    after = page.items.at(-1)?.sk
    more = page.more
  }
  return all
}

/** Changes one. @throws StoreConflict where another writer was first */
export const changeInstanceProfile = (
  { write }: Pick<DataPorts, 'write'>,
  { item, data }: InstanceProfile,
  changes: Partial<Pick<InstanceProfileData, 'tags'>>,
): Promise<void> => commit(write.put(instanceProfileItem.next(item, { ...data, ...changes })))

/**
 * Puts a role in, of which one has room.
 * @throws KmsError LimitExceededException; StoreConflict
 */
export async function putRoleIn(
  { read, write }: Pick<DataPorts, 'read' | 'write'>,
  accountId: string,
  { item, data }: InstanceProfile,
  { name, id }: PrincipalData,
): Promise<void> {
  if ((await roleIn(read, accountId, data)) !== undefined) {
    throw quotaExceeded('InstanceSessionsPerInstanceProfile', 1)
  }
  await commit(write.put(instanceProfileItem.next(item, { ...data, role: { name, id } })))
}

/** Takes a role out. @throws KmsError NoSuchEntityException where it is not in it; StoreConflict */
export async function takeRoleOut(
  { write }: Pick<DataPorts, 'write'>,
  { item, data }: InstanceProfile,
  role: PrincipalData,
): Promise<void> {
  const { role: former, ...rest } = data
  if (former?.id !== role.id) {
    throw noSuchEntity(`The role with name ${role.name} cannot be found.`)
  }
  await commit(write.put(instanceProfileItem.next(item, rest)))
}

/** Deletes one that no role is in. @throws KmsError DeleteConflictException; StoreConflict */
export async function deleteProfile(
  { read, remove }: Pick<DataPorts, 'read' | 'remove'>,
  accountId: string,
  { item, data }: InstanceProfile,
): Promise<void> {
  if ((await roleIn(read, accountId, data)) !== undefined) throw inProfile()
  await commit(remove.delete(item, item.version))
}

/** What is refused of a profile with a role in it, and of a role that is in one. */
export const inProfile = (): KmsError =>
  deleteConflict('Cannot delete entity, must remove roles from instance profile first.')
