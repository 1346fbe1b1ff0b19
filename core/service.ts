import { LRUCache } from 'lru-cache'
import type { Audit, AuditReader } from './audit/audit.ts'
import { storeTrail } from './audit/store-trail.ts'
import { type Authenticator, authenticator } from './auth/authenticate.ts'
import { type Config, ConfigError } from './config.ts'
import type { HttpResponse } from './http.ts'
import { type Keyring, keyring } from './key/keyring.ts'
import type { AliasHints } from './key/resolve.ts'
import type { AnyOperation, Ports } from './operation.ts'
import { awsJson } from './protocol/aws-json.ts'
import type { Protocol } from './protocol/protocol.ts'
import { rest } from './protocol/rest.ts'
import type { RootKey } from './root/root.ts'
import type { Store } from './store/store.ts'

/** unwrapped materials, tenant keys and signing keys kept in memory, each; about 1 KB apiece */
const CACHE_CAPACITY = 20_000
/** ms an unwrapped material is kept */
const CACHE_LIFETIME = 5 * 60 * 1000

/** One line of the log: what happened, as data. Nothing secret is ever passed here. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  entry: Readonly<Record<string, unknown>>,
) => void

/** Pages outside the API, which anybody may read: `GET /health` and the like. */
export type Pages = ReadonlyMap<string, () => HttpResponse | Promise<HttpResponse>>

/** Everything a call needs, wired. */
export interface Service {
  readonly awsJson: Protocol
  readonly rest: Protocol
  readonly store: Store
  readonly root: RootKey
  readonly keyring: Keyring
  readonly authenticator: Authenticator
  readonly audit: Audit
  readonly aliasHints: AliasHints
  readonly ports: Ports
  readonly pages: Pages
  readonly log: Log
  /** Unix ms */
  readonly now: () => number
  /** Finishes what was accepted, then lets go of the store and the root. */
  close(): Promise<void>
}

export interface ServiceParts {
  readonly operations: Iterable<AnyOperation>
  readonly store: Store
  readonly root: RootKey
  readonly pages?: Pages
  readonly log: Log
  readonly now?: () => number
  /** where records go; the store unless given */
  readonly audit?: Audit & AuditReader
}

/** Wires a service from its parts. */
export function createService(parts: ServiceParts): Service {
  const { store, root, operations, log } = parts
  const trail = parts.audit ?? storeTrail(store)
  const bounds = { capacity: CACHE_CAPACITY, lifetime: CACHE_LIFETIME }
  const keys = keyring({ store, root, ...bounds })
  const all = [...operations]
  return {
    awsJson: awsJson(all),
    rest: rest(all),
    store,
    root,
    keyring: keys,
    authenticator: authenticator(keys, bounds),
    audit: trail,
    aliasHints: new LRUCache<string, string>({ max: CACHE_CAPACITY }),
    ports: {
      read: store,
      write: store,
      remove: store,
      materials: keys,
      wrapping: keys,
      tokens: keys,
      trail,
    },
    pages: parts.pages ?? new Map(),
    log,
    now: parts.now ?? Date.now,
    async close() {
      await trail.flush()
      await store.close()
      await root.close()
    },
  }
}

/** Opens the store a configuration names; adapters are loaded only where they are used. */
export async function openStore(config: Config): Promise<Store> {
  switch (config.store) {
    case 'memory':
      return (await import('./store/memory.ts')).memoryStore()
    case 'sqlite':
      return (await import('./store/sqlite.ts')).sqliteStore({ file: `${config.data}/tenkey.db` })
    case 'dynamodb':
      return (await import('./store/dynamodb.ts')).dynamodbStore({ table: config.table })
  }
}

/** Opens the root key a configuration names. @param create make one where there is none yet */
export async function openRoot(config: Config, create: boolean): Promise<RootKey> {
  const file = config.root.slice('file:'.length)
  if (!config.root.startsWith('file:')) throw new ConfigError(`unknown root key '${config.root}'`)
  return (await import('./root/local-file.ts')).localFileRoot({ file, create })
}
