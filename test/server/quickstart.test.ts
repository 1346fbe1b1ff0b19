// @module-tag process
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runCommand } from '../support/command.ts'
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
