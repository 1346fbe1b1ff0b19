// @module-tag local: it counts what the store is asked to write
import { ListUsersCommand } from '@aws-sdk/client-iam'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { FailedProof } from '../../core/audit/audit.ts'
import { failedProofs } from '../../core/audit/failed-proofs.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { iamClients, refused } from '../iam/iam-world.ts'
import { userSession } from '../sessions/world.ts'
import { describeStores, type Tenant } from '../support/harness.ts'

const AT = Date.parse('2026-11-28T10:00:30Z')
const proof = (more: Partial<FailedProof> = {}): FailedProof => ({
  accountId: '111122223333',
  region: 'us-east-1',
  accessKeyId: 'AKIA1',
  principal: 'arn:aws:iam::111122223333:user/alice',
  code: 'InvalidSignatureException',
  eventName: 'Encrypt',
  sourceIp: '192.0.2.1',
  at: AT,
  ...more,
})

describe('Failed proofs', () => {
  test('of one access key and minute are one record, with how many and why', () => {
    const failures = failedProofs()
    for (let n = 0; n < 1000; n++) failures.note(proof({ at: AT + n, sourceIp: `192.0.2.${n}` }))
    failures.note(proof({ code: 'UnrecognizedClientException', eventName: 'Decrypt' }))
    failures.note(proof({ at: AT + 60_000 }))
    failures.note(proof({ accessKeyId: 'AKIA2' }))
    expect(failures.take({ now: AT })).toEqual([])
    const taken = failures.take({ now: AT + 60_000 })
    expect(taken.map(({ record }) => record.serviceEventDetails)).toMatchObject([
      {
        count: 1001,
        firstTime: '2026-11-28T10:00:30Z',
        lastTime: '2026-11-28T10:00:30Z',
        reasons: { InvalidSignatureException: 1000, UnrecognizedClientException: 1 },
        eventNames: ['Encrypt', 'Decrypt'],
      },
      { count: 1, accessKeyId: 'AKIA2' },
    ])
    expect(taken[0]?.record.serviceEventDetails?.['sourceIPAddresses']).toHaveLength(10)
    expect(failures.take({})).toHaveLength(1)
    expect(failures.take({})).toEqual([])
  })

  test('of a later minute wait for it, whatever was taken before', () => {
    const failures = failedProofs()
    expect(failures.waiting()).toBe(false)
    for (let minute = 0; minute < 3; minute++) failures.note(proof({ at: AT + minute * 60_000 }))
    const counts = [AT, AT + 29_999, AT + 30_000, AT + 60_000, AT + 150_000].map(
      (now) => failures.take({ now }).length,
    )
    expect(counts).toEqual([0, 0, 1, 0, 2])
    expect(failures.waiting()).toBe(false)
    failures.note(proof())
    failures.note(proof({ accountId: '444455556666', at: AT + 60_000 }))
    expect(failures.take({ accountId: '111122223333' })).toHaveLength(1)
    expect(failures.waiting()).toBe(true)
    expect(failures.take({ now: AT + 89_999 })).toEqual([])
    expect(failures.take({ now: AT + 90_000 })).toHaveLength(1)
  })

  test('of a minute that was not over when the earlier were written are written without a call', async () => {
    vi.useFakeTimers()
    try {
      vi.setSystemTime(AT)
      const written: string[] = []
      const store = {
        ...memoryStore(),
        put: async (item: Item) => written.push(item.pk) > 0,
      }
      const trail = storeTrail(store)
      trail.failed(proof())
      await vi.dynamicImportSettled()
      await vi.advanceTimersByTimeAsync(59_000)
      trail.failed(proof({ at: Date.now(), accessKeyId: 'AKIA2' }))
      await vi.advanceTimersByTimeAsync(62_000)
      expect(written).toHaveLength(1)
      await vi.advanceTimersByTimeAsync(62_000)
      expect(written).toHaveLength(2)
    } finally {
      vi.useRealTimers()
    }
  })

  test('of one account’s thousands of keys leave another’s its own', () => {
    const failures = failedProofs()
    for (let n = 0; n < 5000; n++) failures.note(proof({ accessKeyId: `ASIA${n}` }))
    for (let n = 0; n < 5; n++) failures.note(proof({ accountId: '444455556666' }))
    const [other, ...none] = failures.take({ accountId: '444455556666' })
    expect(none).toEqual([])
    expect(other?.record.serviceEventDetails).toMatchObject({ count: 5, accessKeyId: 'AKIA1' })
    const own = failures.take({}).map(({ record }) => record.serviceEventDetails)
    expect(own.map((details) => details?.['count'])).toEqual([...Array(50).fill(1), 4950])
    expect(own.at(-1)?.['accessKeyId']).toBeUndefined()
    expect(failures.uncounted()).toBe(0)
    // what was taken makes room again
    failures.note(proof({ accessKeyId: 'ASIA9999' }))
    expect(failures.take({})[0]?.record.userIdentity.accessKeyId).toBe('ASIA9999')
  })

  test('are bounded: beyond 1,000 access keys they are counted by account, beyond that not at all', () => {
    const failures = failedProofs()
    const id = (n: number) => String(n).padStart(12, '0')
    for (let n = 0; n < 5000; n++) {
      failures.note(proof({ accessKeyId: `AKIA${n}`, accountId: id(n % 1500) }))
    }
    const taken = failures.take({})
    expect(taken.length).toBe(2000)
    const counted = taken.reduce(
      (sum, { record }) => sum + Number(record.serviceEventDetails?.['count']),
      0,
    )
    expect(counted + failures.uncounted()).toBe(5000)
    expect(failures.uncounted()).toBe(0)
  })
})

/** Accounts of whose trails batches were put. */
const writes: string[] = []
const fault = (store: Store): Store => ({
  ...store,
  put: async (item) => {
    const [accountId = '', kind] = item.pk.split('/')
    if (kind === 'audit') writes.push(accountId)
    return store.put(item)
  },
})

describeStores(
  'A credential that somebody else tries',
  (harness) => {
    const client = iamClients(harness)
    beforeEach(() => {
      writes.length = 0
    })
    const minute = () => Math.floor(harness.target.now() / 60_000)
    const forged = (tenant: Tenant) => ({ ...tenant, secretAccessKey: 'x'.repeat(40) })
    const found = (tenant: Tenant, query: object = {}) =>
      harness.trail(tenant, { EventName: 'FailedAuthentication', ...query })

    test('is in its account’s trail, counted; nothing is written for it meanwhile', async () => {
      const tenant = await harness.tenant()
      const [other] = [await harness.tenant()]
      await harness.ok(tenant, 'ListKeys')
      await harness.inside.service.audit.flush()
      writes.length = 0
      const began = minute()
      for (let round = 0; round < 25; round++) {
        const outcome = await harness.call('aws', forged(tenant), 'ListKeys')
        expect(outcome.code).toBe('InvalidSignatureException')
      }
      await new Promise((resolve) => setTimeout(resolve, 150))
      // nothing; one where a minute ended in between
      const own = writes.filter((accountId) => accountId === tenant.accountId)
      expect(own.length).toBeLessThanOrEqual(minute() - began)
      // two where a minute ended in between
      const records = await found(tenant)
      const [record] = records
      const counts = records.map(({ serviceEventDetails }) => Object(serviceEventDetails).count)
      expect(records.length).toBeLessThanOrEqual(2)
      expect(counts.reduce((a, b) => a + b, 0)).toBe(25)
      expect(record).toMatchObject({
        eventSource: 'tenkey',
        eventType: 'AwsServiceEvent',
        errorCode: 'InvalidSignatureException',
        userIdentity: { accountId: tenant.accountId, accessKeyId: tenant.accessKeyId },
        sourceIPAddress: '127.0.0.1',
        serviceEventDetails: {
          principal: `arn:aws:iam::${tenant.accountId}:root`,
          reasons: { InvalidSignatureException: counts[0] },
          eventNames: ['ListKeys'],
        },
      })
      expect(record).not.toHaveProperty('requestID')
      expect(await found(other)).toEqual([])
    })

    test('is found by access key, by whom it is of, and by each reason', async () => {
      const tenant = await harness.tenant()
      const user = await harness.user(tenant, 'carol')
      const { credential, arn } = user
      if (credential === undefined) throw new Error('no access key')
      const { accountId } = tenant
      const { accessKeyId } = credential
      await harness.call('aws', { ...credential, secretAccessKey: 'x'.repeat(40) }, 'ListKeys')
      await harness.ok(
        harness.operator,
        'UpdateAccessKey',
        { AccountId: accountId, AccessKeyId: accessKeyId, Status: 'Inactive' },
        { via: 'rest' },
      )
      const outcome = await harness.call('aws', credential, 'ListKeys')
      expect(outcome.code).toBe('UnrecognizedClientException')
      for (const query of [
        { Principal: arn },
        { Principal: accessKeyId },
        { ErrorCode: 'InvalidSignatureException' },
      ]) {
        const counts = (await found(tenant, query)).map(
          ({ serviceEventDetails }) => (serviceEventDetails as { count: number }).count,
        )
        expect(counts.reduce((a, b) => a + b, 0)).toBe(2)
      }
      expect(await found(tenant, { ErrorCode: 'ExpiredTokenException' })).toEqual([])
    })

    test('of a session that is none to AWS IAM is there', async () => {
      const tenant = await harness.tenant()
      await harness.user(tenant, 'carol')
      const { accessKeyId, ...session } = await userSession(harness, tenant, 'carol')
      const stolen = client({ accessKeyId, ...session })
      expect((await refused(stolen.send(new ListUsersCommand({})))).code).toBe(
        'InvalidClientTokenId',
      )
      expect(await found(tenant)).toMatchObject([
        {
          userIdentity: { accountId: tenant.accountId, accessKeyId },
          serviceEventDetails: {
            reasons: { UnrecognizedClientException: 1 },
            eventNames: ['ListUsers'],
          },
        },
      ])
    })

    test('of a suspended tenant is there once it may read again', async () => {
      const tenant = await harness.tenant()
      const AccountId = tenant.accountId
      const operator = (name: string) =>
        harness.ok(harness.operator, name, { AccountId }, { via: 'rest' })
      await operator('SuspendTenant')
      expect((await harness.call('aws', tenant, 'ListKeys')).code).toBe('AccessDeniedException')
      await operator('ResumeTenant')
      expect(await found(tenant, { ErrorCode: 'AccessDenied' })).toHaveLength(1)
      const names = (await harness.trail(tenant)).map(({ eventName }) => eventName)
      expect(names).toEqual(expect.arrayContaining(['SuspendTenant', 'ResumeTenant']))
    })

    test('that there is none leaves nothing, and an account that there is none neither', async () => {
      const tenant = await harness.tenant()
      const last = tenant.accessKeyId.endsWith('A') ? 'B' : 'A'
      const unknown = { ...tenant, accessKeyId: tenant.accessKeyId.slice(0, -1) + last }
      expect((await harness.call('aws', unknown, 'ListKeys')).code).toBe(
        'UnrecognizedClientException',
      )
      expect(await found(tenant)).toEqual([])
    })
  },
  ['sqlite'],
  { fault },
)
