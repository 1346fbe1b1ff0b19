import {
  ALICE,
  AWAY,
  DELEGATION,
  document,
  EVERYTHING,
  HOME,
  KEY,
  OTHER_KEY,
  type Page,
  pairs,
  roleArn,
  root,
  sessionArn,
  userArn,
} from './document.ts'

const BOB = userArn('Bob')
const STRANGER = userArn('Alice', AWAY)
const trail = (account: string, name = 'finance') =>
  `arn:aws:cloudtrail:us-west-2:${account}:trail/${name}`
const readsLogs = { action: 'kms:Decrypt', context: pairs({ 'aws:cloudtrail:arn': trail(HOME) }) }
const TRAIL_GIVEN = { Null: { 'kms:EncryptionContext:aws:cloudtrail:arn': 'false' } }

/** Keys that encrypt the logs of AWS CloudTrail. */
export const cloudTrailKeyPolicies: Page = {
  title: 'Configure AWS KMS key policies for CloudTrail',
  url: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html',
  policies: [
    {
      heading: 'Granting encrypt permissions',
      attached: 'key policy',
      policy: document({
        Sid: 'Enable CloudTrail Encrypt Permissions',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'kms:GenerateDataKey*',
        Resource: KEY,
        Condition: {
          StringLike: {
            'kms:EncryptionContext:aws:cloudtrail:arn': [
              `arn:aws:cloudtrail:*:${HOME}:trail/*`,
              `arn:aws:cloudtrail:*:${AWAY}:trail/*`,
            ],
          },
          StringEquals: { 'aws:SourceArn': trail(HOME) },
        },
      }),
      asks: {
        as: 'cloudtrail.amazonaws.com',
        action: 'kms:GenerateDataKey',
        context: { ...pairs({ 'aws:cloudtrail:arn': trail(HOME) }), 'aws:SourceArn': trail(HOME) },
      },
      cases: [
        ['logs of the account', 'allow'],
        [
          'logs of the other account',
          'allow',
          { 'kms:EncryptionContext:aws:cloudtrail:arn': trail(AWAY) },
        ],
        [
          'logs of a third account',
          'implicit deny',
          { 'kms:EncryptionContext:aws:cloudtrail:arn': trail('777788889999') },
        ],
        [
          'no encryption context',
          'implicit deny',
          { 'kms:EncryptionContext:aws:cloudtrail:arn': undefined },
        ],
        ['for another trail', 'implicit deny', { 'aws:SourceArn': trail(HOME, 'sales') }],
        ['for no trail', 'implicit deny', { 'aws:SourceArn': undefined }],
        ['to decrypt', 'implicit deny', {}, { action: 'kms:Decrypt' }],
        ['a user', 'implicit deny', {}, { as: ALICE }],
      ],
    },
    {
      heading: 'Allow users in your account to decrypt trail logs with your KMS key',
      attached: 'key policy',
      policy: document({
        Sid: 'Enable CloudTrail log decrypt permissions',
        Effect: 'Allow',
        Principal: { AWS: BOB },
        Action: 'kms:Decrypt',
        Resource: KEY,
        Condition: TRAIL_GIVEN,
      }),
      asks: { as: BOB, ...readsLogs },
      cases: [
        ['logs', 'allow'],
        [
          'something else',
          'implicit deny',
          { 'kms:EncryptionContext:aws:cloudtrail:arn': undefined },
        ],
        ['somebody else', 'implicit deny', {}, { as: ALICE }],
        ['another key, whose policy it would be too', 'implicit deny', {}, { resource: OTHER_KEY }],
      ],
    },
    {
      heading: 'Allow users of a bucket in a different account to decrypt logs',
      example: 'the key policy',
      attached: 'key policy',
      policy: document({
        Sid: 'Enable encrypted CloudTrail log read access',
        Effect: 'Allow',
        Principal: { AWS: [root(AWAY)] },
        Action: 'kms:Decrypt',
        Resource: KEY,
        Condition: TRAIL_GIVEN,
      }),
      asks: {
        as: STRANGER,
        ...readsLogs,
        beside: { identity: [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY }] },
      },
      cases: [
        ['logs', 'allow'],
        [
          'something else',
          'implicit deny',
          { 'kms:EncryptionContext:aws:cloudtrail:arn': undefined },
        ],
        ['without an IAM policy', 'implicit deny', {}, { beside: { identity: undefined } }],
      ],
    },
    {
      heading: 'Allow users in a different account to decrypt trail logs from your bucket',
      example: 'the key policy',
      attached: 'key policy',
      policy: document({
        Sid: 'Enable encrypted CloudTrail log read access',
        Effect: 'Allow',
        Principal: { AWS: [roleArn('CloudTrailReadRole')] },
        Action: 'kms:Decrypt',
        Resource: KEY,
        Condition: TRAIL_GIVEN,
      }),
      asks: { as: sessionArn('CloudTrailReadRole'), ...readsLogs },
      cases: [
        ['the role', 'allow'],
        [
          'something else',
          'implicit deny',
          { 'kms:EncryptionContext:aws:cloudtrail:arn': undefined },
        ],
        [
          'who may assume it, directly',
          'implicit deny',
          {},
          { as: STRANGER, beside: { identity: EVERYTHING } },
        ],
      ],
    },
    {
      heading: 'Allow users in a different account to decrypt trail logs from your bucket',
      example: 'the trust policy of the role',
      attached: 'trust policy',
      policy: document({
        Sid: 'Allow CloudTrail access',
        Effect: 'Allow',
        Principal: { AWS: root(AWAY) },
        Action: 'sts:AssumeRole',
      }),
      asks: {
        as: STRANGER,
        action: 'sts:AssumeRole',
        resource: roleArn('CloudTrailReadRole'),
        beside: { identity: EVERYTHING },
      },
      cases: [
        ['the other account', 'allow'],
        ['without an IAM policy', 'implicit deny', {}, { beside: { identity: undefined } }],
        ["the role's own account", 'implicit deny', {}, { as: ALICE }],
      ],
    },
  ],
}

/** Keys of other services. */
export const logsKeyPolicies: Page = {
  title: 'Encrypt log data in CloudWatch Logs using AWS Key Management Service',
  url: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  policies: [
    {
      heading: 'Step 2: Set permissions on the KMS key',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Id: 'key-default-1',
        Statement: [
          DELEGATION,
          {
            Effect: 'Allow',
            Principal: { Service: 'logs.us-west-2.amazonaws.com' },
            Action: [
              'kms:Encrypt*',
              'kms:Decrypt*',
              'kms:ReEncrypt*',
              'kms:GenerateDataKey*',
              'kms:Describe*',
            ],
            Resource: '*',
          },
        ],
      },
      asks: { as: 'logs.us-west-2.amazonaws.com', action: 'kms:Encrypt' },
      cases: [
        ['the service', 'allow'],
        ['the service, to describe', 'allow', {}, { action: 'kms:DescribeKey' }],
        ['the service, a grant', 'implicit deny', {}, { action: 'kms:CreateGrant' }],
        [
          'the service in another Region',
          'implicit deny',
          {},
          { as: 'logs.us-east-1.amazonaws.com' },
        ],
        ['a user', 'implicit deny', {}, { as: ALICE }],
        ['a user with an IAM policy', 'allow', {}, { as: ALICE, beside: { identity: EVERYTHING } }],
      ],
    },
  ],
}

export const secretsKeyPolicies: Page = {
  title: 'How AWS Secrets Manager uses AWS KMS',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/services-secrets-manager.html',
  policies: [
    {
      heading: 'Key policy of the AWS managed key',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Id: 'auto-secretsmanager-1',
        Statement: [
          {
            Sid: 'Allow access through AWS Secrets Manager for all principals in the account that are authorized to use AWS Secrets Manager',
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: [
              'kms:Encrypt',
              'kms:Decrypt',
              'kms:ReEncrypt*',
              'kms:GenerateDataKey*',
              'kms:CreateGrant',
              'kms:DescribeKey',
            ],
            Resource: '*',
            Condition: {
              StringEquals: {
                'kms:ViaService': 'secretsmanager.us-west-2.amazonaws.com',
                'kms:CallerAccount': HOME,
              },
            },
          },
          {
            Sid: 'Allow direct access to key metadata to the account',
            Effect: 'Allow',
            Principal: { AWS: root(HOME) },
            Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
            Resource: '*',
          },
        ],
      },
      asks: {
        as: ALICE,
        action: 'kms:Decrypt',
        context: {
          'kms:ViaService': 'secretsmanager.us-west-2.amazonaws.com',
          'kms:CallerAccount': HOME,
        },
      },
      cases: [
        ['through the service', 'allow'],
        ['directly', 'implicit deny', { 'kms:ViaService': undefined }],
        [
          'directly by an IAM policy',
          'implicit deny',
          { 'kms:ViaService': undefined },
          { beside: { identity: EVERYTHING } },
        ],
        [
          'to see the key directly',
          'implicit deny',
          { 'kms:ViaService': undefined },
          { action: 'kms:GetKeyPolicy' },
        ],
        [
          'to see the key directly by an IAM policy',
          'allow',
          { 'kms:ViaService': undefined },
          { action: 'kms:GetKeyPolicy', beside: { identity: EVERYTHING } },
        ],
        [
          'to replace the policy by an IAM policy',
          'implicit deny',
          {},
          { action: 'kms:PutKeyPolicy', beside: { identity: EVERYTHING } },
        ],
        [
          'another account through the service',
          'implicit deny',
          { 'kms:CallerAccount': AWAY },
          { as: STRANGER, beside: { identity: EVERYTHING } },
        ],
        ['an account that is not known', 'implicit deny', { 'kms:CallerAccount': undefined }],
      ],
    },
  ],
}

export const queueKeyPolicies: Page = {
  title: 'Key management (Amazon SQS)',
  url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
  policies: [
    {
      heading: 'Configure KMS permissions for AWS services',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
        Resource: '*',
      }),
      asks: { as: 'sns.amazonaws.com', action: 'kms:GenerateDataKey' },
      cases: [
        ['the service', 'allow'],
        ['another service', 'implicit deny', {}, { as: 's3.amazonaws.com' }],
        ['to encrypt', 'implicit deny', {}, { action: 'kms:Encrypt' }],
      ],
    },
    {
      heading: 'Configure KMS permissions for producers',
      attached: 'IAM policy',
      policy: document(
        { Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: KEY },
        {
          Effect: 'Allow',
          Action: ['sqs:SendMessage'],
          Resource: `arn:aws:sqs:*:${HOME}:MyQueue`,
        },
      ),
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['a data key', 'allow'],
        ['to verify it', 'allow', {}, { action: 'kms:Decrypt' }],
        ['to encrypt', 'implicit deny', {}, { action: 'kms:Encrypt' }],
        ['another key', 'implicit deny', {}, { resource: OTHER_KEY }],
      ],
    },
  ],
}

export const volumeKeyPolicies: Page = {
  title: 'Requirements for Amazon EBS encryption',
  url: 'https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html',
  policies: [
    {
      heading: 'Permissions for users',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:CreateGrant',
        Resource: [KEY],
        Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
      }),
      asks: { as: ALICE, action: 'kms:CreateGrant' },
      cases: [
        ['by the service for the user', 'allow', { 'kms:GrantIsForAWSResource': 'true' }],
        ['by the user', 'implicit deny', { 'kms:GrantIsForAWSResource': 'false' }],
        ['not known', 'implicit deny'],
        [
          'another key',
          'implicit deny',
          { 'kms:GrantIsForAWSResource': 'true' },
          { resource: OTHER_KEY },
        ],
      ],
    },
  ],
}

const PERMITS = 'us-east-1.supportauthz.amazonaws.com'
const throughSupport = { 'kms:ViaService': 'supportauthz.us-east-1.amazonaws.com' }
const permit = (account: string) => `arn:aws:supportauthz:us-east-1:${account}:supportpermit/1`

/** Keys that sign what AWS Support may do. */
export const supportKeyPolicies: Page = {
  title: 'Configuring AWS KMS keys for AWS Support authorization',
  url: 'https://docs.aws.amazon.com/awssupport/latest/user/support-authorization-kms.html',
  policies: [
    {
      heading: 'Required key policy statements',
      attached: 'key policy',
      policy: document(
        {
          Sid: 'Allows access to CreateGrant through SupportAuthZ',
          Effect: 'Allow',
          Principal: { AWS: roleArn('ExampleRole') },
          Action: ['kms:CreateGrant'],
          Resource: '*',
          Condition: {
            StringEquals: {
              ...throughSupport,
              'kms:GranteeServicePrincipal': PERMITS,
              'kms:RetiringServicePrincipal': PERMITS,
            },
            'ForAllValues:StringEquals': {
              'kms:GrantOperations': ['DescribeKey', 'GetPublicKey', 'Sign'],
            },
            ArnLike: {
              'kms:GrantConstraintSourceArn': `arn:aws:supportauthz:us-east-1:${HOME}:supportpermit/*`,
            },
          },
        },
        {
          Sid: 'Allows access to DescribeKey through SupportAuthZ',
          Effect: 'Allow',
          Principal: { AWS: roleArn('ExampleRole') },
          Action: ['kms:DescribeKey'],
          Resource: '*',
          Condition: { StringEquals: throughSupport },
        },
      ),
      asks: {
        as: sessionArn('ExampleRole'),
        action: 'kms:CreateGrant',
        context: {
          ...throughSupport,
          'kms:GranteeServicePrincipal': PERMITS,
          'kms:RetiringServicePrincipal': PERMITS,
          'kms:GrantOperations': ['DescribeKey', 'GetPublicKey', 'Sign'],
          'kms:GrantConstraintSourceArn': permit(HOME),
        },
      },
      cases: [
        ['the grant of the service', 'allow'],
        ['a grant of less', 'allow', { 'kms:GrantOperations': ['Sign'] }],
        ['a grant of more', 'implicit deny', { 'kms:GrantOperations': ['Sign', 'CreateGrant'] }],
        ['a grant of nothing known', 'allow', { 'kms:GrantOperations': undefined }],
        ['by the role itself', 'implicit deny', { 'kms:ViaService': undefined }],
        [
          'through another service',
          'implicit deny',
          { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' },
        ],
        [
          'to another service',
          'implicit deny',
          { 'kms:GranteeServicePrincipal': 'ec2.amazonaws.com' },
        ],
        ['to no service', 'implicit deny', { 'kms:GranteeServicePrincipal': undefined }],
        ['that nobody retires', 'implicit deny', { 'kms:RetiringServicePrincipal': undefined }],
        [
          'for the permit of another account',
          'implicit deny',
          { 'kms:GrantConstraintSourceArn': permit(AWAY) },
        ],
        ['for any resource', 'implicit deny', { 'kms:GrantConstraintSourceArn': undefined }],
        ['to look at the key', 'allow', {}, { action: 'kms:DescribeKey' }],
        [
          'to look at the key by the role itself',
          'implicit deny',
          { 'kms:ViaService': undefined },
          { action: 'kms:DescribeKey' },
        ],
        ['to sign', 'implicit deny', {}, { action: 'kms:Sign' }],
      ],
    },
  ],
}
