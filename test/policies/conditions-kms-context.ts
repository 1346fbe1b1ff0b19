import {
  ALICE,
  AWAY,
  DELEGATION,
  document,
  EVERYTHING,
  HOME,
  KEY_ELSEWHERE,
  OTHERWISE_ALLOWED,
  type Page,
  pairs,
  roleArn,
  root,
  sessionArn,
  variable,
} from './document.ts'

const APP = sessionArn('RoleForExampleApp')
const TEAM = sessionArn('TestTeam')
const FOR_APP = { Principal: { AWS: roleArn('RoleForExampleApp') }, Resource: '*' }
const generates = { as: APP, action: 'kms:GenerateDataKey' }

/** Conditions about what a cryptographic request says of its data: encryption context and algorithm. */
export const contextConditions: Page = {
  title: 'AWS KMS condition keys',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html',
  policies: [
    {
      heading: 'kms:EncryptionAlgorithm',
      example: 'in the request',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow only one encryption algorithm with this asymmetric KMS key',
        Effect: 'Deny',
        Principal: { AWS: roleArn('ExampleRole') },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' } },
      }),
      asks: { as: sessionArn('ExampleRole'), action: 'kms:Encrypt', beside: OTHERWISE_ALLOWED },
      cases: [
        ['the algorithm', 'allow', { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' }],
        ['another', 'explicit deny', { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_1' }],
        ['the default one', 'explicit deny', { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' }],
        ['none known', 'explicit deny'],
        [
          'another, where a grant allows it',
          'explicit deny',
          { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
          { beside: { granted: ['Encrypt'] } },
        ],
        [
          'another, to re-encrypt',
          'explicit deny',
          { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
          { action: 'kms:ReEncryptFrom' },
        ],
        [
          'an operation that is not named',
          'allow',
          { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
          { action: 'kms:GenerateDataKey' },
        ],
        [
          'another role',
          'allow',
          { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
          { as: sessionArn('OtherRole') },
        ],
      ],
    },
    {
      heading: 'kms:EncryptionAlgorithm',
      example: 'used for the operation',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AllowOnlySymmetricAlgorithm',
        Effect: 'Deny',
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
        Resource: `arn:aws:kms:us-west-2:${HOME}:key/*`,
        Condition: { StringNotEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } },
      }),
      asks: { as: ALICE, action: 'kms:Encrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['the symmetric one', 'allow', { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' }],
        ['an asymmetric one', 'explicit deny', { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' }],
        ['none known', 'explicit deny'],
        [
          'a data key',
          'allow',
          { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
          { action: 'kms:GenerateDataKeyPairWithoutPlaintext' },
        ],
        [
          'an asymmetric one, a key of another Region',
          'allow',
          { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' },
          { resource: KEY_ELSEWHERE },
        ],
        [
          'an asymmetric one, another operation',
          'allow',
          { 'kms:EncryptionAlgorithm': 'RSAES_OAEP_SHA_256' },
          { action: 'kms:GetPublicKey' },
        ],
      ],
    },
    {
      heading: 'kms:EncryptionContext:context-key',
      example: 'a pair is required',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_APP,
        Action: 'kms:GenerateDataKey',
        Condition: { StringEquals: { 'kms:EncryptionContext:AppName': 'ExampleApp' } },
      }),
      asks: generates,
      cases: [
        ['the pair', 'allow', pairs({ AppName: 'ExampleApp' })],
        ['the pair and others', 'allow', pairs({ AppName: 'ExampleApp', Stage: 'Test' })],
        ['its name in other case', 'allow', pairs({ appname: 'ExampleApp' })],
        ['its value in other case', 'implicit deny', pairs({ AppName: 'exampleapp' })],
        ['another value', 'implicit deny', pairs({ AppName: 'OtherApp' })],
        ['another pair', 'implicit deny', pairs({ Stage: 'Test' })],
        ['no encryption context', 'implicit deny'],
        [
          'another operation',
          'implicit deny',
          pairs({ AppName: 'ExampleApp' }),
          { action: 'kms:Decrypt' },
        ],
        [
          'another role',
          'implicit deny',
          pairs({ AppName: 'ExampleApp' }),
          { as: sessionArn('OtherRole') },
        ],
      ],
    },
    {
      heading: 'kms:EncryptionContext:context-key',
      example: 'a pair is required and others are forbidden',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: ALICE },
        Action: 'kms:GenerateDataKey',
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:EncryptionContext:AppName': 'ExampleApp' },
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['AppName'] },
        },
      }),
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['the pair', 'allow', pairs({ AppName: 'ExampleApp' })],
        ['one more', 'implicit deny', pairs({ AppName: 'ExampleApp', Stage: 'Test' })],
        ['its name in other case', 'implicit deny', pairs({ appname: 'ExampleApp' })],
        ['another value', 'implicit deny', pairs({ AppName: 'OtherApp' })],
        ['another pair alone', 'implicit deny', pairs({ Stage: 'Test' })],
        ['no encryption context', 'implicit deny'],
      ],
    },
    {
      heading: 'kms:EncryptionContext:context-key',
      example: 'a pair is forbidden',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        ...FOR_APP,
        Action: 'kms:GenerateDataKey',
        Condition: { StringEquals: { 'kms:EncryptionContext:Stage': 'Restricted' } },
      }),
      asks: { ...generates, beside: OTHERWISE_ALLOWED },
      cases: [
        ['the pair', 'explicit deny', pairs({ Stage: 'Restricted' })],
        ['the pair among others', 'explicit deny', pairs({ App: 'A', Stage: 'Restricted' })],
        ['its name in other case', 'explicit deny', pairs({ stage: 'Restricted' })],
        ['another value', 'allow', pairs({ Stage: 'Test' })],
        ['another pair', 'allow', pairs({ AppName: 'ExampleApp' })],
        ['no encryption context', 'allow'],
      ],
    },
    {
      heading: 'Using multiple encryption context pairs',
      example: 'both are required',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_APP,
        Action: 'kms:Decrypt',
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:Department': 'IT',
            'kms:EncryptionContext:Project': 'Alpha',
          },
        },
      }),
      asks: { as: APP, action: 'kms:Decrypt' },
      cases: [
        ['both', 'allow', pairs({ Department: 'IT', Project: 'Alpha' })],
        [
          'both and one more',
          'allow',
          pairs({ Department: 'IT', Project: 'Alpha', Stage: 'Test' }),
        ],
        ['the first', 'implicit deny', pairs({ Department: 'IT' })],
        ['the second', 'implicit deny', pairs({ Project: 'Alpha' })],
        ['one with another value', 'implicit deny', pairs({ Department: 'IT', Project: 'Beta' })],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Using multiple encryption context pairs',
      example: 'one or the other is required',
      attached: 'key policy',
      policy: document(
        {
          Effect: 'Allow',
          ...FOR_APP,
          Action: 'kms:GenerateDataKey',
          Condition: { StringEquals: { 'kms:EncryptionContext:Department': 'IT' } },
        },
        {
          Effect: 'Allow',
          ...FOR_APP,
          Action: 'kms:GenerateDataKey',
          Condition: { StringEquals: { 'kms:EncryptionContext:Project': 'Alpha' } },
        },
      ),
      asks: generates,
      cases: [
        ['the first', 'allow', pairs({ Department: 'IT' })],
        ['the second', 'allow', pairs({ Project: 'Alpha' })],
        ['both', 'allow', pairs({ Department: 'IT', Project: 'Alpha' })],
        ['one of them and one more', 'allow', pairs({ Department: 'IT', Stage: 'Test' })],
        ['both with other values', 'implicit deny', pairs({ Department: 'HR', Project: 'Beta' })],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Using multiple encryption context pairs',
      example: 'both are required and others are forbidden',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: ALICE },
        Action: 'kms:GenerateDataKey',
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:Department': 'IT',
            'kms:EncryptionContext:Project': 'Alpha',
          },
          'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['Department', 'Project'] },
        },
      }),
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['both', 'allow', pairs({ Department: 'IT', Project: 'Alpha' })],
        ['both the other way round', 'allow', pairs({ Project: 'Alpha', Department: 'IT' })],
        ['one more', 'implicit deny', pairs({ Department: 'IT', Project: 'Alpha', Stage: 'T' })],
        ['one of them', 'implicit deny', pairs({ Department: 'IT' })],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Using multiple encryption context pairs',
      example: 'several values are forbidden',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        ...FOR_APP,
        Action: 'kms:GenerateDataKey',
        Condition: {
          StringEquals: { 'kms:EncryptionContext:Stage': ['Restricted', 'Production'] },
        },
      }),
      asks: { ...generates, beside: OTHERWISE_ALLOWED },
      cases: [
        ['the first', 'explicit deny', pairs({ Stage: 'Restricted' })],
        ['the second', 'explicit deny', pairs({ Stage: 'Production' })],
        ['another', 'allow', pairs({ Stage: 'Test' })],
        ['none', 'allow'],
      ],
    },
    {
      heading: 'Case sensitivity of the encryption context condition',
      example: 'the value',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_APP,
        Action: 'kms:Decrypt',
        Condition: { StringEquals: { 'kms:EncryptionContext:Appname': 'ExampleApp' } },
      }),
      asks: { as: APP, action: 'kms:Decrypt' },
      cases: [
        ['name and value', 'allow', pairs({ Appname: 'ExampleApp' })],
        ['the name in other case', 'allow', pairs({ AppName: 'ExampleApp' })],
        ['the name in capitals', 'allow', pairs({ APPNAME: 'ExampleApp' })],
        ['the value in other case', 'implicit deny', pairs({ Appname: 'exampleApp' })],
        ['no encryption context', 'implicit deny'],
      ],
    },
    {
      heading: 'Case sensitivity of the encryption context condition',
      example: 'the name',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_APP,
        Action: 'kms:GenerateDataKey',
        Condition: { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'AppName' } },
      }),
      asks: generates,
      cases: [
        ['the name', 'allow', pairs({ AppName: 'ExampleApp' })],
        ['any value', 'allow', pairs({ AppName: 'Anything' })],
        ['in other case', 'implicit deny', pairs({ Appname: 'ExampleApp' })],
        ['another name', 'implicit deny', pairs({ Stage: 'Test' })],
        ['no encryption context', 'implicit deny'],
      ],
    },
    {
      heading: 'Case sensitivity of the encryption context condition',
      example: 'name and value',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_APP,
        Action: 'kms:GenerateDataKey',
        Condition: {
          'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'AppName' },
          StringEquals: { 'kms:EncryptionContext:AppName': 'ExampleApp' },
        },
      }),
      asks: generates,
      cases: [
        ['both', 'allow', pairs({ AppName: 'ExampleApp' })],
        ['the name in other case', 'implicit deny', pairs({ appName: 'ExampleApp' })],
        ['the value in other case', 'implicit deny', pairs({ AppName: 'EXAMPLEAPP' })],
        ['no encryption context', 'implicit deny'],
      ],
    },
    {
      heading: 'Using variables in an encryption context condition',
      example: 'the user name',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: roleArn('TestTeam') },
        Action: ['kms:Decrypt', 'kms:Encrypt'],
        Resource: '*',
        Condition: { StringEquals: { 'kms:EncryptionContext:user': variable('aws:username') } },
      }),
      asks: { as: TEAM, action: 'kms:Decrypt', context: { 'aws:username': 'bob' } },
      cases: [
        ['their own name', 'allow', pairs({ user: 'bob' })],
        ['their own name, to encrypt', 'allow', pairs({ user: 'bob' }), { action: 'kms:Encrypt' }],
        ["somebody else's", 'implicit deny', pairs({ user: 'alice' })],
        ['no encryption context', 'implicit deny'],
        [
          'who has no user name',
          'implicit deny',
          { ...pairs({ user: 'bob' }), 'aws:username': undefined },
        ],
        [
          'the variable itself',
          'implicit deny',
          { ...pairs({ user: variable('aws:username') }), 'aws:username': undefined },
        ],
      ],
    },
    {
      heading: 'Using variables in an encryption context condition',
      example: 'a provider-specific key',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: roleArn('TestTeam') },
        Action: ['kms:Decrypt', 'kms:Encrypt'],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:sub': variable('cognito-identity.amazonaws.com:sub'),
          },
        },
      }),
      asks: {
        as: TEAM,
        action: 'kms:Decrypt',
        context: { 'cognito-identity.amazonaws.com:sub': 'us-east-2:11111111' },
      },
      cases: [
        ['their own identity', 'allow', pairs({ sub: 'us-east-2:11111111' })],
        ['another', 'implicit deny', pairs({ sub: 'us-east-2:22222222' })],
        ['no encryption context', 'implicit deny'],
        [
          'who was not vouched for by the provider',
          'implicit deny',
          {
            ...pairs({ sub: 'us-east-2:11111111' }),
            'cognito-identity.amazonaws.com:sub': undefined,
          },
        ],
      ],
    },
    {
      heading: 'kms:EncryptionContextKeys',
      example: 'a name is required',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_APP,
        Action: ['kms:Encrypt', 'kms:GenerateDataKey*'],
        Condition: { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'AppName' } },
      }),
      asks: generates,
      cases: [
        ['it and another', 'allow', pairs({ AppName: 'Helper', Project: 'Alpha' })],
        ['it alone, to encrypt', 'allow', pairs({ AppName: 'Helper' }), { action: 'kms:Encrypt' }],
        ['only another', 'implicit deny', pairs({ Project: 'Alpha' })],
        ['in other case', 'implicit deny', pairs({ APPNAME: 'Helper' })],
        ['no encryption context', 'implicit deny'],
        ['an empty one', 'implicit deny', pairs({})],
        [
          'another operation',
          'implicit deny',
          pairs({ AppName: 'Helper' }),
          { action: 'kms:Decrypt' },
        ],
      ],
    },
    {
      heading: 'kms:EncryptionContextKeys',
      example: 'any encryption context is required',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        ...FOR_APP,
        Action: ['kms:Encrypt', 'kms:GenerateDataKey*'],
        Condition: { Null: { 'kms:EncryptionContextKeys': false } },
      }),
      asks: generates,
      cases: [
        ['one pair', 'allow', pairs({ Anything: 'at all' })],
        ['no encryption context', 'implicit deny'],
        ['an empty one', 'implicit deny', pairs({})],
      ],
    },
  ],
}

const IMAGE =
  '9fedcba8abcdef7abcdef6abcdef5abcdef4abcdef3abcdef2abcdef1abcdef1abcdef0abcdef1abcdef2abcdef3abcdef4abcdef5abcdef6abcdef7abcdef99'
const KERNEL =
  '0x1de4f2dcf774f6e3b679f62e5f120065b2e408dcea327bd1c9dddaea6664e7af7935581474844767453082c6f1586116376cede396a30a39a611b9aad7966c87'
const ENCLAVE = sessionArn('data-processing')

/** Conditions about the enclave that a request comes from. */
export const attestationConditions: Page = {
  title: 'Condition keys for Nitro Enclaves',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclave.html',
  policies: [
    {
      heading: 'kms:RecipientAttestation:ImageSha384',
      attached: 'key policy',
      policy: document({
        Sid: 'Enable enclave data processing',
        Effect: 'Allow',
        Principal: { AWS: roleArn('data-processing') },
        Action: [
          'kms:Decrypt',
          'kms:DeriveSharedSecret',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyPair',
          'kms:GenerateRandom',
        ],
        Resource: '*',
        Condition: { StringEqualsIgnoreCase: { 'kms:RecipientAttestation:ImageSha384': IMAGE } },
      }),
      asks: { as: ENCLAVE, action: 'kms:Decrypt' },
      cases: [
        ['the image', 'allow', { 'kms:RecipientAttestation:ImageSha384': IMAGE }],
        [
          'the image in capitals',
          'allow',
          { 'kms:RecipientAttestation:ImageSha384': IMAGE.toUpperCase() },
        ],
        [
          'another image',
          'implicit deny',
          { 'kms:RecipientAttestation:ImageSha384': `0${IMAGE.slice(1)}` },
        ],
        ['no attestation document', 'implicit deny'],
        [
          'a shared secret',
          'allow',
          { 'kms:RecipientAttestation:ImageSha384': IMAGE },
          { action: 'kms:DeriveSharedSecret' },
        ],
        [
          'an operation without attestation',
          'implicit deny',
          { 'kms:RecipientAttestation:ImageSha384': IMAGE },
          { action: 'kms:Encrypt' },
        ],
        [
          'random bytes, of which no key policy has a say',
          'implicit deny',
          { 'kms:RecipientAttestation:ImageSha384': IMAGE },
          { action: 'kms:GenerateRandom', resource: '*' },
        ],
        [
          'another role',
          'implicit deny',
          { 'kms:RecipientAttestation:ImageSha384': IMAGE },
          { as: sessionArn('other') },
        ],
      ],
    },
    {
      heading: 'kms:RecipientAttestation:PCR<PCR_ID>',
      attached: 'key policy',
      policy: document({
        Sid: 'Enable enclave data processing',
        Effect: 'Allow',
        Principal: { AWS: roleArn('data-processing') },
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEqualsIgnoreCase: { 'kms:RecipientAttestation:PCR1': KERNEL } },
      }),
      asks: { as: ENCLAVE, action: 'kms:Decrypt' },
      cases: [
        ['the kernel', 'allow', { 'kms:RecipientAttestation:PCR1': KERNEL }],
        [
          'the kernel in capitals',
          'allow',
          { 'kms:RecipientAttestation:PCR1': KERNEL.toUpperCase() },
        ],
        ['another register', 'implicit deny', { 'kms:RecipientAttestation:PCR2': KERNEL }],
        ['another kernel', 'implicit deny', { 'kms:RecipientAttestation:PCR1': '0x00' }],
        ['no attestation document', 'implicit deny'],
      ],
    },
  ],
}

/** A default key policy that leaves decryption to other statements. */
export const attestedPlatforms: Page = {
  title: 'AWS KMS condition keys for attested platforms',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/conditions-attestation.html',
  policies: [
    {
      heading: 'AWS KMS condition keys for attested platforms',
      attached: 'key policy',
      policy: document({
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: root(HOME) },
        NotAction: 'kms:Decrypt',
        Resource: '*',
      }),
      asks: { as: ALICE, action: 'kms:Decrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['to decrypt', 'implicit deny'],
        ['the root of the account to decrypt', 'implicit deny', {}, { as: root(HOME) }],
        ['to encrypt', 'allow', {}, { action: 'kms:Encrypt' }],
        ['to change the key policy', 'allow', {}, { action: 'kms:PutKeyPolicy' }],
      ],
    },
  ],
}

/** Least privilege for services: conditions that tie a permission to one resource of theirs. */
export const serviceConditions: Page = {
  title: 'Least-privilege permissions',
  url: 'https://docs.aws.amazon.com/kms/latest/developerguide/least-privilege.html',
  policies: [
    {
      heading: 'Using encryption context condition keys',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow Amazon Location to create grants on behalf of authorized users',
        Effect: 'Allow',
        Principal: { AWS: roleArn('LocationTeam') },
        Action: 'kms:CreateGrant',
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:ViaService': 'geo.us-west-2.amazonaws.com',
            'kms:CallerAccount': HOME,
            'kms:EncryptionContext:aws:geo:arn': `arn:aws:geo:us-west-2:${HOME}:tracker/SAMPLE-Tracker`,
          },
        },
      }),
      asks: {
        as: sessionArn('LocationTeam'),
        action: 'kms:CreateGrant',
        context: {
          'kms:ViaService': 'geo.us-west-2.amazonaws.com',
          'kms:CallerAccount': HOME,
          ...pairs({ 'aws:geo:arn': `arn:aws:geo:us-west-2:${HOME}:tracker/SAMPLE-Tracker` }),
        },
      },
      cases: [
        ['all as required', 'allow'],
        ['directly', 'implicit deny', { 'kms:ViaService': undefined }],
        ['another service', 'implicit deny', { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' }],
        ['another account', 'implicit deny', { 'kms:CallerAccount': AWAY }],
        ['no account', 'implicit deny', { 'kms:CallerAccount': undefined }],
        [
          'another tracker',
          'implicit deny',
          { 'kms:EncryptionContext:aws:geo:arn': `arn:aws:geo:us-west-2:${HOME}:tracker/Other` },
        ],
        [
          'no encryption context',
          'implicit deny',
          { 'kms:EncryptionContext:aws:geo:arn': undefined, 'kms:EncryptionContextKeys': [] },
        ],
        ['an operation that is not named', 'implicit deny', {}, { action: 'kms:DescribeKey' }],
      ],
    },
    {
      heading: 'Using aws:SourceArn or aws:SourceAccount condition keys',
      attached: 'key policy',
      policy: document({
        Sid: 'Allow CloudTrail to encrypt logs',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 'kms:GenerateDataKey',
        Resource: '*',
        Condition: {
          ArnEquals: { 'aws:SourceArn': [`arn:aws:cloudtrail:us-west-2:${HOME}:trail/finance`] },
          StringLike: {
            'kms:EncryptionContext:aws:cloudtrail:arn': [`arn:aws:cloudtrail:*:${HOME}:trail/*`],
          },
        },
      }),
      asks: {
        as: 'cloudtrail.amazonaws.com',
        action: 'kms:GenerateDataKey',
        context: {
          'aws:SourceArn': `arn:aws:cloudtrail:us-west-2:${HOME}:trail/finance`,
          ...pairs({ 'aws:cloudtrail:arn': `arn:aws:cloudtrail:us-west-2:${HOME}:trail/finance` }),
        },
      },
      cases: [
        ['the trail', 'allow'],
        [
          'a pair of another trail of the account',
          'allow',
          {
            'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:x:${HOME}:trail/other`,
          },
        ],
        [
          'another trail',
          'implicit deny',
          { 'aws:SourceArn': `arn:aws:cloudtrail:us-west-2:${HOME}:trail/sales` },
        ],
        [
          'the trail in another Region',
          'implicit deny',
          { 'aws:SourceArn': `arn:aws:cloudtrail:us-east-1:${HOME}:trail/finance` },
        ],
        ['no source', 'implicit deny', { 'aws:SourceArn': undefined }],
        [
          'a pair of another account',
          'implicit deny',
          {
            'kms:EncryptionContext:aws:cloudtrail:arn': `arn:aws:cloudtrail:x:${AWAY}:trail/other`,
          },
        ],
        [
          'no encryption context',
          'implicit deny',
          { 'kms:EncryptionContext:aws:cloudtrail:arn': undefined },
        ],
        ['another service', 'implicit deny', {}, { as: 'logs.us-west-2.amazonaws.com' }],
        ['a user, though they say the same', 'implicit deny', {}, { as: ALICE }],
        [
          'a user whom identity policies allow it, which the key policy does not ask',
          'implicit deny',
          {},
          { as: ALICE, beside: { identity: EVERYTHING } },
        ],
        [
          'a user whom identity policies allow it, where the key policy asks them',
          'allow',
          {},
          { as: ALICE, beside: { identity: EVERYTHING, keyPolicy: [DELEGATION] } },
        ],
      ],
    },
  ],
}
