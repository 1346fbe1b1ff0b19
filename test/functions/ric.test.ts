// @module-tag process
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import manifest from '../../server/lambda-gateway/ric/package.json' with { type: 'json' }
import lock from '../../server/lambda-gateway/ric/package-lock.json' with { type: 'json' }
import { buildRic, findRic, whyNoRic } from '../../server/lambda-gateway/ric.ts'

const VERSION = manifest.dependencies['aws-lambda-ric']
const NAME = `aws-lambda-ric-${VERSION}-${process.versions.modules}-${process.platform}-${process.arch}`
const MINUTE = 60_000

let project: string
let cache: string
/** files of each folder that an install was asked for */
let installs: string[][]
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tenkey-ric-'))
  cache = join(project, '.cache')
  installs = []
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

/** What an install leaves, as far as its place goes. */
function make(folder: string, addon = true): string {
  const made = join(folder, 'node_modules/aws-lambda-ric')
  mkdirSync(made, { recursive: true })
  writeFileSync(join(made, 'package.json'), '{"main":"index.mjs"}')
  writeFileSync(join(made, 'index.mjs'), '')
  if (addon) writeFileSync(join(made, 'rapid-client.node'), '')
  return join(made, 'index.mjs')
}

const build = (install: (folder: string) => void = (folder) => void make(folder)) =>
  buildRic({
    project,
    async install(folder) {
      installs.push(readdirSync(folder).sort())
      install(folder)
    },
  })

const npmFails = (stderr: string) => () => {
  throw Object.assign(new Error('Command failed: npm ci'), { stderr })
}
const NO_CMAKE = npmFails('npm error code 1\nnpm error Error: cmake is not installed.\n')

const ago = (path: string, minutes: number): void => {
  const then = new Date(Date.now() - minutes * MINUTE)
  utimesSync(path, then, then)
}

/** A process id that no process has. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid

describe('What is built', () => {
  test('is one exact version, with the integrity of all it brings, and its scripts may run', () => {
    expect(manifest.dependencies).toEqual({
      'aws-lambda-ric': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    })
    expect(manifest.allowScripts).toEqual({ 'aws-lambda-ric': true })
    const { '': own, ...packages } = lock.packages
    expect(own.dependencies).toEqual(manifest.dependencies)
    expect(packages['node_modules/aws-lambda-ric'].version).toBe(VERSION)
    for (const one of Object.values(packages)) {
      expect(one).toMatchObject({ integrity: expect.stringMatching(/^sha512-/) })
    }
  })
})

describe('A build', () => {
  test('is made once, of the pinned versions, and found from then on', async () => {
    expect(findRic(project)).toBeUndefined()
    expect(whyNoRic(project)).toBe('aws-lambda-ric has not been built')
    expect(await build()).toBeUndefined()
    expect(await build()).toBeUndefined()
    expect(installs).toEqual([['package-lock.json', 'package.json']])
    const entry = join(cache, NAME, 'node_modules/aws-lambda-ric/index.mjs')
    expect(findRic(project)).toBe(entry)
    expect(readdirSync(cache)).toEqual([NAME])
  })

  test('is made once for two who ask at once', async () => {
    expect(await Promise.all([build(), build()])).toEqual([undefined, undefined])
    expect(installs).toHaveLength(1)
  })

  test('is not needed where node_modules has it, built', async () => {
    const installed = make(project)
    expect(findRic(project)).toBe(installed)
    expect(await build()).toBeUndefined()
    expect(installs).toEqual([])
  })

  test.each([
    ['in node_modules, not built', () => make(project, false)],
    ['in the cache, not whole', () => make(join(cache, NAME), false)],
    ['of another version', () => make(join(cache, NAME.replace(VERSION, '4.0.1')))],
    ['of another ABI', () => make(join(cache, NAME.replace(process.versions.modules, '1')))],
  ])('is needed where there is one %s', async (_, given) => {
    given()
    expect(findRic(project)).toBeUndefined()
    expect(await build()).toBeUndefined()
    expect(installs).toHaveLength(1)
    expect(findRic(project)).toBe(join(cache, NAME, 'node_modules/aws-lambda-ric/index.mjs'))
  })

  test('leaves what another one has built meanwhile, which may be in use', async () => {
    const theirs = () => join(cache, NAME, 'node_modules/aws-lambda-ric/theirs')
    const built = await build((folder) => {
      make(folder)
      make(join(cache, NAME))
      writeFileSync(theirs(), '')
    })
    expect(built).toBeUndefined()
    expect(existsSync(theirs())).toBe(true)
    expect(readdirSync(cache)).toEqual([NAME])
  })

  test('of another process is waited for', async () => {
    const theirs = join(cache, `${NAME}.${process.ppid}`)
    make(theirs)
    const told: string[] = []
    const built = buildRic({
      project,
      install: async (folder) => void installs.push(readdirSync(folder)),
      starting: () => told.push('starting'),
      waiting: () => told.push('waiting'),
    })
    expect(findRic(project)).toBeUndefined()
    await expect.poll(() => told).toEqual(['waiting'])
    renameSync(theirs, join(cache, NAME))
    expect(await built).toBeUndefined()
    expect(told).toEqual(['waiting'])
    expect(installs).toEqual([])
  })

  test('that a dead process left half-made is removed, never taken', async () => {
    const left = join(cache, `${NAME}.${deadPid()}`)
    make(left)
    expect(await build()).toBeUndefined()
    expect(existsSync(left)).toBe(false)
    expect(installs).toHaveLength(1)
  })

  test('that nobody has finished for longer than one may take is removed', async () => {
    const left = join(cache, `${NAME}.${process.ppid}`)
    make(left)
    ago(left, 16)
    expect(await build()).toBeUndefined()
    expect(existsSync(left)).toBe(false)
    expect(installs).toHaveLength(1)
  })
})

describe('A build that fails', () => {
  const NOISE = 'npm error path /a/b\nnpm error command failed\n'
  const LOG = 'npm error A complete log of this run can be found in: /a/b.log\n'
  test.each([
    ['cmake is not installed', `${NOISE}npm error Error: cmake is not installed.\n${LOG}`],
    [
      'configure: error: no acceptable C compiler found in $PATH',
      `${NOISE}npm error configure: error: in \`/a/b':
npm error configure: error: no acceptable C compiler found in $PATH
npm error See \`config.log' for more details\n${LOG}`,
    ],
    [
      'FetchError: request to https://registry.npmjs.org/yallist failed, reason: connect ECONNREFUSED',
      `npm error code ECONNREFUSED
npm error FetchError: request to https://registry.npmjs.org/yallist failed, reason: connect ECONNREFUSED
npm error     at ClientRequest.<anonymous> (/a/b.js:130:14) {
npm error   type: 'system'
npm error }\n${LOG}`,
    ],
    [
      'sh: 1: ./scripts/preinstall.sh: not found',
      `sh: 1: ./scripts/preinstall.sh: not found\n${LOG}`,
    ],
  ])('says: %s', async (reason, stderr) => {
    const why = await build(npmFails(stderr))
    expect(why).toBe(
      `aws-lambda-ric can't be built: ${reason} (tried again in an hour, or once .cache/${NAME}.failed is removed)`,
    )
    expect(whyNoRic(project)).toBe(why)
    expect(readFileSync(join(cache, `${NAME}.failed`), 'utf8')).toBe(stderr)
  })

  test.each([
    [
      'no npm',
      () => {
        throw new Error('spawn npm ENOENT')
      },
      /built: spawn npm ENOENT \(tried/,
    ],
    ['no addon', (folder: string) => void make(folder, false), /made no rapid-client\.node/],
  ])('says that there is %s', async (_, install, words) => {
    expect(await build(install)).toMatch(words)
    expect(findRic(project)).toBeUndefined()
    expect(readdirSync(cache)).toEqual([`${NAME}.failed`])
  })

  test('is not tried again within an hour', async () => {
    const why = await build(NO_CMAKE)
    ago(join(cache, `${NAME}.failed`), 59)
    expect(await build()).toBe(why)
    expect(installs).toHaveLength(1)
  })

  test.each([
    ['an hour later', (failed: string) => ago(failed, 60)],
    ['once its file is removed', (failed: string) => rmSync(failed)],
  ])('is tried again %s', async (_, change) => {
    await build(NO_CMAKE)
    change(join(cache, `${NAME}.failed`))
    expect(whyNoRic(project)).toBe('aws-lambda-ric has not been built')
    expect(await build()).toBeUndefined()
    expect(installs).toHaveLength(2)
    expect(readdirSync(cache)).toEqual([NAME])
  })

  test('because the cache can not be made is a reason too', async () => {
    writeFileSync(join(project, 'file'), '')
    const why = await buildRic({ project: join(project, 'file'), install: async () => {} })
    expect(why).toMatch(/^aws-lambda-ric can't be built: ENOTDIR/)
  })
})
