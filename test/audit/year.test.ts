// @module-tag local: it moves the clock
// @module-tag long
import { expect, test } from 'vitest'
import type { Recorded } from '../support/cloudtrail.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import { DAY, pass } from '../support/life.ts'

const YEAR = 370 * DAY

describeStores(
  'A year of calls',
  (harness) => {
    /** All records of a year, page after page. */
    async function find(tenant: Tenant, query: object = {}): Promise<Recorded[]> {
      const all: Recorded[] = []
      const StartTime = new Date(harness.target.now() - YEAR)
      for (let Marker: unknown; ; ) {
        const input = { StartTime, Limit: 100, ...query, ...(Marker !== undefined && { Marker }) }
        const page = await harness.ok(tenant, 'ListAuditRecords', input, { via: 'rest' })
        all.push(...(page['Records'] as Recorded[]))
        Marker = page['NextMarker']
        if (Marker === undefined) return all
      }
    }

    test('refusals, failed signatures and the operator’s acts, once and in the right trail', async () => {
      const tenant = await harness.tenant()
      const other = await harness.tenant()
      const key = await harness.key(tenant)
      const AliasName = 'alias/app'
      await harness.ok(tenant, 'CreateAlias', { AliasName, TargetKeyId: key.id })
      const { credential, arn, id } = await harness.user(tenant, 'mallory')
      if (credential === undefined) throw new Error('no access key')
      const { accountId, accessKeyId } = credential
      const secret = 'a secret that is nobody’s to read'
      const forged = { ...credential, secretAccessKey: 'x'.repeat(40) }
      const months = 12
      const began = harness.target.now()
      const times: number[] = []
      for (let month = 0; month < months; month++) {
        times.push(harness.target.now())
        const input = { KeyId: AliasName, Plaintext: Buffer.from(secret).toString('base64') }
        expect((await harness.call('aws', credential, 'Encrypt', input)).code).toBe(
          'AccessDeniedException',
        )
        expect((await harness.call('aws', forged, 'Sign', {})).code).toBe(
          'InvalidSignatureException',
        )
        const stolen = await harness.call('aws', other, 'DescribeKey', { KeyId: key.arn })
        expect(stolen.code).toBe('AccessDeniedException')
        const user = { AccountId: accountId, AccessKeyId: accessKeyId, Status: 'Active' }
        await harness.ok(harness.operator, 'UpdateAccessKey', user, { via: 'rest' })
        await pass(harness, 30 * DAY)
      }

      const refused = { EventName: 'Encrypt', ErrorCode: 'AccessDenied' }
      const all = await find(tenant, refused)
      expect(all).toHaveLength(months)
      for (const query of [
        { KeyId: key.id },
        { KeyId: key.arn },
        { KeyId: AliasName },
        { Principal: arn },
        { Principal: 'mallory' },
        { Principal: id },
        { Principal: accessKeyId },
      ]) {
        expect(await find(tenant, { ...refused, ...query })).toEqual(all)
      }
      for (const at of times) {
        const when = { StartTime: new Date(at - DAY), EndTime: new Date(at + DAY) }
        expect(await find(tenant, { ...refused, ...when })).toHaveLength(1)
        const acts = await find(tenant, { EventName: 'UpdateAccessKey', ...when })
        expect(acts).toMatchObject([{ userIdentity: { accountId: '000000000000' } }])
        const failed = await find(tenant, { EventName: 'FailedAuthentication', ...when })
        expect(failed).toMatchObject([
          { serviceEventDetails: { count: 1, principal: arn, eventNames: ['Sign'] } },
        ])
      }
      // who was refused across accounts has it in its own trail, the owner not
      const tried = { EventName: 'DescribeKey', ErrorCode: 'AccessDenied' }
      expect(await find(other, { ...tried, KeyId: key.arn })).toHaveLength(months)
      expect(await find(tenant, tried)).toEqual([])
      expect(await find(other, { EventName: 'FailedAuthentication' })).toEqual([])
      const Account = {
        EventName: 'UpdateAccessKey',
        StartTime: new Date(began - DAY),
        Limit: 1000,
      }
      const own = await harness.ok(harness.operator, 'ListAuditRecords', Account, { via: 'rest' })
      const mine = (own['Records'] as Recorded[]).filter((record) =>
        JSON.stringify(record).includes(accessKeyId),
      )
      expect(mine).toHaveLength(months)

      const whole = [...(await find(tenant)), ...(await find(other))]
      expect(new Set(whole.map(({ eventID }) => eventID)).size).toBe(whole.length)
      const text = JSON.stringify(whole)
      for (const nobodys of [secret, Buffer.from(secret).toString('base64')]) {
        expect(text).not.toContain(nobodys)
      }
      for (const { secretAccessKey } of [tenant, other, credential, forged]) {
        expect(text).not.toContain(secretAccessKey)
      }
    })
  },
  ['sqlite'],
)
