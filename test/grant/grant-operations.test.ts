import { describe, expect, test } from 'vitest'
import {
  checkGrantTerms,
  type GrantedKey,
  grantOperationsOf,
} from '../../core/grant/grant-operations.ts'
import type { GrantConstraints, GrantOperation } from '../../core/policy/grant-terms.ts'

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
  const encapsulation: GrantedKey = {
    usage: 'ENCAPSULATE_DECAPSULATE',
    spec: 'ML_KEM_768',
    asymmetric: true,
  }
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
    ['encapsulation', encapsulation, ['Decapsulate', 'Encapsulate', 'GetPublicKey']],
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
      { EncryptionContextEquals: { a: 'b' } },
      'Encryption context constraints are not supported by a key with KeySpec HMAC_256 and KeyUsage GENERATE_VERIFY_MAC.',
    ],
    [
      'Decapsulate with a key for key agreement',
      agreement,
      ['Decapsulate'],
      undefined,
      'Grant operation Decapsulate is not supported by a key with KeySpec ECC_NIST_P256 and KeyUsage KEY_AGREEMENT.',
    ],
    [
      'a constraint with a key for encapsulation',
      encapsulation,
      ['Encapsulate'],
      { EncryptionContextSubset: { a: 'b' } },
      'Encryption context constraints are not supported by a key with KeySpec ML_KEM_768 and KeyUsage ENCAPSULATE_DECAPSULATE.',
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
