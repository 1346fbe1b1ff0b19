import { lookup } from 'node:dns/promises'
import { type BlockList, isIP } from 'node:net'
import { addressList, isListed } from '../base/address-list.ts'

/**
 * Addresses that are no issuer's on the Internet: all of IANA's special-purpose registries (RFC 6890), those
 * that transition mechanisms lead elsewhere with, multicast and what is reserved; of IPv6 whatever is no
 * global unicast address (2000::/3).
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 * @see https://www.iana.org/assignments/ipv6-address-space
 */
const INNER_IPV4 = addressList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
])
/** apart: a list takes an IPv4 address for its IPv4-mapped one too, which `::/3` holds */
const INNER_IPV6 = addressList([
  // loopback, IPv4-mapped and -translated (::ffff:0:0/96, 64:ff9b::/96), discard-only (100::/64)
  '::/3',
  // protocol assignments: Teredo, benchmarking, ORCHID
  '2001::/23',
  '2001:db8::/32',
  // 6to4
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
  // segment routing (5f00::/16)
  '4000::/2',
  // unique-local, link-local, site-local, multicast
  '8000::/1',
])
const isInner = (address: string): boolean =>
  isListed(isIP(address) === 4 ? INNER_IPV4 : INNER_IPV6, address)

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
  if (!inner && found.some(({ address }) => isInner(address))) {
    throw new Unreachable('its address is neither public nor of TENKEY_ISSUER_NETWORKS')
  }
  return { address: first.address, inner }
}
