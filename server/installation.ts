import { randomInt } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { type Config, ConfigError } from '../core/config.ts'
import {
  type CredentialData,
  credentialContext,
  credentialPlace,
  newAccessKeyId,
  newSecretAccessKey,
  tenantPlace,
} from '../core/identity/credential.ts'
import { listedTenantPlace } from '../core/identity/tenant.ts'
import { GLOBAL, type Keyring, keyring } from '../core/key/keyring.ts'
import type { RootKey } from '../core/root/root.ts'
import { openRoot } from '../core/service.ts'
import type { Item, Json, Store } from '../core/store/store.ts'
import {
  operatorFile,
  readCredential,
  type StoredCredential,
  tenantFile,
  writeCredential,
} from './credential-file.ts'

export { operatorFile, readCredential, type StoredCredential, tenantFile }

/** The data folder's layout, and the store's: raised where an older server must not open it. */
export const FORMAT = 1
export const PLACE = { pk: OPERATOR_ACCOUNT, sk: 'installation' }

/**
 * Opens the root key an installation was made with, or makes both on the first start.
 * @throws ConfigError naming the root key that is needed where it is missing or another
 */
export async function openInstallation(config: Config, store: Store): Promise<RootKey> {
  const [item] = await store.get([PLACE])
  if (item === undefined) return createInstallation(config, store)
  const { format, root: needed } = item.data
  if (typeof format !== 'number' || format > FORMAT) {
    throw new ConfigError(`the store was made by a newer tenkey (format ${format})`)
  }
  refuseUnfinished(item)
  const root = await existingRoot(config, String(needed))
  if (root.id === needed) return root
  throw new ConfigError(`the store needs root key ${needed}, but ${config.root} holds ${root.id}`)
}

/** What the `tenkey` command has begun and not finished (transfer.ts, root-move.ts): half a store serves nobody. */
function refuseUnfinished({ data: { importing, moving } }: Item): void {
  if (importing !== undefined) {
    throw new ConfigError(
      'an import into this store was cut short: run the same `tenkey import` again, or `tenkey import --discard`',
    )
  }
  if (moving !== undefined) {
    throw new ConfigError(
      `the move of this store to root key ${moving} was cut short: run the same \`tenkey root move\` again`,
    )
  }
}

async function existingRoot(config: Config, needed: string): Promise<RootKey> {
  try {
    return await openRoot(config, false)
  } catch (error) {
    throw new ConfigError(`the store needs root key ${needed}: ${wordsOf(error)}`)
  }
}

async function createInstallation(config: Config, store: Store): Promise<RootKey> {
  const root = await newRoot(config)
  const item: Item = { ...PLACE, version: 1, data: { format: FORMAT, root: root.id } }
  if (await store.put(item)) return root
  // another process was first; its installation holds
  return openInstallation(config, store)
}

async function newRoot(config: Config): Promise<RootKey> {
  try {
    return await openRoot(config, true)
  } catch (error) {
    throw new ConfigError(`no root key can be had: ${wordsOf(error)}`)
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

type Wrapping = Pick<Keyring, 'createTenantKey' | 'sealSecret'>

/**
 * Makes what an installation starts with: the operator and its credential, and a first tenant. A
 * credential is in its file before it is in the store, and a new store takes over what the files
 * hold: so a start that was cut short is finished by the next, a store in memory has the same
 * credentials every time, and no file is ever overwritten. An old store takes over nothing: an
 * access key that was deleted stays deleted.
 */
export async function furnish(
  config: Config,
  store: Store,
  root: RootKey,
  now: number,
): Promise<{ tenant: StoredCredential | undefined }> {
  const wrapping = keyring({ store, root, capacity: 10, lifetime: 1000 })
  const [installation] = await store.get([PLACE])
  if (installation !== undefined && installation.data['tenant'] === undefined) {
    await adopt(operatorFile(config.data), () => OPERATOR_ACCOUNT, 'operator')
    const tenant = await adopt(tenantFile(config.data), drawAccountId, 'default')
    const data = { ...installation.data, tenant: tenant.accountId }
    await store.put({ ...installation, version: installation.version + 1, data })
  } else if (readCredential(operatorFile(config.data)) === undefined) {
    // the file was removed, or this folder never had it: the store first, so that what is in a file works
    const credential = newCredential(OPERATOR_ACCOUNT)
    await storeCredential(store, wrapping, credential, now)
    writeCredential(operatorFile(config.data), credential)
  }
  return { tenant: readCredential(tenantFile(config.data)) }

  async function adopt(file: string, account: () => string, name: string) {
    const credential = readCredential(file) ?? writeCredential(file, newCredential(account()))
    await storeAccount(store, wrapping, credential.accountId, name, now)
    await storeCredential(store, wrapping, credential, now)
    return credential
  }
}

const drawAccountId = (): string => String(randomInt(100_000_000_000, 999_999_999_999))

const newCredential = (accountId: string): StoredCredential => ({
  accountId,
  accessKeyId: newAccessKeyId(accountId),
  secretAccessKey: newSecretAccessKey(),
})

/** Each item only if it is missing. */
async function storeAccount(
  store: Store,
  wrapping: Wrapping,
  accountId: string,
  name: string,
  now: number,
): Promise<void> {
  if (accountId !== OPERATOR_ACCOUNT) {
    await store.put({ ...listedTenantPlace(accountId), version: 1, data: { name, created: now } })
  }
  await wrapping.createTenantKey(accountId, GLOBAL, now)
  const data = { name, status: 'active', created: now }
  await store.put({ ...tenantPlace(accountId), version: 1, data })
}

/** The credential as an access key of its account's root, unless there is one of that id. */
async function storeCredential(
  store: Store,
  wrapping: Wrapping,
  { accountId, accessKeyId, secretAccessKey }: StoredCredential,
  now: number,
): Promise<void> {
  const principal = 'root'
  const secret = await wrapping.sealSecret(
    accountId,
    credentialContext(accessKeyId, principal),
    Buffer.from(secretAccessKey),
  )
  const data: CredentialData = { principal, status: 'Active', secret, created: now }
  await store.put({
    ...credentialPlace(accountId, accessKeyId),
    version: 1,
    data: data as unknown as { [name: string]: Json },
  })
}

/** Makes the data folder, for its owner's eyes only. @throws ConfigError where it can't be made */
export function makeDataFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'there is a file of that name' : code
    throw new ConfigError(`TENKEY_DATA ${data} can't be made: ${reason}`)
  }
}
