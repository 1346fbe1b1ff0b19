// @module-tag process
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { client } from '../../server/cli/client.ts'
import { runCommand } from '../support/command.ts'
import { freePort } from '../support/port.ts'
import { runScript } from '../support/process.ts'
import { startTarget, type Target } from '../support/target.ts'
import { startXksServer } from '../support/xks-server.ts'

let target: Target
let settings: Record<string, string>
const folder = mkdtempSync(join(tmpdir(), 'tenkey-cli-'))

beforeAll(async () => {
  target = await startTarget('sqlite')
  settings = {
    TENKEY_ENDPOINT: target.url,
    TENKEY_OPERATOR_ACCESS_KEY_ID: target.operator.accessKeyId,
    TENKEY_OPERATOR_SECRET_ACCESS_KEY: target.operator.secretAccessKey,
  }
})
afterAll(async () => {
  await target.stop()
  rmSync(folder, { recursive: true })
})

const tenkey = (words: readonly string[], environment = settings) => runCommand(words, environment)

/** What a command that succeeds prints. */
async function answer(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await tenkey(words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

async function json(...words: string[]) {
  return JSON.parse(await answer(...words, '--json'))
}

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const createTenant = (name: string) => json('tenant', 'create', '--name', name)

describe('tenkey rest', () => {
  let hands = 0
  const made = async () => {
    const tenant = await createTenant(`by hand ${++hands}`)
    return {
      ...settings,
      AWS_ACCESS_KEY_ID: tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: tenant.secretAccessKey,
    }
  }
  const rest = async (environment: Record<string, string>, ...words: string[]) => {
    const { code, stdout, stderr } = await tenkey(['rest', ...words], environment)
    return code === 0 ? JSON.parse(stdout || 'null') : [code, stderr]
  }

  test('signs what curl mis-signs: a query that is not sorted, with names that have slashes', async () => {
    const mine = await made()
    const { KeyMetadata } = await rest(mine, 'POST', '/v1/keys', '{"Description":"by hand \u202e"}')
    const { KeyId } = KeyMetadata
    const alias = JSON.stringify({ AliasName: 'alias/a/b', TargetKeyId: KeyId })
    expect(await rest(mine, 'post', '/v1/aliases', alias)).toBeNull()
    const named = await rest(mine, 'GET', '/v1/keys/~?KeyId=alias%2Fa%2Fb')
    expect(named.KeyMetadata.KeyId).toBe(KeyId)
    const found = await rest(
      mine,
      'GET',
      '/v1/audit?Limit=1&EventName=CreateKey&ErrorCode=AccessDenied',
    )
    expect(found).toMatchObject({ Records: [] })
  })

  test('calls as the operator under /admin/, or where that is asked for', async () => {
    const { Tenants } = await rest(settings, 'GET', '/admin/v1/tenants?Limit=1')
    expect(Tenants).toHaveLength(1)
    const mine = await made()
    const words = ['GET', '/v1/audit?Limit=1', '--operator']
    const { Records } = await rest(mine, ...words)
    expect(Records[0].recipientAccountId).toBe('000000000000')
  })

  test('sends a body as it was typed: what is there twice is refused', async () => {
    const [code, stderr] = await rest(await made(), 'POST', '/v1/keys', '{"Tags":[],"Tags":[]}')
    expect([code, stderr]).toEqual([
      1,
      'tenkey: Tags is there more than once. (ValidationException)\n',
    ])
  })

  test.each([
    ['no credential', ['GET', '/v1/keys'], 1, /set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
    ['no method', ['FETCH', '/v1/keys'], 2, /'FETCH' is no method/],
    ['no path', ['GET', 'v1/keys'], 2, /'v1\/keys' is no path/],
    ['a path with spaces', ['GET', '/v1/a b'], 2, /is no path/],
  ] as const)('says what is wrong: %s', async (_, words, code, message) => {
    const said = await tenkey(['rest', ...words])
    expect(said).toMatchObject({ code, stdout: '' })
    expect(said.stderr).toMatch(message)
  })
})

/** What becomes of a call signed with an access key. */
async function listKeys(key: { accessKeyId: string; secretAccessKey: string }): Promise<string> {
  const kms = new KMSClient({ endpoint: target.url, region: 'us-east-1', credentials: key })
  return kms.send(new ListKeysCommand({})).then(
    () => 'allowed',
    (error: Error) => error.name,
  )
}

const ALLOW_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
})
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
})

describe('tenant', () => {
  test('create prints one JSON object with a credential that works', async () => {
    const tenant = await createTenant('acme')
    expect(tenant).toEqual({
      accountId: expect.stringMatching(/^\d{12}$/),
      name: 'acme',
      accessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      secretAccessKey: expect.stringMatching(/^[\w+/]{40}$/),
    })
    expect(await listKeys(tenant)).toBe('allowed')
  })

  test('create takes an account id, once', async () => {
    const words = ['tenant', 'create', '--name', 'numbered', '--account', '000000004711']
    expect(await answer(...words)).toMatch(/^accountId +000000004711\nname +numbered\naccessKeyId/)
    const { code, stdout, stderr } = await tenkey(words)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^tenkey: Account 000000004711 exists already.*\n$/)
  })

  test('list shows every tenant, also beyond one page', async () => {
    const api = client(settings)
    for (let i = 0; i < 101; i++) await api.call('POST', '/admin/v1/tenants', { Name: `t${i}` })
    const tenants: { name: string }[] = await json('tenant', 'list')
    const names = new Set(tenants.map(({ name }) => name))
    expect(names.size).toBe(tenants.length)
    for (let i = 0; i < 101; i++) expect(names).toContain(`t${i}`)
    expect(tenants.find(({ name }) => name === 't0')).toEqual({
      accountId: expect.any(String),
      name: 't0',
      status: 'active',
      creationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    expect(await answer('tenant', 'list')).toMatch(
      /^accountId +name +status +creationDate.*\n\d{12}/,
    )
  })

  test('create, show, update and list have external ids and tags', async () => {
    const labels = ['--external-id', 'crm-1', '--tag', 'plan=gold', '--tag', 'a=b=c']
    const { accountId } = await json('tenant', 'create', '--name', 'labelled & co', ...labels)
    const shown = await json('tenant', 'show', accountId)
    expect(shown).toEqual({
      ...{ accountId, name: 'labelled & co', status: 'active', externalId: 'crm-1' },
      tags: { plan: 'gold', a: 'b=c' },
      creationDate: expect.any(String),
    })
    expect(await answer('tenant', 'show', accountId)).toMatch(/^tags +plan=gold a=b=c$/m)
    expect(await json('tenant', 'list', '--name', 'labelled & co')).toEqual([shown])
    expect(await json('tenant', 'list', '--external-id', 'crm-1')).toEqual([shown])
    expect(await json('tenant', 'list', '--name', 'labelled')).toEqual([])
    const columns = /^accountId +name +status +creationDate +externalId\n.* crm-1\n$/
    expect(await answer('tenant', 'list', '--external-id', 'crm-1')).toMatch(columns)
    const changed = await json('tenant', 'update', accountId, '--name', 'renamed', '--tag', 'x=y')
    expect(changed).toEqual({ ...shown, name: 'renamed', tags: { x: 'y' } })
    const none = ['--external-id', '', '--tag', '']
    const { externalId: _id, tags: _tags, ...plain } = changed
    expect(await json('tenant', 'update', accountId, ...none)).toEqual(plain)
    expect(await json('tenant', 'show', accountId)).toEqual(plain)
  })

  test.each([
    ['words', (id: string) => [id]],
    ['options', (id: string) => ['--account', id]],
  ])('suspend and resume take the account from %s', async (_, account) => {
    const tenant = await createTenant('suspended')
    const { accountId } = tenant
    const suspended = await json('tenant', 'suspend', ...account(accountId))
    expect(suspended).toEqual({ accountId, status: 'suspended' })
    expect(await listKeys(tenant)).toBe('AccessDeniedException')
    const resumed = await json('tenant', 'resume', ...account(accountId))
    expect(resumed).toEqual({ accountId, status: 'active' })
    expect(await listKeys(tenant)).toBe('allowed')
  })

  test('a name can not steer the terminal that lists it', async () => {
    // as an earlier release let it in
    const { accountId } = await createTenant('green')
    const store = target.inside?.store
    // the operator's list has the name too
    const listed = { pk: '000000000000', sk: `tenant#${accountId}` }
    for (const item of (await store?.get([{ pk: accountId, sk: 'tenant' }, listed])) ?? []) {
      if (item === undefined) throw new Error('no tenant')
      const data = { ...item.data, name: 'green\u009b32m' }
      await store?.put({ ...item, version: item.version + 1, data })
    }
    expect(await answer('tenant', 'list')).toContain('green\\u009b32m')
    const { code, stderr } = await tenkey(['tenant', 'create', '--name', 'green\u202e'])
    expect(code).toBe(1)
    expect(stderr).toContain('ValidationException')
  })
})

describe('access-key', () => {
  test.each([
    ['options', (account: string, key: string) => ['--account', account, '--access-key-id', key]],
    ['words', (account: string, key: string) => [account, key]],
    ['a word and an option', (account: string, key: string) => [key, '--account', account]],
  ])('disable, enable and delete take their ids from %s', async (_, ids) => {
    const { accountId } = await createTenant('keys')
    const key = await json('access-key', 'create', '--account', accountId)
    expect(key).toMatchObject({ accountId, principal: 'root' })
    const words = ids(accountId, key.accessKeyId)
    const { accessKeyId } = key

    const disabled = await json('access-key', 'disable', ...words)
    expect(disabled).toEqual({ accountId, accessKeyId, status: 'Inactive' })
    expect(await listKeys(key)).toBe('UnrecognizedClientException')
    await answer('access-key', 'enable', ...words)
    expect(await listKeys(key)).toBe('allowed')
    expect(await json('access-key', 'delete', ...words)).toMatchObject({ deleted: true })
    expect(await listKeys(key)).toBe('UnrecognizedClientException')

    const left: { accessKeyId: string }[] = await json('access-key', 'list', accountId)
    expect(left.map((found) => found.accessKeyId)).not.toContain(accessKeyId)
    const { code, stderr } = await tenkey(['access-key', 'delete', ...words])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^tenkey: The access key AKIA\w+ does not exist.*\n$/)
  })

  test('create makes a key of a user, and list says whose it is', async () => {
    const { accountId } = await createTenant('users')
    await answer('principal', 'create', '--account', accountId, '--user', 'alice')
    const words = ['access-key', 'create', '--account', accountId, '--user', 'alice']
    const { accessKeyId } = await json(...words)
    const keys = await json('access-key', 'list', '--account', accountId)
    expect(keys).toContainEqual({
      accessKeyId,
      principal: 'user/alice',
      status: 'Active',
      creationDate: expect.any(String),
    })
  })
})

describe('principal', () => {
  test('create makes a user with a policy, tags and an access key', async () => {
    const { accountId } = await createTenant('principals')
    const policy = file('policy.json', ALLOW_ALL)
    const made = await json(
      ...['principal', 'create', '--account', accountId, '--user', 'bob', '--policy', policy],
      ...['--tag', 'team=a=b', '--tag', 'stage=test', '--access-key'],
    )
    expect(made).toEqual({
      arn: `arn:aws:iam::${accountId}:user/bob`,
      principalId: expect.stringMatching(/^AIDA/),
      accessKeyId: expect.stringMatching(/^AKIA/),
      secretAccessKey: expect.any(String),
    })
    expect(await listKeys(made)).toBe('allowed')
    expect(await json('principal', 'list', accountId)).toEqual([
      {
        type: 'user',
        name: 'bob',
        arn: made.arn,
        path: '/',
        principalId: made.principalId,
        policies: { default: ALLOW_ALL },
        tags: { team: 'a=b', stage: 'test' },
        creationDate: expect.any(String),
      },
    ])
    expect(await answer('principal', 'list', accountId)).toMatch(
      /^type +name +arn .*\nuser +bob +arn:.*team=a=b/,
    )
  })

  test('create makes a role with a trust policy', async () => {
    const { accountId } = await createTenant('roles')
    const trust = file('trust.json', TRUST)
    const words = ['principal', 'create', accountId, '--role', 'app', '--trust', trust]
    const role = await json(...words)
    expect(role).toEqual({
      arn: `arn:aws:iam::${accountId}:role/app`,
      principalId: expect.stringMatching(/^AROA/),
    })
  })

  test.each([
    [['--role', 'app/deploy'], 'role/app/deploy'],
    [['--role', '/app/team/deploy'], 'role/app/team/deploy'],
    [['--role', 'deploy', '--path', '/app/'], 'role/app/deploy'],
  ])('create makes a role with a path: %j', async (named, resource) => {
    const { accountId } = await createTenant('paths')
    const trust = file('trust.json', TRUST)
    const role = await json('principal', 'create', accountId, ...named, '--trust', trust)
    expect(role['arn']).toBe(`arn:aws:iam::${accountId}:${resource}`)
    const shown = await json('principal', 'show', accountId, '--role', 'deploy')
    expect(shown).toMatchObject({ arn: role['arn'], name: 'deploy', path: resource.slice(4, -6) })
  })
})

describe('help', () => {
  test('lists every command once, each in a group of its own subject', async () => {
    const help = await answer('--help')
    expect(help).not.toContain('Commands:')
    const listed = [...help.matchAll(/^ {2}([a-z][a-z-]+)(?= )/gm)].map(([, name]) => name)
    expect(listed).toEqual([...new Set(listed)])
    expect(listed).toEqual(expect.arrayContaining(['serve', 'tenant', 'xks', 'audit', 'upgrade']))
  })

  test.each(['--version', '-V'])('%s is that of package.json', async (word) => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(await answer(word)).toBe(`${version}\n`)
  })

  test.each([
    [
      ['--help'],
      /The service:.*serve.*Tenants .*:.*tenant.*access-key.*principal.*TENKEY_ENDPOINT/s,
    ],
    [['serve', '--help'], /tenkey serve .*options.*--json/s],
    ...['tenant', 'access-key', 'principal', 'session', 'xks credential'].map((group) => [
      [...group.split(' '), 'create', '--help'],
      /The secret is printed to standard output, this once/,
    ]),
    [['help'], /^Usage: tenkey \[command\]/],
    [['help', 'serve'], /^Usage: tenkey serve /],
    [['help', 'tenant'], /^Usage: tenkey tenant /],
    [['help', 'audit', 'export'], /^Usage: tenkey audit export /],
    [['help', 'tenant', 'create', '--json'], /^Usage: tenkey tenant create /],
    [['tenant', 'help', 'create'], /^Usage: tenkey tenant create /],
    ...['create', 'list', 'show', 'update', 'suspend', 'resume'].map((verb) => [
      ['tenant', verb, '--help'],
      /--json/,
    ]),
    ...['create', 'list', 'disable', 'enable', 'delete'].map((verb) => [
      ['access-key', verb, '--help'],
      /--json.*--account <id>/s,
    ]),
    ...['create', 'list'].map((verb) => [['principal', verb, '--help'], /--account <id>/]),
  ] as [string[], RegExp][])('%j', async (words, expected) => {
    expect(await answer(...words)).toMatch(expected)
  })
})

describe('what is refused: one line that says what to do, and an exit code', () => {
  beforeAll(() => tenkey(['tenant', 'create', '--name', 'n', '--account', '000000004711']))

  const bad = (name: string, content: string) => () => file(name, content)
  const create = ['principal', 'create', '--account', '000000004711', '--user', 'x']
  test.each<[string, number, RegExp, (string | (() => string))[]]>([
    ['an unknown command', 2, /unknown command 'frobnicate'/, ['frobnicate']],
    [
      'an unknown command that is near one',
      2,
      /unknown command 'tenat'; did you mean tenant\?$/m,
      ['tenat', 'list'],
    ],
    ['an unknown verb', 2, /unknown command 'rename'/, ['tenant', 'rename']],
    [
      'an unknown verb that is near one',
      2,
      /unknown command 'creat'; did you mean create\?$/m,
      ['tenant', 'creat'],
    ],
    ['help of what is not there', 2, /unknown command 'frobnicate'$/m, ['help', 'frobnicate']],
    [
      'help of a verb that is near one',
      2,
      /unknown command 'exprot'; did you mean export\?$/m,
      ['help', 'audit', 'exprot'],
    ],
    ['help of more than there is', 2, /unknown command 'x'$/m, ['help', 'serve', 'x']],
    [
      'an unknown option',
      2,
      /unknown option '--nmae'; did you mean --name\?$/m,
      ['tenant', 'list', '--nmae', 'x'],
    ],
    ['a missing option', 2, /'--name <name>' not specified/, ['tenant', 'create']],
    ['too many words', 2, /too many arguments/, ['tenant', 'list', 'all']],
    ['no account', 2, /--account is missing/, ['tenant', 'suspend']],
    [
      'nothing to update',
      2,
      /give --name, --external-id or --tag/,
      ['tenant', 'update', '000000004711'],
    ],
    [
      'a tag without value',
      2,
      /--tag 'x' is not KEY=VALUE/,
      ['tenant', 'update', '000000004711', '--tag', 'x'],
    ],
    ['no access key', 2, /--access-key-id is missing/, ['access-key', 'delete', '000000004711']],
    ['no account id', 2, /'12' is not an account id/, ['tenant', 'suspend', '12']],
    [
      'two accounts',
      2,
      /--account is given twice/,
      ['tenant', 'suspend', '000000004711', '--account', '000000004712'],
    ],
    ['an account that is not there', 1, /does not exist/, ['access-key', 'list', '999999999999']],
    [
      'a name that is too long',
      1,
      /at '\/Name' failed/,
      ['tenant', 'create', '--name', 'x'.repeat(129)],
    ],
    ['user and role', 2, /either --user or --role/, [...create, '--role', 'y', '--trust', 'z']],
    [
      'a role without trust',
      2,
      /needs --trust/,
      ['principal', 'create', '000000004711', '--role', 'x'],
    ],
    [
      'two paths',
      2,
      /--path or before the name, not both/,
      ['principal', 'create', '000000004711', '--user', 'a/x', '--path', '/b/'],
    ],
    ['a tag without value', 2, /'team' is not KEY=VALUE/, [...create, '--tag', 'team']],
    ['a policy file that is missing', 1, /no such file/, [...create, '--policy', 'none.json']],
    ['a policy file that is a folder', 1, /is a folder/, [...create, '--policy', folder]],
    ['a policy that is not JSON', 1, /is not JSON/, [...create, '--policy', bad('a.json', '{')]],
    [
      'a policy that is none',
      1,
      /MalformedPolicyDocumentException/,
      [...create, '--policy', bad('b.json', '{"Version":"2012-10-17","Statement":[{}]}')],
    ],
  ])('%s', async (_, code, message, words) => {
    const outcome = await tenkey(words.map((word) => (typeof word === 'string' ? word : word())))
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(outcome.stderr).toMatch(/^tenkey: [^\n]+\n$/)
    expect(outcome.stderr).toMatch(message)
  })
})

describe('the server and the credential it finds', () => {
  const list = ['tenant', 'list', '--json']

  test('the data folder has the credential, TENKEY_HOST and TENKEY_PORT the server', async () => {
    const data = mkdtempSync(join(folder, 'data-'))
    writeFileSync(join(data, 'operator.json'), JSON.stringify(target.operator), { mode: 0o600 })
    const { hostname, port } = new URL(target.url)
    const local = { TENKEY_DATA: data, TENKEY_HOST: hostname, TENKEY_PORT: port }
    expect(await tenkey(list, local)).toMatchObject({ code: 0, stderr: '' })
    // a server that listens everywhere is reached by the loopback address
    expect(await tenkey(list, { ...local, TENKEY_HOST: '0.0.0.0' })).toMatchObject({ code: 0 })
  })

  async function refused(environment: Record<string, string>, words = list): Promise<string> {
    const { code, stdout, stderr } = await tenkey(words, environment)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^tenkey: [^\n]+\n$/)
    expect(stderr).not.toContain(target.operator.secretAccessKey)
    return stderr
  }

  test.each([
    [
      'no credential',
      { TENKEY_OPERATOR_ACCESS_KEY_ID: '', TENKEY_DATA: folder },
      /SECRET_ACCESS_KEY is not set|ACCESS_KEY_ID is not set/,
    ],
    [
      'another credential',
      { TENKEY_OPERATOR_ACCESS_KEY_ID: 'AKIAAAAAAAAAAAAAAAAA' },
      /does not know the operator's credential of TENKEY_OPERATOR/,
    ],
    [
      'another secret',
      { TENKEY_OPERATOR_SECRET_ACCESS_KEY: 'x'.repeat(40) },
      /does not know the operator's credential/,
    ],
    [
      'no URL',
      { TENKEY_ENDPOINT: 'localhost' },
      /TENKEY_ENDPOINT is 'localhost'; it must be a URL/,
    ],
    [
      'an unknown setting',
      { TENKEY_ENDPIONT: 'x', TENKEY_ENDPOINT: '' },
      /TENKEY_ENDPIONT is not a setting/,
    ],
  ])('%s', async (_, environment, message) => {
    expect(await refused({ ...settings, ...environment })).toMatch(message)
  })

  test('no credential file', async () => {
    const environment = { TENKEY_ENDPOINT: target.url, TENKEY_DATA: join(folder, 'none') }
    expect(await refused(environment)).toMatch(/none\/operator.json does not exist: start a server/)
  })

  test('a damaged credential file', async () => {
    const data = mkdtempSync(join(folder, 'data-'))
    writeFileSync(join(data, 'operator.json'), '{"accountId":', { mode: 0o600 })
    const environment = { TENKEY_ENDPOINT: target.url, TENKEY_DATA: data }
    expect(await refused(environment)).toMatch(/operator.json is damaged/)
  })

  test('a tenant is not the operator', async () => {
    const { accessKeyId, secretAccessKey } = await createTenant('climber')
    const environment = {
      TENKEY_ENDPOINT: target.url,
      TENKEY_OPERATOR_ACCESS_KEY_ID: accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: secretAccessKey,
    }
    expect(await refused(environment)).toMatch(/only the operator may \(AccessDeniedException\)/)
  })

  test('no server', async () => {
    const environment = { ...settings, TENKEY_ENDPOINT: `http://127.0.0.1:${await freePort()}` }
    expect(await refused(environment)).toMatch(
      /no server answers at .*: start one with `tenkey serve`, or/,
    )
    // as who runs it would type it
    const byNpx = { ...environment, npm_command: 'exec' }
    expect(await refused(byNpx)).toContain('start one with `npx tenkey serve`, or')
    const inClone = { ...environment, npm_lifecycle_event: 'tenkey' }
    expect(await refused(inClone)).toContain('start one with `npm run -s tenkey -- serve`, or')
  })

  test('a certificate that nobody here knows', async () => {
    const proxy = await startXksServer()
    const environment = { ...settings, TENKEY_ENDPOINT: `https://localhost:${proxy.port}` }
    expect(await refused(environment)).toMatch(
      /SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS|UNABLE_TO.*NODE_EXTRA_CA_CERTS/,
    )
    await proxy.stop()
  })

  test('another server', async () => {
    const other = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const environment = { ...settings, TENKEY_ENDPOINT: `http://127.0.0.1:${port}` }
    expect(await refused(environment)).toMatch(/is no tenkey server \(HTTP 200\)/)
    other.close()
  })
})

test('as a process of its own: exit codes, and each word on its stream', async () => {
  const [listed, failed, misused] = await Promise.all(
    [
      ['tenant', 'list', '--json'],
      ['tenant', 'suspend', '--account', '999999999999'],
      ['tenant', 'unheard-of'],
    ].map((words) => runScript('server/tenkey.ts', words, settings)),
  )
  expect(listed).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(listed?.stdout ?? '')).toEqual(await json('tenant', 'list'))
  expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^tenkey: /) })
  expect(misused).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^tenkey: /) })
})
