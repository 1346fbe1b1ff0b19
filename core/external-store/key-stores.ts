import type { Log } from '../base/log.ts'
import type { CustomKeyStoreName } from '../custom-key-store/custom-key-store.ts'
import type { XksProxies } from '../custom-key-store/xks.ts'
import { type HeldCipher, heldCipher } from '../key/held-cipher.ts'
import type { Keyring } from '../key/keyring.ts'
import type { Store } from '../store/store.ts'
import { readAuthorities } from './authorities.ts'
import { finishAttempt } from './connections.ts'
import { xksProxies } from './proxies.ts'
import { type ProxyOptions, proxyConnections } from './proxy-connection.ts'

/** How proxies are reached, as settings say it. */
export interface XksSettings extends Omit<ProxyOptions, 'authorities'> {
  /** PEM file; '' for none */
  readonly authorities: string
}

export interface KeyStoreParts {
  readonly store: Store
  readonly keyring: Pick<Keyring, 'openSecret'>
  readonly log: Log
  /** Unix ms, of the machine's clock */
  readonly wallTime: () => number
}

/** Custom key stores at work. */
export interface OpenKeyStores {
  readonly proxies: XksProxies
  readonly held: HeldCipher
  /** Carries an attempt of a connection to its end. */
  finish(store: CustomKeyStoreName, attempt: string): Promise<void>
  close(): void
}

/** Opens what calls proxies. @throws Error where the authorities can't be read */
export function openKeyStores(parts: KeyStoreParts, settings: XksSettings): OpenKeyStores {
  const { store, keyring, log, wallTime } = parts
  const options = { ...settings, authorities: readAuthorities(settings.authorities) }
  const connections = proxyConnections(options)
  const proxies = xksProxies({ credentials: keyring, wallTime }, options.port, connections)
  return {
    proxies,
    held: heldCipher(proxies),
    finish: (name, attempt) => finishAttempt(name, attempt, { store, proxies, log }),
    close: () => connections.close(),
  }
}
