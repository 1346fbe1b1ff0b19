// @module-tag functions-long
import { expect, test } from 'vitest'
import {
  allow,
  document,
  enableIam,
  expectAllowed,
  expectDenied,
  keyWith,
  userWith,
} from '../support/authorization.ts'
import { describeStores, type Input, type Tenant } from '../support/harness.ts'

const US = 'us-east-1'
const EU = 'eu-west-1'
const MultiRegion = true

describeStores('Permissions on multi-Region keys', (harness) => {
  const call = (
    who: Parameters<typeof harness.call>[1],
    operation: string,
    input: Input,
    region = US,
  ) => harness.call('sdk', who, operation, input, { region })
  const replica = (KeyId: string, more: Input = {}) => ({ KeyId, ReplicaRegion: EU, ...more })
  const inRegion = (region: string) => ({
    Condition: { StringEquals: { 'aws:RequestedRegion': region } },
  })
  const keyOf = async (tenant: Tenant, input: Input = {}) =>
    (await harness.key(tenant, { MultiRegion, ...input })).id

  test('ReplicateKey asks kms:ReplicateKey on the primary and kms:CreateKey in the Region of the replica', async () => {
    const tenant = await harness.tenant()
    const id = await keyOf(tenant)
    const [copies, creates] = [
      allow('kms:ReplicateKey', inRegion(US)),
      allow('kms:CreateKey', inRegion(EU)),
    ]
    for (const few of [[copies], [creates], [copies, allow('kms:CreateKey', inRegion(US))]]) {
      expectDenied(await call(await userWith(harness, tenant, few), 'ReplicateKey', replica(id)))
    }
    const maker = await userWith(harness, tenant, [copies, creates])
    const Tags = [{ TagKey: 'a', TagValue: '1' }]
    expectDenied(await call(maker, 'ReplicateKey', replica(id, { Tags })))
    const tagger = await userWith(harness, tenant, [
      copies,
      creates,
      allow('kms:TagResource', {
        Resource: `arn:aws:kms:${EU}:${tenant.accountId}:key/${id}`,
        Condition: { StringEquals: { 'aws:RequestTag/a': '1' } },
      }),
    ])
    expectAllowed(await call(tagger, 'ReplicateKey', replica(id, { Tags })))
    // the statement is for another Region
    expectDenied(await call(tagger, 'ReplicateKey', { KeyId: id, ReplicaRegion: 'ap-south-1' }))
  })

  test('the CreateKey of a replica is asked for what the primary is', async () => {
    const tenant = await harness.tenant()
    const hmac = await keyOf(tenant, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const symmetric = await keyOf(tenant)
    const maker = await userWith(harness, tenant, [
      allow('kms:ReplicateKey'),
      allow('kms:CreateKey', {
        Condition: {
          StringEquals: {
            'kms:KeySpec': 'HMAC_256',
            'kms:KeyUsage': 'GENERATE_VERIFY_MAC',
            'kms:KeyOrigin': 'AWS_KMS',
            'kms:MultiRegionKeyType': 'REPLICA',
          },
          Bool: { 'kms:MultiRegion': 'true' },
        },
      }),
    ])
    expectDenied(await call(maker, 'ReplicateKey', replica(symmetric)))
    expectAllowed(await call(maker, 'ReplicateKey', replica(hmac)))
    // a replica, and no primary
    expectDenied(
      await call(maker, 'CreateKey', {
        MultiRegion,
        KeySpec: 'HMAC_256',
        KeyUsage: 'GENERATE_VERIFY_MAC',
      }),
    )
  })

  test('kms:ReplicaRegion in a key policy, with patterns', async () => {
    const tenant = await harness.tenant()
    const maker = await userWith(harness, tenant, [allow('kms:CreateKey')])
    const { id } = await keyWith(
      harness,
      tenant,
      [
        allow('kms:ReplicateKey', {
          Principal: { AWS: maker.arn },
          Condition: { StringLike: { 'kms:ReplicaRegion': 'eu-*' } },
        }),
      ],
      { MultiRegion },
    )
    expectDenied(await call(maker, 'ReplicateKey', { KeyId: id, ReplicaRegion: 'ap-south-1' }))
    expectAllowed(await call(maker, 'ReplicateKey', replica(id)))
  })

  test('UpdatePrimaryRegion asks on both keys, each in its Region; kms:PrimaryRegion is the parameter', async () => {
    const tenant = await harness.tenant()
    const id = await keyOf(tenant)
    expectAllowed(await call(tenant, 'ReplicateKey', replica(id)))
    const move = { KeyId: id, PrimaryRegion: EU }
    const arn = (region: string) => `arn:aws:kms:${region}:${tenant.accountId}:key/${id}`
    const may = (region: string, PrimaryRegion = EU) =>
      allow('kms:UpdatePrimaryRegion', {
        Resource: arn(region),
        Condition: {
          StringEquals: { 'kms:PrimaryRegion': PrimaryRegion, 'aws:RequestedRegion': region },
        },
      })
    for (const few of [[may(US)], [may(EU)], [may(US, US), may(EU, US)]]) {
      const who = await userWith(harness, tenant, few)
      expectDenied(await call(who, 'UpdatePrimaryRegion', move))
    }
    const both = await userWith(harness, tenant, [may(US), may(EU)])
    expectAllowed(await call(both, 'UpdatePrimaryRegion', move))
  })

  test('the policy of the replica decides in its Region, that of the primary in its own', async () => {
    const tenant = await harness.tenant()
    const who = await userWith(harness, tenant)
    const { id } = await keyWith(
      harness,
      tenant,
      [allow('kms:Encrypt', { Principal: { AWS: who.arn } })],
      { MultiRegion },
    )
    expectAllowed(
      await call(tenant, 'ReplicateKey', replica(id, { Policy: document(enableIam(tenant)) })),
    )
    const input = { KeyId: id, Plaintext: new Uint8Array([1]) }
    expectAllowed(await call(who, 'Encrypt', input))
    expectDenied(await call(who, 'Encrypt', input, EU))
  })

  test('kms:MultiRegionKeyType tells the primary from its replicas, and neither from other keys', async () => {
    const tenant = await harness.tenant()
    const id = await keyOf(tenant)
    expectAllowed(await call(tenant, 'ReplicateKey', replica(id)))
    const single = (await harness.key(tenant)).id
    const only = (type: string) =>
      userWith(harness, tenant, [
        allow('kms:DescribeKey', {
          Condition: { StringEquals: { 'kms:MultiRegionKeyType': type } },
        }),
      ])
    const [primary, replicas] = [await only('PRIMARY'), await only('REPLICA')]
    expectAllowed(await call(primary, 'DescribeKey', { KeyId: id }))
    expectDenied(await call(primary, 'DescribeKey', { KeyId: id }, EU))
    expectAllowed(await call(replicas, 'DescribeKey', { KeyId: id }, EU))
    expectDenied(await call(replicas, 'DescribeKey', { KeyId: id }))
    for (const who of [primary, replicas]) {
      expectDenied(await call(who, 'DescribeKey', { KeyId: single }))
    }
  })

  test('the lockout check is made of a replica’s policy, and can be passed by', async () => {
    const tenant = await harness.tenant()
    const id = await keyOf(tenant)
    const maker = await userWith(harness, tenant, [allow('kms:*')])
    const Policy = document(allow('kms:Encrypt', { Principal: { AWS: maker.arn } }))
    const locked = await call(maker, 'ReplicateKey', replica(id, { Policy }))
    expect(locked.code).toBe('MalformedPolicyDocumentException')
    const bypass = { Policy, BypassPolicyLockoutSafetyCheck: true }
    expectAllowed(await call(maker, 'ReplicateKey', replica(id, bypass)))
    expectDenied(await call(maker, 'DescribeKey', { KeyId: id }, EU))
  })

  test('the lockout check of a replica’s policy asks on the ARN that it will have', async () => {
    const tenant = await harness.tenant()
    const id = await keyOf(tenant)
    const makerIn = (region: string) =>
      userWith(harness, tenant, [
        allow(['kms:ReplicateKey', 'kms:CreateKey']),
        allow('kms:PutKeyPolicy', {
          Resource: `arn:aws:kms:${region}:${tenant.accountId}:key/${id}`,
        }),
      ])
    const wanted = replica(id, { Policy: document(enableIam(tenant)) })
    const here = await call(await makerIn('us-east-1'), 'ReplicateKey', wanted)
    expect(here.code).toBe('MalformedPolicyDocumentException')
    expectAllowed(await call(await makerIn(EU), 'ReplicateKey', wanted))
  })

  test('no other account replicates a key, whatever its policy says', async () => {
    const [owner, other] = [await harness.tenant(), await harness.tenant()]
    const { id, arn } = await keyWith(
      harness,
      owner,
      [allow('kms:*', { Principal: { AWS: other.accountId } })],
      { MultiRegion },
    )
    expectDenied(await call(other, 'ReplicateKey', replica(arn)))
    expectAllowed(await call(other, 'DescribeKey', { KeyId: arn }))
    expectAllowed(await call(owner, 'ReplicateKey', replica(id)))
    expectDenied(await call(other, 'UpdatePrimaryRegion', { KeyId: arn, PrimaryRegion: EU }))
  })
})
