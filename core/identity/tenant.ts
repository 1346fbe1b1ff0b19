import { randomInt } from 'node:crypto'
import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import { GLOBAL } from '../key/keyring.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import {
  type CredentialData,
  credentialContext,
  credentialItem,
  credentialPlace,
  listedTenantItem,
  newAccessKeyId,
  newSecretAccessKey,
  type PrincipalData,
  principalItem,
  principalPlace,
  type TenantData,
  tenantItem,
  tenantPlace,
} from './credential.ts'
import { claimName, confirmName } from './principal-name.ts'
import { followRename, foundIn } from './renamed.ts'
import { newUniqueId } from './unique-id.ts'

/** An access key as it is answered once, when it is made: the secret is never told again. */
export interface IssuedAccessKey {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
}

/** items of one read; Store.get */
const MOST_READ = 100

interface NewTenant {
  readonly name: string
  /** 12 digits; drawn at random unless given */
  readonly accountId?: string | undefined
  readonly labels?: Pick<TenantData, 'externalId' | 'tags'>
  readonly now: number
}

/**
 * Makes a tenant and its key, in an order that a crash can cut anywhere: what the list names without
 * a tenant item is not a tenant.
 * @throws KmsError AlreadyExistsException
 */
export async function createTenant(
  ports: Pick<DataPorts, 'read' | 'write' | 'wrapping'>,
  { name, accountId, labels = {}, now }: NewTenant,
): Promise<string> {
  const id = accountId ?? (await freeAccountId(ports.read))
  // nothing is made where there is one, or was: its item stays
  const [taken] = await ports.read.get([tenantPlace(id)])
  if (taken !== undefined) throw alreadyTaken(id)
  const listed = listedTenantItem.place({ account: id })
  await ports.write.put(listedTenantItem.item(listed, 1, { name, created: now }))
  await ports.wrapping.createTenantKey(id, GLOBAL, now)
  const data: TenantData = { name, status: 'active', created: now, ...labels }
  const tenant = tenantItem.item(tenantPlace(id), 1, data)
  if (await ports.write.put(tenant)) return id
  throw alreadyTaken(id)
}

const alreadyTaken = (id: string) =>
  new KmsError('AlreadyExistsException', `Account ${id} exists already.`)

async function freeAccountId(read: DataPorts['read']): Promise<string> {
  for (;;) {
    const id = String(randomInt(100_000_000_000, 999_999_999_999)).padStart(12, '0')
    const [taken] = await read.get([tenantPlace(id)])
    if (taken === undefined) return id
  }
}

/**
 * A tenant; whatever is made for one is made after this. So nothing is made for a tenant whose deletion has begun, but
 * by who read it before: that is over before the sweeper looks for the last time (core/lifecycle/delete-tenant-in.ts).
 * @throws KmsError NotFoundException where there is none, or where it is being deleted or was
 */
export async function readTenant(read: DataPorts['read'], accountId: string): Promise<Item> {
  const item = await readAnyTenant(read, accountId)
  const { begun, ended } = tenantItem.read(item).deletion ?? {}
  if (begun === undefined) return item
  const what = ended === undefined ? 'is being deleted' : 'was deleted'
  throw new KmsError('NotFoundException', `Account ${accountId} ${what}.`)
}

/** A tenant, or what is left of one. @throws KmsError NotFoundException */
export async function readAnyTenant(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
): Promise<Item> {
  const [item] = await read.get([tenantPlace(accountId)])
  if (item !== undefined) return item
  throw new KmsError('NotFoundException', `Account ${accountId} does not exist.`)
}

interface AccessKeyOwner {
  readonly accountId: string
  readonly principal: string
  readonly principalId?: string
}

/** Ids of an account's principals, by their names, `user/<name>` or `role/<name>`; of those that are there. */
async function principalIds(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>()
  for (let first = 0; first < names.length; first += MOST_READ) {
    const part = names.slice(first, first + MOST_READ)
    const found = await read.get(part.map((name) => principalPlace(accountId, name)))
    for (const [index, item] of found.entries()) {
      if (item !== undefined) ids.set(part[index] ?? '', principalItem.read(item).id)
    }
  }
  return ids
}

/** Whom an item of an account stands for: `root`, `user/<name>` as it was called then, or `role/<name>`. */
interface Owner {
  readonly principal: string
  /** absent for root, and where it was made before it was kept */
  readonly principalId?: string
}

/**
 * Of an account's items those whose principal is there, by whichever name now, and not only one of its name.
 * Others are what a crash left, and open nothing.
 * @param ownerOf whom one stands for
 */
export async function whoseIsThere(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  items: readonly Item[],
  ownerOf: (item: Item) => Owner,
): Promise<Item[]> {
  const named = new Set(items.map((item) => ownerOf(item).principal))
  named.delete('root')
  const ids = await principalIds(read, accountId, [...named])
  const there = await Promise.all(
    items.map(async (item) => {
      const { principal, principalId } = ownerOf(item)
      if (principal === 'root') return true
      const id = ids.get(principal)
      if (principalId === undefined || id === principalId) return id !== undefined
      return (await followRename(accountId, principalId, foundIn(read))) !== undefined
    }),
  )
  return items.filter((_, index) => there[index])
}

/** Of an account's access key items those that stand for somebody. */
export const livingAccessKeys = (
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  items: readonly Item[],
): Promise<Item[]> => whoseIsThere(read, accountId, items, credentialItem.read)

/** Makes an access key of a principal: `root`, `user/<name>`. @param principalId of a user */
export async function createAccessKey(
  ports: Pick<DataPorts, 'write' | 'wrapping'>,
  { accountId, principal, principalId, now }: AccessKeyOwner & { now: number },
): Promise<IssuedAccessKey> {
  const AccessKeyId = newAccessKeyId(accountId)
  const SecretAccessKey = newSecretAccessKey()
  const secret = await ports.wrapping.sealSecret(
    accountId,
    credentialContext(AccessKeyId, principal),
    Buffer.from(SecretAccessKey),
  )
  const data: CredentialData = {
    principal,
    ...(principalId !== undefined && { principalId }),
    status: 'Active',
    secret,
    created: now,
  }
  const place = credentialPlace(accountId, AccessKeyId)
  await commit(ports.write.put(credentialItem.item(place, 1, data)))
  return { AccessKeyId, SecretAccessKey }
}

/**
 * Makes a user or role, and an access key of it where one is asked for. Its name is claimed and the key made
 * first: a crash between leaves a claim of nobody, which the next to want the name takes over, and a key of
 * nobody, which opens nothing and is not listed.
 * @throws KmsError AlreadyExistsException; StoreConflict where another wanted the name at once
 */
export async function createPrincipal(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove' | 'wrapping'>,
  accountId: string,
  principal: Omit<PrincipalData, 'id'>,
  withAccessKey: boolean,
  { taken = () => alreadyExists(principal), before }: NewPrincipalOptions = {},
): Promise<{ data: PrincipalData; accessKey: IssuedAccessKey | undefined }> {
  const { type, name, created: now } = principal
  const data: PrincipalData = { ...principal, id: newUniqueId(type === 'user' ? 'AIDA' : 'AROA') }
  const place = principalPlace(accountId, `${type}/${name}`)
  const claim = await claimName(ports, accountId, data)
  if (claim !== undefined) {
    const owner = { accountId, principal: `${type}/${name}`, principalId: data.id, now }
    const accessKey = withAccessKey ? await createAccessKey(ports, owner) : undefined
    await before?.(data)
    const item = principalItem.item(place, 1, data)
    const made = await ports.write.put(item)
    if (made && (await confirmName(ports, claim))) return { data, accessKey }
    if (made) {
      await ports.remove.delete(item, item.version)
      throw new StoreConflict('another took the name')
    }
  }
  throw taken()
}

interface NewPrincipalOptions {
  /** how it is refused where the name is taken */
  readonly taken?: () => KmsError
  /** done before it is there, once its id is drawn */
  readonly before?: (data: PrincipalData) => Promise<void> | undefined
}

const alreadyExists = ({ type, name }: Pick<PrincipalData, 'type' | 'name'>): KmsError =>
  new KmsError('AlreadyExistsException', `The ${type} ${name} exists already.`)
