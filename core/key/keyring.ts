import { createSecretKey, type KeyObject } from 'node:crypto'
import { isMultiRegionKeyId } from '../base/arn.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { loadOnce } from '../base/load-once.ts'
import { kdfCounter } from '../crypto/kdf.ts'
import { unwrapMaterial, wrappingKeyIdOf } from '../crypto/wrap.ts'
import { type RootKey, RootKeyUnavailable } from '../root/root.ts'
import { GLOBAL, tenantKeyContext } from '../root/tenant-key-context.ts'
import type { Store } from '../store/store.ts'
import { type Key, materialHome, type StoredMaterial } from './key.ts'
import { type KeyName, materialItem, type StoredTenantKey, tenantKeyItem } from './key-items.ts'
import { type RandomSource, systemRandom } from './random-source.ts'
import type { SecretContext, TenantKey } from './session-sealing.ts'
import { specOf } from './spec.ts'

export { GLOBAL }

const TOKEN_LABEL = Buffer.from('tenkey/v1/tokens')

/** Whose material it is: authenticated by the wrapping, so a row copied elsewhere doesn't open. */
export interface MaterialOwner {
  readonly accountId: string
  readonly region: string
  readonly keyId: string
  readonly spec: string
}

export interface Keyring {
  /** where what is drawn for its keys comes from */
  readonly random: RandomSource
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

export interface KeyringOptions {
  readonly store: Store
  /**
   * the store as it is now, where `store` may be late: what is not in that is looked for here before it counts
   * as missing, and new tenant keys are made here; the store itself unless given
   */
  readonly latest?: Store
  readonly root: RootKey
  /** most unwrapped materials kept in memory */
  readonly capacity: number
  /** how long an unwrapped material is kept, ms */
  readonly lifetime: number
  /** the system's CSPRNG unless given */
  readonly random?: RandomSource | undefined
}

/**
 * The key hierarchy at work: root key → tenant key → key material. Keeps unwrapped keys, and nothing
 * else, in a bounded cache with a short life. They are held as KeyObjects, whose bytes OpenSSL
 * cleanses when they are collected; buffers on the way are wiped here.
 */
export function keyring(options: KeyringOptions): Keyring {
  const { store, latest = store, root, capacity, lifetime, random = systemRandom } = options
  const opened = new BoundedCache<KeyObject>({ capacity, lifetime })
  const tenants = new BoundedCache<TenantKey>({ capacity, lifetime })

  /** The tenant's keys for a Region, newest first. */
  async function storedTenantKeys(
    accountId: string,
    region: string,
    from = store,
  ): Promise<readonly StoredTenantKey[]> {
    const [item] = await from.get([tenantKeyItem.place({ accountId, region })])
    return item === undefined ? [] : tenantKeyItem.read(item).keys
  }

  /** @param id which of the tenant's keys; the newest unless given */
  async function tenantKey(accountId: string, region: string, id?: string): Promise<TenantKey> {
    const slot = `${accountId}/${region}/${id ?? ''}`
    const kept = tenants.get(slot)
    if (kept !== undefined) return kept
    const wanted = async (from?: Store) =>
      (await storedTenantKeys(accountId, region, from)).find(
        (candidate) => id === undefined || candidate.id === id,
      )
    const stored = (await wanted()) ?? (latest === store ? undefined : await wanted(latest))
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

  async function createTenantKey(accountId: string, region: string, now: number): Promise<void> {
    if (tenants.get(`${accountId}/${region}/`) !== undefined) return
    // one that has come here is at home too
    if (latest !== store && (await storedTenantKeys(accountId, region)).length > 0) return
    // loaded by who makes one
    const made = await import('./new-tenant-key.ts')
    await made.createTenantKey({ accountId, region, now }, latest, root)
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
    random,
    createTenantKey,
    // of the Region's own replica: a sweep goes on while the home of what Regions share is away
    requireRoot: async () => (await import('./root-mark.ts')).requireRoot(store, root),

    async seal(owner, material, now) {
      const wrapping = await tenantKey(owner.accountId, owner.region)
      const { sealMaterial } = await sealing()
      return sealMaterial(wrapping, owner.keyId, material, (id) => materialContext(owner, id), now)
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
      return (await sealing()).sealSecret(wrapping, secretContext(accountId, context), secret)
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
      const tenant = await tenantKey(accountId, GLOBAL)
      const { sealUnder } = await sessionSealing()
      return sealUnder(tenant, secretContext(accountId, context), session)
    },

    async openSession(accountId, context, sealed) {
      const { openUnder } = await sessionSealing()
      const known = (id: string) => knownTenantKey(accountId, id)
      return openUnder(known, secretContext(accountId, context), sealed)
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
    if (item !== undefined) return materialItem.read(item)
    if (latest === store || !isMultiRegionKeyId(key.id)) return undefined
    // loaded where Regions share a table
    return (await import('./latest-material.ts')).latestMaterial(
      key,
      materialPlace(key, id),
      latest,
    )
  }
}

/** Loaded by who makes a key or a secret. */
const sealing = loadOnce(() => import('./sealing.ts'))
/** Loaded with the first session. */
const sessionSealing = loadOnce(() => import('./session-sealing.ts'))

/** Where a key's earlier material is kept: the current one is part of the key's own item, or the shared one. */
export const materialPlace = ({ accountId, region, id }: KeyName, material: string) =>
  materialItem.place({ accountId, region: isMultiRegionKeyId(id) ? GLOBAL : region, id, material })

function secretKey(bytes: Uint8Array): KeyObject {
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}
