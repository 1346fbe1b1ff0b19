import { once } from 'node:events'
import type { Server } from 'node:http'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import { reasonOf } from '../core/base/reason.ts'
import { type Config, ConfigError } from '../core/config.ts'
import { addressOf, httpServer } from './http-server.ts'
import type { Wired } from './opening.ts'
import { tlsReloader, watchTls } from './tls.ts'

/** ms that a stop waits for answers under way; container runtimes kill after 10 s */
const STOP_GRACE = 8_000

/**
 * Asks whether the address of the settings can be had, before anything is made that a start which can't have it would
 * leave behind.
 * @throws ConfigError as listenAt
 */
export async function checkAddress(config: Config): Promise<void> {
  const tried = createServer((socket) => socket.destroy())
  tried.listen(config.port, config.host)
  await listening(tried, config)
  tried.close()
  await once(tried, 'close')
}

/** Answers at the address of the settings. @throws ConfigError where it can't listen there */
export async function listenAt(
  config: Config,
  { service, edge }: Pick<Wired, 'service' | 'edge'>,
): Promise<{
  readonly address: string
  /** Answers what was taken, and lets go of the connections. */
  stop(): Promise<void>
}> {
  const server = httpServer(service, edge)
  const silent = silentSockets(server)
  server.listen(config.port, config.host)
  await listening(server, config)
  // a connection that could not be taken (out of descriptors, say) is no reason to end
  server.on('error', (error) => service.log('error', { error }))
  const stopWatching =
    edge.tls !== undefined && server instanceof TlsServer
      ? watchTls(tlsReloader(config, edge.tls, server, service.log))
      : () => {}
  return {
    address: addressOf(server),
    stop() {
      stopWatching()
      return stop(server, silent)
    },
  }
}

async function listening(server: NetServer, { host, port }: Config): Promise<void> {
  try {
    await once(server, 'listening')
  } catch (error) {
    const code = reasonOf(error)
    throw new ConfigError(`cannot listen on ${host}:${port}: ${LISTEN_ERRORS.get(code) ?? code}`)
  }
}

const LISTEN_ERRORS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'something else listens there; set TENKEY_PORT to another port'],
  ['EADDRNOTAVAIL', 'TENKEY_HOST is no address of this machine'],
  ['ENOTFOUND', 'TENKEY_HOST is not known'],
  ['EACCES', 'a port below 1024 needs rights this process does not have'],
])

/** Connections on which nothing was sent yet: Node counts them as busy, but nobody waits there. */
function silentSockets(server: Server): () => Socket[] {
  const open = new Set<Socket>()
  const add = (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }
  server.on('connection', add)
  // the same connection again, once it is TLS: what came before was its handshake
  server.on('secureConnection', add)
  return () => [...open].filter(({ bytesRead }) => bytesRead === 0)
}

/** Answers what was taken, and lets go of the connections. */
async function stop(server: Server, silent: () => Socket[]): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of silent()) socket.destroy()
  const late = setTimeout(() => server.closeAllConnections(), STOP_GRACE)
  await closed
  clearTimeout(late)
}
