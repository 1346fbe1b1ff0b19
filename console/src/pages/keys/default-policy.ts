/** What a key policy of the wizard lets whom do. */
export interface PolicyWishes {
  readonly account: string
  /** `aws` of arn:aws:… */
  readonly partition: string
  readonly usage: string
  readonly symmetric: boolean
  readonly administrators: readonly string[]
  readonly users: readonly string[]
  /** whether administrators may delete the key */
  readonly deletion: boolean
}

const ADMINISTRATION = [
  'kms:Create*',
  'kms:Describe*',
  'kms:Enable*',
  'kms:List*',
  'kms:Put*',
  'kms:Update*',
  'kms:Revoke*',
  'kms:Disable*',
  'kms:Get*',
  'kms:Delete*',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:RotateKeyOnDemand',
]
const DELETION = ['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion']

const ENCRYPTION = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*']
const USES: ReadonlyMap<string, readonly string[]> = new Map([
  ['SIGN_VERIFY', ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify']],
  ['GENERATE_VERIFY_MAC', ['kms:DescribeKey', 'kms:GenerateMac', 'kms:VerifyMac']],
  ['KEY_AGREEMENT', ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:DeriveSharedSecret']],
  [
    'ENCAPSULATE_DECAPSULATE',
    ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Encapsulate', 'kms:Decapsulate'],
  ],
])

const usesOf = (usage: string, symmetric: boolean): readonly string[] =>
  USES.get(usage) ??
  (symmetric
    ? [...ENCRYPTION, 'kms:GenerateDataKey*', 'kms:DescribeKey']
    : [...ENCRYPTION, 'kms:DescribeKey', 'kms:GetPublicKey'])

const oneOrMore = (arns: readonly string[]) => (arns.length === 1 ? arns[0] : arns)

/**
 * The key policy that AWS's console writes for these administrators and users.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function policyOf(wishes: PolicyWishes): string {
  const { account, partition, usage, symmetric, administrators, users, deletion } = wishes
  const allow = (Sid: string, AWS: unknown, Action: unknown, more = {}) => ({
    ...{ Sid, Effect: 'Allow', Principal: { AWS }, Action, Resource: '*' },
    ...more,
  })
  const Statement = [
    allow('Enable IAM User Permissions', `arn:${partition}:iam::${account}:root`, 'kms:*'),
  ]
  if (administrators.length > 0) {
    const actions = [...ADMINISTRATION, ...(deletion ? DELETION : [])]
    Statement.push(allow('Allow access for Key Administrators', oneOrMore(administrators), actions))
  }
  if (users.length > 0) {
    const who = oneOrMore(users)
    Statement.push(allow('Allow use of the key', who, usesOf(usage, symmetric)))
    if (usage === 'ENCRYPT_DECRYPT' && symmetric) {
      Statement.push(
        allow(
          'Allow attachment of persistent resources',
          who,
          ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
          { Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
        ),
      )
    }
  }
  return JSON.stringify({ Version: '2012-10-17', Id: 'key-consolepolicy-3', Statement }, null, 2)
}
