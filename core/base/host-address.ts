import { type BlockList, isIP } from 'node:net'
import { addressList, isListed } from './address-list.ts'
import { hostLookup } from './host-lookup.ts'

/**
 * Addresses that are of nobody on the Internet: all of IANA's special-purpose registries (RFC 6890), those
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

/** The addresses of a host that somebody else named, and what kind of addresses they are. */
export interface HostAddresses {
  readonly addresses: readonly string[]
  /** all are of the networks that the operator allows */
  readonly allowed: boolean
  /** all are this machine's */
  readonly loopback: boolean
  /** none of them is anything but a public address */
  readonly open: boolean
}

const lookup = hostLookup()

/**
 * Where a host is, so that whoever connects uses an address that was looked at and no second lookup answers
 * another (DNS rebinding).
 * @param networks those that are allowed beside public addresses; undefined for none
 * @param look asks where a host is; name servers unless given
 * @throws Error where the name is not known or nobody answers
 */
export async function hostAddresses(
  host: string,
  networks: BlockList | undefined,
  look: (host: string) => Promise<readonly string[]> = lookup,
): Promise<HostAddresses> {
  const addresses = isIP(host) > 0 ? [host] : await look(host)
  const all = (list: BlockList) => addresses.every((address) => isListed(list, address))
  return {
    addresses,
    allowed: networks !== undefined && all(networks),
    loopback: all(LOOPBACK),
    open: !addresses.some(isInner),
  }
}
