import { isIP } from 'node:net'
import type { RequestHead } from '../core/base/http-message.ts'

/** the name of a Host header (RFC 9110 §7.2), an IPv6 address in brackets, without its port */
const HOST = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d*)?$/i

/**
 * Whether a request may read what only those who know the server may: one by TLS, or one that names the
 * server by an address, as localhost, by the name it listens on, or by a name without a dot, which nobody
 * can register. A web page that has its own name lead to this machine (DNS rebinding) can send no other
 * Host than that name, and has no certificate here.
 * @param listening TENKEY_HOST
 */
export function mayAsk({ headers, secure }: RequestHead, listening: string): boolean {
  if (secure) return true
  const [, name = ''] = HOST.exec(headers['host'] ?? '') ?? []
  const host = name.toLowerCase().replace(/\.$/, '')
  const address = host.startsWith('[') ? isIP(host.slice(1, -1)) === 6 : isIP(host) === 4
  if (address || host === listening.toLowerCase()) return true
  // RFC 6761 §6.3
  return host === 'localhost' || host.endsWith('.localhost') || /^[a-z0-9_-]+$/.test(host)
}
