import {
  ALIAS,
  ALICE,
  AWAY,
  DELEGATION,
  document,
  EVERYTHING,
  HOME,
  KEY,
  OTHER_KEY,
  type Page,
  roleArn,
  root,
  sessionArn,
  userArn,
} from './document.ts'

const USER = userArn('ExampleUser')
const STRANGER = userArn('Alice', AWAY)
const ADMINISTERS = [
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
]
const USES = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:DescribeKey',
]
const GRANTS = ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant']

const ADMINISTRATORS = {
  Sid: 'Allow access for Key Administrators',
  Effect: 'Allow',
  Principal: { AWS: [userArn('KMSAdminUser'), roleArn('KMSAdminRole')] },
  Action: [
    ...ADMINISTERS,
    'kms:TagResource',
    'kms:UntagResource',
    'kms:ScheduleKeyDeletion',
    'kms:CancelKeyDeletion',
  ],
  Resource: '*',
}
const THREE = { AWS: [USER, roleArn('ExampleRole'), root(AWAY)] }
const KEY_USERS = {
  Sid: 'Allow use of the key',
  Effect: 'Allow',
  Principal: THREE,
  Action: USES,
  Resource: '*',
}
const ATTACHMENT = {
  Sid: 'Allow attachment of persistent resources',
  Effect: 'Allow',
  Principal: THREE,
  Action: GRANTS,
  Resource: '*',
}

/** The key policies that keys get, and the statements of the console's. */
export const defaultKeyPolicies: Page = {
  title: 'Default key policy',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html',
  policies: [
    {
      heading: 'Allows access to the AWS account and enables IAM policies',
      attached: 'key policy',
      policy: document(DELEGATION),
      asks: { as: ALICE, action: 'kms:PutKeyPolicy' },
      cases: [
        ['the root of the account', 'allow', {}, { as: root(HOME) }],
        ['a user', 'implicit deny'],
        ['a user with an IAM policy', 'allow', {}, { beside: { identity: EVERYTHING } }],
        [
          'the session of a role with an IAM policy',
          'allow',
          {},
          { as: sessionArn('App'), beside: { identity: EVERYTHING } },
        ],
        [
          'a user whose IAM policy denies',
          'explicit deny',
          {},
          { beside: { identity: [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }] } },
        ],
        [
          'another account with an IAM policy',
          'implicit deny',
          {},
          { as: STRANGER, beside: { identity: EVERYTHING } },
        ],
        ['the root of another account', 'implicit deny', {}, { as: root(AWAY) }],
      ],
    },
    {
      heading: 'Allows access to the AWS account and enables IAM policies',
      example: 'without the statement',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: ALICE },
        Action: 'kms:*',
        Resource: '*',
      }),
      asks: { as: ALICE, action: 'kms:DisableKey' },
      cases: [
        ['the only user', 'allow'],
        [
          'IAM policies that allow are ineffective',
          'implicit deny',
          {},
          { as: userArn('Bob'), beside: { identity: EVERYTHING } },
        ],
        [
          'IAM policies that deny are effective',
          'explicit deny',
          {},
          { beside: { identity: [{ Effect: 'Deny', Action: 'kms:Disable*', Resource: '*' }] } },
        ],
        ['the root of the account', 'implicit deny', {}, { as: root(HOME) }],
      ],
    },
    {
      heading: 'Allows key administrators to administer the KMS key',
      attached: 'key policy',
      policy: document(ADMINISTRATORS),
      asks: { as: userArn('KMSAdminUser'), action: 'kms:PutKeyPolicy' },
      cases: [
        ['the user', 'allow'],
        ['the role', 'allow', {}, { as: sessionArn('KMSAdminRole') }],
        ['kms:Create* is CreateGrant', 'allow', {}, { action: 'kms:CreateGrant' }],
        ['kms:Create* is CreateAlias', 'allow', {}, { action: 'kms:CreateAlias' }],
        [
          'kms:Create* is not CreateKey',
          'implicit deny',
          {},
          { action: 'kms:CreateKey', resource: '*' },
        ],
        ['kms:Enable* is EnableKeyRotation', 'allow', {}, { action: 'kms:EnableKeyRotation' }],
        ['kms:List* is ListResourceTags', 'allow', {}, { action: 'kms:ListResourceTags' }],
        [
          'kms:List* is not ListKeys',
          'implicit deny',
          {},
          { action: 'kms:ListKeys', resource: '*' },
        ],
        [
          'kms:List* is not ListAliases',
          'implicit deny',
          {},
          { action: 'kms:ListAliases', resource: '*' },
        ],
        ['kms:Get* is GetPublicKey', 'allow', {}, { action: 'kms:GetPublicKey' }],
        [
          'kms:Delete* is DeleteImportedKeyMaterial',
          'allow',
          {},
          { action: 'kms:DeleteImportedKeyMaterial' },
        ],
        ['to schedule deletion', 'allow', {}, { action: 'kms:ScheduleKeyDeletion' }],
        ['to encrypt', 'implicit deny', {}, { action: 'kms:Encrypt' }],
        ['to decrypt', 'implicit deny', {}, { action: 'kms:Decrypt' }],
        ['to make a data key', 'implicit deny', {}, { action: 'kms:GenerateDataKey' }],
        ['to import', 'implicit deny', {}, { action: 'kms:ImportKeyMaterial' }],
        ['to replicate', 'implicit deny', {}, { action: 'kms:ReplicateKey' }],
        ['to rotate on demand', 'implicit deny', {}, { action: 'kms:RotateKeyOnDemand' }],
        ['somebody else', 'implicit deny', {}, { as: ALICE }],
      ],
    },
    {
      heading: 'Allows key users to use the KMS key',
      attached: 'key policy',
      policy: document(KEY_USERS, {
        ...ATTACHMENT,
        Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
      }),
      asks: { as: USER, action: 'kms:Decrypt' },
      cases: [
        ['the user', 'allow'],
        ['the role', 'allow', {}, { as: sessionArn('ExampleRole') }],
        ['the other account', 'implicit deny', {}, { as: STRANGER }],
        [
          'the other account with an IAM policy',
          'allow',
          {},
          { as: STRANGER, beside: { identity: EVERYTHING } },
        ],
        ['the root of the other account', 'allow', {}, { as: root(AWAY) }],
        ['to sign', 'implicit deny', {}, { action: 'kms:Sign' }],
        [
          'a grant for a service',
          'allow',
          { 'kms:GrantIsForAWSResource': 'true' },
          { action: 'kms:CreateGrant' },
        ],
        [
          'a grant for somebody',
          'implicit deny',
          { 'kms:GrantIsForAWSResource': 'false' },
          { action: 'kms:CreateGrant' },
        ],
        [
          'to list grants directly',
          'implicit deny',
          { 'kms:GrantIsForAWSResource': 'false' },
          { action: 'kms:ListGrants' },
        ],
      ],
    },
    {
      heading: 'Allows key users to use a KMS key for cryptographic operations',
      example: 'symmetric encryption KMS keys',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow use of the key',
        Effect: 'Allow',
        Principal: { AWS: USER },
        Action: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey*',
          'kms:ReEncrypt*',
        ],
        Resource: '*',
      }),
      asks: { as: USER, action: 'kms:Encrypt' },
      cases: [
        ['to encrypt', 'allow'],
        ['to re-encrypt from', 'allow', {}, { action: 'kms:ReEncryptFrom' }],
        ['to re-encrypt to', 'allow', {}, { action: 'kms:ReEncryptTo' }],
        [
          'a data key pair without plaintext',
          'allow',
          {},
          { action: 'kms:GenerateDataKeyPairWithoutPlaintext' },
        ],
        ['a MAC', 'implicit deny', {}, { action: 'kms:GenerateMac' }],
        ['random bytes', 'implicit deny', {}, { action: 'kms:GenerateRandom', resource: '*' }],
        ['a grant', 'implicit deny', {}, { action: 'kms:CreateGrant' }],
        ['somebody else', 'implicit deny', {}, { as: ALICE }],
      ],
    },
    {
      heading: 'Allows key users to use a KMS key for cryptographic operations',
      example: 'HMAC KMS keys',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow use of the key',
        Effect: 'Allow',
        Principal: { AWS: USER },
        Action: ['kms:DescribeKey', 'kms:GenerateMac', 'kms:VerifyMac'],
        Resource: '*',
      }),
      asks: { as: USER, action: 'kms:GenerateMac' },
      cases: [
        ['a MAC', 'allow'],
        ['to verify', 'allow', {}, { action: 'kms:VerifyMac' }],
        ['to encrypt', 'implicit deny', {}, { action: 'kms:Encrypt' }],
        ['the public key', 'implicit deny', {}, { action: 'kms:GetPublicKey' }],
      ],
    },
    {
      heading: 'Allows key users to use a KMS key for cryptographic operations',
      example: 'asymmetric KMS keys for public key encryption',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow use of the key',
        Effect: 'Allow',
        Principal: { AWS: USER },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:DescribeKey',
          'kms:GetPublicKey',
        ],
        Resource: '*',
      }),
      asks: { as: USER, action: 'kms:GetPublicKey' },
      cases: [
        ['the public key', 'allow'],
        ['to decrypt', 'allow', {}, { action: 'kms:Decrypt' }],
        ['a data key', 'implicit deny', {}, { action: 'kms:GenerateDataKey' }],
      ],
    },
    {
      heading: 'Allows key users to use a KMS key for cryptographic operations',
      example: 'asymmetric KMS keys for signing and verification',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow use of the key',
        Effect: 'Allow',
        Principal: { AWS: USER },
        Action: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify'],
        Resource: '*',
      }),
      asks: { as: USER, action: 'kms:Sign' },
      cases: [
        ['to sign', 'allow'],
        ['to verify', 'allow', {}, { action: 'kms:Verify' }],
        ['to verify a MAC', 'implicit deny', {}, { action: 'kms:VerifyMac' }],
        ['to decrypt', 'implicit deny', {}, { action: 'kms:Decrypt' }],
      ],
    },
    {
      heading: 'Allows key users to use the KMS key with AWS services',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow attachment of persistent resources',
        Effect: 'Allow',
        Principal: { AWS: USER },
        Action: GRANTS,
        Resource: '*',
        Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
      }),
      asks: { as: USER, action: 'kms:CreateGrant' },
      cases: [
        ['through a service', 'allow', { 'kms:GrantIsForAWSResource': 'true' }],
        [
          'to revoke through a service',
          'allow',
          { 'kms:GrantIsForAWSResource': 'true' },
          { action: 'kms:RevokeGrant' },
        ],
        ['directly', 'implicit deny', { 'kms:GrantIsForAWSResource': 'false' }],
        ['not known', 'implicit deny'],
        [
          'to retire through a service',
          'implicit deny',
          { 'kms:GrantIsForAWSResource': 'true' },
          { action: 'kms:RetireGrant' },
        ],
      ],
    },
  ],
}

/** Whole key policies. */
export const keyPolicies: Page = {
  title: 'Creating a key policy',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html',
  policies: [
    {
      heading: 'Creating a key policy',
      attached: 'key policy',
      policy: document({
        Sid: 'Describe the policy statement',
        Effect: 'Allow',
        Principal: { AWS: ALICE },
        Action: 'kms:DescribeKey',
        Resource: '*',
        Condition: { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } },
      }),
      asks: { as: ALICE, action: 'kms:DescribeKey' },
      cases: [
        ['a symmetric key', 'allow', { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' }],
        ['another', 'implicit deny', { 'kms:KeySpec': 'HMAC_256' }],
        ['not known', 'implicit deny'],
        [
          'the other operations',
          'implicit deny',
          { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' },
          { action: 'kms:Encrypt' },
        ],
        [
          'somebody else',
          'implicit deny',
          { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' },
          { as: userArn('Alicia') },
        ],
      ],
    },
    {
      heading: 'Elements in a key policy',
      example: 'a statement without Resource applies to no key',
      attached: 'key policy',
      policy: document(
        { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'kms:Encrypt' },
        { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'kms:Decrypt', Resource: '*' },
      ),
      asks: { as: ALICE, action: 'kms:Encrypt' },
      cases: [
        ['what the statement allows', 'implicit deny'],
        ['what another statement allows', 'allow', {}, { action: 'kms:Decrypt' }],
      ],
    },
    {
      heading: 'Elements in a key policy',
      example: 'an asterisk as principal',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: 'kms:Decrypt',
        Resource: '*',
      }),
      asks: { as: ALICE, action: 'kms:Decrypt' },
      cases: [
        ['a user of the account', 'allow'],
        ['another account', 'implicit deny', {}, { as: STRANGER }],
        [
          'another account with an IAM policy',
          'allow',
          {},
          { as: STRANGER, beside: { identity: EVERYTHING } },
        ],
        [
          'who another statement denies it',
          'explicit deny',
          {},
          {
            beside: {
              keyPolicy: [
                { Effect: 'Deny', Principal: { AWS: ALICE }, Action: 'kms:*', Resource: '*' },
              ],
            },
          },
        ],
      ],
    },
    {
      heading: 'Example key policy',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Id: 'key-consolepolicy-2',
        Statement: [
          DELEGATION,
          ADMINISTRATORS,
          KEY_USERS,
          { ...ATTACHMENT, Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } },
        ],
      },
      asks: { as: USER, action: 'kms:Decrypt' },
      cases: [
        ['a key user', 'allow'],
        ['a key user administers', 'implicit deny', {}, { action: 'kms:DisableKey' }],
        [
          'a key user administers by an IAM policy',
          'allow',
          {},
          { action: 'kms:DisableKey', beside: { identity: EVERYTHING } },
        ],
        [
          'an administrator',
          'allow',
          {},
          { as: sessionArn('KMSAdminRole'), action: 'kms:PutKeyPolicy' },
        ],
        ['an administrator decrypts', 'implicit deny', {}, { as: userArn('KMSAdminUser') }],
        ['the root of the account', 'allow', {}, { as: root(HOME) }],
        ['the other account', 'allow', {}, { as: STRANGER, beside: { identity: EVERYTHING } }],
        [
          'the other account administers',
          'implicit deny',
          {},
          { as: STRANGER, action: 'kms:PutKeyPolicy', beside: { identity: EVERYTHING } },
        ],
        [
          "a service's grant for the other account",
          'allow',
          { 'kms:GrantIsForAWSResource': 'true' },
          { as: STRANGER, action: 'kms:CreateGrant', beside: { identity: EVERYTHING } },
        ],
        [
          'a grant of the other account',
          'implicit deny',
          { 'kms:GrantIsForAWSResource': 'false' },
          { as: STRANGER, action: 'kms:CreateGrant', beside: { identity: EVERYTHING } },
        ],
      ],
    },
  ],
}

const FOR_AWAY = { Principal: { AWS: root(AWAY) }, Resource: '*' }

/** What the API reference says of key policies. */
export const putKeyPolicy: Page = {
  title: 'PutKeyPolicy',
  url: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  policies: [
    {
      heading: 'Policy',
      example: 'a statement without Action has no effect',
      attached: 'key policy',
      policy: document(
        { Effect: 'Allow', Principal: { AWS: ALICE }, Resource: '*' },
        { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'kms:Decrypt', Resource: '*' },
      ),
      asks: { as: ALICE, action: 'kms:Encrypt' },
      cases: [
        ['what no other statement allows', 'implicit deny'],
        ['what another statement allows', 'allow', {}, { action: 'kms:Decrypt' }],
      ],
    },
  ],
}

/** A key that another account may use. */
export const crossAccountKeyPolicies: Page = {
  title: 'Allowing users in other accounts to use a KMS key',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html',
  policies: [
    {
      heading: 'Step 1: Add a key policy statement in the local account',
      example: 'the account',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow an external account to use this KMS key',
        Effect: 'Allow',
        Principal: { AWS: [root(AWAY)] },
        Action: USES,
        Resource: '*',
      }),
      asks: { as: STRANGER, action: 'kms:Decrypt' },
      cases: [
        ['a user with an IAM policy', 'allow', {}, { beside: { identity: EVERYTHING } }],
        [
          'a role with an IAM policy',
          'allow',
          {},
          { as: sessionArn('Any', AWAY), beside: { identity: EVERYTHING } },
        ],
        ['a user without', 'implicit deny'],
        [
          'an operation beyond the key policy',
          'implicit deny',
          {},
          { action: 'kms:PutKeyPolicy', beside: { identity: EVERYTHING } },
        ],
        [
          'a third account with an IAM policy',
          'implicit deny',
          {},
          { as: userArn('Alice', '777788889999'), beside: { identity: EVERYTHING } },
        ],
      ],
    },
    {
      heading: 'Step 1: Add a key policy statement in the local account',
      example: 'a role and a user of it',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow an external account to use this KMS key',
        Effect: 'Allow',
        Principal: { AWS: [roleArn('ExampleRole', AWAY), userArn('ExampleUser', AWAY)] },
        Action: USES,
        Resource: '*',
      }),
      asks: { as: userArn('ExampleUser', AWAY), action: 'kms:Decrypt' },
      cases: [
        ['the user with an IAM policy', 'allow', {}, { beside: { identity: EVERYTHING } }],
        ['the user without', 'implicit deny'],
        [
          'the role with an IAM policy',
          'allow',
          {},
          { as: sessionArn('ExampleRole', AWAY), beside: { identity: EVERYTHING } },
        ],
        ['the role without', 'implicit deny', {}, { as: sessionArn('ExampleRole', AWAY) }],
        [
          'another user with an IAM policy',
          'implicit deny',
          {},
          { as: STRANGER, beside: { identity: EVERYTHING } },
        ],
        [
          'the user of that name in the local account',
          'implicit deny',
          {},
          { as: USER, beside: { identity: EVERYTHING } },
        ],
      ],
    },
    {
      heading: 'Step 2: Add IAM policies in the external account',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AllowUseOfKeyInAccount111122223333',
        Effect: 'Allow',
        Action: USES,
        Resource: KEY,
      }),
      asks: {
        as: STRANGER,
        action: 'kms:Decrypt',
        beside: { keyPolicy: [{ Effect: 'Allow', ...FOR_AWAY, Action: ['kms:Decrypt'] }] },
      },
      cases: [
        ['what both policies allow', 'allow'],
        ['what the key policy does not allow', 'implicit deny', {}, { action: 'kms:Encrypt' }],
        ['another key of the account', 'implicit deny', {}, { resource: OTHER_KEY }],
        [
          'a key whose policy does not name the account',
          'implicit deny',
          {},
          { beside: { keyPolicy: [DELEGATION] } },
        ],
        [
          'a key whose policy names somebody else of the account',
          'implicit deny',
          {},
          {
            beside: {
              keyPolicy: [{ ...KEY_USERS, Principal: { AWS: userArn('Bob', AWAY) } }],
            },
          },
        ],
      ],
    },
    {
      heading: 'Creating KMS keys that other accounts can use',
      attached: 'key policy',
      policy: document(
        { Sid: 'Allow use of the key', Effect: 'Allow', ...FOR_AWAY, Action: USES },
        {
          Sid: 'Allow attachment of persistent resources',
          Effect: 'Allow',
          ...FOR_AWAY,
          Action: GRANTS,
          Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ),
      asks: { as: STRANGER, action: 'kms:Encrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['to encrypt', 'allow'],
        [
          'a grant for a service',
          'allow',
          { 'kms:GrantIsForAWSResource': 'true' },
          { action: 'kms:CreateGrant' },
        ],
        [
          'a grant for somebody',
          'implicit deny',
          { 'kms:GrantIsForAWSResource': 'false' },
          { action: 'kms:CreateGrant' },
        ],
        ['a grant for who knows whom', 'implicit deny', {}, { action: 'kms:CreateGrant' }],
      ],
    },
  ],
}

const KEY_AWAY = `arn:aws:kms:us-west-2:${AWAY}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const CRYPTOGRAPHIC = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:DescribeKey',
]
const ACCOUNT_2: Page['policies'][number]['policy'] = {
  Id: 'key-policy-acct-2',
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Permission to use IAM policies',
      Effect: 'Allow',
      Principal: { AWS: root(AWAY) },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Sid: 'Allow account 1 to use this KMS key',
      Effect: 'Allow',
      Principal: { AWS: root(HOME) },
      Action: CRYPTOGRAPHIC,
      Resource: '*',
    },
  ],
}
const ENGINEERING = {
  Effect: 'Allow',
  Action: CRYPTOGRAPHIC,
  Resource: [KEY_AWAY],
}

/** Why somebody may use a key, or may not. */
export const troubleshooting: Page = {
  title: 'Troubleshooting key access',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html',
  policies: [
    {
      heading: 'Example 1: User is denied access to a KMS key in their AWS account',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Id: 'key-test-1',
        Statement: [
          {
            Sid: 'Delegate to IAM policies',
            Effect: 'Allow',
            Principal: { AWS: root(HOME) },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      },
      asks: { as: ALICE, action: 'kms:Decrypt' },
      cases: [
        ['Alice, whom nothing else allows it', 'implicit deny'],
        ['Alice with an IAM policy', 'allow', {}, { beside: { identity: EVERYTHING } }],
        ['Alice with a grant', 'allow', {}, { beside: { granted: ['Decrypt'] } }],
        [
          'Alice with a grant for something else',
          'implicit deny',
          {},
          { beside: { granted: ['Encrypt'] } },
        ],
      ],
    },
    {
      heading:
        'Example 2: User assumes role with permission to use a KMS key in a different AWS account',
      example: 'the key policy in account 2',
      attached: 'key policy',
      policy: ACCOUNT_2,
      asks: {
        as: sessionArn('Engineering'),
        action: 'kms:Encrypt',
        resource: KEY_AWAY,
        beside: { identity: [ENGINEERING] },
      },
      cases: [
        ['the role', 'allow'],
        [
          'the role, a data key pair',
          'implicit deny',
          {},
          { action: 'kms:GenerateDataKeyPair', beside: { identity: EVERYTHING } },
        ],
        ['the role without IAM policy', 'implicit deny', {}, { beside: { identity: undefined } }],
        [
          'a user of account 2 with an IAM policy',
          'allow',
          {},
          { as: STRANGER, action: 'kms:PutKeyPolicy', beside: { identity: EVERYTHING } },
        ],
        [
          'a user of account 2 without',
          'implicit deny',
          {},
          { as: STRANGER, beside: { identity: undefined } },
        ],
      ],
    },
    {
      heading:
        'Example 2: User assumes role with permission to use a KMS key in a different AWS account',
      example: 'the IAM policy in account 1',
      attached: 'IAM policy',
      policy: document(ENGINEERING),
      asks: {
        as: sessionArn('Engineering'),
        action: 'kms:ReEncryptTo',
        resource: KEY_AWAY,
        beside: { keyPolicy: [ACCOUNT_2.Statement].flat() },
      },
      cases: [
        ['what both policies allow', 'allow'],
        ['what neither allows', 'implicit deny', {}, { action: 'kms:PutKeyPolicy' }],
        [
          'a key whose policy allows account 1 nothing',
          'implicit deny',
          {},
          { beside: { keyPolicy: [ACCOUNT_2.Statement].flat().slice(0, 1) } },
        ],
        [
          'a key of account 1',
          'implicit deny',
          {},
          { resource: KEY, beside: { keyPolicy: undefined } },
        ],
      ],
    },
    {
      heading:
        'Example 2: User assumes role with permission to use a KMS key in a different AWS account',
      example: 'the trust policy of the role',
      attached: 'trust policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Principal: { AWS: userArn('bob') },
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
        },
      },
      asks: { as: userArn('bob'), action: 'sts:AssumeRole', resource: roleArn('Engineering') },
      cases: [
        ['Bob', 'allow'],
        [
          'somebody else with an IAM policy',
          'implicit deny',
          {},
          { as: ALICE, beside: { identity: EVERYTHING } },
        ],
        [
          'Bob whose IAM policy denies it',
          'explicit deny',
          {},
          { beside: { identity: [{ Effect: 'Deny', Action: 'sts:*', Resource: '*' }] } },
        ],
      ],
    },
  ],
}

const APP = { Principal: { AWS: roleArn('EncryptionApp') }, Resource: '*' }

/** Key policies as one finds them. */
export const examinedKeyPolicies: Page = {
  title: 'Examining the key policy',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/determining-access-key-policy.html',
  policies: [
    {
      heading: 'Examining the key policy',
      example: 'statement 2',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow access for Key Administrators',
        Effect: 'Allow',
        Principal: { AWS: userArn('KMSKeyAdmin') },
        Action: [...ADMINISTERS, 'kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'],
        Resource: '*',
      }),
      asks: { as: userArn('KMSKeyAdmin'), action: 'kms:CancelKeyDeletion' },
      cases: [
        ['to cancel a deletion', 'allow'],
        ['to update an alias', 'allow', {}, { action: 'kms:UpdateAlias' }],
        ['to tag', 'implicit deny', {}, { action: 'kms:TagResource' }],
        ['to encrypt', 'implicit deny', {}, { action: 'kms:Encrypt' }],
        [
          'the alias of the alias operation',
          'implicit deny',
          {},
          { action: 'kms:UpdateAlias', resource: ALIAS },
        ],
      ],
    },
    {
      heading: 'Examining the key policy',
      example: 'statements 3 and 4',
      attached: 'key policy',
      policy: document(
        {
          Sid: 'Allow use of the key',
          Effect: 'Allow',
          ...APP,
          Action: [
            'kms:DescribeKey',
            'kms:GenerateDataKey*',
            'kms:Encrypt',
            'kms:ReEncrypt*',
            'kms:Decrypt',
          ],
        },
        {
          Sid: 'Allow attachment of persistent resources',
          Effect: 'Allow',
          ...APP,
          Action: ['kms:ListGrants', 'kms:CreateGrant', 'kms:RevokeGrant'],
          Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
        },
      ),
      asks: { as: sessionArn('EncryptionApp'), action: 'kms:Decrypt' },
      cases: [
        ['who can assume the role', 'allow'],
        [
          'a grant through a service',
          'allow',
          { 'kms:GrantIsForAWSResource': 'true' },
          { action: 'kms:CreateGrant' },
        ],
        [
          'a grant directly',
          'implicit deny',
          { 'kms:GrantIsForAWSResource': 'false' },
          { action: 'kms:CreateGrant' },
        ],
        ['another role', 'implicit deny', {}, { as: sessionArn('OtherApp') }],
        [
          'a role of that name elsewhere',
          'implicit deny',
          {},
          { as: sessionArn('EncryptionApp', AWAY), beside: { identity: EVERYTHING } },
        ],
      ],
    },
  ],
}

/** Tagging permissions of a key policy. */
export const taggingKeyPolicies: Page = {
  title: 'Controlling access to tags',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html',
  policies: [
    {
      heading: 'Tag permissions in policies',
      example: 'a key policy',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Id: 'key-policy-example',
        Statement: [
          DELEGATION,
          {
            Sid: 'Allow all tagging permissions',
            Effect: 'Allow',
            Principal: { AWS: [userArn('LeadAdmin'), userArn('SupportLead')] },
            Action: ['kms:TagResource', 'kms:ListResourceTags', 'kms:UntagResource'],
            Resource: '*',
          },
          {
            Sid: 'Allow roles to view tags',
            Effect: 'Allow',
            Principal: { AWS: [roleArn('Administrator'), roleArn('Developer')] },
            Action: 'kms:ListResourceTags',
            Resource: '*',
          },
        ],
      },
      asks: { as: userArn('LeadAdmin'), action: 'kms:TagResource' },
      cases: [
        ['the first user tags', 'allow'],
        [
          'the second user untags',
          'allow',
          {},
          { as: userArn('SupportLead'), action: 'kms:UntagResource' },
        ],
        [
          'a role views',
          'allow',
          {},
          { as: sessionArn('Developer'), action: 'kms:ListResourceTags' },
        ],
        ['a role tags', 'implicit deny', {}, { as: sessionArn('Developer') }],
        [
          'a role tags by an IAM policy',
          'allow',
          {},
          { as: sessionArn('Developer'), beside: { identity: EVERYTHING } },
        ],
        ['somebody else views', 'implicit deny', {}, { as: ALICE, action: 'kms:ListResourceTags' }],
      ],
    },
  ],
}

const ENDPOINT = 'vpce-1234abcdf5678c90a'

/** Key policies about the network that requests come from. */
export const networkKeyPolicies: Page = {
  title: 'Use VPC endpoints to control access to AWS KMS resources',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy-condition.html',
  policies: [
    {
      heading: 'Use VPC endpoints to control access to AWS KMS resources',
      example: 'an endpoint',
      attached: 'key policy',
      policy: {
        Id: 'example-key-1',
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Enable IAM policies',
            Effect: 'Allow',
            Principal: { AWS: [HOME] },
            Action: ['kms:*'],
            Resource: '*',
          },
          {
            Sid: 'Restrict usage to my VPC endpoint',
            Effect: 'Deny',
            Principal: '*',
            Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
            Resource: '*',
            Condition: { StringNotEquals: { 'aws:sourceVpce': ENDPOINT } },
          },
        ],
      },
      asks: { as: ALICE, action: 'kms:Decrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['the endpoint', 'allow', { 'aws:SourceVpce': ENDPOINT }],
        ['another endpoint', 'explicit deny', { 'aws:SourceVpce': 'vpce-0' }],
        ['no endpoint', 'explicit deny'],
        ['no endpoint, the root of the account', 'explicit deny', {}, { as: root(HOME) }],
        ['no endpoint, to manage', 'allow', {}, { action: 'kms:PutKeyPolicy' }],
        [
          'the endpoint, whom no IAM policy allows it',
          'implicit deny',
          { 'aws:SourceVpce': ENDPOINT },
          { beside: { identity: undefined } },
        ],
      ],
    },
    {
      heading: 'Use VPC endpoints to control access to AWS KMS resources',
      example: 'two networks',
      attached: 'key policy',
      policy: {
        Id: 'example-key-2',
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'Allow administrative actions from vpc-12345678',
            Effect: 'Allow',
            Principal: { AWS: HOME },
            Action: [
              'kms:Create*',
              'kms:Enable*',
              'kms:Put*',
              'kms:Update*',
              'kms:Revoke*',
              'kms:Disable*',
              'kms:Delete*',
              'kms:TagResource',
              'kms:UntagResource',
            ],
            Resource: '*',
            Condition: { StringEquals: { 'aws:sourceVpc': 'vpc-12345678' } },
          },
          {
            Sid: 'Allow key usage from vpc-2b2b2b2b',
            Effect: 'Allow',
            Principal: { AWS: HOME },
            Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey*'],
            Resource: '*',
            Condition: { StringEquals: { 'aws:sourceVpc': 'vpc-2b2b2b2b' } },
          },
          {
            Sid: 'Allow read actions from everywhere',
            Effect: 'Allow',
            Principal: { AWS: HOME },
            Action: ['kms:Describe*', 'kms:List*', 'kms:Get*'],
            Resource: '*',
          },
        ],
      },
      asks: { as: ALICE, action: 'kms:Decrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['to use it from there', 'allow', { 'aws:SourceVpc': 'vpc-2b2b2b2b' }],
        ['to use it from the other network', 'implicit deny', { 'aws:SourceVpc': 'vpc-12345678' }],
        ['to use it from anywhere', 'implicit deny'],
        [
          'to manage it from there',
          'allow',
          { 'aws:SourceVpc': 'vpc-12345678' },
          { action: 'kms:DisableKey' },
        ],
        [
          'to manage it from the other network',
          'implicit deny',
          { 'aws:SourceVpc': 'vpc-2b2b2b2b' },
          { action: 'kms:DisableKey' },
        ],
        ['to see it from anywhere', 'allow', {}, { action: 'kms:DescribeKey' }],
      ],
    },
  ],
}

/** Policies of endpoints. What they allow a key's or an identity's policy must allow too. */
export const endpointPolicies: Page = {
  title: 'Controlling access to a VPC endpoint',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/vpce-policy.html',
  policies: [
    {
      heading: 'Default VPC endpoint policy',
      attached: 'endpoint policy',
      policy: { Statement: [{ Action: '*', Effect: 'Allow', Principal: '*', Resource: '*' }] },
      asks: { as: ALICE, action: 'kms:ScheduleKeyDeletion' },
      cases: [
        ['anybody, anything', 'allow'],
        ['a role', 'allow', {}, { as: sessionArn('Any') }],
        ['another account without an IAM policy', 'implicit deny', {}, { as: STRANGER }],
      ],
    },
    {
      heading: 'Creating a VPC endpoint policy',
      example: 'some operations on one key',
      attached: 'endpoint policy',
      policy: {
        Statement: [
          {
            Sid: 'Allow decrypt and view permission',
            Principal: { AWS: USER },
            Effect: 'Allow',
            Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:ListAliases', 'kms:ListKeys'],
            Resource: KEY,
          },
        ],
      },
      asks: { as: USER, action: 'kms:Decrypt' },
      cases: [
        ['the user', 'allow'],
        ['another operation', 'implicit deny', {}, { action: 'kms:Encrypt' }],
        ['another key', 'implicit deny', {}, { resource: OTHER_KEY }],
        ['somebody else', 'implicit deny', {}, { as: ALICE }],
      ],
    },
    {
      heading: 'Creating a VPC endpoint policy',
      example: 'principals of other accounts are denied',
      attached: 'endpoint policy',
      policy: {
        Statement: [
          {
            Sid: 'Access for a specific account',
            Principal: { AWS: '*' },
            Action: 'kms:*',
            Effect: 'Deny',
            Resource: `arn:aws:kms:*:${HOME}:key/*`,
            Condition: { StringNotEquals: { 'aws:PrincipalAccount': HOME } },
          },
        ],
      },
      asks: {
        as: ALICE,
        action: 'kms:Decrypt',
        context: { 'aws:PrincipalAccount': HOME },
        beside: {
          keyPolicy: [{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
          identity: EVERYTHING,
        },
      },
      cases: [
        ['a user of the account', 'allow'],
        [
          'a user of another account',
          'explicit deny',
          { 'aws:PrincipalAccount': AWAY },
          { as: STRANGER },
        ],
        ['not known', 'explicit deny', { 'aws:PrincipalAccount': undefined }],
      ],
    },
  ],
}
