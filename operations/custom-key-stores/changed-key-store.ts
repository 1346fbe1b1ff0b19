import { KmsError } from '../../core/base/errors.ts'
import type { StoreHome } from '../../core/custom-key-store/cluster.ts'
import type {
  ClusterKeyStore,
  CustomKeyStore,
  ExternalKeyStore,
  XksProxy,
} from '../../core/custom-key-store/custom-key-store.ts'
import {
  isSameAnchor,
  noSuchCluster,
  requireFreeName,
  requireState,
} from '../../core/custom-key-store/refusals.ts'
import { probe } from '../../core/custom-key-store/xks-failures.ts'
import {
  connectedProxy,
  openCredential,
  openPassword,
  sealCluster,
  sealProxy,
} from '../../core/external-store/credential.ts'
import type { Ports } from '../../core/operation.ts'
import type { TypeOf } from '../../core/shape/shapes.ts'
import { type changeMembers, refuseMembers, refuseService } from './key-store-members.ts'
import { requirePlace } from './store-proxy.ts'

/** What UpdateCustomKeyStore is asked for. */
export type Changes = TypeOf<typeof changeMembers>

/** Where a store is, and the others beside it. */
interface Place extends StoreHome {
  readonly stores: readonly CustomKeyStore[]
  readonly requestId: string
}

/**
 * An external key store with its proxy as it is to be; the same one where nothing of that changes.
 * @throws KmsError CustomKeyStoreInvalidStateException and what a proxy is refused with
 */
export async function changedProxy(
  store: ExternalKeyStore,
  changes: Changes,
  { stores, requestId, ...home }: Place,
  ports: Pick<Ports, 'wrapping' | 'unwrapping' | 'keyStores'>,
): Promise<ExternalKeyStore> {
  const { CloudHsmClusterId, KeyStorePassword } = changes
  refuseMembers('an external key store', { CloudHsmClusterId, KeyStorePassword })
  const { id } = store
  const {
    XksProxyUriEndpoint: endpoint = store.proxy.endpoint,
    XksProxyUriPath: path = store.proxy.path,
  } = changes
  // while a store is connected, its endpoint and its connectivity stay
  const moved = changes.XksProxyUriEndpoint ?? changes.XksProxyConnectivity
  if (moved === undefined) requireState(store, 'DISCONNECTED', 'CONNECTED')
  else requireState(store, 'DISCONNECTED')
  refuseService(changes)
  const name = changes.NewCustomKeyStoreName ?? store.name
  requirePlace(stores, { name, proxy: { endpoint, path } }, id)
  const touched = [moved, changes.XksProxyUriPath, changes.XksProxyAuthenticationCredential].some(
    (member) => member !== undefined,
  )
  if (!touched) return store
  const proxy = await proxyAfter(store, changes, home, ports)
  const changed = { ...home, id, proxy }
  await probe(await ports.keyStores.proxies(), changed, 'UpdateCustomKeyStore', requestId)
  return proxy === store.proxy ? store : { ...store, proxy }
}

/**
 * The proxy as it is to be. Where something of the former one stays, that one is proven first: what was
 * written into the table by another hand is not made good by a change of the rest.
 * @throws UnwrapFailed
 */
async function proxyAfter(
  { id, state, proxy: former }: ExternalKeyStore,
  changes: Changes,
  home: StoreHome,
  keys: Pick<Ports, 'wrapping' | 'unwrapping'>,
): Promise<XksProxy> {
  const {
    XksProxyAuthenticationCredential: given,
    XksProxyUriEndpoint: endpoint,
    XksProxyUriPath: path,
  } = changes
  if (given === undefined && endpoint === undefined && path === undefined) return former
  const name = { ...home, id }
  const replaced = given !== undefined && endpoint !== undefined && path !== undefined
  const kept = replaced
    ? undefined
    : await openCredential(keys.unwrapping, { ...name, proxy: former }, 'store')
  const proxy = await sealProxy(keys.wrapping, name, {
    endpoint: endpoint ?? former.endpoint,
    path: path ?? former.path,
    accessKeyId: given?.AccessKeyId ?? former.accessKeyId,
    secret: given?.RawSecretAccessKey ?? kept ?? '',
  })
  return state === 'CONNECTED' ? connectedProxy(keys, name, proxy) : proxy
}

/**
 * A CloudHSM key store with its cluster and password as they are to be; the same one where neither changes.
 * @throws KmsError CustomKeyStoreInvalidStateException, CloudHsmClusterNotFoundException,
 *   CloudHsmClusterNotRelatedException and what a cluster is refused with
 */
export async function changedCluster(
  store: ClusterKeyStore,
  changes: Changes,
  { stores, requestId: _requestId, ...home }: Place,
  { wrapping, unwrapping, clusters }: Pick<Ports, 'wrapping' | 'unwrapping' | 'clusters'>,
): Promise<ClusterKeyStore> {
  const {
    CustomKeyStoreId: _id,
    NewCustomKeyStoreName: name = store.name,
    KeyStorePassword: password,
    CloudHsmClusterId: wanted,
    ...ofProxy
  } = changes
  refuseMembers('an AWS CloudHSM key store', ofProxy)
  if (password === undefined && wanted === undefined) {
    requireState(store, 'DISCONNECTED', 'CONNECTED')
    requireFreeName(stores, name, store.id)
    return store
  }
  requireState(store, 'DISCONNECTED')
  requireFreeName(stores, name, store.id)
  const id = wanted ?? store.cluster.id
  if (wanted !== undefined) {
    const known = await clusters.open()
    const registered = await known.registered(home.accountId, wanted)
    if (registered === undefined) throw noSuchCluster(wanted)
    // clusters of one backup have one certificate (API_UpdateCustomKeyStore)
    if (!isSameAnchor(registered.trustAnchor, store.cluster.trustAnchor)) {
      throw new KmsError(
        'CloudHsmClusterNotRelatedException',
        `The cluster ${wanted} is not related to the cluster ${store.cluster.id} of the custom key store: it has another certificate.`,
      )
    }
    await known.inspect(home.accountId, wanted)
  }
  const own = { ...home, id: store.id }
  // what stays of the former is proven first, as with a proxy's credential
  const kept = password ?? (await openPassword(unwrapping, own, store.cluster, 'store'))
  const { trustAnchor } = store.cluster
  return { ...store, cluster: await sealCluster(wrapping, own, { id, trustAnchor }, kept) }
}
