// @module-tag process
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { printAll, printOne } from '../../server/cli/output.ts'
import { hasColours, toneOf } from '../../server/cli/paint.ts'
import { progressLine } from '../../server/cli/progress.ts'
import { runCommand } from '../support/command.ts'
import { startServer } from '../support/process.ts'
import { startTarget, type Target } from '../support/target.ts'

const ESCAPE = '\u001b['

describe('output has colours', () => {
  const terminal = (depth: number) => ({ isTTY: true, getColorDepth: () => depth }) as const
  const file = { isTTY: false, getColorDepth: () => 24 } as never
  test.each([
    ['on a terminal', terminal(8), {}, true],
    ['not on one without colours', terminal(1), {}, false],
    ['not in a file', file, {}, false],
    ['not with NO_COLOR', terminal(8), { NO_COLOR: '1' }, false],
    ['with NO_COLOR that is empty', terminal(8), { NO_COLOR: '' }, true],
    ['in a file with FORCE_COLOR', file, { FORCE_COLOR: '1' }, true],
    ['not with FORCE_COLOR=0', terminal(8), { FORCE_COLOR: '0' }, false],
    ['not with both', file, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ] as const)('%s', (_, stream, environment, expected) => {
    expect(hasColours(stream as NodeJS.WriteStream, environment)).toBe(expected)
  })

  test.each([
    ['outcome', 'ok', 'good'],
    ['outcome', 'AccessDenied', 'bad'],
    ['status', 'Active   ', 'good'],
    ['status', 'Inactive', 'pending'],
    ['state', 'PendingDeletion', 'pending'],
    ['state', 'what a later version says', undefined],
    ['name', 'ok', undefined],
  ])('that tell how it stands: %s %s', (column, text, tone) => {
    expect(toneOf(column, text)).toBe(tone)
  })
})

describe('a table', () => {
  test('stands straight where names take two columns of a terminal for a character, or none', () => {
    const lines: string[] = []
    const log = vi.spyOn(console, 'log').mockImplementation((text) => void lines.push(text))
    const rows = [
      { name: '東京商事', status: 'active', note: 'a' },
      { name: 'Cafe\u0301', status: '停止', note: 'b' },
      { name: 'ｱｲｳ🔑', status: '한국', note: 'c' },
      { name: 'Acme Ltd', status: '', note: 'd' },
    ]
    printAll(rows, ['name', 'status', 'note'], {})
    printOne({ 名前: '東京', status: 'active' }, {})
    log.mockRestore()
    expect(lines.map((line) => stripVTControlCharacters(line))).toEqual([
      'name      status  note',
      // eight columns
      '東京商事  active  a',
      // four, of five characters
      'Cafe\u0301      停止    b',
      // three, and two of the key
      'ｱｲｳ🔑     한국    c',
      'Acme Ltd          d',
      '名前    東京',
      'status  active',
    ])
  })
})

describe('a line of progress', () => {
  test.each([
    [0, undefined, 'items 0'],
    [7, undefined, 'items 7'],
    [0, 0, 'items 0'],
    [0, 10, 'items [....................] 0 of 10'],
    [250, 1000, 'items [#####...............] 250 of 1000'],
    [10, 10, 'items [####################] 10 of 10'],
    [11, 10, 'items [####################] 11 of 10'],
  ])('%s of %s', (done, of, line) => {
    expect(progressLine('items', done, of)).toBe(line)
  })
})

describe('a command', () => {
  let target: Target
  let environment: Record<string, string>
  beforeAll(async () => {
    target = await startTarget('memory')
    environment = {
      TENKEY_ENDPOINT: target.url,
      TENKEY_OPERATOR_ACCESS_KEY_ID: target.operator.accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: target.operator.secretAccessKey,
    }
    await runCommand(['tenant', 'create', '--name', 'one'], environment)
  })
  afterAll(() => target.stop())

  const COMMANDS = [
    [['tenant', 'list']],
    [['access-key', 'list', '--account', '000000000000']],
    [['audit', '--event', 'CreateTenant']],
    [['--help']],
    [['tenant', 'create', '--help']],
  ]
  test.each(COMMANDS)('%j says the same with colours, and has none unless asked', async (words) => {
    const plain = await runCommand(words, environment)
    expect(plain).toMatchObject({ code: 0, stderr: '' })
    expect(plain.stdout).not.toContain(ESCAPE)
    const painted = await runCommand(words, { ...environment, FORCE_COLOR: '1' })
    expect(painted.stdout).toContain(ESCAPE)
    expect(stripVTControlCharacters(painted.stdout)).toBe(plain.stdout)
  })

  test('prints JSON without colours, whatever is asked', async () => {
    for (const words of [['tenant', 'list'], ['audit']]) {
      const { stdout } = await runCommand([...words, '--json'], {
        ...environment,
        FORCE_COLOR: '1',
      })
      expect(stdout).not.toContain(ESCAPE)
      expect(JSON.parse(stdout)).toBeInstanceOf(Array)
    }
  })
})

// util-linux's, which gives a command a terminal
const script = spawnSync('script', ['--version'], { encoding: 'utf8' })
const present = script.status === 0 && script.stdout.includes('util-linux')
const skipped = present ? '' : ' (skipped: no script of util-linux)'

describe.runIf(present)(`a command on a terminal${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-terminal-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const onTerminal = (words: string, more: Record<string, string> = {}) => {
    const line = `"${process.execPath}" server/tenkey.ts ${words}`
    const { status, stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    })
    return { status, stdout }
  }

  test('has colours, and none with NO_COLOR', () => {
    expect(onTerminal('help tenant').stdout).toContain(ESCAPE)
    expect(onTerminal('help tenant', { NO_COLOR: '1' }).stdout).not.toContain(ESCAPE)
  })

  test('counts while it works, and clears the line then; for programs nothing', async () => {
    const settings = { TENKEY_DATA: join(folder, 'data') }
    await (await startServer(settings)).stop()
    const shown = onTerminal(`export --file ${folder}/one`, settings)
    expect(shown).toMatchObject({ status: 0 })
    expect(shown.stdout).toMatch(/items (\[[#.]{20}\] )?\d+/)
    const cleared = shown.stdout.lastIndexOf('\r\u001b[K')
    expect(stripVTControlCharacters(shown.stdout.slice(cleared)).trim()).toMatch(/^file /)
    const json = onTerminal(`export --file ${folder}/two --json`, settings)
    expect(JSON.parse(json.stdout)).toMatchObject({ file: `${folder}/two` })
  })
})
