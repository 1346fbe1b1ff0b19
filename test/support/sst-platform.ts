import { execFile, spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { buildConsole } from '../../scripts/console-build.ts'
import { keptProgram } from './sst-kept.ts'
import { ACCOUNT, REGION } from './sst-mocks.ts'

const run = promisify(execFile)

/** The repository. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
/** Where SST lays out its components, their types and the providers: 320 MB, not in git. */
export const PLATFORM = join(PROJECT, '.sst/platform')

/** The providers that sst.config.ts names. */
const PROVIDERS = ['aws', 'random']

/** What a deployment must be told. */
const NAMED = { AWS_REGION: REGION, STACK_ALARM_EMAIL: 'none' }

/** Another stage: with a domain, a way past the API, and nobody who is told of alarms. */
export const TRIAL = {
  STACK_DOMAIN: 'kms.example.com',
  STACK_DOMAIN_ZONE: 'Z0123456789',
  STACK_FUNCTION_URL: 'on',
  STACK_ALARM_EMAIL: '',
}

/** A deployment with every option. */
export const OPTIONS = {
  STACK_DOMAIN: 'kms.example.com',
  STACK_DOMAIN_ZONE: 'Z0123456789',
  STACK_ROOT_KEY: `arn:aws:kms:${REGION}:${ACCOUNT}:key/given`,
  STACK_ROUTER: 'on',
  STACK_ROUTER_PROOF: '2',
  STACK_CONSOLE: 'on',
  STACK_OPERATORS_BY_IAM: `root=arn:aws:iam::${ACCOUNT}:role/admins/platform user/ana=arn:aws:iam::${ACCOUNT}:user/ana`,
  STACK_CORS_ORIGINS: 'https://app.example.com,http://localhost:5173',
  STACK_PROVISIONED: '2',
  STACK_XKS: '3',
  STACK_RATE: '300',
  STACK_BURST: '100',
  STACK_MAX_READS: '7000',
  STACK_MAX_WRITES: '3000',
  STACK_WAF_RATE: '2000',
  STACK_BACKUP: 'on',
  STACK_LOG_RETENTION: '1 year',
  STACK_ALARM_EMAIL: 'on-call@example.com',
}

/** Another, with those that these exclude. */
export const OTHER_OPTIONS = {
  STACK_DOMAIN: 'kms.example.com',
  STACK_DOMAIN_CERTIFICATE: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/c`,
  STACK_ROUTER: 'on',
  STACK_CANARY: '10',
  STACK_REPLICAS: `${REGION},eu-central-1,eu-west-2`,
  STACK_REPLICAS_CONSISTENCY: 'eventual',
  STACK_REPLICAS_WITNESS: '',
  STACK_REPLICAS_HOME: '',
  STACK_RESERVED: 'off',
  STACK_AUDIT_RETENTION: '365',
  STACK_AUDIT_FORWARD: 'stdout',
  STACK_XKS_PORT: '8443',
  STACK_XKS_TIMEOUT: '1000',
}

/** A deployment of the container shape. */
export const CONTAINER = {
  STACK_SHAPE: 'container',
  STACK_CORS_ORIGINS: 'https://app.example.com,http://localhost:5173',
  STACK_IMAGE: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/tenkey@sha256:${'0'.repeat(64)}`,
  STACK_DOMAIN: 'kms.example.com',
  STACK_DOMAIN_ZONE: 'Z0123456789',
}

/** What SST's command line needs to run without an account. */
const QUIET = {
  SST_TELEMETRY_DISABLED: '1',
  SST_SKIP_DEPENDENCY_CHECK: '1',
  SST_NO_BUN: '1',
}

/**
 * Lays out SST's platform with `sst install`, which fetches the providers from npm (about a minute),
 * unless this version of it is there already.
 * @returns undefined once it is there; the reason where npm can't be reached
 * @throws Error with the output of `sst install` where that failed otherwise
 */
export async function installPlatform(): Promise<string | undefined> {
  if (isInstalled()) return undefined
  // two at once lay out one folder, and the first to end would be believed while the other still writes
  return (await once('platform', install)) || undefined
}

/** @returns why npm can't be reached, or nothing */
async function install(): Promise<string> {
  const sst = join(PROJECT, 'node_modules/sst/bin/sst.mjs')
  try {
    await run(process.execPath, [sst, 'install', '--stage', 'test'], {
      cwd: PROJECT,
      env: { ...process.env, ...QUIET },
    })
    return ''
  } catch (error) {
    const reachable = await run('npm', ['ping'], { cwd: PROJECT }).then(
      () => true,
      () => false,
    )
    if (reachable) throw error
    return 'npm can not be reached, and SST fetches its providers from there'
  }
}

/** The version of SST that package-lock.json has, laid out whole: the lock is what SST writes last. */
function isInstalled(): boolean {
  const manifest = readFileSync(join(PROJECT, 'node_modules/sst/package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  const versionFile = join(PLATFORM, 'version')
  const lockFile = join(PROJECT, '.sst/provider-lock.json')
  if (!existsSync(lockFile) || !existsSync(versionFile)) return false
  const locked = JSON.parse(readFileSync(lockFile, 'utf8')) as { name: string }[]
  return (
    PROVIDERS.every((name) => locked.some((one) => one.name === name)) &&
    readFileSync(versionFile, 'utf8').trim() === version
  )
}

/**
 * Runs sst.config.ts for a stage in a process of its own: see sst-program.ts. The same stage with the same
 * options is asked for by several files: it is run by the first, and the others read what that wrote; where nothing
 * has changed since an earlier run of the tests, by none: see sst-kept.ts.
 */
export async function runProgram(
  stage: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const program = () => {
    // a stage has it as it is built
    if (environment['STACK_CONSOLE'] !== undefined) buildConsole()
    return programOf([stage], environment)
  }
  if (process.env['STAGE_PROGRAMS'] === undefined) return program()
  const options = Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))
  const asked = hash('sha256', JSON.stringify([stage, options]))
  return once(asked, () => keptProgram(asked, program))
}

/**
 * Does in one file of a run of tests what the others only wait for.
 * @throws Error where it failed, in each of them
 */
async function once(name: string, make: () => Promise<string>): Promise<string> {
  const folder = process.env['STAGE_PROGRAMS']
  if (folder === undefined) return make()
  const file = join(folder, name)
  if (isFirst(`${file}.begun`)) {
    const made = await make().catch((error: Error) => error)
    const failed = made instanceof Error
    writeFileSync(`${file}.new`, JSON.stringify(failed ? { error: made.message } : { made }))
    renameSync(`${file}.new`, `${file}.json`)
  }
  while (!existsSync(`${file}.json`)) await setTimeout(100)
  const { made, error } = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Ran
  if (made === undefined) throw new Error(error)
  return made
}

/** What came of it, or why it failed. */
interface Ran {
  readonly made?: string
  readonly error?: string
}

function isFirst(file: string): boolean {
  try {
    writeFileSync(file, '', { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** A stage and the environment that it is deployed from. */
export type Asked = readonly [stage: string, environment: Readonly<Record<string, string>>]

/** What sst.config.ts says of the app of each stage, before anything is made; or an Error's words. */
export const appsOf = async (asked: readonly Asked[]): Promise<unknown[]> =>
  JSON.parse(await programOf(['', JSON.stringify(asked)], {}))

async function programOf(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const program = join(PROJECT, 'test/support/sst-program.ts')
  const child = spawn(process.execPath, [program, ...args], {
    cwd: PROJECT,
    env: {
      ...withoutOptions(),
      ...NAMED,
      ...environment,
      // what a program makes is for the most part gone at once: a sixth less time than in V8's own nursery
      NODE_OPTIONS: '--no-warnings --max-semi-space-size=128',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(Buffer.concat(errors).toString())
  return Buffer.concat(out).toString()
}

/** The options of whoever runs the tests are not the tests'. */
const withoutOptions = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('STACK_')))

/** Where the compiler keeps what it found, to look the next time only at what has changed. */
const KNOWN = '.cache/sst.tsbuildinfo'

/** Type-checks sst.config.ts and all it reaches; the errors that aren't in SST's own sources. */
export async function typeErrors(): Promise<string[]> {
  const tsc = join(PROJECT, 'node_modules/typescript/bin/tsc')
  const { stdout } = await run(
    process.execPath,
    [
      tsc,
      '-p',
      'tsconfig.sst.json',
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      KNOWN,
    ],
    { cwd: PROJECT, maxBuffer: 64 << 20 },
  ).catch((error: { stdout: string }) => error)
  return stdout.split('\n').filter((line) => /error TS/.test(line) && !line.startsWith('.sst/'))
}
