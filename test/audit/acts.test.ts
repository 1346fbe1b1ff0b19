// @module-tag local: it moves the clock
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { ANY_ID, ANY_TIME, alice, KEY, MATERIAL, type Recorded } from '../support/cloudtrail.ts'
import { describeStores, REGION, type Tenant } from '../support/harness.ts'
import { DAY, importInto, pass } from '../support/life.ts'

const YEAR = 370 * DAY

describeStores('What the service does of its own accord', (harness) => {
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
  const only = async (tenant: Tenant, query: object) => {
    const [record, ...more] = await find(tenant, query)
    expect(more).toEqual([])
    if (record === undefined) throw new Error(`nothing found by ${JSON.stringify(query)}`)
    return record
  }
  /** As AWS's samples ct-rotatekey, ct-delete-key and ct-deleteexpiredkeymaterial have it. */
  const event = (tenant: Tenant, eventName: string, arn: string, details: object) => ({
    eventVersion: '1.11',
    userIdentity: { accountId: tenant.accountId, invokedBy: 'AWS Internal' },
    eventTime: ANY_TIME,
    eventSource: 'kms.amazonaws.com',
    eventName,
    awsRegion: REGION,
    sourceIPAddress: 'AWS Internal',
    userAgent: 'AWS Internal',
    requestParameters: null,
    responseElements: null,
    eventID: ANY_ID,
    readOnly: false,
    resources: [KEY(arn)],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: tenant.accountId,
    serviceEventDetails: details,
    eventCategory: 'Management',
  })

  test('a year: each act is found once, by its name, its key, its alias and its time', async () => {
    const tenant = await harness.tenant()
    const rotating = await harness.key(tenant)
    await harness.ok(tenant, 'EnableKeyRotation', { KeyId: rotating.id })
    await harness.ok(tenant, 'CreateAlias', {
      AliasName: 'alias/rotating',
      TargetKeyId: rotating.id,
    })
    const leaving = await harness.key(tenant)
    await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: leaving.id, PendingWindowInDays: 30 })
    const imported = await harness.key(tenant, { Origin: 'EXTERNAL' })
    const ValidTo = new Date(harness.target.now() + 40 * DAY)
    const more = { ExpirationModel: 'KEY_MATERIAL_EXPIRES', ValidTo }
    const outcome = await importInto(harness, tenant, imported.id, randomBytes(32), more)
    expect(outcome.code).toBeUndefined()
    const began = harness.target.now()
    await pass(harness, YEAR - 2 * DAY)

    const rotated = await only(tenant, { EventName: 'RotateKey' })
    const { serviceEventDetails: details } = rotated
    expect(rotated).toEqual(
      event(tenant, 'RotateKey', rotating.arn, {
        rotationType: 'AUTOMATIC',
        keyOrigin: 'AWS_KMS',
        previousKeyMaterialId: MATERIAL,
        currentKeyMaterialId: MATERIAL,
        keyId: rotating.id,
      }),
    )
    const described = await harness.ok(tenant, 'DescribeKey', { KeyId: rotating.id })
    expect(details).toMatchObject({
      currentKeyMaterialId: (described['KeyMetadata'] as Recorded)['CurrentKeyMaterialId'],
    })
    const when = (days: number) => ({
      StartTime: new Date(began + (days - 1) * DAY),
      EndTime: new Date(began + (days + 1) * DAY),
    })
    const EventName = 'RotateKey'
    for (const KeyId of [rotating.id, rotating.arn, 'alias/rotating']) {
      expect(await find(tenant, { KeyId, EventName, ...when(365) })).toEqual([rotated])
      expect(await find(tenant, { KeyId, EventName, ...when(100) })).toEqual([])
    }

    expect(await only(tenant, { EventName: 'DeleteKey', KeyId: leaving.id, ...when(30) })).toEqual({
      ...event(tenant, 'DeleteKey', leaving.arn, { keyId: leaving.id }),
      responseElements: { keyId: leaving.arn },
    })
    expect(await only(tenant, { EventName: 'DeleteExpiredKeyMaterial', ...when(40) })).toEqual(
      event(tenant, 'DeleteExpiredKeyMaterial', imported.arn, {
        keyId: imported.id,
        keyMaterialId: outcome.json['KeyMaterialId'],
      }),
    )
    // a key that is gone is still found, from its beginning on, with who asks for it in vain
    await harness.call('aws', tenant, 'DescribeKey', { KeyId: leaving.id })
    const life = (await find(tenant, { KeyId: leaving.arn })).map(({ eventName }) => eventName)
    expect(life).toEqual(['DescribeKey', 'DeleteKey', 'ScheduleKeyDeletion', 'CreateKey'])
    const all = await find(tenant)
    expect(new Set(all.map(({ eventID }) => eventID)).size).toBe(all.length)
  })

  test('RotateKeyOnDemand: the call, and the rotation (ct-rotatekey)', async () => {
    const tenant = await harness.tenant()
    const { id, arn } = await harness.key(tenant)
    await harness.ok(tenant, 'RotateKeyOnDemand', { KeyId: id })
    const { rotationType, currentKeyMaterialId } = (
      await only(tenant, { EventName: 'RotateKey', KeyId: id })
    )['serviceEventDetails'] as Recorded
    const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: id })
    expect(rotationType).toBe('ON_DEMAND')
    expect(currentKeyMaterialId).toBe((KeyMetadata as Recorded)['CurrentKeyMaterialId'])
    const call = await only(tenant, { EventName: 'RotateKeyOnDemand' })
    expect(call).toMatchObject({ responseElements: { keyId: arn }, eventType: 'AwsApiCall' })
  })

  test('an AWS managed key, made once for however many first name it', async () => {
    const tenant = await harness.tenant()
    const KeyId = 'alias/aws/s3'
    await Promise.all(Array.from({ length: 5 }, () => harness.ok(tenant, 'DescribeKey', { KeyId })))
    const made = await only(tenant, { EventName: 'CreateKey', KeyId })
    expect(made).toMatchObject({
      eventType: 'AwsServiceEvent',
      serviceEventDetails: { keyManager: 'AWS', aliasName: KeyId },
    })
  })

  test('an alias that is rotated: the alias, the new key and the former', async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const AliasName = 'alias/signer'
    await harness.ok(tenant, 'CreateAlias', { AliasName, TargetKeyId: key.id })
    const input = { AliasName, RotationPeriodInDays: 90 }
    await harness.ok(tenant, 'PutAliasRotation', input, { via: 'rest' })
    await pass(harness, 91 * DAY)
    const moved = await only(tenant, { EventName: 'RotateAlias', KeyId: AliasName })
    const details = moved['serviceEventDetails'] as Recorded
    expect(details).toMatchObject({ aliasName: AliasName, previousKeyId: key.arn })
    const newest = await harness.ok(tenant, 'DescribeKey', { KeyId: AliasName })
    expect(details['keyId']).toBe((newest['KeyMetadata'] as Recorded)['Arn'])
    expect(await find(tenant, { EventName: 'RotateAlias', KeyId: key.id })).toEqual([moved])
  })
})

describeStores('What the operator does to a tenant', (harness) => {
  const operator = (name: string, input: object) =>
    harness.ok(harness.operator, name, { ...input }, { via: 'rest' })

  test('is in the tenant’s trail, without who or from where; and in the operator’s own', async () => {
    const tenant = await harness.tenant()
    const { accountId } = tenant
    const AccountId = accountId
    const made = await operator('CreateAccessKey', { AccountId })
    const [record] = await harness.trail(tenant, { EventName: 'CreateAccessKey' })
    expect(record).toMatchObject({
      userIdentity: { type: 'AWSAccount', principalId: '000000000000', accountId: '000000000000' },
      eventSource: 'tenkey',
      sourceIPAddress: 'tenkey',
      userAgent: 'tenkey',
      requestParameters: { accountId },
      responseElements: { accessKeyId: made['AccessKeyId'] },
      readOnly: false,
      recipientAccountId: accountId,
    })
    expect(JSON.stringify(record)).not.toContain(String(made['SecretAccessKey']))
    const { Records } = await operator('ListAuditRecords', { EventName: 'CreateAccessKey' })
    const [own] = Records as Recorded[]
    expect(own).toMatchObject({
      userIdentity: { type: 'Root', accountId: '000000000000' },
      sourceIPAddress: '127.0.0.1',
      sharedEventID: record?.['sharedEventID'],
    })
    expect(own?.['eventID']).not.toBe(record?.['eventID'])
  })

  test('from the first: that the account was made, and each of its principals', async () => {
    const tenant = await harness.tenant()
    await alice(harness, tenant)
    const other = await harness.tenant()
    await expect(
      operator('PutPrincipalPolicy', {
        AccountId: tenant.accountId,
        Type: 'user',
        Name: 'nobody',
        PolicyName: 'p',
        Policy: '{}',
      }),
    ).rejects.toThrow()
    const names = (await harness.trail(tenant)).map(({ eventName }) => eventName)
    // what was refused did nothing to it
    expect(names).toEqual(['CreatePrincipal', 'CreateTenant'])
    const others = (await harness.trail(other)).map(({ eventName }) => eventName)
    expect(others).toEqual(['CreateTenant'])
  })

  test('a tenant reads no trail but its own, the operator none of a tenant’s', async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    const { Records } = await operator('ListAuditRecords', { KeyId: key.arn })
    expect(Records).toEqual([])
  })
})

describeStores('A filter that can’t match', (harness) => {
  describe('says so', () => {
    test.for([
      ['KeyId', 'nothing'],
      ['KeyId', 'alias/'],
      ['KeyId', 'arn:aws:s3:::bucket'],
      ['KeyId', 'arn:aws:kms:us-east-1:111122223333:key/nothing'],
      ['Principal', 'arn:aws:kms:us-east-1:111122223333:key/k'],
      ['Principal', 'two words'],
      ['EventName', 'Nothing'],
      ['EventName', 'encrypt'],
      ['ErrorCode', 'NoSuchException'],
    ] as const)('%s %s', async ([name, value]) => {
      const tenant = await harness.tenant()
      const input = { [name]: value }
      const outcome = await harness.call('rest', tenant, 'ListAuditRecords', input)
      expect(outcome.code).toBe('ValidationException')
      expect(outcome.message).toContain(value)
    })
  })
})
