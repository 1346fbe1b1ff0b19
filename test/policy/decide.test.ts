import { describe, expect, test } from 'vitest'
import {
  ADMINISTRATORS,
  ALIAS,
  ALICE,
  AWAY,
  allow,
  type Case,
  CONSOLE_POLICY,
  decideCase,
  ENABLE_IAM,
  HOME,
  identity,
  KEY,
  type Row,
  root,
  sessionArn,
  USERS,
  userArn,
} from '../support/access.ts'

describe('default key policy: "Enable IAM policies"', () => {
  const keyPolicy = [ENABLE_IAM]
  const rows: Row[] = [
    ['root', { as: root(HOME), action: 'kms:ScheduleKeyDeletion', keyPolicy }, true],
    [
      'user with identity policy',
      { as: ALICE, action: 'kms:Encrypt', keyPolicy, identity: identity('kms:Encrypt') },
      true,
    ],
    [
      'user with identity policy for this key',
      { as: ALICE, action: 'kms:Encrypt', keyPolicy, identity: identity('kms:*', KEY) },
      true,
    ],
    [
      'session of a role with identity policy',
      {
        as: sessionArn('App'),
        action: 'kms:Encrypt',
        keyPolicy,
        identity: identity('kms:Encrypt'),
      },
      true,
    ],
    ['user without identity policy', { as: ALICE, action: 'kms:Encrypt', keyPolicy }, false],
    [
      'identity policy for another action',
      { as: ALICE, action: 'kms:Encrypt', keyPolicy, identity: identity('kms:Decrypt') },
      false,
    ],
    [
      'identity policy for another key',
      {
        as: ALICE,
        action: 'kms:Encrypt',
        keyPolicy,
        identity: identity('kms:*', `${KEY.slice(0, -1)}f`),
      },
      false,
    ],
    [
      'identity policy for aliases',
      { as: ALICE, action: 'kms:Encrypt', keyPolicy, identity: identity('kms:*', ALIAS) },
      false,
    ],
    ['root of another account', { as: root(AWAY), action: 'kms:Encrypt', keyPolicy }, false],
    [
      'user of another account',
      { as: userArn('Alice', AWAY), action: 'kms:Encrypt', keyPolicy, identity: identity('kms:*') },
      false,
    ],
    [
      'an account named by its id',
      { as: ALICE, action: 'kms:Encrypt', keyPolicy: allow(HOME), identity: identity('kms:*') },
      true,
    ],
    [
      'delegation of another action only',
      {
        as: ALICE,
        action: 'kms:Encrypt',
        keyPolicy: allow(root(HOME), 'kms:Decrypt'),
        identity: identity('kms:*'),
      },
      false,
    ],
    [
      'without the statement identity policies do nothing',
      {
        as: ALICE,
        action: 'kms:Encrypt',
        keyPolicy: [ADMINISTRATORS],
        identity: identity('kms:*'),
      },
      false,
    ],
    [
      'without the statement root can do nothing',
      { as: root(HOME), action: 'kms:Encrypt', keyPolicy: [ADMINISTRATORS] },
      false,
    ],
    [
      'without the statement identity policies still deny',
      {
        as: userArn('KMSAdminUser'),
        action: 'kms:PutKeyPolicy',
        keyPolicy: [ADMINISTRATORS],
        identity: [{ Effect: 'Deny', Action: 'kms:Put*', Resource: '*' }],
      },
      false,
    ],
  ]
  test.each(rows)('%s: %s', (_title, c, allowed) => expect(decideCase(c).allowed).toBe(allowed))
})

describe('key administrators and key users', () => {
  const keyPolicy = CONSOLE_POLICY
  const rows: Row[] = [
    [
      'administrator changes the policy',
      { as: userArn('KMSAdminUser'), action: 'kms:PutKeyPolicy', keyPolicy },
      true,
    ],
    [
      "administrator's session deletes",
      { as: sessionArn('KMSAdminRole'), action: 'kms:ScheduleKeyDeletion', keyPolicy },
      true,
    ],
    [
      'administrator does not encrypt',
      { as: userArn('KMSAdminUser'), action: 'kms:Encrypt', keyPolicy },
      false,
    ],
    [
      'administrator does not import',
      { as: userArn('KMSAdminUser'), action: 'kms:ImportKeyMaterial', keyPolicy },
      false,
    ],
    ['user encrypts', { as: userArn('ExampleUser'), action: 'kms:Encrypt', keyPolicy }, true],
    [
      'user makes data keys',
      { as: userArn('ExampleUser'), action: 'kms:GenerateDataKeyWithoutPlaintext', keyPolicy },
      true,
    ],
    [
      "user's session decrypts",
      { as: sessionArn('ExampleRole'), action: 'kms:Decrypt', keyPolicy },
      true,
    ],
    ['user does not sign', { as: userArn('ExampleUser'), action: 'kms:Sign', keyPolicy }, false],
    [
      'user does not change the policy',
      { as: userArn('ExampleUser'), action: 'kms:PutKeyPolicy', keyPolicy },
      false,
    ],
    [
      'a user of another name',
      { as: userArn('ExampleUser2'), action: 'kms:Encrypt', keyPolicy },
      false,
    ],
    [
      'a user of that name elsewhere',
      { as: userArn('ExampleUser', AWAY), action: 'kms:Encrypt', keyPolicy },
      false,
    ],
    [
      'a session of a role of another name',
      { as: sessionArn('ExampleRole2'), action: 'kms:Decrypt', keyPolicy },
      false,
    ],
    [
      'a grant for an AWS resource',
      {
        as: userArn('ExampleUser'),
        action: 'kms:CreateGrant',
        keyPolicy,
        context: { 'kms:GrantIsForAWSResource': 'true' },
      },
      true,
    ],
    [
      'a grant for something else',
      {
        as: userArn('ExampleUser'),
        action: 'kms:CreateGrant',
        keyPolicy,
        context: { 'kms:GrantIsForAWSResource': 'false' },
      },
      false,
    ],
    [
      'a grant for who knows what',
      { as: userArn('ExampleUser'), action: 'kms:CreateGrant', keyPolicy },
      false,
    ],
    [
      'actions in other case',
      { as: ALICE, action: 'kms:Encrypt', keyPolicy: allow(ALICE, 'KMS:enCRYPT') },
      true,
    ],
  ]
  test.each(rows)('%s: %s', (_title, c, allowed) => expect(decideCase(c).allowed).toBe(allowed))
})

describe('other accounts: both sides must allow', () => {
  const keyPolicy = [ENABLE_IAM, USERS]
  const as = userArn('Alice', AWAY)
  const rows: Row[] = [
    [
      'account named, identity policy',
      { as, action: 'kms:Encrypt', keyPolicy, identity: identity('kms:Encrypt', KEY) },
      true,
    ],
    ['account named, no identity policy', { as, action: 'kms:Encrypt', keyPolicy }, false],
    [
      'account named, identity policy for keys of its own',
      {
        as,
        action: 'kms:Encrypt',
        keyPolicy,
        identity: identity('kms:*', `arn:aws:kms:*:${AWAY}:key/*`),
      },
      false,
    ],
    [
      'account named for other actions',
      { as, action: 'kms:PutKeyPolicy', keyPolicy, identity: identity('kms:*') },
      false,
    ],
    ['root of the account named', { as: root(AWAY), action: 'kms:Encrypt', keyPolicy }, true],
    [
      'user named, identity policy',
      { as, action: 'kms:Encrypt', keyPolicy: allow(as), identity: identity('kms:*') },
      true,
    ],
    ['user named, no identity policy', { as, action: 'kms:Encrypt', keyPolicy: allow(as) }, false],
    [
      'session named, boundary does not allow',
      {
        as: sessionArn('App', AWAY),
        action: 'kms:Encrypt',
        keyPolicy: allow(sessionArn('App', AWAY)),
        identity: identity('kms:*'),
        boundary: identity('s3:*'),
      },
      false,
    ],
    [
      'session named, session policy does not allow',
      {
        as: sessionArn('App', AWAY),
        action: 'kms:Encrypt',
        keyPolicy: allow(sessionArn('App', AWAY)),
        identity: identity('kms:*'),
        session: identity('s3:*'),
      },
      false,
    ],
    [
      'everyone, identity policy',
      { as, action: 'kms:Encrypt', keyPolicy: allow('*'), identity: identity('kms:*') },
      true,
    ],
    ['everyone, no identity policy', { as, action: 'kms:Encrypt', keyPolicy: allow('*') }, false],
    [
      'a third account',
      {
        as: userArn('Alice', '777788889999'),
        action: 'kms:Encrypt',
        keyPolicy,
        identity: identity('kms:*'),
      },
      false,
    ],
    [
      'a grant, identity policy',
      { as, action: 'kms:Decrypt', identity: identity('kms:*'), grants: [{}] },
      true,
    ],
    ['a grant, no identity policy', { as, action: 'kms:Decrypt', grants: [{}] }, false],
    [
      "an alias of another account's",
      {
        as,
        action: 'kms:DeleteAlias',
        resource: ALIAS,
        keyPolicy: 'none',
        identity: identity('kms:*'),
      },
      false,
    ],
  ]
  test.each(rows)('%s: %s', (_title, c, allowed) => expect(decideCase(c).allowed).toBe(allowed))
})

describe('actions without a key policy', () => {
  const rows: Row[] = [
    ...['CreateKey', 'ListKeys', 'ListAliases', 'GenerateRandom'].flatMap((name): Row[] => {
      const c: Case = { as: ALICE, action: `kms:${name}`, resource: '*', keyPolicy: 'none' }
      return [
        [`${name} by root`, { ...c, as: root(HOME) }, true],
        [
          `${name} by a user with identity policy`,
          { ...c, identity: identity(`kms:${name}`) },
          true,
        ],
        [`${name} by a user without`, c, false],
        [
          `${name} by a user with identity policy for keys`,
          { ...c, identity: identity('kms:*', KEY) },
          false,
        ],
        [
          `${name} beyond the boundary`,
          { ...c, identity: identity('kms:*'), boundary: identity('s3:*') },
          false,
        ],
        [
          `${name} beyond the session policy`,
          { ...c, as: sessionArn('App'), identity: identity('kms:*'), session: identity('s3:*') },
          false,
        ],
      ]
    }),
    [
      'the alias of CreateAlias',
      {
        as: ALICE,
        action: 'kms:CreateAlias',
        resource: ALIAS,
        keyPolicy: 'none',
        identity: identity('kms:CreateAlias', `arn:aws:kms:*:${HOME}:alias/*`),
      },
      true,
    ],
    [
      'the alias of CreateAlias, identity policy for keys only',
      {
        as: ALICE,
        action: 'kms:CreateAlias',
        resource: ALIAS,
        keyPolicy: 'none',
        identity: identity('kms:CreateAlias', KEY),
      },
      false,
    ],
  ]
  test.each(rows)('%s: %s', (_title, c, allowed) => expect(decideCase(c).allowed).toBe(allowed))
})
