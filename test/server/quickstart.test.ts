// @module-tag process
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { type Client, clientOf } from '../../server/cli/client.ts'
import { CommandError } from '../../server/cli/command.ts'
import { makeNamed } from '../../server/named-key.ts'
import { serve } from '../../server/serve.ts'
import { noteServing } from '../../server/serving.ts'
import { runCommand } from '../support/command.ts'
import { cuttingProxy } from '../support/cutting-proxy.ts'
import { freePort } from '../support/port.ts'
import { launch, newFolder, removeFolders } from '../support/process.ts'

afterAll(removeFolders)

/** A folder of its own to stand in, and a port for the service. */
async function place() {
  const data = newFolder()
  const folder = dirname(data)
  return { data, folder, settings: { TENKEY_DATA: data, TENKEY_PORT: String(await freePort()) } }
}
type Place = Awaited<ReturnType<typeof place>>

/** Starts it as a person does, and waits until it has said all. */
async function started({ settings }: Place, words: readonly string[]) {
  const process = launch('server/tenkey.ts', ['quickstart', ...words], settings)
  await vi.waitUntil(() => /Ctrl-C/.test(process.said.stdout) || process.child.exitCode !== null, {
    timeout: 120_000,
  })
  return process
}

describe('tenkey quickstart', () => {
  test('a stranger has an encrypted file, and what is printed opens it', async () => {
    const here = await place()
    const [file, out] = [join(here.folder, "it's.txt"), join(here.folder, 'out.bin')]
    writeFileSync(file, 'a card number')
    const { said, child, ended } = await started(here, ['--file', file, '--out', out])
    expect(said.stderr).toBe('')
    expect(readFileSync(out).includes('a card number')).toBe(false)
    // no secret goes where there is no terminal
    const { secretAccessKey } = JSON.parse(readFileSync(join(here.data, 'tenant.json'), 'utf8'))
    expect(said.stdout).not.toContain(secretAccessKey)
    const shell = said.stdout.split('\n')
    const [decrypt = ''] = shell.filter((line) => line.startsWith('aws kms decrypt'))
    const exported = shell.filter((line) => line.startsWith('export '))
    if (hasAws()) {
      const opened = execFileSync('sh', ['-c', [...exported, decrypt].join('\n')], {
        env: { PATH: process.env['PATH'], HOME: here.folder },
      })
      expect(opened.toString()).toBe('a card number')
    }

    // while it runs, once more: the same service, key and file
    const again = await runCommand(['quickstart', '--file', file, '--out', out], here.settings)
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toContain('has the key that it had before')
    expect(again.stdout).not.toContain('Ctrl-C')

    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 0 })

    // and when it runs no more
    const third = await started(here, ['--file', file, '--out', out])
    expect(third.said.stdout).toContain('has the key that it had before')
    third.child.kill('SIGINT')
    await third.ended
  })

  test.each([
    {
      title: 'a file that is not there',
      words: ['--file', 'none'],
      says: "none can't be read (ENOENT)",
    },
    { title: 'a folder', words: ['--file', '/'], says: '/ is no file' },
    {
      title: 'a service elsewhere',
      words: [],
      more: { TENKEY_ENDPOINT: 'https://keys.example.com' },
      says: 'unset TENKEY_ENDPOINT',
    },
  ])('$title is refused before anything starts', async ({ words, more = {}, says }) => {
    const { settings, data } = await place()
    const { code, stderr } = await runCommand(['quickstart', ...words], { ...settings, ...more })
    expect(code).toBe(1)
    expect(stderr).toContain(says)
    expect(existsSync(data)).toBe(false)
  })

  test('the address that a start printed may be in the environment, and no other', async () => {
    const here = await place()
    const running = await serve(readConfig({ TENKEY_DATA: here.data, TENKEY_PORT: '0' }))
    const words = ['quickstart', '--file', fileIn(here)]
    const at = (address: string) =>
      runCommand(words, { ...here.settings, TENKEY_ENDPOINT: address })
    const { port } = new URL(running.address)
    for (const other of [`http://localhost.example:${port}`, `https://127.0.0.1:${port}`]) {
      const refused = await at(other)
      expect(refused.code).toBe(1)
      expect(refused.stderr).toContain('unset TENKEY_ENDPOINT')
    }
    const { code, stdout } = await at(running.address)
    expect({ code, stdout }).toMatchObject({
      ...{ code: 0, stdout: expect.stringContaining('byte for byte') },
    })
    await running.stop()
  })

  test.each([0, 4097])('a file of %i bytes is refused', async (size) => {
    const { settings, folder } = await place()
    const file = join(folder, 'plain')
    writeFileSync(file, Buffer.alloc(size))
    const { code, stderr } = await runCommand(['quickstart', '--file', file], settings)
    expect(code).toBe(1)
    expect(stderr).toContain('Encrypt takes 1 to 4,096')
  })

  test('a file that stands where it would write stays, and the process ends', async () => {
    const here = await place()
    const file = join(here.folder, 'plain')
    writeFileSync(file, 'a card number')
    writeFileSync(`${file}.encrypted`, 'precious')
    const words = ['quickstart', '--file', file, '--out', `${file}.encrypted`]
    const { ended } = launch('server/tenkey.ts', words, here.settings)
    expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('--out') })
    expect(readFileSync(`${file}.encrypted`, 'utf8')).toBe('precious')
  })

  test('a file that was changed since, or was encrypted elsewhere, goes beside what is there', async () => {
    const here = await place()
    const file = join(here.folder, 'plain')
    writeFileSync(file, 'a card number')
    writeFileSync(`${file}.encrypted`, Buffer.alloc(10_000))
    const first = await started(here, ['--file', file])
    expect(first.said.stdout).toContain(`into ${file}.2.encrypted, `)
    writeFileSync(file, 'another card number')
    const words = ['quickstart', '--file', file]
    // the one that runs is used
    expect((await runCommand(words, here.settings)).stdout).toContain(`into ${file}.3.encrypted, `)
    expect((await runCommand(words, here.settings)).stdout).toContain(`into ${file}.3.encrypted, `)
    first.child.kill('SIGINT')
    await first.ended
  })

  test('a place where it can not write is one line', async () => {
    const here = await place()
    const out = join(here.folder, 'none', 'out')
    const words = ['quickstart', '--file', fileIn(here), '--out', out]
    const { ended } = launch('server/tenkey.ts', words, here.settings)
    const stderr = `tenkey: ${out} can't be written (ENOENT)\n`
    expect(await ended).toMatchObject({ code: 1, stderr })
  })

  test('what answers at its port is sent nothing unless it is of the data folder', async () => {
    const here = await place()
    const asked: string[] = []
    const other = createServer(({ method, url, headers }, answer) => {
      asked.push(`${method} ${url}${headers.authorization === undefined ? '' : ' signed'}`)
      answer.end('{"status":"ok"}')
    })
    await once(other.listen(0, '127.0.0.1'), 'listening')
    const { port } = other.address() as AddressInfo
    const settings = { ...here.settings, TENKEY_PORT: String(port) }
    const said = await runCommand(['quickstart', '--file', fileIn(here)], settings)
    expect(said).toMatchObject({ code: 1, stdout: '' })
    expect(said.stderr).toContain(
      `what answers at http://127.0.0.1:${port} is no service of ${here.data}, and is sent nothing: `,
    )
    expect(asked).toEqual(['GET /health'])
    expect(existsSync(here.data)).toBe(false)
    other.close()
  })

  test('the service of its folder is found where it is, at another port too', async () => {
    const here = await place()
    const running = await serve(readConfig({ TENKEY_DATA: here.data, TENKEY_PORT: '0' }))
    for (const port of [here.settings.TENKEY_PORT, '0']) {
      const settings = { ...here.settings, TENKEY_PORT: port }
      const said = await runCommand(['quickstart', '--file', fileIn(here)], settings)
      expect(said).toMatchObject({ code: 0, stderr: '' })
      expect(said.stdout).toContain(`tenkey is ready on ${running.address} `)
    }
    await running.stop()
  })

  test('a service of another data folder is told, and nothing is made of it', async () => {
    const [here, other] = [await place(), await place()]
    mkdirSync(here.data)
    const running = await started(other, ['--file', fileIn(other)])
    const settings = { ...here.settings, TENKEY_PORT: other.settings.TENKEY_PORT }
    const said = await runCommand(['quickstart', '--file', fileIn(here)], settings)
    expect(said.code).toBe(1)
    expect(said.stderr).toContain('set TENKEY_DATA to the data folder of the service that runs')
    running.child.kill('SIGINT')
    await running.ended
  })
})

describe('a run that is killed between a key and its alias', () => {
  /** A service, and a proxy before it that kills `victim` when it asks for an alias, and is then but a way. */
  async function world() {
    const here = await place()
    const running = await serve(readConfig({ TENKEY_DATA: here.data, TENKEY_PORT: '0' }))
    let victim: ChildProcess | undefined
    const proxy = await cuttingProxy(running.address, (asked) => {
      if (victim === undefined || asked !== 'POST /v1/aliases') return false
      return victim.kill('SIGKILL')
    })
    const address = `http://127.0.0.1:${proxy.port}`
    const forget = noteServing(here.data, { address, pid: process.pid, since: '2026' })
    const credential = (name: string) => {
      const { accessKeyId, secretAccessKey } = JSON.parse(
        readFileSync(join(here.data, name), 'utf8'),
      )
      return { accessKeyId, secretAccessKey, called: name }
    }
    const at = (caller: ReturnType<typeof credential>) =>
      clientOf({ TENKEY_ENDPOINT: running.address }, caller)
    return {
      here,
      settings: { TENKEY_DATA: here.data, TENKEY_PORT: proxy.port },
      first: at(credential('tenant.json')),
      operator: at(credential('operator.json')),
      at,
      async killed(words: readonly string[]) {
        const { child, ended } = launch('server/tenkey.ts', words, this.settings)
        victim = child
        expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL' })
        victim = undefined
      },
      async [Symbol.asyncDispose]() {
        forget()
        await proxy[Symbol.asyncDispose]()
        await running.stop()
      },
    }
  }

  test('tenkey quickstart: the next run finds the key and names it', async () => {
    await using all = await world()
    const words = ['quickstart', '--file', fileIn(all.here)]
    await all.killed(words)
    const [left, ...none] = await all.first.list('/v1/keys', 'Keys')
    expect({ left, none }).toMatchObject({ left: { Aliases: [] }, none: [] })
    expect(await runCommand(words, all.settings)).toMatchObject({ code: 0, stderr: '' })
    expect(await all.first.list('/v1/keys', 'Keys')).toEqual([
      { ...left, Aliases: ['alias/quickstart'] },
    ])
  })

  test('tenkey seed: the next run finds the key, names it and gives it what the file says', async () => {
    await using all = await world()
    const file = join(all.here.folder, 'seed.yaml')
    const seed = (description: string) =>
      writeFileSync(
        file,
        `tenants:\n  - name: Acme\n    keys:\n      - { alias: cards${description} }\n`,
      )
    seed('')
    await all.killed(['seed', file])
    const [acme] = await all.operator.list('/admin/v1/tenants?Name=Acme', 'Tenants')
    const path = `/admin/v1/tenants/${acme?.['AccountId']}/access-keys`
    const made = await all.operator.call('POST', path, {})
    const root = all.at({
      accessKeyId: String(made['AccessKeyId']),
      secretAccessKey: String(made['SecretAccessKey']),
      called: 'root',
    })
    const keys = () => root.list('/v1/keys', 'Keys')
    const [left, ...none] = await keys()
    expect({ left, none }).toMatchObject({ left: { Aliases: [] }, none: [] })

    // of another kind it is not the one that is asked for now
    seed(', spec: HMAC_256, usage: GENERATE_VERIFY_MAC')
    expect(await runCommand(['seed', file], all.settings)).toMatchObject({ code: 0 })
    const [hmac] = (await keys()).filter(({ KeySpec }) => KeySpec === 'HMAC_256')
    expect(hmac).toMatchObject({ Aliases: ['alias/cards'] })
    expect(hmac?.['Description'] ?? '').toBe('')
    await root.call('DELETE', '/v1/aliases/~?AliasName=alias%2Fcards')

    seed(', description: Cards, tags: { team: a }')
    expect(await runCommand(['seed', file], all.settings)).toMatchObject({ code: 0 })
    const { KeyId } = left as { KeyId: string }
    expect(await keys()).toHaveLength(2)
    expect(await root.call('GET', `/v1/keys/~?KeyId=alias%2Fcards`)).toMatchObject({
      KeyMetadata: { KeyId, Description: 'Cards' },
    })
    expect(await root.list(`/v1/keys/${KeyId}/tags`, 'Tags')).toEqual([
      { TagKey: 'team', TagValue: 'a' },
    ])
    const again = await runCommand(['seed', file], all.settings)
    expect(again.stdout).toBe('all is there as the file says\n')
  })
})

describe('a key whose alias is refused', () => {
  const MARK = 'unfinished'
  const taken = new CommandError('it is there (AlreadyExistsException)')
  const gone = new CommandError('no server answers', { passing: true })
  test.each([
    {
      title: 'another run named the same key: it is used',
      leads: 'made',
      error: taken,
      used: true,
    },
    { title: 'another run made another: this one goes', leads: 'other', error: taken, goes: true },
    { title: 'the name can not be: this one goes', leads: undefined, error: taken, goes: true },
    { title: 'nobody answers: the next run finds it', leads: undefined, error: gone },
  ])('$title', async ({ leads, error, used = false, goes = false }) => {
    const calls: string[] = []
    const client: Client = {
      accountId: '111122223333',
      list: async () => [],
      send: async () => '',
      async call(method, path) {
        calls.push(`${method} ${path}`)
        if (method === 'POST' && path === '/v1/keys') return { KeyMetadata: { KeyId: 'made' } }
        if (path === '/v1/aliases') throw error
        if (method === 'GET' && leads === undefined) throw new CommandError('(NotFoundException)')
        return method === 'GET' ? { KeyMetadata: { KeyId: leads } } : {}
      },
    }
    const asked = { alias: 'alias/a', mark: MARK, input: {}, fits: () => true }
    const outcome = await makeNamed(client, asked).catch((thrown: unknown) => thrown)
    expect(outcome).toEqual(used ? { KeyId: 'made' } : error)
    expect(calls.includes('POST /v1/keys/made/deletion')).toBe(goes)
  })

  const LEFT = { KeyId: 'left', Description: MARK, KeyState: 'Enabled', Aliases: [] }
  test.each([
    { title: 'one that was left', key: LEFT, uses: 'left' },
    { title: 'one of another description', key: { ...LEFT, Description: 'mine' }, uses: 'made' },
    { title: 'one that has a name', key: { ...LEFT, Aliases: ['alias/b'] }, uses: 'made' },
    { title: 'one that is going', key: { ...LEFT, KeyState: 'PendingDeletion' }, uses: 'made' },
    { title: 'one of another kind', key: { ...LEFT, KeySpec: 'HMAC_256' }, uses: 'made' },
    // who may not list aliases does not know
    { title: 'one whose names are not shown', key: { ...LEFT, Aliases: undefined }, uses: 'made' },
  ])('of the keys that are there: $title', async ({ key, uses }) => {
    const named: unknown[] = []
    const client: Client = {
      accountId: '111122223333',
      list: async () => [key],
      send: async () => '',
      async call(_, path, input) {
        if (path === '/v1/aliases') named.push(input?.['TargetKeyId'])
        return { KeyMetadata: { KeyId: path === '/v1/keys' ? 'made' : 'left' } }
      },
    }
    const fits = (one: object) => !('KeySpec' in one)
    await makeNamed(client, { alias: 'alias/a', mark: MARK, input: {}, fits })
    expect(named).toEqual([uses])
  })
})

function fileIn({ folder }: Place): string {
  const file = join(folder, 'plain')
  writeFileSync(file, 'a card number')
  return file
}

function hasAws(): boolean {
  try {
    execFileSync('aws', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
