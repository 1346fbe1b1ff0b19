// @module-tag local: it runs the command line in this process
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { KEY_ACTIONS } from '../../core/access/key-actions.ts'
import { allow, document } from '../support/authorization.ts'
import { runCommand } from '../support/command.ts'
import { describeStores } from '../support/harness.ts'

/** Columns that every terminal has; an ARN can't be broken. */
const fits = (text: string) =>
  expect(
    text.split('\n').filter((line) => line.length > 80 && !/^\S+$|^ *"arn:/.test(line)),
  ).toEqual([])

describeStores('tenkey explain', (harness) => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-explain-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (text: string) => {
    const path = join(folder, 'policy.json')
    writeFileSync(path, text)
    return path
  }

  async function world() {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/orders', TargetKeyId: key.id })
    await harness.user(tenant, 'alice', {
      Policy: document(
        allow('kms:Decrypt', {
          Sid: 'Cards',
          Condition: { StringEquals: { 'kms:EncryptionContext:table': 'cards' } },
        }),
      ),
    })
    const environment = {
      TENKEY_ENDPOINT: harness.target.url,
      AWS_ACCESS_KEY_ID: tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: tenant.secretAccessKey,
    }
    const tenkey = (...words: string[]) => runCommand(['explain', ...words], environment)
    return { tenant, tenkey, key }
  }

  test('lists who may do what, and by what', async () => {
    const { tenant, tenkey } = await world()
    const { code, stdout } = await tenkey('alias/orders')
    expect(code).toBe(0)
    const who = `arn:aws:iam::${tenant.accountId}`
    fits(stdout)
    expect(stdout).toMatch(
      new RegExp(`^${who}:root\n  always        every action on a key\n {16}\\w`),
    )
    expect(stdout).toMatch(
      new RegExp(`\n\n${who}:user/alice\n  if            kms:Decrypt\n {16}\\w`),
    )
    const rows = JSON.parse((await tenkey('alias/orders', '--json')).stdout)
    expect(rows).toContainEqual(
      expect.objectContaining({ conditional: 'yes', actions: ['kms:Decrypt'] }),
    )
  })

  test('tells whether one may do one thing, and why', async () => {
    const { tenkey } = await world()
    const ask = (...words: string[]) =>
      tenkey('alias/orders', '--principal', 'user/alice', '--action', 'Decrypt', ...words)
    const allowed = await ask('--context', 'table=cards')
    expect(allowed.stdout).toMatch(/^decision +allowed\n/)
    expect(allowed.stdout).toMatch(/\nsid +Cards\n/)
    expect(allowed.stdout).toMatch(/\nstatement\n {2}\{\n {4}"Effect": "Allow",\n/)
    fits(allowed.stdout)
    const denied = await ask('--context', 'table=people')
    expect(denied.stdout).toMatch(/^decision +denied\nreason +/)
    const json = JSON.parse((await ask('--context', 'table=cards', '--json')).stdout)
    expect(json).toMatchObject({
      Decision: 'allowed',
      Because: expect.arrayContaining([expect.objectContaining({ Sid: 'Cards' })]),
    })
    const otherwise = await ask('--condition', 'kms:EncryptionContext:table=cards', '--mfa')
    expect(otherwise.code).toBe(0)
  })

  test('tells what would be by a policy that is not put yet', async () => {
    const { tenant, tenkey, key } = await world()
    const who = `arn:aws:iam::${tenant.accountId}`
    const account = { ...allow('kms:*'), Principal: { AWS: tenant.accountId } }
    const denied = { ...allow('kms:Decrypt'), Effect: 'Deny', Sid: 'Nobody', Principal: '*' }
    const edited = file(document(account, denied))
    const { code, stdout } = await tenkey(key.id, '--policy', edited)
    expect(code).toBe(0)
    fits(stdout)
    const kept = KEY_ACTIONS.length - 1
    expect(stdout).toContain(
      `${who}:root\n  loses         kms:Decrypt\n  keeps         ${kept} other actions\n`,
    )
    expect(stdout).toContain(
      `${who}:user/alice\n  loses         kms:Decrypt\n  then          may do nothing with the key\n`,
    )
    expect(stdout).toMatch(/\n2 of 2 principals gain or lose something, 0 do not\.\n$/)
    const json = JSON.parse((await tenkey(key.id, '--policy', edited, '--json')).stdout)
    expect(json).toMatchObject({
      LocksOut: false,
      Principals: [{ Principal: `${who}:root` }, { Changes: [{ Change: 'lost' }] }],
    })
    const one = ['--principal', 'user/alice', '--action', 'Decrypt', '--context', 'table=cards']
    const decided = await tenkey(key.id, ...one, '--policy', edited)
    expect(decided.stdout).toMatch(/^decision +denied\n[\s\S]*\nsid +Nobody\n/)
    expect((await tenkey(key.id, ...one)).stdout).toMatch(/^decision +allowed\n/)

    const added = document(account, {
      ...allow('kms:Verify', { Sid: 'Checks' }),
      Principal: { AWS: `${who}:user/alice` },
    })
    const gained = await tenkey(key.id, '--policy', file(added))
    expect(gained.stdout).toMatch(/ gains {9}kms:Verify\n {2}then always {3}kms:Verify\n.*"Checks"/)
    expect(gained.stdout).toContain('\n  keeps         1 other action\n')

    const same = await tenkey(key.id, '--policy', file(document(account)))
    expect(same.stdout).toBe('Nobody gains or loses anything.\n')
  })

  test('says that a policy would lock out who asks', async () => {
    const { tenant, tenkey, key } = await world()
    const alice = { AWS: `arn:aws:iam::${tenant.accountId}:user/alice` }
    const edited = file(document({ ...allow('kms:*'), Principal: alice }))
    const { stdout } = await tenkey(key.id, '--policy', edited)
    fits(stdout)
    expect(stdout).toContain('\nPutKeyPolicy would refuse this policy: whoever asks could not')
    const one = ['--principal', 'root', '--action', 'Decrypt', '--policy', edited]
    expect((await tenkey(key.id, ...one)).stdout).toContain('locksOut  yes: PutKeyPolicy would')
  })

  test.each([
    ['{', 'is not JSON'],
    ['{"Version":"2012-10-17"}', 'MalformedPolicyDocumentException'],
  ])('a policy that is none: %s', async (text, says) => {
    const { tenkey } = await world()
    const said = await tenkey('alias/orders', '--policy', file(text))
    expect(said.stderr).toContain(says)
    expect(said.code).toBe(1)
  })

  test.each([
    { words: ['alias/orders', '--policy', '/nowhere/policy.json'], code: 1, says: 'no such file' },
    { words: ['alias/none'], code: 1, says: 'alias/none' },
    { words: ['alias/orders', '--principal', 'alice'], code: 2, says: '--action is missing' },
    {
      words: ['alias/orders', '--principal', 'alice', '--action', 'Decrypt'],
      code: 2,
      says: "'alice' is nobody",
    },
    {
      words: ['alias/orders', '--principal', 'user/nobody', '--action', 'Decrypt'],
      code: 1,
      says: 'NotFoundException',
    },
    { words: ['alias/orders', '--context', 'a=b'], code: 2, says: '--principal is missing' },
    {
      words: ['alias/orders', '--principal', 'root', '--action', 'Decrypt', '--context', 'a'],
      code: 2,
      says: 'is not KEY=VALUE',
    },
  ])('$words: $says', async ({ words, code, says }) => {
    const { tenkey } = await world()
    const said = await tenkey(...words)
    expect(said.stderr).toContain(says)
    expect(said.code).toBe(code)
  })
})
