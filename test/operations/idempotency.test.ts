// @module-tag functions-long
import { describe, expect, test } from 'vitest'
import { operations } from '../../operations/registry.ts'
import { credentialOf, document, operate, roleArn, trust, userSession } from '../sessions/world.ts'
import { allow, rootOf, userWith } from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import {
  type Credential,
  describeStores,
  type Harness,
  type Input,
  type Outcome,
  type Tenant,
} from '../support/harness.ts'

const idOf = ({ json }: Outcome) => (json['KeyMetadata'] as { KeyId: string }).KeyId

/** What a create with an Idempotency-Key does when it is sent again, and for whom (REST). */
describeStores('An Idempotency-Key', (harness) => {
  const create = (caller: Credential, key: string, body: object, region?: string) =>
    harness.rest(caller, 'POST /v1/keys', {
      headers: { 'idempotency-key': key },
      body: JSON.stringify(body),
      ...(region !== undefined && { region }),
    })
  const countKeys = async (caller: Credential) =>
    ((await harness.ok(caller, 'ListKeys'))['Keys'] as unknown[]).length

  test('the same Idempotency-Key and body: one key, the same answer twice', async () => {
    const tenant = await harness.tenant()
    const first = await create(tenant, 'one', { Description: 'x' })
    const again = await create(tenant, 'one', { Description: 'x' })
    expect(first.status).toBe(201)
    expect(again.status).toBe(201)
    expect(again.json).toEqual(first.json)
    expect(await countKeys(tenant)).toBe(1)
  })

  test('a tenant’s trail tells a repetition from what was made', async () => {
    const headers = { 'idempotency-key': 'tenant' }
    const body = JSON.stringify({ Name: 'twice' })
    const call = () => harness.rest(harness.operator, 'POST /admin/v1/tenants', { headers, body })
    const [first, again] = [await call(), await call()]
    expect(again.json).toMatchObject({ AccountId: first.json['AccountId'] })
    const { AccessKeyId = '', SecretAccessKey = '' } = first.json['AccessKey'] as {
      AccessKeyId?: string
      SecretAccessKey?: string
    }
    const accountId = String(first.json['AccountId'])
    const tenant = { accountId, accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
    const all = await harness.trail(tenant, { EventName: 'CreateTenant' })
    const told = all.map(({ additionalEventData }) => additionalEventData)
    expect(told.filter((data) => Object(data).repeated === true)).toHaveLength(1)
    expect(told).toHaveLength(2)
  })

  test('another body under the same key is refused, and changes nothing', async () => {
    const tenant = await harness.tenant()
    await create(tenant, 'one', { Description: 'x' })
    const other = await create(tenant, 'one', { Description: 'y' })
    expectRefusal(other, 'rest', 'IdempotentParameterMismatchException')
    expect(await countKeys(tenant)).toBe(1)
  })

  test('at once: one key, and every answer is it or asks to wait', async () => {
    const tenant = await harness.tenant()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => create(tenant, 'raced', {})))
    const made = outcomes.filter(({ status }) => status === 201)
    expect(new Set(made.map(idOf)).size).toBe(1)
    for (const outcome of outcomes) {
      if (outcome.status !== 201) expectRefusal(outcome, 'rest', 'ConflictException')
    }
    expect(await countKeys(tenant)).toBe(1)
  })

  test('a key is a caller’s own, of one Region and one operation', async () => {
    const [tenant, other] = [await harness.tenant(), await harness.tenant()]
    const ids = [
      idOf(await create(tenant, 'mine', {})),
      idOf(await create(other, 'mine', {})),
      idOf(await create(tenant, 'mine', {}, 'eu-west-1')),
    ]
    expect(new Set(ids).size).toBe(3)
    const alias = await harness.rest(tenant, 'POST /v1/aliases', {
      headers: { 'idempotency-key': 'mine' },
      body: JSON.stringify({ AliasName: 'alias/a', TargetKeyId: ids[0] }),
    })
    expect(alias.code, alias.text).toBeUndefined()
  })

  test('a refused create leaves its key free', async () => {
    const tenant = await harness.tenant()
    const body = { AliasName: 'alias/free', TargetKeyId: '01234567-89ab-cdef-0123-456789abcdef' }
    const headers = { 'idempotency-key': 'free' }
    const post = (more: object) =>
      harness.rest(tenant, 'POST /v1/aliases', {
        headers,
        body: JSON.stringify({ ...body, ...more }),
      })
    expectRefusal(await post({}), 'rest', 'NotFoundException')
    const { id } = await harness.key(tenant)
    expect((await post({ TargetKeyId: id })).code).toBeUndefined()
    expect((await post({ TargetKeyId: id })).code, 'the repetition').toBeUndefined()
  })

  test('of more than 255 characters is refused', async () => {
    const tenant = await harness.tenant()
    expectRefusal(await create(tenant, 'k'.repeat(256), {}), 'rest', 'ValidationException')
  })

  test('is compared by the whole input, whatever carries it', async () => {
    const tenant = await harness.tenant()
    const [a, b] = [await harness.key(tenant), await harness.key(tenant)]
    const grant = (path: string, query: string, Operations = ['Encrypt']) =>
      harness.rest(tenant, `POST /v1/keys/${path}/grants`, {
        query,
        headers: { 'idempotency-key': 'grant' },
        body: JSON.stringify({ GranteePrincipal: rootOf(tenant), Operations }),
      })
    const first = await grant('~', `KeyId=${a.id}`)
    expect(first.status, first.text).toBe(201)
    const other = await grant('~', `KeyId=${b.id}`)
    expectRefusal(other, 'rest', 'IdempotentParameterMismatchException')
    const more = await grant('~', `KeyId=${a.id}`, ['Encrypt', 'Decrypt'])
    expectRefusal(more, 'rest', 'IdempotentParameterMismatchException')
    expect((await harness.ok(tenant, 'ListGrants', { KeyId: b.id }))['Grants']).toEqual([])
    const elsewhere = await grant(a.id, '')
    expect(elsewhere.json).toEqual(first.json)
  })

  /** Each caller makes its own key with one Idempotency-Key, and gets that again. */
  async function areOthers(callers: readonly Credential[]) {
    const ids: string[] = []
    for (const caller of callers) {
      const [first, again] = [await create(caller, 'same', {}), await create(caller, 'same', {})]
      expect(first.status, first.text).toBe(201)
      expect(again.json).toEqual(first.json)
      ids.push(idOf(first))
    }
    expect(new Set(ids).size).toBe(callers.length)
  }

  test('of a user who is gone is not the one of a namesake', async () => {
    const tenant = await harness.tenant()
    const Policy = document(allow('kms:*'))
    const bob = async () => {
      const { credential } = await harness.user(tenant, 'bob', { Policy })
      if (credential === undefined) throw new Error('no access key')
      return credential
    }
    const former = await bob()
    const made = idOf(await create(former, 'mine', {}))
    await operate(harness, `DELETE /admin/v1/tenants/${tenant.accountId}/principals/user/bob`)
    const namesake = await bob()
    expect(idOf(await create(namesake, 'mine', {}))).not.toBe(made)
  })

  test('is of one access key, one session and one second factor of a user', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant, [allow('kms:*')])
    const path = `POST /admin/v1/tenants/${tenant.accountId}/access-keys`
    const second = await operate(harness, path, { UserName: user.name })
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = second as {
      AccessKeyId: string
      SecretAccessKey: string
    }
    await areOthers([
      user,
      { accountId: tenant.accountId, accessKeyId, secretAccessKey },
      await userSession(harness, tenant, user.name),
      await userSession(harness, tenant, user.name),
      await userSession(harness, tenant, user.name, { Mfa: true }),
    ])
  })

  test('is of one session of a role, though others have its name', async () => {
    const tenant = await harness.tenant()
    const Policy = document(allow('kms:*'))
    await harness.role(tenant, 'ci', {
      Policy,
      TrustPolicy: document(trust({ AWS: tenant.accountId }, ['sts:AssumeRole', 'sts:TagSession'])),
    })
    const user = await userWith(harness, tenant, [allow('sts:*')])
    const assume = async (more: Input) => {
      const input = { RoleArn: roleArn(tenant, 'ci'), RoleSessionName: 'night', ...more }
      const made = await harness.ok(user, 'AssumeRole', input, { via: 'rest' })
      return credentialOf(tenant.accountId, made['Credentials'])
    }
    await areOthers([
      await assume({}),
      await assume({}),
      await assume({ Tags: [{ Key: 'team', Value: 'gold' }] }),
      await assume({ Tags: [{ Key: 'team', Value: 'lead' }] }),
      await assume({ Policy }),
    ])
  })
})

/** The creates whose answer has an access key, and how it is called there. */
const ISSUERS: readonly {
  name: string
  line(tenant: Tenant): string
  body: Input
  keyOf(json: Outcome['json']): { AccessKeyId: string; SecretAccessKey: string }
}[] = [
  {
    name: 'CreateAccessKey',
    line: ({ accountId }) => `POST /admin/v1/tenants/${accountId}/access-keys`,
    body: {},
    keyOf: (json) => json as ReturnType<(typeof ISSUERS)[number]['keyOf']>,
  },
  {
    name: 'CreatePrincipal',
    line: ({ accountId }) => `POST /admin/v1/tenants/${accountId}/principals`,
    body: { Type: 'user', Name: 'new', CreateAccessKey: true },
    keyOf: (json) => json['AccessKey'] as ReturnType<(typeof ISSUERS)[number]['keyOf']>,
  },
  {
    name: 'CreateTenant',
    line: () => 'POST /admin/v1/tenants',
    body: { Name: 'once' },
    keyOf: (json) => json['AccessKey'] as ReturnType<(typeof ISSUERS)[number]['keyOf']>,
  },
]

describeStores('An answer with an access key', (harness: Harness) => {
  const accountOf = (tenant: Tenant, { json }: Outcome) =>
    typeof json['AccountId'] === 'string' ? json['AccountId'] : tenant.accountId

  async function made({ line, body }: (typeof ISSUERS)[number]) {
    const tenant = await harness.tenant()
    const key = `once ${tenant.accountId}`
    const post = () =>
      harness.rest(harness.operator, line(tenant), {
        headers: { 'idempotency-key': key },
        body: JSON.stringify(body),
      })
    const first = await post()
    expect(first.status, first.text).toBe(201)
    return { first, post, tenantPath: `/admin/v1/tenants/${accountOf(tenant, first)}` }
  }

  describe.each(ISSUERS)('of $name', (issuer) => {
    test('is told again while the key works, and no longer', async () => {
      const { first, post, tenantPath } = await made(issuer)
      const { AccessKeyId, SecretAccessKey } = issuer.keyOf(first.json)
      expect(SecretAccessKey).toMatch(/^[A-Za-z0-9+/]{40}$/)
      const keyPath = `${tenantPath}/access-keys/${AccessKeyId}`
      const told = async () => expect((await post()).json).toEqual(first.json)
      const refused = async () => {
        const outcome = await post()
        expectRefusal(outcome, 'rest', 'NotFoundException')
        expect(outcome.text).not.toContain(SecretAccessKey)
      }
      await told()
      await operate(harness, `PATCH ${keyPath}`, { Status: 'Inactive' })
      await refused()
      await operate(harness, `PATCH ${keyPath}`, { Status: 'Active' })
      await operate(harness, `POST ${tenantPath}/suspend`)
      await refused()
      await operate(harness, `POST ${tenantPath}/resume`)
      await told()
      await operate(harness, `DELETE ${keyPath}`)
      await refused()
    })
  })

  test('is not told again of a user who is gone, to nobody', async () => {
    const issuer = ISSUERS[1]
    if (issuer === undefined) throw new Error('no CreatePrincipal')
    const { post, tenantPath } = await made(issuer)
    await operate(harness, `DELETE ${tenantPath}/principals/user/new`)
    expectRefusal(await post(), 'rest', 'NotFoundException')
  })

  test('goes to no namesake of the operator’s user who asked for it', async () => {
    const operator: Tenant = { ...harness.operator, name: 'operator' }
    const name = `ops-${process.pid}-${Date.now()}`
    const Policy = document(
      allow('tenkey:*', { NotResource: 'arn:aws:iam::000000000000:*', Resource: undefined }),
    )
    const ask = async () => {
      const { credential } = await harness.user(operator, name, { Policy })
      if (credential === undefined) throw new Error('no access key')
      return harness.rest(credential, 'POST /admin/v1/tenants', {
        headers: { 'idempotency-key': 'acme' },
        body: '{"Name":"acme"}',
      })
    }
    const first = await ask()
    expect(first.status, first.text).toBe(201)
    await operate(harness, `DELETE /admin/v1/tenants/000000000000/principals/user/${name}`)
    const second = await ask()
    expect(second.json['AccountId']).not.toBe(first.json['AccountId'])
    await operate(harness, `DELETE /admin/v1/tenants/000000000000/principals/user/${name}`)
  })
})

describeStores('A session asked for twice with one Idempotency-Key', (harness) => {
  test('is refused: nobody would find out that it is made twice', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant, [allow('sts:*')])
    const outcome = await harness.rest(user, 'POST /v1/sessions', {
      headers: { 'idempotency-key': 'again' },
      body: JSON.stringify({ RoleArn: roleArn(tenant, 'night'), RoleSessionName: 'aa' }),
    })
    const words = 'header idempotency-key has no effect on AssumeRole.'
    expectRefusal(outcome, 'rest', 'ValidationException', words)
  })

  test('is made twice: the second holds though the first was revoked, or is of a dead role', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant, [allow('sts:*')])
    const path = `/admin/v1/tenants/${tenant.accountId}`
    const role = () =>
      harness.role(tenant, 'night', {
        Policy: document(allow('kms:*')),
        TrustPolicy: document(trust({ AWS: user.arn })),
      })
    await role()
    const assume = async () => {
      const body = JSON.stringify({ RoleArn: roleArn(tenant, 'night'), RoleSessionName: 'aa' })
      const { json, text } = await harness.rest(user, 'POST /v1/sessions', { body })
      expect(json['Credentials'], text).toBeDefined()
      return credentialOf(tenant.accountId, json['Credentials'])
    }
    const codeOf = async (who: Credential) => (await harness.call('aws', who, 'ListKeys')).code
    const first = await assume()
    await operate(harness, `POST ${path}/revoke-sessions`, { Type: 'role', Name: 'night' })
    expect(await codeOf(first)).toBe('ExpiredTokenException')
    const second = await assume()
    expect(await codeOf(second)).toBeUndefined()
    await operate(harness, `DELETE ${path}/principals/role/night`)
    await role()
    expect(await codeOf(second)).toBe('UnrecognizedClientException')
    expect(await codeOf(await assume())).toBeUndefined()
  })

  test('is made by the second factor of its own caller, whatever another session of the user had', async () => {
    const tenant = await harness.tenant()
    const carol = await userWith(harness, tenant, [allow('sts:*')])
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    await harness.role(tenant, 'R', {
      TrustPolicy: document(trust({ AWS: tenant.accountId }, ['sts:AssumeRole'], { Condition })),
    })
    const asked = async (who: Credential) => {
      const body = JSON.stringify({ RoleArn: roleArn(tenant, 'R'), RoleSessionName: 'aa' })
      return (await harness.rest(who, 'POST /v1/sessions', { body })).status
    }
    const proven = await userSession(harness, tenant, carol.name, { Mfa: true })
    expect(await asked(proven)).toBe(201)
    expect(await asked(carol)).toBe(403)
  })
})

interface Schema {
  readonly format?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** Names of what a schema calls secret, with the member that holds it. */
const secretsIn = ({ properties = {}, items }: Schema): string[] => [
  ...Object.entries(properties).flatMap(([name, member]) => [
    ...(member.format === 'password'
      ? [`${'AccessKeyId' in properties ? 'access key: ' : ''}${name}`]
      : []),
    ...secretsIn(member),
  ]),
  ...(items === undefined ? [] : secretsIn(items)),
]

test('Of what is kept for an Idempotency-Key nothing is secret but what is taken from its access key', () => {
  const kept = operations.filter(({ idempotencyKey }) => idempotencyKey === true)
  const secrets = kept.flatMap(({ name, output }) =>
    secretsIn((output?.schema ?? {}) as Schema).map((secret) => `${name}, ${secret}`),
  )
  expect(secrets.sort()).toEqual([
    'CreateAccessKey, access key: SecretAccessKey',
    // no credential: its grant is read with every call that shows it
    'CreateGrant, GrantToken',
    'CreatePrincipal, access key: SecretAccessKey',
    'CreateTenant, access key: SecretAccessKey',
  ])
})
