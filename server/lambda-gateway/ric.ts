import { execFile } from 'node:child_process'
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { PROJECT } from './bundles.ts'
import manifest from './ric/package.json' with { type: 'json' }

/**
 * aws-lambda-ric, AWS's own runtime interface client, built from npm's package with the versions and
 * integrity of ric/package-lock.json. It is no dependency of the project because its install scripts
 * compile curl and aws-lambda-cpp: they need cmake, make, a C and a C++ compiler, tar, xz and Python 3,
 * and fetch Node's headers from nodejs.org where npm's `nodedir` names none. That takes 40 s on two free
 * cores, most of it curl's configure, and 19 MB. So it is built when functions are to be started, and kept.
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
const SOURCE = fileURLToPath(new URL('ric/', import.meta.url))
/** One build for each version of it, and for each that Node's ABI and the machine ask for. */
const NAME = `aws-lambda-ric-${manifest.dependencies['aws-lambda-ric']}-${process.versions.modules}-${process.platform}-${process.arch}`

/** ms for which a failed build isn't tried again: a machine without a compiler gets none meanwhile */
const REMEMBERED = 60 * 60_000
/** ms a build may take; a half-made one that is older has been left */
const LONGEST = 15 * 60_000
const NO_ADDON =
  "its install scripts made no rapid-client.node: they do on Linux, where npm's ignore-scripts is off"
/** ms between two looks at another process's build */
const POLL = 250

const run = promisify(execFile)

export interface RicOptions {
  /** folder of the project */
  readonly project?: string
  /** Installs the package.json and package-lock.json of a folder, and sees that the addon loads. */
  readonly install?: (folder: string) => Promise<void>
  /** Called before a build starts. */
  readonly starting?: () => void
  /** Called once where another process's build is waited for. */
  readonly waiting?: () => void
}

/** The file to start where aws-lambda-ric is built: in the project's node_modules, or by buildRic. */
export function findRic(project = PROJECT): string | undefined {
  const require = createRequire(join(project, 'package.json'))
  try {
    const installed = require.resolve('aws-lambda-ric')
    if (existsSync(addonOf(dirname(installed)))) return installed
  } catch {
    // not installed
  }
  const cache = cacheOf(project)
  return isBuilt(cache) ? join(packageIn(join(cache, NAME)), 'index.mjs') : undefined
}

/** Why there is none, in one line: the last build's failure while it is remembered, or that none was tried. */
export const whyNoRic = (project = PROJECT): string =>
  rememberedFailure(cacheOf(project)) ?? 'aws-lambda-ric has not been built'

/**
 * Builds aws-lambda-ric unless it is there or a build failed within the hour. A build of another process
 * is waited for.
 * @returns undefined once it is there; the reason, in one line, where it can't be built
 */
export async function buildRic(options: RicOptions = {}): Promise<string | undefined> {
  const { project = PROJECT, install = npmCi, starting, waiting } = options
  const cache = cacheOf(project)
  let told = false
  while (findRic(project) === undefined) {
    const failure = rememberedFailure(cache)
    if (failure !== undefined) return failure
    if (isBeingBuilt(cache)) {
      if (!told) waiting?.()
      told = true
      await sleep(POLL)
    } else {
      starting?.()
      const reason = await buildIn(cache, install)
      if (reason !== undefined) return reason
    }
  }
  return undefined
}

/**
 * Builds in a folder of this process, which takes its name when it is whole.
 * @returns undefined, or the reason why it failed, which is remembered where the cache can be written
 */
async function buildIn(
  cache: string,
  install: (folder: string) => Promise<void>,
): Promise<string | undefined> {
  const half = join(cache, `${NAME}.${process.pid}`)
  try {
    mkdirSync(half, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) {
      copyFileSync(join(SOURCE, file), join(half, file))
    }
    await install(half)
    if (!existsSync(addonOf(packageIn(half)))) throw new Error(NO_ADDON)
    // of two who began at the same moment, the first one's may be in use
    if (!isBuilt(cache)) {
      rmSync(join(cache, NAME), { recursive: true, force: true })
      renameSync(half, join(cache, NAME))
    }
    rmSync(failureFile(cache), { force: true })
    return undefined
  } catch (error) {
    const said = outputOf(error)
    if (isWritable(cache)) writeFileSync(failureFile(cache), said)
    return sentence(cache, said)
  } finally {
    if (isWritable(cache)) rmSync(half, { recursive: true, force: true })
  }
}

/** Whether a living process is building; what a dead one left half-made is removed. */
function isBeingBuilt(cache: string): boolean {
  if (!existsSync(cache)) return false
  return readdirSync(cache).some((name) => {
    const [, pid] = name.startsWith(`${NAME}.`) ? (/\.(\d+)$/.exec(name) ?? []) : []
    if (pid === undefined) return false
    const folder = join(cache, name)
    if (isAlive(Number(pid)) && ageOf(folder) < LONGEST) return true
    // its npm may still be at work there
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
    return false
  })
}

function rememberedFailure(cache: string): string | undefined {
  const file = failureFile(cache)
  return ageOf(file) < REMEMBERED ? sentence(cache, readFileSync(file, 'utf8')) : undefined
}

const sentence = (cache: string, said: string): string =>
  `aws-lambda-ric can't be built: ${reasonIn(said)} (tried again in an hour, or once ${relative(dirname(cache), failureFile(cache))} is removed)`

/** The line that says what is missing: the last one of an error, without npm's mark. */
function reasonIn(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^npm error /, '').trim())
    .filter((line) => line !== '' && !line.startsWith('A complete log of this run'))
  const reason =
    lines.findLast((line) => /error: \S/i.test(line)) ?? lines.at(-1) ?? 'npm ci failed'
  return reason.replace(/^Error: |\.$/g, '')
}

/** What a program wrote before it failed, or what else went wrong. */
function outputOf(error: unknown): string {
  const { stderr = '' } = error as { stderr?: string }
  return stderr === '' ? String(error) : stderr
}

/** With the Node that runs this, which need not be the one that npm would find. */
async function npmCi(folder: string): Promise<void> {
  // `npm test` tells its scripts about its own package, and how much it says itself
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package_|lifecycle_|config_local_prefix|command)|^INIT_CWD$/.test(name),
  )
  await run('npm', ['ci', '--loglevel=error'], {
    cwd: folder,
    timeout: LONGEST,
    maxBuffer: 64 << 20,
    env: {
      ...Object.fromEntries(inherited),
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      // what is built once needs no list of its headers, and what waits for a socket no optimizing
      CFLAGS: '-O0',
      CXXFLAGS: '-O0',
      enable_dependency_tracking: 'no',
    },
  })
  const addon = addonOf(packageIn(folder))
  if (!existsSync(addon)) return
  // it makes its HTTP client as it is loaded, for which it needs an address
  const env = { AWS_LAMBDA_RUNTIME_API: '127.0.0.1:1' }
  await run(process.execPath, ['-e', `require(${JSON.stringify(addon)})`], { env })
}

/** Not in node_modules, which `npm ci` empties. */
const cacheOf = (project: string): string => join(project, '.cache')
const packageIn = (folder: string): string => join(folder, 'node_modules/aws-lambda-ric')
const addonOf = (folder: string): string => join(folder, 'rapid-client.node')
const isBuilt = (cache: string): boolean => existsSync(addonOf(packageIn(join(cache, NAME))))
const failureFile = (cache: string): string => join(cache, `${NAME}.failed`)

/** ms since it was last changed; infinite where it isn't there */
function ageOf(path: string): number {
  const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return mtime === undefined ? Number.POSITIVE_INFINITY : Date.now() - mtime
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
