import {
  AWAY,
  document,
  EVERYTHING,
  HOME,
  type Page,
  roleArn,
  root,
  sessionArn,
  userArn,
  variable,
} from './document.ts'

/* Policies of the IAM User Guide about who may assume a role: its trust policy, and policies of who asks. */

const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'
const ROLE = roleArn('ExampleRole')
const STRANGER = userArn('Richard', AWAY)
/** Whose own account lets them do everything. */
const anything = { identity: EVERYTHING }
const assumes = { action: 'sts:AssumeRole', resource: ROLE }
const federated = { action: 'sts:AssumeRoleWithWebIdentity', resource: ROLE }
const provider = (kind: string, name: string, account = HOME) =>
  `arn:aws:iam::${account}:${kind}-provider/${name}`

export const mfa: Page = {
  title: 'Secure API access with MFA',
  url: `${GUIDE}/id_credentials_mfa_configure-api-require.html`,
  policies: [
    {
      heading: 'IAM policies with MFA conditions',
      attached: 'trust policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: AWAY },
          Action: 'sts:AssumeRole',
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      },
      asks: { as: STRANGER, ...assumes, beside: anything },
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'temporary credentials without',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['an access key', 'implicit deny'],
        [
          'whom their own account allows nothing',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { beside: { identity: undefined } },
        ],
        [
          'a user of the account itself',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { as: userArn('Richard') },
        ],
      ],
    },
    {
      heading: 'Scenario: MFA protection for cross-account delegation',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: ['sts:AssumeRole'],
        Resource: [roleArn('CrossAccountRole')],
      }),
      asks: {
        as: STRANGER,
        action: 'sts:AssumeRole',
        resource: roleArn('CrossAccountRole'),
        beside: {
          trust: [{ Effect: 'Allow', Principal: { AWS: AWAY }, Action: 'sts:AssumeRole' }],
        },
      },
      cases: [
        ['the role', 'allow'],
        ['another role', 'implicit deny', {}, { resource: ROLE }],
        ['a role that does not trust them', 'implicit deny', {}, { beside: { trust: undefined } }],
        ['with session tags', 'implicit deny', {}, { action: 'sts:TagSession' }],
      ],
    },
    {
      heading: 'Scenario: MFA protection for access to API operations in the current account',
      attached: 'IAM policy',
      policy: document({
        Effect: 'Allow',
        Action: ['kms:DisableKey', 'kms:ScheduleKeyDeletion'],
        Resource: ['*'],
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
      asks: { as: userArn('Sofia'), action: 'kms:ScheduleKeyDeletion' },
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'temporary credentials without',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['an access key', 'implicit deny'],
      ],
    },
    {
      heading: 'Scenario: MFA protection for resources that have resource-based policies',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: [HOME, AWAY, '777788889999'] },
        Action: ['kms:Encrypt', 'kms:ScheduleKeyDeletion'],
        Resource: ['*'],
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
      asks: {
        as: userArn('Nikhil', '777788889999'),
        action: 'kms:Encrypt',
        beside: anything,
      },
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'a user of the owner, with MFA',
          'allow',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { as: userArn('Anaya') },
        ],
        [
          'temporary credentials without',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['an access key', 'implicit deny'],
        [
          'the session of a role, which says nothing of MFA',
          'implicit deny',
          {},
          { as: sessionArn('Nikhil', AWAY) },
        ],
        [
          'another account, with MFA',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { as: userArn('Nikhil', '999900001111') },
        ],
        [
          'whom their own account allows nothing',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { beside: { identity: undefined } },
        ],
      ],
    },
  ],
}

export const rolesForUsers: Page = {
  title: 'Create a role to give permissions to an IAM user',
  url: `${GUIDE}/id_roles_create_for-user.html`,
  policies: [
    {
      heading: 'Creating an IAM role (AWS CLI)',
      attached: 'trust policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: root(HOME) },
          Action: 'sts:AssumeRole',
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      },
      asks: { as: userArn('Sofia'), ...assumes, beside: anything },
      cases: [
        ['with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        [
          'temporary credentials without',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'false' },
        ],
        ['an access key', 'implicit deny'],
        [
          'who has no permission to switch to the role',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { beside: { identity: undefined } },
        ],
        [
          'another account',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { as: STRANGER },
        ],
      ],
    },
  ],
}

export const permissionToSwitch: Page = {
  title: 'Grant a user permissions to switch roles',
  url: `${GUIDE}/id_roles_use_permissions-to-switch.html`,
  policies: [
    {
      heading: 'Creating or editing the policy',
      attached: 'IAM policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: `arn:aws:iam::${HOME}:role/Test*`,
        },
      },
      asks: {
        as: STRANGER,
        action: 'sts:AssumeRole',
        resource: roleArn('TestRole'),
        beside: {
          trust: [{ Effect: 'Allow', Principal: { AWS: AWAY }, Action: 'sts:AssumeRole' }],
        },
      },
      cases: [
        ['a role with the prefix', 'allow'],
        ['the prefix itself', 'allow', {}, { resource: roleArn('Test') }],
        ['another role', 'implicit deny', {}, { resource: roleArn('ProductionTest') }],
        ['in other case', 'implicit deny', {}, { resource: roleArn('testRole') }],
        ['a role that trusts others', 'implicit deny', {}, { beside: { trust: undefined } }],
        [
          'a role of another account',
          'implicit deny',
          {},
          { resource: roleArn('TestRole', AWAY), beside: { trust: undefined } },
        ],
      ],
    },
  ],
}

export const taggedRoles: Page = {
  title: 'IAM: Assume roles that have a specific tag',
  url: `${GUIDE}/reference_policies_examples_iam-assume-tagged-role.html`,
  policies: [
    {
      heading: 'IAM: Assume roles that have a specific tag',
      attached: 'IAM policy',
      policy: document({
        Sid: '',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:ResourceTag/Project': 'ExampleCorpABC' } },
      }),
      asks: { as: userArn('Alice'), ...assumes },
      cases: [
        ['the tag', 'allow', { 'iam:ResourceTag/Project': 'ExampleCorpABC' }],
        ['another value', 'implicit deny', { 'iam:ResourceTag/Project': 'ExampleCorpXYZ' }],
        ['no tag', 'implicit deny'],
        [
          'a role of another account that does not trust them',
          'implicit deny',
          { 'iam:ResourceTag/Project': 'ExampleCorpABC' },
          { resource: roleArn('ExampleRole', AWAY) },
        ],
        [
          'a role of another account that does',
          'allow',
          { 'iam:ResourceTag/Project': 'ExampleCorpABC' },
          {
            resource: roleArn('ExampleRole', AWAY),
            beside: {
              trust: [
                { Effect: 'Allow', Principal: { AWS: root(HOME) }, Action: 'sts:AssumeRole' },
              ],
            },
          },
        ],
      ],
    },
  ],
}

const PROJECT = { project: 'peg', team: 'eng', center: '987654' }
const tagsOf = (kind: string, { project, team, center }: Partial<typeof PROJECT>) => ({
  [`${kind}/access-project`]: project,
  [`${kind}/access-team`]: team,
  [`${kind}/cost-center`]: center,
})

export const abacTutorialUsers: Page = {
  title: 'IAM tutorial: Define permissions to access AWS resources based on tags',
  url: `${GUIDE}/tutorial_attribute-based-access-control.html`,
  policies: [
    {
      heading: 'Step 1: Create test users',
      attached: 'IAM policy',
      policy: document({
        Sid: 'TutorialAssumeRole',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: `arn:aws:iam::${HOME}:role/access-*`,
        Condition: {
          StringEquals: {
            'iam:ResourceTag/access-project': variable('aws:PrincipalTag/access-project'),
            'iam:ResourceTag/access-team': variable('aws:PrincipalTag/access-team'),
            'iam:ResourceTag/cost-center': variable('aws:PrincipalTag/cost-center'),
          },
        },
      }),
      asks: {
        as: userArn('access-Arnav-peg-eng'),
        action: 'sts:AssumeRole',
        resource: roleArn('access-peg-engineering'),
        context: {
          ...tagsOf('aws:PrincipalTag', PROJECT),
          ...tagsOf('iam:ResourceTag', PROJECT),
        },
      },
      cases: [
        ['the role of their project and team', 'allow'],
        [
          'the role of another project',
          'implicit deny',
          tagsOf('iam:ResourceTag', { ...PROJECT, project: 'uni', center: '123456' }),
          { resource: roleArn('access-uni-engineering') },
        ],
        [
          'the role of another team',
          'implicit deny',
          tagsOf('iam:ResourceTag', { ...PROJECT, team: 'qas' }),
          { resource: roleArn('access-peg-quality-assurance') },
        ],
        [
          'another cost center',
          'implicit deny',
          tagsOf('iam:ResourceTag', { ...PROJECT, center: '123456' }),
        ],
        ['a role without tags', 'implicit deny', tagsOf('iam:ResourceTag', {})],
        ['a user without tags', 'implicit deny', tagsOf('aws:PrincipalTag', {})],
        [
          'neither has tags',
          'implicit deny',
          { ...tagsOf('iam:ResourceTag', {}), ...tagsOf('aws:PrincipalTag', {}) },
        ],
        ['a role of another name', 'implicit deny', {}, { resource: roleArn('peg-engineering') }],
      ],
    },
  ],
}

export const rolesForServices: Page = {
  title: 'Create a role to delegate permissions to an AWS service',
  url: `${GUIDE}/id_roles_create_for-service.html`,
  policies: [
    {
      heading: 'Creating a role for a service (AWS CLI)',
      attached: 'trust policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'ec2.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      },
      asks: { as: 'ec2.amazonaws.com', ...assumes },
      cases: [
        ['the service', 'allow'],
        ['another service', 'implicit deny', {}, { as: 'lambda.amazonaws.com', beside: anything }],
        ['a user', 'implicit deny', {}, { as: userArn('Alice'), beside: anything }],
        ['session tags', 'implicit deny', {}, { action: 'sts:TagSession' }],
      ],
    },
  ],
}

export const servicePrincipals: Page = {
  title: 'AWS JSON policy elements: Principal',
  url: `${GUIDE}/reference_policies_elements_principal.html`,
  policies: [
    {
      heading: 'AWS service principals',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Service: ['ecs.amazonaws.com', 'elasticloadbalancing.amazonaws.com'] },
        Action: 'sts:AssumeRole',
      }),
      asks: { as: 'ecs.amazonaws.com', ...assumes },
      cases: [
        ['the one service', 'allow'],
        ['the other service', 'allow', {}, { as: 'elasticloadbalancing.amazonaws.com' }],
        ['a third service', 'implicit deny', {}, { as: 'ec2.amazonaws.com' }],
      ],
    },
  ],
}

export const samlRoles: Page = {
  title: 'Create a role for SAML 2.0 federation (console)',
  url: `${GUIDE}/id_roles_create_for-idp_saml.html`,
  policies: [
    {
      heading: 'Prerequisites for creating a role for SAML',
      attached: 'trust policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithSAML',
          Principal: { Federated: provider('saml', 'PROVIDER-NAME') },
          Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
        },
      },
      asks: {
        as: provider('saml', 'PROVIDER-NAME'),
        action: 'sts:AssumeRoleWithSAML',
        resource: ROLE,
      },
      cases: [
        ['the endpoint', 'allow', { 'saml:aud': 'https://signin.aws.amazon.com/saml' }],
        ['another', 'implicit deny', { 'saml:aud': 'https://signin.aws.amazon.com/SAML' }],
        ['none', 'implicit deny'],
        [
          'another provider',
          'implicit deny',
          { 'saml:aud': 'https://signin.aws.amazon.com/saml' },
          { as: provider('saml', 'OTHER-NAME'), beside: anything },
        ],
      ],
    },
  ],
}

export const externalId: Page = {
  title: 'Access to AWS accounts owned by third parties',
  url: `${GUIDE}/id_roles_create_for-user_externalid.html`,
  policies: [
    {
      heading: 'How does an external ID prevent the confused deputy problem?',
      attached: 'trust policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: AWAY },
          Condition: { StringEquals: { 'sts:ExternalId': '12345' } },
        },
      },
      asks: { as: sessionArn('Monitoring', AWAY), ...assumes, beside: anything },
      cases: [
        ['ours', 'allow', { 'sts:ExternalId': '12345' }],
        ["another customer's", 'implicit deny', { 'sts:ExternalId': '67890' }],
        ['none', 'implicit deny'],
        [
          'ours, in our own account',
          'implicit deny',
          { 'sts:ExternalId': '12345' },
          { as: sessionArn('Monitoring') },
        ],
      ],
    },
  ],
}

const TAGGER = userArn('test-session-tags')
const TAGS = {
  'aws:RequestTag/Project': 'Automation',
  'aws:RequestTag/CostCenter': '12345',
  'aws:RequestTag/Department': 'Engineering',
}

export const sessionTags: Page = {
  title: 'Pass session tags in AWS STS',
  url: `${GUIDE}/id_session-tags.html`,
  policies: [
    {
      heading: 'Permissions required to add session tags',
      attached: 'trust policy',
      policy: document(
        {
          Sid: 'AllowIamUserAssumeRole',
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: TAGGER },
          Condition: {
            StringLike: {
              'aws:RequestTag/Project': '*',
              'aws:RequestTag/CostCenter': '*',
              'aws:RequestTag/Department': '*',
            },
            StringEquals: { 'sts:ExternalId': 'Example987' },
          },
        },
        {
          Sid: 'AllowPassSessionTagsAndTransitive',
          Effect: 'Allow',
          Action: 'sts:TagSession',
          Principal: { AWS: TAGGER },
          Condition: {
            StringLike: { 'aws:RequestTag/Project': '*', 'aws:RequestTag/CostCenter': '*' },
            StringEquals: { 'aws:RequestTag/Department': ['Engineering', 'Marketing'] },
            'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['Project', 'Department'] },
          },
        },
      ),
      asks: {
        as: TAGGER,
        ...assumes,
        context: { ...TAGS, 'sts:ExternalId': 'Example987' },
      },
      cases: [
        ['to assume with the three tags', 'allow'],
        ['with one more', 'allow', { 'aws:RequestTag/Team': 'A' }],
        ['with any value', 'allow', { 'aws:RequestTag/Department': 'Legal' }],
        ['without the project', 'implicit deny', { 'aws:RequestTag/Project': undefined }],
        ['without the cost center', 'implicit deny', { 'aws:RequestTag/CostCenter': undefined }],
        ['without the department', 'implicit deny', { 'aws:RequestTag/Department': undefined }],
        ['with another external ID', 'implicit deny', { 'sts:ExternalId': 'Example988' }],
        ['without external ID', 'implicit deny', { 'sts:ExternalId': undefined }],
        ['another user', 'implicit deny', {}, { as: userArn('Bob'), beside: anything }],
        ['to pass the tags', 'allow', {}, { action: 'sts:TagSession' }],
        [
          'to pass them without external ID',
          'allow',
          { 'sts:ExternalId': undefined },
          { action: 'sts:TagSession' },
        ],
        [
          'to pass the other department',
          'allow',
          { 'aws:RequestTag/Department': 'Marketing' },
          { action: 'sts:TagSession' },
        ],
        [
          'to pass a department that is not listed',
          'implicit deny',
          { 'aws:RequestTag/Department': 'Legal' },
          { action: 'sts:TagSession' },
        ],
        [
          'to pass no department',
          'implicit deny',
          { 'aws:RequestTag/Department': undefined },
          { action: 'sts:TagSession' },
        ],
        [
          'to pass no project',
          'implicit deny',
          { 'aws:RequestTag/Project': undefined },
          { action: 'sts:TagSession' },
        ],
        [
          'to make both transitive',
          'allow',
          { 'sts:TransitiveTagKeys': ['Project', 'Department'] },
          { action: 'sts:TagSession' },
        ],
        [
          'to make one transitive',
          'allow',
          { 'sts:TransitiveTagKeys': ['Department'] },
          { action: 'sts:TagSession' },
        ],
        [
          'to make another one transitive',
          'implicit deny',
          { 'sts:TransitiveTagKeys': ['Project', 'CostCenter'] },
          { action: 'sts:TagSession' },
        ],
      ],
    },
  ],
}

const DEV_USER = userArn('DevUser')
const DEVELOPER_ROLE = roleArn('Developer_Role')
const CRITICAL_ROLE_2 = roleArn('CriticalRole_2', AWAY)
const critical = sessionArn('CriticalRole')
const SAML_PROVIDER = provider('saml', 'name-of-identity-provider')
const OIDC_PROVIDER = provider('oidc', 'server.example.com')

export const sourceIdentity: Page = {
  title: 'Monitor and control actions taken with assumed roles',
  url: `${GUIDE}/id_credentials_temp_control-access_monitor.html`,
  policies: [
    {
      heading: 'Permissions required to set source identity',
      example: 'identity-based policy attached to DevUser',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'AssumeRole',
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: DEVELOPER_ROLE,
        },
        {
          Sid: 'SetAwsUserNameAsSourceIdentity',
          Effect: 'Allow',
          Action: 'sts:SetSourceIdentity',
          Resource: DEVELOPER_ROLE,
          Condition: { StringLike: { 'sts:SourceIdentity': variable('aws:username') } },
        },
      ),
      asks: {
        as: DEV_USER,
        action: 'sts:SetSourceIdentity',
        resource: DEVELOPER_ROLE,
        context: { 'aws:username': 'DevUser', 'sts:SourceIdentity': 'DevUser' },
      },
      cases: [
        ['their own name', 'allow'],
        ['another name', 'implicit deny', { 'sts:SourceIdentity': 'Admin' }],
        ['none', 'implicit deny', { 'sts:SourceIdentity': undefined }],
        [
          'who has no user name',
          'implicit deny',
          { 'aws:username': undefined },
          { as: sessionArn('Dev') },
        ],
        ['to assume the role', 'allow', {}, { action: 'sts:AssumeRole' }],
        [
          'to assume another role',
          'implicit deny',
          {},
          { action: 'sts:AssumeRole', resource: ROLE },
        ],
      ],
    },
    {
      heading: 'Permissions required to set source identity',
      example: 'role trust policy',
      attached: 'trust policy',
      policy: document({
        Sid: 'AllowDevUserAssumeRole',
        Effect: 'Allow',
        Principal: { AWS: DEV_USER },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'sts:SourceIdentity': 'DevUser' } },
      }),
      asks: { as: DEV_USER, action: 'sts:AssumeRole', resource: DEVELOPER_ROLE },
      cases: [
        ['to assume with it', 'allow', { 'sts:SourceIdentity': 'DevUser' }],
        ['to assume with another', 'implicit deny', { 'sts:SourceIdentity': 'Admin' }],
        ['to assume without', 'implicit deny'],
        [
          'to set it',
          'allow',
          { 'sts:SourceIdentity': 'DevUser' },
          { action: 'sts:SetSourceIdentity' },
        ],
        [
          'to set another',
          'implicit deny',
          { 'sts:SourceIdentity': 'Admin' },
          { action: 'sts:SetSourceIdentity' },
        ],
        [
          'another user',
          'implicit deny',
          { 'sts:SourceIdentity': 'DevUser' },
          { as: userArn('Bob'), beside: anything },
        ],
        [
          'session tags, which it says nothing of',
          'implicit deny',
          { 'sts:SourceIdentity': 'DevUser' },
          { action: 'sts:TagSession' },
        ],
      ],
    },
    {
      heading: 'Control access using source identity information',
      example: 'SAML',
      attached: 'trust policy',
      policy: document({
        Sid: 'AssumeRoleAndSetSourceIdentity',
        Effect: 'Allow',
        Principal: { Federated: SAML_PROVIDER },
        Action: ['sts:AssumeRoleWithSAML', 'sts:SetSourceIdentity'],
        Condition: {
          StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' },
          StringLike: { 'sts:SourceIdentity': ['Saanvi', 'Diego'] },
        },
      }),
      asks: {
        as: SAML_PROVIDER,
        action: 'sts:AssumeRoleWithSAML',
        resource: ROLE,
        context: {
          'saml:aud': 'https://signin.aws.amazon.com/saml',
          'sts:SourceIdentity': 'Saanvi',
        },
      },
      cases: [
        ['Saanvi', 'allow'],
        ['Diego', 'allow', { 'sts:SourceIdentity': 'Diego' }],
        ['somebody else', 'implicit deny', { 'sts:SourceIdentity': 'Sofia' }],
        ['nobody', 'implicit deny', { 'sts:SourceIdentity': undefined }],
        ['for another endpoint', 'implicit deny', { 'saml:aud': 'https://signin.example.com' }],
        ['for no endpoint', 'implicit deny', { 'saml:aud': undefined }],
        [
          'another provider',
          'implicit deny',
          {},
          { as: provider('saml', 'another'), beside: anything },
        ],
        ['to set it', 'allow', {}, { action: 'sts:SetSourceIdentity' }],
      ],
    },
    {
      heading: 'Control access using source identity information',
      example: 'OIDC provider',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Federated: OIDC_PROVIDER },
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:SetSourceIdentity'],
        Condition: {
          StringEquals: { 'server.example.com:aud': 'oidc-audience-id' },
          StringLike: { 'sts:SourceIdentity': ['Saanvi', 'Diego'] },
        },
      }),
      asks: {
        as: OIDC_PROVIDER,
        ...federated,
        context: {
          'server.example.com:aud': 'oidc-audience-id',
          'sts:SourceIdentity': 'Saanvi',
        },
      },
      cases: [
        ['Saanvi', 'allow'],
        ['Diego', 'allow', { 'sts:SourceIdentity': 'Diego' }],
        ['somebody else', 'implicit deny', { 'sts:SourceIdentity': 'Sofia' }],
        ['nobody', 'implicit deny', { 'sts:SourceIdentity': undefined }],
        ['for another audience', 'implicit deny', { 'server.example.com:aud': 'another' }],
        ['for no audience', 'implicit deny', { 'server.example.com:aud': undefined }],
        [
          'another provider',
          'implicit deny',
          {},
          { as: provider('oidc', 'another.example.com'), beside: anything },
        ],
        ['to set it', 'allow', {}, { action: 'sts:SetSourceIdentity' }],
      ],
    },
    {
      heading: 'Role chaining and cross-account requirements',
      example: 'permissions policy on CriticalRole',
      attached: 'IAM policy',
      policy: document({
        Sid: 'AssumeRoleAndSetSourceIdentity',
        Effect: 'Allow',
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Resource: CRITICAL_ROLE_2,
      }),
      asks: {
        as: critical,
        action: 'sts:SetSourceIdentity',
        resource: CRITICAL_ROLE_2,
        beside: {
          trust: [
            {
              Effect: 'Allow',
              Principal: { AWS: roleArn('CriticalRole') },
              Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
            },
          ],
        },
      },
      cases: [
        ['both allow it', 'allow'],
        ['both allow to assume', 'allow', {}, { action: 'sts:AssumeRole' }],
        [
          'the trust policy allows only to assume',
          'implicit deny',
          {},
          {
            beside: {
              trust: [
                {
                  Effect: 'Allow',
                  Principal: { AWS: roleArn('CriticalRole') },
                  Action: 'sts:AssumeRole',
                },
              ],
            },
          },
        ],
        ['another role', 'implicit deny', {}, { resource: roleArn('CriticalRole_3', AWAY) }],
      ],
    },
    {
      heading: 'Role chaining and cross-account requirements',
      example: 'role trust policy on CriticalRole_2',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: roleArn('CriticalRole') },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: { StringLike: { 'aws:SourceIdentity': ['Saanvi', 'Diego'] } },
      }),
      asks: {
        as: critical,
        action: 'sts:AssumeRole',
        resource: CRITICAL_ROLE_2,
        beside: anything,
      },
      cases: [
        ['a session with it', 'allow', { 'aws:SourceIdentity': 'Saanvi' }],
        ['a session with another', 'implicit deny', { 'aws:SourceIdentity': 'Sofia' }],
        ['a session without', 'implicit deny'],
        [
          'a session of another role',
          'implicit deny',
          { 'aws:SourceIdentity': 'Saanvi' },
          { as: sessionArn('AnotherRole') },
        ],
        [
          'a session that may not set it',
          'implicit deny',
          { 'aws:SourceIdentity': 'Saanvi' },
          {
            action: 'sts:SetSourceIdentity',
            beside: { identity: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] },
          },
        ],
        [
          'a session that may set it',
          'allow',
          { 'aws:SourceIdentity': 'Diego' },
          { action: 'sts:SetSourceIdentity' },
        ],
      ],
    },
  ],
}

const ADMIN_USER = userArn('AdminUser')
const GOOGLE = 'accounts.google.com'
const google = (aud: string) => ({
  'accounts.google.com:aud': aud,
  'accounts.google.com:oaud': 'aud-value',
  'accounts.google.com:sub': 'sub-value',
})

export const stsKeys: Page = {
  title: 'IAM and AWS STS condition context keys',
  url: `${GUIDE}/reference_policies_iam-condition-keys.html`,
  policies: [
    {
      heading: 'aud',
      example: 'the azp field is set',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Federated: GOOGLE },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: google('azp-value') },
      }),
      asks: { as: GOOGLE, ...federated, context: google('azp-value') },
      cases: [
        ['a hybrid app', 'allow'],
        ['an app that is none', 'implicit deny', { 'accounts.google.com:aud': 'aud-value' }],
        ['another audience', 'implicit deny', { 'accounts.google.com:oaud': 'another' }],
        ['another user', 'implicit deny', { 'accounts.google.com:sub': 'another' }],
        ['without azp', 'implicit deny', { 'accounts.google.com:aud': undefined }],
        ['without audience', 'implicit deny', { 'accounts.google.com:oaud': undefined }],
        ['without user', 'implicit deny', { 'accounts.google.com:sub': undefined }],
      ],
    },
    {
      heading: 'aud',
      example: 'the azp field is not set',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Federated: GOOGLE },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: google('aud-value') },
      }),
      asks: { as: GOOGLE, ...federated, context: google('aud-value') },
      cases: [
        ['an app that is not hybrid', 'allow'],
        ['a hybrid app', 'implicit deny', { 'accounts.google.com:aud': 'azp-value' }],
        ['without audience', 'implicit deny', { 'accounts.google.com:aud': undefined }],
        [
          'without the audience of the token',
          'implicit deny',
          { 'accounts.google.com:oaud': undefined },
        ],
        ['without user', 'implicit deny', { 'accounts.google.com:sub': undefined }],
        ['another provider', 'implicit deny', {}, { as: 'www.amazon.com', beside: anything }],
      ],
    },
    {
      heading: 'sts:RoleSessionName',
      attached: 'trust policy',
      policy: document({
        Sid: 'RoleTrustPolicyRequireUsernameForSessionName',
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: root(HOME) },
        Condition: { StringLike: { 'sts:RoleSessionName': variable('aws:username') } },
      }),
      asks: {
        as: userArn('matjac'),
        ...assumes,
        context: { 'aws:username': 'matjac', 'sts:RoleSessionName': 'matjac' },
        beside: anything,
      },
      cases: [
        ['their own name', 'allow'],
        ['another name', 'implicit deny', { 'sts:RoleSessionName': 'admin' }],
        ['a pattern', 'implicit deny', { 'sts:RoleSessionName': 'matja*' }],
        ['no name', 'implicit deny', { 'sts:RoleSessionName': undefined }],
        [
          'temporary credentials, which have no user name',
          'implicit deny',
          { 'aws:username': undefined },
          { as: sessionArn('matjac') },
        ],
        ['another account', 'implicit deny', {}, { as: userArn('matjac', AWAY) }],
      ],
    },
    {
      heading: 'sts:SourceIdentity',
      attached: 'trust policy',
      policy: document({
        Sid: 'AllowAdminUserAssumeRole',
        Effect: 'Allow',
        Principal: { AWS: ADMIN_USER },
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Condition: { StringEquals: { 'sts:SourceIdentity': 'DiegoRamirez' } },
      }),
      asks: { as: ADMIN_USER, action: 'sts:SetSourceIdentity', resource: ROLE },
      cases: [
        ['it', 'allow', { 'sts:SourceIdentity': 'DiegoRamirez' }],
        ['in other case', 'implicit deny', { 'sts:SourceIdentity': 'diegoramirez' }],
        ['another', 'implicit deny', { 'sts:SourceIdentity': 'SaanviSarkar' }],
        ['none', 'implicit deny'],
        [
          'to assume the role',
          'allow',
          { 'sts:SourceIdentity': 'DiegoRamirez' },
          { action: 'sts:AssumeRole' },
        ],
      ],
    },
  ],
}

const COGNITO = 'cognito-identity.amazonaws.com'
const POOL = 'us-east-2:12345678-abcd-abcd-abcd-123456'
const GITHUB = provider('oidc', 'token.actions.githubusercontent.com')
const BRANCH = 'repo:GitHubOrg/GitHubRepo:ref:refs/heads/GitHubBranch'
const github = (sub: string) => ({
  'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
  'token.actions.githubusercontent.com:sub': sub,
})

export const webIdentities: Page = {
  title: 'Create a role for OpenID Connect federation (console)',
  url: `${GUIDE}/id_roles_create_for-idp_oidc.html`,
  policies: [
    {
      heading: 'Prerequisites for creating a role for OIDC',
      example: 'Amazon Cognito',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Federated: COGNITO },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { 'cognito-identity.amazonaws.com:aud': POOL },
          'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'unauthenticated' },
        },
      }),
      asks: {
        as: COGNITO,
        ...federated,
        context: {
          'cognito-identity.amazonaws.com:aud': POOL,
          'cognito-identity.amazonaws.com:amr': ['unauthenticated'],
        },
      },
      cases: [
        ['unauthenticated', 'allow'],
        [
          'authenticated',
          'implicit deny',
          { 'cognito-identity.amazonaws.com:amr': ['authenticated', 'graph.facebook.com'] },
        ],
        ['not known', 'implicit deny', { 'cognito-identity.amazonaws.com:amr': undefined }],
        [
          'another identity pool',
          'implicit deny',
          { 'cognito-identity.amazonaws.com:aud': 'us-east-2:87654321-abcd-abcd-abcd-123456' },
        ],
        ['no identity pool', 'implicit deny', { 'cognito-identity.amazonaws.com:aud': undefined }],
        ['another provider', 'implicit deny', {}, { as: GOOGLE, beside: anything }],
      ],
    },
    {
      heading: 'Prerequisites for creating a role for OIDC',
      example: 'Login with Amazon',
      attached: 'trust policy',
      policy: document({
        Sid: 'RoleForLoginWithAmazon',
        Effect: 'Allow',
        Principal: { Federated: 'www.amazon.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'www.amazon.com:app_id': 'amzn1.application-oa2-123456' } },
      }),
      asks: { as: 'www.amazon.com', ...federated },
      cases: [
        ['the app', 'allow', { 'www.amazon.com:app_id': 'amzn1.application-oa2-123456' }],
        ['another', 'implicit deny', { 'www.amazon.com:app_id': 'amzn1.application-oa2-654321' }],
        ['none', 'implicit deny'],
        [
          'the app of another provider',
          'implicit deny',
          { 'graph.facebook.com:app_id': 'amzn1.application-oa2-123456' },
        ],
      ],
    },
    {
      heading: 'Prerequisites for creating a role for OIDC',
      example: 'Facebook',
      attached: 'trust policy',
      policy: document({
        Sid: 'RoleForFacebook',
        Effect: 'Allow',
        Principal: { Federated: 'graph.facebook.com' },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'graph.facebook.com:app_id': '111222333444555' } },
      }),
      asks: { as: 'graph.facebook.com', ...federated },
      cases: [
        ['the app', 'allow', { 'graph.facebook.com:app_id': '111222333444555' }],
        ['another', 'implicit deny', { 'graph.facebook.com:app_id': '555444333222111' }],
        ['none', 'implicit deny'],
      ],
    },
    {
      heading: 'Prerequisites for creating a role for OIDC',
      example: 'Google',
      attached: 'trust policy',
      policy: document({
        Sid: 'RoleForGoogle',
        Effect: 'Allow',
        Principal: { Federated: GOOGLE },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'accounts.google.com:aud': '666777888999000' } },
      }),
      asks: { as: GOOGLE, ...federated },
      cases: [
        ['the app', 'allow', { 'accounts.google.com:aud': '666777888999000' }],
        ['another', 'implicit deny', { 'accounts.google.com:aud': '000999888777666' }],
        ['none', 'implicit deny'],
        [
          'a user of the account',
          'implicit deny',
          { 'accounts.google.com:aud': '666777888999000' },
          { as: userArn('Alice'), action: 'sts:AssumeRole', beside: anything },
        ],
      ],
    },
    {
      heading: 'Configuring a role for GitHub OIDC identity provider',
      example: 'one branch',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Federated: GITHUB },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: github(BRANCH) },
      }),
      asks: { as: GITHUB, ...federated, context: github(BRANCH) },
      cases: [
        ['the branch', 'allow'],
        ['another branch', 'implicit deny', github(`${BRANCH}2`)],
        ['a pull request', 'implicit deny', github('repo:GitHubOrg/GitHubRepo:pull_request')],
        ['no subject', 'implicit deny', { 'token.actions.githubusercontent.com:sub': undefined }],
        [
          'another audience',
          'implicit deny',
          { 'token.actions.githubusercontent.com:aud': 'https://github.com/GitHubOrg' },
        ],
        ['no audience', 'implicit deny', { 'token.actions.githubusercontent.com:aud': undefined }],
        [
          'the provider of another account',
          'implicit deny',
          {},
          { as: GITHUB.replace(HOME, AWAY) },
        ],
      ],
    },
    {
      heading: 'Configuring a role for GitHub OIDC identity provider',
      example: 'any branch of a repository',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Federated: GITHUB },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringLike: github('repo:GitHubOrg/GitHubRepo:*') },
      }),
      asks: { as: GITHUB, ...federated, context: github(BRANCH) },
      cases: [
        ['a branch', 'allow'],
        ['a pull request', 'allow', github('repo:GitHubOrg/GitHubRepo:pull_request')],
        ['another repository', 'implicit deny', github(BRANCH.replace('Repo:', 'Repo2:'))],
        ['another organization', 'implicit deny', github(BRANCH.replace('Org', 'Org2'))],
        ['no subject', 'implicit deny', { 'token.actions.githubusercontent.com:sub': undefined }],
        ['no audience', 'implicit deny', { 'token.actions.githubusercontent.com:aud': undefined }],
      ],
    },
    {
      heading: 'Configuring a role for GitHub OIDC identity provider',
      example: 'any repository of an organization',
      attached: 'trust policy',
      policy: document({
        Effect: 'Allow',
        Principal: { Federated: GITHUB },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringLike: github('repo:GitHubOrg/*') },
      }),
      asks: { as: GITHUB, ...federated, context: github(BRANCH) },
      cases: [
        ['a branch', 'allow'],
        ['another repository', 'allow', github(BRANCH.replace('Repo:', 'Repo2:'))],
        ['another organization', 'implicit deny', github(BRANCH.replace('Org', 'Org2'))],
        ['no subject', 'implicit deny', { 'token.actions.githubusercontent.com:sub': undefined }],
        ['no audience', 'implicit deny', { 'token.actions.githubusercontent.com:aud': undefined }],
      ],
    },
  ],
}
