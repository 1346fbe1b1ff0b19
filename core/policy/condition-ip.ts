import { isIP, isIPv4 } from 'node:net'

/** An address as a number: 32 bits for IPv4, 128 for IPv6. */
export interface Address {
  readonly bits: 32 | 128
  readonly value: bigint
}

/** Addresses that share their first bits. */
export interface AddressRange extends Address {
  /** how many low bits are free */
  readonly free: bigint
}

/** characters of the longest address: IPv6 with an IPv4 address at its end (RFC 4291 §2.2) */
const LONGEST = 45

/** Reads an IPv4 or IPv6 address; an IPv4-mapped one (::ffff:a.b.c.d, RFC 4291 §2.5.5.2) is IPv4. */
export function readAddress(text: string): Address | undefined {
  if (text.length > LONGEST) return undefined
  switch (isIP(text)) {
    case 4:
      return { bits: 32, value: fromIPv4(text) }
    case 6:
      return fromIPv6(text)
    default:
      return undefined
  }
}

/** Reads CIDR notation (RFC 4632, RFC 4291 §2.3), or one address, which stands for itself. */
export function readRange(text: string): AddressRange | undefined {
  const slash = text.indexOf('/')
  const address = readAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === undefined) return undefined
  const prefix = slash < 0 ? String(address.bits) : text.slice(slash + 1)
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > address.bits) return undefined
  return { ...address, free: BigInt(address.bits - Number(prefix)) }
}

/** Whether an address is within the range; false for what is none. */
export function isWithin(address: Address | undefined, range: AddressRange): boolean {
  return (
    address !== undefined &&
    address.bits === range.bits &&
    address.value >> range.free === range.value >> range.free
  )
}

const fromIPv4 = (text: string): bigint =>
  text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n)

function fromIPv6(text: string): Address | undefined {
  if (text.includes('%')) return undefined
  const lastColon = text.lastIndexOf(':')
  const tail = text.slice(lastColon + 1)
  const groups = isIPv4(tail) ? text.slice(0, lastColon + 1) + asGroups(fromIPv4(tail)) : text
  const [head = '', rest] = groups.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = rest === undefined || rest === '' ? [] : rest.split(':')
  const zeros = new Array<string>(8 - before.length - after.length).fill('0')
  const value = [...before, ...zeros, ...after].reduce(
    (sum, group) => (sum << 16n) + BigInt(`0x${group}`),
    0n,
  )
  return value >> 32n === 0xffffn ? { bits: 32, value: value & 0xffffffffn } : { bits: 128, value }
}

const asGroups = (value: bigint): string =>
  `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`
