import { type Authorizer, authorizer } from './access/authorize.ts'
import type { Audit, AuditReader } from './audit/audit.ts'
import { type Forward, storeTrail } from './audit/store-trail.ts'
import { partitionOf } from './base/arn.ts'
import { BoundedCache } from './base/bounded-cache.ts'
import type { CallContext } from './base/call-context.ts'
import type { PageResponse, RequestHead } from './base/http-message.ts'
import type { Log } from './base/log.ts'
import type { Config } from './config.ts'
import type { Hsm } from './custom-key-store/cluster.ts'
import type { XksSettings } from './external-store/key-stores.ts'
import { type KeyStoreService, keyStoreService } from './external-store/loaded.ts'
import { type AccessKeyUses, accessKeyUses } from './identity/access-key-use.ts'
import { type Authenticator, authenticator } from './identity/authenticate.ts'
import { tenantItem, tenantPlace } from './identity/credential.ts'
import { type FormatMark, formattedStore, ownMark } from './item/formats.ts'
import type { Key } from './key/key.ts'
import { type Keyring, keyring } from './key/keyring.ts'
import { type UsageLog, usageLog } from './key/last-usage.ts'
import type { RandomSource } from './key/random-source.ts'
import type { AliasHints } from './key/resolve.ts'
import { type ClockControl, fixedClock } from './lifecycle/clock.ts'
import type { ManagedKeys } from './lifecycle/managed-keys.ts'
import type { RecordAct } from './lifecycle/pending-acts.ts'
import type { AnyOperation, Ports } from './operation.ts'
import { awsJson } from './protocol/aws-json.ts'
import { awsQuery } from './protocol/aws-query.ts'
import type { Protocol } from './protocol/protocol.ts'
import { rest } from './protocol/rest.ts'
import { RELEASE } from './release.ts'
import type { RootKey } from './root/root.ts'
import type { Changing, Regions } from './store/regions.ts'
import type { Store } from './store/store.ts'

/** unwrapped materials, tenant keys and signing keys kept in memory, each; about 1 KB apiece */
const CACHE_CAPACITY = 20_000
const DEFAULT_REGION = 'us-east-1'
/** the port and ms of AWS KMS's calls of a proxy (XKS proxy API specification) */
const XKS: XksSettings = { networks: [], authorities: '', port: 443, limit: 250 }
/** ms an unwrapped material is kept */
const CACHE_LIFETIME = 5 * 60 * 1000

/** What is outside the API, and anybody may read: `GET /health` and the like. The edge answers it. */
export type Page = (
  head: RequestHead,
  service: Pick<Service, 'audit' | 'root'>,
) => PageResponse | Promise<PageResponse>
export type Pages = ReadonlyMap<string, Page>

/** Told of each call once it is answered: its operation's name, its error's code, and how long it took. */
export type Meter = (operation: string, code: string | undefined, ms: number) => void

/** Comes between a call's admission and its work, which it may hold up or refuse. @throws KmsError */
export type Intercept = (call: Intercepted) => void | Promise<void>
export interface Intercepted {
  readonly route: { readonly operation: Pick<AnyOperation, 'name' | 'service'> }
  /** those that it names and were admitted */
  readonly keys: Readonly<Record<string, Key | undefined>>
  readonly context: Pick<CallContext, 'signal'>
}

/** Everything a call needs, wired. */
export interface Service {
  readonly awsJson: Protocol
  readonly awsQuery: Protocol
  readonly rest: Protocol
  /** that of external key stores, where it is served */
  readonly xks?: Protocol | undefined
  /** AWS IAM's, where it is served */
  readonly iam?: Protocol | undefined
  /** items are written to it in the formats that `mark` names */
  readonly store: Store
  /** the same with what is in other Regions; the store itself where they are in it */
  readonly everywhere: Store
  /** the other Regions of the installation; none where the store has all Regions */
  readonly otherRegions: readonly string[]
  /** in place of this service's own for one call that changes what Regions share; undefined where none is ever late */
  readonly changing: (() => Changing<Ports>) | undefined
  /** to be read again now and then */
  readonly mark: FormatMark
  readonly root: RootKey
  readonly keyring: Keyring
  readonly authenticator: Authenticator
  /** the Region of requests that name none: those with bearer tokens */
  readonly region: string
  /** the one Region that is served; undefined for all of the partition */
  readonly servedRegion: string | undefined
  readonly authorizer: Authorizer
  readonly audit: Audit
  /** days that audit records are kept unless their tenant has a number of its own; null for ever */
  readonly auditRetention: number | null
  readonly aliasHints: AliasHints
  /** makes AWS managed keys when they are first named */
  readonly managedKeys: ManagedKeys
  readonly usage: UsageLog
  readonly accessKeyUses: AccessKeyUses
  /** custom key stores at work */
  readonly keyStores: KeyStoreService
  /** PEM of the root certificate that attestation documents lead to; undefined for AWS's Nitro root */
  readonly nitroRoot: string | undefined
  readonly ports: Ports
  readonly pages: Pages
  readonly log: Log
  readonly meter: Meter
  readonly intercept?: Intercept | undefined
  /** Unix ms, of the clock that keys live by */
  readonly now: () => number
  /** Unix ms, of the machine's clock */
  readonly wallTime: () => number
  /** Unix ms, as signers know the time */
  readonly signatureTime: () => number
  /** Finishes what was accepted, then lets go of the store and the root. */
  close(): Promise<void>
}

/** What a face needs that has credentials of its own. */
export interface FaceParts {
  readonly keyring: Pick<Keyring, 'openSecret'>
  /** of what it keeps: entries, and the ms they are kept */
  readonly capacity: number
  readonly lifetime: number
}

export interface ServiceParts {
  readonly operations: Iterable<AnyOperation>
  /** the face of external key stores (core/protocol/xks.ts); none unless given */
  readonly xksFace?: ((parts: FaceParts) => Protocol) | undefined
  /** the face of AWS IAM (core/protocol/iam-query.ts); none unless given */
  readonly iamFace?: ((operations: readonly AnyOperation[]) => Protocol) | undefined
  /** processes that serve; 1 unless given */
  readonly fleet?: number
  readonly store: Store
  /** what the settings call the store; memory unless given */
  readonly storeName?: Config['store'] | undefined
  /** where the store is one Region's of several */
  readonly regions?: Regions | undefined
  /** the mark of the store; that of one which no other release uses unless given */
  readonly mark?: FormatMark
  readonly root: RootKey
  readonly pages?: Pages
  /** PEM of the root certificate of attestation documents; AWS's Nitro root unless given */
  readonly nitroRoot?: string | undefined
  readonly log: Log
  readonly meter?: Meter | undefined
  /** nothing comes between unless given */
  readonly intercept?: Intercept | undefined
  /** the system's CSPRNG unless given */
  readonly random?: RandomSource | undefined
  readonly now?: () => number
  readonly wallTime?: () => number
  /** the clock that signatures are checked by; `wallTime` unless given */
  readonly signatureTime?: (() => number) | undefined
  /** the control of the clock behind `now`, where the operator may move it */
  readonly clock?:
    | ((
        service: Pick<
          Service,
          'store' | 'keyring' | 'keyStores' | 'log' | 'audit' | 'region' | 'otherRegions'
        >,
      ) => ClockControl)
    | undefined
  /** the Region of requests that name none; us-east-1 unless given */
  readonly region?: string
  /** the AWS partition of every ARN; that of the Region unless given */
  readonly partition?: string
  /** the one Region that is served; every Region of the partition that a caller names unless given */
  readonly servedRegion?: string | undefined
  /** addresses and CIDR ranges where identity providers are asked beside public ones; none unless given */
  readonly issuerNetworks?: readonly string[]
  /** URLs that AWS identities may be for, and where AWS STS is asked (TENKEY_URLS, TENKEY_AWS_STS); none unless given */
  readonly awsIdentities?: { readonly urls: readonly string[]; readonly sts?: string } | undefined
  /** how proxies of external key stores are reached; at public addresses, as AWS KMS does, unless given */
  readonly xks?: Partial<XksSettings> | undefined
  /** opens the tokens of CloudHSM key stores; there are none unless given */
  readonly hsm?: (() => Promise<Hsm>) | undefined
  /** where records go; the store unless given */
  readonly audit?: Audit & AuditReader
  /** days that audit records are kept unless their tenant has a number of its own; for ever unless given */
  readonly auditRetention?: number | null
  /** where records go beside the store */
  readonly forward?: Forward | undefined
}

/** Wires a service from its parts. */
export function createService(parts: ServiceParts): Service {
  const { root, operations, log, regions, mark = ownMark(RELEASE) } = parts
  const formatted = (store: Store) => formattedStore(store, mark, RELEASE)
  const store = formatted(parts.store)
  const latest = regions === undefined ? store : formatted(regions.latest)
  const changing = regions?.changing
  const everywhere = regions === undefined ? store : formatted(regions.everywhere)
  const auditRetention = parts.auditRetention ?? null
  const retentionOf = async (accountId: string) => {
    const [tenant] = await store.get([tenantPlace(accountId)])
    return (tenant && tenantItem.read(tenant).auditRetention) ?? auditRetention
  }
  const { forward, now } = parts
  const options = { retentionOf, forward, now, generation: mark.written }
  const trail = parts.audit ?? storeTrail(store, log, options)
  const acts: RecordAct = async (act) => {
    const { serviceEvent } = await import('./audit/service-event.ts')
    await trail.record([serviceEvent(act)], true, { at: act.at, once: true })
  }
  const bounds = { capacity: CACHE_CAPACITY, lifetime: CACHE_LIFETIME }
  const { random } = parts
  const keys = keyring({ store, latest, root, ...bounds, random })
  const all = [...operations]
  // it is asked about related keys in other Regions too
  const access = authorizer(regions === undefined ? store : formatted(regions.nearby))
  const usage = usageLog(store)
  const keyUses = accessKeyUses(store, everywhere, [
    parts.servedRegion ?? parts.region ?? DEFAULT_REGION,
    ...(regions?.others ?? []),
  ])
  const wallTime = parts.wallTime ?? Date.now
  const keyStores = keyStoreService(
    { store, keyring: keys, log, wallTime, now: parts.now ?? Date.now, hsm: parts.hsm },
    { ...XKS, ...parts.xks },
  )
  const { open, begin } = keyStores
  const region = parts.region ?? DEFAULT_REGION
  const otherRegions = regions?.others ?? []
  /** Loaded when an alias that isn't there is named: most calls never do. */
  const managed = async () => {
    const { managedKeys } = await import('./lifecycle/managed-keys.ts')
    return managedKeys({ read: store, write: store, wrapping: keys }, acts)
  }
  const ports: Ports = {
    read: store,
    write: store,
    remove: store,
    forget: store,
    related: everywhere,
    relating: everywhere,
    random: keys.random,
    materials: { random: keys.random, open: keys.open, held: async () => (await open()).held },
    wrapping: keys,
    unwrapping: keys,
    tokens: keys,
    trail,
    aliases: store,
    usage,
    accessKeyUses: keyUses,
    acts,
    keyStores: { proxies: async () => (await open()).proxies, begin },
    clusters: { open: async () => (await open()).clusters },
    clock:
      parts.clock?.({
        ...{ store, keyring: keys, keyStores, log, audit: trail },
        ...{ region, otherRegions },
      }) ?? fixedClock,
    access: {
      checkKeyPolicy: ({ caller, context, input, keys }, on, policy) => {
        const asked = { caller, context, action: 'kms:PutKeyPolicy', input, keys }
        return typeof on === 'string'
          ? access.checkKeyPolicy(asked, on, policy)
          : access.checkKeyPolicy({ ...asked, key: on }, on.arn, policy)
      },
    },
    decisions: { rule: access.rule, read: store },
    health: { root, store, audit: trail, fleet: parts.fleet ?? 1 },
    installation: {
      get: store.get,
      store: parts.storeName ?? 'memory',
      generation: RELEASE.generation,
      standing: trail.standing,
    },
  }
  return {
    awsJson: awsJson(all),
    awsQuery: awsQuery(all),
    rest: rest(all),
    xks: parts.xksFace?.({ keyring: keys, ...bounds }),
    iam: parts.iamFace?.(all),
    store,
    everywhere,
    otherRegions,
    changing: changing && (() => changing(formatted, ports)),
    mark,
    root,
    keyring: keys,
    authenticator: authenticator(keys, {
      ...bounds,
      rule: access.rule,
      partition:
        parts.partition ?? partitionOf(parts.servedRegion ?? parts.region ?? DEFAULT_REGION),
      servedRegion: parts.servedRegion,
      jwks: { networks: parts.issuerNetworks ?? [] },
      aws: { urls: [], sts: '', ...parts.awsIdentities, store },
      log,
    }),
    region,
    servedRegion: parts.servedRegion || undefined,
    authorizer: access,
    audit: trail,
    auditRetention,
    nitroRoot: parts.nitroRoot,
    aliasHints: new BoundedCache<string>({ capacity: CACHE_CAPACITY }),
    managedKeys: {
      supposed: async (name, now) => (await managed()).supposed(name, now),
      make: async (key, now) => (await managed()).make(key, now),
    },
    usage,
    accessKeyUses: keyUses,
    keyStores,
    ports,
    pages: parts.pages ?? new Map(),
    log,
    meter: parts.meter ?? (() => undefined),
    intercept: parts.intercept,
    now: parts.now ?? Date.now,
    wallTime,
    signatureTime: parts.signatureTime ?? wallTime,
    async close() {
      const written = await Promise.allSettled([
        keyStores.close(),
        trail.flush(),
        usage.flush(true),
        keyUses.flush(true),
      ])
      await store.close()
      await root.close()
      for (const one of written) if (one.status === 'rejected') throw one.reason
    },
  }
}

/** What a configuration names: a store, and what is beside it where that is one Region's of several. */
export interface Stores {
  readonly store: Store
  readonly regions?: Regions | undefined
}

/**
 * Opens what a configuration names; adapters are loaded only where they are used.
 * @throws Error of one line for settings of several Regions that don't fit together
 */
export async function openStores(config: Config): Promise<Stores> {
  if (config.replicas.length === 0 && config.sharedTable === '') {
    return { store: await openOne(config) }
  }
  const [{ checkRegion, openReplicated }, { LAYOUT }, { dynamodbStore }] = await Promise.all([
    import('./replicated.ts'),
    import('./layout.ts'),
    import('./store/dynamodb.ts'),
  ])
  const stores = openReplicated(config, LAYOUT, (table, region) => dynamodbStore({ table, region }))
  await checkRegion(config, stores.store)
  return stores
}

/** Opens tables in whichever Region, as they are. */
export async function openTables(): Promise<(table: string, region: string) => Store> {
  const { dynamodbStore } = await import('./store/dynamodb.ts')
  return (table, region) => dynamodbStore({ table, region })
}

/** Opens what a command works on: all that its Region reaches, as it is. */
export async function openStore(config: Config): Promise<Store> {
  const { store, regions } = await openStores(config)
  return regions === undefined ? store : { ...regions.latest, close: () => store.close() }
}

async function openOne(config: Config): Promise<Store> {
  switch (config.store) {
    case 'memory':
      return (await import('./store/memory.ts')).memoryStore()
    case 'sqlite':
      return (await import('./store/sqlite.ts')).sqliteStore({ file: `${config.data}/tenkey.db` })
    case 'dynamodb':
      return (await import('./store/dynamodb.ts')).dynamodbStore({ table: config.table })
  }
}

/**
 * Opens the root key a configuration names.
 * @param create make a file where there is none yet; see that a key in AWS KMS does what a root must
 */
export async function openRoot(
  config: Pick<Config, 'root'> & Partial<Pick<Config, 'replicas' | 'servedRegion'>>,
  create: boolean,
): Promise<RootKey> {
  const { root, replicas = [], servedRegion } = config
  if (root.startsWith('aws-kms:')) {
    const keyArn = root.slice('aws-kms:'.length)
    const region = replicas.length === 0 ? undefined : servedRegion
    return (await import('./root/aws-kms.ts')).awsKmsRoot({ keyArn, region, prove: create })
  }
  const file = root.slice('file:'.length)
  return (await import('./root/local-file.ts')).localFileRoot({ file, create })
}
