// @module-tag local: its store fails when a test says so
import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Store } from '../../core/store/store.ts'
import { describeStores, type Harness, type Input, type Tenant } from '../support/harness.ts'

/** Whose trails can't be written; everybody's. */
const away = new Set<string>()
const EVERYBODY = '*'
const fault = (store: Store): Store => ({
  ...store,
  put: async (item) => {
    const [accountId = '', kind] = item.pk.split('/')
    const fails = away.has(accountId) || away.has(EVERYBODY)
    if (kind === 'audit' && fails) throw new Error('throttled')
    return store.put(item)
  },
})

const health = async (harness: Harness) => {
  const answer = await fetch(`${harness.target.url}/health`)
  return [answer.status, await answer.json()]
}
/** What waits is tried again every second. */
const becomesOk = (harness: Harness) =>
  vi.waitFor(async () => expect(await health(harness)).toEqual([200, { status: 'ok' }]), {
    timeout: 120_000,
  })
/** Oldest first; without what the operator did to make the tenant and its user. */
const namesOf = (records: readonly Record<string, unknown>[]) =>
  records
    .map(({ eventName }) => String(eventName))
    .filter((name) => name !== 'CreateTenant' && name !== 'CreatePrincipal')
    .reverse()
const operatorFinds = (harness: Harness) =>
  harness.ok(harness.operator, 'ListTenants', {}, { via: 'rest' })

describeStores(
  'The audit trails of tenants',
  (harness) => {
    afterEach(() => away.clear())

    describe('whatever one of them sends', () => {
      const large = (bytes: number) => randomBytes(bytes / 2).toString('hex')
      const many = (count: number, length: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}`, large(length)]))
      const tags = (count: number) =>
        Array.from({ length: count }, (_, n) => ({ TagKey: `${n}`, TagValue: 'v'.repeat(200) }))
      const id = '0c6b6c5e-8f4a-4a36-9d6e-0d1f6f2f7a51'
      const sent: [string, string, Input][] = [
        [
          'one long encryption context',
          'Encrypt',
          { KeyId: id, Plaintext: 'AAAA', EncryptionContext: { a: large(290_000) } },
        ],
        [
          'a wide one',
          'Encrypt',
          { KeyId: id, Plaintext: 'AAAA', EncryptionContext: { a: '🔑'.repeat(70_000) } },
        ],
        [
          'one of many members',
          'GenerateDataKey',
          { KeyId: id, KeySpec: 'AES_256', EncryptionContext: many(45_000, 2) },
        ],
        ['tags', 'TagResource', { KeyId: id, Tags: tags(600) }],
        [
          'grant constraints',
          'CreateGrant',
          {
            KeyId: id,
            GranteePrincipal: 'arn:aws:iam::111122223333:root',
            Operations: ['Encrypt'],
            Constraints: { EncryptionContextSubset: { a: large(430_000) } },
          },
        ],
        [
          'condition keys',
          'ExplainAccess',
          {
            KeyId: id,
            Action: 'kms:Encrypt',
            Principal: 'arn:aws:iam::111122223333:root',
            ConditionKeys: { 'kms:ViaService': large(930_000) },
          },
        ],
      ]

      test.each(sent)('%s: all are answered, and the call is recorded', async (_, name, input) => {
        const [sender, victim] = [await harness.tenant(), await harness.tenant()]
        const { credential } = await harness.user(sender, 'nobody')
        const key = await harness.key(victim)
        const via = name === 'ExplainAccess' ? 'rest' : 'aws'
        const outcome = await harness.call(via, credential ?? sender, name, input)
        expect(outcome.code).toMatch(/^(NotFound|AccessDenied|Validation|Tag)Exception$/)

        await harness.ok(victim, 'ScheduleKeyDeletion', { KeyId: key.id, PendingWindowInDays: 7 })
        await harness.key(sender)
        await operatorFinds(harness)
        expect(namesOf(await harness.trail(victim))).toEqual(['CreateKey', 'ScheduleKeyDeletion'])
        const records = await harness.trail(sender)
        expect(namesOf(records)).toEqual([name, 'CreateKey'])
        expect(JSON.stringify(records.at(-1)).length).toBeLessThan(64 * 1024)
        expect(await health(harness)).toEqual([200, { status: 'ok' }])
      })
    })

    describe('where those of one can’t be written', () => {
      const changes = async (tenant: Tenant, key: { id: string }, round: number) =>
        harness.call('aws', tenant, 'UpdateKeyDescription', {
          KeyId: key.id,
          Description: `${round}`,
        })

      test('only its own changing calls are told, and all is recorded once it is over', async () => {
        harness.expectFaults()
        const [one, two] = [await harness.tenant(), await harness.tenant()]
        const keys = [await harness.key(one), await harness.key(two)] as const
        away.add(two.accountId)
        for (let round = 1; round <= 3; round++) {
          expect(await changes(two, keys[1], round)).toMatchObject({
            code: 'DependencyTimeoutException',
          })
          expect(await changes(one, keys[0], round)).toMatchObject({ status: 200 })
          // what changes nothing does not wait, and a search finds what there is
          await harness.ok(two, 'DescribeKey', { KeyId: keys[1].id })
          expect(namesOf(await harness.trail(two))).toEqual(['CreateKey'])
          expect(namesOf(await harness.trail(one, { EventName: 'UpdateKeyDescription' }))).toEqual(
            Array.from({ length: round }, () => 'UpdateKeyDescription'),
          )
        }
        await harness.tenant()
        expect(await health(harness)).toEqual([200, { status: 'degraded', auditTrail: 'behind' }])

        away.clear()
        expect(await changes(two, keys[1], 4)).toMatchObject({ status: 200 })
        const written = await harness.trail(two)
        expect(namesOf(written)).toEqual([
          'CreateKey',
          ...[1, 2, 3].flatMap(() => ['UpdateKeyDescription', 'DescribeKey', 'ListAuditRecords']),
          'UpdateKeyDescription',
        ])
        expect(new Set(written.map(({ eventID }) => eventID)).size).toBe(written.length)
        await becomesOk(harness)
      })

      test('the health page tells where no record can be written', async () => {
        harness.expectFaults()
        const [one, two] = [await harness.tenant(), await harness.tenant()]
        const keys = [await harness.key(one), await harness.key(two)] as const
        away.add(EVERYBODY)
        const untold = { code: 'DependencyTimeoutException' }
        expect(await changes(one, keys[0], 1)).toMatchObject(untold)
        // by now no write that began before is under way: one that ends would be a sign of life
        expect(await changes(two, keys[1], 1)).toMatchObject(untold)
        expect(await health(harness)).toEqual([
          503,
          { status: 'unavailable', auditTrail: 'unavailable' },
        ])
        away.clear()
        await becomesOk(harness)
      })

      test('a refused call on another account’s key waits for neither trail', async () => {
        harness.expectFaults()
        const [owner, other] = [await harness.tenant(), await harness.tenant()]
        const key = await harness.key(owner)
        away.add(owner.accountId)
        const outcome = await harness.call('aws', other, 'CreateGrant', {
          KeyId: key.arn,
          GranteePrincipal: `arn:aws:iam::${other.accountId}:root`,
          Operations: ['Encrypt'],
        })
        expect(outcome.code).toBe('AccessDeniedException')
        expect(namesOf(await harness.trail(other))).toEqual(['CreateGrant'])
      })
    })
  },
  ['sqlite', 'dynamodb'],
  { fault },
)
