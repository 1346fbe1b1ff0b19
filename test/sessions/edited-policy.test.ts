import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Input, MadeKey, Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { allow, document, roleArn, type Statement, sessionWorld } from './world.ts'

/** What is said of a key policy that nobody has put yet is what holds once somebody does. */
const { harness } = sessionWorld()
let tenant: Tenant
let other: Tenant
let key: MadeKey
/** may administer the policy by the account, and ask */
let admin: Credential
const user = (name: string, { accountId } = tenant) => `arn:aws:iam::${accountId}:user/${name}`
const root = ({ accountId } = tenant) => `arn:aws:iam::${accountId}:root`
const account = (): Statement => ({ ...allow('kms:*'), Principal: { AWS: tenant.accountId } })
const named = (action: string | string[], who: string | string[], more: Statement = {}) =>
  allow(action, { Principal: { AWS: who }, ...more })

beforeAll(async () => {
  tenant = await harness.tenant()
  other = await harness.tenant()
  await harness.user(tenant, 'reader', { Policy: document(allow('kms:Decrypt')) })
  await harness.user(tenant, 'named')
  await harness.user(tenant, 'granted')
  await harness.user(tenant, 'moved')
  await harness.role(tenant, 'ops', { Policy: document(allow('kms:Encrypt')) })
  await harness.user(other, 'there', { Policy: document(allow('kms:*')) })
  const made = await harness.user(tenant, 'admin', { Policy: document(allow('*')) })
  if (made.credential === undefined) throw new Error('a user has an access key')
  admin = made.credential
})

async function newKey(): Promise<MadeKey> {
  const made = await harness.key(tenant, {
    Policy: document(account(), named('kms:Sign', [user('moved'), user('there', other)])),
  })
  await harness.ok(tenant, 'CreateGrant', {
    KeyId: made.id,
    GranteePrincipal: user('granted'),
    Operations: ['Decrypt'],
  })
  return made
}
beforeAll(async () => {
  key = await newKey()
})

const put = (KeyId: string, Policy: string, more: Input = {}, as: Credential = admin) =>
  harness.call('rest', as, 'PutKeyPolicy', { KeyId, Policy, ...more })
const ask = (KeyId: string, Principal: string, Action: string, more: Input = {}) =>
  harness.call('rest', admin, 'ExplainAccess', { KeyId, Principal, Action, ...more })
const previewed = (KeyId: string, Policy: string, more: Input = {}, as: Credential = admin) =>
  harness.call('rest', as, 'PreviewKeyPolicy', { KeyId, Policy, ...more })

type Access = { Actions: string[]; Conditional: boolean; Reason: string }[]
interface Row {
  readonly Principal: string
  readonly Access: Access
  readonly SavedAccess: Access
  readonly Changes: { Change: string; Actions: string[] }[]
}

async function pages(name: string, input: Input): Promise<Row[]> {
  const rows: Row[] = []
  for (let Marker: unknown; ; ) {
    const asked = { ...input, ...(Marker !== undefined && { Marker }) }
    const page: Input = await harness.ok(admin, name, asked, { via: 'rest' })
    rows.push(...(page['Principals'] as Row[]))
    if (page['Truncated'] !== true) return rows
    Marker = page['NextMarker']
  }
}
const told = (rows: Row[]) => rows.map(({ Principal, Access }) => ({ Principal, Access }))

const POLICIES: readonly (readonly [what: string, policy: () => string])[] = [
  ['the account alone', () => document(account())],
  ['a user alone', () => document(named('kms:*', user('admin')))],
  ['nobody that is known', () => document(named('kms:*', '123456789012'))],
  ['everyone', () => document(account(), { ...allow('kms:Decrypt'), Principal: '*' })],
  [
    'one user under a condition',
    () =>
      document(account(), {
        ...named('kms:Encrypt', user('named')),
        Condition: { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
      }),
  ],
  [
    'what is denied',
    () => document(account(), { ...named('kms:Decrypt', '*'), Effect: 'Deny', Sid: 'none' }),
  ],
  [
    'aliases, which are looked up',
    () =>
      document(account(), {
        ...named('kms:Decrypt', user('named')),
        Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/shop-*' } },
      }),
  ],
  [
    'others, one that is there and one that is not',
    () => document(account(), named('kms:Decrypt', [user('there', other), user('gone', other)])),
  ],
  [
    'a role and a session of it',
    () =>
      document(
        account(),
        named('kms:Verify', roleArn(tenant, 'ops')),
        named('kms:Sign', `arn:aws:sts::${tenant.accountId}:assumed-role/ops/night`),
      ),
  ],
]

const QUESTIONS = (): readonly (readonly [who: string, what: string, more?: Input])[] => [
  [root(), 'kms:Decrypt'],
  [user('admin'), 'kms:PutKeyPolicy'],
  [user('reader'), 'kms:Decrypt'],
  [user('named'), 'kms:Decrypt'],
  [user('named'), 'kms:Encrypt', { EncryptionContext: { app: 'shop' } }],
  [user('granted'), 'kms:Decrypt'],
  [user('moved'), 'kms:Sign'],
  [roleArn(tenant, 'ops'), 'kms:Verify'],
  [`arn:aws:sts::${tenant.accountId}:assumed-role/ops/night`, 'kms:Sign'],
  [user('there', other), 'kms:Decrypt'],
  [user('gone', other), 'kms:Decrypt'],
]

test.each(POLICIES)('%s: told before as it is told after it was put', async (_what, policy) => {
  const { id } = await newKey()
  await harness.ok(tenant, 'CreateAlias', { AliasName: `alias/shop-${id}`, TargetKeyId: id })
  const Policy = policy()
  const all = async (more: Input) => {
    const answers = []
    for (const [who, what, given] of QUESTIONS()) {
      answers.push((await ask(id, who, what, { ...given, ...more })).json)
    }
    return answers
  }
  const saved = await harness.ok(tenant, 'GetKeyPolicy', { KeyId: id })
  const holds = await pages('ListKeyAccess', { KeyId: id })
  const before = await all({ Policy })
  const preview = await pages('PreviewKeyPolicy', { KeyId: id, Policy, Limit: 3 })
  // nothing was written
  expect(await harness.ok(tenant, 'GetKeyPolicy', { KeyId: id })).toEqual(saved)
  expect(await pages('ListKeyAccess', { KeyId: id })).toEqual(holds)

  const safe = await put(id, Policy)
  const locksOut = before.map(({ LocksOut }) => LocksOut)
  expect(new Set(locksOut)).toEqual(new Set([safe.code !== undefined]))
  if (safe.code !== undefined) {
    expect(safe.message).toContain('will not allow you to update the key policy in the future')
    expect((await put(id, Policy, { BypassPolicyLockoutSafetyCheck: true })).code).toBeUndefined()
  }
  // who locked himself out can't ask any more what he could before
  const still = (await ask(id, root(), 'kms:Decrypt')).code === undefined
  if (!still) return
  const after = await all({})
  expect(before.map(({ LocksOut: _, ...answer }) => answer)).toEqual(after)
  const now = told(await pages('ListKeyAccess', { KeyId: id }))
  const former = preview.map(({ Principal, SavedAccess }) => ({ Principal, Access: SavedAccess }))
  // whom one policy alone names is told of by both
  const among = (rows: ReturnType<typeof told>, list: ReturnType<typeof told>) =>
    rows.filter(({ Principal }) => list.some((one) => one.Principal === Principal))
  expect(among(told(preview), now)).toEqual(now)
  expect(among(former, told(holds))).toEqual(told(holds))
  expect(preview.every(({ Access, SavedAccess }) => Access.length + SavedAccess.length > 0)).toBe(
    true,
  )
})

test('any policy: what is told before is what is told after', async () => {
  const { id } = await newKey()
  const [who, others] = [[user('named'), user('granted'), user('moved')], roleArn(tenant, 'ops')]
  const condition = fc.constantFrom<object | undefined>(
    undefined,
    { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
    { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
    { ArnLike: { 'aws:PrincipalArn': user('n*') } },
  )
  const statement = fc.record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Principal: fc.oneof(
      fc.constant('*'),
      fc.subarray([...who, others, user('there', other)], { minLength: 1 }).map((AWS) => ({ AWS })),
    ),
    Action: fc.subarray(['kms:Decrypt', 'kms:Encrypt', 'kms:S*', 'kms:Verify'], { minLength: 1 }),
    Condition: condition,
  })
  const policies = fc.array(statement, { maxLength: 4 }).map((statements) =>
    // JSON has no member that is undefined
    document(account(), ...statements.map((one) => ({ ...one, Resource: '*' }))),
  )
  const given = fc.record({
    EncryptionContext: fc.constantFrom({ app: 'shop' }, { app: 'else' }),
    MultiFactorAuthPresent: fc.boolean(),
  })
  const asked = fc.tuple(
    fc.constantFrom(...who, others, user('reader'), user('there', other)),
    fc.constantFrom('kms:Decrypt', 'kms:Encrypt', 'kms:Sign', 'kms:Verify'),
    given,
  )
  await fc.assert(
    fc.asyncProperty(policies, asked, asked, async (Policy, ...questions) => {
      const before = []
      for (const [one, action, more] of questions) {
        before.push((await ask(id, one, action, { ...more, Policy })).json)
      }
      expect((await put(id, Policy)).code).toBeUndefined()
      for (const [index, [one, action, more]] of questions.entries()) {
        const { json } = await ask(id, one, action, more)
        expect({ ...json, LocksOut: false }).toEqual(before[index])
      }
    }),
    { numRuns: 60 },
  )
})

test('who gains and who loses what', async () => {
  const Policy = document(
    account(),
    named('kms:Sign', user('there', other)),
    named('kms:Verify', user('named')),
    {
      ...allow('kms:Decrypt', { Effect: 'Deny', Principal: '*' }),
      Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
    },
  )
  const rows = await pages('PreviewKeyPolicy', { KeyId: key.id, Policy })
  // a small account is told of at once
  expect((await previewed(key.id, Policy)).json).toMatchObject({
    Principals: rows,
    Truncated: false,
  })
  const changes = (arn: string) => rows.find(({ Principal }) => Principal === arn)?.Changes
  expect(changes(user('named'))).toEqual([{ Change: 'gained', Actions: ['kms:Verify'] }])
  expect(changes(user('moved'))).toEqual([{ Change: 'lost', Actions: ['kms:Sign'] }])
  expect(changes(user('reader'))).toEqual([{ Change: 'conditional', Actions: ['kms:Decrypt'] }])
  expect(changes(user('there', other))).toEqual([])
  const back = await newKey()
  await put(back.id, Policy)
  const Former = document(account())
  const undone = await pages('PreviewKeyPolicy', { KeyId: back.id, Policy: Former })
  const reader = undone.find(({ Principal }) => Principal === user('reader'))
  expect(reader?.Changes).toEqual([{ Change: 'unconditional', Actions: ['kms:Decrypt'] }])
})

describe('refused as PutKeyPolicy refuses it', () => {
  const REFUSED: readonly (readonly [what: string, policy: () => string, code: string])[] = [
    ['no JSON', () => '{', 'MalformedPolicyDocumentException'],
    ['no statement', () => '{"Version":"2012-10-17"}', 'MalformedPolicyDocumentException'],
    [
      'an action of nobody’s',
      () => document(named('kms', root())),
      'MalformedPolicyDocumentException',
    ],
    [
      'a principal that is not there',
      () => document(account(), named('kms:Decrypt', user('missing'))),
      'MalformedPolicyDocumentException',
    ],
    [
      'a principal of another partition',
      () => document(account(), named('kms:Decrypt', 'arn:aws-cn:iam::123456789012:user/x')),
      'MalformedPolicyDocumentException',
    ],
    [
      'more than 32 KB',
      () => document({ ...account(), Sid: 'x'.repeat(32_768) }),
      'LimitExceededException',
    ],
    ['nothing', () => '', 'ValidationException'],
    ['what is not Latin 1', () => '{"Version":"\u4e00"}', 'ValidationException'],
  ]
  test.each(REFUSED)('%s', async (_what, policy, code) => {
    const Policy = policy()
    const { code: answered, message } = await put(key.id, Policy)
    expect(answered).toBe(code)
    for (const refused of [
      await ask(key.id, root(), 'kms:Decrypt', { Policy }),
      await previewed(key.id, Policy),
    ]) {
      expect([refused.code, refused.message]).toEqual([code, message])
    }
  })

  test('a key of another account, and one that is not there', async () => {
    const Policy = document(account())
    const foreign = await harness.key(other)
    const missing = foreign.arn.replace(/[^/]+$/, '00000000-0000-4000-8000-000000000000')
    const answers = async (KeyId: string): Promise<unknown[][]> => {
      const asked = await ask(KeyId, root(), 'kms:Decrypt', { Policy })
      return [asked, await previewed(KeyId, Policy)].map(({ code, message }) => [
        code,
        message?.replace(KeyId, 'ARN'),
      ])
    }
    const [first, second] = await answers(foreign.arn)
    expect(first?.[0]).toBe('AccessDeniedException')
    expect(second).toEqual(first)
    expect(await answers(missing)).toEqual([first, second])
  })

  test('an AWS managed key', async () => {
    const KeyId = 'alias/aws/s3'
    await harness.ok(tenant, 'DescribeKey', { KeyId })
    const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId })
    const { KeyId: id } = KeyMetadata as { KeyId: string }
    const Policy = document(account())
    const { code, message } = await put(id, Policy)
    expect(code).toBe('AccessDeniedException')
    for (const refused of [
      await ask(id, root(), 'kms:Decrypt', { Policy }),
      await previewed(id, Policy),
    ]) {
      expect([refused.code, refused.message]).toEqual([code, message])
    }
  })

  test('a marker of another policy', async () => {
    const first = await harness.ok(
      admin,
      'PreviewKeyPolicy',
      { KeyId: key.id, Policy: document(account()), Limit: 1 },
      { via: 'rest' },
    )
    const Marker = String(first['NextMarker'])
    const more = { Limit: 1, Marker }
    expect((await previewed(key.id, document(account()), more)).code).toBeUndefined()
    const changed = document(account(), named('kms:Verify', user('named')))
    expect((await previewed(key.id, changed, more)).code).toBe('InvalidMarkerException')
  })
})

test('nothing is told of principals of other accounts', async () => {
  const about = async (name: string) => {
    const Policy = document(account(), named('kms:Verify', user(name, other)))
    const { json } = await ask(key.id, user(name, other), 'kms:Verify', { Policy })
    const rows = await pages('PreviewKeyPolicy', { KeyId: key.id, Policy })
    const row = rows.find(({ Principal }) => Principal === user(name, other))
    return JSON.parse(JSON.stringify({ json, Access: row?.Access }).replaceAll(`/${name}`, '/NAME'))
  }
  const there = await about('there')
  expect(there).toEqual(await about('missing'))
  expect(there.json).toMatchObject({ Decision: 'allowed', LocksOut: false })
})

test('who may ask', async () => {
  const Policy = document(account())
  const asks = [allow('kms:GetKeyPolicy'), allow('tenkey:ExplainAccess')]
  for (const [index, one] of asks.entries()) {
    const half = await harness.user(tenant, `half${index}`, { Policy: document(one) })
    if (half.credential === undefined) throw new Error('a user has an access key')
    const refused = await previewed(key.id, Policy, {}, half.credential)
    expect(refused.code).toBe('AccessDeniedException')
  }
  const whole = await harness.user(tenant, 'whole', { Policy: document(...asks) })
  if (whole.credential === undefined) throw new Error('a user has an access key')
  const { code, json } = await previewed(key.id, Policy, {}, whole.credential)
  // who may not put policies is locked out by any
  expect([code, json['LocksOut']]).toEqual([undefined, true])
})

test('the audit trail has what was asked, and that nothing was changed', async () => {
  const { id } = await newKey()
  const Policy = document(account())
  await ask(id, root(), 'kms:Decrypt', { Policy })
  await previewed(id, Policy)
  const records = (await harness.trail(tenant)).filter(({ resources }) =>
    JSON.stringify(resources).includes(id),
  )
  for (const name of ['ExplainAccess', 'PreviewKeyPolicy']) {
    expect(records.find(({ eventName }) => eventName === name)).toMatchObject({
      readOnly: true,
      responseElements: null,
      requestParameters: { keyId: id, policy: Policy },
    })
  }
})
