import type { BlockList } from 'node:net'
import { hostAddresses } from '../base/host-address.ts'

/** Why an issuer could not be asked, in a few words for the log. No caller is told. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

/** Where an issuer is: an address to connect to, and whether it is one of the networks that were allowed. */
export interface IssuerAddress {
  readonly address: string
  readonly inner: boolean
}

/**
 * The address to connect to. A public one is asked by https; one that is not public, where its network is
 * allowed, a loopback one by plain HTTP too.
 * @param networks those that are allowed beside public addresses; undefined for none
 * @throws Unreachable for addresses that must not be asked
 */
export async function addressOf(url: URL, networks: BlockList | undefined): Promise<IssuerAddress> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const { addresses, allowed, loopback, open } = await hostAddresses(host, networks)
  const [address] = addresses
  if (address === undefined) throw new Unreachable('its host is not known')
  if (url.protocol !== 'https:' && !(allowed && loopback)) {
    throw new Unreachable('it is not reached by https')
  }
  if (!allowed && !open) {
    throw new Unreachable('its address is neither public nor of TENKEY_ISSUER_NETWORKS')
  }
  return { address, inner: allowed }
}
