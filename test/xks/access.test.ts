// @module-tag functions
import { beforeAll, describe, expect, test } from 'vitest'
import { describeStores, type Tenant } from '../support/harness.ts'
import { callXks, metadata, PROXY_POLICY, xksRoles } from '../support/xks.ts'

const KEY_ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey']
const policy = (...Statement: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })
const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Action: KEY_ACTIONS,
  Resource: '*',
  ...more,
})

describeStores('who may do what through an external key store proxy', (harness) => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await harness.tenant()
  })

  const { role, encrypt, outcome } = xksRoles(harness, () => tenant)

  test('without a policy nothing is allowed but health', async () => {
    const { credential } = await role({})
    const { id } = await harness.key(tenant)
    expect(await outcome(credential, id)).toBe('AccessDeniedException')
    expect(await outcome(credential, id, {}, 'metadata')).toBe('AccessDeniedException')
    const requestMetadata = { kmsOperation: 'KmsHealthCheck', kmsRequestId: '1' }
    const health = await callXks(harness.target, credential, `${credential.path}/health`, {
      requestMetadata,
    })
    expect(health.status).toBe(200)
  })

  test('each operation asks its own action', async () => {
    const { credential } = await role({ Policy: policy(allow({ Action: 'kms:Encrypt' })) })
    const { id } = await harness.key(tenant)
    expect(await outcome(credential, id)).toBe(200)
    expect(await outcome(credential, id, {}, 'metadata')).toBe('AccessDeniedException')
    const { name, credential: reading } = await role({
      Policy: policy(allow({ Action: ['kms:DescribeKey', 'kms:Decrypt'] })),
    })
    expect(await outcome(reading, id, {}, 'metadata')).toBe(200)
    expect(await outcome(reading, id)).toBe('AccessDeniedException')
    expect(name).toMatch(/^aws-/)
  })

  test('the key policy decides: it may name the role, or leave it out', async () => {
    const { arn, credential } = await role({})
    const admin = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
      Action: ['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'],
      Resource: '*',
    }
    const named = await harness.key(tenant, {
      Policy: policy(admin, allow({ Principal: { AWS: arn } })),
      BypassPolicyLockoutSafetyCheck: true,
    })
    expect(await outcome(credential, named.id)).toBe(200)
    const { credential: broad } = await role({ Policy: PROXY_POLICY })
    expect(await outcome(broad, named.id)).toBe('AccessDeniedException')
  })

  test('a grant decides', async () => {
    const { arn, credential } = await role({})
    const { id } = await harness.key(tenant)
    expect(await outcome(credential, id)).toBe('AccessDeniedException')
    const input = { KeyId: id, GranteePrincipal: arn, Operations: ['Encrypt'] }
    const { GrantId } = await harness.ok(tenant, 'CreateGrant', input)
    expect(await outcome(credential, id)).toBe(200)
    await harness.ok(tenant, 'RevokeGrant', { KeyId: id, GrantId })
    expect(await outcome(credential, id)).toBe('AccessDeniedException')
  })

  describe('what AWS says of its caller are condition keys', () => {
    test.for([
      [
        'tenkey:XksPrincipalArn',
        { awsPrincipalArn: 'arn:aws:iam::123456789012:role/S3' },
        'arn:aws:iam::123456789012:role/*',
      ],
      ['tenkey:XksOperation', { kmsOperation: 'GenerateDataKey' }, 'GenerateDataKey*'],
      ['tenkey:XksViaService', { kmsViaService: 's3' }, 's3'],
    ] as const)('%s', async ([name, said, wanted]) => {
      const { credential } = await role({
        Policy: policy(allow({ Condition: { StringLike: { [name]: wanted } } })),
      })
      const { id } = await harness.key(tenant)
      expect(await outcome(credential, id, said)).toBe(200)
      expect(await outcome(credential, id)).toBe('AccessDeniedException')
      const denied = await role({
        Policy: policy(allow(), {
          ...allow({ Condition: { StringLike: { [name]: wanted } } }),
          Effect: 'Deny',
        }),
      })
      expect(await outcome(denied.credential, id, said)).toBe('AccessDeniedException')
      expect(await outcome(denied.credential, id)).toBe(200)
    })

    test('what is not said is missing', async () => {
      const Condition = { Null: { 'tenkey:XksViaService': 'true' } }
      const { credential } = await role({ Policy: policy(allow({ Condition })) })
      const { id } = await harness.key(tenant)
      expect(await outcome(credential, id, { kmsViaService: undefined })).toBe(200)
      expect(await outcome(credential, id)).toBe('AccessDeniedException')
    })

    test('they are AWS’s word, and no condition keys of AWS’s', async () => {
      const root = `arn:aws:iam::${tenant.accountId}:root`
      for (const Condition of [
        { ArnLike: { 'aws:PrincipalArn': root } },
        { StringEquals: { 'kms:ViaService': 's3' } },
        { StringEquals: { 'aws:PrincipalArn': root } },
      ]) {
        const { credential } = await role({ Policy: policy(allow({ Condition })) })
        const { id } = await harness.key(tenant)
        // an AWS account may have a tenant's number
        const said = { awsPrincipalArn: root, kmsViaService: 's3' }
        expect(await outcome(credential, id, said)).toBe('AccessDeniedException')
      }
      const { arn, credential } = await role({
        Policy: policy(
          allow({
            Condition: {
              ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${tenant.accountId}:role/aws-*` },
            },
          }),
        ),
      })
      expect(arn).toContain(':role/aws-')
      const like = await role({
        Policy: policy(
          allow({
            Condition: {
              ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${tenant.accountId}:role/aws-*` },
            },
          }),
        ),
      })
      const { id } = await harness.key(tenant)
      expect(await outcome(credential, id)).toBe(200)
      expect(await outcome(like.credential, id)).toBe(200)
    })

    test('no other call has them', async () => {
      const Condition = { Null: { 'tenkey:XksOperation': 'false' } }
      const Policy = policy({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition })
      const { credential } = await harness.user(tenant, 'direct', { Policy })
      if (credential === undefined) throw new Error('a user without a credential')
      const { id } = await harness.key(tenant)
      const input = { KeyId: id, Plaintext: Buffer.from('x'), requestMetadata: metadata() }
      // AWS's protocol takes members that it does not know, and drops them
      const { code } = await harness.call('aws', credential, 'Encrypt', input)
      expect(code).toBe('AccessDeniedException')
    })
  })

  describe('the audit trail', () => {
    test('a call has who it stood for, and what AWS said of its own', async () => {
      const { arn, credential } = await role({ Policy: PROXY_POLICY })
      const { id, arn: keyArn } = await harness.key(tenant)
      await encrypt(credential, id, { awsSourceVpc: 'vpc-1', awsSourceVpce: 'vpce-1' })
      await encrypt(credential, id, { kmsOperation: 'x'.repeat(2048) }, 'metadata')
      const records = await harness.trail(tenant)
      const of = (eventName: string) => records.find((one) => one['eventName'] === eventName)
      const record = of('XksEncrypt')
      expect(record).toMatchObject({
        eventSource: 'tenkey',
        userIdentity: { type: 'Role', arn, accessKeyId: credential.accessKeyId },
        requestParameters: { externalKeyId: id, encryptionAlgorithm: 'AES_GCM' },
        additionalEventData: {
          awsPrincipalArn: 'arn:aws:iam::123456789012:user/Alice',
          kmsOperation: 'Encrypt',
          kmsRequestId: '4112f4d6-db54-4af4-ae30-c55a22a8dfae',
          kmsViaService: 'ebs',
          kmsKeyArn: metadata().kmsKeyArn,
          awsSourceVpc: 'vpc-1',
          awsSourceVpce: 'vpce-1',
          keyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
          decisions: [expect.objectContaining({ action: 'kms:Encrypt' })],
        },
        resources: [{ accountId: tenant.accountId, type: 'AWS::KMS::Key', ARN: keyArn }],
        readOnly: true,
      })
      expect(of('XksGetKeyMetadata')).toMatchObject({
        additionalEventData: { kmsOperation: 'x'.repeat(2048) },
      })
    })

    test('a refusal has it too; making a credential has no secret', async () => {
      const { credential } = await role({})
      const { id } = await harness.key(tenant)
      await encrypt(credential, id)
      const records = await harness.trail(tenant)
      const refused = records.find(
        ({ userIdentity, eventName }) =>
          eventName === 'XksEncrypt' &&
          (userIdentity as { accessKeyId?: string }).accessKeyId === credential.accessKeyId,
      )
      expect(refused).toMatchObject({
        errorCode: 'AccessDenied',
        additionalEventData: { kmsRequestId: metadata().kmsRequestId },
      })
      const made = records.find(({ eventName }) => eventName === 'CreateXksCredential')
      expect(made).toMatchObject({ readOnly: false })
      expect(JSON.stringify(records)).not.toContain(credential.secretAccessKey)
    })
  })
})
