import type { AddressInfo } from 'node:net'
import dynalite from 'dynalite'

/**
 * Starts dynalite, an independent implementation of DynamoDB's protocol, in memory on a free port of
 * 127.0.0.1. It wants signed requests, but any credentials do: give the client made-up ones.
 */
export async function startDynalite(): Promise<{ endpoint: string; stop(): Promise<void> }> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        // a client's kept-alive sockets would hold it open
        server.closeAllConnections()
      }),
  }
}
