import {
  ALIAS,
  ALICE,
  AWAY,
  document,
  EVERYTHING,
  HOME,
  KEY,
  KEY_ELSEWHERE,
  OTHER_KEY,
  type Page,
  roleArn,
  root,
  sessionArn,
  userArn,
} from './document.ts'

const KEYS = `arn:aws:kms:*:${HOME}:key/*`
const KEY_AWAY = `arn:aws:kms:us-west-2:${AWAY}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const OPEN_TO_US = [
  { Effect: 'Allow', Principal: { AWS: root(HOME) }, Action: 'kms:*', Resource: '*' },
]
const everyKey = { resource: '*' }
const TEST_ALIAS = `arn:aws:kms:us-west-2:${HOME}:alias/test-key`

export const customerManagedPolicies: Page = {
  title: 'Customer managed policy examples',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/customer-managed-policies.html',
  policies: [
    {
      heading: 'Allow a user to view KMS keys in the AWS KMS console',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'ReadOnlyAccessForAllKMSKeysInAccount',
          Effect: 'Allow',
          Action: [
            'kms:GetPublicKey',
            'kms:GetKeyRotationStatus',
            'kms:GetKeyPolicy',
            'kms:DescribeKey',
            'kms:ListKeyPolicies',
            'kms:ListResourceTags',
          ],
          Resource: KEYS,
        },
        {
          Sid: 'ReadOnlyAccessForOperationsWithNoKMSKey',
          Effect: 'Allow',
          Action: ['kms:ListKeys', 'kms:ListAliases', 'iam:ListRoles', 'iam:ListUsers'],
          Resource: '*',
        },
      ),
      asks: { as: ALICE, action: 'kms:DescribeKey' },
      cases: [
        ['a key', 'allow'],
        ['a key in another Region', 'allow', {}, { resource: KEY_ELSEWHERE }],
        ['all keys', 'allow', {}, { action: 'kms:ListKeys', ...everyKey }],
        ['all aliases', 'allow', {}, { action: 'kms:ListAliases', ...everyKey }],
        ['to create', 'implicit deny', {}, { action: 'kms:CreateKey', ...everyKey }],
        ['to change', 'implicit deny', {}, { action: 'kms:UpdateKeyDescription' }],
        ['to use', 'implicit deny', {}, { action: 'kms:Decrypt' }],
        [
          'a key of another account',
          'implicit deny',
          {},
          { resource: KEY_AWAY, beside: { keyPolicy: OPEN_TO_US } },
        ],
        [
          'a key whose policy leaves nothing to IAM policies',
          'implicit deny',
          {},
          {
            beside: {
              keyPolicy: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: userArn('Bob') },
                  Action: 'kms:*',
                  Resource: '*',
                },
              ],
            },
          },
        ],
      ],
    },
    {
      heading: 'Allow a user to create KMS keys',
      example: 'CreateKey alone',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' },
      },
      asks: { as: ALICE, action: 'kms:CreateKey', ...everyKey },
      cases: [
        ['to create', 'allow'],
        ['to tag', 'implicit deny', {}, { action: 'kms:TagResource', resource: KEY }],
        ['to set a policy', 'implicit deny', {}, { action: 'kms:PutKeyPolicy', resource: KEY }],
      ],
    },
    {
      heading: 'Allow a user to create KMS keys',
      example: 'with tags and aliases',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'IAMPermissionsForParticularKMSKeys',
          Effect: 'Allow',
          Action: 'kms:TagResource',
          Resource: KEYS,
        },
        {
          Sid: 'IAMPermissionsForParticularAliases',
          Effect: 'Allow',
          Action: 'kms:CreateAlias',
          Resource: `arn:aws:kms:*:${HOME}:alias/*`,
        },
        {
          Sid: 'IAMPermissionsForAllKMSKeys',
          Effect: 'Allow',
          Action: ['kms:CreateKey', 'kms:ListKeys', 'kms:ListAliases'],
          Resource: '*',
        },
      ),
      asks: { as: ALICE, action: 'kms:CreateKey', ...everyKey },
      cases: [
        ['to create', 'allow'],
        ['to tag the new key', 'allow', {}, { action: 'kms:TagResource', resource: KEY }],
        ['an alias', 'allow', {}, { action: 'kms:CreateAlias', resource: ALIAS }],
        [
          'the key of the alias, which the key policy must allow',
          'implicit deny',
          {},
          { action: 'kms:CreateAlias', resource: KEY },
        ],
        ['to set a policy', 'implicit deny', {}, { action: 'kms:PutKeyPolicy', resource: KEY }],
        ['to tag no key', 'implicit deny', {}, { action: 'kms:TagResource' }],
      ],
    },
    {
      heading: 'Allow a user to encrypt and decrypt with any KMS key in a specific AWS account',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:Encrypt', 'kms:Decrypt'],
          Resource: KEYS,
        },
      },
      asks: { as: ALICE, action: 'kms:Encrypt' },
      cases: [
        ['a key', 'allow'],
        ['a key in another Region', 'allow', {}, { resource: KEY_ELSEWHERE }],
        [
          'a key of another account',
          'implicit deny',
          {},
          { resource: KEY_AWAY, beside: { keyPolicy: OPEN_TO_US } },
        ],
        ['to re-encrypt', 'implicit deny', {}, { action: 'kms:ReEncryptFrom' }],
      ],
    },
    {
      heading:
        'Allow a user to encrypt and decrypt with any KMS key in a specific AWS account and Region',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:Encrypt', 'kms:Decrypt'],
          Resource: [`arn:aws:kms:us-west-2:${HOME}:key/*`],
        },
      },
      asks: { as: ALICE, action: 'kms:Decrypt' },
      cases: [
        ['a key in the Region', 'allow'],
        ['a key in another Region', 'implicit deny', {}, { resource: KEY_ELSEWHERE }],
      ],
    },
    {
      heading: 'Allow a user to encrypt and decrypt with specific KMS keys',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:Encrypt', 'kms:Decrypt'],
          Resource: [KEY, OTHER_KEY],
        },
      },
      asks: { as: ALICE, action: 'kms:Encrypt' },
      cases: [
        ['the first', 'allow'],
        ['the second', 'allow', {}, { resource: OTHER_KEY }],
        ['another', 'implicit deny', {}, { resource: `${KEY.slice(0, -1)}c` }],
        ['the first in another Region', 'implicit deny', {}, { resource: KEY_ELSEWHERE }],
      ],
    },
    {
      heading: 'Prevent a user from disabling or deleting any KMS keys',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
          Resource: '*',
        },
      },
      asks: { as: ALICE, action: 'kms:DisableKey', beside: { identity: EVERYTHING } },
      cases: [
        ['to disable, where another IAM policy allows it', 'explicit deny'],
        [
          'to delete, where the key policy allows it',
          'explicit deny',
          {},
          {
            action: 'kms:ScheduleKeyDeletion',
            beside: {
              keyPolicy: [
                { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'kms:*', Resource: '*' },
              ],
            },
          },
        ],
        [
          'to disable a key of another account',
          'explicit deny',
          {},
          { resource: KEY_AWAY, beside: { keyPolicy: OPEN_TO_US } },
        ],
        ['to enable', 'allow', {}, { action: 'kms:EnableKey' }],
      ],
    },
  ],
}

export const keysInPolicies: Page = {
  title: 'Specifying KMS keys in IAM policy statements',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html',
  policies: [
    {
      heading: 'Specifying KMS keys in IAM policy statements',
      example: 'keys by their ARN',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt'],
          Resource: [KEY, OTHER_KEY],
        },
      },
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['the first', 'allow'],
        ['the second', 'allow', {}, { resource: OTHER_KEY }],
        ['another', 'implicit deny', {}, { resource: KEY_ELSEWHERE }],
        [
          'an operation whose name begins so',
          'implicit deny',
          {},
          { action: 'kms:GenerateDataKeyPair' },
        ],
      ],
    },
    {
      heading: 'Specifying KMS keys in IAM policy statements',
      example: 'an alias is not its key',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'kms:*', Resource: ALIAS },
      },
      asks: {
        as: ALICE,
        action: 'kms:Decrypt',
        context: { 'kms:RequestAlias': 'alias/ExampleAlias' },
      },
      cases: [
        ['the key, by its alias', 'implicit deny'],
        ['the alias', 'allow', {}, { action: 'kms:DeleteAlias', resource: ALIAS }],
      ],
    },
    {
      heading: 'Specifying KMS keys in IAM policy statements',
      example: 'two accounts',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:GenerateDataKeyPair'],
          Resource: [KEYS, `arn:aws:kms:*:${AWAY}:key/*`],
        },
      },
      asks: { as: ALICE, action: 'kms:GenerateDataKeyPair' },
      cases: [
        ['the first', 'allow', {}, { resource: KEY_ELSEWHERE }],
        [
          'the second, where the key policy allows it',
          'allow',
          {},
          { resource: KEY_AWAY, beside: { keyPolicy: OPEN_TO_US } },
        ],
        ['the second, where it does not', 'implicit deny', {}, { resource: KEY_AWAY }],
        [
          'a third',
          'implicit deny',
          {},
          {
            resource: KEY_AWAY.replace(AWAY, '777788889999'),
            beside: { keyPolicy: OPEN_TO_US },
          },
        ],
      ],
    },
    {
      heading: 'Specifying KMS keys in IAM policy statements',
      example: 'every key, denied',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: [
            'kms:CreateKey',
            'kms:PutKeyPolicy',
            'kms:CreateGrant',
            'kms:ScheduleKeyDeletion',
          ],
          Resource: '*',
        },
      },
      asks: { as: ALICE, action: 'kms:CreateGrant', beside: { identity: EVERYTHING } },
      cases: [
        ['a key', 'explicit deny'],
        ['no key', 'explicit deny', {}, { action: 'kms:CreateKey', ...everyKey }],
        ['another operation', 'allow', {}, { action: 'kms:ListGrants' }],
      ],
    },
    {
      heading: 'Specifying KMS keys in IAM policy statements',
      example: 'every key, to read',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:CreateKey', 'kms:ListKeys', 'kms:ListAliases', 'kms:ListResourceTags'],
          Resource: '*',
        },
      },
      asks: { as: ALICE, action: 'kms:ListResourceTags' },
      cases: [
        ['a key', 'allow'],
        ['all keys', 'allow', {}, { action: 'kms:ListKeys', ...everyKey }],
        ['to create', 'allow', {}, { action: 'kms:CreateKey', ...everyKey }],
        ['to tag', 'implicit deny', {}, { action: 'kms:TagResource' }],
      ],
    },
    {
      heading: 'Avoid "Resource": "*" in an IAM policy',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
      },
      asks: { as: sessionArn('App'), action: 'kms:Decrypt' },
      cases: [
        ['a key', 'allow'],
        [
          'a key of an account that lets anybody decrypt',
          'allow',
          {},
          {
            resource: KEY_AWAY,
            beside: {
              keyPolicy: [
                { Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' },
              ],
            },
          },
        ],
        ['a key of an account that does not', 'implicit deny', {}, { resource: KEY_AWAY }],
      ],
    },
  ],
}

export const powerUserPolicy: Page = {
  title: 'AWS managed policy: AWSKeyManagementServicePowerUser',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/security-iam-awsmanpol.html',
  policies: [
    {
      heading: 'AWSKeyManagementServicePowerUser',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: [
          'kms:CreateAlias',
          'kms:CreateKey',
          'kms:DeleteAlias',
          'kms:Describe*',
          'kms:GenerateRandom',
          'kms:Get*',
          'kms:List*',
          'kms:TagResource',
          'kms:UntagResource',
          'iam:ListGroups',
          'iam:ListRoles',
          'iam:ListUsers',
        ],
        Resource: '*',
      }),
      asks: { as: ALICE, action: 'kms:CreateKey', ...everyKey },
      cases: [
        ['to create', 'allow'],
        ['random bytes', 'allow', {}, { action: 'kms:GenerateRandom' }],
        ['an alias', 'allow', {}, { action: 'kms:DeleteAlias', resource: ALIAS }],
        ['to update an alias', 'implicit deny', {}, { action: 'kms:UpdateAlias', resource: ALIAS }],
        ['to tag', 'allow', {}, { action: 'kms:UntagResource', resource: KEY }],
        ['to see a policy', 'allow', {}, { action: 'kms:GetKeyPolicy', resource: KEY }],
        [
          'parameters for import',
          'allow',
          {},
          { action: 'kms:GetParametersForImport', resource: KEY },
        ],
        ['to use a key', 'implicit deny', {}, { action: 'kms:Decrypt', resource: KEY }],
        [
          'to manage a key',
          'implicit deny',
          {},
          { action: 'kms:ScheduleKeyDeletion', resource: KEY },
        ],
      ],
    },
  ],
}

export const aliasPolicies: Page = {
  title: 'Controlling access to aliases',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html',
  policies: [
    {
      heading: 'kms:CreateAlias',
      example: 'for the alias',
      attached: 'IAM policy',
      policy: document({
        Sid: 'IAMPolicyForAnAlias',
        Effect: 'Allow',
        Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
        Resource: TEST_ALIAS,
      }),
      asks: { as: ALICE, action: 'kms:CreateAlias', resource: TEST_ALIAS },
      cases: [
        ['the alias', 'allow'],
        ['to delete it', 'allow', {}, { action: 'kms:DeleteAlias' }],
        ['another alias', 'implicit deny', {}, { resource: ALIAS }],
        ['an alias that begins so', 'implicit deny', {}, { resource: `${TEST_ALIAS}-2` }],
        ['the key of the alias', 'implicit deny', {}, { resource: KEY }],
      ],
    },
    {
      heading: 'kms:CreateAlias',
      example: 'for the key',
      attached: 'key policy',
      policy: document({
        Sid: 'Key policy for 1234abcd-12ab-34cd-56ef-1234567890ab',
        Effect: 'Allow',
        Principal: { AWS: userArn('KMSAdminUser') },
        Action: ['kms:CreateAlias', 'kms:DescribeKey'],
        Resource: '*',
      }),
      asks: { as: userArn('KMSAdminUser'), action: 'kms:CreateAlias' },
      cases: [
        ['the key', 'allow'],
        ['the alias', 'implicit deny', {}, { resource: TEST_ALIAS }],
        [
          'the alias by an IAM policy',
          'allow',
          {},
          {
            resource: TEST_ALIAS,
            beside: {
              identity: [{ Effect: 'Allow', Action: 'kms:CreateAlias', Resource: TEST_ALIAS }],
            },
          },
        ],
        ['to delete an alias of the key', 'implicit deny', {}, { action: 'kms:DeleteAlias' }],
      ],
    },
    {
      heading: 'kms:ListAliases',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:ListKeys', 'kms:ListAliases'],
          Resource: '*',
        },
      },
      asks: { as: ALICE, action: 'kms:ListAliases', ...everyKey },
      cases: [
        ['aliases', 'allow'],
        ['keys', 'allow', {}, { action: 'kms:ListKeys' }],
        ['grants', 'implicit deny', {}, { action: 'kms:ListGrants', resource: KEY }],
      ],
    },
    {
      heading: 'kms:UpdateAlias',
      example: 'for the alias',
      attached: 'IAM policy',
      policy: document({
        Sid: 'IAMPolicyForAnAlias',
        Effect: 'Allow',
        Action: ['kms:UpdateAlias', 'kms:ListAliases', 'kms:ListKeys'],
        Resource: TEST_ALIAS,
      }),
      asks: { as: ALICE, action: 'kms:UpdateAlias', resource: TEST_ALIAS },
      cases: [
        ['the alias', 'allow'],
        ['the key it is of', 'implicit deny', {}, { resource: KEY }],
        [
          'to list, which must be allowed for everything',
          'implicit deny',
          {},
          { action: 'kms:ListAliases', ...everyKey },
        ],
      ],
    },
    {
      heading: 'kms:UpdateAlias',
      example: 'for the keys',
      attached: 'key policy',
      policy: document({
        Sid: 'Key policy for 0987dcba-09fe-87dc-65ba-ab0987654321',
        Effect: 'Allow',
        Principal: { AWS: userArn('KMSAdminUser') },
        Action: ['kms:UpdateAlias', 'kms:DescribeKey'],
        Resource: '*',
      }),
      asks: { as: userArn('KMSAdminUser'), action: 'kms:UpdateAlias', resource: OTHER_KEY },
      cases: [
        ['the key', 'allow'],
        ['to create an alias', 'implicit deny', {}, { action: 'kms:CreateAlias' }],
        ['somebody else', 'implicit deny', {}, { as: ALICE }],
      ],
    },
    {
      heading: 'kms:DeleteAlias',
      example: 'for the key',
      attached: 'key policy',
      policy: document({
        Sid: 'Key policy for 1234abcd-12ab-34cd-56ef-1234567890ab',
        Effect: 'Allow',
        Principal: { AWS: userArn('KMSAdminUser') },
        Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias', 'kms:DescribeKey'],
        Resource: '*',
      }),
      asks: { as: userArn('KMSAdminUser'), action: 'kms:DeleteAlias' },
      cases: [
        ['the key', 'allow'],
        ['the alias', 'implicit deny', {}, { resource: TEST_ALIAS }],
      ],
    },
    {
      heading: 'Limiting alias permissions',
      example: 'by a property of the key',
      attached: 'IAM policy',
      policy: document({
        Sid: 'IAMPolicyKeyPermissions',
        Effect: 'Allow',
        Resource: `arn:aws:kms:us-west-2:${HOME}:key/*`,
        Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
        Condition: { StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } },
      }),
      asks: { as: ALICE, action: 'kms:CreateAlias' },
      cases: [
        ['a key of the origin', 'allow', { 'kms:KeyOrigin': 'AWS_KMS' }],
        ['a key of another origin', 'implicit deny', { 'kms:KeyOrigin': 'EXTERNAL' }],
        ['the alias, which has no origin', 'implicit deny', {}, { resource: ALIAS }],
      ],
    },
    {
      heading: 'Limiting alias permissions',
      example: 'by the name of the alias',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'IAMPolicyForAnAliasAllow',
          Effect: 'Allow',
          Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
          Resource: `arn:aws:kms:us-west-2:${HOME}:alias/*`,
        },
        {
          Sid: 'IAMPolicyForAnAliasDeny',
          Effect: 'Deny',
          Action: ['kms:CreateAlias', 'kms:UpdateAlias', 'kms:DeleteAlias'],
          Resource: `arn:aws:kms:us-west-2:${HOME}:alias/Restricted*`,
        },
      ),
      asks: { as: ALICE, action: 'kms:DeleteAlias', resource: ALIAS },
      cases: [
        ['an alias', 'allow'],
        [
          'one that begins so',
          'explicit deny',
          {},
          { resource: `arn:aws:kms:us-west-2:${HOME}:alias/Restricted-1` },
        ],
        [
          'one that begins so in other case',
          'allow',
          {},
          { resource: `arn:aws:kms:us-west-2:${HOME}:alias/restricted-1` },
        ],
        [
          'an alias in another Region',
          'implicit deny',
          {},
          { resource: `arn:aws:kms:us-east-1:${HOME}:alias/ExampleAlias` },
        ],
      ],
    },
  ],
}

export const aliasConditions: Page = {
  title: 'Use aliases to control access to KMS keys',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html',
  policies: [
    {
      heading: 'kms:RequestAlias',
      attached: 'key policy',
      policy: document({
        Sid: 'Key policy using a request alias condition',
        Effect: 'Allow',
        Principal: { AWS: roleArn('alpha-developer') },
        Action: ['kms:Decrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: { StringLike: { 'kms:RequestAlias': 'alias/*alpha*' } },
      }),
      asks: { as: sessionArn('alpha-developer'), action: 'kms:DescribeKey' },
      cases: [
        ['an alias that has it', 'allow', { 'kms:RequestAlias': 'alias/project-alpha' }],
        ['another alias', 'implicit deny', { 'kms:RequestAlias': 'alias/project-beta' }],
        ['a key id or ARN', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:ResourceAliases',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AliasBasedIAMPolicy',
        Effect: 'Allow',
        Action: ['kms:EnableKeyRotation', 'kms:DisableKeyRotation', 'kms:GetKeyRotationStatus'],
        Resource: [KEYS, `arn:aws:kms:*:${AWAY}:key/*`],
        Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/restricted*' } },
      }),
      asks: { as: ALICE, action: 'kms:EnableKeyRotation' },
      cases: [
        [
          'by the alias',
          'allow',
          {
            'kms:ResourceAliases': ['alias/restricted-project'],
            'kms:RequestAlias': 'alias/restricted-project',
          },
        ],
        ['by key id', 'allow', { 'kms:ResourceAliases': ['alias/a', 'alias/restricted-project'] }],
        ['another alias', 'implicit deny', { 'kms:ResourceAliases': ['alias/project'] }],
        ['no alias', 'implicit deny'],
      ],
    },
  ],
}

export const abacPolicies: Page = {
  title: 'ABAC for AWS KMS',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/abac.html',
  policies: [
    {
      heading: 'ABAC condition keys for AWS KMS',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AliasBasedIAMPolicy',
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: KEYS,
        Condition: { StringEquals: { 'aws:ResourceTag/Purpose': 'Test' } },
      }),
      asks: { as: ALICE, action: 'kms:Encrypt' },
      cases: [
        ['the tag', 'allow', { 'aws:ResourceTag/Purpose': 'Test' }],
        [
          'the tag, in another Region',
          'allow',
          { 'aws:ResourceTag/Purpose': 'Test' },
          { resource: KEY_ELSEWHERE },
        ],
        ['its key in other case', 'allow', { 'aws:ResourceTag/purpose': 'Test' }],
        ['another value', 'implicit deny', { 'aws:ResourceTag/Purpose': 'Prod' }],
        ['its value in other case', 'implicit deny', { 'aws:ResourceTag/Purpose': 'test' }],
        ['another tag', 'implicit deny', { 'aws:ResourceTag/Stage': 'Test' }],
        ['no tag', 'implicit deny'],
      ],
    },
    {
      heading: 'Access change due to alias change',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AliasBasedIAMPolicy',
        Effect: 'Allow',
        Action: ['kms:List*', 'kms:Describe*', 'kms:Decrypt'],
        Resource: KEYS,
        Condition: {
          'ForAnyValue:StringEquals': {
            'kms:ResourceAliases': [
              'alias/ProjectAlpha',
              'alias/ProjectAlpha_Test',
              'alias/ProjectAlpha_Dev',
            ],
          },
        },
      }),
      asks: { as: ALICE, action: 'kms:Decrypt' },
      cases: [
        ['one of them', 'allow', { 'kms:ResourceAliases': ['alias/ProjectAlpha_Dev'] }],
        ['the alias is gone', 'implicit deny', { 'kms:ResourceAliases': [] }],
        ['the alias is another now', 'implicit deny', { 'kms:ResourceAliases': ['alias/Beta'] }],
        ['not known', 'implicit deny'],
        [
          'all keys, which have no aliases',
          'implicit deny',
          {},
          { action: 'kms:ListKeys', ...everyKey },
        ],
      ],
    },
  ],
}

export const tagPolicies: Page = {
  title: 'Use tags to control access to KMS keys',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/tag-authorization.html',
  policies: [
    {
      heading: 'Use tags to control access to KMS keys',
      example: 'keys with a tag',
      attached: 'IAM policy',
      policy: document({
        Sid: 'IAMPolicyWithResourceTag',
        Effect: 'Allow',
        Action: ['kms:GenerateDataKeyWithoutPlaintext', 'kms:Decrypt'],
        Resource: `arn:aws:kms:us-west-2:${HOME}:key/*`,
        Condition: { StringEquals: { 'aws:ResourceTag/Project': 'Alpha' } },
      }),
      asks: { as: sessionArn('Alpha'), action: 'kms:Decrypt' },
      cases: [
        ['the tag', 'allow', { 'aws:ResourceTag/Project': 'Alpha' }],
        ['another value', 'implicit deny', { 'aws:ResourceTag/Project': 'Beta' }],
        ['no tag', 'implicit deny'],
        [
          'the tag, in another Region',
          'implicit deny',
          { 'aws:ResourceTag/Project': 'Alpha' },
          { resource: KEY_ELSEWHERE },
        ],
        [
          'the tag, with plaintext',
          'implicit deny',
          { 'aws:ResourceTag/Project': 'Alpha' },
          { action: 'kms:GenerateDataKey' },
        ],
      ],
    },
    {
      heading: 'Use tags to control access to KMS keys',
      example: 'keys with a tag, or without it, are denied',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'IAMAllowCryptographicOperations',
          Effect: 'Allow',
          Action: ['kms:Encrypt', 'kms:GenerateDataKey*', 'kms:Decrypt', 'kms:ReEncrypt*'],
          Resource: KEYS,
        },
        {
          Sid: 'IAMDenyOnTag',
          Effect: 'Deny',
          Action: 'kms:*',
          Resource: KEYS,
          Condition: { StringEquals: { 'aws:ResourceTag/Type': 'Reserved' } },
        },
        {
          Sid: 'IAMDenyNoTag',
          Effect: 'Deny',
          Action: 'kms:*',
          Resource: KEYS,
          Condition: { Null: { 'aws:ResourceTag/Type': 'true' } },
        },
      ),
      asks: { as: ALICE, action: 'kms:Encrypt' },
      cases: [
        ['another value', 'allow', { 'aws:ResourceTag/Type': 'Free' }],
        ['the value', 'explicit deny', { 'aws:ResourceTag/Type': 'Reserved' }],
        ['no tag', 'explicit deny'],
        [
          'no tag, where the key policy allows it',
          'explicit deny',
          {},
          {
            action: 'kms:DisableKey',
            beside: {
              keyPolicy: [
                { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'kms:*', Resource: '*' },
              ],
            },
          },
        ],
        [
          'another value, to manage',
          'implicit deny',
          { 'aws:ResourceTag/Type': 'Free' },
          { action: 'kms:DisableKey' },
        ],
      ],
    },
  ],
}

export const taggingPolicies: Page = {
  title: 'Controlling access to tags',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html',
  policies: [
    {
      heading: 'Tag permissions in policies',
      example: 'an IAM policy',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'IAMPolicyCreateKeys',
          Effect: 'Allow',
          Action: 'kms:CreateKey',
          Resource: '*',
        },
        {
          Sid: 'IAMPolicyTags',
          Effect: 'Allow',
          Action: ['kms:TagResource', 'kms:UntagResource', 'kms:ListResourceTags'],
          Resource: KEYS,
        },
      ),
      asks: { as: ALICE, action: 'kms:TagResource' },
      cases: [
        ['to tag a key, an old or a new one', 'allow'],
        ['to create', 'allow', {}, { action: 'kms:CreateKey', ...everyKey }],
        ['to tag what is no key', 'implicit deny', {}, everyKey],
        [
          'a key of another account',
          'implicit deny',
          {},
          { resource: KEY_AWAY, beside: { keyPolicy: OPEN_TO_US } },
        ],
      ],
    },
    {
      heading: 'Limiting tag permissions',
      attached: 'IAM policy',
      policy: document(
        { Sid: 'IAMPolicyCreateKey', Effect: 'Allow', Action: 'kms:CreateKey', Resource: '*' },
        {
          Sid: 'IAMPolicyViewAllTags',
          Effect: 'Allow',
          Action: 'kms:ListResourceTags',
          Resource: KEYS,
        },
        {
          Sid: 'IAMPolicyManageTags',
          Effect: 'Allow',
          Action: ['kms:TagResource', 'kms:UntagResource'],
          Resource: KEYS,
          Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'Project' } },
        },
      ),
      asks: { as: ALICE, action: 'kms:TagResource' },
      cases: [
        ['the tag', 'allow', { 'aws:TagKeys': ['Project'] }],
        ['to untag it', 'allow', { 'aws:TagKeys': ['Project'] }, { action: 'kms:UntagResource' }],
        ['another', 'implicit deny', { 'aws:TagKeys': ['Stage'] }],
        ['one more', 'implicit deny', { 'aws:TagKeys': ['Project', 'Stage'] }],
        ['in other case', 'implicit deny', { 'aws:TagKeys': ['project'] }],
        ['none, which the operation then refuses', 'allow'],
        ['to see all', 'allow', {}, { action: 'kms:ListResourceTags' }],
      ],
    },
  ],
}

export const keyStorePolicies: Page = {
  title: 'Control access to your external key store',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/authorize-xks-key-store.html',
  policies: [
    {
      heading: 'Authorizing users of KMS keys in external key stores',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AllowKeysInExternalKeyStores',
        Effect: 'Allow',
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:DescribeKey',
        ],
        Resource: `arn:aws:kms:us-west-2:${HOME}:key/*`,
        Condition: { StringEquals: { 'kms:KeyOrigin': 'EXTERNAL_KEY_STORE' } },
      }),
      asks: { as: ALICE, action: 'kms:Decrypt' },
      cases: [
        ['a key in such a store', 'allow', { 'kms:KeyOrigin': 'EXTERNAL_KEY_STORE' }],
        ['a key with imported material', 'implicit deny', { 'kms:KeyOrigin': 'EXTERNAL' }],
        ['not known', 'implicit deny'],
      ],
    },
  ],
}

const MRK = `arn:aws:kms:eu-west-1:${HOME}:key/mrk-1234abcd12ab34cd56ef1234567890ab`

export const multiRegionPolicies: Page = {
  title: 'Control access to multi-Region keys',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html',
  policies: [
    {
      heading: 'Authorization basics for multi-Region keys',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: ['kms:Describe*', 'kms:List*'],
        Resource: `arn:aws:kms:*:${HOME}:key/mrk-1234abcd12ab34cd56ef1234567890ab`,
      }),
      asks: { as: ALICE, action: 'kms:DescribeKey', resource: MRK },
      cases: [
        ['the key', 'allow'],
        [
          'its replica',
          'allow',
          {},
          { action: 'kms:ListGrants', resource: MRK.replace('eu-west-1', 'us-east-1') },
        ],
        ['another key', 'implicit deny', {}, { resource: KEY }],
        [
          'the key of that id in another account',
          'implicit deny',
          {},
          { resource: MRK.replace(HOME, AWAY), beside: { keyPolicy: OPEN_TO_US } },
        ],
      ],
    },
    {
      heading: 'Creating a primary key',
      example: 'keys of any kind',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Action: ['kms:CreateKey', 'iam:CreateServiceLinkedRole'],
          Effect: 'Allow',
          Resource: '*',
        },
      },
      asks: { as: ALICE, action: 'kms:CreateKey', ...everyKey },
      cases: [
        ['to create', 'allow'],
        ['to replicate', 'implicit deny', {}, { action: 'kms:ReplicateKey', resource: MRK }],
      ],
    },
    {
      heading: 'Creating a primary key',
      example: 'no multi-Region keys',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Action: 'kms:CreateKey',
          Effect: 'Deny',
          Resource: '*',
          Condition: { Bool: { 'kms:MultiRegion': true } },
        },
      },
      asks: {
        as: ALICE,
        action: 'kms:CreateKey',
        ...everyKey,
        beside: { identity: EVERYTHING },
      },
      cases: [
        ['a multi-Region key', 'explicit deny', { 'kms:MultiRegion': 'true' }],
        ['a single-Region key', 'allow', { 'kms:MultiRegion': 'false' }],
        ['not known', 'allow'],
      ],
    },
    {
      heading: 'Updating the primary Region',
      example: 'in the key policy',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Resource: '*',
        Principal: { AWS: roleArn('Administrator') },
        Action: 'kms:UpdatePrimaryRegion',
      }),
      asks: { as: sessionArn('Administrator'), action: 'kms:UpdatePrimaryRegion', resource: MRK },
      cases: [
        ['the role', 'allow'],
        ['somebody else', 'implicit deny', {}, { as: ALICE }],
        ['to replicate', 'implicit deny', {}, { action: 'kms:ReplicateKey' }],
      ],
    },
    {
      heading: 'Updating the primary Region',
      example: 'some Regions',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:UpdatePrimaryRegion',
        Resource: KEYS,
        Condition: {
          StringEquals: { 'kms:PrimaryRegion': ['us-west-2', 'sa-east-1', 'ap-southeast-1'] },
        },
      }),
      asks: { as: ALICE, action: 'kms:UpdatePrimaryRegion', resource: MRK },
      cases: [
        ['one of them', 'allow', { 'kms:PrimaryRegion': 'sa-east-1' }],
        ['another', 'implicit deny', { 'kms:PrimaryRegion': 'us-east-1' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Using and managing multi-Region keys',
      example: 'no multi-Region keys',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Deny',
        Action: 'kms:*',
        Resource: '*',
        Condition: { Bool: { 'kms:MultiRegion': true } },
      }),
      asks: { as: ALICE, action: 'kms:Encrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['a multi-Region key', 'explicit deny', { 'kms:MultiRegion': 'true' }, { resource: MRK }],
        ['a single-Region key', 'allow', { 'kms:MultiRegion': 'false' }],
        ['no key', 'allow', {}, { action: 'kms:ListKeys', ...everyKey }],
        [
          'another multi-Region key',
          'explicit deny',
          { 'kms:MultiRegion': 'true' },
          { action: 'kms:CreateKey', ...everyKey },
        ],
      ],
    },
  ],
}
