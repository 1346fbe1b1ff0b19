import { describe, expect, test } from 'vitest'
import {
  checkGrantPrincipal,
  type Grant,
  grantAllows,
  isNoWider,
} from '../../core/policy/grant-decision.ts'
import type { GrantConstraints, GrantOperation } from '../../core/policy/grant-terms.ts'
import type { Principal } from '../../core/policy/request.ts'
import { retirementsOf } from '../../core/policy/retirement.ts'

const ACCOUNT = '111122223333'
const ROOT = `arn:aws:iam::${ACCOUNT}:root`
const principal = (type: Principal['type'], accountId = ACCOUNT): Principal => {
  const base = { accountId, type, userId: type, tags: {} }
  if (type === 'root') return { ...base, arn: `arn:aws:iam::${accountId}:root` }
  if (type === 'assumed-role') {
    return {
      ...base,
      arn: `arn:aws:sts::${accountId}:assumed-role/ExampleRole/session`,
      roleArn: `arn:aws:iam::${accountId}:role/ExampleRole`,
    }
  }
  return { ...base, arn: `arn:aws:iam::${accountId}:${type}/Example` }
}
const USER = principal('user')
const SESSION = principal('assumed-role')

const grant = (change: Partial<Grant> = {}): Grant => ({
  id: 'g-1',
  granteePrincipal: USER.arn,
  operations: ['Decrypt', 'GenerateDataKey', 'DescribeKey'],
  issuingAccount: ROOT,
  ...change,
})

describe('grantAllows', () => {
  const subset = { Department: 'Finance', Classification: 'Public' }
  const contexts: [string, GrantConstraints, Record<string, string> | undefined, boolean][] = [
    ['subset: equal', { EncryptionContextSubset: subset }, subset, true],
    [
      'subset: other order',
      { EncryptionContextSubset: subset },
      { Classification: 'Public', Department: 'Finance' },
      true,
    ],
    [
      'subset: more pairs',
      { EncryptionContextSubset: subset },
      { Customer: '12345', ...subset, Purpose: 'Test' },
      true,
    ],
    [
      'subset: a pair missing',
      { EncryptionContextSubset: subset },
      { Department: 'Finance' },
      false,
    ],
    [
      'subset: values in other case',
      { EncryptionContextSubset: subset },
      { department: 'finance', classification: 'public' },
      false,
    ],
    [
      'subset: another pair instead',
      { EncryptionContextSubset: subset },
      { Classification: 'Public', Customer: '12345' },
      false,
    ],
    [
      'subset: names in other case',
      { EncryptionContextSubset: subset },
      { department: 'Finance', CLASSIFICATION: 'Public' },
      true,
    ],
    ['subset: no context', { EncryptionContextSubset: subset }, undefined, false],
    ['subset: empty', { EncryptionContextSubset: {} }, undefined, true],
    [
      'subset: a second spelling does not help',
      { EncryptionContextSubset: { Tenant: 'a' } },
      { Tenant: 'b', tenant: 'a' },
      false,
    ],
    [
      'subset: two other spellings must both fit',
      { EncryptionContextSubset: { Tenant: 'a' } },
      { TENANT: 'b', tenant: 'a' },
      false,
    ],
    [
      'subset: an inherited name is no pair',
      { EncryptionContextSubset: { constructor: 'x' } },
      {},
      false,
    ],
    [
      'equals: equal',
      { EncryptionContextEquals: subset },
      { Classification: 'Public', Department: 'Finance' },
      true,
    ],
    [
      'equals: more pairs',
      { EncryptionContextEquals: subset },
      { ...subset, Purpose: 'Test' },
      false,
    ],
    [
      'equals: a pair missing',
      { EncryptionContextEquals: subset },
      { Department: 'Finance' },
      false,
    ],
    [
      'equals: another value',
      { EncryptionContextEquals: subset },
      { ...subset, Classification: 'public' },
      false,
    ],
    [
      'equals: another pair under cover of a second spelling',
      { EncryptionContextEquals: { a: '1', A: '1' } },
      { A: '1', x: '9' },
      false,
    ],
    ['equals: a pair twice', { EncryptionContextEquals: { a: '1' } }, { a: '1', A: '1' }, false],
    ['equals: empty and no context', { EncryptionContextEquals: {} }, undefined, true],
    ['equals: empty and a context', { EncryptionContextEquals: {} }, subset, false],
    [
      'equals: empty beside a subset, as Terraform made them',
      { EncryptionContextEquals: {}, EncryptionContextSubset: subset },
      subset,
      true,
    ],
    [
      'equals: empty beside a subset, which goes on to constrain',
      { EncryptionContextEquals: {}, EncryptionContextSubset: subset },
      undefined,
      false,
    ],
    [
      'both: only one satisfied',
      { EncryptionContextEquals: subset, EncryptionContextSubset: { a: 'b' } },
      subset,
      false,
    ],
  ]
  test.each(contexts)('constraint %s', (_title, constraints, encryptionContext, expected) => {
    const allowed = grantAllows(grant({ constraints }), {
      action: 'kms:Decrypt',
      principal: USER,
      encryptionContext,
    })
    expect(allowed).toBe(expected ? 'self' : undefined)
  })

  test('constraints do not apply to operations without encryption context', () => {
    const constrained = grant({ constraints: { EncryptionContextEquals: subset } })
    expect(grantAllows(constrained, { action: 'kms:DescribeKey', principal: USER })).toBe('self')
  })

  test.each(['kms:Encrypt', 'kms:decrypt', 'Decrypt', 'kms:*', 'kms:GenerateDataKeyPair'])(
    '%s is not among the operations',
    (action) => {
      expect(grantAllows(grant(), { action, principal: USER })).toBeUndefined()
    },
  )

  const grantees: [string, Principal, string | undefined][] = [
    [USER.arn, USER, 'self'],
    [USER.arn, principal('user', '444455556666'), undefined],
    [USER.arn, principal('root'), undefined],
    [SESSION.arn, SESSION, 'self'],
    [`arn:aws:iam::${ACCOUNT}:role/ExampleRole`, SESSION, 'role'],
    [`arn:aws:iam::${ACCOUNT}:role/OtherRole`, SESSION, undefined],
    [ROOT, principal('root'), 'self'],
    [ROOT, USER, 'account'],
    [ROOT, principal('user', '444455556666'), undefined],
  ]
  test.each(grantees)('grantee %s and %o: %s', (granteePrincipal, who, expected) => {
    expect(
      grantAllows(grant({ granteePrincipal }), { action: 'kms:Decrypt', principal: who }),
    ).toBe(expected)
  })

  test('CreateGrant only for a grant that is no wider', () => {
    const parent = grant({ operations: ['CreateGrant', 'Decrypt', 'GenerateDataKey'] })
    const ask = (operations: GrantOperation[]) =>
      grantAllows(parent, { action: 'kms:CreateGrant', principal: USER, newGrant: { operations } })
    expect(ask(['GenerateDataKey', 'Decrypt'])).toBe('self')
    expect(ask(['Decrypt', 'CreateGrant'])).toBe('self')
    expect(ask(['Decrypt', 'Encrypt'])).toBeUndefined()
    expect(grantAllows(parent, { action: 'kms:CreateGrant', principal: USER })).toBeUndefined()
  })
})

describe('a child grant', () => {
  const one = { a: '1' }
  const two = { a: '1', b: '2' }
  const rows: [string, GrantConstraints | undefined, GrantConstraints | undefined, boolean][] = [
    ['no constraint under none', undefined, undefined, true],
    ['a constraint under none', { EncryptionContextSubset: one }, undefined, true],
    ['no constraint under a subset', undefined, { EncryptionContextSubset: one }, false],
    ['the same subset', { EncryptionContextSubset: one }, { EncryptionContextSubset: one }, true],
    [
      'a subset with pairs added',
      { EncryptionContextSubset: two },
      { EncryptionContextSubset: one },
      true,
    ],
    [
      'a subset with pairs removed',
      { EncryptionContextSubset: one },
      { EncryptionContextSubset: two },
      false,
    ],
    [
      'a subset with another value',
      { EncryptionContextSubset: { a: '2' } },
      { EncryptionContextSubset: one },
      false,
    ],
    [
      'equality instead of a subset',
      { EncryptionContextEquals: two },
      { EncryptionContextSubset: one },
      true,
    ],
    [
      'equality without the pairs of the subset',
      { EncryptionContextEquals: one },
      { EncryptionContextSubset: two },
      false,
    ],
    [
      'a subset instead of equality',
      { EncryptionContextSubset: two },
      { EncryptionContextEquals: two },
      false,
    ],
    ['the same equality', { EncryptionContextEquals: two }, { EncryptionContextEquals: two }, true],
    ['another equality', { EncryptionContextEquals: one }, { EncryptionContextEquals: two }, false],
    ['a wider equality', { EncryptionContextEquals: two }, { EncryptionContextEquals: one }, false],
    [
      'one of two constraints',
      { EncryptionContextEquals: two },
      { EncryptionContextEquals: two, EncryptionContextSubset: { c: '3' } },
      false,
    ],
  ]
  const empty: typeof rows = [
    [
      'an empty subset, which is none',
      { EncryptionContextSubset: {} },
      { EncryptionContextSubset: one },
      false,
    ],
    [
      'an empty equality, which is none',
      { EncryptionContextEquals: {} },
      { EncryptionContextEquals: {} },
      false,
    ],
    [
      'a subset under one with an empty equality',
      { EncryptionContextSubset: one, EncryptionContextEquals: {} },
      { EncryptionContextSubset: one, EncryptionContextEquals: {} },
      true,
    ],
  ]
  test.each([...rows, ...empty])('with %s', (_title, child, parent, expected) => {
    const operations: GrantOperation[] = ['Decrypt']
    expect(isNoWider({ operations, constraints: child }, { operations, constraints: parent })).toBe(
      expected,
    )
  })
})

describe('who may retire a grant', () => {
  const OTHER = 'arn:aws:iam::444455556666:root'
  /** how directly a grant names who wants to retire it: see policy-principal.ts */
  const right = (change: Partial<Grant>, who: Principal) =>
    retirementsOf(grant(change))
      .map((one) => grantAllows(one, { action: 'kms:RetireGrant', principal: who }))
      .filter((directness) => directness !== undefined)
  const rows: [string, Partial<Grant>, Principal, ReturnType<typeof right>][] = [
    [
      'the retiring user, who is of the account where it was made too',
      { granteePrincipal: SESSION.arn, retiringPrincipal: USER.arn },
      USER,
      ['self', 'account'],
    ],
    [
      'a session of the retiring role',
      { retiringPrincipal: `arn:aws:iam::${ACCOUNT}:role/ExampleRole` },
      SESSION,
      ['role', 'account'],
    ],
    [
      'the root of a retiring account',
      { retiringPrincipal: OTHER },
      principal('root', '444455556666'),
      ['self'],
    ],
    [
      'a user of a retiring account',
      { retiringPrincipal: OTHER },
      principal('user', '444455556666'),
      ['account'],
    ],
    [
      'the grantee, permitted RetireGrant',
      { operations: ['Decrypt', 'RetireGrant'] },
      USER,
      ['self', 'account'],
    ],
    ['the root where it was made', {}, principal('root'), ['self']],
    ['the grantee, not permitted', {}, USER, ['account']],
    ['another user where it was made', {}, principal('role'), ['account']],
    [
      'the grantee of another account, not permitted',
      { granteePrincipal: principal('user', '444455556666').arn },
      principal('user', '444455556666'),
      [],
    ],
    ['a stranger', {}, principal('root', '444455556666'), []],
  ]
  test.each(rows)('%s', (_title, change, who, expected) => {
    expect(right(change, who)).toEqual(expected)
  })
})

describe('checkGrantPrincipal', () => {
  test.each([ROOT, USER.arn, SESSION.arn, 'arn:aws:iam::111122223333:role/path/ExampleRole'])(
    'takes %s',
    (arn) => {
      expect(() => checkGrantPrincipal(arn)).not.toThrow()
    },
  )
  test.each([
    ACCOUNT,
    '*',
    'rds.amazonaws.com',
    'arn:aws:iam::111122223333:group/Admins',
    'arn:aws:kms:eu-west-1:111122223333:key/1',
  ])('refuses %s', (arn) => {
    expect(() => checkGrantPrincipal(arn)).toThrow(
      expect.objectContaining({
        code: 'InvalidArnException',
        message: `ARN does not refer to a valid principal: ${arn}`,
      }),
    )
  })
})
