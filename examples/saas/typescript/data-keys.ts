import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms'
import type { DataKey } from './sealed-field.ts'
import { ROWS } from './tenant-administrator.ts'
import type { Tenant, TenantSessions } from './tenant-sessions.ts'

/** ms that a data key is kept in memory: so long a tenant that takes its key away is still read */
const CACHED = 5 * 60_000
/** data keys in memory, at most */
const MOST = 10_000
/** seconds after which new fields get a new data key */
const USED_FOR = 86_400

interface Cached {
  readonly tenant: string
  readonly key: Promise<KeyObject>
  readonly until: number
}

/**
 * Data keys of all tenants. A tenant has one for each table and day; AWS KMS is asked for it once in five
 * minutes, not for every field. The database has them encrypted, memory has them in the clear for a while.
 */
export class DataKeys {
  readonly #db: DatabaseSync
  readonly #sessions: TenantSessions
  /** by id, the oldest first */
  readonly #cache = new Map<string, Cached>()

  constructor(db: DatabaseSync, sessions: TenantSessions) {
    this.#db = db
    this.#sessions = sessions
  }

  /** The one that new fields of a table are encrypted under. */
  async current(tenant: Tenant, table: string): Promise<DataKey> {
    const newest = this.#db
      .prepare(
        'SELECT id FROM data_keys WHERE tenant = ? AND table_name = ? AND created > ? ORDER BY created DESC, id LIMIT 1',
      )
      .get(tenant.account, table, Math.floor(Date.now() / 1000) - USED_FOR)
    if (newest !== undefined) {
      return this.named(tenant, table, Buffer.from(newest['id'] as Uint8Array))
    }
    return this.#make(tenant, table)
  }

  /** The one of that id. @throws Error where the tenant has none for this table; what AWS KMS refuses */
  async named(tenant: Tenant, table: string, id: Buffer): Promise<DataKey> {
    const name = id.toString('hex')
    const known = this.#cache.get(name)
    if (known?.tenant === tenant.account && known.until > Date.now()) {
      return { id, key: await known.key }
    }
    const stored = this.#db
      .prepare('SELECT encrypted FROM data_keys WHERE id = ? AND tenant = ? AND table_name = ?')
      .get(id, tenant.account, table)
    if (stored === undefined) throw new Error(`${tenant.name} has no data key ${name}`)
    const key = this.#decrypt(tenant, table, stored['encrypted'] as Uint8Array)
    this.#remember(name, tenant, key)
    return { id, key: await key }
  }

  /** Lets go of what is in memory of a tenant. */
  forget(account: string): void {
    for (const [name, { tenant }] of this.#cache) if (tenant === account) this.#cache.delete(name)
  }

  async #make(tenant: Tenant, table: string): Promise<DataKey> {
    const { Plaintext, CiphertextBlob } = await this.#sessions.kms(tenant).send(
      new GenerateDataKeyCommand({
        KeyId: ROWS,
        KeySpec: 'AES_256',
        EncryptionContext: { tenant: tenant.account, table },
      }),
    )
    const [key, encrypted] = [secret(Plaintext), CiphertextBlob ?? new Uint8Array()]
    const id = randomBytes(16)
    this.#db
      .prepare('INSERT INTO data_keys VALUES (?, ?, ?, ?, ?)')
      .run(id, tenant.account, table, encrypted, Math.floor(Date.now() / 1000))
    this.#remember(id.toString('hex'), tenant, Promise.resolve(key))
    return { id, key }
  }

  async #decrypt(tenant: Tenant, table: string, encrypted: Uint8Array): Promise<KeyObject> {
    const { Plaintext } = await this.#sessions.kms(tenant).send(
      new DecryptCommand({
        CiphertextBlob: encrypted,
        EncryptionContext: { tenant: tenant.account, table },
      }),
    )
    return secret(Plaintext)
  }

  #remember(name: string, tenant: Tenant, key: Promise<KeyObject>): void {
    this.#cache.delete(name)
    this.#cache.set(name, { tenant: tenant.account, key, until: Date.now() + CACHED })
    // what was refused is asked for again
    key.catch(() => this.#cache.delete(name))
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= MOST) break
      this.#cache.delete(oldest)
    }
  }
}

/** A key that Node.js keeps out of the heap; the bytes it came in are wiped. */
function secret(bytes: Uint8Array | undefined): KeyObject {
  if (bytes === undefined) throw new Error('there is no data key in the answer')
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}
