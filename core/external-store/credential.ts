import { hash } from 'node:crypto'
import type {
  CustomKeyStoreName,
  HsmCluster,
  XksProxy,
} from '../custom-key-store/custom-key-store.ts'
import type { ProxyStore } from '../custom-key-store/xks.ts'
import type { Keyring } from '../key/keyring.ts'

export type Credentials = Pick<Keyring, 'openSecret'>
type Sealing = Pick<Keyring, 'sealSecret'>

/** Whom a credential is opened for: to see whether the proxy answers, or to use keys of a connected store. */
export type CredentialUse = 'store' | 'keys'

/** A proxy, and its credential as it came. */
export interface NewProxy extends Pick<XksProxy, 'endpoint' | 'path' | 'accessKeyId'> {
  /** secret access key */
  readonly secret: string
}

/**
 * What wraps a secret says whose it is, where it goes and whether keys may be used with it. So who can write
 * the table, and no more, can't have it sent to another host or path, and can't connect a store: it does not
 * open then.
 */
const contextOf = (
  { region, id }: CustomKeyStoreName,
  { endpoint, path, accessKeyId }: Omit<XksProxy, 'secret' | 'connected'>,
  use: CredentialUse,
) => ({
  // an access key id is not for logs, which name what does not open
  'xks-proxy-credential': hash('sha256', accessKeyId),
  'xks-proxy-endpoint': endpoint,
  'xks-proxy-path': path,
  'custom-key-store': id,
  region,
  use,
})

/** Wraps the secret access key of a proxy's credential, as those of the account's own access keys are. */
export async function sealProxy(
  wrapping: Sealing,
  store: CustomKeyStoreName,
  { endpoint, path, accessKeyId, secret }: NewProxy,
): Promise<XksProxy> {
  const where = { endpoint, path, accessKeyId }
  const context = contextOf(store, where, 'store')
  const sealed = await wrapping.sealSecret(store.accountId, context, Buffer.from(secret))
  return { ...where, secret: sealed }
}

/** The proxy of a store that becomes connected, or stays it: its keys are used from now on. */
export async function connectedProxy(
  { wrapping, unwrapping }: { readonly wrapping: Sealing; readonly unwrapping: Credentials },
  store: CustomKeyStoreName,
  proxy: XksProxy,
): Promise<XksProxy> {
  const secret = Buffer.from(await openCredential(unwrapping, { ...store, proxy }, 'store'))
  try {
    const context = contextOf(store, proxy, 'keys')
    return { ...proxy, connected: await wrapping.sealSecret(store.accountId, context, secret) }
  } finally {
    secret.fill(0)
  }
}

/** The proxy of a store whose keys are used no longer: no key of the service's is needed for that. */
export function disconnectedProxy({ connected: _connected, ...proxy }: XksProxy): XksProxy {
  return proxy
}

/** The secret access key, as the text that it is. @throws UnwrapFailed where it is not what was stored for it */
export async function openCredential(
  credentials: Credentials,
  { proxy, ...store }: ProxyStore,
  use: CredentialUse,
): Promise<string> {
  const wrapped = use === 'keys' ? proxy.connected : proxy.secret
  if (wrapped === undefined) throw new Error(`${store.id} has no credential for its keys`)
  const context = contextOf(store, proxy, use)
  const bytes = await credentials.openSecret(store.accountId, context, wrapped)
  try {
    return bytes.toString()
  } finally {
    bytes.fill(0)
  }
}

/** As that of a proxy's credential: a password goes to its own cluster alone, and serves keys while it is connected. */
const passwordContext = (
  { region, id }: CustomKeyStoreName,
  cluster: Pick<HsmCluster, 'id' | 'trustAnchor'>,
  use: CredentialUse,
) => ({
  'hsm-password': 'kmsuser',
  'hsm-cluster': cluster.id,
  'hsm-trust-anchor': hash('sha256', cluster.trustAnchor),
  'custom-key-store': id,
  region,
  use,
})

/** Wraps kmsuser's password of a store. @param password as it came */
export async function sealCluster(
  wrapping: Sealing,
  store: CustomKeyStoreName,
  { id, trustAnchor }: Pick<HsmCluster, 'id' | 'trustAnchor'>,
  password: string,
): Promise<HsmCluster> {
  const where = { id, trustAnchor }
  const context = passwordContext(store, where, 'store')
  const sealed = await wrapping.sealSecret(store.accountId, context, Buffer.from(password))
  return { ...where, password: sealed }
}

/** The cluster of a store that becomes connected: its keys are used from now on. */
export async function connectedCluster(
  { wrapping, unwrapping }: { readonly wrapping: Sealing; readonly unwrapping: Credentials },
  store: CustomKeyStoreName,
  cluster: HsmCluster,
): Promise<HsmCluster> {
  const password = Buffer.from(await openPassword(unwrapping, store, cluster, 'store'))
  try {
    const context = passwordContext(store, cluster, 'keys')
    const connected = await wrapping.sealSecret(store.accountId, context, password)
    return { ...cluster, connected }
  } finally {
    password.fill(0)
  }
}

/** The cluster of a store whose keys are used no longer. */
export function disconnectedCluster({ connected: _connected, ...cluster }: HsmCluster): HsmCluster {
  return cluster
}

/** The password, as the text that it is. @throws UnwrapFailed where it is not what was stored for it */
export async function openPassword(
  credentials: Credentials,
  store: CustomKeyStoreName,
  cluster: HsmCluster,
  use: CredentialUse,
): Promise<string> {
  const wrapped = use === 'keys' ? cluster.connected : cluster.password
  if (wrapped === undefined) throw new Error(`${store.id} has no password for its keys`)
  const context = passwordContext(store, cluster, use)
  const bytes = await credentials.openSecret(store.accountId, context, wrapped)
  try {
    return bytes.toString()
  } finally {
    bytes.fill(0)
  }
}
