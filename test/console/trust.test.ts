// @module-tag local: only what the console's wizard writes is looked at
import { describe, expect, test } from 'vitest'
import {
  FIRST_TRUST,
  isWhole,
  type Trust,
  trustedOf,
  trustPolicy,
} from '../../console/src/pages/roles/trust.ts'
import { describeStores } from '../support/harness.ts'

const ACCOUNT = '111122223333'
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/sso.example.com/realms/staff`
const AWS_ARN = 'arn:aws:sts::555566667777:assumed-role/deploy/*'

const WHOLE: readonly (readonly [string, Partial<Trust>, string])[] = [
  ['an account', { account: ACCOUNT }, `arn:aws:iam::${ACCOUNT}:root`],
  [
    'an account, by an external ID and a second factor',
    { account: ACCOUNT, externalId: 'vendor-7', mfa: true },
    `arn:aws:iam::${ACCOUNT}:root`,
  ],
  ['a provider', { kind: 'web', provider: PROVIDER, audience: 'app' }, PROVIDER],
  [
    'one person of a provider',
    { kind: 'web', provider: PROVIDER, audience: 'app', subject: 'person-1' },
    PROVIDER,
  ],
  ['an ARN in AWS', { kind: 'aws', awsArn: AWS_ARN }, 'sts.amazonaws.com'],
  [
    'a unique ID in AWS',
    { kind: 'aws', awsUserId: 'AROAEXAMPLEXXXXXXXXXX:*' },
    'sts.amazonaws.com',
  ],
]

describeStores('The wizard of roles', (harness) => {
  test.each(WHOLE)(
    'writes a trust policy that the service takes: %s',
    async (_, some, principal) => {
      const tenant = await harness.tenant()
      const own = (text: string) => text.replace(ACCOUNT, tenant.accountId)
      const trust: Trust = { ...FIRST_TRUST, ...some }
      expect(isWhole(trust)).toBe(true)
      const AssumeRolePolicyDocument = own(trustPolicy(trust, 'aws'))
      const made = await harness.rest(tenant, 'POST /iam/v1/roles', {
        body: JSON.stringify({ RoleName: 'made', AssumeRolePolicyDocument }),
      })
      expect(made.code).toBeUndefined()
      const { Role } = JSON.parse(made.text)
      expect(trustedOf(Role.AssumeRolePolicyDocument)).toBe(own(principal))
    },
  )
})

describe('the wizard of roles', () => {
  test.each<Partial<Trust>>([
    { account: '' },
    { account: '12345678901' },
    { kind: 'web', provider: PROVIDER },
    { kind: 'web', audience: 'app' },
    { kind: 'aws' },
  ])('goes no further with %j', (some) => {
    expect(isWhole({ ...FIRST_TRUST, ...some })).toBe(false)
  })

  test('asks for what was given, and for nothing else', () => {
    const given = { ...FIRST_TRUST, account: ACCOUNT, externalId: 'vendor-7', mfa: true }
    expect(JSON.parse(trustPolicy(given, 'aws-cn'))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws-cn:iam::${ACCOUNT}:root` },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'sts:ExternalId': 'vendor-7' },
            Bool: { 'aws:MultiFactorAuthPresent': 'true' },
          },
        },
      ],
    })
    expect(trustPolicy({ ...FIRST_TRUST, account: ACCOUNT }, 'aws')).not.toContain('Condition')
    expect(trustPolicy({ ...FIRST_TRUST, kind: 'custom', text: '{}' }, 'aws')).toBe('{}')
  })

  test.each([
    [undefined, ''],
    ['no JSON', ''],
    ['[]', ''],
    ['{"Statement": null}', ''],
    ['{"Statement": {"Effect": "Allow", "Principal": "*"}}', '*'],
    ['{"Statement": [{"Effect": "Deny", "Principal": {"AWS": "a"}}]}', ''],
    [
      '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": ["a", "b"], "Federated": "a"}}]}',
      'a, b',
    ],
  ])('finds in %j the principals %j', (document, principals) => {
    expect(trustedOf(document)).toBe(principals)
  })
})
