import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Stands between a client and a server, and passes on what comes as it is.
 * @param cut asked of each request, e.g. `POST /v1/aliases`; what it says yes to does not reach the server
 */
export async function cuttingProxy(target: string, cut: (asked: string) => boolean) {
  const { hostname, port } = new URL(target)
  const proxy = createServer((asked, answer) => {
    const { method, url: path, headers } = asked
    if (cut(`${method} ${path}`)) {
      asked.socket.destroy()
      return
    }
    const passed = request({ hostname, port, method, path, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 500, answered.headers)
      answered.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  return {
    port: String((proxy.address() as AddressInfo).port),
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections()
      proxy.close()
      await once(proxy, 'close')
    },
  }
}
