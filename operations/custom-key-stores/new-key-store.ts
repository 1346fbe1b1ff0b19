import { KmsError } from '../../core/base/errors.ts'
import { randomBytesPooled } from '../../core/crypto/random.ts'
import type { StoreHome } from '../../core/custom-key-store/cluster.ts'
import {
  type ClusterKeyStore,
  type CustomKeyStore,
  type ExternalKeyStore,
  MOST_STORES,
} from '../../core/custom-key-store/custom-key-store.ts'
import { type ReadStores, readStores } from '../../core/custom-key-store/custom-key-store-items.ts'
import {
  isSameAnchor,
  noSuchCluster,
  requireFreeCluster,
  requireFreeName,
} from '../../core/custom-key-store/refusals.ts'
import { probe } from '../../core/custom-key-store/xks-failures.ts'
import {
  type NewProxy,
  openCredential,
  openPassword,
  sealCluster,
  sealProxy,
} from '../../core/external-store/credential.ts'
import type { Ports } from '../../core/operation.ts'
import { requirePlace } from './store-proxy.ts'

/** What a new store of either type is made of, once nothing of it is missing. */
export type NewStore = NewExternalStore | NewClusterStore

interface NewExternalStore {
  readonly type: 'EXTERNAL_KEY_STORE'
  readonly name: string
  readonly endpoint: string
  readonly path: string
  readonly accessKeyId: string
  readonly secret: string
}

interface NewClusterStore {
  readonly type: 'AWS_CLOUDHSM'
  readonly name: string
  readonly cluster: string
  readonly trustAnchor: string
  readonly password: string
}

type Uses = Pick<Ports, 'read' | 'wrapping' | 'unwrapping' | 'keyStores' | 'clusters'>

/** Where and when a store is made. */
export interface Making extends StoreHome {
  /** Unix ms */
  readonly now: number
  readonly requestId: string
}

/** The stores there are, and what is to be added to them. */
interface Found<T extends CustomKeyStore> {
  readonly found: ReadStores
  /** or the id of the very same one, which a call whose answer was lost has made (API_CreateCustomKeyStore) */
  readonly made: T | string
}

/**
 * The store that is to be added to those there are.
 * @throws KmsError CustomKeyStoreNameInUseException, LimitExceededException and what each type is refused with
 */
export function newStore(
  wanted: NewStore,
  making: Making,
  ports: Uses,
): Promise<Found<CustomKeyStore>> {
  return wanted.type === 'EXTERNAL_KEY_STORE'
    ? newExternalStore(wanted, making, ports)
    : newClusterStore(wanted, making, ports)
}

async function newExternalStore(
  { type, ...wanted }: NewExternalStore,
  { now, requestId, ...home }: Making,
  ports: Uses,
): Promise<Found<ExternalKeyStore>> {
  const look = async () => {
    const found = await readStores(home, ports.read)
    const made = await externalMadeBefore(found.stores, wanted, home, ports)
    if (made === undefined) {
      requirePlace(found.stores, { name: wanted.name, proxy: wanted })
      requireRoom(found.stores)
    }
    return { found, made }
  }
  const before = await look()
  if (before.made !== undefined) return { ...before, made: before.made }
  const id = newStoreId()
  const { name, ...newProxy } = wanted
  const proxy = await sealProxy(ports.wrapping, { ...home, id }, newProxy)
  const proxies = await ports.keyStores.proxies()
  await probe(proxies, { ...home, id, proxy }, 'CreateCustomKeyStore', requestId)
  // what was read before is older than the proxy's answer: the same call may have been made twice
  const { found, made } = await look()
  const store = { id, name, type, created: now, state: 'DISCONNECTED', proxy } as const
  return { found, made: made ?? store }
}

/** The proxy is not asked again. */
async function externalMadeBefore(
  stores: readonly CustomKeyStore[],
  { name, endpoint, path, accessKeyId, secret }: NewProxy & Pick<CustomKeyStore, 'name'>,
  home: StoreHome,
  { unwrapping }: Pick<Ports, 'unwrapping'>,
): Promise<string | undefined> {
  for (const one of stores) {
    if (one.type !== 'EXTERNAL_KEY_STORE' || one.name !== name) continue
    if (one.state !== 'DISCONNECTED') continue
    const { id, proxy } = one
    if (proxy.endpoint !== endpoint || proxy.path !== path) continue
    if (proxy.accessKeyId !== accessKeyId) continue
    if ((await openCredential(unwrapping, { ...home, id, proxy }, 'store')) === secret) return id
  }
  return undefined
}

async function newClusterStore(
  wanted: NewClusterStore,
  { now, requestId: _requestId, ...home }: Making,
  { read, wrapping, unwrapping, clusters }: Uses,
): Promise<Found<ClusterKeyStore>> {
  const { type, name, trustAnchor, password } = wanted
  const found = await readStores(home, read)
  const known = await clusters.open()
  const registered = await known.registered(home.accountId, wanted.cluster)
  if (registered === undefined) throw noSuchCluster(wanted.cluster)
  if (!isSameAnchor(registered.trustAnchor, trustAnchor)) {
    throw new KmsError(
      'IncorrectTrustAnchorException',
      `The trust anchor certificate is not that of the cluster ${wanted.cluster}.`,
    )
  }
  for (const one of found.stores) {
    if (one.type !== type || one.name !== name || one.state !== 'DISCONNECTED') continue
    const { id, cluster } = one
    if (cluster.id !== wanted.cluster || !isSameAnchor(cluster.trustAnchor, trustAnchor)) continue
    if ((await openPassword(unwrapping, { ...home, id }, cluster, 'store')) === password) {
      return { found, made: id }
    }
  }
  requireFreeName(found.stores, name)
  requireRoom(found.stores)
  requireFreeCluster(found.stores, { id: wanted.cluster, trustAnchor })
  await known.inspect(home.accountId, wanted.cluster)
  const id = newStoreId()
  const named = { id: wanted.cluster, trustAnchor }
  const cluster = await sealCluster(wrapping, { ...home, id }, named, password)
  return { found, made: { id, name, type, created: now, state: 'DISCONNECTED', cluster } }
}

/** @throws KmsError LimitExceededException */
function requireRoom(stores: readonly CustomKeyStore[]): void {
  if (stores.length < MOST_STORES) return
  throw new KmsError(
    'LimitExceededException',
    `An account has at most ${MOST_STORES} custom key stores in a Region.`,
  )
}

const newStoreId = (): string => `cks-${randomBytesPooled(9).toString('hex').slice(1)}`
