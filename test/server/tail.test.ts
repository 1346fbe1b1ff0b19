// @module-tag process
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sendRest } from '../support/calls.ts'
import { launch } from '../support/process.ts'
import { type Credential, startTarget, type Target } from '../support/target.ts'

/** A way to a server that can be shut and opened again, on the same port. */
async function startDoor(to: string) {
  const sockets = new Set<Socket>()
  const open = async (port: number): Promise<Server> => {
    const server = createServer((socket) => {
      const inner = connect(Number(new URL(to).port), '127.0.0.1')
      for (const one of [socket, inner]) {
        sockets.add(one)
        one.on('error', () => {})
      }
      socket.pipe(inner).pipe(socket)
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await open(0)
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    async shut() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async reopen() {
      server = await open(port)
    },
  }
}

describe('tenkey tail', () => {
  let target: Target
  let door: Awaited<ReturnType<typeof startDoor>>
  beforeAll(async () => {
    target = await startTarget('memory')
    door = await startDoor(target.url)
  })
  afterAll(async () => {
    await door.shut()
    await target.stop()
  })

  const environment = (credential: Credential) => ({
    TENKEY_ENDPOINT: door.url,
    TENKEY_OPERATOR_ACCESS_KEY_ID: credential.accessKeyId,
    TENKEY_OPERATOR_SECRET_ACCESS_KEY: credential.secretAccessKey,
  })
  const make = (name: string) =>
    sendRest(target, target.operator, 'POST /admin/v1/tenants', {
      body: JSON.stringify({ Name: name }),
    })

  test('shows what comes, waits for a server that is gone, and ends by Ctrl-C', async () => {
    const words = ['tail', '--json', '--event', 'CreateTenant']
    const { child, said, ended } = launch('server/tenkey.ts', words, environment(target.operator))
    const names = () =>
      said.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line).requestParameters.name)
    const shows = (name: string) =>
      vi.waitFor(() => expect(names()).toContain(name), { timeout: 120_000 })
    // made again and again until it looks, for nothing says when it begins
    await vi.waitFor(
      async () => {
        await make('before')
        expect(names()).toContain('before')
      },
      { timeout: 120_000, interval: 500 },
    )

    await door.shut()
    await vi.waitFor(() => expect(said.stderr).toContain('waiting: no server answers'), {
      timeout: 120_000,
    })
    await make('meanwhile')
    await door.reopen()
    await shows('meanwhile')
    await make('after')
    await shows('after')
    expect(said.stderr.match(/waiting/g)).toHaveLength(1)
    expect(names().filter((name) => name === 'meanwhile')).toHaveLength(1)

    child.kill('SIGINT')
    expect(await ended).toMatchObject({ signal: 'SIGINT' })
  })

  test('a server that was never there is told at once', async () => {
    await door.shut()
    const { ended } = launch('server/tenkey.ts', ['tail'], environment(target.operator))
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('no server') })
    await door.reopen()
  })
})
