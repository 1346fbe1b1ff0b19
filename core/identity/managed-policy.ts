import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import { admitPolicy } from '../policy/admit-document.ts'
import type { Item } from '../store/store.ts'
import { type NamedPolicy, usersOf } from './attachment.ts'
import { deleteConflict, limitExceeded, noSuchEntity, quotaExceeded } from './iam-errors.ts'
import {
  attachmentItem,
  type ManagedPolicyData,
  managedPolicyItem,
  managedPolicyPlace,
  policyVersionItem,
} from './iam-items.ts'
import { IAM_QUOTAS, MANAGED_POLICY_CHARACTERS, policyLength } from './iam-quotas.ts'
import { newUniqueId } from './unique-id.ts'

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>

/**
 * A document that is to be a managed policy's.
 * @throws KmsError MalformedPolicyDocumentException, LimitExceededException
 */
export function admitManaged(document: string): void {
  admitPolicy(document, 'identity-policy')
  if (policyLength(document) <= MANAGED_POLICY_CHARACTERS) return
  throw quotaExceeded('PolicySize', MANAGED_POLICY_CHARACTERS)
}

/** All of an account's own. */
export async function allPolicies(
  read: DataPorts['read'],
  accountId: string,
): Promise<ManagedPolicyData[]> {
  const all: ManagedPolicyData[] = []
  const prefix = managedPolicyItem.prefix()
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({ pk: accountId, prefix, limit: 100, ...start })
    all.push(...page.items.map((item) => managedPolicyItem.read(item)))
    after = page.items.at(-1)?.sk
    more = page.more
  }
  return all
}

/** Gives a policy other tags. @throws StoreConflict where another writer was first */
export const putPolicyTags = (
  { write }: Pick<DataPorts, 'write'>,
  { item, data }: OwnPolicy,
  tags: ManagedPolicyData['tags'],
): Promise<void> => commit(write.put(managedPolicyItem.next(item, { ...data, tags })))

/** A managed policy that is the account's own, as it was read. */
export interface OwnPolicy extends NamedPolicy {
  readonly item: Item
  readonly data: ManagedPolicyData
}

/**
 * Makes a customer-managed policy and its first version.
 * @throws KmsError EntityAlreadyExistsException
 */
export async function createManagedPolicy(
  { write, remove }: Pick<DataPorts, 'write' | 'remove'>,
  accountId: string,
  given: Pick<ManagedPolicyData, 'name' | 'path' | 'description' | 'document' | 'tags'>,
  now: number,
): Promise<ManagedPolicyData> {
  const data: ManagedPolicyData = {
    ...given,
    id: newUniqueId('ANPA'),
    default: 1,
    versions: [{ number: 1, created: now }],
    next: 2,
    created: now,
    updated: now,
  }
  const version = policyVersionItem.place({ accountId, policy: data.id, version: '1' })
  await commit(write.put(policyVersionItem.item(version, 1, { document: data.document })))
  const place = managedPolicyPlace(accountId, data.name)
  if (await write.put(managedPolicyItem.item(place, 1, data))) return data
  await remove.delete(version, 1)
  throw new KmsError(
    'EntityAlreadyExistsException',
    `A policy called ${data.name} already exists. Duplicate names are not allowed.`,
  )
}

/** The text of a version; undefined where there is none. */
export async function versionText(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  { id, default: current, document, versions }: ManagedPolicyData,
  number: number,
): Promise<string | undefined> {
  if (number === current) return document
  if (!versions.some((one) => one.number === number)) return undefined
  const place = policyVersionItem.place({ accountId, policy: id, version: String(number) })
  const [item] = await read.get([place])
  return item && policyVersionItem.read(item).document
}

/**
 * Adds a version. Its text is written first, at a number where no other text is, and is never written over: of two
 * that are added at once each has its own.
 * @throws KmsError LimitExceededException; StoreConflict where another writer was first
 */
export async function addVersion(
  { read, write, remove }: Ports,
  accountId: string,
  { item, data }: OwnPolicy,
  document: string,
  asDefault: boolean,
  now: number,
): Promise<ManagedPolicyData> {
  if (data.versions.length >= IAM_QUOTAS.policyVersions) {
    throw limitExceeded(
      `A managed policy can have up to ${IAM_QUOTAS.policyVersions} versions. Before you create a new version, you must delete an existing version.`,
    )
  }
  const { number, place, left } = await placeOfVersion(read, accountId, data, document)
  await commit(write.put(policyVersionItem.item(place, (left?.version ?? 0) + 1, { document })))
  const changed: ManagedPolicyData = {
    ...data,
    versions: [...data.versions, { number, created: now }],
    next: number + 1,
    updated: now,
    ...(asDefault && { default: number, document }),
  }
  if (await write.put(managedPolicyItem.next(item, changed))) return changed
  // one that was there may be the other's, and is left to it
  if (left === undefined) await remove.delete(place, 1)
  throw new StoreConflict('another writer was first')
}

/** The next number that has no text, or the same: a crash left it, or who adds a version at once has written it. */
async function placeOfVersion(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  { id, next }: ManagedPolicyData,
  document: string,
) {
  for (let number = next; ; number++) {
    const place = policyVersionItem.place({ accountId, policy: id, version: String(number) })
    const [left] = await read.get([place])
    const same = left !== undefined && policyVersionItem.read(left).document === document
    if (left === undefined || same) return { number, place, left }
  }
}

/** @throws KmsError NoSuchEntityException; StoreConflict */
export async function setDefaultVersion(
  { read, write }: Pick<DataPorts, 'read' | 'write'>,
  accountId: string,
  { arn, item, data }: OwnPolicy,
  number: number,
  now: number,
): Promise<void> {
  const document = await versionText(read, accountId, data, number)
  if (document === undefined) throw noSuchVersion(arn, number)
  const changed = { ...data, default: number, document, updated: now }
  await commit(write.put(managedPolicyItem.next(item, changed)))
}

export const noSuchVersion = (arn: string, number: number): KmsError =>
  noSuchEntity(`Policy ${arn} version v${number} does not exist or is not attachable.`)

/** @throws KmsError NoSuchEntityException, DeleteConflictException; StoreConflict */
export async function deleteVersion(
  { read, write, remove }: Ports,
  accountId: string,
  { arn, item, data }: OwnPolicy,
  number: number,
  now: number,
): Promise<void> {
  if (!data.versions.some((one) => one.number === number)) throw noSuchVersion(arn, number)
  if (number === data.default) {
    throw deleteConflict('Cannot delete the default version of a policy.')
  }
  const versions = data.versions.filter((one) => one.number !== number)
  await commit(write.put(managedPolicyItem.next(item, { ...data, versions, updated: now })))
  await dropVersion({ read, remove }, accountId, data.id, number)
}

async function dropVersion(
  { read, remove }: Pick<DataPorts, 'read' | 'remove'>,
  accountId: string,
  policy: string,
  number: number,
): Promise<void> {
  const place = policyVersionItem.place({ accountId, policy, version: String(number) })
  const [version] = await read.get([place])
  if (version !== undefined) await remove.delete(version, version.version)
}

/**
 * Deletes a policy that nobody has. It is marked before who has it is looked for, so that nobody gets it
 * unseen.
 * @throws KmsError DeleteConflictException; StoreConflict
 */
export async function deleteManagedPolicy(
  ports: Ports,
  accountId: string,
  { item, data }: OwnPolicy,
  now: number,
): Promise<void> {
  if (data.versions.length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    )
  }
  const marked = managedPolicyItem.next(item, { ...data, deleting: now })
  await commit(ports.write.put(marked))
  const { users, pending } = await usersOf(ports.read, accountId, data.id, now)
  if (users.length > 0 || pending) {
    const { deleting: _mark, ...unmarked } = data
    await ports.write.put(managedPolicyItem.next(marked, unmarked))
    throw deleteConflict('Cannot delete a policy attached to entities.')
  }
  await commit(ports.remove.delete(marked, marked.version))
  await dropVersion(ports, accountId, data.id, data.default)
  const prefix = attachmentItem.prefix(data.id)
  const { items } = await ports.read.query({ pk: accountId, prefix, limit: 100 })
  for (const left of items) await ports.remove.delete(left, left.version)
}
