// @module-tag functions
import { expect, test } from 'vitest'
import { describeStores, type Tenant } from '../support/harness.ts'

const US = 'us-east-1'
const EU = 'eu-west-1'

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/ct-replicate-key.html */
describeStores('Multi-Region keys in the audit trail', (harness) => {
  const replicated = async () => {
    const caller = await harness.tenant()
    const { id } = await harness.key(caller, { MultiRegion: true })
    await harness.ok(caller, 'ReplicateKey', { KeyId: id, ReplicaRegion: EU })
    const arn = (region: string) => `arn:aws:kms:${region}:${caller.accountId}:key/${id}`
    const resource = (region: string) => ({
      accountId: caller.accountId,
      type: 'AWS::KMS::Key',
      ARN: arn(region),
    })
    return { caller, id, arn, resource }
  }
  const named = async (caller: Tenant, EventName: string) => harness.trail(caller, { EventName })

  test('ReplicateKey: one event in each Region, that of the replica a CreateKey', async () => {
    const { caller, id, arn, resource } = await replicated()
    const [replicate, ...others] = await named(caller, 'ReplicateKey')
    expect(others).toEqual([])
    expect(replicate).toMatchObject({
      awsRegion: US,
      eventName: 'ReplicateKey',
      eventType: 'AwsApiCall',
      readOnly: false,
      requestParameters: {
        keyId: id,
        replicaRegion: EU,
        bypassPolicyLockoutSafetyCheck: false,
        description: '',
      },
      responseElements: {
        keyId: arn(US),
        replicaKeyMetadata: {
          aWSAccountId: caller.accountId,
          keyId: id,
          arn: arn(EU),
          multiRegion: true,
          multiRegionConfiguration: {
            multiRegionKeyType: 'REPLICA',
            primaryKey: { arn: arn(US), region: US },
            replicaKeys: [{ arn: arn(EU), region: EU }],
          },
        },
        replicaPolicy: expect.stringContaining('key-default-1'),
      },
      resources: [resource(US)],
    })
    const [create] = await named(caller, 'CreateKey')
    expect(create).toMatchObject({
      awsRegion: EU,
      userIdentity: replicate?.['userIdentity'],
      requestID: replicate?.['requestID'],
      requestParameters: {
        origin: 'AWS_KMS',
        keySpec: 'SYMMETRIC_DEFAULT',
        customerMasterKeySpec: 'SYMMETRIC_DEFAULT',
        keyUsage: 'ENCRYPT_DECRYPT',
        multiRegion: true,
        description: '',
        bypassPolicyLockoutSafetyCheck: false,
      },
      responseElements: { keyMetadata: { arn: arn(EU), multiRegion: true } },
      resources: [resource(EU)],
    })
    expect(create?.['eventID']).not.toBe(replicate?.['eventID'])
  })

  test('a refused ReplicateKey has one, in the Region that was asked', async () => {
    const { caller, id } = await replicated()
    const again = { KeyId: id, ReplicaRegion: EU }
    expect((await harness.call('sdk', caller, 'ReplicateKey', again)).code).toBe(
      'AlreadyExistsException',
    )
    const events = await harness.trail(caller, { ErrorCode: 'AlreadyExistsException' })
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({ awsRegion: US, eventName: 'ReplicateKey' })
  })

  test('UpdatePrimaryRegion: one in each Region, the new primary’s by AWS KMS', async () => {
    const { caller, id, arn, resource } = await replicated()
    await harness.ok(caller, 'UpdatePrimaryRegion', { KeyId: id, PrimaryRegion: EU })
    const events = await named(caller, 'UpdatePrimaryRegion')
    const [here, there] = [US, EU].map((region) =>
      events.find(({ awsRegion }) => awsRegion === region),
    )
    expect(events).toHaveLength(2)
    expect(here).toMatchObject({
      requestParameters: { keyId: id, primaryRegion: EU },
      resources: [resource(US)],
    })
    expect(there).toMatchObject({
      userIdentity: { invokedBy: 'kms.amazonaws.com', accountId: caller.accountId },
      requestID: here?.['requestID'],
      requestParameters: { keyId: arn(EU), primaryRegion: EU },
      responseElements: null,
      resources: [resource(EU)],
    })
    expect(there?.['eventID']).not.toBe(here?.['eventID'])
  })

  /** @see https://docs.aws.amazon.com/kms/latest/developerguide/ct-synchronize-multi-region-key.html */
  test('SynchronizeMultiRegionKey: where what is shared was carried to, about the primary', async () => {
    const { caller, id, arn, resource } = await replicated()
    await harness.ok(caller, 'UpdatePrimaryRegion', { KeyId: id, PrimaryRegion: EU })
    const events = await named(caller, 'SynchronizeMultiRegionKey')
    expect(events.map(({ awsRegion }) => awsRegion).sort()).toEqual([EU, US])
    expect(events.find(({ awsRegion }) => awsRegion === EU)).toMatchObject({
      userIdentity: { accountId: caller.accountId, invokedBy: 'AWS Internal' },
      sourceIPAddress: 'AWS Internal',
      userAgent: 'AWS Internal',
      requestParameters: null,
      responseElements: { keyId: arn(EU) },
      readOnly: false,
      resources: [resource(US)],
      eventType: 'AwsServiceEvent',
    })
    expect(events.find(({ awsRegion }) => awsRegion === US)).toMatchObject({
      responseElements: { keyId: arn(US) },
      resources: [resource(EU)],
    })
  })
})
