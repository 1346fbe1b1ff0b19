import type { Log } from '../base/log.ts'
import type { Clusters, DestroyInCluster, Hsm } from '../custom-key-store/cluster.ts'
import type { CustomKeyStoreName } from '../custom-key-store/custom-key-store.ts'
import type { XksProxies } from '../custom-key-store/xks.ts'
import { type HeldCipher, heldCipher } from '../key/held-cipher.ts'
import type { Key } from '../key/key.ts'
import type { Keyring } from '../key/keyring.ts'
import { tokenCipher } from '../key/token-cipher.ts'
import type { Store } from '../store/store.ts'
import { readAuthorities } from './authorities.ts'
import { clusters, destroyInCluster, tokenStore } from './clusters.ts'
import { finishAttempt } from './connections.ts'
import { xksProxies } from './proxies.ts'
import { type ProxyOptions, proxyConnections } from './proxy-connection.ts'
import { proxyFailures } from './proxy-failures.ts'

/** How proxies are reached, as settings say it. */
export interface XksSettings extends Omit<ProxyOptions, 'authorities'> {
  /** PEM file; '' for none */
  readonly authorities: string
}

export interface KeyStoreParts {
  readonly store: Store
  readonly keyring: Pick<Keyring, 'openSecret' | 'sealSecret'>
  readonly log: Log
  /** Unix ms, of the machine's clock */
  readonly wallTime: () => number
  /** Unix ms, of the clock that keys live by */
  readonly now: () => number
  /** Opens the machine's tokens; absent where there can be none, as in a function. */
  readonly hsm?: (() => Promise<Hsm>) | undefined
}

/** Custom key stores at work. */
export interface OpenKeyStores {
  readonly proxies: XksProxies
  readonly clusters: Clusters
  readonly held: HeldCipher
  readonly destroyInCluster: DestroyInCluster
  /** Carries an attempt of a connection to its end. */
  finish(store: CustomKeyStoreName, attempt: string): Promise<void>
  close(): Promise<void>
}

/** Opens what calls proxies and tokens. @throws Error where the authorities can't be read */
export async function openKeyStores(
  parts: KeyStoreParts,
  settings: XksSettings,
): Promise<OpenKeyStores> {
  const { store, keyring, log, wallTime, now } = parts
  const options = { ...settings, authorities: readAuthorities(settings.authorities) }
  const connections = proxyConnections(options)
  const failed = proxyFailures(log, wallTime)
  const proxies = xksProxies({ credentials: keyring, wallTime, failed }, options.port, connections)
  const hsm = await parts.hsm?.()
  const storeOf = tokenStore(keyring)
  const [external, token] = [heldCipher(proxies), tokenCipher(hsm, storeOf)]
  const by = ({ data }: Key) => (data.origin === 'AWS_CLOUDHSM' ? token : external)
  const attempts = { store, proxies, keyring, hsm, tokenStore: storeOf, log, now }
  return {
    proxies,
    clusters: clusters(hsm, storeOf),
    held: {
      encrypt: (key, inner, use) => by(key).encrypt(key, inner, use),
      decrypt: (key, outer, use) => by(key).decrypt(key, outer, use),
    },
    destroyInCluster: destroyInCluster(hsm, storeOf, log),
    finish: (name, attempt) => finishAttempt(name, attempt, attempts),
    async close() {
      connections.close()
      await hsm?.close()
    },
  }
}
