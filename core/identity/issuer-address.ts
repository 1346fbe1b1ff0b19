import { lookup } from 'node:dns/promises'
import { type BlockList, isIP } from 'node:net'
import { addressList, isListed } from '../base/address-list.ts'

/** Loopback, private, link-local and other addresses that are no issuer's on the Internet (RFC 6890). */
const INNER = addressList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/3',
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
])
const LOOPBACK = addressList(['127.0.0.0/8', '::1'])

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
 * The address to connect to: looked up once and used as it is, so that no second lookup answers another
 * (DNS rebinding). A public one is asked by https; one that is not public, where its network is allowed,
 * a loopback one by plain HTTP too.
 * @param networks those that are allowed beside public addresses; undefined for none
 * @throws Unreachable for addresses that must not be asked
 */
export async function addressOf(url: URL, networks: BlockList | undefined): Promise<IssuerAddress> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const found = isIP(host) > 0 ? [{ address: host }] : await lookup(host, { all: true })
  const [first] = found
  if (first === undefined) throw new Unreachable('its host is not known')
  const all = (list: BlockList) => found.every(({ address }) => isListed(list, address))
  const inner = networks !== undefined && all(networks)
  if (url.protocol !== 'https:' && !(inner && all(LOOPBACK))) {
    throw new Unreachable('it is not reached by https')
  }
  if (!inner && found.some(({ address }) => isListed(INNER, address))) {
    throw new Unreachable('its address is neither public nor of TENKEY_ISSUER_NETWORKS')
  }
  return { address: first.address, inner }
}
