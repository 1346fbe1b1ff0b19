// @module-tag process
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, readConfig } from '../../core/config.ts'
import { confirm } from '../../server/cli/confirm.ts'
import { type Running, serve } from '../../server/serve.ts'
import { runCommand } from '../support/command.ts'
import { cuttingProxy } from '../support/cutting-proxy.ts'
import { launch, newFolder } from '../support/process.ts'

const QUESTIONS = [
  { asks: 'which? ', answer: '111122223333' },
  { asks: 'sure? ', answer: 'delete' },
]

/** Somebody at a terminal who types this. @returns what was shown */
async function typing(text: string, present = true): Promise<string> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  input.end(text)
  await confirm(QUESTIONS, '--confirm 111122223333', { input, output, present })
  return String(output.read())
}

describe('Asking twice', () => {
  test('goes on where both are answered', async () => {
    expect(await typing('111122223333\ndelete\n')).toBe('which? sure? ')
    expect(await typing(' 111122223333 \r\ndelete\r\n')).toBe('which? sure? ')
  })

  test.for([
    '',
    '\n',
    'y\n',
    '111122223333\n',
    '111122223333\nyes\n',
    '111122223333\n\n',
    'delete\n',
  ])('does nothing for %j', async (text) => {
    await expect(typing(text)).rejects.toThrow('nothing was done')
  })

  test('says what a script says where there is no terminal, whatever is typed', async () => {
    await expect(typing('111122223333\ndelete\n', false)).rejects.toThrow(
      'this is asked for at a terminal; in a script say --confirm 111122223333',
    )
  })
})

describe('tenkey tenant delete, on a server whose clock moves', () => {
  const data = newFolder()
  const config: Config = readConfig({ TENKEY_DATA: data, TENKEY_PORT: '0' })
  let running: Running
  let id = ''
  beforeAll(async () => {
    running = await serve(config, { testClock: true })
    id = (await json('tenant', 'create', '--name', 'Größe & Söhne')).accountId
  })
  afterAll(() => running.stop())
  const command = (...words: string[]) =>
    runCommand(words, { TENKEY_ENDPOINT: running.address, TENKEY_DATA: data })
  const json = async (...words: string[]) => {
    const { code, stdout, stderr } = await command(...words, '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout)
  }
  const statusOf = async () => {
    const tenants: Record<string, unknown>[] = await json('tenant', 'list')
    return tenants.find(({ accountId }) => accountId === id)
  }

  test.for<[words: (id: string) => string[], said: RegExp]>([
    [(id) => [id], /asked for at a terminal; in a script say --confirm \d{12}\n$/],
    [(id) => [id, '--confirm', '111122223333'], /--confirm is '111122223333', not \d{12}\n$/],
    [(id) => [id, '--days', '6', '--confirm', id], /--days is '6'; it can be 7 to 30\n$/],
    [(id) => [id, '--days', '31', '--confirm', id], /--days is '31'; it can be 7 to 30\n$/],
    [() => [], /--account is missing\n$/],
  ])('is refused, and does nothing (%#)', async ([words, said]) => {
    const { code, stdout, stderr } = await command('tenant', 'delete', ...words(id))
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(said)
    expect(await statusOf()).toMatchObject({ status: 'active' })
  })

  test('suspends, can be cancelled, and deletes at its date', async () => {
    const made = await json('tenant', 'delete', id, '--days', '7', '--confirm', id)
    expect(made).toMatchObject({ accountId: id, status: 'suspended' })
    expect(made.backups).toContain('docs/erasure.md')
    expect(await statusOf()).toMatchObject({
      ...{ status: 'suspended', deletion: 'PendingDeletion', deletionDate: made.deletionDate },
    })
    const { stdout: table } = await command('tenant', 'list')
    expect(table).toMatch(/^accountId +name +status +creationDate +deletion +deletionDate\n/)
    const { code, stderr } = await command('tenant', 'resume', id)
    expect({ code, stderr }).toEqual({
      ...{
        code: 1,
        stderr: `tenkey: Account ${id} is pending deletion. (KMSInvalidStateException)\n`,
      },
    })
    expect(await json('tenant', 'cancel-deletion', id)).toEqual({ accountId: id, status: 'active' })
    expect((await command('tenant', 'deletion', id)).stderr).toContain('is not pending deletion')

    await json('tenant', 'delete', id, '--days', '7', '--confirm', id)
    await json('clock', 'advance', '6d')
    expect(await json('tenant', 'deletion', id)).toMatchObject({ state: 'PendingDeletion' })
    const { promise: looked, resolve } = Promise.withResolvers<void>()
    await using proxy = await cuttingProxy(running.address, (asked) => {
      if (asked.endsWith('/deletion')) resolve()
      return false
    })
    const waiting = launch('server/tenkey.ts', ['tenant', 'deletion', id, '--wait', '--json'], {
      TENKEY_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
      TENKEY_DATA: data,
    })
    await looked
    await json('clock', 'advance', '2d')
    const waited = await waiting.ended
    expect(waited).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(waited.stdout)).toMatchObject({ accountId: id, state: 'Deleted' })
    expect(await json('tenant', 'deletion', id)).toMatchObject({
      ...{ state: 'Deleted', regions: [], unreached: [], pendingWindowInDays: 7 },
    })
    const { stdout: shown } = await command('tenant', 'deletion', id)
    expect(shown).toMatch(/^accountId +\d{12}\nstate +Deleted\n/)
    expect(await statusOf()).toMatchObject({ name: id, deletion: 'Deleted' })
    const again = await command('tenant', 'create', '--name', 'twin', '--account', id)
    expect(again.stderr).toContain('exists already')
    const late = await command('tenant', 'cancel-deletion', id)
    expect(late.stderr).toContain('was deleted')
  })
})
