import type { Store } from '../store/store.ts'
import type { HeldCipher } from './held-cipher.ts'
import type { Keyring } from './keyring.ts'
import type { RandomSource } from './random-source.ts'

/**
 * What reaches stored items and key material. An operation's record declares which of them it uses; what
 * works for several operations takes those that it needs.
 */
export interface DataPorts {
  /** consistent reads and listings of the store */
  readonly read: Pick<Store, 'get' | 'query'>
  /** conditional writes */
  readonly write: Pick<Store, 'put'>
  /** conditional deletes */
  readonly remove: Pick<Store, 'delete'>
  /** that what was deleted or overwritten is gone from the store's files too */
  readonly forget: Pick<Store, 'forget'>
  /** unwrapped key material, for use; and what uses keys of custom key stores, where they are */
  readonly materials: Pick<Keyring, 'open' | 'random'> & { held(): Promise<HeldCipher> }
  /** wrapping of new key material and secrets */
  readonly wrapping: Pick<
    Keyring,
    'random' | 'seal' | 'sealSecret' | 'sealSession' | 'createTenantKey'
  >
  /** what is drawn without a key at hand */
  readonly random: RandomSource
  /** opening of what `sealSecret` wrapped */
  readonly unwrapping: Pick<Keyring, 'openSecret'>
  /** opaque texts for callers to hand back */
  readonly tokens: Pick<Keyring, 'tokenKey'>
}
