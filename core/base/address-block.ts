import { isIPv6 } from 'node:net'

/** how Node names an IPv4 peer of a socket that listens on IPv6 (RFC 4291 §2.5.5.2) */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i

/**
 * What stands for a peer where peers are counted: an IPv4 address, IPv4-mapped ones too, or the /64 of an IPv6
 * address, of which one customer has all (RFC 6177). For bounds alone; audit records have the whole address.
 */
export function blockOf(address: string): string {
  // nearly every peer of most installations; the other test is a long expression
  if (!address.includes(':') || !isIPv6(address)) return address
  if (MAPPED_IPV4.test(address)) return address.replace(MAPPED_IPV4, '')
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? []
  const before = head.split(':').filter((group) => group !== '')
  const after = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}
