// @module-tag process
import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'
import { newFolder, type ServerProcess, startServer } from '../support/process.ts'
import { allow, document, trust } from './world.ts'

const run = promisify(execFile)
const hasAws = spawnSync('aws', ['--version']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
const data = newFolder()
let server: ServerProcess
let account: string

const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

async function tenkey(...words: string[]): Promise<Record<string, string>> {
  const settings = { TENKEY_DATA: data, TENKEY_ENDPOINT: server.url }
  const { code, stdout, stderr } = await runCommand(
    [...words, '--account', account, '--json'],
    settings,
  )
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const keysOf = (made: Record<string, string>) => ({
  AWS_ACCESS_KEY_ID: made['accessKeyId'] ?? '',
  AWS_SECRET_ACCESS_KEY: made['secretAccessKey'] ?? '',
  ...(made['sessionToken'] !== undefined && { AWS_SESSION_TOKEN: made['sessionToken'] }),
})

async function aws(environment: Record<string, string>, ...words: string[]) {
  const { stdout } = await run('aws', [...words, '--output', 'json'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      AWS_DEFAULT_REGION: 'us-east-1',
      HOME: folder,
      AWS_ENDPOINT_URL_STS: server.url,
      AWS_ENDPOINT_URL_KMS: server.url,
      ...environment,
    },
  })
  return JSON.parse(stdout)
}

let alice: Record<string, string>
beforeAll(async () => {
  server = await startServer({ TENKEY_DATA: data })
  const { Account } = await identityOf(server)
  account = Account
  const policy = file('policy.json', document(allow(['kms:*', 'sts:*'])))
  const trusting = file('trust.json', document(trust({ AWS: account })))
  alice = await tenkey('principal', 'create', '--user', 'alice', '--policy', policy, '--access-key')
  await tenkey('principal', 'create', '--role', 'ops', '--trust', trusting, '--policy', policy)
})
afterAll(async () => {
  await server.stop()
})

async function identityOf({ block }: ServerProcess): Promise<{ Account: string }> {
  const { accountOfAccessKey } = await import('../../core/identity/credential.ts')
  return { Account: accountOfAccessKey(block['AWS_ACCESS_KEY_ID'] ?? '') ?? '' }
}

describe('the tenkey command', () => {
  test('sessions of a user, with a second factor', async () => {
    const made = await tenkey('session', 'create', '--user', 'alice', '--mfa', '--duration', '900')
    expect(made).toMatchObject({
      accessKeyId: expect.stringMatching(/^ASIA/),
      sessionToken: expect.any(String),
      expiration: expect.stringMatching(/^\d{4}-/),
    })
  })

  test('sessions that were made are revoked', async () => {
    const whose = ['--user', 'alice']
    expect(await tenkey('session', 'revoke', ...whose)).toEqual({
      accountId: account,
      principal: 'user/alice',
      sessionsValidAfter: expect.stringMatching(/^\d{4}-/),
    })
    expect(await tenkey('session', 'revoke')).toEqual({
      accountId: account,
      sessionsValidAfter: expect.stringMatching(/^\d{4}-/),
    })
    const settings = { TENKEY_DATA: data, TENKEY_ENDPOINT: server.url }
    const both = ['session', 'revoke', account, ...whose, '--role', 'ops']
    expect(await runCommand(both, settings)).toMatchObject({
      code: 2,
      stderr: 'tenkey: --user and --role are given both\n',
    })
  })

  test('a role shown, changed and deleted', async () => {
    const role = ['--role', 'passing']
    await tenkey('principal', 'create', ...role, '--trust', join(folder, 'trust.json'))
    await tenkey('principal', 'put-policy', ...role, '--policy', join(folder, 'policy.json'))
    await tenkey('principal', 'tag', ...role, '--tag', 'team=red')
    const shown = await tenkey('principal', 'show', ...role)
    expect(shown).toMatchObject({
      tags: { team: 'red' },
      policies: { default: expect.any(String) },
    })
    await tenkey('principal', 'untag', ...role, '--tag', 'team')
    await tenkey('principal', 'delete-policy', ...role)
    const policy = readFileSync(join(folder, 'policy.json'), 'utf8')
    const history = await tenkey('principal', 'policy-history', ...role)
    const change = { policy: 'identity default', principalArn: 'arn:aws:iam::000000000000:root' }
    expect(history).toMatchObject([
      { changeNumber: 2, ...change, formerPolicy: policy },
      { changeNumber: 1, ...change, newPolicy: policy },
    ])
    expect(history).not.toHaveProperty('0.newPolicy')
    const line = ['principal', 'policy-history', '--account', account, ...role]
    const settings = { TENKEY_DATA: data, TENKEY_ENDPOINT: server.url }
    const { stdout } = await runCommand(line, settings)
    expect(stdout).toMatch(/^changeNumber .*\n2 .* identity default +[0-9a-f]{12} to none /)
    await tenkey('principal', 'delete', ...role)
    await expect(tenkey('principal', 'show', ...role)).rejects.toThrow('does not exist')
  })

  test('issuers', async () => {
    const url = 'https://idp.example.com/realm'
    const made = await tenkey('issuer', 'create', '--url', url, '--audience', 'app')
    expect(made).toMatchObject({ url, audiences: 'app', subjectClaim: 'sub' })
    expect(await tenkey('issuer', 'list')).toEqual([made])
    const changed = [
      '--audience',
      'web',
      '--party',
      'spa',
      '--require',
      'typ=at',
      '--role-claim',
      'r',
    ]
    const more = { audiences: 'web', parties: 'spa', requiredClaims: { typ: 'at' }, roleClaim: 'r' }
    expect(await tenkey('issuer', 'update', '--url', url, ...changed)).toEqual({ ...made, ...more })
    const none = ['--party', '', '--require', '', '--role-claim', '']
    expect(await tenkey('issuer', 'update', '--url', url, ...none)).toEqual({
      ...made,
      audiences: 'web',
    })
    await expect(tenkey('issuer', 'update', '--url', `${url}s`)).rejects.toThrow('not registered')
    await tenkey('issuer', 'delete', '--url', url)
    expect(await tenkey('issuer', 'list')).toEqual([])
  })

  test('issuers of the installation', async () => {
    const rules = file('rules.json', '[{"RoleName":"ops","Claims":[{"Claim":"a","Equals":["b"]}]}]')
    const url = 'https://all.example.com'
    const words = ['--url', url, '--audience', 'app', '--max-age', '600', '--party', 'spa']
    const how = ['--tenant-claim', 'org', '--tenant-by', 'value', '--rules', rules]
    const call = async (...all: string[]) => {
      const settings = { TENKEY_DATA: data, TENKEY_ENDPOINT: server.url }
      return runCommand(['installation-issuer', ...all, '--json'], settings)
    }
    const made = JSON.parse((await call('create', ...words, ...how, '--require', 'typ=at')).stdout)
    expect(made).toMatchObject({ url, tenantClaim: 'org', tenantBy: 'value', roles: 'ops' })
    expect(made).toMatchObject({ maxAge: 600, parties: 'spa', requiredClaims: { typ: 'at' } })
    expect(JSON.parse((await call('list')).stdout)).toEqual([made])
    const other = file('other.json', '[{"RoleName":"all","Claims":[]}]')
    const changed = await call('update', '--url', url, '--rules', other, '--max-age', '60')
    expect(JSON.parse(changed.stdout)).toEqual({
      ...made,
      ...{ maxAge: 60, roles: 'all', rules: [{ RoleName: 'all', Claims: [] }] },
    })
    const shown = await runCommand(
      ['installation-issuer', 'update', '--url', url, '--rules', rules, '--max-age', '600'],
      { TENKEY_DATA: data, TENKEY_ENDPOINT: server.url },
    )
    expect(shown.stdout).toMatch(/^rules +\{"RoleName":"ops","Claims":\[\{"Claim":"a"/m)
    const said = await call('tenant', account, '--url', url, '--value', 'a', '--value', 'b')
    expect(JSON.parse(said.stdout)).toEqual({ accountId: account, url, values: 'a b' })
    for (const [wrong, says] of [
      [
        ['create', ...words, ...how, '--max-age', 'long'],
        "--max-age 'long' is no number of seconds",
      ],
      [['create', ...words, ...how, '--require', 'typ'], "--require 'typ' is not CLAIM=TEXT"],
      [['create', ...words, '--tenant-claim', 'org'], '--rules is missing'],
      [['create', ...words, ...how.slice(0, 4), '--rules', `${rules}x`], "the rules can't be read"],
      [['delete', '--url', 'https://no.example.com'], 'is not registered'],
    ] as const) {
      const refused = await call(...wrong)
      expect(refused.code).not.toBe(0)
      expect(refused.stderr).toContain(says)
    }
    await call('delete', '--url', url)
    expect(JSON.parse((await call('list')).stdout)).toEqual([])
  })
})

describe.skipIf(!hasAws)('the AWS CLI, unmodified (needs `aws`)', () => {
  test('who it is, by lasting keys and by a session', async () => {
    const arn = `arn:aws:iam::${account}:user/alice`
    expect(await aws(keysOf(alice), 'sts', 'get-caller-identity')).toMatchObject({ Arn: arn })
    const session = await tenkey('session', 'create', '--user', 'alice')
    expect(await aws(keysOf(session), 'sts', 'get-caller-identity')).toMatchObject({ Arn: arn })
  })

  test('assume-role, with tags refused by a trust policy that does not permit them', async () => {
    const words = [
      ...['sts', 'assume-role', '--role-session-name', 'night'],
      ...['--role-arn', `arn:aws:iam::${account}:role/ops`],
    ]
    const { Credentials } = await aws(keysOf(alice), ...words)
    expect(Credentials.AccessKeyId).toMatch(/^ASIA/)
    await expect(
      aws(keysOf(alice), ...words, '--tags', 'Key=team,Value=red night shift'),
    ).rejects.toThrow('sts:TagSession')
  })

  test('a profile with role_arn and source_profile', async () => {
    const config = file(
      'config',
      `[profile base]
aws_access_key_id = ${alice['accessKeyId']}
aws_secret_access_key = ${alice['secretAccessKey']}
[profile ops]
role_arn = arn:aws:iam::${account}:role/ops
source_profile = base
`,
    )
    const profile = { AWS_CONFIG_FILE: config, AWS_PROFILE: 'ops' }
    const { KeyMetadata } = await aws(profile, 'kms', 'create-key')
    expect(KeyMetadata.AWSAccountId).toBe(account)
    const { Arn } = await aws(profile, 'sts', 'get-caller-identity')
    expect(Arn).toContain(`:assumed-role/ops/`)
  })
})
