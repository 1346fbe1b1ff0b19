// @module-tag local: moves the clock
import { expect, test } from 'vitest'
import { describeStores } from '../support/harness.ts'
import { encrypt } from '../support/life.ts'

describeStores('GetKeyLastUsage', (harness) => {
  const usage = (caller: Parameters<typeof harness.ok>[0], KeyId: string) =>
    harness.ok(caller, 'GetKeyLastUsage', { KeyId })

  test('a key that was never used', async () => {
    const caller = await harness.tenant()
    const { id, arn } = await harness.key(caller)
    await harness.ok(caller, 'DescribeKey', { KeyId: id })
    await harness.call('sdk', caller, 'Encrypt', {
      KeyId: id,
      Plaintext: Buffer.from('dry'),
      DryRun: true,
    })
    const told = await usage(caller, id)
    expect(told).toEqual({
      KeyId: arn,
      KeyLastUsage: {},
      TrackingStartDate: expect.any(Number),
      KeyCreationDate: told['TrackingStartDate'],
    })
  })

  test('the last use, by the id that the audit trail has of it', async () => {
    const caller = await harness.tenant()
    const { id } = await harness.key(caller)
    await encrypt(harness, caller, id, 'used')
    await harness.ok(caller, 'GenerateDataKey', { KeyId: id, NumberOfBytes: 32 })
    const told = await usage(caller, id)
    const [record] = await harness.trail(caller, { EventName: 'GenerateDataKey' })
    expect(told['KeyLastUsage']).toEqual({
      Operation: 'GenerateDataKey',
      Timestamp: expect.any(Number),
      CloudTrailEventId: record?.['eventID'],
      KmsRequestId: record?.['requestID'],
    })
  })

  test('another process knows of a use, and an hour later of the next', async () => {
    const caller = await harness.tenant()
    const { id } = await harness.key(caller)
    const { service } = harness.inside
    const another = harness.inside.another()
    const elsewhere = async () => {
      const key = { accountId: caller.accountId, region: 'us-east-1', id, arn: id, version: 0 }
      return (await another.service.ports.usage.last({ ...key, data: {} as never }))?.operation
    }
    await encrypt(harness, caller, id, 'first')
    await service.usage.flush()
    expect(await elsewhere()).toBe('Encrypt')
    await harness.ok(caller, 'GenerateDataKey', { KeyId: id, NumberOfBytes: 32 })
    await service.usage.flush()
    expect(await elsewhere()).toBe('Encrypt')
    harness.advance(3_600_000)
    await harness.ok(caller, 'GenerateDataKey', { KeyId: id, NumberOfBytes: 32 })
    await service.usage.flush()
    expect(await elsewhere()).toBe('GenerateDataKey')
    await another.stop()
  })
})
