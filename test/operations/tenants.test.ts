// @module-tag functions
import { expect, test } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

const NOBODY = '111122223333'
const ACCESS_KEY = {
  AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
  SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
}
const ALLOW = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
})

async function setUp(harness: Harness) {
  const tenant = await harness.tenant('the tenant')
  await harness.user(tenant, 'there')
  return { caller: harness.operator, tenant }
}
type F = { caller: Tenant | Harness['operator']; tenant: Tenant }

/** The operator's operations, which REST alone has. */
describeStores('Tenants', (harness) => {
  const prepare = () => setUp(harness)
  const unknownAccount = (input: object = {}): Case<F> => ({
    title: 'an account that does not exist',
    input: () => ({ AccountId: NOBODY, ...input }),
    refused: 'NotFoundException',
    message: `Account ${NOBODY} does not exist.`,
  })

  testOperation<F>(harness, 'CreateTenant', prepare, [
    {
      title: 'a tenant and its root’s access key',
      input: () => ({ Name: 'Größe & Söhne' }),
      gives: () => ({
        AccountId: expect.stringMatching(/^\d{12}$/),
        Name: 'Größe & Söhne',
        AccessKey: ACCESS_KEY,
      }),
    },
    {
      title: 'an account id that is taken',
      input: ({ tenant }) => ({ Name: 'twin', AccountId: tenant.accountId }),
      refused: 'AlreadyExistsException',
    },
    {
      title: 'the operator’s account id',
      input: () => ({ Name: 'twin', AccountId: '000000000000' }),
      refused: 'AlreadyExistsException',
    },
    { title: 'no name', input: () => ({}), refused: 'ValidationException' },
    {
      title: 'an account id of eleven digits',
      input: () => ({ Name: 'x', AccountId: '12345678901' }),
      refused: 'ValidationException',
    },
  ])

  testOperation<F>(harness, 'CreatePrincipal', prepare, [
    {
      title: 'a user with an access key',
      input: ({ tenant }) => ({
        AccountId: tenant.accountId,
        Type: 'user',
        Name: 'alice',
        Policy: ALLOW,
        Tags: [{ TagKey: 'team', TagValue: 'red' }],
        CreateAccessKey: true,
      }),
      gives: ({ tenant }) => ({
        Arn: `arn:aws:iam::${tenant.accountId}:user/alice`,
        PrincipalId: expect.stringMatching(/^AIDA[A-Z2-7]{16}$/),
        AccessKey: ACCESS_KEY,
      }),
    },
    {
      title: 'a name that is taken',
      input: ({ tenant }) => ({ AccountId: tenant.accountId, Type: 'user', Name: 'there' }),
      refused: 'AlreadyExistsException',
    },
    {
      title: 'a role without trust policy',
      input: ({ tenant }) => ({ AccountId: tenant.accountId, Type: 'role', Name: 'r' }),
      refused: 'ValidationException',
    },
    {
      title: 'a policy that is none',
      input: ({ tenant }) => ({
        AccountId: tenant.accountId,
        Type: 'user',
        Name: 'u',
        Policy: '{}',
      }),
      refused: 'MalformedPolicyDocumentException',
    },
    unknownAccount({ Type: 'user', Name: 'u' }),
  ])

  testOperation<F>(harness, 'CreateAccessKey', prepare, [
    {
      title: 'of a user',
      input: ({ tenant }) => ({ AccountId: tenant.accountId, UserName: 'there' }),
      gives: () => ACCESS_KEY,
    },
    {
      title: 'of a user that does not exist',
      input: ({ tenant }) => ({ AccountId: tenant.accountId, UserName: 'nobody' }),
      refused: 'NotFoundException',
      message: 'The user nobody does not exist.',
    },
    unknownAccount(),
  ])
  for (const operation of [
    'GetTenant',
    'UpdateTenant',
    'ListAccessKeys',
    'ListPrincipals',
    'SuspendTenant',
    'ResumeTenant',
  ]) {
    testOperation<F>(harness, operation, prepare, [unknownAccount()])
  }
  testOperation<F>(harness, 'SuspendTenant', prepare, [
    {
      title: 'the operator’s own account, which nobody could resume',
      input: () => ({ AccountId: '000000000000' }),
      refused: 'ValidationException',
      message: "The operator's own account can't be suspended.",
    },
  ])
  for (const operation of ['UpdateAccessKey', 'DeleteAccessKey']) {
    testOperation<F>(harness, operation, prepare, [
      {
        title: 'an access key that does not exist',
        input: ({ tenant }) => ({
          AccountId: tenant.accountId,
          AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
          ...(operation === 'UpdateAccessKey' && { Status: 'Inactive' }),
        }),
        refused: 'NotFoundException',
      },
    ])
  }

  const labelled = { ExternalId: 'crm:4711/eu', Tags: [{ TagKey: 'plan', TagValue: 'gold' }] }
  testOperation<F>(harness, 'CreateTenant', prepare, [
    {
      title: 'with an external id and tags',
      input: () => ({ Name: 'labelled', ...labelled }),
      after: async ({ caller }, { json }) => {
        const { AccountId } = json
        const shown = await harness.ok(caller, 'GetTenant', { AccountId }, { via: 'rest' })
        const CreationDate = expect.any(String)
        const wanted = { AccountId, Name: 'labelled', Status: 'active', ...labelled, CreationDate }
        expect(shown).toEqual(wanted)
      },
    },
    {
      title: 'an external id with spaces',
      input: () => ({ Name: 'x', ExternalId: 'a b' }),
      refused: 'ValidationException',
    },
    {
      title: 'a tag twice',
      input: () => ({ Name: 'x', Tags: [...labelled.Tags, ...labelled.Tags] }),
      refused: 'TagException',
    },
  ])

  const shownAs = ({ tenant }: F, more: object) => ({
    AccountId: tenant.accountId,
    Name: 'the tenant',
    Status: 'active',
    CreationDate: expect.any(String),
    ...more,
  })
  testOperation<F>(harness, 'UpdateTenant', prepare, [
    {
      title: 'another name, which the list has too',
      input: ({ tenant }) => ({ AccountId: tenant.accountId, Name: 'renamed' }),
      gives: (fixture) => shownAs(fixture, { Name: 'renamed' }),
      after: async ({ tenant, caller }) => {
        const { Tenants } = await harness.ok(
          caller,
          'ListTenants',
          { Name: 'renamed' },
          { via: 'rest' },
        )
        expect(Tenants).toContainEqual(expect.objectContaining({ AccountId: tenant.accountId }))
        // it goes on as before
        expect(await harness.call('aws', tenant, 'ListKeys')).toMatchObject({ status: 200 })
      },
    },
    {
      title: 'external id and tags',
      input: ({ tenant }) => ({ AccountId: tenant.accountId, ...labelled }),
      gives: (fixture) => shownAs(fixture, labelled),
      after: async ({ tenant, caller }) => {
        const AccountId = tenant.accountId
        const update = (more: object) =>
          harness.ok(caller, 'UpdateTenant', { AccountId, ...more }, { via: 'rest' })
        // what suspends a tenant leaves its labels
        await harness.ok(caller, 'SuspendTenant', { AccountId }, { via: 'rest' })
        expect(await harness.ok(caller, 'GetTenant', { AccountId }, { via: 'rest' })).toMatchObject(
          {
            Status: 'suspended',
            ...labelled,
          },
        )
        expect(await update({ Tags: [] })).not.toHaveProperty('Tags')
        expect(await update({ ExternalId: '' })).toEqual({
          AccountId,
          Name: 'the tenant',
          Status: 'suspended',
          CreationDate: expect.any(String),
        })
      },
    },
    {
      title: 'a name that steers a terminal',
      input: ({ tenant }) => ({ AccountId: tenant.accountId, Name: 'a\u202eb' }),
      refused: 'ValidationException',
    },
  ])

  test('tenants are found by name and external id, page after page, by the link of each', async () => {
    const made = []
    for (const [index, name] of ['Twin', 'Other', 'Twin', 'twin', 'Twin'].entries()) {
      const body = JSON.stringify({ Name: name, ExternalId: `twin-${index}` })
      const { json } = await harness.rest(harness.operator, 'POST /admin/v1/tenants', { body })
      if (name === 'Twin') made.push(String(json['AccountId']))
    }
    const list = async (query: string) =>
      harness.rest(harness.operator, 'GET /admin/v1/tenants', { query })
    const seen: string[] = []
    let query: string | undefined = 'Name=Twin&Limit=2'
    for (let pages = 0; query !== undefined && pages < 5; pages++) {
      const { json, headers } = await list(query)
      const page = (json['Tenants'] as { AccountId: string }[]).map((one) => one.AccountId)
      expect(page.length).toBeLessThanOrEqual(2)
      seen.push(...page)
      const next = /^<\?(.+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1]
      expect(next === undefined).toBe(json['NextMarker'] === undefined)
      query = next
    }
    // in the order of their ids
    expect(seen).toEqual(made.sort())
    const { json } = await list('ExternalId=twin-1')
    expect(json).toMatchObject({ Tenants: [{ Name: 'Other' }], Truncated: false })
    expect((await list('Name=nobody')).json).toEqual({ Tenants: [], Truncated: false })
    expect((await list('Name=')).code).toBe('ValidationException')
  })

  test('no list tells a secret', async () => {
    const { tenant } = await setUp(harness)
    const path = `/admin/v1/tenants/${tenant.accountId}`
    for (const list of ['access-keys', 'principals']) {
      const { text, status } = await harness.rest(harness.operator, `GET ${path}/${list}`)
      expect(status).toBe(200)
      expect(text).not.toContain(tenant.secretAccessKey)
      expect(text.toLowerCase()).not.toContain('secret')
    }
  })
})
