// @module-tag local: it runs the command line in this process
import { expect, test } from 'vitest'
import { allow, document } from '../support/authorization.ts'
import { runCommand } from '../support/command.ts'
import { describeStores } from '../support/harness.ts'

describeStores('tenkey explain', (harness) => {
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
    return { tenant, tenkey }
  }

  test('lists who may do what, and by what', async () => {
    const { tenant, tenkey } = await world()
    const { code, stdout } = await tenkey('alias/orders')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^principal +actions +conditional +reason\n/)
    expect(stdout).toMatch(
      new RegExp(`arn:aws:iam::${tenant.accountId}:user/alice +kms:Decrypt +yes +`),
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
    expect(allowed.stdout).toMatch(/\nstatement +\{"Effect":"Allow"/)
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

  test.each([
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
