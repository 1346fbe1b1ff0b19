import { randomBytes, randomInt } from 'node:crypto'
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
  tenantItem,
  tenantPlace,
} from './credential.ts'
import { claimName, confirmName } from './principal-name.ts'

/** An access key as it is answered once, when it is made: the secret is never told again. */
export interface IssuedAccessKey {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
}

/** items of one read; Store.get */
const MOST_READ = 100

/**
 * Makes a tenant and its key, in an order that a crash can cut anywhere: what the list names without
 * a tenant item is not a tenant.
 * @param accountId 12 digits; drawn at random unless given
 * @throws KmsError AlreadyExistsException
 */
export async function createTenant(
  ports: Pick<DataPorts, 'read' | 'write' | 'wrapping'>,
  { name, accountId, now }: { name: string; accountId?: string | undefined; now: number },
): Promise<string> {
  const id = accountId ?? (await freeAccountId(ports.read))
  const listed = listedTenantItem.place({ account: id })
  await ports.write.put(listedTenantItem.item(listed, 1, { name, created: now }))
  await ports.wrapping.createTenantKey(id, GLOBAL, now)
  const tenant = tenantItem.item(tenantPlace(id), 1, { name, status: 'active', created: now })
  if (await ports.write.put(tenant)) return id
  throw new KmsError('AlreadyExistsException', `Account ${id} exists already.`)
}

async function freeAccountId(read: DataPorts['read']): Promise<string> {
  for (;;) {
    const id = String(randomInt(100_000_000_000, 999_999_999_999)).padStart(12, '0')
    const [taken] = await read.get([tenantPlace(id)])
    if (taken === undefined) return id
  }
}

/** @throws KmsError NotFoundException */
export async function readTenant(read: DataPorts['read'], accountId: string): Promise<Item> {
  const [item] = await read.get([tenantPlace(accountId)])
  if (item === undefined) {
    throw new KmsError('NotFoundException', `Account ${accountId} does not exist.`)
  }
  return item
}

interface AccessKeyOwner {
  readonly accountId: string
  readonly principal: string
  readonly principalId?: string
}

/**
 * Of an account's access key items those that stand for somebody: of its root, and of users who are
 * there and not only of the same name. Others are what a crash left, and open nothing.
 */
export async function livingAccessKeys(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  items: readonly Item[],
): Promise<Item[]> {
  const users = [...new Set(items.map((item) => credentialItem.read(item).principal))].filter(
    (principal) => principal !== 'root',
  )
  const ids = new Map<string, string | undefined>()
  for (let first = 0; first < users.length; first += MOST_READ) {
    const part = users.slice(first, first + MOST_READ)
    const found = await read.get(part.map((principal) => principalPlace(accountId, principal)))
    for (const [index, item] of found.entries()) {
      ids.set(part[index] ?? '', item && principalItem.read(item).id)
    }
  }
  return items.filter((item) => {
    const { principal, principalId } = credentialItem.read(item)
    if (principal === 'root') return true
    const id = ids.get(principal)
    return id !== undefined && (principalId === undefined || principalId === id)
  })
}

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
): Promise<{ data: PrincipalData; accessKey: IssuedAccessKey | undefined }> {
  const { type, name, created: now } = principal
  const data: PrincipalData = { ...principal, id: newPrincipalId(type) }
  const place = principalPlace(accountId, `${type}/${name}`)
  const claim = await claimName(ports, accountId, data)
  if (claim !== undefined) {
    const owner = { accountId, principal: `${type}/${name}`, principalId: data.id, now }
    const accessKey = withAccessKey ? await createAccessKey(ports, owner) : undefined
    const item = principalItem.item(place, 1, data)
    const made = await ports.write.put(item)
    if (made && (await confirmName(ports, claim))) return { data, accessKey }
    if (made) {
      await ports.remove.delete(item, item.version)
      throw new StoreConflict('another took the name')
    }
  }
  throw new KmsError('AlreadyExistsException', `The ${type} ${name} exists already.`)
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** AIDA (user) or AROA (role) and 80 random bits, the form of IAM's unique ids. */
function newPrincipalId(type: 'user' | 'role'): string {
  const text = [...randomBytes(16)].map((byte) => BASE32.charAt(byte & 31)).join('')
  return (type === 'user' ? 'AIDA' : 'AROA') + text
}
