import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import { isMultiRegionKeyId } from '../base/arn.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { kdfCounter } from '../crypto/kdf.ts'
import { materialId } from '../crypto/material-id.ts'
import { UnwrapFailed, unwrapMaterial, wrapMaterial, wrappingKeyIdOf } from '../crypto/wrap.ts'
import { type RootKey, RootKeyUnavailable } from '../root/root.ts'
import { GLOBAL, tenantKeyContext } from '../root/tenant-key-context.ts'
import type { Store } from '../store/store.ts'
import { type Key, materialHome, type StoredMaterial } from './key.ts'
import { type KeyName, materialItem, type StoredTenantKey, tenantKeyItem } from './key-items.ts'
import { requireRoot } from './root-mark.ts'
import { specOf } from './spec.ts'

export { GLOBAL }

const TOKEN_LABEL = Buffer.from('tenkey/v1/tokens')
const SESSION_LABEL = Buffer.from('tenkey/v1/sessions')
/** bytes drawn for each session token, from which its own key is derived */
const SESSION_NONCE = 16

/** Whose material it is: authenticated by the wrapping, so a row copied elsewhere doesn't open. */
export interface MaterialOwner {
  readonly accountId: string
  readonly region: string
  readonly keyId: string
  readonly spec: string
}

interface TenantKey {
  readonly id: string
  readonly key: KeyObject
}

export interface Keyring {
  /** The unwrapped material of a key: the current one, or the one of that id (undefined if there is none). */
  open(key: Key, id?: string): Promise<KeyObject | undefined>
  /** Wraps new material under its owner's tenant key; the caller wipes `material`. */
  seal(owner: MaterialOwner, material: Uint8Array, now: number): Promise<StoredMaterial>
  /**
   * Makes a tenant's key for a Region (or GLOBAL) unless there is one.
   * @throws RootKeyUnavailable where the store is under another root key than this process's
   */
  createTenantKey(accountId: string, region: string, now: number): Promise<void>
  /** @throws RootKeyUnavailable where the store is under another root key than this process's */
  requireRoot(): Promise<void>
  /** Wraps an account's secret under its GLOBAL tenant key; base64. `context` says what it is. */
  sealSecret(accountId: string, context: SecretContext, secret: Uint8Array): Promise<string>
  /** The key that authenticates an account's page markers and other tokens (crypto/opaque-token.ts). */
  tokenKey(accountId: string): Promise<KeyObject>
  /** Opens what sealSecret made in the same context. */
  openSecret(accountId: string, context: SecretContext, wrapped: string): Promise<Buffer>
  /**
   * Seals a session for its holder to hand back: base64 of a nonce (16 bytes) and what a key derived
   * from the GLOBAL tenant key and that nonce wraps. A key for each, as sessions have no bound on
   * their number (SP 800-38D §8.3 bounds one key to 2^32 random IVs).
   */
  sealSession(accountId: string, context: SecretContext, session: Uint8Array): Promise<string>
  /** Opens what sealSession made in the same context; undefined for any other text. */
  openSession(
    accountId: string,
    context: SecretContext,
    sealed: string,
  ): Promise<Buffer | undefined>
}

/** Names a secret and whom it stands for. */
export type SecretContext = Readonly<Record<string, string>>

export interface KeyringOptions {
  readonly store: Store
  readonly root: RootKey
  /** most unwrapped materials kept in memory */
  readonly capacity: number
  /** how long an unwrapped material is kept, ms */
  readonly lifetime: number
}

/**
 * The key hierarchy at work: root key → tenant key → key material. Keeps unwrapped keys, and nothing
 * else, in a bounded cache with a short life. They are held as KeyObjects, whose bytes OpenSSL
 * cleanses when they are collected; buffers on the way are wiped here.
 */
export function keyring({ store, root, capacity, lifetime }: KeyringOptions): Keyring {
  const opened = new BoundedCache<KeyObject>({ capacity, lifetime })
  const tenants = new BoundedCache<TenantKey>({ capacity, lifetime })

  /** The tenant's keys for a Region, newest first. */
  async function storedTenantKeys(
    accountId: string,
    region: string,
  ): Promise<readonly StoredTenantKey[]> {
    const [item] = await store.get([tenantKeyItem.place({ accountId, region })])
    return item === undefined ? [] : tenantKeyItem.read(item).keys
  }

  /** @param id which of the tenant's keys; the newest unless given */
  async function tenantKey(accountId: string, region: string, id?: string): Promise<TenantKey> {
    const slot = `${accountId}/${region}/${id ?? ''}`
    const kept = tenants.get(slot)
    if (kept !== undefined) return kept
    const stored = (await storedTenantKeys(accountId, region)).find(
      (candidate) => id === undefined || candidate.id === id,
    )
    if (stored === undefined) {
      throw new Error(`no tenant key ${id ?? ''} of account ${accountId} in ${region}`)
    }
    if (stored.root !== root.id) {
      throw new RootKeyUnavailable(
        `the tenant keys of ${accountId} in ${region} are under root key ${stored.root}, but this process holds ${root.id}`,
      )
    }
    const bytes = await root.unwrap(
      Buffer.from(stored.wrapped, 'base64'),
      tenantKeyContext(accountId, region),
    )
    const made = { id: stored.id, key: secretKey(bytes) }
    tenants.set(slot, made)
    return made
  }

  /**
   * A key is written as being made, which nobody uses, and then as made; before each of the two the
   * installation is asked for its root. A move to another root (server/root-move.ts) marks the
   * installation first and takes away what is being made: so a key that comes to be made was there
   * before the mark, and is moved. Whoever finds one being made under his own root goes on with it.
   */
  async function createTenantKey(accountId: string, region: string, now: number): Promise<void> {
    if (tenants.get(`${accountId}/${region}/`) !== undefined) return
    const place = tenantKeyItem.place({ accountId, region })
    for (;;) {
      const [item] = await store.get([place])
      const stored = item && tenantKeyItem.read(item)
      if (stored !== undefined && stored.keys.length > 0) return
      await requireRoot(store, root)
      const making = stored?.making
      const data =
        making?.root === root.id
          ? { keys: [making] }
          : { keys: [], making: await drawTenantKey(accountId, region, now) }
      // false: another call was first, and its key is as good
      await store.put(tenantKeyItem.item(place, (item?.version ?? 0) + 1, data))
    }
  }

  async function drawTenantKey(
    accountId: string,
    region: string,
    created: number,
  ): Promise<StoredTenantKey> {
    const bytes = randomBytes(32)
    try {
      const wrapped = await root.wrap(bytes, tenantKeyContext(accountId, region))
      return {
        id: randomUUID(),
        root: root.id,
        wrapped: Buffer.from(wrapped).toString('base64'),
        created,
      }
    } finally {
      bytes.fill(0)
    }
  }

  const materialContext = (owner: MaterialOwner, id: string) => ({
    purpose: 'tenkey/key-material',
    tenant: owner.accountId,
    region: owner.region,
    key: owner.keyId,
    material: id,
    spec: owner.spec,
  })
  const secretContext = (accountId: string, context: SecretContext) => ({
    ...context,
    purpose: 'tenkey/secret',
    tenant: accountId,
  })

  async function unwrap(
    accountId: string,
    region: string,
    wrapped: string,
    context: SecretContext,
  ): Promise<Buffer> {
    const bytes = Buffer.from(wrapped, 'base64')
    const wrapping = await tenantKey(accountId, region, wrappingKeyIdOf(bytes))
    return unwrapMaterial(wrapping.key, wrapping.id, bytes, context)
  }

  return {
    createTenantKey,
    requireRoot: () => requireRoot(store, root),

    async seal(owner, material, now) {
      const { accountId, region, keyId } = owner
      const wrapping = await tenantKey(accountId, region)
      const id = materialId(material, keyId)
      const wrapped = wrapMaterial(wrapping.key, wrapping.id, material, materialContext(owner, id))
      return { id, wrapped: wrapped.toString('base64'), created: now }
    },

    async open(key, id = key.data.material?.id) {
      if (id === undefined) return undefined
      const { accountId, id: keyId } = key
      const region = materialHome(key)
      const { spec } = key.data
      // the spec is part of the slot: material opened for one use never serves another
      const slot = `${accountId}/${region}/${keyId}/${id}/${spec}`
      const kept = opened.get(slot)
      if (kept !== undefined) return kept
      const wrapped = (await storedMaterial(key, id))?.wrapped
      if (wrapped === undefined) return undefined
      const context = materialContext({ accountId, region, keyId, spec }, id)
      const bytes = await unwrap(accountId, region, wrapped, context)
      try {
        const material = specOf(key).toKey(bytes)
        opened.set(slot, material)
        return material
      } finally {
        bytes.fill(0)
      }
    },

    async sealSecret(accountId, context, secret) {
      const wrapping = await tenantKey(accountId, GLOBAL)
      const sealed = secretContext(accountId, context)
      return wrapMaterial(wrapping.key, wrapping.id, secret, sealed).toString('base64')
    },

    async tokenKey(accountId) {
      const slot = `${accountId}/tokens`
      const kept = opened.get(slot)
      if (kept !== undefined) return kept
      const tenant = await tenantKey(accountId, GLOBAL)
      const made = secretKey(kdfCounter(tenant.key, TOKEN_LABEL, Buffer.from(accountId), 32))
      opened.set(slot, made)
      return made
    },

    openSecret: (accountId, context, wrapped) =>
      unwrap(accountId, GLOBAL, wrapped, secretContext(accountId, context)),

    async sealSession(accountId, context, session) {
      const { id, key } = await tenantKey(accountId, GLOBAL)
      const nonce = randomBytes(SESSION_NONCE)
      const sealing = sessionKey(key, nonce)
      const wrapped = wrapMaterial(sealing, id, session, secretContext(accountId, context))
      return Buffer.concat([nonce, wrapped]).toString('base64')
    },

    async openSession(accountId, context, sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      // base64 that decodes to the same bytes in another spelling is another text
      if (bytes.toString('base64') !== sealed) return undefined
      const nonce = bytes.subarray(0, SESSION_NONCE)
      const wrapped = bytes.subarray(SESSION_NONCE)
      try {
        const tenant = await knownTenantKey(accountId, wrappingKeyIdOf(wrapped))
        if (tenant === undefined) return undefined
        const sealing = sessionKey(tenant.key, nonce)
        return unwrapMaterial(sealing, tenant.id, wrapped, secretContext(accountId, context))
      } catch (error) {
        if (error instanceof UnwrapFailed) return undefined
        throw error
      }
    },
  }

  /** A tenant key that a stranger's token names: it may never have been. */
  async function knownTenantKey(accountId: string, id: string): Promise<TenantKey | undefined> {
    const kept = tenants.get(`${accountId}/${GLOBAL}/${id}`)
    if (kept !== undefined) return kept
    const stored = await storedTenantKeys(accountId, GLOBAL)
    return stored.some((one) => one.id === id) ? tenantKey(accountId, GLOBAL, id) : undefined
  }

  async function storedMaterial(key: Key, id: string): Promise<StoredMaterial | undefined> {
    const { material, former = [], keyStore } = key.data
    const kept = [material, ...former, keyStore?.material].find((candidate) => candidate?.id === id)
    if (kept !== undefined) return kept
    const [item] = await store.get([materialPlace(key, id)])
    return item && materialItem.read(item)
  }
}

/** Where a key's earlier material is kept: the current one is part of the key's own item, or the shared one. */
export const materialPlace = ({ accountId, region, id }: KeyName, material: string) =>
  materialItem.place({ accountId, region: isMultiRegionKeyId(id) ? GLOBAL : region, id, material })

const sessionKey = (tenantKey: KeyObject, nonce: Uint8Array): KeyObject =>
  secretKey(kdfCounter(tenantKey, SESSION_LABEL, nonce, 32))

function secretKey(bytes: Uint8Array): KeyObject {
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}
