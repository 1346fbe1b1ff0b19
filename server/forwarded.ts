import { type BlockList, isIP } from 'node:net'
import { isListed } from '../core/base/address-list.ts'

export { addressList as proxyList, isListed } from '../core/base/address-list.ts'

/** Where a request comes from, as policies and audit records see it. */
export interface Origin {
  readonly sourceIp: string
  /** whether the caller's own connection was TLS */
  readonly secure: boolean
}

/** The connection a request came by. */
export interface Peer {
  readonly address: string
  readonly tls: boolean
}

type Headers = Readonly<Record<string, string | undefined>>

/** how Node names an IPv4 peer of a socket that listens on IPv6 */
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i
/** an address as proxies write it, with or without a port; IPv6 needs brackets to have one */
const WITH_PORT = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/

/** An address as it is compared and shown: IPv4 where it is IPv4, lower case. */
export const plainAddress = (address: string): string =>
  address.replace(MAPPED_IPV4, '').toLowerCase()

/** Where a request comes from whose peer is no proxy. */
export const directOrigin = ({ address, tls }: Peer): Origin => ({ sourceIp: address, secure: tls })

/**
 * Where a request comes from: its peer, or what trusted proxies say in X-Forwarded-For and
 * X-Forwarded-Proto. Each proxy adds at the right whom it was asked by, so the first address from the right
 * that is no trusted proxy's is the caller's, and everything left of it only its own word. Where an entry is
 * no address, the caller is not known, and the proxy that wrote it stands for it. The connection counts as
 * TLS where every proxy says so.
 */
export function originOf(peer: Peer, headers: Headers, proxies: BlockList): Origin {
  if (!isListed(proxies, peer.address)) return directOrigin(peer)
  const secure = (headers['x-forwarded-proto'] ?? '')
    .split(',')
    .every((proto) => proto.trim().toLowerCase() === 'https')
  return { sourceIp: forwardedFor(headers['x-forwarded-for'], peer.address, proxies), secure }
}

function forwardedFor(header: string | undefined, peer: string, proxies: BlockList): string {
  let nearest = peer
  for (const entry of (header ?? '').split(',').reverse()) {
    const address = readAddress(entry)
    if (address === undefined) break
    nearest = address
    if (!isListed(proxies, address)) break
  }
  return nearest
}

/** @returns undefined for `unknown`, an obfuscated name (RFC 7239 §6), or what is no address at all */
function readAddress(entry: string): string | undefined {
  const text = entry.trim()
  const [, bracketed, withPort] = WITH_PORT.exec(text) ?? []
  const address = bracketed ?? withPort ?? text
  const wanted = bracketed === undefined ? isIP(address) !== 0 : isIP(address) === 6
  return wanted && !address.includes('%') ? plainAddress(address) : undefined
}
