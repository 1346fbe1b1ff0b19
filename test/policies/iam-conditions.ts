import {
  ALIAS,
  ALICE,
  AWAY,
  DELEGATION,
  document,
  EVERYTHING,
  HOME,
  KEY,
  KEY_ELSEWHERE,
  OTHER_KEY,
  OTHERWISE_ALLOWED,
  type Page,
  pairs,
  root,
  sessionArn,
  userArn,
  variable,
} from './document.ts'

/*
 * Policies of the IAM User Guide that show how conditions are read. Where they are about another service, their
 * actions, resources and that service's condition keys are those of AWS KMS here; all else is as it stands there.
 */

const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'
const KEYS = `arn:aws:kms:*:${HOME}:key/*`
const decrypts = { as: ALICE, action: 'kms:Decrypt' }
const denied = { ...decrypts, beside: { identity: EVERYTHING } }
const everyKey = { resource: '*' }
const STRANGER = userArn('Alice', AWAY)
const ours = (name: string) => `arn:aws:kms:us-west-2:${HOME}:alias/${name}`
const TOPIC = `arn:aws:sns:us-west-2:${HOME}:topic-1`
const FINANCE = `arn:aws:someservice:*:${HOME}:finance/*`
const MISLEADING = `arn:aws:someservice:us-east-2:999999999999:store/abc:${HOME}:finance/document.txt`

/** One document for each kind of operator. */
export const operators: Page = {
  title: 'IAM JSON policy elements: Condition operators',
  url: `${GUIDE}/reference_policies_elements_condition_operators.html`,
  policies: [
    {
      heading: 'String condition operators',
      example: 'a tag of the principal',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:*DataKey*',
          Resource: KEYS,
          Condition: { StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } },
        },
      },
      asks: { as: ALICE, action: 'kms:GenerateDataKeyPair' },
      cases: [
        ['the tag', 'allow', { 'aws:PrincipalTag/job-category': 'iamuser-admin' }],
        ['another value', 'implicit deny', { 'aws:PrincipalTag/job-category': 'admin' }],
        ['in other case', 'implicit deny', { 'aws:PrincipalTag/job-category': 'IAMUser-Admin' }],
        ['no tag', 'implicit deny'],
      ],
    },
    {
      heading: 'String condition operators',
      example: 'a pattern with a policy variable',
      attached: 'IAM policy',
      policy: document(
        { Effect: 'Allow', Action: ['kms:ListKeys', 'kms:ListAliases'], Resource: '*' },
        {
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: KEY,
          Condition: {
            StringLike: {
              'kms:RequestAlias': ['', 'alias/home', `alias/home/${variable('aws:username')}/*`],
            },
          },
        },
        {
          Effect: 'Allow',
          Action: 'kms:*',
          Resource: [
            ours(`home/${variable('aws:username')}`),
            ours(`home/${variable('aws:username')}/*`),
          ],
        },
      ),
      asks: { ...decrypts, context: { 'aws:username': 'Alice' } },
      cases: [
        ['their own', 'allow', { 'kms:RequestAlias': 'alias/home/Alice/1' }],
        ['the common one', 'allow', { 'kms:RequestAlias': 'alias/home' }],
        ["somebody else's", 'implicit deny', { 'kms:RequestAlias': 'alias/home/Bob/1' }],
        ['none', 'implicit deny'],
        [
          'who has no user name',
          'implicit deny',
          { 'kms:RequestAlias': 'alias/home/Alice/1', 'aws:username': undefined },
        ],
        [
          'a wildcard as user name',
          'implicit deny',
          { 'kms:RequestAlias': 'alias/home/Bob/1', 'aws:username': '*' },
        ],
        [
          'their own alias',
          'allow',
          {},
          { action: 'kms:DeleteAlias', resource: ours('home/Alice') },
        ],
        [
          'one below it',
          'allow',
          {},
          { action: 'kms:CreateAlias', resource: ours('home/Alice/2') },
        ],
        [
          "somebody else's alias",
          'implicit deny',
          {},
          { action: 'kms:DeleteAlias', resource: ours('home/Bob') },
        ],
      ],
    },
    {
      heading: 'Numeric condition operators',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:EnableKeyRotation',
          Resource: KEY,
          Condition: { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '365' } },
        },
      },
      asks: { as: ALICE, action: 'kms:EnableKeyRotation' },
      cases: [
        ['less', 'allow', { 'kms:RotationPeriodInDays': '90' }],
        ['as many', 'allow', { 'kms:RotationPeriodInDays': '365' }],
        ['more', 'implicit deny', { 'kms:RotationPeriodInDays': '366' }],
        ['more digits', 'implicit deny', { 'kms:RotationPeriodInDays': '2560' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Date condition operators',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:*DataKey*',
          Resource: KEYS,
          Condition: { DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } },
        },
      },
      asks: { as: sessionArn('App'), action: 'kms:GenerateDataKey' },
      cases: [
        ['later', 'allow', { 'aws:TokenIssueTime': '2020-06-01T00:00:00Z' }],
        ['then', 'implicit deny', { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' }],
        ['then, in another zone', 'allow', { 'aws:TokenIssueTime': '2020-01-01T00:00:01-01:00' }],
        ['before', 'implicit deny', { 'aws:TokenIssueTime': '2019-12-31T23:59:59Z' }],
        ['an access key, which has no such time', 'implicit deny', {}, { as: ALICE }],
      ],
    },
    {
      heading: 'Boolean condition operators',
      attached: 'IAM policy',
      policy: document({
        Sid: 'BooleanExample',
        Action: 'kms:*',
        Effect: 'Deny',
        Resource: [KEY, OTHER_KEY],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      asks: denied,
      cases: [
        ['without TLS', 'explicit deny', { 'aws:SecureTransport': 'false' }],
        ['with TLS', 'allow', { 'aws:SecureTransport': 'true' }],
        ['not known', 'allow'],
        [
          'without TLS, another key',
          'allow',
          { 'aws:SecureTransport': 'false' },
          { resource: KEY_ELSEWHERE },
        ],
      ],
    },
    {
      heading: 'IP address condition operators',
      example: 'IPv4',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:*DataKey*',
          Resource: KEYS,
          Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
        },
      },
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['the first address', 'allow', { 'aws:SourceIp': '203.0.113.0' }],
        ['the last address', 'allow', { 'aws:SourceIp': '203.0.113.255' }],
        ['the one after it', 'implicit deny', { 'aws:SourceIp': '203.0.114.0' }],
        ['through a VPC endpoint, which hides it', 'implicit deny'],
      ],
    },
    {
      heading: 'IP address condition operators',
      example: 'IPv4 and IPv6',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:*',
          Resource: '*',
          Condition: {
            IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] },
          },
        },
      },
      asks: decrypts,
      cases: [
        ['IPv4', 'allow', { 'aws:SourceIp': '203.0.113.7' }],
        ['IPv6', 'allow', { 'aws:SourceIp': '2001:db8:1234:5678:9abc::1' }],
        ['another of IPv6', 'implicit deny', { 'aws:SourceIp': '2001:db8:1234:5679::1' }],
        ['another of IPv4', 'implicit deny', { 'aws:SourceIp': '198.51.100.7' }],
        ['no address', 'implicit deny'],
      ],
    },
    {
      heading: 'Amazon Resource Name (ARN) condition operators',
      example: 'the source of a request',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: HOME },
          Action: 'kms:GenerateDataKey',
          Resource: KEY,
          Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
        },
      },
      asks: { as: ALICE, action: 'kms:GenerateDataKey', beside: { identity: EVERYTHING } },
      cases: [
        ['the source', 'allow', { 'aws:SourceArn': TOPIC }],
        ['another', 'implicit deny', { 'aws:SourceArn': `${TOPIC}2` }],
        ['directly', 'implicit deny'],
      ],
    },
    {
      heading: 'Amazon Resource Name (ARN) condition operators',
      example: 'ArnLike compares part by part',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { ArnLike: { 'aws:SourceArn': FINANCE } },
      }),
      asks: decrypts,
      cases: [
        ['an ARN', 'allow', { 'aws:SourceArn': FINANCE.replace('*', 'us-east-2') }],
        ['one whose last part matches', 'implicit deny', { 'aws:SourceArn': MISLEADING }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Amazon Resource Name (ARN) condition operators',
      example: 'StringLike compares the whole',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringLike: { 'aws:SourceArn': FINANCE } },
      }),
      asks: decrypts,
      cases: [
        ['an ARN', 'allow', { 'aws:SourceArn': FINANCE.replace('*', 'us-east-2') }],
        ['one whose last part matches', 'allow', { 'aws:SourceArn': MISLEADING }],
        ['another', 'implicit deny', { 'aws:SourceArn': MISLEADING.replace('finance', 'sales') }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: '...IfExists condition operators',
      example: 'this policy does not work',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Sid: 'THISPOLICYDOESNOTWORK',
          Effect: 'Allow',
          Action: 'kms:CreateAlias',
          Resource: '*',
          Condition: { StringLike: { 'kms:KeySpec': ['RSA_*', 'ECC_*', 'HMAC_*'] } },
        },
      },
      asks: { as: ALICE, action: 'kms:CreateAlias' },
      cases: [
        ['the key', 'allow', { 'kms:KeySpec': 'RSA_2048' }],
        ['the alias, which has no spec', 'implicit deny', {}, { resource: ALIAS }],
      ],
    },
    {
      heading: '...IfExists condition operators',
      example: 'this one does',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'CreateAlias',
          Effect: 'Allow',
          Action: 'kms:CreateAlias',
          Resource: '*',
          Condition: { StringLikeIfExists: { 'kms:KeySpec': ['RSA_*', 'ECC_*', 'HMAC_*'] } },
        },
        {
          Sid: 'DescribeActions',
          Effect: 'Allow',
          Action: ['kms:DescribeKey', 'kms:ListKeys', 'kms:ListAliases'],
          Resource: '*',
        },
      ),
      asks: { as: ALICE, action: 'kms:CreateAlias' },
      cases: [
        ['the key', 'allow', { 'kms:KeySpec': 'HMAC_256' }],
        ['another key', 'implicit deny', { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' }],
        ['the alias, which has no spec', 'allow', {}, { resource: ALIAS }],
      ],
    },
    {
      heading: '...IfExists condition operators',
      example: 'a negated one still denies where the key is missing',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Deny',
        Action: 'kms:*',
        Resource: '*',
        Condition: { StringNotEqualsIfExists: { 'aws:ResourceTag/environment': 'test' } },
      }),
      asks: denied,
      cases: [
        ['the tag', 'allow', { 'aws:ResourceTag/environment': 'test' }],
        ['another value', 'explicit deny', { 'aws:ResourceTag/environment': 'production' }],
        ['no tag', 'explicit deny'],
      ],
    },
    {
      heading: 'Condition operator to check existence of condition keys',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Action: 'kms:*',
          Effect: 'Allow',
          Resource: '*',
          Condition: { Null: { 'aws:TokenIssueTime': 'true' } },
        },
      },
      asks: decrypts,
      cases: [
        ['an access key', 'allow'],
        [
          'temporary credentials',
          'implicit deny',
          { 'aws:TokenIssueTime': '2026-01-01T00:00:00Z' },
        ],
      ],
    },
  ],
}

export const setOperators: Page = {
  title: 'Single-valued vs. multivalued context keys',
  url: `${GUIDE}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
  policies: [
    {
      heading: 'Set operators for multivalued context keys',
      example: 'ForAllValues',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:GenerateDataKey',
        Resource: KEY,
        Condition: {
          'ForAllValues:StringLike': {
            'kms:EncryptionContextKeys': ['PostDateTime', 'Message', 'Tags'],
          },
        },
      }),
      asks: { as: ALICE, action: 'kms:GenerateDataKey' },
      cases: [
        ['two of them', 'allow', pairs({ PostDateTime: '1', Message: '2' })],
        ['one of them and another', 'implicit deny', pairs({ PostDateTime: '1', UserName: '2' })],
        ['another', 'implicit deny', pairs({ ID: '1' })],
        ['none', 'allow'],
        ['an empty text, which is none', 'allow', { 'kms:EncryptionContextKeys': [''] }],
      ],
    },
    {
      heading: 'Set operators for multivalued context keys',
      example: 'ForAnyValue',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Deny',
        Action: 'kms:GenerateDataKey',
        Resource: KEY,
        Condition: {
          'ForAnyValue:StringLike': { 'kms:EncryptionContextKeys': ['ID', 'PostDateTime'] },
        },
      }),
      asks: { as: ALICE, action: 'kms:GenerateDataKey', beside: { identity: EVERYTHING } },
      cases: [
        [
          'one of them among others',
          'explicit deny',
          pairs({ UserName: '1', Message: '2', PostDateTime: '3' }),
        ],
        ['another', 'allow', pairs({ UserName: '1' })],
        ['none', 'allow'],
        ['an empty text, which is none', 'allow', { 'kms:EncryptionContextKeys': [''] }],
      ],
    },
  ],
}

export const variables: Page = {
  title: 'IAM policy elements: Variables and tags',
  url: `${GUIDE}/reference_policies_variables.html`,
  policies: [
    {
      heading: 'Introduction',
      example: 'with Version',
      attached: 'IAM policy',
      policy: document({
        Action: ['kms:CreateAlias', 'kms:DeleteAlias'],
        Effect: 'Allow',
        Resource: [ours(`${variable('aws:username')}/*`)],
      }),
      asks: {
        as: ALICE,
        action: 'kms:CreateAlias',
        resource: ours('Alice/1'),
        context: { 'aws:username': 'Alice' },
      },
      cases: [
        ['their own', 'allow'],
        ["somebody else's", 'implicit deny', {}, { resource: ours('Bob/1') }],
        ['who has no user name', 'implicit deny', { 'aws:username': undefined }],
        [
          'the text of the variable',
          'implicit deny',
          {},
          { resource: ours(`${variable('aws:username')}/1`) },
        ],
      ],
    },
    {
      heading: 'Introduction',
      example: 'without Version variables are text',
      attached: 'IAM policy',
      policy: {
        Statement: [
          {
            Action: ['kms:CreateAlias', 'kms:DeleteAlias'],
            Effect: 'Allow',
            Resource: [ours(`${variable('aws:username')}/*`)],
          },
        ],
      },
      asks: {
        as: ALICE,
        action: 'kms:CreateAlias',
        resource: ours('Alice/1'),
        context: { 'aws:username': 'Alice' },
      },
      cases: [
        ['their own', 'implicit deny'],
        [
          'the text of the variable',
          'allow',
          {},
          { resource: ours(`${variable('aws:username')}/1`) },
        ],
      ],
    },
    {
      heading: 'Resource element',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:DeleteAlias',
        Resource: [ours(`shared/${variable('aws:PrincipalTag/department')}`)],
      }),
      asks: {
        as: sessionArn('App'),
        action: 'kms:DeleteAlias',
        resource: ours('shared/Sales'),
        context: { 'aws:PrincipalTag/department': 'Sales' },
      },
      cases: [
        ['the department', 'allow'],
        ['another', 'implicit deny', { 'aws:PrincipalTag/department': 'Support' }],
        ['a wildcard', 'implicit deny', { 'aws:PrincipalTag/department': '*' }],
        ['no department', 'implicit deny', { 'aws:PrincipalTag/department': undefined }],
      ],
    },
    {
      heading: 'Condition element',
      attached: 'key policy',
      policy: document({
        Principal: { AWS: HOME },
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: {
          StringLike: {
            'kms:EncryptionContext:endpoint': `https://example.com/${variable('aws:username')}/`,
          },
          StringEquals: { 'kms:EncryptionContext:protocol': 'https' },
        },
      }),
      asks: {
        ...decrypts,
        context: {
          'aws:username': 'Alice',
          ...pairs({ endpoint: 'https://example.com/Alice/', protocol: 'https' }),
        },
        beside: { identity: EVERYTHING },
      },
      cases: [
        ['both', 'allow'],
        [
          "somebody else's",
          'implicit deny',
          { 'kms:EncryptionContext:endpoint': 'https://example.com/Bob/' },
        ],
        ['another protocol', 'implicit deny', { 'kms:EncryptionContext:protocol': 'http' }],
        ['no endpoint', 'implicit deny', { 'kms:EncryptionContext:endpoint': undefined }],
        ['no protocol', 'implicit deny', { 'kms:EncryptionContext:protocol': undefined }],
        ['who has no user name', 'implicit deny', { 'aws:username': undefined }],
      ],
    },
    {
      heading: 'Special characters',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringLike: { 'kms:EncryptionContext:path': `/a/${'$'}{*}/${'$'}{?}/*` } },
      }),
      asks: decrypts,
      cases: [
        ['the characters', 'allow', pairs({ path: '/a/*/?/b' })],
        ['others in their place', 'implicit deny', pairs({ path: '/a/x/y/b' })],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Specifying default values',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:EncryptionContext:owner': `bucket/${variable("aws:PrincipalTag/team, 'company-wide'")}`,
          },
        },
      }),
      asks: { ...decrypts, context: { 'aws:PrincipalTag/team': 'yellow' } },
      cases: [
        ['the value', 'allow', pairs({ owner: 'bucket/yellow' })],
        ['the default beside a value', 'implicit deny', pairs({ owner: 'bucket/company-wide' })],
        [
          'the default where there is no value',
          'allow',
          { ...pairs({ owner: 'bucket/company-wide' }), 'aws:PrincipalTag/team': undefined },
        ],
        [
          'another where there is no value',
          'implicit deny',
          { ...pairs({ owner: 'bucket/yellow' }), 'aws:PrincipalTag/team': undefined },
        ],
        ['no pair', 'implicit deny'],
      ],
    },
  ],
}

/** Documents about one global condition key. */
export const globalKeys: Page = {
  title: 'AWS global condition context keys',
  url: `${GUIDE}/reference_policies_condition-keys.html`,
  policies: [
    {
      heading: 'AWS global condition context keys',
      example: 'IfExists for keys that may be missing',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: {
          IpAddressIfExists: { 'aws:SourceIp': ['203.0.113.0/24'] },
          StringEqualsIfExists: { 'aws:SourceVpc': ['vpc-12345678'] },
        },
      }),
      asks: decrypts,
      cases: [
        ['the address', 'allow', { 'aws:SourceIp': '203.0.113.7' }],
        ['the network', 'allow', { 'aws:SourceVpc': 'vpc-12345678' }],
        ['neither', 'allow'],
        ['another address', 'implicit deny', { 'aws:SourceIp': '198.51.100.7' }],
        ['another network', 'implicit deny', { 'aws:SourceVpc': 'vpc-2b2b2b2b' }],
      ],
    },
    {
      heading: 'aws:CalledVia',
      example: 'one of the services',
      attached: 'IAM policy',
      policy: document({
        Sid: 'KmsActionsIfCalledViaDynamodb',
        Effect: 'Allow',
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey',
          'kms:DescribeKey',
        ],
        Resource: KEY,
        Condition: { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['dynamodb.amazonaws.com'] } },
      }),
      asks: decrypts,
      cases: [
        [
          'among them',
          'allow',
          { 'aws:CalledVia': ['cloudformation.amazonaws.com', 'dynamodb.amazonaws.com'] },
        ],
        ['another', 'implicit deny', { 'aws:CalledVia': ['cloudformation.amazonaws.com'] }],
        ['directly', 'implicit deny'],
      ],
    },
    {
      heading: 'aws:CalledVia',
      example: 'the first and the last service',
      attached: 'IAM policy',
      policy: document({
        Sid: 'KmsActionsIfCalledViaChain',
        Effect: 'Allow',
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey',
          'kms:DescribeKey',
        ],
        Resource: KEY,
        Condition: {
          StringEquals: {
            'aws:CalledViaFirst': 'cloudformation.amazonaws.com',
            'aws:CalledViaLast': 'dynamodb.amazonaws.com',
          },
        },
      }),
      asks: {
        ...decrypts,
        context: {
          'aws:CalledViaFirst': 'cloudformation.amazonaws.com',
          'aws:CalledViaLast': 'dynamodb.amazonaws.com',
        },
      },
      cases: [
        ['both', 'allow'],
        ['another first', 'implicit deny', { 'aws:CalledViaFirst': 'dynamodb.amazonaws.com' }],
        ['another last', 'implicit deny', { 'aws:CalledViaLast': 'cloudformation.amazonaws.com' }],
        [
          'directly',
          'implicit deny',
          { 'aws:CalledViaFirst': undefined, 'aws:CalledViaLast': undefined },
        ],
      ],
    },
    {
      heading: 'aws:MultiFactorAuthPresent',
      example: 'Deny, Bool, false: not recommended',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Deny',
        Action: 'kms:*',
        Resource: '*',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } },
      }),
      asks: denied,
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'temporary credentials without',
          'explicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['long-term credentials', 'allow'],
      ],
    },
    {
      heading: 'aws:MultiFactorAuthPresent',
      example: 'Deny, BoolIfExists, false: recommended',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Deny',
        Action: 'kms:*',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      }),
      asks: denied,
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'temporary credentials without',
          'explicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['long-term credentials', 'explicit deny'],
      ],
    },
    {
      heading: 'aws:MultiFactorAuthPresent',
      example: 'Allow, BoolIfExists, true',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
      asks: decrypts,
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'temporary credentials without',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['long-term credentials', 'allow'],
      ],
    },
    {
      heading: 'aws:MultiFactorAuthPresent',
      example: 'Allow, Bool, true',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
      asks: decrypts,
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'temporary credentials without',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['long-term credentials', 'implicit deny'],
      ],
    },
    {
      heading: 'aws:MultiFactorAuthPresent',
      example: 'Allow, Null, false: with caution',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: { Null: { 'aws:MultiFactorAuthPresent': 'false' } },
      }),
      asks: decrypts,
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        ['temporary credentials without', 'allow', { 'aws:MultiFactorAuthPresent': 'false' }],
        ['long-term credentials', 'implicit deny'],
      ],
    },
    {
      heading: 'aws:PrincipalArn',
      example: 'the root of an account, but not sessions that assumed it',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        Principal: '*',
        Action: '*',
        Resource: '*',
        Condition: {
          ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::*:root'] },
          Null: { 'aws:AssumedRoot': 'true' },
        },
      }),
      asks: {
        as: root(HOME),
        action: 'kms:Decrypt',
        context: { 'aws:PrincipalArn': root(HOME) },
        beside: { keyPolicy: [DELEGATION] },
      },
      cases: [
        ['long-term credentials of the root', 'explicit deny'],
        ['a session of it', 'allow', { 'aws:AssumedRoot': 'true' }],
        [
          'a user',
          'allow',
          { 'aws:PrincipalArn': ALICE },
          { as: ALICE, beside: { identity: EVERYTHING } },
        ],
        ['not known', 'allow', { 'aws:PrincipalArn': undefined }],
      ],
    },
    {
      heading: 'aws:PrincipalAccount',
      attached: 'IAM policy',
      policy: document({
        Sid: 'DenyAccessFromPrincipalNotInSpecificAccount',
        Action: 'kms:*',
        Effect: 'Deny',
        Resource: [KEY],
        Condition: { StringNotEquals: { 'aws:PrincipalAccount': [HOME] } },
      }),
      asks: denied,
      cases: [
        ['the account', 'allow', { 'aws:PrincipalAccount': HOME }],
        ['another', 'explicit deny', { 'aws:PrincipalAccount': AWAY }],
        ['not known', 'explicit deny'],
      ],
    },
    {
      heading: 'aws:PrincipalOrgID',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Sid: 'AllowPutObject',
          Effect: 'Allow',
          Principal: '*',
          Action: 'kms:GenerateDataKey',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-xxxxxxxxxxx' } },
        },
      },
      asks: {
        as: STRANGER,
        action: 'kms:GenerateDataKey',
        context: { 'aws:PrincipalOrgID': 'o-xxxxxxxxxxx' },
        beside: { identity: EVERYTHING },
      },
      cases: [
        ['an account of the organization', 'allow'],
        ['its management account', 'allow', {}, { as: ALICE, beside: { identity: undefined } }],
        ['another organization', 'implicit deny', { 'aws:PrincipalOrgID': 'o-yyyyyyyyyyy' }],
        ['no organization', 'implicit deny', { 'aws:PrincipalOrgID': undefined }],
        [
          'an account of it without an IAM policy',
          'implicit deny',
          {},
          { beside: { identity: undefined } },
        ],
      ],
    },
    {
      heading: 'aws:PrincipalOrgPaths',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: '*',
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: {
          'ForAnyValue:StringLike': {
            'aws:PrincipalOrgPaths': [
              'o-a1b2c3d4e5/r-ab12/ou-ab12-33333333/*',
              'o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/*',
            ],
          },
        },
      }),
      asks: decrypts,
      cases: [
        ['a unit', 'allow', { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-22222222/'] }],
        [
          'a unit below it',
          'allow',
          { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-33333333/ou-ab12-4/'] },
        ],
        [
          'another unit',
          'implicit deny',
          { 'aws:PrincipalOrgPaths': ['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/'] },
        ],
        ['no organization', 'implicit deny'],
      ],
    },
    {
      heading: 'aws:PrincipalServiceName',
      attached: 'key policy',
      policy: document({
        Sid: 'expected-network+service-principal',
        Effect: 'Deny',
        Principal: '*',
        Action: 'kms:GenerateDataKey',
        Resource: '*',
        Condition: {
          StringNotEqualsIfExists: {
            'aws:SourceVpc': 'vpc-111bbb22',
            'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com',
          },
        },
      }),
      asks: { as: ALICE, action: 'kms:GenerateDataKey', beside: OTHERWISE_ALLOWED },
      cases: [
        ['from the network', 'allow', { 'aws:SourceVpc': 'vpc-111bbb22' }],
        ['from another network', 'explicit deny', { 'aws:SourceVpc': 'vpc-2' }],
        ['from no network', 'explicit deny'],
        ['the service', 'allow', { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' }],
        [
          'another service',
          'explicit deny',
          { 'aws:PrincipalServiceName': 'delivery.logs.amazonaws.com' },
        ],
      ],
    },
    {
      heading: 'aws:PrincipalTag/tag-key',
      example: 'a value',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:*',
        Resource: '*',
        Condition: { StringEquals: { 'aws:PrincipalTag/department': 'hr' } },
      }),
      asks: decrypts,
      cases: [
        ['the tag', 'allow', { 'aws:PrincipalTag/department': 'hr' }],
        ['its key in other case', 'allow', { 'aws:PrincipalTag/Department': 'hr' }],
        ['another value', 'implicit deny', { 'aws:PrincipalTag/department': 'it' }],
        ['no tag', 'implicit deny'],
      ],
    },
    {
      heading: 'aws:PrincipalTag/tag-key',
      example: 'in the ARN of a resource',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: '*',
          Action: 'kms:Decrypt',
          Resource: `arn:aws:kms:us-west-2:${HOME}:key/${variable('aws:PrincipalTag/team')}`,
        },
      },
      asks: decrypts,
      cases: [
        [
          'the key of the tag',
          'allow',
          { 'aws:PrincipalTag/team': '1234abcd-12ab-34cd-56ef-1234567890ab' },
        ],
        [
          'another',
          'implicit deny',
          { 'aws:PrincipalTag/team': '0987dcba-09fe-87dc-65ba-ab0987654321' },
        ],
        ['a wildcard', 'implicit deny', { 'aws:PrincipalTag/team': '*' }],
        ['no tag', 'implicit deny'],
      ],
    },
    {
      heading: 'aws:RequestedRegion',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'InstanceConsoleReadOnly',
          Effect: 'Allow',
          Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
          Resource: '*',
        },
        {
          Sid: 'InstanceWriteRegionRestricted',
          Effect: 'Allow',
          Action: ['kms:Create*', 'kms:Put*', 'kms:Enable*', 'kms:Disable*', 'kms:Schedule*'],
          Resource: '*',
          Condition: {
            StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-west-2', 'eu-west-3'] },
          },
        },
      ),
      asks: { as: ALICE, action: 'kms:DisableKey' },
      cases: [
        ['to change, there', 'allow', { 'aws:RequestedRegion': 'eu-west-2' }],
        ['to change, elsewhere', 'implicit deny', { 'aws:RequestedRegion': 'us-west-2' }],
        ['to change, not known where', 'implicit deny'],
        [
          'to see, elsewhere',
          'allow',
          { 'aws:RequestedRegion': 'us-west-2' },
          { action: 'kms:DescribeKey' },
        ],
      ],
    },
    {
      heading: 'aws:RequestTag/tag-key',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:TagResource',
          Resource: KEYS,
          Condition: {
            StringEquals: {
              'aws:RequestTag/environment': ['preprod', 'production'],
              'aws:RequestTag/team': ['engineering'],
            },
          },
        },
      },
      asks: {
        as: ALICE,
        action: 'kms:TagResource',
        context: { 'aws:RequestTag/environment': 'preprod', 'aws:RequestTag/team': 'engineering' },
      },
      cases: [
        ['both tags', 'allow'],
        ['the other value', 'allow', { 'aws:RequestTag/environment': 'production' }],
        ['another value', 'implicit deny', { 'aws:RequestTag/environment': 'test' }],
        ['without one', 'implicit deny', { 'aws:RequestTag/environment': undefined }],
        ['without the other', 'implicit deny', { 'aws:RequestTag/team': undefined }],
      ],
    },
    {
      heading: 'aws:ResourceAccount',
      attached: 'IAM policy',
      policy: document({
        Sid: 'DenyInteractionWithResourcesNotInSpecificAccount',
        Action: 'kms:*',
        Effect: 'Deny',
        Resource: ['arn:aws:kms:us-west-2:*:*'],
        Condition: { StringNotEquals: { 'aws:ResourceAccount': [HOME] } },
      }),
      asks: denied,
      cases: [
        ['a key of the account', 'allow', { 'aws:ResourceAccount': HOME }],
        [
          "another account's, which allows it",
          'explicit deny',
          { 'aws:ResourceAccount': AWAY },
          {
            resource: KEY.replace(HOME, AWAY),
            beside: {
              keyPolicy: [
                { Effect: 'Allow', Principal: { AWS: HOME }, Action: 'kms:*', Resource: '*' },
              ],
            },
          },
        ],
        ['not known', 'explicit deny'],
      ],
    },
    {
      heading: 'aws:ResourceOrgID',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Sid: 'DenyPutObjectToS3ResourcesOutsideMyOrganization',
          Effect: 'Deny',
          Action: 'kms:GenerateDataKey',
          Resource: '*',
          Condition: {
            StringNotEquals: { 'aws:ResourceOrgID': variable('aws:PrincipalOrgID') },
          },
        },
      },
      asks: {
        as: ALICE,
        action: 'kms:GenerateDataKey',
        context: { 'aws:ResourceOrgID': 'o-a1b2c3d4e5', 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
        beside: { identity: EVERYTHING },
      },
      cases: [
        ['the same organization', 'allow'],
        ['another', 'explicit deny', { 'aws:ResourceOrgID': 'o-f6g7h8i9j0' }],
        ['a key of no organization', 'explicit deny', { 'aws:ResourceOrgID': undefined }],
        ['a principal of none', 'explicit deny', { 'aws:PrincipalOrgID': undefined }],
      ],
    },
    {
      heading: 'aws:SourceIp',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'PrincipalPutObjectIfIpAddress',
          Effect: 'Allow',
          Action: 'kms:Encrypt',
          Resource: KEY,
          Condition: {
            Bool: { 'aws:ViaAWSService': 'false' },
            IpAddress: { 'aws:SourceIp': '203.0.113.0' },
          },
        },
        {
          Sid: 'ServicePutObject',
          Effect: 'Allow',
          Action: 'kms:Encrypt',
          Resource: KEY,
          Condition: { Bool: { 'aws:ViaAWSService': 'true' } },
        },
      ),
      asks: {
        as: ALICE,
        action: 'kms:Encrypt',
        context: { 'aws:ViaAWSService': 'false', 'aws:SourceIp': '203.0.113.0' },
      },
      cases: [
        ['directly from the address', 'allow'],
        ['directly from the next one', 'implicit deny', { 'aws:SourceIp': '203.0.113.1' }],
        ['directly from no address', 'implicit deny', { 'aws:SourceIp': undefined }],
        [
          'through a service from anywhere',
          'allow',
          { 'aws:ViaAWSService': 'true', 'aws:SourceIp': '198.51.100.7' },
        ],
        ['not known how', 'implicit deny', { 'aws:ViaAWSService': undefined }],
      ],
    },
  ],
}

export const examples: Page = {
  title: 'Example IAM identity-based policies',
  url: `${GUIDE}/access_policies_examples.html`,
  policies: [
    {
      heading: 'AWS: Denies access to AWS based on the source IP',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: {
            NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '203.0.113.0/24'] },
            Bool: { 'aws:ViaAWSService': 'false' },
          },
        },
      },
      asks: {
        ...decrypts,
        context: { 'aws:SourceIp': '203.0.113.9', 'aws:ViaAWSService': 'false' },
        beside: { identity: EVERYTHING },
      },
      cases: [
        ['within the ranges', 'allow'],
        ['outside them', 'explicit deny', { 'aws:SourceIp': '198.51.100.7' }],
        ['no address', 'explicit deny', { 'aws:SourceIp': undefined }],
        [
          "a service with the principal's credentials",
          'allow',
          { 'aws:SourceIp': '198.51.100.7', 'aws:ViaAWSService': 'true' },
        ],
        [
          'not known whether it is a service',
          'allow',
          { 'aws:SourceIp': '198.51.100.7', 'aws:ViaAWSService': undefined },
        ],
        [
          'within the ranges, where nothing else allows it',
          'implicit deny',
          {},
          { beside: { identity: undefined } },
        ],
      ],
    },
    {
      heading: 'AWS: Denies access to AWS based on the requested Region',
      attached: 'IAM policy',
      policy: document({
        Sid: 'DenyAllOutsideEU',
        Effect: 'Deny',
        NotAction: ['cloudfront:*', 'iam:*', 'route53:*', 'support:*'],
        Resource: '*',
        Condition: {
          StringNotEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] },
        },
      }),
      asks: denied,
      cases: [
        ['there', 'allow', { 'aws:RequestedRegion': 'eu-west-1' }],
        ['elsewhere', 'explicit deny', { 'aws:RequestedRegion': 'us-west-2' }],
        ['not known where', 'explicit deny'],
        [
          'a global service elsewhere',
          'allow',
          { 'aws:RequestedRegion': 'us-east-1' },
          { action: 'iam:ListUsers', ...everyKey },
        ],
      ],
    },
    {
      heading: 'AWS: Allows access based on date and time',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: '*',
          Condition: {
            DateGreaterThan: { 'aws:CurrentTime': '2020-04-01T00:00:00Z' },
            DateLessThan: { 'aws:CurrentTime': '2020-06-30T23:59:59Z' },
          },
        },
      },
      asks: decrypts,
      cases: [
        ['between', 'allow', { 'aws:CurrentTime': '2020-05-01T12:00:00Z' }],
        ['the first moment', 'implicit deny', { 'aws:CurrentTime': '2020-04-01T00:00:00Z' }],
        ['a second later', 'allow', { 'aws:CurrentTime': '2020-04-01T00:00:01Z' }],
        ['the last moment', 'implicit deny', { 'aws:CurrentTime': '2020-06-30T23:59:59Z' }],
        ['not known', 'implicit deny'],
      ],
    },
    {
      heading: 'IAM: Allows IAM users to self-manage an MFA device',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'AllowKeyUseOnlyWhenUsingMFA',
          Effect: 'Allow',
          Action: ['kms:Decrypt'],
          Resource: [KEY, OTHER_KEY],
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
        {
          Sid: 'BlockMostAccessUnlessSignedInWithMFA',
          Effect: 'Deny',
          NotAction: ['kms:ListKeys', 'kms:ListAliases'],
          Resource: '*',
          Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
        },
      ),
      asks: { ...decrypts, beside: { identity: EVERYTHING } },
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        ['without', 'explicit deny', { 'aws:MultiFactorAuthPresent': 'false' }],
        ['an access key', 'explicit deny'],
        [
          'what needs none',
          'allow',
          { 'aws:MultiFactorAuthPresent': 'false' },
          { action: 'kms:ListKeys', ...everyKey },
        ],
      ],
    },
  ],
}

export const negatedElements: Page = {
  title: 'IAM JSON policy elements: NotAction and NotResource',
  url: `${GUIDE}/reference_policies_elements_notaction.html`,
  policies: [
    {
      heading: 'NotAction with Allow',
      example: 'within a scope',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        NotAction: 'kms:ScheduleKeyDeletion',
        Resource: KEYS,
      }),
      asks: decrypts,
      cases: [
        ['an action that is not named', 'allow'],
        ['the action that is', 'implicit deny', {}, { action: 'kms:ScheduleKeyDeletion' }],
        [
          'one that needs all resources',
          'implicit deny',
          {},
          { action: 'kms:ListKeys', ...everyKey },
        ],
        [
          'an action of another service',
          'implicit deny',
          {},
          { action: 's3:ListAllMyBuckets', ...everyKey },
        ],
      ],
    },
    {
      heading: 'NotAction with Allow',
      example: 'every action but those of one service',
      attached: 'IAM policy',
      policy: document({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }),
      asks: decrypts,
      cases: [
        ['an action of another service', 'allow'],
        ['an action of the service', 'implicit deny', {}, { action: 'iam:ListUsers', ...everyKey }],
      ],
    },
    {
      heading: 'NotAction with Deny',
      attached: 'IAM policy',
      policy: document({
        Sid: 'DenyAllUsersNotUsingMFA',
        Effect: 'Deny',
        NotAction: 'iam:*',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      }),
      asks: denied,
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'with MFA, where nothing else allows it',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { beside: { identity: undefined } },
        ],
        ['without MFA', 'explicit deny', { 'aws:MultiFactorAuthPresent': 'false' }],
        ['an access key', 'explicit deny'],
        ['the service that is named', 'allow', {}, { action: 'iam:ListUsers', ...everyKey }],
      ],
    },
    {
      heading: 'NotResource with Deny',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Deny',
          Action: 'kms:*',
          NotResource: [KEY, ours('HRBucket/Payroll/*')],
        },
      },
      asks: denied,
      cases: [
        ['what is named', 'allow'],
        [
          'what matches',
          'allow',
          {},
          { action: 'kms:DeleteAlias', resource: ours('HRBucket/Payroll/1') },
        ],
        ['another key', 'explicit deny', {}, { resource: OTHER_KEY }],
        ['no key', 'explicit deny', {}, { action: 'kms:CreateKey', ...everyKey }],
        [
          'what is named, where nothing else allows it',
          'implicit deny',
          {},
          { beside: { identity: undefined } },
        ],
      ],
    },
  ],
}

export const tags: Page = {
  title: 'Controlling access to AWS resources using tags',
  url: `${GUIDE}/access_tags.html`,
  policies: [
    {
      heading: 'Controlling access to AWS resources',
      attached: 'IAM policy',
      policy: document(
        {
          Effect: 'Allow',
          Action: ['kms:EnableKey', 'kms:DisableKey'],
          Resource: 'arn:aws:kms:*:*:key/*',
          Condition: { StringEquals: { 'aws:ResourceTag/Owner': variable('aws:username') } },
        },
        { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: '*' },
      ),
      asks: {
        as: userArn('richard-roe'),
        action: 'kms:DisableKey',
        context: { 'aws:username': 'richard-roe' },
      },
      cases: [
        ['their own', 'allow', { 'aws:ResourceTag/Owner': 'richard-roe' }],
        ['their own, the key in other case', 'allow', { 'aws:ResourceTag/owner': 'richard-roe' }],
        ["somebody else's", 'implicit deny', { 'aws:ResourceTag/Owner': 'jane-doe' }],
        ["nobody's", 'implicit deny'],
        [
          'a session, which has no user name',
          'implicit deny',
          { 'aws:ResourceTag/Owner': 'richard-roe', 'aws:username': undefined },
        ],
        [
          "nobody's, by who has no user name",
          'implicit deny',
          { 'aws:username': undefined },
          { as: sessionArn('App') },
        ],
        ["to see somebody else's", 'allow', {}, { action: 'kms:DescribeKey' }],
      ],
    },
    {
      heading: 'Controlling access during AWS requests',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:TagResource',
          Resource: 'arn:aws:kms:*:*:key/*',
          Condition: {
            StringEquals: { 'aws:RequestTag/environment': ['preprod', 'production'] },
            'ForAllValues:StringEquals': { 'aws:TagKeys': 'environment' },
          },
        },
      },
      asks: {
        as: ALICE,
        action: 'kms:TagResource',
        context: { 'aws:RequestTag/environment': 'preprod', 'aws:TagKeys': ['environment'] },
      },
      cases: [
        ['the tag', 'allow'],
        ['the other value', 'allow', { 'aws:RequestTag/environment': 'production' }],
        ['another value', 'implicit deny', { 'aws:RequestTag/environment': 'test' }],
        ['its key in other case', 'implicit deny', { 'aws:TagKeys': ['Environment'] }],
        ['one more', 'implicit deny', { 'aws:TagKeys': ['environment', 'team'] }],
        [
          'none',
          'implicit deny',
          { 'aws:RequestTag/environment': undefined, 'aws:TagKeys': undefined },
        ],
      ],
    },
    {
      heading: 'Controlling access based on tag keys',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:CreateKey', 'kms:TagResource'],
          Resource: '*',
          Condition: {
            'ForAllValues:StringEquals': { 'aws:TagKeys': ['environment', 'cost-center'] },
          },
        },
      },
      asks: { as: ALICE, action: 'kms:CreateKey', ...everyKey },
      cases: [
        ['both', 'allow', { 'aws:TagKeys': ['environment', 'cost-center'] }],
        [
          'one, of a key that is there',
          'allow',
          { 'aws:TagKeys': ['environment'] },
          { action: 'kms:TagResource', resource: KEY },
        ],
        ['none', 'allow'],
        ['another', 'implicit deny', { 'aws:TagKeys': ['team'] }],
        ['one more', 'implicit deny', { 'aws:TagKeys': ['environment', 'team'] }],
      ],
    },
  ],
}

export const principalTags: Page = {
  title: 'Controlling access to and for IAM users and roles using tags',
  url: `${GUIDE}/access_iam-tags.html`,
  policies: [
    {
      heading: 'Controlling access for IAM principals',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: ['kms:EnableKey', 'kms:DisableKey'],
          Resource: '*',
          Condition: {
            StringEquals: {
              'aws:ResourceTag/costcenter': variable('aws:PrincipalTag/cost-center'),
            },
          },
        },
      },
      asks: {
        as: ALICE,
        action: 'kms:EnableKey',
        context: { 'aws:ResourceTag/costcenter': '42', 'aws:PrincipalTag/cost-center': '42' },
      },
      cases: [
        ['the same', 'allow'],
        ['another', 'implicit deny', { 'aws:PrincipalTag/cost-center': '43' }],
        ['none of the key', 'implicit deny', { 'aws:ResourceTag/costcenter': undefined }],
        ['none of the principal', 'implicit deny', { 'aws:PrincipalTag/cost-center': undefined }],
        [
          'none of either',
          'implicit deny',
          { 'aws:ResourceTag/costcenter': undefined, 'aws:PrincipalTag/cost-center': undefined },
        ],
      ],
    },
    {
      heading: 'Controlling access based on tag keys',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: 'kms:UntagResource',
        Resource: '*',
        Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['temporary'] } },
      }),
      asks: { as: ALICE, action: 'kms:UntagResource' },
      cases: [
        ['it', 'allow', { 'aws:TagKeys': ['temporary'] }],
        ['one more', 'implicit deny', { 'aws:TagKeys': ['temporary', 'owner'] }],
        ['none', 'allow'],
      ],
    },
  ],
}

const SAME_TAGS = (kind: string) => ({
  [`aws:${kind}/access-project`]: variable('aws:PrincipalTag/access-project'),
  [`aws:${kind}/access-team`]: variable('aws:PrincipalTag/access-team'),
  [`aws:${kind}/cost-center`]: variable('aws:PrincipalTag/cost-center'),
})
const TAGGED = (kind: string) => ({
  [`aws:${kind}/access-project`]: 'peg',
  [`aws:${kind}/access-team`]: 'eng',
  [`aws:${kind}/cost-center`]: '987654',
})
const UNTAGGED = (kind: string) => ({
  [`aws:${kind}/access-project`]: undefined,
  [`aws:${kind}/access-team`]: undefined,
  [`aws:${kind}/cost-center`]: undefined,
})

export const abacTutorial: Page = {
  title: 'IAM tutorial: Define permissions to access AWS resources based on tags',
  url: `${GUIDE}/tutorial_attribute-based-access-control.html`,
  policies: [
    {
      heading: 'Step 2: Create the ABAC policy',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'AllActionsSameProjectSameTeam',
          Effect: 'Allow',
          Action: 'kms:*',
          Resource: '*',
          Condition: {
            StringEquals: SAME_TAGS('ResourceTag'),
            'ForAllValues:StringEquals': {
              'aws:TagKeys': ['access-project', 'access-team', 'cost-center', 'Name', 'OwnedBy'],
            },
            StringEqualsIfExists: SAME_TAGS('RequestTag'),
          },
        },
        {
          Sid: 'AllResourcesNoTags',
          Effect: 'Allow',
          Action: ['kms:GenerateRandom', 'kms:ListKeys'],
          Resource: '*',
        },
        {
          Sid: 'ReadSameTeam',
          Effect: 'Allow',
          Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
          Resource: '*',
          Condition: {
            StringEquals: {
              'aws:ResourceTag/access-team': variable('aws:PrincipalTag/access-team'),
            },
          },
        },
        {
          Sid: 'DenyUntagReservedTags',
          Effect: 'Deny',
          Action: 'kms:UntagResource',
          Resource: '*',
          Condition: { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'access-*' } },
        },
        {
          Sid: 'DenyPermissionsManagement',
          Effect: 'Deny',
          Action: 'kms:*Policy',
          Resource: '*',
        },
      ),
      asks: {
        as: sessionArn('access-peg-engineering'),
        action: 'kms:Decrypt',
        context: { ...TAGGED('PrincipalTag'), ...TAGGED('ResourceTag') },
      },
      cases: [
        ['the same tags', 'allow'],
        ['another project', 'implicit deny', { 'aws:ResourceTag/access-project': 'uni' }],
        ['another cost center', 'implicit deny', { 'aws:ResourceTag/cost-center': '123456' }],
        ['no tags of the key', 'implicit deny', UNTAGGED('ResourceTag')],
        ['no tags of the principal', 'implicit deny', UNTAGGED('PrincipalTag')],
        [
          'no tags of either',
          'implicit deny',
          { ...UNTAGGED('ResourceTag'), ...UNTAGGED('PrincipalTag') },
        ],
        [
          'to see another project of the team',
          'allow',
          { 'aws:ResourceTag/access-project': 'uni' },
          { action: 'kms:DescribeKey' },
        ],
        [
          'to see another team',
          'implicit deny',
          { 'aws:ResourceTag/access-team': 'qas' },
          { action: 'kms:DescribeKey' },
        ],
        [
          'what has no tags',
          'allow',
          UNTAGGED('ResourceTag'),
          { action: 'kms:GenerateRandom', ...everyKey },
        ],
        [
          'to tag with the same and an optional one',
          'allow',
          {
            ...TAGGED('RequestTag'),
            'aws:TagKeys': ['access-project', 'access-team', 'cost-center', 'Name'],
          },
          { action: 'kms:TagResource' },
        ],
        [
          'to tag with another value',
          'implicit deny',
          {
            ...TAGGED('RequestTag'),
            'aws:RequestTag/access-team': 'qas',
            'aws:TagKeys': ['access-project', 'access-team', 'cost-center'],
          },
          { action: 'kms:TagResource' },
        ],
        [
          'to tag with another key',
          'implicit deny',
          { 'aws:TagKeys': ['Stage'], 'aws:RequestTag/Stage': 'Test' },
          { action: 'kms:TagResource' },
        ],
        [
          'to untag an optional one',
          'allow',
          { 'aws:TagKeys': ['Name'] },
          { action: 'kms:UntagResource' },
        ],
        [
          'to untag a reserved one',
          'explicit deny',
          { 'aws:TagKeys': ['Name', 'access-team'] },
          { action: 'kms:UntagResource' },
        ],
        ['to change the policy', 'explicit deny', {}, { action: 'kms:PutKeyPolicy' }],
      ],
    },
  ],
}

export const revokedSessions: Page = {
  title: 'Revoke IAM role temporary security credentials',
  url: `${GUIDE}/id_roles_use_revoke-sessions.html`,
  policies: [
    {
      heading: 'Revoking session permissions',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Deny',
        Action: ['*'],
        Resource: ['*'],
        Condition: { DateLessThan: { 'aws:TokenIssueTime': '2026-01-15T10:00:00.000Z' } },
      }),
      asks: {
        as: sessionArn('App'),
        action: 'kms:Decrypt',
        beside: { identity: EVERYTHING },
      },
      cases: [
        [
          'a session from before',
          'explicit deny',
          { 'aws:TokenIssueTime': '2026-01-15T09:59:59Z' },
        ],
        ['a session from then', 'allow', { 'aws:TokenIssueTime': '2026-01-15T10:00:00Z' }],
        ['a later session', 'allow', { 'aws:TokenIssueTime': '2026-01-15T10:00:01Z' }],
        ['not known', 'allow'],
        [
          'a session from before, which the key policy names',
          'explicit deny',
          { 'aws:TokenIssueTime': '2026-01-15T09:59:59Z' },
          {
            beside: {
              keyPolicy: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: sessionArn('App') },
                  Action: 'kms:*',
                  Resource: '*',
                },
              ],
            },
          },
        ],
      ],
    },
  ],
}
