// @module-tag functions-long
import { expect, test } from 'vitest'
import { MOST_PRINCIPALS } from '../../core/identity/provenance.ts'
import {
  allow,
  because,
  denial,
  document,
  expectDenied,
  keyWith,
  userWith,
} from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import {
  type Credential,
  describeStores,
  type Harness,
  type Input,
  type Tenant,
} from '../support/harness.ts'
import { credentialOf, operate, roleArn, trust, userSession } from './world.ts'

const tenantPath = ({ accountId }: { accountId: string }) => `/admin/v1/tenants/${accountId}`
const principalPath = (tenant: Tenant, principal: string) =>
  `${tenantPath(tenant)}/principals/${principal}`
const accessKeyPath = ({ accountId, accessKeyId }: Credential) =>
  `/admin/v1/tenants/${accountId}/access-keys/${accessKeyId}`

/** A session of a role, over REST. */
async function assume(
  harness: Harness,
  who: Credential,
  owner: Tenant,
  role: string,
  more: Input = {},
): Promise<Credential> {
  const input = { RoleArn: roleArn(owner, role), RoleSessionName: 'night', ...more }
  const { Credentials } = await harness.ok(who, 'AssumeRole', input, { via: 'rest' })
  return credentialOf(owner.accountId, Credentials)
}

async function sessionToken(harness: Harness, who: Credential): Promise<Credential> {
  const { Credentials } = await harness.ok(who, 'GetSessionToken', {}, { via: 'rest' })
  return credentialOf(who.accountId, Credentials)
}

const UNRECOGNIZED = 'UnrecognizedClientException'
const EXPIRED = 'ExpiredTokenException'

describeStores('A session ends with', (harness) => {
  const codeOf = async (who: Credential) => (await harness.call('aws', who, 'ListKeys')).code
  const change = (line: string, input?: Input) => operate(harness, line, input)

  /** A tenant whose user may all, and whose roles its own principals and those of some accounts may assume. */
  async function setUp(...accounts: string[]) {
    const tenant = await harness.tenant()
    const alice = await userWith(harness, tenant, [allow(['kms:*', 'sts:*'])])
    const role = (name: string) =>
      harness.role(tenant, name, {
        TrustPolicy: document(
          ...[tenant.accountId, ...accounts].map((account) => trust({ AWS: account })),
        ),
        Policy: document(allow(['kms:*', 'sts:*'])),
      })
    for (const name of ['first', 'second', 'third']) await role(name)
    return { tenant, alice, role }
  }

  /** Each way to a session, and all sessions that it leads to on the way. */
  const WAYS: [
    title: string,
    make: (world: Awaited<ReturnType<typeof setUp>>) => Promise<Credential[]>,
  ][] = [
    ['GetSessionToken', async ({ alice }) => [await sessionToken(harness, alice)]],
    ['AssumeRole', async ({ alice, tenant }) => [await assume(harness, alice, tenant, 'first')]],
    [
      'a chain of roles',
      async ({ alice, tenant }) => {
        const first = await assume(harness, alice, tenant, 'first')
        const second = await assume(harness, first, tenant, 'second')
        return [first, second, await assume(harness, second, tenant, 'third')]
      },
    ],
    [
      'a role of another account, and on from there',
      async ({ alice, tenant }) => {
        const away = await setUp(tenant.accountId)
        const there = await assume(harness, alice, away.tenant, 'first')
        return [there, await assume(harness, there, away.tenant, 'second')]
      },
    ],
    [
      'a role of another account, and back',
      async ({ alice, tenant }) => {
        const away = await setUp(tenant.accountId)
        const there = await assume(harness, alice, away.tenant, 'first')
        const back = document(trust({ AWS: roleArn(away.tenant, 'first') }))
        await change(`PUT ${principalPath(tenant, 'role/second')}/trust-policy`, {
          TrustPolicy: back,
        })
        return [there, await assume(harness, there, tenant, 'second')]
      },
    ],
  ]

  test.each(WAYS)('the access key it was made by, through %s', async (_title, make) => {
    const world = await setUp()
    const sessions = await make(world)
    const codes = async () => Promise.all(sessions.map(codeOf))
    const all = (code: string | undefined) => sessions.map(() => code)
    expect(await codes()).toEqual(all(undefined))
    const path = accessKeyPath(world.alice)
    await change(`PATCH ${path}`, { Status: 'Inactive' })
    expect(await codes()).toEqual(all(UNRECOGNIZED))
    await change(`PATCH ${path}`, { Status: 'Active' })
    expect(await codes()).toEqual(all(undefined))
    await change(`DELETE ${path}`)
    expect(await codes()).toEqual(all(UNRECOGNIZED))
  })

  test.each(WAYS)('the user who made it, through %s', async (_title, make) => {
    const world = await setUp()
    const sessions = await make(world)
    const user = `user/${world.alice.name}`
    await change(`DELETE ${principalPath(world.tenant, user)}`)
    // a namesake is another
    await harness.user(world.tenant, world.alice.name, {
      Policy: document(allow(['kms:*', 'sts:*'])),
    })
    for (const session of sessions) expect(await codeOf(session)).toBe(UNRECOGNIZED)
  })

  test.each(WAYS)('the account it was made in, while suspended, through %s', async (_, make) => {
    const world = await setUp()
    const sessions = await make(world)
    await change(`POST ${tenantPath(world.tenant)}/suspend`)
    for (const session of sessions) {
      const own = session.accountId === world.tenant.accountId
      expect(await codeOf(session)).toBe(own ? 'AccessDeniedException' : UNRECOGNIZED)
    }
    await change(`POST ${tenantPath(world.tenant)}/resume`)
    for (const session of sessions) expect(await codeOf(session)).toBeUndefined()
  })

  test.each(WAYS)('a revocation, of its maker or of the account, through %s', async (_, make) => {
    const world = await setUp()
    const revoke = `POST ${tenantPath(world.tenant)}/revoke-sessions`
    for (const input of [{ Type: 'user', Name: world.alice.name }, {}]) {
      const sessions = await make(world)
      for (const session of sessions) expect(await codeOf(session)).toBeUndefined()
      await change(revoke, input)
      for (const session of sessions) expect(await codeOf(session)).toBe(EXPIRED)
      // the lasting key goes on, and what it makes from now on holds
      expect(await codeOf(world.alice)).toBeUndefined()
    }
    for (const session of await make(world)) expect(await codeOf(session)).toBeUndefined()
  })

  test('a role on the way that was deleted or revoked', async () => {
    const { tenant, alice, role } = await setUp()
    const make = async () => {
      const first = await assume(harness, alice, tenant, 'first')
      const second = await assume(harness, first, tenant, 'second')
      return { first, second, beside: await assume(harness, alice, tenant, 'second') }
    }
    const codes = async (made: Awaited<ReturnType<typeof make>>) => [
      await codeOf(made.first),
      await codeOf(made.second),
      await codeOf(made.beside),
    ]
    const revoked = await make()
    await change(`POST ${tenantPath(tenant)}/revoke-sessions`, { Type: 'role', Name: 'first' })
    expect(await codes(revoked)).toEqual([EXPIRED, EXPIRED, undefined])
    const deleted = await make()
    await change(`DELETE ${principalPath(tenant, 'role/first')}`)
    await role('first')
    expect(await codes(deleted)).toEqual([UNRECOGNIZED, UNRECOGNIZED, undefined])
  })

  test("the root's access key", async () => {
    const tenant = await harness.tenant()
    const session = await sessionToken(harness, tenant)
    expect(await codeOf(session)).toBeUndefined()
    await change(`DELETE ${accessKeyPath(tenant)}`)
    expect(await codeOf(session)).toBe(UNRECOGNIZED)
  })

  test("the operator's credential that vouched for it", async () => {
    const { tenant, alice } = await setUp()
    const statement = allow('tenkey:CreateSession', { Resource: 'arn:aws:iam::*:user/*' })
    const operator = { ...harness.operator, name: 'operator' }
    const helper = await userWith(harness, operator, [statement])
    const outcome = await harness.rest(helper, `POST ${tenantPath(tenant)}/sessions`, {
      body: JSON.stringify({ UserName: alice.name }),
    })
    const session = credentialOf(tenant.accountId, outcome.json['Credentials'])
    expect(await codeOf(session)).toBeUndefined()
    await change(`DELETE ${accessKeyPath({ ...helper, accountId: '000000000000' })}`)
    expect(await codeOf(session)).toBe(UNRECOGNIZED)
    expect(await codeOf(await userSession(harness, tenant, alice.name))).toBeUndefined()
  })

  test('in the words of AWS STS too, and its holder makes none from it', async () => {
    const { tenant, alice } = await setUp()
    const session = await assume(harness, alice, tenant, 'first')
    await change(`POST ${tenantPath(tenant)}/revoke-sessions`)
    for (const operation of ['GetCallerIdentity', 'AssumeRole']) {
      const input = { RoleArn: roleArn(tenant, 'second'), RoleSessionName: 'night' }
      const more = operation === 'AssumeRole' ? input : {}
      expectRefusal(await harness.call('rest', session, operation, more), 'rest', EXPIRED)
    }
  })

  test('no more than so many principals on the way; its token stays below 8 KB', async () => {
    const { tenant, alice } = await setUp()
    const names = Array.from({ length: MOST_PRINCIPALS }, (_, i) => `${i}${'x'.repeat(63)}`)
    for (const name of names) {
      await harness.role(tenant, name, { Policy: document(allow('sts:*')) })
    }
    let session: Credential = alice
    for (const name of names.slice(1)) session = await assume(harness, session, tenant, name)
    expect(session.sessionToken?.length).toBeLessThan(8192)
    // once more through one that is on the way is no further
    session = await assume(harness, session, tenant, names[1] ?? '')
    const outcome = await harness.call('rest', session, 'AssumeRole', {
      RoleArn: roleArn(tenant, names[0] ?? ''),
      RoleSessionName: 'night',
    })
    expectRefusal(outcome, 'rest', 'ValidationException')
    expect(outcome.message).toBe('A session is made through at most 10 principals.')
  })

  test('a revocation is told of whom it was asked for', async () => {
    const { tenant, alice } = await setUp()
    const told = await change(`POST ${tenantPath(tenant)}/revoke-sessions`, {
      Type: 'user',
      Name: alice.name,
    })
    const at = told['SessionsValidAfter']
    expect(Date.parse(String(at))).toBeGreaterThan(0)
    const shown = await change(`GET ${principalPath(tenant, `user/${alice.name}`)}`)
    expect(shown['SessionsValidAfter']).toBe(at)
    // a moment later each time, though asked for in one ms
    const again = await Promise.all(
      [1, 2, 3].map(() => change(`POST ${tenantPath(tenant)}/revoke-sessions`)),
    )
    const moments = again.map(({ SessionsValidAfter }) => String(SessionsValidAfter))
    expect(new Set(moments).size).toBe(3)
    for (const [input, code] of [
      [{ Type: 'user', Name: 'nobody' }, 'NotFoundException'],
      [{ Type: 'user' }, 'ValidationException'],
    ] as const) {
      const line = `POST ${tenantPath(tenant)}/revoke-sessions`
      const outcome = await harness.rest(harness.operator, line, { body: JSON.stringify(input) })
      expect(outcome.code).toBe(code)
    }
  })
})

describeStores("A suspended account's keys", (harness) => {
  test('are no other account’s to use, nor told from keys that are not there', async () => {
    const home = await harness.tenant()
    const away = await harness.tenant()
    const user = await userWith(harness, away, [allow('kms:*')])
    const poor = await userWith(harness, away)
    const opened = allow('kms:*', { Principal: { AWS: [away.accountId] } })
    const key = await keyWith(harness, home, [opened])
    const closed = await harness.key(home)
    await harness.ok(home, 'CreateAlias', { AliasName: 'alias/lent', TargetKeyId: key.id })
    const alias = key.arn.replace(/key\/.*/, 'alias/lent')
    const { GrantToken } = await harness.ok(home, 'CreateGrant', {
      KeyId: closed.id,
      GranteePrincipal: user.arn,
      RetiringPrincipal: user.arn,
      Operations: ['Encrypt', 'RetireGrant'],
    })
    expect(GrantToken).toBeDefined()
    // a grant of its own stays listed throughout
    const mine = await harness.key(away)
    await harness.ok(away, 'CreateGrant', {
      KeyId: mine.id,
      GranteePrincipal: user.arn,
      RetiringPrincipal: user.arn,
      Operations: ['Encrypt'],
    })
    const retirable = async () => {
      const { Grants } = await harness.ok(away, 'ListRetirableGrants', {
        RetiringPrincipal: user.arn,
      })
      return (Grants as { KeyId: string }[]).map(({ KeyId }) => KeyId).sort()
    }
    expect(await retirable()).toEqual([closed.arn, mine.arn].sort())
    const Plaintext = Buffer.from('a').toString('base64')
    const encrypt = (who: Credential, KeyId: string) =>
      harness.call('aws', who, 'Encrypt', { KeyId, Plaintext })
    const { CiphertextBlob } = await harness.ok(user, 'Encrypt', { KeyId: key.arn, Plaintext })
    const decrypt = () => harness.call('aws', user, 'Decrypt', { CiphertextBlob })
    for (const arn of [key.arn, alias, closed.arn]) {
      expect((await encrypt(user, arn)).code).toBeUndefined()
    }

    await operate(harness, `POST ${tenantPath(home)}/suspend`)
    const missing = key.arn.replace(key.id, '01234567-89ab-cdef-0123-456789abcdef')
    for (const who of [user, poor]) {
      for (const arn of [key.arn, alias, closed.arn, missing]) {
        const words = denial(who.arn, 'kms:Encrypt', arn, because.stranger)
        expectDenied(await encrypt(who, arn), words)
      }
    }
    expect((await decrypt()).message).toBe(
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    )
    const own = await harness.key(away)
    const SourceKeyId = key.arn
    const moved = await harness.call('aws', user, 'ReEncrypt', {
      CiphertextBlob,
      SourceKeyId,
      DestinationKeyId: own.id,
    })
    expectDenied(moved)
    expect(await retirable()).toEqual([mine.arn])

    await operate(harness, `POST ${tenantPath(home)}/resume`)
    expect(await retirable()).toEqual([closed.arn, mine.arn].sort())
    for (const arn of [key.arn, alias, closed.arn]) {
      expect((await encrypt(user, arn)).code).toBeUndefined()
    }
    expect((await decrypt()).code).toBeUndefined()
    // a call that is denied is in the caller's trail alone, and that does not tell why
    for (const EventName of ['Encrypt', 'Decrypt']) {
      const owners = await harness.trail(home, { EventName, Limit: 50 })
      expect(owners.filter((record) => record['errorCode'] !== undefined)).toEqual([])
      const callers = await harness.trail(away, { EventName, Limit: 50 })
      expect(callers.some((record) => record['errorCode'] === 'AccessDenied')).toBe(true)
      expect(JSON.stringify(callers)).not.toContain('suspended')
    }
  })
})
