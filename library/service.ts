import { type Config, ConfigError, readConfig } from '../core/config.ts'
import { checkExposure } from '../server/exposure.ts'
import { edgeOf } from '../server/http-server.ts'
import { listenAt } from '../server/listening.ts'
import { checkSettings, type Wired } from '../server/opening.ts'
import { startSweeper } from '../server/sweeper.ts'
import { readTls } from '../server/tls.ts'
import { answerFetch } from './fetch.ts'
import { inWords, listenSettings, type Texts } from './settings.ts'
import type { Listening, ListenOptions, Service } from './types.ts'

/** A service as programs have it: what was wired, its ports, and what falls due. */
export function serviceOf(
  texts: Texts,
  config: Config,
  wired: Wired,
  told: Pick<Service, 'made' | 'credentials'>,
): Service {
  const { service, edge: edgeOptions } = wired
  const stopSweeper = startSweeper(service, undefined, config.sweep === 'on')
  const edge = edgeOf(service, edgeOptions, () => closed === undefined)
  const fetching = { ...service, cors: edgeOptions.cors }
  const ports = new Set<Listening>()
  const seen = new WeakSet<object>()
  let closed: Promise<void> | undefined

  async function listen(asked: ListenOptions = {}): Promise<Listening> {
    if (closed !== undefined) throw new ConfigError('the service is closed')
    return inWords(async () => {
      const own = readConfig({ ...texts, ...listenSettings(asked) })
      checkExposure(own)
      checkSettings(own)
      const { address, stop } = await listenAt(own, {
        service,
        edge: { ...edgeOptions, tls: readTls(own) },
      })
      const port: Listening = {
        url: address,
        async close() {
          if (ports.delete(port)) await stop()
        },
      }
      ports.add(port)
      return port
    })
  }

  async function shut(): Promise<void> {
    const swept = stopSweeper()
    await Promise.all([...ports].map((port) => port.close()))
    edge.close()
    await swept
    await wired.close()
  }
  const close = (): Promise<void> => {
    closed ??= shut()
    return closed
  }

  return {
    ...told,
    listen,
    listener(request, response) {
      const { socket } = request
      if (!seen.has(socket)) {
        seen.add(socket)
        edge.open(socket)
      }
      edge.take(request, response)
    },
    fetch: (request, origin = {}) => answerFetch(request, origin, fetching),
    close,
    [Symbol.asyncDispose]: close,
  }
}
