import {
  ALICE,
  AWAY,
  document,
  EVERYTHING,
  HOME,
  OTHERWISE_ALLOWED,
  type Page,
  roleArn,
  root,
  sessionArn,
  userArn,
} from './document.ts'

const USER = userArn('ExampleUser')
const FOR_USER = { Principal: { AWS: USER }, Resource: '*' }
const TESTERS = { Principal: { AWS: roleArn('testers') }, Resource: '*' }
const importing = { as: USER, action: 'kms:ImportKeyMaterial' }
const parameters = { as: USER, action: 'kms:GetParametersForImport' }
const granting = { as: USER, action: 'kms:CreateGrant' }

/** Conditions about the parameters of requests, and about who makes them. */
export const requestConditions: Page = {
  title: 'AWS KMS condition keys',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
  policies: [
    {
      heading: 'kms:CallerAccount',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow access through EBS for all principals in the account that are authorized to use EBS',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Condition: {
          StringEquals: {
            'kms:CallerAccount': HOME,
            'kms:ViaService': 'ec2.us-west-2.amazonaws.com',
          },
        },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        Resource: '*',
      }),
      asks: {
        as: ALICE,
        action: 'kms:Decrypt',
        context: { 'kms:CallerAccount': HOME, 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' },
      },
      cases: [
        ['a user, through the service', 'allow'],
        ['a role, through the service', 'allow', {}, { as: sessionArn('Any') }],
        ['directly', 'implicit deny', { 'kms:ViaService': undefined }],
        [
          'through the service in another Region',
          'implicit deny',
          { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' },
        ],
        ['through another service', 'implicit deny', { 'kms:ViaService': 's3.amazonaws.com' }],
        ['no account', 'implicit deny', { 'kms:CallerAccount': undefined }],
        [
          'a user of another account',
          'implicit deny',
          { 'kms:CallerAccount': AWAY },
          { as: userArn('Alice', AWAY), beside: { identity: EVERYTHING } },
        ],
        ['an operation that is not named', 'implicit deny', {}, { action: 'kms:PutKeyPolicy' }],
      ],
    },
    {
      heading: 'kms:DataKeyPairSpec',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: ['kms:GenerateDataKeyPair', 'kms:GenerateDataKeyPairWithoutPlaintext'],
        Condition: { StringLike: { 'kms:DataKeyPairSpec': 'RSA*' } },
      }),
      asks: { as: USER, action: 'kms:GenerateDataKeyPair' },
      cases: [
        ['one that begins so', 'allow', { 'kms:DataKeyPairSpec': 'RSA_3072' }],
        [
          'without plaintext',
          'allow',
          { 'kms:DataKeyPairSpec': 'RSA_2048' },
          { action: 'kms:GenerateDataKeyPairWithoutPlaintext' },
        ],
        ['another', 'implicit deny', { 'kms:DataKeyPairSpec': 'ECC_NIST_P256' }],
        ['none', 'implicit deny'],
        [
          'another user',
          'implicit deny',
          { 'kms:DataKeyPairSpec': 'RSA_3072' },
          { as: userArn('Other') },
        ],
      ],
    },
    {
      heading: 'kms:ExpirationModel',
      example: 'material that does not expire',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:ImportKeyMaterial',
        Condition: { StringEquals: { 'kms:ExpirationModel': 'KEY_MATERIAL_DOES_NOT_EXPIRE' } },
      }),
      asks: importing,
      cases: [
        ['it', 'allow', { 'kms:ExpirationModel': 'KEY_MATERIAL_DOES_NOT_EXPIRE' }],
        ['the other', 'implicit deny', { 'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES' }],
        ['nothing said', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:ExpirationModel',
      example: 'material that expires because nothing is said',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:ImportKeyMaterial',
        Condition: { Null: { 'kms:ExpirationModel': true } },
      }),
      asks: importing,
      cases: [
        ['nothing said', 'allow'],
        [
          'material that does not expire',
          'implicit deny',
          { 'kms:ExpirationModel': 'KEY_MATERIAL_DOES_NOT_EXPIRE' },
        ],
        ['the default said', 'implicit deny', { 'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES' }],
      ],
    },
    {
      heading: 'kms:ValidTo',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:ImportKeyMaterial',
        Condition: { NumericLessThanEquals: { 'kms:ValidTo': '1546257599.0' } },
      }),
      asks: importing,
      cases: [
        ['before', 'allow', { 'kms:ValidTo': '1500000000' }],
        ['then', 'allow', { 'kms:ValidTo': '1546257599' }],
        ['then, in decimals', 'allow', { 'kms:ValidTo': '1546257599.0' }],
        ['a second later', 'implicit deny', { 'kms:ValidTo': '1546257600' }],
        ['never', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:WrappingAlgorithm',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:GetParametersForImport',
        Condition: { StringNotEquals: { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_1' } },
      }),
      asks: parameters,
      cases: [
        ['another', 'allow', { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256' }],
        ['it', 'implicit deny', { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_1' }],
        ['none', 'allow'],
      ],
    },
    {
      heading: 'kms:WrappingKeySpec',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:GetParametersForImport',
        Condition: { StringEquals: { 'kms:WrappingKeySpec': 'RSA_2048' } },
      }),
      asks: parameters,
      cases: [
        ['it', 'allow', { 'kms:WrappingKeySpec': 'RSA_2048' }],
        ['another', 'implicit deny', { 'kms:WrappingKeySpec': 'RSA_4096' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:GrantConstraintType',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:CreateGrant',
        Condition: { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextEquals' } },
      }),
      asks: granting,
      cases: [
        ['it', 'allow', { 'kms:GrantConstraintType': 'EncryptionContextEquals' }],
        ['the other', 'implicit deny', { 'kms:GrantConstraintType': 'EncryptionContextSubset' }],
        ['no constraint', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:GrantIsForAWSResource',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:CreateGrant',
        Condition: { Bool: { 'kms:GrantIsForAWSResource': true } },
      }),
      asks: granting,
      cases: [
        ['by a service for the user', 'allow', { 'kms:GrantIsForAWSResource': 'true' }],
        ['by the user', 'implicit deny', { 'kms:GrantIsForAWSResource': 'false' }],
        ['not known', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:GrantOperations',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:CreateGrant',
        Condition: {
          'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt', 'ReEncryptTo'] },
        },
      }),
      asks: granting,
      cases: [
        ['one', 'allow', { 'kms:GrantOperations': ['Encrypt'] }],
        ['both', 'allow', { 'kms:GrantOperations': ['ReEncryptTo', 'Encrypt'] }],
        ['one more', 'implicit deny', { 'kms:GrantOperations': ['Encrypt', 'Decrypt'] }],
        ['another', 'implicit deny', { 'kms:GrantOperations': ['Decrypt'] }],
        ['none, which CreateGrant then refuses', 'allow'],
      ],
    },
    {
      heading: 'kms:GranteePrincipal',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:CreateGrant',
        Condition: { StringEquals: { 'kms:GranteePrincipal': roleArn('LimitedAdminRole') } },
      }),
      asks: granting,
      cases: [
        ['it', 'allow', { 'kms:GranteePrincipal': roleArn('LimitedAdminRole') }],
        ['another', 'implicit deny', { 'kms:GranteePrincipal': roleArn('OtherRole') }],
        [
          'a session of it',
          'implicit deny',
          { 'kms:GranteePrincipal': sessionArn('LimitedAdminRole') },
        ],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:RetiringPrincipal',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:CreateGrant',
        Condition: {
          StringEquals: {
            'kms:RetiringPrincipal': [roleArn('LimitedAdminRole'), userArn('OpsAdmin')],
          },
        },
      }),
      asks: granting,
      cases: [
        ['the first', 'allow', { 'kms:RetiringPrincipal': roleArn('LimitedAdminRole') }],
        ['the second', 'allow', { 'kms:RetiringPrincipal': userArn('OpsAdmin') }],
        ['another', 'implicit deny', { 'kms:RetiringPrincipal': root(HOME) }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:KeyAgreementAlgorithm',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        Principal: { AWS: roleArn('ExampleRole') },
        Action: 'kms:DeriveSharedSecret',
        Resource: '*',
        Condition: { StringNotEquals: { 'kms:KeyAgreementAlgorithm': 'ECDH' } },
      }),
      asks: {
        as: sessionArn('ExampleRole'),
        action: 'kms:DeriveSharedSecret',
        beside: OTHERWISE_ALLOWED,
      },
      cases: [
        ['it', 'allow', { 'kms:KeyAgreementAlgorithm': 'ECDH' }],
        ['another', 'explicit deny', { 'kms:KeyAgreementAlgorithm': 'X448' }],
        ['none', 'explicit deny'],
        ['none, another operation', 'allow', {}, { action: 'kms:GetPublicKey' }],
      ],
    },
    {
      heading: 'kms:MacAlgorithm',
      attached: 'key policy',
      policy: document(
        {
          Effect: 'Allow',
          ...TESTERS,
          Action: ['kms:GenerateMac', 'kms:VerifyMac'],
          Condition: { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_384' } },
        },
        {
          Effect: 'Allow',
          ...TESTERS,
          Action: ['kms:GenerateMac', 'kms:VerifyMac'],
          Condition: { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_512' } },
        },
      ),
      asks: { as: sessionArn('testers'), action: 'kms:GenerateMac' },
      cases: [
        ['the first', 'allow', { 'kms:MacAlgorithm': 'HMAC_SHA_384' }],
        ['the second', 'allow', { 'kms:MacAlgorithm': 'HMAC_SHA_512' }],
        [
          'the second, to verify',
          'allow',
          { 'kms:MacAlgorithm': 'HMAC_SHA_512' },
          { action: 'kms:VerifyMac' },
        ],
        ['another', 'implicit deny', { 'kms:MacAlgorithm': 'HMAC_SHA_256' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:MessageType',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:Sign',
        Condition: { StringEquals: { 'kms:MessageType': 'RAW' } },
      }),
      asks: { as: USER, action: 'kms:Sign' },
      cases: [
        ['a message', 'allow', { 'kms:MessageType': 'RAW' }],
        ['a digest', 'implicit deny', { 'kms:MessageType': 'DIGEST' }],
        ['not known', 'implicit deny'],
        [
          'a message, to verify',
          'implicit deny',
          { 'kms:MessageType': 'RAW' },
          { action: 'kms:Verify' },
        ],
      ],
    },
    {
      heading: 'kms:SigningAlgorithm',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...TESTERS,
        Action: 'kms:Sign',
        Condition: { StringLike: { 'kms:SigningAlgorithm': 'RSASSA_PSS*' } },
      }),
      asks: { as: sessionArn('testers'), action: 'kms:Sign' },
      cases: [
        ['one that begins so', 'allow', { 'kms:SigningAlgorithm': 'RSASSA_PSS_SHA_512' }],
        ['another', 'implicit deny', { 'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_512' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:ReEncryptOnSameKey',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: 'kms:ReEncrypt*',
        Condition: { Bool: { 'kms:ReEncryptOnSameKey': true } },
      }),
      asks: { as: USER, action: 'kms:ReEncryptFrom' },
      cases: [
        ['from it to it', 'allow', { 'kms:ReEncryptOnSameKey': 'true' }],
        [
          'to it from it',
          'allow',
          { 'kms:ReEncryptOnSameKey': 'true' },
          { action: 'kms:ReEncryptTo' },
        ],
        ['from it to another', 'implicit deny', { 'kms:ReEncryptOnSameKey': 'false' }],
        ['not known', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:RotationPeriodInDays',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        Action: 'kms:EnableKeyRotation',
        Principal: '*',
        Resource: '*',
        Condition: { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '180' } },
      }),
      asks: { as: ALICE, action: 'kms:EnableKeyRotation', beside: OTHERWISE_ALLOWED },
      cases: [
        ['less', 'explicit deny', { 'kms:RotationPeriodInDays': '90' }],
        ['as much', 'explicit deny', { 'kms:RotationPeriodInDays': '180' }],
        ['more', 'allow', { 'kms:RotationPeriodInDays': '181' }],
        ['more digits', 'allow', { 'kms:RotationPeriodInDays': '1000' }],
        ['none', 'allow'],
        [
          'less, by the root of the account',
          'explicit deny',
          { 'kms:RotationPeriodInDays': '90' },
          { as: root(HOME) },
        ],
      ],
    },
    {
      heading: 'kms:ScheduleKeyDeletionPendingWindowInDays',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        Action: 'kms:ScheduleKeyDeletion',
        Principal: '*',
        Resource: '*',
        Condition: {
          NumericLessThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '21' },
        },
      }),
      asks: { as: ALICE, action: 'kms:ScheduleKeyDeletion', beside: OTHERWISE_ALLOWED },
      cases: [
        ['less', 'explicit deny', { 'kms:ScheduleKeyDeletionPendingWindowInDays': '7' }],
        ['as much', 'explicit deny', { 'kms:ScheduleKeyDeletionPendingWindowInDays': '21' }],
        ['more', 'allow', { 'kms:ScheduleKeyDeletionPendingWindowInDays': '22' }],
        ['not known', 'allow'],
      ],
    },
    {
      heading: 'kms:ViaService',
      example: 'allowed',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_USER,
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:ListGrants',
          'kms:DescribeKey',
        ],
        Condition: {
          StringEquals: {
            'kms:ViaService': ['ec2.us-west-2.amazonaws.com', 'rds.us-west-2.amazonaws.com'],
          },
        },
      }),
      asks: { as: USER, action: 'kms:Decrypt' },
      cases: [
        ['the first', 'allow', { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' }],
        ['the second', 'allow', { 'kms:ViaService': 'rds.us-west-2.amazonaws.com' }],
        ['in another Region', 'implicit deny', { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' }],
        ['another', 'implicit deny', { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }],
        ['directly', 'implicit deny'],
        [
          'the first, for another user',
          'implicit deny',
          { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' },
          { as: userArn('Other') },
        ],
      ],
    },
    {
      heading: 'kms:ViaService',
      example: 'denied',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        ...FOR_USER,
        Action: ['kms:Encrypt'],
        Condition: { StringEquals: { 'kms:ViaService': ['lambda.us-west-2.amazonaws.com'] } },
      }),
      asks: { as: USER, action: 'kms:Encrypt', beside: OTHERWISE_ALLOWED },
      cases: [
        ['through it', 'explicit deny', { 'kms:ViaService': 'lambda.us-west-2.amazonaws.com' }],
        ['through another', 'allow', { 'kms:ViaService': 's3.us-west-2.amazonaws.com' }],
        ['directly', 'allow'],
        [
          'through it, to decrypt',
          'allow',
          { 'kms:ViaService': 'lambda.us-west-2.amazonaws.com' },
          { action: 'kms:Decrypt' },
        ],
      ],
    },
  ],
}
