import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** below the ports that systems give away by themselves (32768 on Linux, 49152 by RFC 6335 §6) */
const FIRST = 20_000
const COUNT = 12_000

/** ports of each worker of a run: two that look at once never find the same */
const OWN = COUNT / 16
const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % 16

/** Where this process begins to look; those of another run begin elsewhere. */
let next = worker * OWN + randomInt(OWN / 2)

/** A port of 127.0.0.1 that nobody has, and that nobody is given who asks for any: free until it is taken. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + (next++ % COUNT)
    const server = createServer()
    const free = await once(server.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    )
    if (!free) continue
    server.close()
    await once(server, 'close')
    return port
  }
  throw new Error('every port is taken')
}
