// @module-tag local: moves the clock
import { expect, test } from 'vitest'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { expectRefusal, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'
import { DAY, pass } from '../support/life.ts'
import { itemsOf } from '../support/tenant-life.ts'

type F = { caller: Harness['operator']; tenant: Tenant; id: string }

/** What the operator says of a tenant's deletion; what the sweeper then does is in test/promises/. */
describeStores('The deletion of a tenant', (harness) => {
  async function prepare(): Promise<F> {
    const tenant = await harness.tenant('to go')
    const { id } = await harness.key(tenant)
    return { caller: harness.operator, tenant, id }
  }
  const schedule = async (made: F, days = 7): Promise<F> => {
    await operator('ScheduleTenantDeletion', made, { PendingWindowInDays: days })
    return made
  }
  const pending = async () => schedule(await prepare())
  const operator = async (name: string, { tenant }: Pick<F, 'tenant'>, more: object = {}) => {
    const input = { AccountId: tenant.accountId, ...more }
    const outcome = await harness.call('rest', harness.operator, name, input)
    expect(outcome.status, outcome.text).toBeLessThan(300)
    return outcome.json
  }
  const named = ({ tenant }: F) => ({ AccountId: tenant.accountId })
  const refusedNow = async (made: F, name: string, more: object = {}) =>
    harness.call('rest', harness.operator, name, { ...named(made), ...more })
  const calls = (made: F) => harness.call('rest', made.tenant, 'ListKeys', {})

  testOperation<F>(harness, 'ScheduleTenantDeletion', prepare, [
    {
      title: '7 days, and it is suspended and told when',
      input: (made) => ({ ...named(made), PendingWindowInDays: 7 }),
      gives: (made) => ({
        ...named(made),
        DeletionState: 'PendingDeletion',
        DeletionDate: expect.any(String),
        PendingWindowInDays: 7,
      }),
      async after(made, { json }) {
        const at = String(json['DeletionDate'])
        expect(Math.round((Date.parse(at) - harness.target.now()) / DAY)).toBe(7)
        expectRefusal(
          await calls(made),
          'rest',
          'AccessDeniedException',
          `Account ${made.tenant.accountId} is suspended. It is to be deleted at ${at}.`,
        )
      },
    },
    {
      title: '30 days unless said',
      input: named,
      gives: (made) => ({
        ...named(made),
        DeletionState: 'PendingDeletion',
        DeletionDate: expect.any(String),
        PendingWindowInDays: 30,
      }),
    },
    ...[6, 31, 365].map((days) => ({
      title: `${days} days`,
      input: (made: F) => ({ ...named(made), PendingWindowInDays: days }),
      refused: 'ValidationException' as const,
      message: `PendingWindowInDays should be between 7 and 30, but it is ${days}`,
    })),
    {
      title: 'the operator’s own account',
      input: () => ({ AccountId: '000000000000' }),
      refused: 'ValidationException',
      message: "The operator's own account can't be deleted.",
    },
    {
      title: 'an account that does not exist',
      input: () => ({ AccountId: '111122223333' }),
      refused: 'NotFoundException',
      message: 'Account 111122223333 does not exist.',
    },
    {
      title: 'by the tenant itself',
      caller: ({ tenant }) => tenant,
      input: named,
      refused: 'AccessDeniedException',
    },
  ])

  for (const name of ['ScheduleTenantDeletion', 'ResumeTenant']) {
    testOperation<F>(harness, name, pending, [
      {
        title: 'a tenant that is pending deletion',
        input: named,
        refused: 'KMSInvalidStateException',
        message: ({ tenant }) => `Account ${tenant.accountId} is pending deletion.`,
      },
    ])
  }

  for (const name of ['CancelTenantDeletion', 'GetTenantDeletion']) {
    testOperation<F>(harness, name, prepare, [
      {
        title: 'a tenant that is not to be deleted',
        input: named,
        refused: name === 'GetTenantDeletion' ? 'NotFoundException' : 'KMSInvalidStateException',
        message: ({ tenant }) => `Account ${tenant.accountId} is not pending deletion.`,
      },
      {
        title: 'an account that does not exist',
        input: () => ({ AccountId: '111122223333' }),
        refused: 'NotFoundException',
        message: 'Account 111122223333 does not exist.',
      },
    ])
  }

  testOperation<F>(harness, 'GetTenantDeletion', pending, [
    {
      title: 'one that waits',
      input: named,
      gives: (made) => ({
        ...named(made),
        DeletionState: 'PendingDeletion',
        PendingWindowInDays: 7,
        ...{ ScheduledDate: expect.any(String), DeletionDate: expect.any(String) },
        ...{ Regions: [], UnreachedRegions: [] },
      }),
    },
  ])

  testOperation<F>(harness, 'CancelTenantDeletion', pending, [
    {
      title: 'the tenant goes on as before, and may be deleted anew',
      input: named,
      gives: (made) => ({ ...named(made), Status: 'active' }),
      async after(made) {
        expect((await calls(made)).status).toBe(200)
        const encrypted = { KeyId: made.id, Plaintext: 'AAAA' }
        expect((await harness.call('rest', made.tenant, 'Encrypt', encrypted)).status).toBe(200)
        await schedule(made, 9)
      },
    },
  ])

  for (const when of ['before', 'after'] as const) {
    test(`one that was suspended ${when} its deletion was asked for stays so once that is cancelled`, async () => {
      const made = await prepare()
      if (when === 'before') await operator('SuspendTenant', made)
      await schedule(made)
      if (when === 'after') await operator('SuspendTenant', made)
      const { Status } = await operator('CancelTenantDeletion', made)
      expect(Status).toBe('suspended')
      expectRefusal(
        await calls(made),
        'rest',
        'AccessDeniedException',
        `Account ${made.tenant.accountId} is suspended.`,
      )
      await operator('ResumeTenant', made)
      expect((await calls(made)).status).toBe(200)
    })
  }

  test('what is asked and cancelled is in the tenant’s trail', async () => {
    const made = await pending()
    await operator('CancelTenantDeletion', made)
    const { Records } = await harness.ok(made.tenant, 'ListAuditRecords', {}, { via: 'rest' })
    const names = (Records as { eventName: string }[]).map(({ eventName }) => eventName)
    expect(names).toEqual(
      expect.arrayContaining(['ScheduleTenantDeletion', 'CancelTenantDeletion']),
    )
  })

  test('from its date on it is not cancelled, nothing is made for it, and it is told how far it is', async () => {
    const made = await pending()
    const { accountId } = made.tenant
    const { inside, target } = harness
    harness.advance(7 * DAY + 1000)
    const now = target.now()
    await sweep(inside.service, { now, limit: 1000 })
    const begun = await operator('GetTenantDeletion', made)
    expect(begun).toMatchObject({
      DeletionState: 'Deleting',
      BegunDate: new Date(now).toISOString(),
      Regions: [{ Region: 'us-east-1', State: 'Erasing', KeysDestroyed: 1 }],
    })
    expect(await refusedNow(made, 'CancelTenantDeletion')).toMatchObject({
      status: 409,
      message: `Account ${accountId} is being deleted: its keys are destroyed since ${new Date(now).toISOString()}.`,
    })
    const gone = { status: 404, message: `Account ${accountId} is being deleted.` }
    for (const [name, more] of MAKING) {
      expect(await refusedNow(made, name, more), name).toMatchObject(gone)
    }
    // a sweep of others does it no harm, and it comes to its end
    await pass(harness, DAY / 2)
    expect(await operator('GetTenantDeletion', made)).toMatchObject({
      DeletionState: 'Deleted',
      KeysDestroyedDate: expect.any(String),
      Regions: [{ Region: 'us-east-1', State: 'Done', KeysDestroyed: 1 }],
    })
    const was = { status: 404, message: `Account ${accountId} was deleted.` }
    for (const [name, more] of MAKING) {
      expect(await refusedNow(made, name, more), name).toMatchObject(was)
    }
    expect(await refusedNow(made, 'CancelTenantDeletion')).toMatchObject({ status: 409 })
    const left = (await itemsOf(inside.service.store)).filter(({ pk }) => pk.startsWith(accountId))
    // last uses are noted by a timer of their own, which knows of no clock that is put forward
    const kept = left.filter(({ pk }) => !pk.includes('/audit/') && !pk.endsWith('/used'))
    expect(kept.map(({ sk }) => sk)).toEqual(['tenant'])
  })
})

/** What is made for a tenant, by the operator. */
const MAKING: readonly (readonly [string, object])[] = [
  ['CreatePrincipal', { Type: 'user', Name: 'late' }],
  ['CreateAccessKey', {}],
  ['CreateOidcIssuer', { Issuer: 'https://id.example.com', Audiences: ['app'] }],
  ['CreateXksCredential', { Type: 'user', Name: 'late' }],
  ['CreateSession', { UserName: 'late' }],
  ['PutAuditRetention', { Days: 5 }],
  ['RevokeSessions', {}],
  ['SuspendTenant', {}],
  ['ResumeTenant', {}],
  ['ScheduleTenantDeletion', {}],
]
