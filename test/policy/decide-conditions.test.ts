import { describe, expect, test } from 'vitest'
import type { ContextValue } from '../../core/policy/request.ts'
import {
  ALICE,
  allow,
  type Case,
  decideCase,
  deny,
  ENABLE_IAM,
  HOME,
  identity,
  type Row,
  roleArn,
  type Statement,
  sessionArn,
} from '../support/access.ts'

describe('conditions of the Developer Guide', () => {
  const viaService = allow(ALICE, ['kms:Encrypt', 'kms:Decrypt'], {
    Condition: {
      'ForAnyValue:StringEquals': {
        'kms:ViaService': ['ec2.us-west-2.amazonaws.com', 'rds.us-west-2.amazonaws.com'],
      },
    },
  })
  const mfa = allow(ALICE, ['kms:DisableKey', 'kms:ScheduleKeyDeletion'], {
    Condition: { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } },
  })
  const appName = allow(roleArn('RoleForExampleApp'), ['kms:Encrypt', 'kms:Decrypt'], {
    Condition: { StringEquals: { 'kms:EncryptionContext:AppName': ['ExampleApp', 'AnotherApp'] } },
  })
  const contextKeys = allow(ALICE, 'kms:GenerateDataKey*', {
    Condition: {
      Null: { 'kms:EncryptionContextKeys': false },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['AppName', 'FilePath'] },
    },
  })
  const vpce = [
    ...allow(ALICE),
    ...deny('*', {
      Condition: { StringNotEquals: { 'aws:sourceVpce': 'vpce-1234abcdf5678c90a' } },
    }),
  ]
  const grantFor = allow(ALICE, 'kms:CreateGrant', {
    Condition: {
      'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt', 'Decrypt'] },
      StringEquals: {
        'kms:GranteePrincipal': roleArn('ExampleRole'),
        'kms:GrantConstraintType': 'EncryptionContextSubset',
      },
    },
  })
  const grantKeys = {
    'kms:GrantOperations': ['Encrypt'],
    'kms:GranteePrincipal': roleArn('ExampleRole'),
    'kms:GrantConstraintType': 'EncryptionContextSubset',
  }
  const project = [
    {
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: `arn:aws:kms:*:${HOME}:key/*`,
      Condition: { StringEquals: { 'aws:ResourceTag/Project': 'Alpha' } },
    },
  ]
  const sameTeam = identity('kms:*', '*', {
    Condition: { StringEquals: { 'aws:ResourceTag/team': `\${aws:PrincipalTag/team}` } },
  })
  const alias = identity('kms:*', '*', {
    Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/test*' } },
  })
  const requestAlias = allow(ALICE, 'kms:Decrypt', {
    Condition: { StringEquals: { 'kms:RequestAlias': 'alias/ExampleAlias' } },
  })
  const specs = identity('kms:CreateKey', '*', {
    Condition: {
      StringEquals: { 'kms:KeySpec': ['RSA_4096', 'RSA_3072'] },
      Bool: { 'kms:MultiRegion': 'false' },
    },
  })
  const noBypass = [
    ...identity('kms:CreateKey'),
    {
      Effect: 'Deny',
      Action: ['kms:CreateKey', 'kms:PutKeyPolicy'],
      Resource: '*',
      Condition: { Bool: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
    },
  ]
  const window = [
    ...allow(ALICE),
    ...deny('*', {
      Action: 'kms:ScheduleKeyDeletion',
      Condition: { NumericLessThan: { 'kms:ScheduleKeyDeletionPendingWindowInDays': 30 } },
    }),
  ]
  const office = allow(ALICE, 'kms:*', {
    Condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } },
  })
  const anyoneHere = allow('*', 'kms:*', {
    Condition: {
      StringEquals: { 'kms:CallerAccount': HOME, 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' },
    },
  })

  const app = sessionArn('RoleForExampleApp')
  const ask = (
    action: string,
    keyPolicy: Statement[],
    context: Record<string, ContextValue> = {},
    as = ALICE,
  ): Case => ({ as, action: `kms:${action}`, keyPolicy, context })
  const own = (
    action: string,
    statements: Statement[],
    context: Record<string, ContextValue>,
  ): Case => ({
    as: ALICE,
    action: `kms:${action}`,
    keyPolicy: [ENABLE_IAM],
    identity: statements,
    context,
  })
  const create = (statements: Statement[], context: Record<string, ContextValue>): Case => ({
    as: ALICE,
    action: 'kms:CreateKey',
    resource: '*',
    keyPolicy: 'none',
    identity: statements,
    context,
  })

  const rows: Row[] = [
    [
      'ViaService: through the service',
      ask('Encrypt', viaService, { 'kms:ViaService': 'ec2.us-west-2.amazonaws.com' }),
      true,
    ],
    [
      'ViaService: through the service elsewhere',
      ask('Encrypt', viaService, { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' }),
      false,
    ],
    ['ViaService: directly', ask('Encrypt', viaService), false],
    [
      'MFA: 4 minutes ago',
      ask('ScheduleKeyDeletion', mfa, { 'aws:MultiFactorAuthAge': '240' }),
      true,
    ],
    [
      'MFA: 5 minutes ago',
      ask('ScheduleKeyDeletion', mfa, { 'aws:MultiFactorAuthAge': '300' }),
      false,
    ],
    ['MFA: never', ask('ScheduleKeyDeletion', mfa), false],
    [
      'encryption context: a value of the list',
      ask('Decrypt', appName, { 'kms:EncryptionContext:AppName': 'AnotherApp' }, app),
      true,
    ],
    [
      'encryption context: name in other case',
      ask('Decrypt', appName, { 'kms:EncryptionContext:APPNAME': 'ExampleApp' }, app),
      true,
    ],
    [
      'encryption context: value in other case',
      ask('Decrypt', appName, { 'kms:EncryptionContext:AppName': 'exampleapp' }, app),
      false,
    ],
    ['encryption context: none', ask('Decrypt', appName, {}, app), false],
    [
      'encryption context keys: among them',
      ask('GenerateDataKey', contextKeys, { 'kms:EncryptionContextKeys': ['FilePath'] }),
      true,
    ],
    [
      'encryption context keys: one more',
      ask('GenerateDataKey', contextKeys, { 'kms:EncryptionContextKeys': ['AppName', 'Other'] }),
      false,
    ],
    [
      'encryption context keys: in other case',
      ask('GenerateDataKey', contextKeys, { 'kms:EncryptionContextKeys': ['appname'] }),
      false,
    ],
    ['encryption context keys: none', ask('GenerateDataKey', contextKeys), false],
    [
      'VPC endpoint: the one',
      ask('Encrypt', vpce, { 'aws:SourceVpce': 'vpce-1234abcdf5678c90a' }),
      true,
    ],
    ['VPC endpoint: another', ask('Encrypt', vpce, { 'aws:SourceVpce': 'vpce-0' }), false],
    ['VPC endpoint: none', ask('Encrypt', vpce), false],
    ['grants: as demanded', ask('CreateGrant', grantFor, grantKeys), true],
    [
      'grants: one more operation',
      ask('CreateGrant', grantFor, { ...grantKeys, 'kms:GrantOperations': ['Encrypt', 'Sign'] }),
      false,
    ],
    [
      'grants: another grantee',
      ask('CreateGrant', grantFor, { ...grantKeys, 'kms:GranteePrincipal': ALICE }),
      false,
    ],
    [
      'grants: no constraint',
      ask('CreateGrant', grantFor, { ...grantKeys, 'kms:GrantConstraintType': undefined }),
      false,
    ],
    ['tags: the project', own('Decrypt', project, { 'aws:ResourceTag/Project': 'Alpha' }), true],
    [
      'tags: another project',
      own('Decrypt', project, { 'aws:ResourceTag/Project': 'Beta' }),
      false,
    ],
    ['tags: no project', own('Decrypt', project, {}), false],
    [
      'tags: the same team',
      own('Encrypt', sameTeam, { 'aws:ResourceTag/team': 'red', 'aws:PrincipalTag/team': 'red' }),
      true,
    ],
    [
      'tags: different teams',
      own('Encrypt', sameTeam, { 'aws:ResourceTag/team': 'red', 'aws:PrincipalTag/team': 'blue' }),
      false,
    ],
    ['tags: neither has a team', own('Encrypt', sameTeam, {}), false],
    [
      'aliases: one fits',
      own('Encrypt', alias, { 'kms:ResourceAliases': ['alias/prod', 'alias/test-1'] }),
      true,
    ],
    ['aliases: none fits', own('Encrypt', alias, { 'kms:ResourceAliases': ['alias/prod'] }), false],
    ['aliases: there are none', own('Encrypt', alias, {}), false],
    [
      'alias of the request: it',
      ask('Decrypt', requestAlias, { 'kms:RequestAlias': 'alias/ExampleAlias' }),
      true,
    ],
    ['alias of the request: by key id', ask('Decrypt', requestAlias), false],
    [
      'CreateKey: a spec of the list',
      create(specs, { 'kms:KeySpec': 'RSA_4096', 'kms:MultiRegion': 'false' }),
      true,
    ],
    [
      'CreateKey: another spec',
      create(specs, { 'kms:KeySpec': 'RSA_2048', 'kms:MultiRegion': 'false' }),
      false,
    ],
    [
      'CreateKey: multi-Region',
      create(specs, { 'kms:KeySpec': 'RSA_4096', 'kms:MultiRegion': 'true' }),
      false,
    ],
    [
      'CreateKey: without bypass',
      create(noBypass, { 'kms:BypassPolicyLockoutSafetyCheck': 'false' }),
      true,
    ],
    [
      'CreateKey: with bypass',
      create(noBypass, { 'kms:BypassPolicyLockoutSafetyCheck': 'true' }),
      false,
    ],
    [
      'deletion: in 30 days',
      ask('ScheduleKeyDeletion', window, { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' }),
      true,
    ],
    [
      'deletion: in 7 days',
      ask('ScheduleKeyDeletion', window, { 'kms:ScheduleKeyDeletionPendingWindowInDays': '7' }),
      false,
    ],
    ['address: in the range', ask('Encrypt', office, { 'aws:SourceIp': '203.0.113.9' }), true],
    ['address: outside', ask('Encrypt', office, { 'aws:SourceIp': '203.0.112.9' }), false],
    [
      'everyone of the account, through the service',
      ask('Encrypt', anyoneHere, {
        'kms:CallerAccount': HOME,
        'kms:ViaService': 'ec2.us-west-2.amazonaws.com',
      }),
      true,
    ],
    [
      'everyone of the account, directly',
      ask('Encrypt', anyoneHere, { 'kms:CallerAccount': HOME }),
      false,
    ],
  ]
  test.each(rows)('%s: %s', (_title, c, allowed) => expect(decideCase(c).allowed).toBe(allowed))
})
