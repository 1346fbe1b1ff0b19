import { StoreConflict } from '../base/conflict.ts'
import type { Log } from '../base/log.ts'
import { type Hsm, TokenFailure, type TokenStore } from '../custom-key-store/cluster.ts'
import { clusterConnectionError } from '../custom-key-store/cluster-failures.ts'
import type {
  ClusterKeyStore,
  CustomKeyStore,
  CustomKeyStoreName,
  HsmCluster,
  XksProxy,
} from '../custom-key-store/custom-key-store.ts'
import { readStores, withStore, writeStores } from '../custom-key-store/custom-key-store-items.ts'
import { ProxyFailure, type XksProxies } from '../custom-key-store/xks.ts'
import { connectionError } from '../custom-key-store/xks-failures.ts'
import type { Keyring } from '../key/keyring.ts'
import type { Store } from '../store/store.ts'
import {
  connectedCluster,
  connectedProxy,
  disconnectedCluster,
  disconnectedProxy,
} from './credential.ts'
import { proxyStore } from './proxies.ts'

/** times that the end of an attempt is written again after another writer was first */
const MAX_TRIES = 10

/**
 * ms after which a cluster counts as nobody's that no process which knows it has connected; AWS KMS takes up to
 * 20 minutes (API_ConnectCustomKeyStore)
 */
const LONGEST = 20 * 60_000

/** What ends the connection or disconnection of a store that was begun. */
export interface ConnectionParts {
  readonly store: Pick<Store, 'get' | 'put'>
  readonly proxies: Pick<XksProxies, 'health'>
  readonly keyring: Pick<Keyring, 'openSecret' | 'sealSecret'>
  /** undefined where this process can have none, as in a function: others connect its stores */
  readonly hsm: Pick<Hsm, 'connect' | 'disconnect'> | undefined
  tokenStore(name: CustomKeyStoreName, store: ClusterKeyStore): TokenStore
  readonly log: Log
  /** Unix ms, of the clock that keys live by */
  readonly now: () => number
}

/**
 * Carries an attempt to its end: CONNECTING to CONNECTED or FAILED, DISCONNECTING to DISCONNECTED. It is the
 * attempt's own alone: where a store has another, or none any more, nothing is changed. Whoever ends one that
 * a crash left does the same.
 * @param requestId of the call that began it, for the proxy
 * @throws StoreConflict where others write all the time
 */
export async function finishAttempt(
  name: CustomKeyStoreName,
  attempt: string,
  parts: ConnectionParts,
): Promise<void> {
  const { store } = parts
  const found = await attempted(name, attempt, store)
  if (found === undefined) return
  const ended = await endOf(found.one, name, attempt, parts)
  if (ended === undefined) return
  for (let tries = 1; ; tries++) {
    const now = await attempted(name, attempt, store)
    if (now === undefined) return
    const { underWay: _underWay, ...one } = now.one
    try {
      await writeStores(name, now.read, withStore(now.read.stores, { ...one, ...ended }), store)
      return
    } catch (error) {
      if (!(error instanceof StoreConflict) || tries === MAX_TRIES) throw error
    }
  }
}

type End = Pick<CustomKeyStore, 'state' | 'error'> & {
  readonly proxy?: XksProxy
  readonly cluster?: HsmCluster
}

async function attempted(
  name: CustomKeyStoreName,
  attempt: string,
  store: Pick<Store, 'get'>,
): Promise<{ one: CustomKeyStore; read: Awaited<ReturnType<typeof readStores>> } | undefined> {
  const read = await readStores(name, store)
  const one = read.stores.find(({ id }) => id === name.id)
  return one?.underWay?.attempt === attempt ? { one, read } : undefined
}

/** @returns undefined where the attempt is another process's to end */
async function endOf(
  one: CustomKeyStore,
  name: CustomKeyStoreName,
  attempt: string,
  parts: ConnectionParts,
): Promise<End | undefined> {
  if (one.type === 'AWS_CLOUDHSM') return clusterEnd(one, name, parts)
  const keys = { wrapping: parts.keyring, unwrapping: parts.keyring }
  const proxy = disconnectedProxy(one.proxy)
  if (one.state === 'DISCONNECTING') return { state: 'DISCONNECTED', proxy }
  try {
    // a proxy has nothing of a connection: whether it answers is asked, and then each call is its own
    const metadata = { kmsOperation: 'ConnectCustomKeyStore', kmsRequestId: attempt }
    await parts.proxies.health(proxyStore(name, one), metadata)
    return { state: 'CONNECTED', proxy: await connectedProxy(keys, name, proxy) }
  } catch (error) {
    if (error instanceof ProxyFailure) {
      return { state: 'FAILED', error: connectionError(error), proxy }
    }
    parts.log('error', { customKeyStore: name.id, connection: 'failed', error })
    return { state: 'FAILED', error: 'INTERNAL_ERROR', proxy }
  }
}

async function clusterEnd(
  one: ClusterKeyStore,
  name: CustomKeyStoreName,
  parts: ConnectionParts,
): Promise<End | undefined> {
  const cluster = disconnectedCluster(one.cluster)
  if (one.state === 'DISCONNECTING') {
    await parts.hsm?.disconnect(name)
    return { state: 'DISCONNECTED', cluster }
  }
  try {
    return await connectCluster({ ...one, cluster }, name, parts)
  } catch (error) {
    if (error instanceof TokenFailure) {
      return { state: 'FAILED', error: clusterConnectionError(error), cluster }
    }
    parts.log('error', { customKeyStore: name.id, connection: 'failed', error })
    return { state: 'FAILED', error: 'INTERNAL_ERROR', cluster }
  }
}

async function connectCluster(
  one: ClusterKeyStore,
  name: CustomKeyStoreName,
  { hsm, tokenStore, keyring, now }: ConnectionParts,
): Promise<End | undefined> {
  if (hsm !== undefined) {
    const keys = { wrapping: keyring, unwrapping: keyring }
    const cluster = await connectedCluster(keys, name, one.cluster)
    await hsm.connect(tokenStore(name, { ...one, cluster }))
    return { state: 'CONNECTED', cluster }
  }
  const since = one.underWay?.at ?? 0
  return since + LONGEST > now() ? undefined : { state: 'FAILED', error: 'CLUSTER_NOT_FOUND' }
}
