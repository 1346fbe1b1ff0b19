import { beforeEach, describe, expect, test } from 'vitest'
import type { Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { allow, document, operate, sessionWorld, trust } from './world.ts'

const { harness } = sessionWorld()
let tenant: Tenant
let alice: Credential
const path = (rest = '') => `/admin/v1/tenants/${tenant.accountId}/principals/user/alice${rest}`
const list = async () => (await harness.call('rest', alice, 'ListKeys', {})).code

beforeEach(async () => {
  tenant = await harness.tenant()
  const { credential } = await harness.user(tenant, 'alice', {
    Tags: [{ TagKey: 'team', TagValue: 'red' }],
  })
  if (credential === undefined) throw new Error('a user has an access key')
  alice = credential
})

describe('a user or role is changed while it is there', () => {
  test('identity policies, by name', async () => {
    expect(await list()).toBe('AccessDeniedException')
    await operate(harness, `PUT ${path('/policies/keys')}`, {
      Policy: document(allow('kms:List*')),
    })
    expect(await list()).toBeUndefined()
    await operate(harness, `DELETE ${path('/policies/keys')}`)
    expect(await list()).toBe('AccessDeniedException')
  })

  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'a policy of the name %s is there only once it was put',
    async (name) => {
      const policy = path(`/policies/${name}`)
      const remove = () => harness.rest(harness.operator, `DELETE ${policy}`)
      expect((await remove()).code).toBe('NotFoundException')
      await operate(harness, `PUT ${policy}`, { Policy: document(allow('kms:List*')) })
      expect(await list()).toBeUndefined()
      expect((await remove()).status).toBe(204)
      expect(await list()).toBe('AccessDeniedException')
      expect((await remove()).code).toBe('NotFoundException')
    },
  )

  test('a permissions boundary limits, and can be taken away', async () => {
    await operate(harness, `PUT ${path('/policies/all')}`, { Policy: document(allow('*')) })
    await operate(harness, `PUT ${path('/boundary')}`, { Policy: document(allow('kms:Encrypt')) })
    expect(await list()).toBe('AccessDeniedException')
    const shown = await operate(harness, `GET ${path()}`)
    expect(shown['PermissionsBoundary']).toBe(document(allow('kms:Encrypt')))
    await operate(harness, `DELETE ${path('/boundary')}`)
    expect(await list()).toBeUndefined()
    expect(await operate(harness, `GET ${path()}`)).not.toHaveProperty('PermissionsBoundary')
  })

  test('tags', async () => {
    const Tags = [{ TagKey: 'stage', TagValue: 'prod' }]
    await operate(harness, `POST ${path('/tags')}`, { Tags })
    const { credential: _, ...query } = { query: 'TagKeys=team', credential: alice }
    const gone = await harness.rest(harness.operator, `DELETE ${path('/tags')}`, query)
    expect(gone.status).toBe(204)
    expect((await operate(harness, `GET ${path()}`))['Tags']).toEqual(Tags)
  })

  test('the trust policy of a role, and of nothing else', async () => {
    await harness.role(tenant, 'ops')
    const role = path().replace('user/alice', 'role/ops')
    const TrustPolicy = document(trust({ AWS: tenant.accountId }, ['sts:TagSession']))
    await operate(harness, `PUT ${role}/trust-policy`, { TrustPolicy })
    expect((await operate(harness, `GET ${role}`))['TrustPolicy']).toBe(TrustPolicy)
    const refused = await harness.rest(harness.operator, `PUT ${path('/trust-policy')}`, {
      body: JSON.stringify({ TrustPolicy }),
    })
    expect(refused.code).toBe('ValidationException')
  })
})

test.each([
  ['PUT', '/policies/x', { Policy: '{}' }, 'MalformedPolicyDocumentException'],
  [
    'PUT',
    '/policies/x',
    { Policy: document(trust({ AWS: '*' })) },
    'MalformedPolicyDocumentException',
  ],
  ['PUT', '/boundary', { Policy: 'x' }, 'MalformedPolicyDocumentException'],
  ['DELETE', '/policies/none', undefined, 'NotFoundException'],
  ['POST', '/tags', { Tags: [{ TagKey: 'aws:x', TagValue: '' }] }, 'TagException'],
])('refused: %s %s %o', async (method, rest, input, code) => {
  const options = input === undefined ? {} : { body: JSON.stringify(input) }
  const outcome = await harness.rest(harness.operator, `${method} ${path(rest)}`, options)
  expect(outcome.code).toBe(code)
})

test('identity policies that are too long together', async () => {
  const Policy = document(allow(Array.from({ length: 500 }, (_, i) => `kms:Action${i}`)))
  await operate(harness, `PUT ${path('/policies/one')}`, { Policy })
  const outcome = await harness.rest(harness.operator, `PUT ${path('/policies/two')}`, {
    body: JSON.stringify({ Policy }),
  })
  expect(outcome.code).toBe('LimitExceededException')
})

test('a tenant’s root manages none of it', async () => {
  const outcome = await harness.rest(tenant, `GET ${path()}`)
  expect(outcome.code).toBe('AccessDeniedException')
})
