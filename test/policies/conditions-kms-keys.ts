import {
  ALICE,
  AWAY,
  document,
  EVERYTHING,
  HOME,
  KEY,
  KEY_ELSEWHERE,
  type Page,
  roleArn,
  root,
  sessionArn,
  userArn,
} from './document.ts'

const USER = userArn('ExampleUser')
const KEYS = `arn:aws:kms:us-west-2:${HOME}:key/*`
const creating = { as: ALICE, action: 'kms:CreateKey', resource: '*' }
const KEY_AWAY = `arn:aws:kms:us-west-2:${AWAY}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

/** Conditions about the key that is used or made, and about its aliases. */
export const keyConditions: Page = {
  title: 'AWS KMS condition keys',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
  policies: [
    {
      heading: 'kms:BypassPolicyLockoutSafetyCheck',
      example: 'denied',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Deny',
        Action: ['kms:CreateKey', 'kms:PutKeyPolicy'],
        Resource: '*',
        Condition: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': true } },
      }),
      asks: { ...creating, beside: { identity: EVERYTHING } },
      cases: [
        ['with bypass', 'explicit deny', { 'kms:BypassPolicyLockoutSafetyCheck': 'true' }],
        ['without', 'allow', { 'kms:BypassPolicyLockoutSafetyCheck': 'false' }],
        ['nothing said', 'allow'],
        [
          'with bypass, another policy for a key',
          'explicit deny',
          { 'kms:BypassPolicyLockoutSafetyCheck': 'true' },
          { action: 'kms:PutKeyPolicy', resource: KEY },
        ],
        [
          'nothing said, another policy for a key',
          'allow',
          {},
          { action: 'kms:PutKeyPolicy', resource: KEY },
        ],
      ],
    },
    {
      heading: 'kms:BypassPolicyLockoutSafetyCheck',
      example: 'allowed where nothing is said of it',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:PutKeyPolicy',
        Resource: '*',
        Condition: { Null: { 'kms:BypassPolicyLockoutSafetyCheck': true } },
      }),
      asks: { as: ALICE, action: 'kms:PutKeyPolicy' },
      cases: [
        ['nothing said', 'allow'],
        ['with bypass', 'implicit deny', { 'kms:BypassPolicyLockoutSafetyCheck': 'true' }],
        [
          'without, and said so',
          'implicit deny',
          { 'kms:BypassPolicyLockoutSafetyCheck': 'false' },
        ],
      ],
    },
    {
      heading: 'kms:KeyOrigin',
      example: 'in a key policy',
      attached: 'key policy',
      policy: document(
        {
          Effect: 'Allow',
          Principal: { AWS: USER },
          Action: 'kms:CreateKey',
          Resource: '*',
          Condition: { StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } },
        },
        {
          Effect: 'Allow',
          Principal: { AWS: USER },
          Action: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:GenerateDataKey',
            'kms:GenerateDataKeyWithoutPlaintext',
            'kms:GenerateDataKeyPair',
            'kms:GenerateDataKeyPairWithoutPlaintext',
            'kms:ReEncrypt*',
          ],
          Resource: KEYS,
          Condition: { StringEquals: { 'kms:KeyOrigin': 'AWS_CLOUDHSM' } },
        },
      ),
      asks: { as: USER, action: 'kms:Encrypt' },
      cases: [
        ['the origin', 'allow', { 'kms:KeyOrigin': 'AWS_CLOUDHSM' }],
        [
          'to re-encrypt',
          'allow',
          { 'kms:KeyOrigin': 'AWS_CLOUDHSM' },
          { action: 'kms:ReEncryptTo' },
        ],
        ['another origin', 'implicit deny', { 'kms:KeyOrigin': 'AWS_KMS' }],
        ['none', 'implicit deny'],
        [
          'a key of another Region',
          'implicit deny',
          { 'kms:KeyOrigin': 'AWS_CLOUDHSM' },
          { resource: KEY_ELSEWHERE },
        ],
        [
          'CreateKey, which is valid in IAM policies alone',
          'implicit deny',
          { 'kms:KeyOrigin': 'AWS_KMS' },
          { action: 'kms:CreateKey', resource: '*' },
        ],
      ],
    },
    {
      heading: 'kms:KeyOrigin',
      example: 'in an IAM policy',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:GenerateDataKeyPair',
          'kms:GenerateDataKeyPairWithoutPlaintext',
          'kms:ReEncrypt*',
        ],
        Resource: KEYS,
        Condition: { StringEquals: { 'kms:KeyOrigin': 'AWS_CLOUDHSM' } },
      }),
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['the origin', 'allow', { 'kms:KeyOrigin': 'AWS_CLOUDHSM' }],
        ['another origin', 'implicit deny', { 'kms:KeyOrigin': 'EXTERNAL' }],
        ['not known', 'implicit deny'],
        [
          'an operation that is not named',
          'implicit deny',
          { 'kms:KeyOrigin': 'AWS_CLOUDHSM' },
          { action: 'kms:DescribeKey' },
        ],
      ],
    },
    {
      heading: 'kms:KeySpec',
      example: 'of a new key',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:CreateKey',
        Resource: '*',
        Condition: { StringLike: { 'kms:KeySpec': 'RSA_*' } },
      }),
      asks: creating,
      cases: [
        ['one that begins so', 'allow', { 'kms:KeySpec': 'RSA_4096' }],
        ['another', 'implicit deny', { 'kms:KeySpec': 'ECC_NIST_P256' }],
        ['the default one', 'implicit deny', { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' }],
        ['in other case', 'implicit deny', { 'kms:KeySpec': 'rsa_4096' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:KeySpec',
      example: 'of a key in use',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:DescribeKey'],
        Resource: KEYS,
        Condition: { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } },
      }),
      asks: { as: ALICE, action: 'kms:Encrypt' },
      cases: [
        ['it', 'allow', { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' }],
        ['another', 'implicit deny', { 'kms:KeySpec': 'RSA_2048' }],
        [
          'an operation without a key',
          'implicit deny',
          {},
          { action: 'kms:ListKeys', resource: '*' },
        ],
      ],
    },
    {
      heading: 'kms:KeyUsage',
      example: 'of a new key',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:CreateKey',
        Resource: '*',
        Condition: { StringEquals: { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' } },
      }),
      asks: creating,
      cases: [
        ['it', 'allow', { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' }],
        ['another', 'implicit deny', { 'kms:KeyUsage': 'SIGN_VERIFY' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:KeyUsage',
      example: 'of a key in use',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: [
          'kms:CreateGrant',
          'kms:DescribeKey',
          'kms:GetPublicKey',
          'kms:ScheduleKeyDeletion',
        ],
        Resource: KEYS,
        Condition: { StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } },
      }),
      asks: { as: ALICE, action: 'kms:GetPublicKey' },
      cases: [
        ['it', 'allow', { 'kms:KeyUsage': 'SIGN_VERIFY' }],
        [
          'it, a deletion',
          'allow',
          { 'kms:KeyUsage': 'SIGN_VERIFY' },
          { action: 'kms:ScheduleKeyDeletion' },
        ],
        ['another', 'implicit deny', { 'kms:KeyUsage': 'ENCRYPT_DECRYPT' }],
        ['none', 'implicit deny'],
        ['it, to sign', 'implicit deny', { 'kms:KeyUsage': 'SIGN_VERIFY' }, { action: 'kms:Sign' }],
      ],
    },
    {
      heading: 'kms:MultiRegion',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:CreateKey',
        Resource: '*',
        Condition: { Bool: { 'kms:MultiRegion': false } },
      }),
      asks: creating,
      cases: [
        ['single-Region', 'allow', { 'kms:MultiRegion': 'false' }],
        ['multi-Region', 'implicit deny', { 'kms:MultiRegion': 'true' }],
        ['not known', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:MultiRegionKeyType',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: ['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
        Resource: `arn:aws:kms:*:${HOME}:key/*`,
        Condition: { StringEquals: { 'kms:MultiRegionKeyType': 'REPLICA' } },
      }),
      asks: { as: ALICE, action: 'kms:ScheduleKeyDeletion' },
      cases: [
        ['a replica', 'allow', { 'kms:MultiRegionKeyType': 'REPLICA' }],
        [
          'a replica in another Region',
          'allow',
          { 'kms:MultiRegionKeyType': 'REPLICA' },
          { resource: KEY_ELSEWHERE },
        ],
        ['a primary key', 'implicit deny', { 'kms:MultiRegionKeyType': 'PRIMARY' }],
        ['a single-Region key, which has no type', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:PrimaryRegion',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:UpdatePrimaryRegion',
        Principal: { AWS: roleArn('Developer') },
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:PrimaryRegion': ['us-east-1', 'us-west-2', 'eu-west-3', 'ap-southeast-2'],
          },
        },
      }),
      asks: { as: sessionArn('Developer'), action: 'kms:UpdatePrimaryRegion' },
      cases: [
        ['the first', 'allow', { 'kms:PrimaryRegion': 'us-east-1' }],
        ['the last', 'allow', { 'kms:PrimaryRegion': 'ap-southeast-2' }],
        ['another', 'implicit deny', { 'kms:PrimaryRegion': 'eu-west-1' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:ReplicaRegion',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: roleArn('Administrator') },
        Action: 'kms:ReplicateKey',
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:ReplicaRegion': ['us-east-1', 'eu-west-3', 'ap-southeast-2'] },
        },
      }),
      asks: { as: sessionArn('Administrator'), action: 'kms:ReplicateKey' },
      cases: [
        ['one of them', 'allow', { 'kms:ReplicaRegion': 'eu-west-3' }],
        ['another', 'implicit deny', { 'kms:ReplicaRegion': 'eu-west-1' }],
        ['none', 'implicit deny'],
        [
          'to make it the primary Region',
          'implicit deny',
          { 'kms:ReplicaRegion': 'eu-west-3' },
          { action: 'kms:UpdatePrimaryRegion' },
        ],
      ],
    },
    {
      heading: 'kms:RequestAlias',
      attached: 'key policy',
      policy: document({
        Sid: 'Key policy using a request alias condition',
        Effect: 'Allow',
        Principal: { AWS: roleArn('developer') },
        Action: 'kms:GenerateDataKey',
        Resource: '*',
        Condition: { StringEquals: { 'kms:RequestAlias': 'alias/finance-key' } },
      }),
      asks: { as: sessionArn('developer'), action: 'kms:GenerateDataKey' },
      cases: [
        ['by the alias', 'allow', { 'kms:RequestAlias': 'alias/finance-key' }],
        ['by another alias of the key', 'implicit deny', { 'kms:RequestAlias': 'alias/other' }],
        ['by key id', 'implicit deny'],
        [
          'by key id, though the key has the alias',
          'implicit deny',
          { 'kms:ResourceAliases': ['alias/finance-key'] },
        ],
        [
          'an operation that is not named',
          'implicit deny',
          { 'kms:RequestAlias': 'alias/finance-key' },
          { action: 'kms:Encrypt' },
        ],
      ],
    },
    {
      heading: 'kms:ResourceAliases',
      example: 'one of them',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AliasBasedIAMPolicy',
        Effect: 'Allow',
        Action: 'kms:GenerateDataKey',
        Resource: [`arn:aws:kms:*:${HOME}:key/*`, `arn:aws:kms:*:${AWAY}:key/*`],
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/finance-key' } },
      }),
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['it', 'allow', { 'kms:ResourceAliases': ['alias/finance-key'] }],
        ['it and another', 'allow', { 'kms:ResourceAliases': ['alias/a', 'alias/finance-key'] }],
        [
          'it, another by name',
          'allow',
          {
            'kms:ResourceAliases': ['alias/a', 'alias/finance-key'],
            'kms:RequestAlias': 'alias/a',
          },
        ],
        ['another', 'implicit deny', { 'kms:ResourceAliases': ['alias/a'] }],
        ['no alias', 'implicit deny', { 'kms:ResourceAliases': [] }],
        ['not known', 'implicit deny'],
        [
          'it, a key of the other account',
          'allow',
          { 'kms:ResourceAliases': ['alias/finance-key'] },
          {
            resource: KEY_AWAY,
            beside: {
              keyPolicy: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: root(HOME) },
                  Action: 'kms:*',
                  Resource: '*',
                },
              ],
            },
          },
        ],
        [
          'it, a key of the other account whose policy does not allow ours',
          'implicit deny',
          { 'kms:ResourceAliases': ['alias/finance-key'] },
          { resource: KEY_AWAY },
        ],
      ],
    },
    {
      heading: 'kms:ResourceAliases',
      example: 'all of them and at least one',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AliasBasedIAMPolicy',
        Effect: 'Allow',
        Action: ['kms:EnableKey', 'kms:DisableKey'],
        Resource: `arn:aws:kms:*:${HOME}:key/*`,
        Condition: {
          'ForAllValues:StringLike': { 'kms:ResourceAliases': ['alias/*Test*'] },
          'ForAnyValue:StringLike': { 'kms:ResourceAliases': ['alias/*Test*'] },
        },
      }),
      asks: { as: ALICE, action: 'kms:DisableKey' },
      cases: [
        ['one', 'allow', { 'kms:ResourceAliases': ['alias/ATest'] }],
        ['two', 'allow', { 'kms:ResourceAliases': ['alias/ATest', 'alias/Test2'] }],
        ['one of two', 'implicit deny', { 'kms:ResourceAliases': ['alias/ATest', 'alias/b'] }],
        ['another', 'implicit deny', { 'kms:ResourceAliases': ['alias/b'] }],
        ['in other case', 'implicit deny', { 'kms:ResourceAliases': ['alias/test'] }],
        ['no alias', 'implicit deny', { 'kms:ResourceAliases': [] }],
        ['not known', 'implicit deny'],
      ],
    },
  ],
}
