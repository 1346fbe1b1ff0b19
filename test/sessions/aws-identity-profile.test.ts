// @module-tag process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { operatorFile, readCredential } from '../../server/credential-file.ts'
import { runCommand } from '../support/command.ts'
import { Harness, type MadeKey, type Tenant } from '../support/harness.ts'
import { freePort } from '../support/port.ts'
import { newFolder, removeFolders, type ServerProcess, startServer } from '../support/process.ts'
import { compileCache } from '../support/scratch.ts'
import { type AwsPrincipal, type StsStandIn, startSts } from '../support/sts.ts'
import { AWS_ACCOUNT, awsSession, awsUser } from './aws-identity-world.ts'
import { allow, document, roleArn, trust } from './world.ts'

const TENKEY = fileURLToPath(new URL('../../server/tenkey.ts', import.meta.url))
const harness = new Harness()
let sts: StsStandIn
let server: ServerProcess
let tenant: Tenant
let key: MadeKey
let who: AwsPrincipal
/** a person's: with AWS's configuration, and what the command keeps */
let home: string

beforeAll(async () => {
  sts = await startSts()
  const port = await freePort()
  const data = newFolder()
  server = await startServer({
    TENKEY_DATA: data,
    TENKEY_PORT: String(port),
    TENKEY_URLS: `https://keys.example.com,http://127.0.0.1:${port}`,
    TENKEY_AWS_STS: `us-east-1=${sts.url},eu-central-1=${sts.url}`,
  })
  const operator = readCredential(operatorFile(data))
  if (operator === undefined) throw new Error('the server made no operator')
  harness.attach({ url: server.url, operator, now: Date.now, stop: async () => undefined })
  tenant = await harness.tenant()
  await harness.role(tenant, 'app', {
    TrustPolicy: document(
      trust({ Federated: 'sts.amazonaws.com' }, ['sts:AssumeRoleWithAwsIdentity'], {
        Condition: { StringEquals: { 'tenkey:AwsAccount': AWS_ACCOUNT } },
      }),
    ),
    Policy: document(allow('kms:*')),
  })
  key = await harness.key(tenant)
})
afterAll(async () => {
  harness.attach(undefined)
  await server.stop()
  await sts.stop()
  removeFolders()
})
beforeEach(() => {
  home = newFolder()
  who = sts.know(awsUser())
  sts.asked.splice(0)
  configure(`[profile tenkey]\ncredential_process = ${LINE()}`)
})

const words = (...more: string[]) => [
  'credentials',
  'aws',
  '--url',
  server.url,
  '--role',
  roleArn(tenant, 'app'),
  ...more,
]
/** The line that docs/aws-identities.md gives, but for where this node and this tenkey are. */
const LINE = (...more: string[]) => [process.execPath, TENKEY, ...words(...more)].join(' ')

function configure(text: string): void {
  const file = join(home, '.aws', 'config')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const ownEnvironment = (): Record<string, string> => ({
  AWS_ACCESS_KEY_ID: who.accessKeyId,
  AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
  ...(who.sessionToken !== undefined && { AWS_SESSION_TOKEN: who.sessionToken }),
})
const bare = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  AWS_CONFIG_FILE: join(home, '.aws', 'config'),
  AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
  AWS_EC2_METADATA_DISABLED: 'true',
  ...compileCache(),
})

/** Runs a program to its end; undefined where it isn't here. */
const run = (program: string, args: readonly string[], env: Record<string, string>) =>
  new Promise<{ code: number | null; out: string; errors: string } | undefined>((resolve) => {
    const child = spawn(program, [...args], { env: { ...bare(), ...env } })
    const said = { out: '', errors: '' }
    child.stdout.on('data', (chunk) => {
      said.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      said.errors += chunk
    })
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve({ code, ...said }))
  })
const tenkey = async (args: readonly string[], env: Record<string, string>) => {
  const ended = await run(process.execPath, [TENKEY, ...args], env)
  if (ended === undefined) throw new Error('no node')
  return ended
}

describe('one profile line', () => {
  test('the AWS CLI works with keys here as whom AWS knows it to be', async ({ skip }) => {
    const args = ['kms', 'describe-key', '--key-id', key.id, '--endpoint-url', server.url]
    const env = { ...ownEnvironment(), AWS_DEFAULT_REGION: 'us-east-1' }
    const ended = await run('aws', [...args, '--profile', 'tenkey', '--output', 'json'], env)
    if (ended === undefined) return skip('no AWS CLI is here')
    expect(ended.errors).toBe('')
    expect(JSON.parse(ended.out)).toMatchObject({ KeyMetadata: { KeyId: key.id } })
    expect(sts.asked.map(({ action }) => action)).toEqual(['GetCallerIdentity'])
    // and once more, which asks nobody
    const again = await run('aws', [...args, '--profile', 'tenkey', '--output', 'json'], env)
    expect(again?.code).toBe(0)
    expect(sts.asked.length).toBe(1)
  })

  test('boto3 does', async ({ skip }) => {
    const script = `
import sys
try:
    import boto3
except ImportError:
    sys.exit(3)
kms = boto3.Session(profile_name='tenkey').client('kms', endpoint_url='${server.url}', region_name='us-east-1')
print(kms.describe_key(KeyId='${key.id}')['KeyMetadata']['KeyId'])`
    const ended = await run('python3', ['-c', script], ownEnvironment())
    if (ended === undefined || ended.code === 3) return skip('no Python with boto3 is here')
    expect(ended).toMatchObject({ code: 0, out: `${key.id}\n` })
  })

  test('AWS’s SDK for JavaScript does', async () => {
    for (const [name, value] of Object.entries({ ...bare(), ...ownEnvironment() })) {
      vi.stubEnv(name, value)
    }
    const client = new KMSClient({
      profile: 'tenkey',
      endpoint: server.url,
      region: 'us-east-1',
      maxAttempts: 1,
    })
    try {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: key.id }))
      expect(KeyMetadata?.KeyId).toBe(key.id)
    } finally {
      client.destroy()
      vi.unstubAllEnvs()
    }
  })
})

test('botocore makes the token as docs/aws-identities.md says', async ({ skip }) => {
  const page = readFileSync(new URL('../../docs/aws-identities.md', import.meta.url), 'utf8')
  const [, script = ''] = /```python\n(.+?)```/s.exec(page) ?? []
  const own = script
    .replace('https://keys.example.com', server.url)
    .replace('arn:aws:iam::111122223333:role/app', roleArn(tenant, 'app'))
  who = sts.know(awsSession())
  const ended = await run('python3', ['-c', `${own}\nprint(token)`], ownEnvironment())
  if (ended === undefined || /No module named 'botocore'/.test(ended.errors)) {
    return skip('no Python with botocore is here')
  }
  expect(ended.errors).toBe('')
  const answer = await fetch(`${server.url}/v1/aws-identity-sessions`, {
    method: 'POST',
    body: '{}',
    headers: {
      authorization: `Bearer ${ended.out.trim()}`,
      'content-type': 'application/json',
      'x-tenkey-account': tenant.accountId,
    },
  })
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ AwsIdentity: { Arn: who.arn } })
})

describe('tenkey credentials aws', () => {
  const sessions = () =>
    readdirSync(join(home, '.cache', 'tenkey')).filter((name) => name.startsWith('session-'))

  test('prints what a credential_process must, keeps it for its owner alone, and asks again near its end', async () => {
    const { code, out, errors } = await tenkey(words('--duration', '900'), ownEnvironment())
    expect({ code, errors }).toEqual({ code: 0, errors: '' })
    const made = JSON.parse(out) as Record<string, string>
    expect(made).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIA/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
    const left = Date.parse(made['Expiration'] ?? '') - Date.now()
    expect(left).toBeGreaterThan(880_000)
    expect(left).toBeLessThanOrEqual(900_000)
    const [name = '', ...others] = sessions()
    expect(others).toEqual([])
    const file = join(home, '.cache', 'tenkey', name)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)

    expect((await tenkey(words('--duration', '900'), ownEnvironment())).out).toBe(out)
    expect(sts.asked.length).toBe(1)
    // half of its time over
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const Expiration = new Date(Date.now() + 400_000).toISOString()
    const old = { ...kept, Expiration, made: Date.now() - 500_000 }
    writeFileSync(file, JSON.stringify(old))
    expect((await tenkey(words('--duration', '900'), ownEnvironment())).out).not.toContain(
      Expiration,
    )
    expect(sts.asked.length).toBe(2)
  })

  test('what others could have written or read is not used, nor what was made with other credentials, or for another role', async () => {
    await tenkey(words(), ownEnvironment())
    const [name = ''] = sessions()
    chmodSync(join(home, '.cache', 'tenkey', name), 0o644)
    await tenkey(words(), ownEnvironment())
    expect(sts.asked.length).toBe(2)
    expect(statSync(join(home, '.cache', 'tenkey', name)).mode & 0o777).toBe(0o600)
    who = sts.know(awsUser())
    await tenkey(words(), ownEnvironment())
    expect(sts.asked.length).toBe(3)
    const other = await tenkey(
      ['credentials', 'aws', '--url', server.url, '--account', tenant.accountId, '--role', 'none'],
      ownEnvironment(),
    )
    expect(other).toMatchObject({ code: 1, out: '' })
    expect(other.errors).toContain('Not authorized to perform sts:AssumeRoleWithAwsIdentity')
  })

  test('where nothing can be kept it is printed all the same', async () => {
    const env = { ...ownEnvironment(), XDG_CACHE_HOME: '/proc/none' }
    expect((await tenkey(words(), env)).code).toBe(0)
  })

  test('a role by its name, and TENKEY_ENDPOINT', async () => {
    const args = ['credentials', 'aws', '--account', tenant.accountId, '--role', 'app']
    const env = {
      ...ownEnvironment(),
      TENKEY_ENDPOINT: `${server.url}/`,
      AWS_REGION: 'eu-central-1',
    }
    expect((await tenkey(args, env)).code).toBe(0)
    expect(sts.asked[0]?.headers['host']).toBe('sts.eu-central-1.amazonaws.com')
  })

  test.each<[string, () => Record<string, string>, (url: string) => Record<string, string>]>([
    [
      'a container',
      () => ({}),
      (url) => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container` }),
    ],
    [
      'an instance',
      () => ({}),
      (url) => ({ AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: url }),
    ],
  ])('takes the caller’s credentials from the metadata of %s', async (_where, _none, env) => {
    who = sts.know(awsSession())
    const metadata = createServer((request, response) => {
      const name = 'latest/meta-data/iam/security-credentials'
      if (request.method === 'PUT' || request.url === `/${name}/`) {
        response.end(request.method === 'PUT' ? 'token' : 'deploy')
        return
      }
      response.setHeader('content-type', 'application/json')
      response.end(
        JSON.stringify({
          Code: 'Success',
          AccessKeyId: who.accessKeyId,
          SecretAccessKey: who.secretAccessKey,
          Token: who.sessionToken,
          Expiration: new Date(Date.now() + 3600_000).toISOString(),
        }),
      )
    })
    metadata.listen(0, '127.0.0.1')
    await once(metadata, 'listening')
    try {
      const { port } = metadata.address() as AddressInfo
      const { code, errors } = await tenkey(words(), env(`http://127.0.0.1:${port}`))
      expect({ code, errors }).toEqual({ code: 0, errors: '' })
      expect(sts.asked[0]?.headers['x-amz-security-token']).toBe(who.sessionToken)
    } finally {
      metadata.closeAllConnections()
      metadata.close()
    }
  })

  test('from a profile that is named; AWS_PROFILE, which names the one with this line, is left alone', async () => {
    const source = `[profile source]\naws_access_key_id = ${who.accessKeyId}\naws_secret_access_key = ${who.secretAccessKey}\n`
    configure(`[profile tenkey]\ncredential_process = ${LINE()}\n${source}`)
    const env = { AWS_PROFILE: 'tenkey' }
    expect((await tenkey(words('--profile', 'source'), env)).code).toBe(0)
    expect((await tenkey(words(), { ...env, ...ownEnvironment() })).code).toBe(0)
  })

  test('a profile that would ask this command for its own credentials is told of, and not run for ever', async () => {
    configure(`[default]\ncredential_process = ${LINE()}\n`)
    const { code, out, errors } = await tenkey(words(), {})
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(errors).toMatch(/^tenkey: there are no AWS credentials to be found: /)
    expect(sts.asked).toEqual([])
  })

  test.each<[string, string[], RegExp, number]>([
    ['no role', ['credentials', 'aws'], /--role/, 2],
    [
      'a role without an account',
      ['credentials', 'aws', '--role', 'app'],
      /--account is missing/,
      2,
    ],
    [
      'a Region that is none',
      ['credentials', 'aws', '--role', 'app', '--account', '111122223333', '--region', 'evil.com'],
      /is not a Region/,
      2,
    ],
    [
      'two accounts',
      [
        'credentials',
        'aws',
        '--role',
        'arn:aws:iam::111122223333:role/app',
        '--account',
        '444455556666',
      ],
      /--role is of account/,
      2,
    ],
    [
      'a time that is none',
      ['credentials', 'aws', '--role', 'app', '--account', '111122223333', '--duration', 'long'],
      /is not a number/,
      2,
    ],
  ])('says what is wrong with %s', async (_title, args, said, exit) => {
    const { code, stdout, stderr } = await runCommand(args, { TENKEY_ENDPOINT: server.url })
    expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
    expect(stderr).toMatch(said)
  })

  test('what the service does not take is told in one line, with what to look at', async () => {
    const at = server.url.replace('127.0.0.1', 'localhost')
    const { code, errors } = await tenkey(
      ['credentials', 'aws', '--url', at, '--role', roleArn(tenant, 'app')],
      ownEnvironment(),
    )
    expect(code).toBe(1)
    expect(errors.trim().split('\n').length).toBe(1)
    expect(errors).toContain(`has the server ${at} in TENKEY_URLS`)
    expect(sts.asked).toEqual([])
    rmSync(home, { recursive: true, force: true })
  })
})
