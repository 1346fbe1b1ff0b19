import type { Log } from '../base/log.ts'
import {
  type Clusters,
  type DestroyInCluster,
  type Hsm,
  type StoreHome,
  TokenFailure,
  type TokenStore,
} from '../custom-key-store/cluster.ts'
import { clusterRefusal, refusedAs } from '../custom-key-store/cluster-failures.ts'
import type { ClusterKeyStore } from '../custom-key-store/custom-key-store.ts'
import { type Credentials, openPassword } from './credential.ts'

/** A store of an account, and its token, as a call of it needs them. */
export const tokenStore =
  (credentials: Credentials) =>
  ({ accountId, region }: StoreHome, { id, cluster }: ClusterKeyStore): TokenStore => {
    const name = { accountId, region, id }
    return {
      ...name,
      cluster: cluster.id,
      // each connection has another: what was refused to one before is tried again
      sealed: cluster.connected ?? '',
      password: () => openPassword(credentials, name, cluster, 'keys'),
    }
  }

/** Clusters as operations use them. @param hsm undefined where this process can have none: then there is no cluster */
export function clusters(hsm: Hsm | undefined, of: ReturnType<typeof tokenStore>): Clusters {
  const tokens = (): Hsm => {
    if (hsm === undefined) throw new TokenFailure('NotFound')
    return hsm
  }
  return {
    registered: async (accountId, cluster) => hsm?.registered(accountId, cluster),
    inspect: (accountId, cluster) =>
      refusedAs('store', async () => tokens().inspect(accountId, cluster)),
    async inspectToConnect(accountId, cluster) {
      try {
        await hsm?.inspect(accountId, cluster)
      } catch (error) {
        if (!(error instanceof TokenFailure)) throw error
        const { reason } = error
        if (reason === 'NotInitialized' || reason === 'Unfit') throw clusterRefusal('store', error)
      }
    },
    requireRegistered: (accountId, cluster) =>
      refusedAs('key', async () => {
        if ((await hsm?.registered(accountId, cluster)) !== undefined) return
        throw new TokenFailure('NotFound')
      }),
    generateKey: (home, store, name, label) =>
      refusedAs('key', async () => tokens().generateKey(of(home, store), name, label)),
    random: (home, store, length) =>
      refusedAs('random', async () => tokens().random(of(home, store), length)),
  }
}

export const destroyInCluster =
  (hsm: Hsm | undefined, of: ReturnType<typeof tokenStore>, log: Log): DestroyInCluster =>
  async (home, store, name) => {
    const { accountId } = home
    const known = await hsm?.registered(accountId, store.cluster.id)
    if (hsm === undefined || known === undefined) return 'elsewhere'
    if (store.state !== 'CONNECTED') return 'later'
    try {
      await hsm.destroyKey(of(home, store), name)
      return 'destroyed'
    } catch (error) {
      if (!(error instanceof TokenFailure)) throw error
      log('warn', { customKeyStore: store.id, object: name, message: 'not destroyed yet', error })
      return 'later'
    }
  }
