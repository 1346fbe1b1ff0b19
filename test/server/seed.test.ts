// @module-tag local: it runs the command line in this process
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { client, clientOf } from '../../server/cli/client.ts'
import { credentialKeeper } from '../../server/seed/credential-keeper.ts'
import { sow } from '../../server/seed/seed.ts'
import { readSeed } from '../../server/seed/seed-file.ts'
import { runCommand } from '../support/command.ts'
import { describeStores } from '../support/harness.ts'
import { newFolder, removeFolders } from '../support/process.ts'

const SEED = `# a vendor's first tenants
tenants:
  - name: Acme
    externalId: ID
    tags: { plan: gold }
    users:
      - name: alice
        policies:
          use-keys:
            Version: '2012-10-17'
            Statement: [{ Effect: Allow, Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: '*' }]
        tags: { team: orders }
    roles:
      - name: orders
        path: /app/
        trust:
          Version: '2012-10-17'
          Statement:
            - Effect: Allow
              Principal: { AWS: 'arn:aws:iam::\${ACCOUNT}:user/alice' }
              Action: sts:AssumeRole
    keys:
      - alias: cards
        description: Card numbers
        rotation: true
        tags: { team: payments }
        grants:
          - name: orders-decrypts
            grantee: arn:aws:iam::\${ACCOUNT}:role/app/orders
            operations: [Decrypt]
            contextSubset: { table: cards }
      - alias: alias/invoices
        spec: ECC_NIST_P256
        usage: SIGN_VERIFY
        enabled: false
`
afterAll(removeFolders)

describeStores('tenkey seed', (harness) => {
  let count = 0
  /** A seed file with an external id that nobody else has. */
  function world() {
    const folder = newFolder()
    mkdirSync(folder)
    const externalId = `seed-${++count}`
    const file = join(folder, 'seed.yaml')
    const environment = {
      TENKEY_ENDPOINT: harness.target.url,
      TENKEY_OPERATOR_ACCESS_KEY_ID: harness.operator.accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: harness.operator.secretAccessKey,
    }
    async function seed(change: (text: string) => string = (text) => text, ...words: string[]) {
      writeFileSync(file, change(SEED.replace('externalId: ID', `externalId: ${externalId}`)))
      const said = await runCommand(['seed', file, ...words], environment)
      return { ...said, lines: said.stdout.split('\n').slice(1, -1) }
    }
    const tenkey = async (...words: string[]) =>
      JSON.parse((await runCommand([...words, '--json'], environment)).stdout)
    const tenant = async () => (await tenkey('tenant', 'list', '--external-id', externalId))[0]
    const text = () => readFileSync(file, 'utf8')
    return { folder, externalId, environment, text, seed, tenkey, tenant }
  }
  const steps = (said: { lines: readonly string[] }) =>
    said.lines.map((line) => line.replace(/^\S+ +/, ''))

  test('makes what is not there, and once more changes nothing', async () => {
    const { seed, tenkey, tenant } = world()
    const all = [
      'make the tenant',
      'make user alice',
      'make role orders',
      'make key alias/cards',
      'make key alias/invoices',
    ]
    const dry = await seed(undefined, '--dry-run')
    expect({ code: dry.code, steps: steps(dry) }).toEqual({ code: 0, steps: all })
    expect(await tenant()).toBeUndefined()

    expect(steps(await seed())).toEqual(all)
    const { accountId } = await tenant()
    const people = await tenkey('principal', 'list', accountId)
    // who made the keys is gone, and so is the access key of root that nobody asked for
    expect(people.map(({ arn }: { arn: string }) => arn.split(':').pop())).toEqual([
      'role/app/orders',
      'user/alice',
    ])
    expect(await tenkey('access-key', 'list', accountId)).toEqual([])

    expect(await seed()).toMatchObject({ code: 0, stdout: 'all is there as the file says\n' })
    expect(await seed(undefined, '--dry-run', '--json')).toMatchObject({ code: 0, stdout: '[]\n' })
  })

  test('what it made is as the file says', async () => {
    const { seed, tenant } = world()
    await seed()
    const { accountId } = await tenant()
    const made = await harness.rest(
      harness.operator,
      `POST /admin/v1/tenants/${accountId}/access-keys`,
      { body: '{}' },
    )
    const root = {
      accountId,
      accessKeyId: String(made.json['AccessKeyId']),
      secretAccessKey: String(made.json['SecretAccessKey']),
    }
    const describeKey = async (KeyId: string) =>
      (await harness.ok(root, 'DescribeKey', { KeyId }))['KeyMetadata']
    expect(await describeKey('alias/cards')).toMatchObject({ Description: 'Card numbers' })
    expect(await describeKey('alias/invoices')).toMatchObject({
      KeySpec: 'ECC_NIST_P256',
      KeyState: 'Disabled',
    })
    const { KeyId } = (await describeKey('alias/cards')) as { KeyId: string }
    expect(await harness.ok(root, 'GetKeyRotationStatus', { KeyId })).toMatchObject({
      RotationPeriodInDays: 365,
    })
    expect(await harness.ok(root, 'ListGrants', { KeyId })).toMatchObject({
      Grants: [
        {
          Name: 'orders-decrypts',
          GranteePrincipal: `arn:aws:iam::${accountId}:role/app/orders`,
          Operations: ['Decrypt'],
          Constraints: { EncryptionContextSubset: { table: 'cards' } },
        },
      ],
    })
  })

  const changes = [
    ['name: Acme', 'name: Acme Corporation', 'change its name'],
    ['plan: gold', 'plan: silver', 'change its tags'],
    ["'kms:Decrypt'", "'kms:ReEncrypt*'", 'give user alice the policy use-keys'],
    ['team: orders', 'team: shops', 'tag user alice'],
    ['user/alice', 'root', 'give role orders another trust policy'],
    ['Card numbers', 'Cards', 'describe key alias/cards'],
    ['rotation: true', 'rotation: 180', 'rotate key alias/cards every 180 days'],
    ['rotation: true', 'rotation: false', 'rotate key alias/cards no more'],
    ['team: payments', 'team: sales', 'tag key alias/cards'],
    ['orders-decrypts', 'again', 'make grant again of key alias/cards'],
    ['enabled: false', 'enabled: true', 'enable key alias/invoices'],
    [
      'rotation: true',
      `policy:
          Version: '2012-10-17'
          Statement: [{ Effect: Allow, Principal: { AWS: '\${ACCOUNT}' }, Action: 'kms:*', Resource: '*' }]`,
      'give key alias/cards another policy',
    ],
  ] as const
  test.each(changes)('%s → %s: %s', async (from, to, what) => {
    const { seed } = world()
    await seed()
    const changed = (text: string) => text.replace(from, () => to)
    expect(steps(await seed(changed, '--dry-run'))).toEqual([what])
    expect(steps(await seed(changed))).toEqual([what])
    expect(await seed(changed)).toMatchObject({ stdout: 'all is there as the file says\n' })
  })

  test('a key of another kind, and a principal elsewhere, are told and stay', async () => {
    const { seed } = world()
    await seed()
    for (const [from, to, says] of [
      ['ECC_NIST_P256', 'RSA_2048', 'its KeySpec is ECC_NIST_P256, which stays'],
      ['/app/', '/other/', 'has the path /app/, which stays'],
    ] as const) {
      const { code, stderr } = await seed((text) => text.replace(from, to))
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(says) })
    }
    expect(await seed()).toMatchObject({ stdout: 'all is there as the file says\n' })
  })

  test('what was done before a refusal is told and stays; the next run goes on', async () => {
    const { seed, tenkey, tenant } = world()
    const wrong = await seed((text) => text.replace('[Decrypt]', '[Sign]'))
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('ValidationException')
    expect(wrong.stdout).toContain('make user alice')
    const { accountId } = await tenant()
    const people = await tenkey('principal', 'list', accountId)
    expect(people).toHaveLength(2)
    expect(steps(await seed())).toEqual([
      'make grant orders-decrypts of key alias/cards',
      'make key alias/invoices',
    ])
    expect(await seed()).toMatchObject({ stdout: 'all is there as the file says\n' })
  })

  const asking = (text: string) =>
    text
      .replace('plan: gold }', 'plan: gold }\n    accessKey: true')
      .replace('name: alice', 'name: alice\n        accessKey: true')
  const linesOf = (file: string) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))

  test('access keys that are asked for go to a file of their own, once', async () => {
    const { seed, folder } = world()
    expect(await seed(asking)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--credentials'),
    })
    const file = join(folder, 'made.json')
    const words = ['--credentials', file]
    const said = await seed(asking, ...words)
    expect(steps(said)).toEqual([
      'make the tenant',
      'make an access key of root',
      'make user alice',
      'make an access key of user/alice',
      'make role orders',
      'make key alias/cards',
      'make key alias/invoices',
    ])
    const kept = linesOf(file)
    expect(kept.map(({ who }) => who)).toEqual(['root', 'user/alice'])
    expect(said.stdout).not.toContain(kept[0].secretAccessKey)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await harness.ok(kept[0], 'ListKeys')
    expect(await seed(asking, ...words)).toMatchObject({
      stdout: 'all is there as the file says\n',
      stderr: '',
    })
    expect(linesOf(file)).toEqual(kept)

    // where the secrets are not, as after a run that was cut, that is told
    const elsewhere = await seed(asking, '--credentials', join(folder, 'other.json'))
    expect(elsewhere.stderr).toContain(`root has the access key ${kept[0].accessKeyId}`)
    expect(elsewhere.stderr).toContain(`user/alice has the access key ${kept[1].accessKeyId}`)
    expect(elsewhere.code).toBe(0)
  })

  test('where access keys can’t be kept none is made', async () => {
    const { seed, folder, tenant } = world()
    const refused = async (file: string, says: string) => {
      const said = await seed(asking, '--credentials', file)
      expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining(says) })
      expect(await tenant()).toBeUndefined()
    }
    await refused(join(folder, 'none', 'made'), "can't be written (ENOENT)")
    const file = join(folder, 'made')
    writeFileSync(file, 'not a list', { mode: 0o600 })
    await refused(file, 'is no list of credentials')
    expect(readFileSync(file, 'utf8')).toBe('not a list')
    writeFileSync(file, '')
    chmodSync(file, 0o644)
    await refused(file, 'is open to others (mode 0644)')
  })

  test('keepers that are at work at once lose nothing of each other', async () => {
    const { folder } = world()
    const file = join(folder, 'made')
    const made = (name: string) => ({
      accountId: '111122223333',
      who: name,
      accessKeyId: `AKIA${name}`,
      secretAccessKey: 'secret',
    })
    const [one, other] = [credentialKeeper(file), credentialKeeper(file)]
    for (let at = 0; at < 10; at++) {
      one.keep(made(`A${at}`))
      other.keep(made(`B${at}`))
    }
    expect(linesOf(file)).toHaveLength(20)
    expect(credentialKeeper(file).has('AKIAA9')).toBe(true)
  })

  test('a tenant whose run was cut is finished by the next, and has no access key that nobody has', async () => {
    const { seed, tenkey, tenant, externalId } = world()
    const { accountId, accessKeyId } = await tenkey(
      ...['tenant', 'create', '--name', 'Acme', '--external-id', externalId],
      ...['--tag', 'tenkey-seed-unfinished='],
    )
    expect(accessKeyId).toMatch(/^AKIA/)
    expect(steps(await seed())[0]).toBe('finish the tenant')
    expect(await tenkey('access-key', 'list', accountId)).toEqual([])
    expect((await tenant()).tags).toEqual({ plan: 'gold' })
    expect(await seed()).toMatchObject({ stdout: 'all is there as the file says\n' })
  })

  test('a key whose policy lets in nobody who seeds is made, and told from then on', async () => {
    const { seed } = world()
    const shut = (text: string) =>
      text.replace(
        'rotation: true',
        `rotation: true
        policy:
          Version: '2012-10-17'
          Statement: [{ Effect: Allow, Principal: { AWS: 'arn:aws:iam::\${ACCOUNT}:user/alice' }, Action: 'kms:*', Resource: '*' }]`,
      )
    const first = await seed(shut)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(steps(first)).toContain('make key alias/cards')
    const second = await seed(shut)
    expect(second).toMatchObject({ code: 0, stdout: 'all is there as the file says\n' })
    expect(second.stderr).toContain('key alias/cards is not looked at')
  })

  test('a grant that permits something else is told, and stays', async () => {
    const { seed } = world()
    await seed()
    const said = await seed((text) => text.replace('[Decrypt]', '[Decrypt, Encrypt]'))
    expect(said.stderr).toContain('grant orders-decrypts of key alias/cards is there and permits')
    expect(said).toMatchObject({ code: 0, stdout: 'all is there as the file says\n' })
  })

  test('a user of a run that was killed is taken away once its session is over', async () => {
    const { seed, tenkey, tenant, environment, text } = world()
    await seed()
    const { accountId } = await tenant()
    await tenkey('principal', 'create', accountId, '--user', 'tenkey-seed-0123')
    const names = async () =>
      (await tenkey('principal', 'list', accountId)).map(({ name }: { name: string }) => name)
    await seed()
    // another run may be at work with it
    expect(await names()).toContain('tenkey-seed-0123')
    await sow(readSeed('seed.yaml', text()), {
      operator: client(environment),
      tenant: (credential) => clientOf(environment, { ...credential, called: 'the session' }),
      dry: false,
      step: () => {},
      note: () => {},
      keeper: undefined,
      unique: 'later',
      now: Date.now() + 3 * 3_600_000,
    })
    expect(await names()).toEqual(['orders', 'alice'])
  })
})

describe('A seed file that is wrong', () => {
  test.each([
    ['a: [', 'seed.yaml:1: '],
    ['tenant: []', 'seed.yaml:1: tenant: is not known; there are tenants'],
    ['{}', 'seed.yaml:1: tenants is missing'],
    ['tenants:\n  - name: a\n  - name: a\n', 'seed.yaml:2: tenants: a is there twice'],
    ['tenants:\n  - externalId: a\n', 'seed.yaml:2: tenants.0: name is missing'],
    ['tenants:\n  - name: 12\n', 'seed.yaml:2: tenants.0.name: must be text; put it in quotes'],
    ['tenants:\n  - name: a\n    keys: b\n', 'seed.yaml:3: tenants.0.keys: must be a list'],
    ['tenants:\n  - name: a\n    name: b\n', 'seed.yaml:3: '],
    [
      'tenants:\n  - name: a\n    keys:\n      - alias: b\n        enabled: "yes"\n',
      'seed.yaml:5: tenants.0.keys.0.enabled: must be true or false',
    ],
    [
      'tenants:\n  - name: a\n    keys:\n      - alias: b\n        rotation: often\n',
      'seed.yaml:5: tenants.0.keys.0.rotation: must be true, false or a number',
    ],
    [
      'tenants:\n  - name: a\n    users:\n      - name: b\n        policies: { p: "{" }\n',
      'seed.yaml:5: tenants.0.users.0.policies.p: must be a JSON document',
    ],
    [
      'tenants:\n  - name: a\n    roles:\n      - name: b\n',
      'seed.yaml:4: tenants.0.roles.0: trust is missing: who may assume it',
    ],
    ['tenants:\n  - name: a\n    tags: { a: 1 }\n', 'seed.yaml:3: tenants.0.tags.a: must be text'],
    ['a: &a [*a]\n', 'seed.yaml:1'],
  ])('%j: %s', (text, says) => {
    expect(() => readSeed('seed.yaml', text)).toThrow(says)
  })

  test('aliases that grow without bound are refused', () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]']
    for (let at = 1; at < 9; at++) {
      const [name, before] = ['abcdefghij'[at], 'abcdefghij'[at - 1]]
      lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join()}]`)
    }
    expect(() => readSeed('seed.yaml', lines.join('\n'))).toThrow(/seed.yaml:1: /)
  })
})
