// @module-tag process
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { client } from '../../server/cli/client.ts'
import {
  launch,
  newFolder,
  removeFolders,
  type ServerProcess,
  startServer,
} from '../support/process.ts'
import { slice } from '../support/slice.ts'

/** Programs that make tenants on a server that is not theirs put them away, however they end. */
const data = newFolder()
let server: ServerProcess
beforeAll(async () => {
  server = await startServer({ TENKEY_DATA: data })
})
afterAll(async () => {
  await server.stop()
  removeFolders()
})

interface Shown {
  readonly AccountId: string
  readonly Name: string
  readonly Status: string
}

const told = () => ({ TENKEY_ENDPOINT: server.url, TENKEY_DATA: data })
const tenants = async () =>
  (await client(told()).list('/admin/v1/tenants', 'Tenants')) as unknown as Shown[]

/** The tenants that a program made: by name, with their status. */
async function madeBy(run: () => Promise<void>): Promise<string[]> {
  const before = new Set((await tenants()).map(({ AccountId }) => AccountId))
  await run()
  const made = (await tenants()).filter(({ AccountId }) => !before.has(AccountId))
  return made.map(({ Name, Status }) => `${Name.split(' ')[0]} ${Status}`).sort()
}

type Launched = ReturnType<typeof launch>

const DEMO = 'examples/envelope-encryption.ts'
const SMOKE = 'scripts/smoke/main.ts'
const inScratch = () => ({ ...told(), TMPDIR: mkdtempSync(join(tmpdir(), 'tenkey-demo-')) })

describe('the demo', () => {
  const BOTH = ['acme suspended', 'rival suspended']

  test('suspends its tenants when it is done', async () => {
    const made = await madeBy(async () => {
      const { code, stdout, stderr } = await launch(DEMO, [], inScratch()).ended
      expect(code, stderr).toBe(0)
      expect(stdout).toContain('Another tenant is refused')
    })
    expect(made).toEqual(BOTH)
  })

  // in `npm test` the smoke command is what is ended by Ctrl-C
  const SIGNALS = slice(['SIGINT', 'SIGTERM'] as const, (signal) => signal === 'SIGTERM')
  test.each(SIGNALS)('does so on %s', async (signal) => {
    const made = await madeBy(async () => {
      const { child, said, ended } = launch(DEMO, [], inScratch())
      await expect.poll(() => said.stdout).toContain('Tenant acme')
      child.kill(signal)
      // 0 where it was done before the signal came
      expect((await ended).code).toBeOneOf([0, 1])
    })
    expect(made).toEqual(BOTH)
  })

  // 0 where it was done before
  const CUT = [0, 1]
  const ENDS = [
    ['when it is done', () => undefined, [0]],
    ['when its terminal is closed', ({ child }: Launched) => child.kill('SIGHUP'), CUT],
    ['when whoever reads its lines is gone', ({ child }: Launched) => child.stdout.destroy(), CUT],
  ] as const
  test.each(ENDS)('leaves no server and no file %s', async (_, end, codes) => {
    const scratch = mkdtempSync(join(tmpdir(), 'tenkey-demo-'))
    // nothing answers there, so it starts a server of its own
    const demo = launch(DEMO, [], { TENKEY_ENDPOINT: 'http://127.0.0.1:9', TMPDIR: scratch })
    await expect.poll(() => demo.said.stdout).toContain('the demo starts one')
    end(demo)
    // the server has the same standard error, which closes when both have ended
    expect((await demo.ended).code, demo.said.stderr).toBeOneOf([...codes])
    expect(readdirSync(scratch).filter((name) => name.startsWith('tenkey'))).toEqual([])
    rmSync(scratch, { recursive: true })
  })
})

/** Leads to the server, and holds what is asked there once a tenant was made, until it is let go. */
async function gate() {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  const { hostname, port } = new URL(server.url)
  let made = false
  const gate = createServer(async (asked, answer) => {
    const { method, url: path, headers } = asked
    if (made) await opened
    made ||= method === 'POST' && path === '/admin/v1/tenants'
    const passed = request({ hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers)
      response.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  }).listen(0, '127.0.0.1')
  await once(gate, 'listening')
  return {
    url: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    open,
    close() {
      gate.close()
      gate.closeAllConnections()
    },
  }
}

describe('the smoke command', () => {
  test('suspends its tenant when whoever reads its lines is gone', async () => {
    const made = await madeBy(async () => {
      const { url, open, close } = await gate()
      const { child, said, ended } = launch(SMOKE, [url], told())
      await expect.poll(() => said.stdout).toContain('tenant')
      child.stdout.destroy()
      open()
      expect((await ended).code).toBe(1)
      close()
    })
    expect(made).toEqual(['smoke suspended'])
  })

  test('does so on Ctrl-C', async () => {
    const made = await madeBy(async () => {
      const { url, open, close } = await gate()
      const { child, said, ended } = launch(SMOKE, [url], told())
      await expect.poll(() => said.stdout).toContain('tenant')
      child.kill('SIGINT')
      open()
      const { code, stdout } = await ended
      close()
      expect(code).toBe(1)
      expect(stdout).toMatch(/\nok {4}what was made is put away: .*\ncut short\n$/)
    })
    expect(made).toEqual(['smoke suspended'])
  })
})
