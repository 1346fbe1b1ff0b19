import { randomInt } from 'node:crypto'
import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { type Config, ConfigError } from '../core/config.ts'
import {
  credentialContext,
  credentialItem,
  credentialPlace,
  listedTenantItem,
  newAccessKeyId,
  newSecretAccessKey,
  tenantItem,
  tenantPlace,
} from '../core/identity/credential.ts'
import { admitMark, StoreTooNew } from '../core/item/formats.ts'
import { INSTALLATION, type InstallationData, installationItem } from '../core/item/installation.ts'
import { GLOBAL, type Keyring, keyring } from '../core/key/keyring.ts'
import { RELEASE } from '../core/release.ts'
import type { RootKey } from '../core/root/root.ts'
import { openRoot } from '../core/service.ts'
import type { Store } from '../core/store/store.ts'
import {
  credentialFiles,
  type FirstCredentials,
  type KeptCredential,
  operatorFile,
  readCredential,
  type StoredCredential,
  tenantFile,
} from './credential-file.ts'

export { operatorFile, readCredential, type StoredCredential, tenantFile }

/**
 * Opens the root key an installation was made with, or makes both on the first start.
 * @throws ConfigError naming the root key that is needed where it is missing or another; for a store whose
 *   mark is beyond what this release reads
 */
export async function openInstallation(
  config: Config,
  store: Store,
  rootOf: RootOf = (create) => openRoot(config, create),
): Promise<RootKey> {
  const [item] = await store.get([INSTALLATION])
  if (item === undefined) return createInstallation(config, store, rootOf)
  const installation = installationItem.read(item)
  const { root: needed } = installation
  admit(installation)
  refuseUnfinished(installation)
  const root = await existingRoot(rootOf, needed)
  if (root.id === needed) return root
  throw new ConfigError(`the store needs root key ${needed}, but ${config.root} holds ${root.id}`)
}

/** Opens the root key. @param create whether there may be none yet */
export type RootOf = (create: boolean) => Promise<RootKey>

function admit({ format }: InstallationData): void {
  try {
    admitMark(format, RELEASE)
  } catch (error) {
    if (error instanceof StoreTooNew) throw new ConfigError(error.message)
    throw error
  }
}

/** What the `tenkey` command has begun and not finished (transfer.ts, root-move.ts): half a store serves nobody. */
function refuseUnfinished({ importing, moving }: InstallationData): void {
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

async function existingRoot(rootOf: RootOf, needed: string): Promise<RootKey> {
  try {
    return await rootOf(false)
  } catch (error) {
    throw new ConfigError(`the store needs root key ${needed}: ${wordsOf(error)}`)
  }
}

async function createInstallation(config: Config, store: Store, rootOf: RootOf): Promise<RootKey> {
  const root = await newRoot(rootOf)
  // nothing older was ever on this store
  const [home] = config.replicas
  const data = { format: RELEASE.generation, root: root.id, ...(home !== undefined && { home }) }
  if (await store.put(installationItem.item(INSTALLATION, 1, data))) return root
  // another process was first; its installation holds
  return openInstallation(config, store, rootOf)
}

async function newRoot(rootOf: RootOf): Promise<RootKey> {
  try {
    return await rootOf(true)
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
 * @param firsts where the credentials are kept; in their files unless given
 * @returns the first tenant's credential while its file is there, and whether the installation is made now
 */
export async function furnish(
  config: Config,
  store: Store,
  root: RootKey,
  now: number,
  firsts: FirstCredentials = credentialFiles(config.data),
): Promise<{ tenant: StoredCredential | undefined; made: boolean }> {
  const { operator, tenant, again } = firsts
  const wrapping = keyring({ store, root, capacity: 10, lifetime: 1000 })
  const [item] = await store.get([INSTALLATION])
  const installation = item && installationItem.read(item)
  const made = installation !== undefined && installation.tenant === undefined
  if (item !== undefined && made) {
    await adopt(operator, () => OPERATOR_ACCOUNT, 'operator')
    const { accountId } = await adopt(tenant, drawAccountId, 'default')
    await store.put(installationItem.next(item, { ...installation, tenant: accountId }))
  } else if (again && operator.read() === undefined) {
    // the file was removed, or this folder never had it: the store first, so that what is in a file works
    const credential = newCredential(OPERATOR_ACCOUNT)
    await storeCredential(store, wrapping, credential, now)
    operator.write(credential)
  }
  return { tenant: tenant.read(), made }

  async function adopt(kept: KeptCredential, account: () => string, name: string) {
    const credential = kept.read() ?? kept.write(newCredential(account()))
    await storeAccount(store, wrapping, credential.accountId, name, now)
    await storeCredential(store, wrapping, credential, now)
    return credential
  }
}

const drawAccountId = (): string => String(randomInt(100_000_000_000, 999_999_999_999))

export const newCredential = (accountId: string): StoredCredential => ({
  accountId,
  accessKeyId: newAccessKeyId(accountId),
  secretAccessKey: newSecretAccessKey(),
})

/** Each item only if it is missing. */
export async function storeAccount(
  store: Store,
  wrapping: Wrapping,
  accountId: string,
  name: string,
  now: number,
): Promise<void> {
  if (accountId !== OPERATOR_ACCOUNT) {
    const listed = listedTenantItem.place({ account: accountId })
    await store.put(listedTenantItem.item(listed, 1, { name, created: now }))
  }
  await wrapping.createTenantKey(accountId, GLOBAL, now)
  const tenant = { name, status: 'active' as const, created: now }
  await store.put(tenantItem.item(tenantPlace(accountId), 1, tenant))
}

/** The credential as an access key of its account's root, unless there is one of that id. */
export async function storeCredential(
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
  const place = credentialPlace(accountId, accessKeyId)
  const data = { principal, status: 'Active' as const, secret, created: now }
  await store.put(credentialItem.item(place, 1, data))
}
