import { describe, expect, test } from 'vitest'
import {
  checkGrantPrincipal,
  checkGrantTerms,
  type Grant,
  type GrantConstraints,
  type GrantedKey,
  type GrantOperation,
  grantAllows,
  grantOperationsOf,
  isNoWider,
  retireRight,
} from '../core/auth/grant.ts'
import type { Principal } from '../core/auth/policy-request.ts'

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
    ['equals: empty and no context', { EncryptionContextEquals: {} }, undefined, true],
    ['equals: empty and a context', { EncryptionContextEquals: {} }, subset, false],
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
  test.each(rows)('with %s', (_title, child, parent, expected) => {
    const operations: GrantOperation[] = ['Decrypt']
    expect(isNoWider({ operations, constraints: child }, { operations, constraints: parent })).toBe(
      expected,
    )
  })
})

describe('checkGrantTerms', () => {
  const symmetric: GrantedKey = {
    usage: 'ENCRYPT_DECRYPT',
    spec: 'SYMMETRIC_DEFAULT',
    asymmetric: false,
  }
  const rsa: GrantedKey = { usage: 'ENCRYPT_DECRYPT', spec: 'RSA_2048', asymmetric: true }
  const signing: GrantedKey = { usage: 'SIGN_VERIFY', spec: 'ECC_NIST_P256', asymmetric: true }
  const mac: GrantedKey = { usage: 'GENERATE_VERIFY_MAC', spec: 'HMAC_256', asymmetric: false }
  const agreement: GrantedKey = { usage: 'KEY_AGREEMENT', spec: 'ECC_NIST_P256', asymmetric: true }
  const common = ['CreateGrant', 'DescribeKey', 'RetireGrant']

  const table: [string, GrantedKey, string[]][] = [
    [
      'symmetric encryption',
      symmetric,
      [
        'Decrypt',
        'Encrypt',
        'GenerateDataKey',
        'GenerateDataKeyPair',
        'GenerateDataKeyPairWithoutPlaintext',
        'GenerateDataKeyWithoutPlaintext',
        'ReEncryptFrom',
        'ReEncryptTo',
      ],
    ],
    [
      'asymmetric encryption',
      rsa,
      ['Decrypt', 'Encrypt', 'GetPublicKey', 'ReEncryptFrom', 'ReEncryptTo'],
    ],
    ['signing', signing, ['GetPublicKey', 'Sign', 'Verify']],
    ['MAC', mac, ['GenerateMac', 'VerifyMac']],
    ['key agreement', agreement, ['DeriveSharedSecret', 'GetPublicKey']],
  ]
  test.each(table)('operations of a key for %s', (_title, key, operations) => {
    expect([...grantOperationsOf(key)].sort()).toEqual([...operations, ...common].sort())
    expect(() => checkGrantTerms(key, { operations: [...grantOperationsOf(key)] })).not.toThrow()
  })

  const pairs = (count: number, length: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, 'x'.repeat(length)]))
  const refused: [string, GrantedKey, GrantOperation[], GrantConstraints | undefined, string][] = [
    ['no operation', symmetric, [], undefined, 'Grants must contain at least one operation.'],
    [
      'CreateGrant alone',
      symmetric,
      ['CreateGrant'],
      undefined,
      'Grants must not contain only the CreateGrant operation.',
    ],
    [
      'Sign with a symmetric key',
      symmetric,
      ['Encrypt', 'Sign'],
      undefined,
      'Grant operation Sign is not supported by a key with KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT.',
    ],
    [
      'GenerateDataKey with an RSA key',
      rsa,
      ['GenerateDataKey'],
      undefined,
      'Grant operation GenerateDataKey is not supported by a key with KeySpec RSA_2048 and KeyUsage ENCRYPT_DECRYPT.',
    ],
    [
      'GetPublicKey with a MAC key',
      mac,
      ['GetPublicKey'],
      undefined,
      'Grant operation GetPublicKey is not supported by a key with KeySpec HMAC_256 and KeyUsage GENERATE_VERIFY_MAC.',
    ],
    [
      'a constraint with an RSA key',
      rsa,
      ['Encrypt'],
      { EncryptionContextSubset: { a: 'b' } },
      'Encryption context constraints are not supported by a key with KeySpec RSA_2048 and KeyUsage ENCRYPT_DECRYPT.',
    ],
    [
      'a constraint with a MAC key',
      mac,
      ['GenerateMac'],
      { EncryptionContextEquals: {} },
      'Encryption context constraints are not supported by a key with KeySpec HMAC_256 and KeyUsage GENERATE_VERIFY_MAC.',
    ],
    [
      '9 pairs',
      symmetric,
      ['Encrypt'],
      { EncryptionContextSubset: pairs(9, 1) },
      'A grant constraint must have at most 8 encryption context pairs.',
    ],
    [
      '385 characters',
      symmetric,
      ['Encrypt'],
      { EncryptionContextEquals: pairs(1, 384) },
      'A grant constraint must not exceed 384 characters.',
    ],
  ]
  test.each(refused)('refuses %s', (_title, key, operations, constraints, message) => {
    expect(() => checkGrantTerms(key, { operations, constraints })).toThrow(
      expect.objectContaining({ code: 'ValidationException', message }),
    )
  })

  test('takes 8 pairs and 384 characters', () => {
    for (const constraint of [pairs(8, 1), pairs(1, 383)]) {
      expect(() =>
        checkGrantTerms(symmetric, {
          operations: ['Encrypt'],
          constraints: { EncryptionContextSubset: constraint },
        }),
      ).not.toThrow()
    }
  })
})

describe('who may retire a grant', () => {
  const OTHER = 'arn:aws:iam::444455556666:root'
  const rows: [string, Partial<Grant>, Principal, ReturnType<typeof retireRight>][] = [
    [
      'the retiring user',
      { granteePrincipal: SESSION.arn, retiringPrincipal: USER.arn },
      USER,
      'retiring-principal',
    ],
    [
      'a session of the retiring role',
      { retiringPrincipal: `arn:aws:iam::${ACCOUNT}:role/ExampleRole` },
      SESSION,
      'retiring-principal',
    ],
    [
      'the root of a retiring account',
      { retiringPrincipal: OTHER },
      principal('root', '444455556666'),
      'retiring-principal',
    ],
    [
      'a user of a retiring account',
      { retiringPrincipal: OTHER },
      principal('user', '444455556666'),
      'delegated',
    ],
    [
      'the grantee, permitted RetireGrant',
      { operations: ['Decrypt', 'RetireGrant'] },
      USER,
      'grantee',
    ],
    ['the root where it was made', {}, principal('root'), 'issuing-account'],
    ['the grantee, not permitted', {}, USER, 'delegated'],
    ['another user where it was made', {}, principal('role'), 'delegated'],
    [
      'the grantee of another account, not permitted',
      { granteePrincipal: principal('user', '444455556666').arn },
      principal('user', '444455556666'),
      undefined,
    ],
    ['a stranger', {}, principal('root', '444455556666'), undefined],
  ]
  test.each(rows)('%s', (_title, change, who, expected) => {
    expect(retireRight(grant(change), who)).toBe(expected)
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
