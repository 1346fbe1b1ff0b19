import {
  AWAY,
  DELEGATION,
  document,
  EVERYTHING,
  HOME,
  KEY,
  OTHER_KEY,
  OTHERWISE_ALLOWED,
  type Page,
  roleArn,
  root,
  sessionArn,
  userArn,
  variable,
} from './document.ts'

/*
 * Policies of the IAM User Guide that show how several policies are decided together. Where they are about
 * another service, their actions and resources are those of AWS KMS here; all else is as it stands there.
 */

const GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'
const ours = (name: string) => `arn:aws:kms:us-west-2:${HOME}:alias/${name}`
/** The statement of a key policy that lets somebody do everything. */
const allowed = (name: string) => ({
  Effect: 'Allow',
  Principal: { AWS: name },
  Action: 'kms:*',
  Resource: '*',
})
/** Statements that allow nothing of AWS KMS. */
const ANOTHER_SERVICE = [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }]

const BOB = userArn('Bob', AWAY)
const AUDITS = 'cross-account-read-only-role'
const OTHER_SESSION = sessionArn(AUDITS, AWAY).replace('/session', '/cross-account-billing-app')
const bounded = { beside: { boundary: EVERYTHING } }

export const notPrincipal: Page = {
  title: 'AWS JSON policy elements: NotPrincipal',
  url: `${GUIDE}/reference_policies_elements_notprincipal.html`,
  policies: [
    {
      heading: 'NotPrincipal with Deny',
      example: 'a user in the same or a different account',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        NotPrincipal: { AWS: [BOB, root(AWAY)] },
        Action: 'kms:*',
        Resource: [KEY, OTHER_KEY],
      }),
      asks: {
        as: BOB,
        action: 'kms:Decrypt',
        beside: { keyPolicy: [DELEGATION, allowed(root(AWAY))], identity: EVERYTHING },
      },
      cases: [
        ['the user', 'allow'],
        ['their account', 'allow', {}, { as: root(AWAY) }],
        ['another user of it', 'explicit deny', {}, { as: userArn('Mary', AWAY) }],
        ['a session of it', 'explicit deny', {}, { as: sessionArn(AUDITS, AWAY) }],
        ['a user of the owner', 'explicit deny', {}, { as: userArn('Bob') }],
        ['the owner', 'explicit deny', {}, { as: root(HOME) }],
        [
          'the user, whom nothing allows',
          'implicit deny',
          {},
          { beside: { keyPolicy: [DELEGATION] } },
        ],
        ['the user, with a permissions boundary', 'explicit deny', {}, bounded],
      ],
    },
    {
      heading: 'NotPrincipal with Deny',
      example: 'a session of a role in a different account',
      attached: 'key policy',
      policy: document({
        Effect: 'Deny',
        NotPrincipal: { AWS: [sessionArn(AUDITS, AWAY), roleArn(AUDITS, AWAY), root(AWAY)] },
        Action: 'kms:*',
        Resource: [KEY, OTHER_KEY],
      }),
      asks: {
        as: sessionArn(AUDITS, AWAY),
        action: 'kms:Decrypt',
        beside: { keyPolicy: [DELEGATION, allowed(root(AWAY))], identity: EVERYTHING },
      },
      cases: [
        ['the session', 'allow'],
        ['another session of the role', 'explicit deny', {}, { as: OTHER_SESSION }],
        ['a session of another role', 'explicit deny', {}, { as: sessionArn('Other', AWAY) }],
        ['a user of its account', 'explicit deny', {}, { as: BOB }],
        ['a session of the owner', 'explicit deny', {}, { as: sessionArn(AUDITS) }],
        [
          'the session, which nothing allows',
          'implicit deny',
          {},
          { beside: { keyPolicy: [DELEGATION] } },
        ],
        ['the session, with a permissions boundary', 'explicit deny', {}, bounded],
      ],
    },
  ],
}

const SHIRLEY = userArn('ShirleyRodriguez')
const ZHANG = userArn('Zhang')
const policyArn = (name: string) => `arn:aws:iam::${HOME}:policy/${name}`
const X_COMPANY = policyArn('XCompanyBoundaries')

export const boundaries: Page = {
  title: 'Permissions boundaries for IAM entities',
  url: `${GUIDE}/access_policies_boundaries.html`,
  policies: [
    {
      heading: 'Permissions boundaries for IAM entities',
      attached: 'permissions boundary',
      policy: document({
        Effect: 'Allow',
        Action: ['s3:*', 'cloudwatch:*', 'kms:*'],
        Resource: '*',
      }),
      asks: { as: SHIRLEY, action: 'kms:Decrypt' },
      cases: [
        ['which provides nothing', 'implicit deny'],
        ['what an identity policy allows', 'allow', {}, { beside: { identity: EVERYTHING } }],
        [
          'what an identity policy denies',
          'explicit deny',
          {},
          { beside: { identity: [{ Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*' }] } },
        ],
        [
          'what an identity policy allows of another service',
          'implicit deny',
          {},
          {
            action: 'iam:CreateUser',
            resource: '*',
            beside: { identity: [{ Effect: 'Allow', Action: 'iam:CreateUser', Resource: '*' }] },
          },
        ],
      ],
    },
    {
      heading: 'Evaluating effective permissions with boundaries',
      attached: 'permissions boundary',
      policy: document(...ANOTHER_SERVICE),
      asks: { as: SHIRLEY, action: 'kms:Decrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['a key policy that leaves it to identity policies', 'implicit deny'],
        [
          'a key policy that names the user',
          'allow',
          {},
          { beside: { keyPolicy: [allowed(SHIRLEY)], identity: undefined } },
        ],
        [
          'a key policy that names the user and denies',
          'explicit deny',
          {},
          { beside: { keyPolicy: [allowed(SHIRLEY), { ...allowed(SHIRLEY), Effect: 'Deny' }] } },
        ],
        [
          'the key policy of another account that names the user',
          'implicit deny',
          {},
          { as: BOB, beside: { keyPolicy: [allowed(BOB)] } },
        ],
      ],
    },
    {
      heading: 'Delegating responsibility to others using permissions boundaries',
      example: 'XCompanyBoundaries',
      attached: 'permissions boundary',
      policy: document(
        {
          Sid: 'ServiceBoundaries',
          Effect: 'Allow',
          Action: ['s3:*', 'cloudwatch:*', 'kms:*', 'dynamodb:*'],
          Resource: '*',
        },
        {
          Sid: 'AllowIAMConsoleForCredentials',
          Effect: 'Allow',
          Action: ['iam:ListUsers', 'iam:GetAccountPasswordPolicy'],
          Resource: '*',
        },
        {
          Sid: 'AllowManageOwnPasswordAndAccessKeys',
          Effect: 'Allow',
          Action: [
            'iam:*AccessKey*',
            'iam:ChangePassword',
            'iam:GetUser',
            'iam:*ServiceSpecificCredential*',
            'iam:*SigningCertificate*',
          ],
          Resource: [`arn:aws:iam::*:user/${variable('aws:username')}`],
        },
        {
          Sid: 'DenyS3Logs',
          Effect: 'Deny',
          Action: 'kms:*',
          Resource: [ours('logs'), ours('logs/*')],
        },
        {
          Sid: 'DenyEC2Production',
          Effect: 'Deny',
          Action: 'kms:*',
          Resource: 'arn:aws:kms:*:*:key/0987dcba-09fe-87dc-65ba-ab0987654321',
        },
      ),
      asks: {
        as: ZHANG,
        action: 'kms:Decrypt',
        context: { 'aws:username': 'Zhang' },
        beside: { identity: EVERYTHING },
      },
      cases: [
        ['a key', 'allow'],
        ['the denied key', 'explicit deny', {}, { resource: OTHER_KEY }],
        [
          'the denied key, whose key policy names the user',
          'explicit deny',
          {},
          { resource: OTHER_KEY, beside: { keyPolicy: [allowed(ZHANG)] } },
        ],
        ['an alias', 'allow', {}, { action: 'kms:DeleteAlias', resource: ours('books') }],
        [
          'a denied alias',
          'explicit deny',
          {},
          { action: 'kms:DeleteAlias', resource: ours('logs/2026') },
        ],
        ['another service', 'implicit deny', {}, { action: 'sqs:ListQueues', resource: '*' }],
        ['to list users', 'allow', {}, { action: 'iam:ListUsers', resource: '*' }],
        ['their own access key', 'allow', {}, { action: 'iam:CreateAccessKey', resource: ZHANG }],
        [
          "somebody else's access key",
          'implicit deny',
          {},
          { action: 'iam:CreateAccessKey', resource: SHIRLEY },
        ],
        [
          'the access key, who has no user name',
          'implicit deny',
          { 'aws:username': undefined },
          { as: sessionArn('Zhang'), action: 'iam:CreateAccessKey', resource: ZHANG },
        ],
        ['to create a user', 'implicit deny', {}, { action: 'iam:CreateUser', resource: SHIRLEY }],
      ],
    },
    {
      heading: 'Delegating responsibility to others using permissions boundaries',
      example: 'DelegatedUserBoundary',
      attached: 'permissions boundary',
      policy: document(
        {
          Sid: 'CreateOrChangeOnlyWithBoundary',
          Effect: 'Allow',
          Action: [
            'iam:CreateUser',
            'iam:DeleteUserPolicy',
            'iam:AttachUserPolicy',
            'iam:DetachUserPolicy',
            'iam:PutUserPermissionsBoundary',
          ],
          Resource: '*',
          Condition: { StringEquals: { 'iam:PermissionsBoundary': X_COMPANY } },
        },
        {
          Sid: 'CloudWatchAndOtherIAMTasks',
          Effect: 'Allow',
          Action: [
            'cloudwatch:*',
            'iam:GetUser',
            'iam:ListUsers',
            'iam:DeleteUser',
            'iam:UpdateUser',
            'iam:CreateAccessKey',
            'iam:CreateLoginProfile',
            'iam:GetAccountPasswordPolicy',
            'iam:GetLoginProfile',
            'iam:*Group*',
            'iam:CreatePolicy',
            'iam:DeletePolicy',
            'iam:DeletePolicyVersion',
            'iam:GetPolicy',
            'iam:GetPolicyVersion',
            'iam:GetUserPolicy',
            'iam:GetRolePolicy',
            'iam:ListPolicies',
            'iam:ListPolicyVersions',
            'iam:ListEntitiesForPolicy',
            'iam:ListUserPolicies',
            'iam:ListAttachedUserPolicies',
            'iam:ListRolePolicies',
            'iam:ListAttachedRolePolicies',
            'iam:PutUserPolicy',
            'iam:SetDefaultPolicyVersion',
            'iam:SimulatePrincipalPolicy',
            'iam:SimulateCustomPolicy',
          ],
          Resource: '*',
        },
        {
          Sid: 'NoBoundaryPolicyEdit',
          Effect: 'Deny',
          Action: [
            'iam:CreatePolicyVersion',
            'iam:DeletePolicy',
            'iam:DeletePolicyVersion',
            'iam:SetDefaultPolicyVersion',
          ],
          Resource: [X_COMPANY, policyArn('DelegatedUserBoundary')],
        },
        {
          Sid: 'NoBoundaryUserDelete',
          Effect: 'Deny',
          Action: 'iam:DeleteUserPermissionsBoundary',
          Resource: '*',
        },
      ),
      asks: {
        as: ZHANG,
        action: 'iam:CreateUser',
        resource: SHIRLEY,
        beside: { identity: [{ Sid: 'IAM', Effect: 'Allow', Action: 'iam:*', Resource: '*' }] },
      },
      cases: [
        ['a user with the boundary', 'allow', { 'iam:PermissionsBoundary': X_COMPANY }],
        ['a user without one', 'implicit deny'],
        [
          'a user with another one',
          'implicit deny',
          { 'iam:PermissionsBoundary': policyArn('DelegatedUserBoundary') },
        ],
        ['another task', 'allow', {}, { action: 'iam:DeleteUser' }],
        [
          'what the boundary alone allows',
          'implicit deny',
          {},
          { action: 'cloudwatch:PutDashboard', resource: '*' },
        ],
        [
          'what the identity policy alone allows',
          'implicit deny',
          {},
          { action: 'iam:CreateRole' },
        ],
        [
          'to change the boundary',
          'explicit deny',
          {},
          { action: 'iam:DeletePolicyVersion', resource: X_COMPANY },
        ],
        [
          'to change another policy',
          'allow',
          {},
          { action: 'iam:DeletePolicyVersion', resource: policyArn('Another') },
        ],
        [
          'to take the boundary from a user',
          'explicit deny',
          { 'iam:PermissionsBoundary': X_COMPANY },
          { action: 'iam:DeleteUserPermissionsBoundary' },
        ],
      ],
    },
  ],
}

const APP = sessionArn('productionapp')
const toUse = (...Action: readonly string[]) => [
  { Effect: 'Allow', Action: 'kms:DescribeKey', Resource: KEY },
  { Effect: 'Allow', Action, Resource: KEY },
]
const ROLE_POLICY = toUse('kms:Decrypt', 'kms:Encrypt', 'kms:ScheduleKeyDeletion')

export const assumedRoles: Page = {
  title: 'Permissions for AssumeRole API operations',
  url: `${GUIDE}/id_credentials_temp_control-access_assumerole.html`,
  policies: [
    {
      heading: 'Role permission policy',
      attached: 'IAM policy',
      policy: document(...ROLE_POLICY),
      asks: { as: APP, action: 'kms:ScheduleKeyDeletion' },
      cases: [
        ['what it allows', 'allow'],
        ['another key', 'implicit deny', {}, { resource: OTHER_KEY }],
        ['another operation', 'implicit deny', {}, { action: 'kms:DisableKey' }],
      ],
    },
    {
      heading: 'Policy passed as a parameter',
      attached: 'session policy',
      policy: document(...toUse('kms:Decrypt', 'kms:Encrypt')),
      asks: { as: APP, action: 'kms:Decrypt', beside: { identity: ROLE_POLICY } },
      cases: [
        ['what both allow', 'allow'],
        ['what the role alone allows', 'implicit deny', {}, { action: 'kms:ScheduleKeyDeletion' }],
        ['what it alone allows', 'implicit deny', {}, { beside: { identity: undefined } }],
        [
          'what the key policy lets the session do',
          'allow',
          {},
          { action: 'kms:DisableKey', beside: { keyPolicy: [allowed(APP)] } },
        ],
        [
          'what the key policy lets the role do',
          'implicit deny',
          {},
          { action: 'kms:DisableKey', beside: { keyPolicy: [allowed(roleArn('productionapp'))] } },
        ],
      ],
    },
    {
      heading: 'Resource-based policy',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Statement: {
          Principal: { AWS: '*' },
          Effect: 'Deny',
          Action: 'kms:ScheduleKeyDeletion',
          Resource: '*',
        },
      },
      asks: {
        as: APP,
        action: 'kms:ScheduleKeyDeletion',
        beside: { keyPolicy: [DELEGATION, allowed(root(AWAY))], identity: ROLE_POLICY },
      },
      cases: [
        ['a session', 'explicit deny'],
        ['a user', 'explicit deny', {}, { as: SHIRLEY, beside: { identity: EVERYTHING } }],
        ['another account', 'explicit deny', {}, { as: BOB }],
        ['the owner', 'explicit deny', {}, { as: root(HOME) }],
        ['another operation', 'allow', {}, { action: 'kms:Decrypt' }],
      ],
    },
  ],
}

const NAMED = userArn('user-name', AWAY)
const ROLE = roleArn('App')
const byPrincipalArn = { 'aws:PrincipalArn': ROLE }

export const principals: Page = {
  title: 'AWS JSON policy elements: Principal',
  url: `${GUIDE}/reference_policies_elements_principal.html`,
  policies: [
    {
      heading: 'How to specify a principal',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: [HOME, AWAY] },
        Action: 'kms:*',
        Resource: '*',
      }),
      asks: { as: BOB, action: 'kms:Decrypt', beside: { identity: EVERYTHING } },
      cases: [
        ['the one account', 'allow'],
        ['the other account', 'allow', {}, { as: SHIRLEY }],
        ['a third account', 'implicit deny', {}, { as: userArn('Bob', '777788889999') }],
        [
          'whom the account allows nothing',
          'implicit deny',
          {},
          { beside: { identity: undefined } },
        ],
      ],
    },
    {
      heading: 'IAM role principals',
      example: 'the ARN of a role',
      attached: 'key policy',
      policy: document(allowed(ROLE)),
      asks: { as: sessionArn('App'), action: 'kms:Decrypt' },
      cases: [
        ['a session', 'allow'],
        [
          'limited by a session policy',
          'implicit deny',
          {},
          { beside: { session: ANOTHER_SERVICE } },
        ],
        [
          'limited by a permissions boundary',
          'implicit deny',
          {},
          { beside: { boundary: ANOTHER_SERVICE } },
        ],
        ['another role', 'implicit deny', {}, { as: sessionArn('Application') }],
      ],
    },
    {
      heading: 'IAM role principals',
      example: 'a wildcard and the ARN of a role as a condition',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: '*',
        Action: 'kms:*',
        Resource: '*',
        Condition: { ArnEquals: byPrincipalArn },
      }),
      asks: { as: sessionArn('App'), action: 'kms:Decrypt', context: byPrincipalArn },
      cases: [
        ['a session', 'allow'],
        ['not limited by a session policy', 'allow', {}, { beside: { session: ANOTHER_SERVICE } }],
        [
          'not limited by a permissions boundary',
          'allow',
          {},
          { beside: { boundary: ANOTHER_SERVICE } },
        ],
        [
          'but by one that denies',
          'explicit deny',
          {},
          { beside: { boundary: [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }] } },
        ],
        [
          'another role',
          'implicit deny',
          { 'aws:PrincipalArn': roleArn('Other') },
          { as: sessionArn('Other') },
        ],
        ['not known', 'implicit deny', { 'aws:PrincipalArn': undefined }],
      ],
    },
    {
      heading: 'IAM user principals',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: [userArn('user-name-1'), userArn('user-name-2')] },
        Action: 'kms:*',
        Resource: '*',
      }),
      asks: { as: userArn('user-name-1'), action: 'kms:Decrypt' },
      cases: [
        ['the first', 'allow'],
        ['the second', 'allow', {}, { as: userArn('user-name-2') }],
        ['in other case', 'implicit deny', {}, { as: userArn('User-Name-1') }],
        ['of another account', 'implicit deny', {}, { as: userArn('user-name-1', AWAY) }],
        ['not limited by a boundary', 'allow', {}, { beside: { boundary: ANOTHER_SERVICE } }],
      ],
    },
    {
      heading: 'All principals',
      attached: 'key policy',
      policy: document({
        Sid: 'UsePrincipalArnInsteadOfNotPrincipalWithDeny',
        Effect: 'Deny',
        Action: 'kms:*',
        Principal: '*',
        Resource: [KEY, OTHER_KEY],
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': NAMED } },
      }),
      asks: {
        as: NAMED,
        action: 'kms:Decrypt',
        context: { 'aws:PrincipalArn': NAMED },
        beside: { keyPolicy: [DELEGATION, allowed(root(AWAY))], identity: EVERYTHING },
      },
      cases: [
        ['the user', 'allow'],
        ['the user, with a permissions boundary', 'allow', {}, bounded],
        ['another user', 'explicit deny', { 'aws:PrincipalArn': BOB }, { as: BOB }],
        ['the owner', 'explicit deny', { 'aws:PrincipalArn': root(HOME) }, { as: root(HOME) }],
        ['not known', 'explicit deny', { 'aws:PrincipalArn': undefined }],
      ],
    },
  ],
}

export const statements: Page = {
  title: 'Policies and permissions in AWS Identity and Access Management',
  url: `${GUIDE}/access_policies.html`,
  policies: [
    {
      heading: 'Multiple statements and multiple policies',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'FirstStatement',
          Effect: 'Allow',
          Action: ['iam:ChangePassword'],
          Resource: '*',
        },
        { Sid: 'SecondStatement', Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' },
        {
          Sid: 'ThirdStatement',
          Effect: 'Allow',
          Action: ['kms:List*', 'kms:Get*'],
          Resource: [KEY, ours('confidential-data')],
          Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
        },
      ),
      asks: { as: SHIRLEY, action: 'kms:GetKeyPolicy' },
      cases: [
        ['the key, with MFA', 'allow', { 'aws:MultiFactorAuthPresent': 'true' }],
        ['the key, without', 'implicit deny', { 'aws:MultiFactorAuthPresent': 'false' }],
        ['the key, with an access key', 'implicit deny'],
        [
          'another key',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { resource: OTHER_KEY },
        ],
        [
          'to decrypt',
          'implicit deny',
          { 'aws:MultiFactorAuthPresent': 'true' },
          { action: 'kms:Decrypt' },
        ],
        ['to list keys', 'allow', {}, { action: 'kms:ListKeys', resource: '*' }],
        ['their password', 'allow', {}, { action: 'iam:ChangePassword', resource: SHIRLEY }],
      ],
    },
    {
      heading: 'Examples of JSON policy syntax',
      attached: 'key policy',
      policy: {
        Version: '2012-10-17',
        Id: 'S3-Account-Permissions',
        Statement: [
          {
            Sid: '1',
            Effect: 'Allow',
            Principal: { AWS: [root(HOME)] },
            Action: 'kms:*',
            Resource: [KEY],
          },
        ],
      },
      asks: { as: SHIRLEY, action: 'kms:Decrypt' },
      cases: [
        ['a user', 'implicit deny'],
        ['a user with a permission', 'allow', {}, { beside: { identity: EVERYTHING } }],
        ['the root of the account', 'allow', {}, { as: root(HOME) }],
        ['another account', 'implicit deny', {}, { as: BOB, beside: { identity: EVERYTHING } }],
      ],
    },
  ],
}

const CARLOS = userArn('carlossalazar')
const limited = { boundary: ANOTHER_SERVICE, identity: EVERYTHING }
const unlimited = { identity: undefined, boundary: undefined }

export const singleAccount: Page = {
  title: 'Policy evaluation logic',
  url: `${GUIDE}/reference_policies_evaluation-logic.html`,
  policies: [
    {
      heading: 'Determining whether a request is allowed or denied within an account',
      example: 'a role, a session and a user in a resource-based policy',
      attached: 'key policy',
      policy: document(
        allowed(roleArn('examplerole')),
        allowed(sessionArn('anotherrole')),
        allowed(userArn('exampleuser')),
      ),
      asks: { as: userArn('exampleuser'), action: 'kms:Decrypt', beside: unlimited },
      cases: [
        ['the user', 'allow'],
        ['the user, whose boundary does not allow it', 'allow', {}, { beside: limited }],
        ['a session of the role', 'allow', {}, { as: sessionArn('examplerole') }],
        [
          'a session of the role, whose boundary does not allow it',
          'implicit deny',
          {},
          { as: sessionArn('examplerole'), beside: limited },
        ],
        [
          'a session of the role, whose session policy does not allow it',
          'implicit deny',
          {},
          { as: sessionArn('examplerole'), beside: { session: ANOTHER_SERVICE } },
        ],
        [
          'the session, whose boundary and session policy do not allow it',
          'allow',
          {},
          { as: sessionArn('anotherrole'), beside: { ...limited, session: ANOTHER_SERVICE } },
        ],
        [
          'another session of its role',
          'implicit deny',
          {},
          {
            as: sessionArn('anotherrole').replace('/session', '/another'),
            beside: { identity: EVERYTHING },
          },
        ],
        [
          'another user, whose identity policies allow it',
          'implicit deny',
          {},
          { as: CARLOS, beside: { identity: EVERYTHING } },
        ],
      ],
    },
    {
      heading: 'Example identity-based and resource-based policy evaluation',
      example: 'the identity-based policy',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'AllowS3ListRead',
          Effect: 'Allow',
          Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListGrants', 'kms:ListKeyPolicies'],
          Resource: 'arn:aws:kms:*:*:*',
        },
        {
          Sid: 'AllowS3Self',
          Effect: 'Allow',
          Action: 'kms:*',
          Resource: [KEY, ours('carlossalazar')],
        },
        {
          Sid: 'DenyS3Logs',
          Effect: 'Deny',
          Action: 'kms:*',
          Resource: [OTHER_KEY, ours('*log*')],
        },
      ),
      asks: {
        as: CARLOS,
        action: 'kms:Encrypt',
        beside: { keyPolicy: [DELEGATION, allowed(CARLOS)] },
      },
      cases: [
        ['the log key', 'explicit deny', {}, { resource: OTHER_KEY }],
        ['their own key, which both allow', 'allow'],
        ['their own key, which it alone allows', 'allow', {}, { beside: { keyPolicy: undefined } }],
        [
          'their own key, which another statement denies',
          'explicit deny',
          {},
          { beside: { keyPolicy: [DELEGATION, { ...allowed(CARLOS), Effect: 'Deny' }] } },
        ],
        [
          'their own key, whose key policy allows nothing',
          'implicit deny',
          {},
          { beside: { keyPolicy: [allowed(SHIRLEY)] } },
        ],
        [
          'their alias',
          'allow',
          {},
          { action: 'kms:DeleteAlias', resource: ours('carlossalazar') },
        ],
        [
          'the alias for logs',
          'explicit deny',
          {},
          { action: 'kms:DeleteAlias', resource: ours('carlossalazar-logs') },
        ],
        [
          'an alias of others',
          'implicit deny',
          {},
          { action: 'kms:DeleteAlias', resource: ours('ShirleyRodriguez') },
        ],
      ],
    },
    {
      heading: 'Example identity-based and resource-based policy evaluation',
      example: 'the resource-based policy',
      attached: 'key policy',
      policy: document({
        Effect: 'Allow',
        Principal: { AWS: CARLOS },
        Action: 'kms:*',
        Resource: KEY,
      }),
      asks: { as: CARLOS, action: 'kms:Encrypt' },
      cases: [
        ['the user', 'allow'],
        [
          'the user, whose identity policies allow another service',
          'allow',
          {},
          { beside: { identity: ANOTHER_SERVICE } },
        ],
        [
          'the user, whose identity policies deny',
          'explicit deny',
          {},
          { beside: { identity: [{ Effect: 'Deny', Action: 'kms:*', Resource: KEY }] } },
        ],
        ['another user', 'implicit deny', {}, { as: SHIRLEY, beside: { identity: EVERYTHING } }],
      ],
    },
    {
      heading: 'The difference between explicit and implicit denies',
      attached: 'IAM policy',
      policy: document(
        {
          Sid: 'AllowGetList',
          Effect: 'Allow',
          Action: ['kms:Get*', 'kms:List*'],
          Resource: '*',
        },
        { Sid: 'DenyReports', Effect: 'Deny', Action: 'kms:*Policy', Resource: '*' },
      ),
      asks: { as: CARLOS, action: 'kms:GetPublicKey' },
      cases: [
        ['what is allowed', 'allow'],
        ['what is not', 'implicit deny', {}, { action: 'kms:CreateKey', resource: '*' }],
        ['what is denied', 'explicit deny', {}, { action: 'kms:GetKeyPolicy' }],
        [
          'what is denied, and allowed by another policy',
          'explicit deny',
          {},
          { action: 'kms:PutKeyPolicy', beside: OTHERWISE_ALLOWED },
        ],
      ],
    },
  ],
}

const THEIRS = (id: string) => `arn:aws:kms:us-west-2:${AWAY}:key/${id}`
const PRODUCTION = THEIRS('1234abcd-12ab-34cd-56ef-1234567890ab')
const PRODUCTION_LOGS = THEIRS('0987dcba-09fe-87dc-65ba-ab0987654321')
const CARLOS_POLICY = [
  { Sid: 'AllowS3ListRead', Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' },
  {
    Sid: 'AllowS3ProductionObjectActions',
    Effect: 'Allow',
    Action: 'kms:*DataKey*',
    Resource: PRODUCTION,
  },
  {
    Sid: 'DenyS3Logs',
    Effect: 'Deny',
    Action: 'kms:*',
    Resource: [PRODUCTION_LOGS, ours('*log*')],
  },
]
const PRODUCTION_POLICY = {
  Effect: 'Allow',
  Action: ['kms:GenerateDataKeyWithoutPlaintext', 'kms:GenerateDataKey', 'kms:DescribeKey'],
  Principal: { AWS: CARLOS },
  Resource: PRODUCTION,
}

export const acrossAccounts: Page = {
  title: 'Cross-account policy evaluation logic',
  url: `${GUIDE}/reference_policies_evaluation-logic-cross-account.html`,
  policies: [
    {
      heading: 'Example cross-account policy evaluation',
      example: 'the identity-based policy',
      attached: 'IAM policy',
      policy: document(...CARLOS_POLICY),
      asks: {
        as: CARLOS,
        action: 'kms:GenerateDataKey',
        resource: PRODUCTION,
        beside: { keyPolicy: [PRODUCTION_POLICY] },
      },
      cases: [
        ['what both allow', 'allow'],
        ['what it alone allows', 'implicit deny', {}, { action: 'kms:GenerateDataKeyPair' }],
        ['what the key policy alone allows', 'implicit deny', {}, { action: 'kms:DescribeKey' }],
        [
          'a key without a policy for others',
          'implicit deny',
          {},
          { beside: { keyPolicy: undefined } },
        ],
        [
          // the caller's own Deny is not told: a stranger learns nothing of a key (core/policy/decide.ts)
          'the log key, which has no policy for others',
          'implicit deny',
          {},
          { resource: PRODUCTION_LOGS, beside: { keyPolicy: undefined } },
        ],
        [
          'the log key, which has one',
          'explicit deny',
          {},
          { resource: PRODUCTION_LOGS, beside: { keyPolicy: [allowed(CARLOS)] } },
        ],
        ['to list the keys', 'allow', {}, { action: 'kms:ListKeys', resource: '*' }],
      ],
    },
    {
      heading: 'Example cross-account policy evaluation',
      example: 'the resource-based policy',
      attached: 'key policy',
      policy: document(PRODUCTION_POLICY),
      asks: {
        as: CARLOS,
        action: 'kms:GenerateDataKey',
        resource: PRODUCTION,
        beside: { identity: CARLOS_POLICY },
      },
      cases: [
        ['what both allow', 'allow'],
        ['who has no identity policy', 'implicit deny', {}, { beside: { identity: undefined } }],
        [
          'whose boundary does not allow it',
          'implicit deny',
          {},
          { beside: { boundary: ANOTHER_SERVICE } },
        ],
        ['another user of the account', 'implicit deny', {}, { as: SHIRLEY }],
        [
          'a user of the same name elsewhere',
          'implicit deny',
          {},
          { as: userArn('carlossalazar', AWAY), beside: { identity: EVERYTHING } },
        ],
        [
          'the root of the account',
          'implicit deny',
          {},
          { as: root(HOME), beside: { identity: undefined } },
        ],
      ],
    },
  ],
}
