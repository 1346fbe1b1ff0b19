// @module-tag functions
import { expect, test } from 'vitest'
import { CHANGE_KINDS } from '../../core/audit/change-kinds.ts'
import { testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

async function setUp(harness: Harness) {
  return { caller: await harness.tenant(), other: await harness.tenant() }
}
type F = Awaited<ReturnType<typeof setUp>>
const UNTIL = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describeStores('GetChanges', (harness) => {
  const changesSince = async (caller: Tenant | Harness['operator'], Since?: string) => {
    const input = Since === undefined ? {} : { Since }
    const answer = await harness.ok(caller, 'GetChanges', input, { via: 'rest' })
    return { kinds: answer['Kinds'], until: String(answer['Until']) }
  }

  testOperation<F>(harness, 'GetChanges', () => setUp(harness), [
    {
      title: 'nothing, and from when on',
      input: () => ({}),
      gives: () => ({ Kinds: [], Until: UNTIL }),
    },
    {
      title: 'everything may have changed since long ago',
      input: () => ({ Since: '2001-01-01T00:00:00Z' }),
      gives: () => ({ Kinds: [...CHANGE_KINDS], Until: UNTIL }),
    },
    {
      title: 'no time',
      input: () => ({ Since: 'yesterday' }),
      refused: 'SerializationException',
      message: 'STRING_VALUE can not be converted to a Timestamp',
    },
  ])

  test('tells an account its own changes, and nobody else’s', async () => {
    const { caller, other } = await setUp(harness)
    const { until } = await changesSince(caller)
    const its = await changesSince(other)
    const key = await harness.key(caller)
    await harness.ok(caller, 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: key.id })
    expect((await changesSince(caller, until)).kinds).toEqual(
      expect.arrayContaining(['alias', 'audit', 'key']),
    )
    expect((await changesSince(other, its.until)).kinds).not.toContain('key')
    expect((await changesSince(other, its.until)).kinds).not.toContain('alias')
  })

  test('tells a tenant and the operator of what the operator does', async () => {
    const { caller } = await setUp(harness)
    const [its, operators] = [await changesSince(caller), await changesSince(harness.operator)]
    await harness.user(caller, 'ada')
    expect((await changesSince(caller, its.until)).kinds).toContain('principal')
    expect((await changesSince(harness.operator, operators.until)).kinds).toContain('principal')
    await harness.tenant()
    expect((await changesSince(harness.operator, operators.until)).kinds).toContain('tenant')
  })

  test('is for who may nothing else in the account', async () => {
    const { caller } = await setUp(harness)
    const { credential } = await harness.user(caller, 'nobody')
    if (credential === undefined) throw new Error('a user has an access key')
    const asked = await harness.rest(credential, 'GET /v1/changes')
    expect(asked.status).toBe(200)
  })
})
