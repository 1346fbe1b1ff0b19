import { NODATA, Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { platform } from 'node:os'

/** ms for the first answer of a name server; a datagram that is lost is sent twice more, with twice that each time */
const TIMEOUT = 300
const TRIES = 3
/** names that are being asked for in a process */
const MOST = 256
/** where a machine names hosts that no name server has */
const HOSTS_FILE =
  platform() === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts'

/** Asks name servers for the addresses of a host in one family. */
export type AskServers = (host: string, family: 4 | 6) => Promise<string[]>

/**
 * Looks hosts up that somebody else names. Name servers are asked directly (c-ares), where the system's own lookup
 * takes a thread for as long as a name's server keeps silent, of which the process's own lookups have two: so a name
 * that nobody answers for holds up no other. Before them this machine's file of hosts is asked; search domains are
 * not, and of a text such as `0x7f.1` nobody makes an address.
 * @param ask asks name servers; those of the system unless given
 * @param hostsFile path of the machine's file of hosts
 */
export function hostLookup(ask: AskServers = askServers, hostsFile = HOSTS_FILE) {
  const under = new Map<string, Promise<readonly string[]>>()

  async function find(host: string): Promise<readonly string[]> {
    const known = namedIn(await readFile(hostsFile, 'utf8').catch(() => ''), host)
    if (known.length > 0) return known
    // RFC 6761: a name that no server is asked for
    if (host === 'localhost') return ['127.0.0.1', '::1']
    // a host that has addresses of both families is called at an IPv4 one, which every network has
    return ask(host, 4).catch((error: NodeJS.ErrnoException) => {
      // no address of this family; of a name that is not there, or not answered, there is none of the other
      if (error.code !== NODATA) throw error
      return ask(host, 6)
    })
  }

  /**
   * The addresses of a host, one at least.
   * @throws Error where no server knows it or answers, and where 256 others are being looked up
   */
  return async (host: string): Promise<readonly string[]> => {
    const name = host.toLowerCase().replace(/\.$/, '')
    const found = under.get(name)
    if (found !== undefined) return found
    if (under.size >= MOST) throw new Error('too many hosts are being looked up')
    const finding = find(name).finally(() => under.delete(name))
    under.set(name, finding)
    return finding
  }
}

const askServers: AskServers = (host, family) => {
  const resolver = new Resolver({ timeout: TIMEOUT, tries: TRIES })
  return family === 4 ? resolver.resolve4(host) : resolver.resolve6(host)
}

/** The addresses that a file of hosts has for a name; hosts(5). */
function namedIn(file: string, host: string): string[] {
  return file.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    const named = names.some((name) => name.toLowerCase() === host)
    return named && isIP(address) !== 0 ? [address] : []
  })
}
