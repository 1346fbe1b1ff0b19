// @module-tag functions
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../core/config.ts'
import { sendRest } from '../support/calls.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'

/** A Region of each partition, and Regions of our own that are not the one a policy was written in. */
const FOREIGN = ['cn-north-1', 'cn-northwest-1', 'us-gov-west-1', 'us-gov-east-1']
const OWN = ['us-east-1', 'eu-west-1', 'ap-northeast-1']

const settings = ({ target }: Harness, credential: Credential, region: string) => {
  const { accessKeyId, secretAccessKey, sessionToken } = credential
  const session = sessionToken === undefined ? {} : { sessionToken }
  const credentials = { accessKeyId, secretAccessKey, ...session }
  return { endpoint: target.url, region, credentials, maxAttempts: 1 }
}

describeStores('An installation has one partition', (harness) => {
  let tenant: Tenant
  let keyId: string
  beforeAll(async () => {
    tenant = await harness.tenant()
    await harness.role(tenant, 'reader')
    const role = `arn:aws:iam::${tenant.accountId}:role/reader`
    const account = { AWS: `arn:aws:iam::${tenant.accountId}:root` }
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' },
        { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:DescribeKey', Resource: '*' },
        { Effect: 'Deny', Principal: { AWS: role }, Action: 'kms:DescribeKey', Resource: '*' },
      ],
    })
    keyId = (await harness.key(tenant, { Policy })).id
  })

  const userOf = async (name: string) => {
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    })
    const { credential } = await harness.user(tenant, name, { Policy })
    if (credential === undefined) throw new Error('a user has an access key')
    return credential
  }

  test.for(FOREIGN)('a signature for %s is refused by AWS KMS’s face', async (region) => {
    const refused = new KMSClient(settings(harness, tenant, region)).send(
      new DescribeKeyCommand({ KeyId: keyId }),
    )
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: `Credential should be scoped to a valid region, not '${region}'.`,
    })
  })

  test.for(FOREIGN)('a signature for %s is refused by REST', async (region) => {
    const { status, json } = await sendRest(harness.target, tenant, 'GET /v1/keys', { region })
    expect(status).toBe(403)
    expect(json).toMatchObject({ code: 'InvalidSignatureException' })
  })

  test.for(FOREIGN)('a signature for %s is refused by AWS STS’s face', async (region) => {
    const refused = new STSClient(settings(harness, tenant, region)).send(
      new GetCallerIdentityCommand({}),
    )
    // AWS STS names this error without its ending
    await expect(refused).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' })
  })

  test('a session made for any Region is denied what a policy denies its role', async () => {
    const alice = await userOf('alice')
    const decided = new Set<string>()
    for (const region of [...OWN, ...FOREIGN]) {
      const sts = new STSClient(settings(harness, alice, region))
      const RoleArn = `arn:aws:iam::${tenant.accountId}:role/reader`
      const made = await sts
        .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session' }))
        .catch(() => undefined)
      if (made?.Credentials === undefined) {
        expect(FOREIGN).toContain(region)
        continue
      }
      const { AccessKeyId, SecretAccessKey, SessionToken } = made.Credentials
      expect(made.AssumedRoleUser?.Arn).toMatch(/^arn:aws:sts::/)
      const kms = new KMSClient({
        ...settings(harness, tenant, 'us-east-1'),
        credentials: {
          accessKeyId: AccessKeyId ?? '',
          secretAccessKey: SecretAccessKey ?? '',
          sessionToken: SessionToken ?? '',
        },
      })
      const refused = await kms.send(new DescribeKeyCommand({ KeyId: keyId })).then(
        () => 'allowed',
        (error: Error) => error.name,
      )
      decided.add(refused)
    }
    expect([...decided]).toEqual(['AccessDeniedException'])
  })
})

describe('The partition of an installation', () => {
  test.for([
    [{}, 'aws'],
    [{ TENKEY_REGION: 'cn-north-1' }, 'aws-cn'],
    [{ TENKEY_REGION: 'us-gov-west-1', TENKEY_PARTITION: 'aws-us-gov' }, 'aws-us-gov'],
    [{ TENKEY_PARTITION: 'aws-cn', AWS_REGION: 'cn-north-1' }, 'aws-cn'],
  ] as const)('%o: %s', ([environment, partition]) => {
    expect(readConfig(environment).partition).toBe(partition)
  })

  test.for([
    [
      { TENKEY_REGION: 'cn-north-1', TENKEY_PARTITION: 'aws' },
      'TENKEY_REGION cn-north-1 is not of TENKEY_PARTITION aws',
    ],
    [
      { AWS_REGION: 'cn-north-1' },
      'Region cn-north-1 is not of partition aws: set TENKEY_REGION or TENKEY_PARTITION',
    ],
  ] as const)('%o is refused', ([environment, message]) => {
    expect(() => readConfig(environment)).toThrow(new ConfigError(message))
  })
})
