import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  CreateVirtualMFADeviceCommand,
  EnableMFADeviceCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { readConfig } from '../../core/config.ts'
import { serve } from '../../server/serve.ts'
import { REGION } from './calls.ts'
import { runCommand, type Said } from './command.ts'
import { deviceWith } from './mfa.ts'
import { newFolder } from './process.ts'
import type { Credential } from './target.ts'

/** A language that examples/saas is written in. */
export interface Language {
  readonly name: string
  readonly command: readonly [program: string, ...words: string[]]
}

const inExamples = (path: string): string =>
  fileURLToPath(new URL(`../../examples/saas/${path}`, import.meta.url))

const TENKEY = fileURLToPath(new URL('../../server/tenkey.ts', import.meta.url))

export const LANGUAGES: readonly Language[] = [
  { name: 'TypeScript', command: [process.execPath, inExamples('typescript/main.ts')] },
  { name: 'Python', command: ['python3', inExamples('python/main.py')] },
]

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end; undefined where it is not on this machine. */
function run(
  [program, ...words]: Language['command'],
  env: Readonly<Record<string, string>>,
  stdin = '',
): Promise<Ended | undefined> {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      // nothing of the caller's AWS settings
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    })
    const said = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text
      })
    }
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve({ code, ...said }))
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  })
}

/** Whether a program's language and libraries are on this machine. */
export async function isHere({ command: [program, ...words] }: Language): Promise<boolean> {
  const ended = await run([program, ...words, 'help'], { SAAS_DATABASE: ':memory:' })
  return ended?.code === 2
}
export const NOT_HERE = 'skipped: examples/saas needs Python 3 with boto3 and cryptography\n'

/** A vendor's installation, on a server whose clock moves, with an operator of its own beside root. */
export interface VendorsInstallation {
  readonly url: string
  /** the vendor's own database */
  readonly database: string
  /** the operator with a second factor, who is policies/operator.json and nothing else */
  readonly operator: Credential
  /** the same one before the second factor was shown */
  readonly unproven: Credential
  /** A `tenkey` command of that operator, as JSON. */
  tenkey(...words: string[]): Promise<Said>
  /** A `tenkey` command of root, which the vendor has sealed away. */
  breakGlass(...words: string[]): Promise<Said>
  /** Runs the example; answers what it printed, a line each. @throws Error where it fails */
  program(
    words: readonly string[],
    more?: { readonly stdin?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<Record<string, unknown>[]>
  /** A `tenkey` command of a process of its own, of who has a profile. */
  as(profile: string, ...words: string[]): Promise<Ended | undefined>
  /** The credential of a profile that the example handed over. */
  profile(name: string): Credential
  stop(): Promise<void>
}

export async function startVendor(language: Language): Promise<VendorsInstallation> {
  const data = newFolder()
  const config = {
    ...readConfig({ TENKEY_DATA: data, TENKEY_PORT: '0', TENKEY_ISSUER_NETWORKS: '127.0.0.0/8' }),
  }
  const running = await serve(config, { testClock: true })
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-saas-'))
  const [credentials, database] = [join(folder, 'credentials'), join(folder, 'vendor.db')]
  const breakGlass = (...words: string[]) =>
    runCommand(words, { TENKEY_ENDPOINT: running.address, TENKEY_DATA: data })
  const { unproven, operator } = await nameOperator(running.address, breakGlass)
  writeFileSync(
    credentials,
    `[vendor-operator]
aws_access_key_id = ${operator.accessKeyId}
aws_secret_access_key = ${operator.secretAccessKey}
aws_session_token = ${operator.sessionToken}
`,
    { mode: 0o600 },
  )
  const environment = {
    AWS_ENDPOINT_URL_KMS: running.address,
    AWS_ENDPOINT_URL_STS: running.address,
    AWS_ENDPOINT_URL_IAM: `${running.address}/iam`,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: credentials,
    SAAS_DATABASE: database,
    PYTHONDONTWRITEBYTECODE: '1',
  }
  return {
    url: running.address,
    database,
    operator,
    unproven,
    tenkey: (...words) =>
      runCommand([...words, '--json'], {
        TENKEY_ENDPOINT: running.address,
        TENKEY_OPERATOR_ACCESS_KEY_ID: operator.accessKeyId,
        TENKEY_OPERATOR_SECRET_ACCESS_KEY: operator.secretAccessKey,
        TENKEY_OPERATOR_SESSION_TOKEN: operator.sessionToken ?? '',
      }),
    breakGlass,
    async program(words, { stdin = '', env = {} } = {}) {
      const ended = await run([...language.command, ...words], { ...environment, ...env }, stdin)
      if (ended?.code !== 0 || ended.stderr !== '') {
        throw new Error(`${words.slice(0, 2).join(' ')} ended with ${JSON.stringify(ended)}`)
      }
      return ended.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    },
    as: (profile, ...words) =>
      run([process.execPath, TENKEY, ...words], {
        ...environment,
        TENKEY_ENDPOINT: running.address,
        AWS_PROFILE: profile,
      }),
    profile: (name) => profileOf(readFileSync(credentials, 'utf8'), name),
    stop: () => running.stop(),
  }
}

/** As docs/operations.md has it: root makes the user, who makes a second factor and begins a session with it. */
async function nameOperator(
  url: string,
  breakGlass: (...words: string[]) => Promise<Said>,
): Promise<{ readonly unproven: Credential; readonly operator: Credential }> {
  const policy = inExamples('policies/operator.json')
  const who = ['--account', '000000000000', '--user', 'ana']
  const words = ['principal', 'create', ...who, '--policy', policy, '--access-key', '--json']
  const { stdout, stderr } = await breakGlass(...words)
  if (stderr !== '') throw new Error(stderr)
  const { accessKeyId, secretAccessKey } = JSON.parse(stdout)
  const own = { credentials: { accessKeyId, secretAccessKey }, region: REGION }
  const iam = new IAMClient({ ...own, endpoint: `${url}/iam` })
  const { VirtualMFADevice } = await iam.send(
    new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'ana' }),
  )
  const { SerialNumber = '', Base32StringSeed = new Uint8Array() } = VirtualMFADevice ?? {}
  const now = Date.now()
  const device = deviceWith(SerialNumber, Buffer.from(Base32StringSeed).toString(), () => now)
  await iam.send(new EnableMFADeviceCommand({ UserName: 'ana', SerialNumber, ...device.pair(-2) }))
  const sts = new STSClient({ ...own, endpoint: url })
  const { Credentials } = await sts.send(new GetSessionTokenCommand(device.shown()))
  const accountId = '000000000000'
  return {
    unproven: { accountId, accessKeyId, secretAccessKey },
    operator: {
      accountId,
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  }
}

/** A profile of AWS's credentials file. @throws Error where there is none of that name */
function profileOf(text: string, name: string): Credential {
  const section = text.split(/^(?=\[)/m).find((one) => one.startsWith(`[${name}]\n`))
  const value = (key: string) => new RegExp(`^${key} = (\\S+)$`, 'm').exec(section ?? '')?.[1]
  const accessKeyId = value('aws_access_key_id')
  const secretAccessKey = value('aws_secret_access_key')
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(`there is no profile ${name}`)
  }
  return { accountId: '', accessKeyId, secretAccessKey }
}
