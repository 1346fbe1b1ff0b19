import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { OPERATOR_ACCOUNT } from '../core/auth/caller.ts'
import { tenantPlace } from '../core/auth/credential.ts'
import { type Config, ConfigError } from '../core/config.ts'
import { GLOBAL, keyring } from '../core/key/keyring.ts'
import type { RootKey } from '../core/root/root.ts'
import { openRoot } from '../core/service.ts'
import type { Item, Store } from '../core/store/store.ts'
import { createAccessKey, createTenant } from '../core/tenant.ts'

/** The data folder's layout, and the store's: raised where an older server must not open it. */
const FORMAT = 1
const PLACE = { pk: OPERATOR_ACCOUNT, sk: 'installation' }

/** A credential in the data folder, for the command line and for people to paste. */
export interface StoredCredential {
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export const operatorFile = (data: string): string => join(data, 'operator.json')
export const tenantFile = (data: string): string => join(data, 'tenant.json')

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
  const root = await existingRoot(config, String(needed))
  if (root.id === needed) return root
  throw new ConfigError(`the store needs root key ${needed}, but ${config.root} holds ${root.id}`)
}

async function existingRoot(config: Config, needed: string): Promise<RootKey> {
  try {
    return await openRoot(config, false)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigError(`the store needs root key ${needed}: ${reason}`)
  }
}

async function createInstallation(config: Config, store: Store): Promise<RootKey> {
  const root = await openRoot(config, true)
  const item: Item = { ...PLACE, version: 1, data: { format: FORMAT, root: root.id } }
  if (await store.put(item)) return root
  // another process was first; its installation holds
  return openInstallation(config, store)
}

/**
 * Makes what an installation starts with: the operator and its credential, and a first tenant. Each
 * step is made only if it is missing, so a start that was cut short is finished by the next.
 */
export async function furnish(
  config: Config,
  store: Store,
  root: RootKey,
  now: number,
): Promise<{ tenant: StoredCredential | undefined }> {
  const wrapping = keyring({ store, root, capacity: 10, lifetime: 1000 })
  const ports = { read: store, write: store, wrapping }
  await wrapping.createTenantKey(OPERATOR_ACCOUNT, GLOBAL, now)
  await store.put({
    ...tenantPlace(OPERATOR_ACCOUNT),
    version: 1,
    data: { name: 'operator', status: 'active', created: now },
  })
  if (!existsSync(operatorFile(config.data))) {
    await issue(operatorFile(config.data), OPERATOR_ACCOUNT)
  }
  const [installation] = await store.get([PLACE])
  if (installation !== undefined && installation.data['tenant'] === undefined) {
    const accountId = await createTenant(ports, { name: 'default', now })
    await issue(tenantFile(config.data), accountId)
    await store.put({
      ...installation,
      version: installation.version + 1,
      data: { ...installation.data, tenant: accountId },
    })
  }
  return { tenant: readCredential(tenantFile(config.data)) }

  async function issue(file: string, accountId: string): Promise<void> {
    const key = await createAccessKey(ports, { accountId, principal: 'root', now })
    const credential: StoredCredential = {
      accountId,
      accessKeyId: key.AccessKeyId,
      secretAccessKey: key.SecretAccessKey,
    }
    writeFileSync(file, `${JSON.stringify(credential, null, 2)}\n`, { mode: 0o600 })
    chmodSync(file, 0o600)
  }
}

/** A credential file's content; undefined where there is no such file (its owner may remove it). */
export function readCredential(file: string): StoredCredential | undefined {
  if (!existsSync(file)) return undefined
  return JSON.parse(readFileSync(file, 'utf8')) as StoredCredential
}

/** Makes the data folder, for its owner's eyes only. */
export function makeDataFolder(data: string): void {
  mkdirSync(data, { recursive: true, mode: 0o700 })
}
