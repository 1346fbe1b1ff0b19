// @module-tag process
// @module-tag long
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operatorFile, readCredential } from '../../server/installation.ts'
import { sendRest } from '../support/calls.ts'
import {
  type Block,
  blocksOf,
  PAGES,
  printsAs,
  RUNNABLE,
  readPage,
} from '../support/page-blocks.ts'
import { readerRuns } from '../support/page-run.ts'
import { freePort } from '../support/port.ts'
import { sliced } from '../support/slice.ts'
import { startTarget, type Target } from '../support/target.ts'

/*
 * Every block of README and docs/ that a reader would type is typed here, in the order of its page and in one shell,
 * by a reader who has done what "Start" says; or a comment right before it says what it needs, or which test does it.
 */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
const blocks = new Map(PAGES.map((page) => [page, blocksOf(page, readPage(page))]))
const typed = [...blocks.values()].flat().filter(({ language }) => RUNNABLE.has(language))

describe('a block of a page', () => {
  test('is there at all', () => expect(typed.length).toBeGreaterThan(50))

  test('is in a language that is run here, or has a mark', () => {
    const left = typed.filter(
      ({ mark, language }) => mark.says === 'run' && ['console', 'ts', 'go'].includes(language),
    )
    expect(left.map(({ page, line }) => `${page}:${line}`)).toEqual([])
  })

  const byTests = typed.flatMap((block) =>
    block.mark.says === 'run by' ? [{ ...block, file: block.mark.what }] : [],
  )
  test.for(byTests.map((one) => [`${one.page}:${one.line}`, one] as const))(
    '%s is run by a test that names the page, or has its lines',
    ([, { page, text, file }]) => {
      const source = existsSync(join(PROJECT, file))
        ? readFileSync(join(PROJECT, file), 'utf8')
        : ''
      expect(file).toMatch(/^test\//)
      const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
      expect(source.includes(page) || lines.every((line) => source.includes(line.trim()))).toBe(
        true,
      )
    },
  )

  test('that prints what a page shows may differ where the page has …', () => {
    expect(printsAs('{"a": 1}\n', '{"a": …}')).toBe(true)
    expect(printsAs('{"b": 1}\n', '{"a": …}')).toBe(false)
  })

  test.each(['<!-- need: a thing -->', '<!-- needs -->', '<!-- runs -->'])(
    'with the mark %s, which is none, is refused',
    (mark) => expect(() => blocksOf('x.md', `${mark}\n\`\`\`sh\nls\n\`\`\``)).toThrow('not a mark'),
  )
})

/** In `npm test`: what a stranger types first. A call of the AWS CLI takes a second of a core. */
const FIRST: ReadonlySet<string> = new Set(['README.md'])
/** Pages on which the reader has keys in AWS KMS, whose part another installation plays. */
const FROM_AWS: ReadonlySet<string> = new Set(['docs/guides/move-from-aws-kms.md'])
/** The same commands as in README.md: test/docs/readme.test.ts */
const TRANSLATED: ReadonlySet<string> = new Set(['README.ja.md'])

/** What pages need beside what all do. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ['docs/guides/sops.md', 'sops'],
  ['docs/guides/beside-an-emulator.md', 'moto_server'],
])

/** Programs of the project, what `npm run test:clients` has built, and the machine's. */
const PATH = ['node_modules/.bin', '.cache/clients/go/bin']
  .map((folder) => join(PROJECT, folder))
  .concat(process.env['PATH'] ?? '')
  .join(':')

const has = (program: string) => {
  try {
    execFileSync('bash', ['-c', `command -v ${program}`], { env: { PATH }, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const absent = ['aws', 'curl', 'jq', 'python3'].filter((program) => !has(program))
const skipped = absent.length === 0 ? '' : ` (needs ${absent.join(', ')})`

describe.skipIf(absent.length > 0)(`A reader${skipped}`, () => {
  const place = mkdtempSync(join(tmpdir(), 'tenkey-reader-'))
  const data = join(place, 'README.md.d', '.tenkey')
  let server: ChildProcess
  let aws: Target
  let port: number
  /** the lines that the first start printed */
  let pasted: Record<string, string>

  /** The project as a clone of it is, with a data folder of its own. */
  function clone(page: string): string {
    const folder = join(place, `${page.replaceAll('/', '-')}.d`)
    mkdirSync(join(folder, 'home'), { recursive: true })
    // curl tells a refusal by its exit code where it is asked to
    writeFileSync(join(folder, 'home', '.curlrc'), 'fail-with-body\n')
    for (const name of readdirSync(PROJECT)) {
      const own = name.startsWith('.') || name === 'home'
      if (!own) symlinkSync(join(PROJECT, name), join(folder, name))
    }
    // as where the package is installed for all
    mkdirSync(join(folder, 'bin'))
    writeFileSync(
      join(folder, 'bin/tenkey'),
      `#!/bin/sh\nexec node ${PROJECT}server/tenkey.ts "$@"\n`,
      {
        mode: 0o755,
      },
    )
    if (existsSync(data)) symlinkSync(data, join(folder, '.tenkey'))
    return folder
  }
  const base = (folder: string) => ({
    PATH: `${join(folder, 'bin')}:${PATH}`,
    HOME: join(folder, 'home'),
    PYENV_VERSION: process.env['PYENV_VERSION'] ?? '',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    TENKEY_PORT: String(port),
    npm_config_update_notifier: 'false',
  })

  beforeAll(async () => {
    port = await freePort()
    const folder = clone('README.md')
    server = spawn('npm', ['start'], {
      cwd: folder,
      env: base(folder),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    const lines = await new Promise<string>((resolve, reject) => {
      server.on('exit', (code) => reject(new Error(`npm start ended with ${code}: ${said}`)))
      server.stdout?.on('data', (text: Buffer) => {
        said += text.toString()
        if (/^export AWS_REGION=.*\n/m.test(said)) resolve(said.slice(said.indexOf('export ')))
      })
    })
    const exported = lines.split('\n').filter((line) => line.startsWith('export '))
    const script = `${exported.join('\n')}\nenv | grep '^AWS_'`
    const env = execFileSync('bash', ['-c', script], { env: base(folder), encoding: 'utf8' })
    pasted = Object.fromEntries(
      env
        .trim()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2)),
    )
    aws = await startTarget('memory')
  })
  afterAll(async () => {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await ended
    await aws?.stop()
    rmSync(place, { recursive: true, force: true })
  })

  /** A tenant of its own. */
  async function tenantOf(target: Target, page: string) {
    const line = 'POST /admin/v1/tenants'
    const { json } = await sendRest(target, target.operator, line, {
      body: JSON.stringify({ Name: page }),
    })
    const key = json['AccessKey'] as { AccessKeyId: string; SecretAccessKey: string }
    return {
      account: String(json['AccountId']),
      credential: {
        AWS_ACCESS_KEY_ID: key.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: key.SecretAccessKey,
      },
    }
  }

  const run = [...blocks]
    .filter(([page]) => !TRANSLATED.has(page) && (!sliced || FIRST.has(page)))
    .filter(([, all]) => all.some(toRun))
    .map(([page]) => page)

  test.for(run)('does what %s says', async (page, { skip }) => {
    const program = NEEDED.get(page)
    if (program !== undefined && !has(program)) return skip(`needs ${program}`)
    const first = page === 'README.md'
    const folder = first ? join(place, 'README.md.d') : clone(page)
    const operator = readCredential(operatorFile(data))
    if (operator === undefined) throw new Error('the installation has no operator')
    const url = `http://127.0.0.1:${port}`
    const here = { url, operator, now: Date.now, stop: async () => {} }
    const { account, credential } = await tenantOf(here, page)
    let environment: Record<string, string> = {
      ...base(folder),
      ...pasted,
      ...(!first && credential),
    }
    if (FROM_AWS.has(page)) {
      addressOfAws(folder, aws.url, (await tenantOf(aws, page)).credential)
      environment = {
        ...base(folder),
        TENANT_ACCESS_KEY_ID: credential.AWS_ACCESS_KEY_ID,
        TENANT_SECRET_ACCESS_KEY: credential.AWS_SECRET_ACCESS_KEY,
      }
    }
    const stands = new Map([
      ['5000', String(await freePort())],
      ['4599', String(port)],
      ['111122223333', account],
    ])
    const all = (blocks.get(page) ?? []).filter(
      ({ mark, language }) => mark.says !== 'run' || RUNNABLE.has(language),
    )
    expect(await readerRuns(all, { folder, environment, stands })).toBeUndefined()
  })
})

interface Aws {
  readonly AWS_ACCESS_KEY_ID: string
  readonly AWS_SECRET_ACCESS_KEY: string
}

/** Has AWS's clients find AWS KMS there, as long as no profile has an address of its own. */
function addressOfAws(folder: string, url: string, credential: Aws): void {
  mkdirSync(join(folder, 'home/.aws'))
  writeFileSync(
    join(folder, 'home/.aws/config'),
    `[default]\nregion = us-east-1\nendpoint_url = ${url}\n`,
  )
  const lines = Object.entries(credential).map(
    ([name, value]) => `${name.toLowerCase()} = ${value}\n`,
  )
  writeFileSync(join(folder, 'home/.aws/credentials'), `[default]\n${lines.join('')}`)
}

/** Whether the shell has anything to do with it. */
function toRun({ mark, language }: Block): boolean {
  return mark.says === 'refused' || (mark.says === 'run' && RUNNABLE.has(language))
}
