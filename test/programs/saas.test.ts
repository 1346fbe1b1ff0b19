// @module-tag process
// @module-tag long
import { copyFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { CreateUserCommand, type IAMClient, ListRolesCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeFolders } from '../support/process.ts'
import {
  isHere,
  LANGUAGES,
  type Language,
  NOT_HERE,
  startVendor,
  type VendorsInstallation,
} from '../support/saas.ts'
import {
  ANSWERED,
  type Attempt,
  type Callers,
  callersOf,
  contextOf,
  DENIED,
  otherThan,
  PEOPLE,
  type Seen,
  seenFrom,
  triesAgainst,
  UNKNOWN,
} from '../support/saas-callers.ts'
import { slice, sliced } from '../support/slice.ts'
import type { Credential } from '../support/target.ts'

/** Tenants of a vendor; in `npm test` fewer, and of the second program, which does the same, fewest. */
const tenantsOf = ({ name }: Language): readonly string[] =>
  Array.from(
    { length: sliced ? (name === 'Python' ? 6 : 20) : 50 },
    (_, at) => `tenant-${String(at + 1).padStart(2, '0')}`,
  )

/** However far the clock of the server was moved. */
const sinceYesterday = () =>
  `Limit=1000&StartTime=${encodeURIComponent(new Date(Date.now() - 86_400_000).toISOString())}`

const makesUser = (client: IAMClient) => client.send(new CreateUserCommand({ UserName: 'x' }))

/** Whom a slice asks from outside. */
const isOneOfFive = (_one: unknown, at: number) => at % 5 === 0

describe.for(LANGUAGES)('docs/saas.md in $name', (language) => {
  const names = tenantsOf(language)
  /** the one that leaves, and who stays */
  const [LEAVING = '', ...LASTING] = names
  let here = false
  let vendor: VendorsInstallation
  let callers: Callers
  let application: Credential
  const seen = new Map<string, Seen>()
  const of = (name: string): Seen => {
    const found = seen.get(name)
    if (found === undefined) throw new Error(`there is no ${name}`)
    return found
  }
  const lasting = () => LASTING.map(of)
  const list = async (...which: string[]) => {
    const lines = await vendor.program(['list', ...which])
    return new Map(lines.map((line) => [String(line['tenant']), line]))
  }
  const rowsOf = (name: string) =>
    ['Bonn', 'Oslo'].map((city) => ({
      city,
      email: `${city}@${name}.example`,
      iban: `NO-${name}-ß`,
    }))
  const opens = (name: string) => ({
    tenant: name,
    customers: rowsOf(name).map((row) => expect.objectContaining(row)),
  })

  beforeAll(async () => {
    here = await isHere(language)
    if (!here) {
      process.stderr.write(NOT_HERE)
      return
    }
    vendor = await startVendor(language)
    callers = callersOf({
      url: vendor.url,
      operator: vendor.operator,
      now: Date.now,
      stop: vendor.stop,
    })
    const [made] = await vendor.program(['vendor'])
    const env = { SAAS_VENDOR_APPLICATION: String(made?.['application']) }
    const onboarded = await vendor.program(['onboard', ...names], { env })
    const rows = names.flatMap((tenant) => rowsOf(tenant).map((row) => ({ tenant, ...row })))
    const added = await vendor.program(['add'], {
      stdin: rows.map((row) => JSON.stringify(row)).join('\n'),
    })
    expect(added).toHaveLength(rows.length)
    application = vendor.profile('vendor-application')
    for (const { tenant, account, key } of onboarded) {
      const one = { name: String(tenant), account: String(account), key: String(key) }
      seen.set(one.name, await seenFrom(vendor, callers, application, one))
    }
  })
  afterAll(async () => {
    if (here) await vendor.stop()
    removeFolders()
  })

  const walk = (title: string, body: () => Promise<void>) =>
    test(title, async ({ skip }) => {
      if (!here) skip()
      await body()
    })

  walk(
    'each tenant’s rows open for the vendor’s application, and in the clear nowhere',
    async () => {
      const listed = await list(...LASTING)
      for (const name of LASTING) expect(listed.get(name)).toEqual(opens(name))
      const db = new DatabaseSync(vendor.database)
      const stored = db.prepare('SELECT email, iban FROM customers').all()
      db.close()
      expect(stored.length).toBeGreaterThanOrEqual(2 * names.length)
      for (const { email, iban } of stored) {
        const text = Buffer.concat([email as Uint8Array, iban as Uint8Array]).toString('latin1')
        expect(text).not.toMatch(/example|NO-/)
      }
    },
  )

  walk('nobody opens another tenant’s rows, nor sees that there is one', async () => {
    const all = lasting()
    for (const [at, own] of slice([...all.entries()], isOneOfFive)) {
      const other = all[(at + 1) % all.length] ?? own
      const attempts: Attempt[] = [
        ...triesAgainst(callers, own, other),
        [
          `the vendor, with ${own.name}’s external id for ${other.name}`,
          callers.assume(application, other.account, own.externalId),
        ],
      ]
      expect(await otherThan(DENIED, attempts)).toEqual([])
      const query = `${sinceYesterday()}&KeyId=${encodeURIComponent(other.key)}`
      const { json } = await callers.rest(own.auditor, 'GET /v1/audit', { query })
      // what it tried itself just now, and nothing that the other did
      const records = json['Records'] as { userIdentity: { accountId: string } }[]
      expect(records.length).toBeGreaterThan(0)
      for (const { userIdentity } of records) expect(userIdentity.accountId).toBe(own.account)
    }
  })

  walk('within a tenant each does its own, and no more', async () => {
    const { kms, iam, rest } = callers
    for (const own of slice(lasting(), isOneOfFive)) {
      const { administrator, auditor, application: role } = own
      const [stored, key] = [{ CiphertextBlob: own.dataKey }, { KeyId: own.key }]
      const decrypts = { ...stored, EncryptionContext: contextOf(own) }
      const makes = (context: object | undefined) =>
        kms(role, 'GenerateDataKey', { ...key, KeySpec: 'AES_256', EncryptionContext: context })
      const allowed: Attempt[] = [
        ['the application decrypts', kms(role, 'Decrypt', decrypts)],
        ['the application makes data keys', makes(contextOf(own))],
        ['the administrator looks', kms(administrator, 'DescribeKey', key)],
        ['the auditor looks', kms(auditor, 'GetKeyPolicy', key)],
        ['the auditor sees roles', iam(auditor, (client) => client.send(new ListRolesCommand({})))],
        ['the auditor reads the trail', rest(auditor, 'GET /v1/audit')],
      ]
      expect(await otherThan(ANSWERED, allowed)).toEqual([])
      const denied: Attempt[] = [
        ['root decrypts', kms(own.root, 'Decrypt', decrypts)],
        ['the administrator decrypts', kms(administrator, 'Decrypt', decrypts)],
        ['the auditor decrypts', kms(auditor, 'Decrypt', decrypts)],
        ['the application, for nobody', makes(undefined)],
        ['the application, for another', makes(contextOf(of(LEAVING)))],
        ['the application, for no tenant', makes({ table: 'customers' })],
        ['the application, for more', makes({ ...contextOf(own), more: '1' })],
        ['the application looks', kms(role, 'DescribeKey', key)],
        ['the application lists', kms(role, 'ListKeys')],
        ['the application reads the trail', rest(role, 'GET /v1/audit')],
        ['the auditor makes keys', kms(auditor, 'CreateKey')],
        ['the administrator reads the trail', rest(administrator, 'GET /v1/audit')],
        ['the administrator makes users', iam(administrator, makesUser)],
        [
          'the administrator destroys within a week',
          kms(administrator, 'ScheduleKeyDeletion', { ...key, PendingWindowInDays: 7 }),
        ],
      ]
      expect(await otherThan(DENIED, denied)).toEqual([])
    }
  })

  walk('the application’s credential does nothing administrative anywhere', async () => {
    const { kms, iam, rest, assume } = callers
    const { account, externalId, key } = of(LASTING[0] ?? '')
    const admin = '/admin/v1/tenants'
    const asked = (line: string, body: object = {}): Attempt => [
      line,
      rest(application, line, line.startsWith('GET') ? {} : { body: JSON.stringify(body) }),
    ]
    const denied: Attempt[] = [
      asked(`POST ${admin}`, { Name: 'x' }),
      asked(`GET ${admin}`),
      asked(`GET ${admin}/${account}`),
      asked(`POST ${admin}/${account}/suspend`),
      asked(`POST ${admin}/${account}/deletion`),
      asked(`POST ${admin}/${account}/access-keys`),
      asked(`GET ${admin}/${account}/principals`),
      asked('POST /admin/v1/clock/advance', { Duration: '1d' }),
      asked('GET /v1/audit'),
      ['CreateKey', kms(application, 'CreateKey')],
      ['ListKeys', kms(application, 'ListKeys')],
      ['DescribeKey of a tenant’s', kms(application, 'DescribeKey', { KeyId: key })],
      ['CreateUser', iam(application, makesUser)],
      ['another role', assume(application, account, externalId, 'administrator')],
      ['without the external id', assume(application, account, 'none')],
    ]
    expect(await otherThan(DENIED, denied)).toEqual([])
  })

  walk('the operator needs a second factor, and becomes nobody of a tenant', async () => {
    const { account } = of(LASTING[0] ?? '')
    const { operator, unproven } = vendor
    const tenants = '/admin/v1/tenants'
    const asked = (who: Credential, line: string, body: object = {}): Attempt => [
      line,
      callers.rest(who, line, { body: JSON.stringify(body) }),
    ]
    const denied: Attempt[] = [
      asked(operator, `POST ${tenants}/${account}/access-keys`),
      asked(operator, `POST ${tenants}/${account}/access-keys`, { UserName: 'auditor' }),
      asked(operator, `POST ${tenants}/${account}/sessions`, { UserName: 'auditor' }),
      asked(operator, `POST ${tenants}/${account}/principals`, { Type: 'user', Name: 'x' }),
      asked(operator, `POST ${tenants}`, { Name: 'x', AccountId: '111122223333' }),
      asked(operator, `POST ${tenants}/000000000000/access-keys`, { UserName: 'ana' }),
      asked(unproven, `POST ${tenants}`, { Name: 'x' }),
      asked(unproven, `POST ${tenants}/${account}/suspend`),
    ]
    expect(await otherThan(DENIED, denied)).toEqual([])
  })

  walk('a row or a data key that is moved to another tenant does not open', async () => {
    const [from, to] = [of(LASTING[0] ?? ''), of(LASTING[1] ?? '')]
    const database = `${vendor.database}.moved`
    copyFileSync(vendor.database, database)
    const moved = async (sql: string) => {
      const db = new DatabaseSync(database)
      db.prepare(sql).run(to.account, from.account)
      db.close()
      return vendor.program(['list', to.name], { env: { SAAS_DATABASE: database } })
    }
    const refused = (error: unknown) => [{ tenant: to.name, error, message: expect.any(String) }]
    const [unknown, denied] = [/^(Error|LookupError)$/, /^AccessDeniedException$/]
    const rows = await moved('UPDATE customers SET tenant = ? WHERE tenant = ?')
    expect(rows).toEqual(refused(expect.stringMatching(unknown)))
    // with its data key too: the tenant's key did not make it
    const keys = await moved('UPDATE data_keys SET tenant = ? WHERE tenant = ?')
    expect(keys).toEqual(refused(expect.stringMatching(denied)))
  })

  walk('keys rotate, at once and by themselves, and old rows still open', async () => {
    const rotations = async ({ key, administrator }: Seen) => {
      const { json } = await callers.kms(administrator, 'ListKeyRotations', { KeyId: key })
      return (json['Rotations'] as Record<string, unknown>[]).map((one) => one['RotationType'])
    }
    await vendor.program(['rotate', ...LASTING])
    for (const one of lasting()) expect(await rotations(one)).toEqual(['ON_DEMAND'])
    expect((await vendor.breakGlass('clock', 'advance', '91d')).code).toBe(0)
    for (const one of lasting()) expect(await rotations(one)).toEqual(['ON_DEMAND', 'AUTOMATIC'])
    const listed = await list(...LASTING)
    for (const name of LASTING) expect(listed.get(name)).toEqual(opens(name))
  })

  walk('each auditor reads its own trail, with what the vendor did', async () => {
    const records = await vendor.program(['audit', ...LASTING])
    const [first = of('')] = lasting()
    const words = ['audit', '--tenant', '--since', '1d', '--event', 'CreateTenant', '--json']
    const ended = await vendor.as(`${first.name}-auditor`, ...words)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ended?.stdout ?? '')).toMatchObject([{ recipientAccountId: first.account }])
    for (const own of lasting()) {
      const its = records.filter(({ tenant }) => tenant === own.name)
      const recorded = (event: string) => its.filter(({ eventName }) => eventName === event)
      expect(recorded('CreateTenant')).toHaveLength(1)
      const administrator = `arn:aws:iam::${own.account}:user/administrator`
      expect(recorded('CreateKey').map(({ by }) => by)).toContain(administrator)
      const role = `arn:aws:sts::${own.account}:assumed-role/application/application`
      expect(recorded('GenerateDataKey').map(({ by }) => by)).toContain(role)
      // those of others that it named itself in vain are in its trail, so this is asked of what it was answered
      const options = { query: `${sinceYesterday()}&EventName=CreateKey` }
      const { text } = await callers.rest(own.auditor, 'GET /v1/audit', options)
      expect(text).toContain(own.account)
      const others = [...seen.values()].filter(({ account }) => account !== own.account)
      expect(others.filter(({ account }) => text.includes(account))).toEqual([])
    }
  })

  walk(
    'of a suspended tenant nothing opens, of the others everything; then it opens again',
    async () => {
      const [suspended = of('')] = lasting()
      const { name, account } = suspended
      const everybody = () =>
        PEOPLE.map((person): Attempt => [person, callers.identity(suspended[person])])
      // by the vendor's own program
      expect(await vendor.program(['suspend', name])).toEqual([{ tenant: name, suspended: true }])
      expect((await list(name)).get(name)).toMatchObject({ error: 'Suspended' })
      expect(await otherThan(DENIED, everybody())).toEqual([])
      await vendor.program(['resume', name])
      expect(await otherThan(ANSWERED, everybody())).toEqual([])
      // by the service alone, of which the application knows nothing
      const suspends = await vendor.tenkey('tenant', 'suspend', account)
      expect(suspends).toMatchObject({ code: 0, stderr: '' })
      const meanwhile = await list(...LASTING)
      expect(meanwhile.get(name)).toMatchObject({ error: 'AccessDenied' })
      for (const other of LASTING.slice(1)) expect(meanwhile.get(other)).toEqual(opens(other))
      expect(await vendor.tenkey('tenant', 'resume', account)).toMatchObject({
        code: 0,
        stderr: '',
      })
      expect((await list(name)).get(name)).toEqual(opens(name))
    },
  )

  walk(
    'a deleted tenant opens nothing and shows nowhere; the others are as they were',
    async () => {
      const gone = of(LEAVING)
      expect((await list(LEAVING)).get(LEAVING)).toEqual(opens(LEAVING))
      const words = ['tenant', 'delete', gone.account, '--days', '7', '--confirm', gone.account]
      expect(await vendor.tenkey(...words)).toMatchObject({ code: 0, stderr: '' })
      expect((await list(LEAVING)).get(LEAVING)).toMatchObject({ error: 'AccessDenied' })
      expect((await vendor.breakGlass('clock', 'advance', '8d')).code).toBe(0)
      const { stdout } = await vendor.tenkey('tenant', 'deletion', gone.account)
      expect(JSON.parse(stdout)).toMatchObject({ state: 'Deleted' })

      expect((await list(LEAVING)).get(LEAVING)).toMatchObject({ error: 'AccessDenied' })
      const decrypts = { CiphertextBlob: gone.dataKey, EncryptionContext: contextOf(gone) }
      const tries = (person: (typeof PEOPLE)[number]): Attempt[] => [
        [`${person} is somebody`, callers.identity(gone[person])],
        [`${person} decrypts`, callers.kms(gone[person], 'Decrypt', decrypts)],
        [`${person} reads the trail`, callers.rest(gone[person], 'GET /v1/audit')],
      ]
      const people = (['root', 'administrator', 'auditor'] as const).flatMap(tries)
      expect(await otherThan(UNKNOWN, people)).toEqual([])
      // a session of the machine's own minutes is younger than the deletion of the server's week
      expect(await otherThan(DENIED, tries('application'))).toEqual([])
      const tenants = JSON.parse((await vendor.tenkey('tenant', 'list')).stdout) as object[]
      const shown = tenants
        .map((one) => JSON.stringify(one))
        .filter((one) => one.includes(gone.account))
      expect(shown.map((one) => JSON.parse(one))).toMatchObject([
        { name: gone.account, deletion: 'Deleted' },
      ])
      expect(JSON.stringify(tenants)).not.toContain(gone.name)

      const listed = await list(...LASTING)
      for (const name of LASTING) expect(listed.get(name)).toEqual(opens(name))
    },
  )
})
