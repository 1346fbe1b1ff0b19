import { beforeAll, describe, expect, test } from 'vitest'
import { KEY_ACTIONS } from '../../core/access/key-actions.ts'
import { survey } from '../../core/access/survey.ts'
import type { CallContext } from '../../core/base/call-context.ts'
import { keyFromItem, keyPlace } from '../../core/key/key-item.ts'
import { serviceOf } from '../../core/operation.ts'
import { operations } from '../../operations/registry.ts'
import type { Input, MadeKey, Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { allow, document, operate, roleArn, sessionWorld } from './world.ts'

const { harness } = sessionWorld()
let tenant: Tenant
let other: Tenant
let key: MadeKey
let auditor: Credential
const user = (name: string, { accountId } = tenant) => `arn:aws:iam::${accountId}:user/${name}`

beforeAll(async () => {
  tenant = await harness.tenant()
  other = await harness.tenant()
  await harness.user(tenant, 'reader', { Policy: document(allow('kms:Decrypt')) })
  await harness.user(tenant, 'named')
  await harness.user(tenant, 'nobody')
  await harness.role(tenant, 'ops', { Policy: document(allow('kms:Encrypt')) })
  const made = await harness.user(tenant, 'auditor', {
    Policy: document(allow(['kms:GetKeyPolicy', 'tenkey:ExplainAccess'])),
  })
  if (made.credential === undefined) throw new Error('a user has an access key')
  auditor = made.credential
  key = await harness.key(tenant, {
    Policy: document(
      { ...allow('kms:*'), Sid: 'account', Principal: { AWS: tenant.accountId } },
      {
        ...allow('kms:Encrypt', { Sid: 'direct', Principal: { AWS: user('named') } }),
        Condition: { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
      },
      { ...allow('kms:Verify', { Sid: 'away', Principal: { AWS: other.accountId } }) },
      {
        Sid: 'office',
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      },
    ),
  })
})

const ask = (Principal: string, Action: string, more: Input = {}, as: Credential = tenant) =>
  harness.call('rest', as, 'ExplainAccess', { KeyId: key.id, Principal, Action, ...more })

describe('ExplainAccess', () => {
  test('both sides of what allows, with the statements', async () => {
    const { json } = await ask(user('reader'), 'kms:Decrypt')
    expect(json['Decision']).toBe('allowed')
    const because = json['Because'] as { Source: string; Statement: string; Sid?: string }[]
    expect(because.map(({ Source, Sid }) => [Source, Sid])).toEqual([
      ['resource-policy', 'account'],
      ['identity-policy', undefined],
    ])
    expect(JSON.parse(because[1]?.Statement ?? '')).toEqual(allow('kms:Decrypt'))
  })

  test('what is supposed decides: the encryption context, an address, a second factor', async () => {
    const decide = async (who: string, action: string, more?: Input) =>
      (await ask(user(who), action, more)).json['Decision']
    expect(await decide('named', 'kms:Encrypt')).toBe('denied')
    expect(await decide('named', 'kms:Encrypt', { EncryptionContext: { app: 'shop' } })).toBe(
      'allowed',
    )
    const ConditionKeys = { 'AWS:sourceip': '203.0.113.7' }
    const denied = await ask(user('reader'), 'kms:Decrypt', { ConditionKeys })
    expect(denied.json).toMatchObject({
      Decision: 'denied',
      Because: [{ Kind: 'statement', Effect: 'Deny', Sid: 'office' }],
    })
  })

  test('the side that is missing', async () => {
    const { json } = await ask(user('nobody'), 'kms:Decrypt')
    expect(json).toMatchObject({
      Decision: 'denied',
      Because: [{ Kind: 'missing', Source: 'identity-policy' }],
    })
  })

  test('a role, its session, and the root', async () => {
    const session = `arn:aws:sts::${tenant.accountId}:assumed-role/ops/night`
    for (const principal of [roleArn(tenant, 'ops'), session]) {
      expect((await ask(principal, 'kms:Encrypt')).json['Decision']).toBe('allowed')
      expect((await ask(principal, 'kms:Sign')).json['Decision']).toBe('denied')
    }
    const root = `arn:aws:iam::${tenant.accountId}:root`
    expect((await ask(root, 'kms:Sign')).json['Decision']).toBe('allowed')
  })

  test('of other accounts nothing is told, whether their principals are there or not', async () => {
    await harness.user(other, 'there', { Policy: document(allow('kms:*')) })
    const there = await ask(user('there', other), 'kms:Verify')
    const missing = await ask(user('missing', other), 'kms:Verify')
    expect(there.json).toEqual(missing.json)
    expect(there.json).toMatchObject({
      Decision: 'allowed',
      Because: [{ Source: 'resource-policy', Sid: 'away' }],
      AlsoNeeded: `Policies of account ${other.accountId} must allow it too.`,
    })
  })

  test('who may ask', async () => {
    expect((await ask(user('reader'), 'kms:Decrypt', {}, auditor)).code).toBeUndefined()
    const stranger = { ...other }
    const refused = await harness.call('rest', stranger, 'ExplainAccess', {
      KeyId: key.arn,
      Principal: user('reader'),
      Action: 'kms:Decrypt',
    })
    expect(refused.code).toBe('AccessDeniedException')
    await operate(
      harness,
      `PUT /admin/v1/tenants/${tenant.accountId}/principals/user/auditor/policies/default`,
      { Policy: document(allow('kms:*')) },
    )
    const half = await ask(user('reader'), 'kms:Decrypt', {}, auditor)
    expect(half.message).toContain('is not authorized to perform: tenkey:ExplainAccess')
  })

  test.each([
    ['a principal that is not there', () => user('missing'), 'kms:Decrypt', 'NotFoundException'],
    ['no principal', () => 'arn:aws:iam::aws:policy/Admin', 'kms:Decrypt', 'ValidationException'],
    ['no action', () => user('reader'), 'kms:Everything', 'ValidationException'],
  ])('refused: %s', async (_title, principal, action, code) => {
    expect((await ask(principal(), action)).code).toBe(code)
  })
})

describe('ListKeyAccess', () => {
  type Row = {
    Principal: string
    Access: { Actions: string[]; Conditional: boolean; Reason: string }[]
  }
  async function all(Limit: number): Promise<Row[]> {
    const rows: Row[] = []
    for (let Marker: unknown; ; ) {
      const input = { KeyId: key.id, Limit, ...(Marker !== undefined && { Marker }) }
      const page = await harness.ok(tenant, 'ListKeyAccess', input, { via: 'rest' })
      rows.push(...(page['Principals'] as Row[]))
      if (page['Truncated'] !== true) return rows
      Marker = page['NextMarker']
    }
  }
  const actionsOf = (rows: Row[], arn: string, conditional: boolean) =>
    rows
      .filter(({ Principal }) => Principal === arn)
      .flatMap(({ Access }) => Access)
      .filter(({ Conditional }) => Conditional === conditional)
      .flatMap(({ Actions }) => Actions)

  /** https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html: a key policy of 32 KB */
  describe('what a large key policy says of many principals', () => {
    const foreign = Array.from(
      { length: 60 },
      (_, i) => `arn:aws:iam::${500_000_000_000 + i}:user/x`,
    )
    const large = async () => {
      const patterns = Array.from({ length: 800 }, (_, i) => `arn:*:*:*:*:*-*-*-*-*y${i}`)
      const made = await harness.key(tenant, {
        Policy: document(
          { ...allow('kms:*'), Principal: { AWS: tenant.accountId } },
          { Effect: 'Deny', Principal: '*', Action: 'kms:*', Resource: patterns },
          { ...allow('kms:Decrypt'), Principal: { AWS: foreign } },
        ),
      })
      return made.id
    }

    test('is told in pages, each within the steps of one decision, of everyone once', {
      tags: ['long'],
    }, async () => {
      const KeyId = await large()
      const named: string[] = []
      let pages = 0
      for (let Marker: unknown, more = true; more; ) {
        const input = { KeyId, Limit: 100, ...(Marker !== undefined && { Marker }) }
        const page = await harness.ok(tenant, 'ListKeyAccess', input, { via: 'rest' })
        const some = (page['Principals'] as Row[]).map(({ Principal }) => Principal)
        named.push(...some)
        if (some.some((arn) => foreign.includes(arn))) pages++
        Marker = page['NextMarker']
        more = page['Truncated'] === true
      }
      expect(named.slice(-foreign.length)).toEqual(foreign)
      expect(new Set(named).size).toBe(named.length)
      expect(pages).toBeGreaterThan(1)
    })

    test('leaves others their turn, and tells what it could not decide', async () => {
      const { store } = harness.inside.service
      const KeyId = await large()
      const item = await store.get([keyPlace(tenant.accountId, 'us-east-1', KeyId)])
      const [stored] = item
      if (stored === undefined) throw new Error('the key is stored')
      const context = { region: 'us-east-1', now: 1, wallTime: 1 } as CallContext
      let turns = 0
      let done = false
      const count = () => {
        turns++
        if (!done) setImmediate(count)
      }
      setImmediate(count)
      const asked = { after: 'n0', limit: 3 }
      const whole = await survey(store, context, keyFromItem(stored), asked, 1e9)
      done = true
      expect(turns).toBeGreaterThan(3)
      expect(whole.principals).toHaveLength(3)
      const short = await survey(store, context, keyFromItem(stored), asked, 1_000)
      expect(short.next).toBe('n1')
      expect(short.principals).toMatchObject([
        {
          Principal: foreign[0],
          Access: [{ Conditional: true, Reason: expect.stringMatching(/^Not decided/) }],
        },
      ])
    })
  })

  test('everyone of the account and everyone named, alike in pages of any size', async () => {
    await harness.ok(tenant, 'CreateGrant', {
      KeyId: key.id,
      GranteePrincipal: user('granted', other),
      Operations: ['DescribeKey'],
    })
    const rows = await all(100)
    expect(await all(1)).toEqual(rows)
    const root = `arn:aws:iam::${tenant.accountId}:root`
    expect(actionsOf(rows, root, false)).toContain('kms:Encrypt')
    // the deny of some addresses may apply
    expect(actionsOf(rows, root, true)).toEqual(['kms:Decrypt'])
    expect(actionsOf(rows, user('reader'), true)).toEqual(['kms:Decrypt'])
    expect(actionsOf(rows, user('named'), true)).toEqual(['kms:Encrypt'])
    expect(actionsOf(rows, roleArn(tenant, 'ops'), false)).toEqual(['kms:Encrypt'])
    expect(rows.some(({ Principal }) => Principal === user('nobody'))).toBe(false)
    const away = rows.find(({ Principal }) => Principal === `arn:aws:iam::${other.accountId}:root`)
    expect(away?.Access).toEqual([
      {
        Actions: ['kms:Verify'],
        Conditional: false,
        Reason: expect.stringMatching(/statement "away".*their account must allow it too/),
      },
    ])
    // by the grant, and by the statement that names the account
    expect(actionsOf(rows, user('granted', other), false)).toEqual([
      'kms:DescribeKey',
      'kms:Verify',
    ])
  })
})

test('every action that is asked on a key is known to both', () => {
  const asked = operations
    .filter((operation) => serviceOf(operation) === 'kms')
    .flatMap(({ name, keys }) => Object.values(keys).map(({ action = `kms:${name}` }) => action))
    .filter((action) => typeof action === 'string')
  expect([...new Set(asked)].sort()).toEqual([...KEY_ACTIONS].sort())
})
