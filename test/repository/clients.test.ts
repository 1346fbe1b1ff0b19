// @module-tag process
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { drive, preparer } from '../../scripts/clients/drive.ts'
import { clientsPage, clientsTable, type Kept, keep, lineOf } from '../../scripts/clients/report.ts'
import type { Running } from '../../scripts/clients/server.ts'
import { SUBJECTS, type Subject } from '../../scripts/clients/subjects.ts'
import type { Toolchain } from '../../scripts/clients/toolchain.ts'
import { runScript } from '../support/process.ts'

const DRIVER = 'scripts/test-clients.ts'

describe('npm run test:clients', () => {
  test('says in a line each which clients it skipped and why, where nothing is on the PATH', async () => {
    const { code, stdout, stderr } = await runScript(DRIVER, [], { PATH: '/nonexistent' })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = stdout.trimEnd().split('\n')
    expect(lines.pop()).toBe(`0 passed, 0 failed, ${SUBJECTS.length} skipped`)
    expect(lines).toEqual(
      SUBJECTS.map(
        ({ client, toolchain: { programs } }) =>
          `skipped: ${client}: ${programs.join(' and ')} not on the PATH`,
      ),
    )
  })

  test('refuses a client that it does not know, before anything is started', async () => {
    const { code, stdout, stderr } = await runScript(DRIVER, ['--only', 'boto3,nobody'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain("no client 'nobody'")
  })
})

const node = (source: string) => [process.execPath, '-e', source] as const
const tools = (parts: Partial<Toolchain>): Toolchain => ({
  name: 'tools',
  programs: [],
  fetch: [],
  build: [],
  ...parts,
})
const subject = (source: string): Subject => ({
  id: 'one',
  client: 'One',
  set: '`AWS_ENDPOINT_URL_KMS`',
  toolchain: tools({}),
  command: node(source),
  kmsEndpoint: 'ANOTHER_ENDPOINT',
})
const server: Running = {
  url: 'http://127.0.0.1:1',
  tenant: async () => ({ AWS_ACCESS_KEY_ID: 'AKIAOWN' }),
  stop: async () => undefined,
}

describe('a client', () => {
  const driven = (source: string, env = {}) => drive(subject(source), server, env, () => undefined)

  test.each([
    ['did all its steps', "console.log('version: one 1.2\\nok: encrypts')", 'passed', ''],
    ['failed after a step', "console.log('ok: encrypts\\nno');process.exit(1)", 'failed', 'no'],
    ['ended well without a step', "console.log('hello')", 'failed', 'hello'],
    ['was killed', "console.log('ok: encrypts');process.kill(process.pid)", 'failed', ''],
  ])('that %s', async (_, source, kind, why) => {
    expect(await driven(source)).toMatchObject({ kind, why })
  })

  test('has endpoints and credentials of its own, and nothing of who drives it', async () => {
    const source = `for (const [name, value] of Object.entries(process.env))
      if (/^(AWS|TENKEY)_(PROFILE|DATA|ACCESS_KEY_ID)$|^ANOTHER|^KEPT/.test(name)) console.log('ok: ' + name + '=' + value)`
    const env = { AWS_PROFILE: 'mine', AWS_ACCESS_KEY_ID: 'AKIAMINE', TENKEY_DATA: '/d', KEPT: 'x' }
    const { steps } = (await driven(source, env)) as { steps: readonly string[] }
    expect(steps.toSorted()).toEqual([
      'ANOTHER_ENDPOINT=http://127.0.0.1:1',
      'AWS_ACCESS_KEY_ID=AKIAOWN',
      'KEPT=x',
    ])
  })

  test.each([
    ['is made', tools({ fetch: [node('')], build: [node('')] }), undefined],
    ['lacks a program', tools({ programs: ['no-such'] }), 'skipped'],
    [
      'can’t be fetched',
      tools({ fetch: [node("console.error('403');process.exit(1)")] }),
      'skipped',
    ],
    ['does not build', tools({ build: [node('process.exit(1)')] }), 'failed'],
  ])('whose toolchain %s', async (_, toolchain, kind) => {
    const prepare = preparer({ PATH: '/nonexistent' }, () => undefined)
    expect((await prepare(toolchain))?.kind).toBe(kind)
  })
})

describe('what a run stores', () => {
  const before = { on: '2026-01-01', versions: ['old 1'], steps: ['signs'] }
  const [first, second, third] = SUBJECTS
  if (first === undefined || second === undefined || third === undefined) throw new Error('none')

  test('is what passed, without what failed, with what was there of what was not driven', () => {
    const kept = keep(
      { [first.id]: before, [second.id]: before, [third.id]: before },
      [
        { subject: first, kind: 'passed', versions: ['new 2'], steps: ['encrypts'], why: '' },
        { subject: second, kind: 'failed', versions: [], steps: [], why: 'no' },
        { subject: third, kind: 'skipped', why: 'not here' },
      ],
      '2026-01-31',
    )
    expect(kept).toEqual({
      [first.id]: { on: '2026-01-31', versions: ['new 2'], steps: ['encrypts'] },
      [third.id]: before,
    })
    expect(clientsTable(kept, 'README.md')).toBe(
      `| You use | Set |\n|---|---|\n| ${first.client} | ${first.set} |\n| ${third.client} | ${third.set} |`,
    )
    const page = clientsPage(kept)
    expect(page).toContain(`| ${first.client} | ${first.set} | new 2 | 2026-01-31 |`)
    expect(page).toContain(`## ${third.client}\n\n- signs\n`)
    expect(page).not.toContain(second.client)
  })

  test('of a client that is not driven any more is refused', () => {
    expect(() => clientsTable({ nobody: before }, 'README.md')).toThrow(
      "'nobody', which is no client",
    )
  })

  test('in this repository has a version, a day and a step of each, and no secret', () => {
    const text = readFileSync(new URL('../../docs/clients.json', import.meta.url), 'utf8')
    const stored = Object.values(JSON.parse(text) as Kept)
    expect(stored.length).toBeGreaterThan(0)
    for (const { on, versions, steps } of stored) {
      expect(on).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(versions.join()).toMatch(/\d/)
      expect(steps).not.toEqual([])
    }
    expect(text).not.toMatch(/AKIA|ASIA/)
  })

  test('says a client on one line', () => {
    const passed = { versions: ['one 1.2'], steps: ['encrypts', 'decrypts'], why: '' }
    expect(lineOf({ subject: first, kind: 'passed', ...passed })).toBe(
      `passed: ${first.client}: 2 steps (one 1.2)`,
    )
  })
})
