import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import { issue } from '../test/support/enclave.ts'

/** TLS in front of an HTTP endpoint of this machine, as AWS's own endpoints have it. */
export async function startTlsFront(endpoint: string) {
  const { port } = new URL(endpoint)
  const { pem, key } = issue({ name: 'localhost', ca: false, curve: 'P-256' })
  const server = createServer(
    { cert: pem, key: key.export({ format: 'pem', type: 'pkcs8' }) },
    (secured) => {
      const plain = connect(Number(port), '127.0.0.1')
      for (const socket of [secured, plain]) socket.setNoDelay(true)
      secured.pipe(plain).pipe(secured)
      secured.on('error', () => plain.destroy())
      plain.on('error', () => secured.destroy())
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => server.close(),
  }
}
