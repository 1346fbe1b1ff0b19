import { describe, expect, test } from 'vitest'
import type { Grant } from '../../core/policy/grant-decision.ts'
import {
  ALICE,
  AWAY,
  allow,
  type Case,
  decideCase,
  deny,
  HOME,
  identity,
  messageOf,
  type Row,
  roleArn,
  root,
  type Statement,
  sessionArn,
  userArn,
} from '../support/access.ts'

describe('what limits whom (IAM User Guide, "Policy evaluation logic")', () => {
  const session = sessionArn('App')
  const role = roleArn('App')
  const nothing = identity('s3:*')
  const all = identity('kms:*')
  const limits: [string, Pick<Case, 'identity' | 'boundary' | 'session'>][] = [
    ['identity policy', { identity: nothing }],
    ['permissions boundary', { boundary: nothing }],
    ['session policy', { session: nothing }],
  ]
  /** for who is named how: whether an implicit denial there denies */
  const table: [named: string, as: string, Principal: string, ...expected: boolean[]][] = [
    ['user', ALICE, ALICE, true, true, true],
    ['session', session, session, true, true, true],
    ['everyone', session, '*', true, true, true],
    ['role of the session', session, role, true, false, false],
    ['role itself', role, role, true, false, false],
    ['account', ALICE, root(HOME), false, false, false],
    ['account of the session', session, root(HOME), false, false, false],
  ]
  const rows = table.flatMap(([named, as, Principal, ...expected]) =>
    limits.map(
      ([limit, change], i): Row => [
        `${named} named, no Allow in the ${limit}`,
        { as, action: 'kms:Encrypt', keyPolicy: allow(Principal), identity: all, ...change },
        expected[i] === true,
      ],
    ),
  )
  test.each(rows)('%s: %s', (_title, c, allowed) => expect(decideCase(c).allowed).toBe(allowed))

  test.each(table)('%s named, everything allows', (_named, as, Principal) => {
    const c = {
      as,
      action: 'kms:Encrypt',
      keyPolicy: allow(Principal),
      identity: all,
      boundary: all,
      session: all,
    }
    expect(decideCase(c).allowed).toBe(true)
  })

  const denyAll = [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }]
  test.each([
    ['identity policy', { identity: denyAll }],
    ['permissions boundary', { boundary: denyAll }],
    ['session policy', { session: denyAll }],
    ['key policy', { keyPolicy: [...allow('*'), ...deny(root(HOME))] }],
  ])('an explicit Deny in the %s denies whoever is named', (_source, change) => {
    for (const as of [ALICE, session, root(HOME)]) {
      const c = {
        as,
        action: 'kms:Encrypt',
        keyPolicy: allow('*'),
        identity: all,
        grants: [{ operations: ['Encrypt' as const] }],
        ...change,
      }
      expect(decideCase(c).allowed).toBe(false)
    }
  })

  const denials: Row[] = [
    [
      'the session',
      { as: session, action: 'kms:Encrypt', keyPolicy: [...allow('*'), ...deny(session)] },
      false,
    ],
    [
      'its role',
      { as: session, action: 'kms:Encrypt', keyPolicy: [...allow('*'), ...deny(role)] },
      false,
    ],
    [
      'its account',
      { as: session, action: 'kms:Encrypt', keyPolicy: [...allow('*'), ...deny(HOME)] },
      false,
    ],
    [
      'another session',
      { as: session, action: 'kms:Encrypt', keyPolicy: [...allow('*'), ...deny(`${session}2`)] },
      true,
    ],
    [
      'another account',
      { as: session, action: 'kms:Encrypt', keyPolicy: [...allow('*'), ...deny(AWAY)] },
      true,
    ],
  ]
  test.each(denials)('a Deny for %s: %s', (_title, c, allowed) =>
    expect(decideCase(c).allowed).toBe(allowed),
  )

  const spare = (...AWS: string[]) => [
    ...allow('*'),
    { Effect: 'Deny', NotPrincipal: { AWS }, Action: 'kms:*', Resource: '*' },
  ]
  const admit = (...AWS: string[]) => [
    { Effect: 'Allow', NotPrincipal: { AWS }, Action: 'kms:*', Resource: '*' },
  ]
  const excepted: [string, string, Statement[], boolean][] = [
    ['Deny spares a user named with the account', ALICE, spare(ALICE, root(HOME)), true],
    ['Deny does not spare a user named alone', ALICE, spare(ALICE), false],
    [
      'Deny does not spare another user of the account',
      userArn('Bob'),
      spare(ALICE, root(HOME)),
      false,
    ],
    [
      'Deny spares a session named with role and account',
      session,
      spare(session, role, root(HOME)),
      true,
    ],
    [
      'Deny does not spare a session named without its role',
      session,
      spare(session, root(HOME)),
      false,
    ],
    ['Deny spares root by the account', root(HOME), spare(HOME), true],
    ['Allow reaches who is not named', ALICE, admit(userArn('Bob')), true],
    ['Allow does not reach who is named', ALICE, admit(ALICE), false],
    ['Allow does not reach a session whose role is named', session, admit(role), false],
    ['Allow does not reach who is of an account named', ALICE, admit(root(HOME)), false],
  ]
  test.each(excepted)('NotPrincipal: %s', (_title, as, keyPolicy, allowed) => {
    expect(decideCase({ as, action: 'kms:Encrypt', keyPolicy }).allowed).toBe(allowed)
  })
})

describe('grants', () => {
  const constraints = { EncryptionContextSubset: { Department: 'Finance' } }
  const parent: Partial<Grant> = { operations: ['CreateGrant', 'Decrypt'], constraints }
  const rows: Row[] = [
    ['allow without any policy', { as: ALICE, action: 'kms:Decrypt', grants: [{}] }, true],
    ['allow no other operation', { as: ALICE, action: 'kms:Encrypt', grants: [{}] }, false],
    [
      'allow nobody else',
      { as: ALICE, action: 'kms:Decrypt', grants: [{ granteePrincipal: userArn('Bob') }] },
      false,
    ],
    [
      'to a role allow its sessions',
      {
        as: sessionArn('App'),
        action: 'kms:Decrypt',
        grants: [{ granteePrincipal: roleArn('App') }],
      },
      true,
    ],
    [
      'to a role are limited by session policies',
      {
        as: sessionArn('App'),
        action: 'kms:Decrypt',
        grants: [{ granteePrincipal: roleArn('App') }],
        session: identity('s3:*'),
      },
      false,
    ],
    [
      'to an account leave it to identity policies',
      { as: ALICE, action: 'kms:Decrypt', grants: [{ granteePrincipal: root(HOME) }] },
      false,
    ],
    [
      'to an account, with identity policy',
      {
        as: ALICE,
        action: 'kms:Decrypt',
        grants: [{ granteePrincipal: root(HOME) }],
        identity: identity('kms:*'),
      },
      true,
    ],
    [
      'with their constraint satisfied',
      {
        as: ALICE,
        action: 'kms:Decrypt',
        grants: [{ constraints }],
        encryptionContext: { Department: 'Finance', a: 'b' },
      },
      true,
    ],
    [
      'with their constraint not satisfied',
      {
        as: ALICE,
        action: 'kms:Decrypt',
        grants: [{ constraints }],
        encryptionContext: { Department: 'Sales' },
      },
      false,
    ],
    [
      'any one of them is enough',
      { as: ALICE, action: 'kms:Decrypt', grants: [{ constraints }, {}] },
      true,
    ],
    [
      'do not stand against a Deny of the key policy',
      { as: ALICE, action: 'kms:Decrypt', grants: [{}], keyPolicy: deny(ALICE) },
      false,
    ],
    [
      'let a grant be made that is no wider',
      {
        as: ALICE,
        action: 'kms:CreateGrant',
        grants: [parent],
        newGrant: { operations: ['Decrypt'], constraints },
      },
      true,
    ],
    [
      'do not let a wider one be made',
      {
        as: ALICE,
        action: 'kms:CreateGrant',
        grants: [parent],
        newGrant: { operations: ['Decrypt', 'Encrypt'], constraints },
      },
      false,
    ],
    [
      'do not let a less constrained one be made',
      {
        as: ALICE,
        action: 'kms:CreateGrant',
        grants: [parent],
        newGrant: { operations: ['Decrypt'] },
      },
      false,
    ],
    [
      'set no limit where the key policy allows',
      {
        as: ALICE,
        action: 'kms:CreateGrant',
        grants: [parent],
        keyPolicy: allow(ALICE),
        newGrant: { operations: ['Encrypt'] },
      },
      true,
    ],
  ]
  test.each(rows)('%s: %s', (_title, c, allowed) => expect(decideCase(c).allowed).toBe(allowed))
})

describe('sts:AssumeRole, decided by the trust policy', () => {
  const trust = (Principal: string, more: Statement = {}) => [
    { Effect: 'Allow', Principal: { AWS: Principal }, Action: 'sts:AssumeRole', ...more },
  ]
  const externalId = { Condition: { StringEquals: { 'sts:ExternalId': '12345' } } }
  const withMfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
  const away = userArn('Alice', AWAY)
  const c = (keyPolicy: Statement[], more: Partial<Case> = {}): Case => ({
    as: ALICE,
    action: 'sts:AssumeRole',
    resource: roleArn('App'),
    keyPolicy,
    ...more,
  })
  const rows: Row[] = [
    ['user named', c(trust(ALICE)), true],
    ['another user', c(trust(userArn('Bob'))), false],
    [
      'account named, identity policy',
      c(trust(root(HOME)), { identity: identity('sts:AssumeRole', roleArn('App')) }),
      true,
    ],
    ['account named, no identity policy', c(trust(root(HOME))), false],
    [
      'another account with the external id',
      c(trust(root(AWAY), externalId), {
        as: away,
        identity: identity('sts:*'),
        context: { 'sts:ExternalId': '12345' },
      }),
      true,
    ],
    [
      'another account without it',
      c(trust(root(AWAY), externalId), { as: away, identity: identity('sts:*') }),
      false,
    ],
    [
      'with MFA',
      c(trust(ALICE, withMfa), { context: { 'aws:MultiFactorAuthPresent': 'true' } }),
      true,
    ],
    [
      'without MFA',
      c(trust(ALICE, withMfa), { context: { 'aws:MultiFactorAuthPresent': 'false' } }),
      false,
    ],
  ]
  test.each(rows)('%s: %s', (_title, cs, allowed) => expect(decideCase(cs).allowed).toBe(allowed))

  test('denials name the trust policy', () => {
    const start = `User: ${ALICE} is not authorized to perform: sts:AssumeRole on resource: ${roleArn('App')}`
    const may = { identity: identity('sts:AssumeRole', roleArn('App')) }
    expect(messageOf(c(trust(userArn('Bob')), may))).toBe(
      `${start} because no role trust policy allows the sts:AssumeRole action`,
    )
    // whether the role trusts somebody else, the account, or isn't there: one answer
    for (const trusting of [trust(userArn('Bob')), trust(root(HOME)), []]) {
      expect(messageOf(c(trusting))).toBe(
        `${start} because no identity-based policy allows the sts:AssumeRole action`,
      )
    }
    const refused = [...trust(ALICE), { ...trust(ALICE)[0], Effect: 'Deny' }]
    expect(messageOf(c(refused))).toBe(`${start} with an explicit deny in the role trust policy`)
  })
})
