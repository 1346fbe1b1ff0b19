// @module-tag functions
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Harness, REGION, type Tenant } from '../support/harness.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
/** Waits until a second has begun in which nothing is recorded yet: times of records are whole seconds. */
const nextSecond = () => setTimeout(1005 - (Date.now() % 1000))

describeStores('The audit trail', (harness) => {
  /** Newest first; the search itself is not yet in it when it is made. */
  const newest = async (tenant: Tenant, input = {}) => {
    const [record] = await harness.trail(tenant, input)
    if (record === undefined) throw new Error('no record')
    return record
  }
  const names = (records: readonly Record<string, unknown>[]) =>
    records.map(({ eventName }) => eventName)

  test('a call that changed something, as CloudTrail records it', async () => {
    const tenant = await harness.tenant()
    const outcome = await harness.call('sdk', tenant, 'CreateKey', {
      Description: 'recorded',
      Tags: [{ TagKey: 'k', TagValue: 'v' }],
    })
    const { Arn } = outcome.json['KeyMetadata'] as { Arn: string }
    const record = await newest(tenant, { EventName: 'CreateKey' })
    expect(record).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'Root',
        principalId: tenant.accountId,
        arn: `arn:aws:iam::${tenant.accountId}:root`,
        accountId: tenant.accountId,
        accessKeyId: tenant.accessKeyId,
      },
      eventTime: expect.stringMatching(TIME),
      eventSource: 'kms.amazonaws.com',
      eventName: 'CreateKey',
      awsRegion: REGION,
      sourceIPAddress: '127.0.0.1',
      userAgent: expect.stringContaining('aws-sdk-js'),
      requestParameters: { description: 'recorded', tags: [{ tagKey: 'k', tagValue: 'v' }] },
      responseElements: { keyMetadata: { arn: Arn, keyState: 'Enabled' } },
      requestID: outcome.headers['x-amzn-requestid'],
      eventID: expect.stringMatching(UUID),
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: tenant.accountId,
      eventCategory: 'Management',
    })
    expect(record).not.toHaveProperty('errorCode')
  })

  test('a use of a key: encryption context and key, never plaintext nor ciphertext', async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    const { credential, id, arn } = await harness.user(tenant, 'alice', {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
      }),
    })
    if (credential === undefined) throw new Error('no access key')
    const { CiphertextBlob } = await harness.ok(credential, 'Encrypt', {
      KeyId: key.id,
      Plaintext: Buffer.from('plaintext that no record has'),
      EncryptionContext: { department: 'finance' },
    })
    const record = await newest(tenant, { EventName: 'Encrypt' })
    expect(record).toMatchObject({
      userIdentity: { type: 'IAMUser', principalId: id, arn, userName: 'alice' },
      requestParameters: { keyId: key.id, encryptionContext: { department: 'finance' } },
      responseElements: null,
      readOnly: true,
      resources: [{ accountId: tenant.accountId, type: 'AWS::KMS::Key', ARN: key.arn }],
    })
    expect(JSON.stringify(record)).not.toContain(String(CiphertextBlob).slice(0, 40))
    expect(Object.keys(record['requestParameters'] as object).sort()).toEqual([
      'encryptionAlgorithm',
      'encryptionContext',
      'keyId',
    ])
  })

  test('refusals too, with code and text', async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    await harness.ok(tenant, 'DisableKey', { KeyId: key.id })
    const cases = [
      [
        'Encrypt',
        { KeyId: key.id, Plaintext: 'AAAA' },
        'DisabledException',
        `${key.arn} is disabled.`,
      ],
      ['Encrypt', { KeyId: key.id, Plaintext: '' }, 'ValidationException', expect.any(String)],
      ['DescribeKey', { KeyId: 'nothing' }, 'NotFoundException', "Invalid keyId 'nothing'"],
      ['Decrypt', { CiphertextBlob: 'AAAA' }, 'InvalidCiphertextException', undefined],
    ] as const
    for (const [operation, input, code, message] of cases) {
      const { headers } = await harness.call('aws', tenant, operation, input)
      const found = await harness.trail(tenant, { EventName: operation })
      const [record] = found.filter(({ requestID }) => requestID === headers['x-amzn-requestid'])
      expect(record).toMatchObject({ errorCode: code, responseElements: null })
      expect(record?.['errorMessage']).toEqual(message)
    }
  })

  test('who is not proven leaves no record', async () => {
    const tenant = await harness.tenant()
    const forged = { ...tenant, secretAccessKey: 'x'.repeat(40) }
    await harness.call('aws', forged, 'ListKeys')
    expect(names(await harness.trail(tenant))).not.toContain('ListKeys')
  })

  test('grant tokens and secrets are in no record', async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    const GrantTokens = ['a-grant-token-that-is-a-credential']
    await harness.call('aws', tenant, 'DescribeKey', { KeyId: key.id, GrantTokens })
    const eleven = Array.from({ length: 11 }, () => GrantTokens[0])
    const refused = await harness.call('aws', tenant, 'DescribeKey', {
      KeyId: key.id,
      GrantTokens: eleven,
    })
    expectRefusal(refused, 'aws', 'ValidationException')
    expect(refused.message).not.toContain(GrantTokens[0])
    const shown = JSON.stringify(await harness.trail(tenant))
    expect(shown).not.toContain(GrantTokens[0])
    expect(shown).not.toContain(tenant.secretAccessKey)
  })

  describe('a search', () => {
    const fill = async (harness: Harness) => {
      const tenant = await harness.tenant()
      const [one, two] = [await harness.key(tenant), await harness.key(tenant)]
      const { credential, arn } = await harness.user(tenant, 'bob', {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
        }),
      })
      if (credential === undefined) throw new Error('no access key')
      for (let i = 0; i < 5; i++) {
        await harness.ok(tenant, 'DescribeKey', { KeyId: one.id })
        await harness.ok(credential, 'GetKeyPolicy', { KeyId: two.id })
      }
      return { tenant, one, two, arn, credential }
    }

    test('by key, by principal, by event name, by any of them together', async () => {
      const { tenant, one, two, arn } = await fill(harness)
      const describes = Array.from({ length: 5 }, () => 'DescribeKey')
      const policies = Array.from({ length: 5 }, () => 'GetKeyPolicy')
      const find = async (query: object) => names(await harness.trail(tenant, { ...query }))
      expect(await find({ KeyId: one.id, EventName: 'DescribeKey' })).toEqual(describes)
      expect(await find({ KeyId: one.arn, EventName: 'DescribeKey' })).toEqual(describes)
      expect(await find({ KeyId: two.arn, Principal: arn })).toEqual(policies)
      expect(await find({ Principal: 'bob' })).toEqual(policies)
      expect(await find({ EventName: 'GetKeyPolicy' })).toEqual(policies)
      expect(await find({ KeyId: one.id, Principal: 'bob' })).toEqual([])
      expect(await find({ EventName: 'Sign' })).toEqual([])
    })

    test('by time', async () => {
      const { tenant } = await fill(harness)
      const now = harness.target.now()
      const [first] = await harness.trail(tenant, { EventName: 'DescribeKey' })
      const at = new Date(String(first?.['eventTime']))
      const find = (StartTime: Date, EndTime: Date) =>
        harness.trail(tenant, { StartTime, EndTime, EventName: 'DescribeKey' })
      expect(await find(at, at)).toContainEqual(first)
      expect(await find(new Date(at.getTime() + 999), new Date(now + 60_000))).toContainEqual(first)
      expect(await find(new Date(at.getTime() + 1000), new Date(now + 60_000))).toEqual([])
      expect(await find(new Date(now - 86_400_000 * 30), new Date(now - 86_400_000))).toEqual([])
    })

    test('in pages that put together are the whole, newest first', async () => {
      const { tenant } = await fill(harness)
      // a search is recorded too: by its time it must not be part of what it finds
      await nextSecond()
      const EndTime = new Date(Math.floor(harness.target.now() / 1000) * 1000 - 1)
      const whole = await harness.trail(tenant, { EndTime })
      const times = whole.map(({ eventTime }) => String(eventTime))
      expect(times).toEqual([...times].sort().reverse())
      for (const Limit of [1, 3, 50]) {
        const found: unknown[] = []
        let Marker: unknown
        do {
          const page = await harness.ok(
            tenant,
            'ListAuditRecords',
            { EndTime, Limit, ...(Marker !== undefined && { Marker }) },
            { via: 'rest' },
          )
          expect((page['Records'] as unknown[]).length).toBeLessThanOrEqual(Limit)
          expect(page['Truncated']).toBe('NextMarker' in page)
          found.push(...(page['Records'] as unknown[]))
          Marker = page['NextMarker']
        } while (Marker !== undefined)
        expect(found).toEqual(whole)
      }
    })

    test('a marker of another account, and one that is none', async () => {
      const { tenant } = await fill(harness)
      const stranger = await harness.tenant()
      const page = await harness.ok(tenant, 'ListAuditRecords', { Limit: 1 }, { via: 'rest' })
      for (const [caller, Marker] of [
        [stranger, page['NextMarker']],
        [tenant, `${page['NextMarker']}A`],
        [tenant, 'x'],
      ] as const) {
        const outcome = await harness.call('rest', caller, 'ListAuditRecords', { Marker })
        expectRefusal(outcome, 'rest', 'InvalidMarkerException')
      }
    })

    test('a time that ends before it starts, or spans years', async () => {
      const tenant = await harness.tenant()
      for (const [StartTime, EndTime] of [
        ['2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z'],
        ['2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
      ]) {
        const outcome = await harness.call('rest', tenant, 'ListAuditRecords', {
          StartTime,
          EndTime,
        })
        expectRefusal(outcome, 'rest', 'ValidationException')
      }
    })
  })
})
