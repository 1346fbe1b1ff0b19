import { lookup } from 'node:dns/promises'
import { type BlockList, isIP } from 'node:net'
import { addressList, isListed } from './address-list.ts'

/**
 * Addresses that are nobody's on the Internet on the Internet: all of IANA's special-purpose registries (RFC 6890), those
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

type LookUp = (host: string) => Promise<readonly { readonly address: string }[]>
const bySystem: LookUp = (host) => lookup(host, { all: true })

/**
 * Where a host is, so that whoever connects uses an address that was looked at and no second lookup answers
 * another (DNS rebinding).
 * @param networks those that are allowed beside public addresses; undefined for none
 * @param look asks where a host is; the system unless given
 * @throws Error of the system's lookup where the name is not known; where others are looked up for too long
 */
export async function hostAddresses(
  host: string,
  networks: BlockList | undefined,
  look: LookUp = bySystem,
): Promise<HostAddresses> {
  const found = isIP(host) > 0 ? [{ address: host }] : await inTurn(() => look(host))
  const addresses = found.map(({ address }) => address)
  const all = (list: BlockList) => addresses.every((address) => isListed(list, address))
  return {
    addresses,
    allowed: networks !== undefined && all(networks),
    loopback: all(LOOPBACK),
    open: !addresses.some(isInner),
  }
}

/** ms that a lookup waits for the one before; nobody who connects waits longer */
const PATIENCE = 1000
/** lookups that wait */
const MOST_WAITING = 100
let turn: Promise<unknown> = Promise.resolve()
let waiting = 0

/**
 * One at a time in a process: the system's lookup takes a thread that the process's own lookups need too (libuv
 * lets two run), for as long as a name's server keeps silent, and whoever may name a host may name many.
 * @throws Error where too many wait, or for too long
 */
async function inTurn<T>(look: () => Promise<T>): Promise<T> {
  if (waiting >= MOST_WAITING) throw new Error('too many hosts are being looked up')
  const asked = performance.now()
  const before = turn
  waiting++
  const done = before.then(() => {
    if (performance.now() - asked > PATIENCE) throw new Error('another host is being looked up')
    return look()
  })
  turn = done.catch(() => undefined)
  try {
    return await done
  } finally {
    waiting--
  }
}
