import { describe, expect, test } from 'vitest'
import type { Asked } from '../../core/access/asked.ts'
import { conditionContextOf } from '../../core/access/condition-keys.ts'
import { GLOBAL_KEYS, KMS_KEYS, NEVER, STS_KEYS } from '../../core/access/condition-table.ts'
import { KEY_ACTIONS } from '../../core/access/key-actions.ts'
import type { CallContext } from '../../core/base/call-context.ts'
import type { Caller } from '../../core/identity/caller.ts'
import { compileCondition } from '../../core/policy/condition.ts'

const ACCOUNT = '111122223333'
const NOW = Date.UTC(2026, 5, 1, 12)
const context: CallContext = {
  requestId: '1',
  face: 'aws',
  region: 'us-east-1',
  now: NOW,
  wallTime: NOW,
  signatureTime: NOW,
  sourceIp: '203.0.113.7',
  userAgent: '',
  secure: false,
}
const root: Caller = {
  accountId: ACCOUNT,
  type: 'root',
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  userId: ACCOUNT,
  tags: {},
  policies: { identity: {} },
}
const user: Caller = {
  ...root,
  type: 'user',
  arn: `arn:aws:iam::${ACCOUNT}:user/Alice`,
  userId: 'AIDA1',
  name: 'Alice',
}
const session: Caller = {
  ...root,
  type: 'assumed-role',
  userId: 'AROA1:s',
  name: 'App',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/App/s`,
  roleArn: `arn:aws:iam::${ACCOUNT}:role/App`,
  session: { issued: NOW, expires: NOW, mfa: false, tags: {}, transitiveTags: {} },
}

/** A request that has every member there is, whatever its action: presence is the action's to say. */
const everything = {
  BypassPolicyLockoutSafetyCheck: true,
  Constraints: { EncryptionContextSubset: { a: 'b' } },
  EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
  EncryptionContext: { a: 'b' },
  SourceEncryptionContext: { a: 'b' },
  DestinationEncryptionContext: { a: 'b' },
  ExpirationModel: 'KEY_MATERIAL_EXPIRES',
  GranteePrincipal: user.arn,
  KeyPairSpec: 'SM2',
  KeyAgreementAlgorithm: 'ECDH',
  KeySpec: 'SM2',
  KeyUsage: 'SIGN_VERIFY',
  MacAlgorithm: 'HMAC_SHA_256',
  MessageType: 'RAW',
  Operations: ['Encrypt'],
  PendingWindowInDays: 7,
  PrimaryRegion: 'eu-west-1',
  ReplicaRegion: 'eu-west-1',
  RetiringPrincipal: user.arn,
  RotationPeriodInDays: 90,
  SigningAlgorithm: 'SM2DSA',
  ValidTo: 1_546_257_599_000,
  WrappingAlgorithm: 'RSA',
  WrappingKeySpec: 'RSA_4096',
}
const asked = (action: string, more: Partial<Asked> = {}): Asked => ({
  caller: user,
  context,
  action,
  input: everything,
  keys: {},
  requestAlias: 'alias/a',
  constraints: { EncryptionContextSubset: { a: 'b' } },
  ...more,
})
const valueAt = (name: string, action: string, more: Partial<Asked> = {}) =>
  conditionContextOf(asked(action, more)).get(name.toLowerCase())

const ACTIONS = [
  ...KEY_ACTIONS,
  'kms:CreateKey',
  'kms:GenerateRandom',
  'kms:ListKeys',
  'kms:ListAliases',
]
const DATA_KEYS = [
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
]
const ENCRYPTS = ['Decrypt', 'Encrypt', ...DATA_KEYS, 'ReEncryptFrom', 'ReEncryptTo']

describe('AWS KMS (KMS Developer Guide, "AWS KMS condition keys", column "API operations")', () => {
  const rows: Record<string, string[]> = {
    'kms:BypassPolicyLockoutSafetyCheck': ['CreateKey', 'PutKeyPolicy'],
    'kms:DataKeyPairSpec': ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'],
    'kms:EncryptionAlgorithm': ENCRYPTS,
    'kms:EncryptionContext:a': [...ENCRYPTS, 'CreateGrant', 'RetireGrant'],
    'kms:EncryptionContextKeys': [...ENCRYPTS, 'CreateGrant', 'RetireGrant'],
    'kms:ExpirationModel': ['ImportKeyMaterial'],
    'kms:GrantConstraintType': ['CreateGrant', 'RetireGrant'],
    'kms:GrantIsForAWSResource': ['CreateGrant', 'ListGrants', 'RevokeGrant'],
    'kms:GrantOperations': ['CreateGrant'],
    'kms:GranteePrincipal': ['CreateGrant'],
    'kms:KeyAgreementAlgorithm': ['DeriveSharedSecret'],
    'kms:MacAlgorithm': ['GenerateMac', 'VerifyMac'],
    'kms:MessageType': ['Sign', 'Verify'],
    'kms:PrimaryRegion': ['UpdatePrimaryRegion'],
    'kms:ReEncryptOnSameKey': ['ReEncryptFrom', 'ReEncryptTo'],
    'kms:ReplicaRegion': ['ReplicateKey'],
    'kms:RequestAlias': [
      ...ENCRYPTS,
      'Decapsulate',
      'DeriveSharedSecret',
      'Encapsulate',
      'GenerateMac',
      'Sign',
      'Verify',
      'VerifyMac',
      'DescribeKey',
      'GetPublicKey',
    ],
    'kms:RetiringPrincipal': ['CreateGrant'],
    'kms:RotationPeriodInDays': ['EnableKeyRotation'],
    'kms:ScheduleKeyDeletionPendingWindowInDays': ['ScheduleKeyDeletion'],
    'kms:SigningAlgorithm': ['Sign', 'Verify'],
    'kms:ValidTo': ['ImportKeyMaterial'],
    'kms:WrappingAlgorithm': ['GetParametersForImport'],
    'kms:WrappingKeySpec': ['GetParametersForImport'],
  }
  /** "KMS key resource operations", some of them with CreateKey */
  const ofKeys = [
    'kms:CallerAccount',
    'kms:CustomerMasterKeySpec',
    'kms:CustomerMasterKeyUsage',
    'kms:KeyOrigin',
    'kms:KeySpec',
    'kms:KeyUsage',
    'kms:MultiRegion',
    'kms:MultiRegionKeyType',
    'kms:ResourceAliases',
  ]

  test.each(Object.entries(rows))('%s is in requests of %j alone', (name, operations) => {
    const present = ACTIONS.filter((action) => valueAt(name, action) !== undefined)
    expect(present.sort()).toEqual(operations.map((operation) => `kms:${operation}`).sort())
  })

  test('kms:CallerAccount is in requests about a key', () => {
    const present = ACTIONS.filter((action) => valueAt('kms:CallerAccount', action) !== undefined)
    expect(present).toEqual([...KEY_ACTIONS])
  })

  test('every key is in this table, and none that AWS has is left out', () => {
    const known = Object.keys(rows).filter((name) => !name.startsWith('kms:EncryptionContext:'))
    expect(Object.keys(KMS_KEYS).sort()).toEqual([...known, ...ofKeys].sort())
    const never = Object.values(NEVER)
      .flat()
      .filter((name) => name.startsWith('kms:'))
    expect(never).toEqual(['kms:ViaService'])
  })

  test('of a grant that is retired its constraints are looked at', () => {
    expect(valueAt('kms:EncryptionContextKeys', 'kms:RetireGrant')).toEqual(['a'])
    expect(valueAt('kms:GrantConstraintType', 'kms:RetireGrant')).toEqual([
      'EncryptionContextSubset',
    ])
    expect(
      valueAt('kms:EncryptionContextKeys', 'kms:RetireGrant', { constraints: undefined }),
    ).toEqual([])
  })
})

describe('global (IAM User Guide, "AWS global condition context keys", "Availability")', () => {
  test.each([
    ...['aws:CurrentTime', 'aws:EpochTime', 'aws:PrincipalAccount', 'aws:PrincipalArn'],
    ...['aws:PrincipalIsAWSService', 'aws:PrincipalType', 'aws:RequestedRegion'],
    ...['aws:ResourceAccount', 'aws:SecureTransport', 'aws:SourceIp', 'aws:UserAgent'],
    ...['aws:ViaAWSService', 'aws:userid'],
  ])('%s is always there', (name) => {
    for (const caller of [root, user, session]) {
      for (const action of [...ACTIONS, 'sts:AssumeRole', 'tenkey:ExplainAccess']) {
        expect(valueAt(name, action, { caller, input: {} })).toBeTypeOf('string')
      }
    }
    expect(GLOBAL_KEYS[name]?.present).toBe('always')
  })

  test.each([
    ['aws:username', [user]],
    ['aws:TokenIssueTime', [session]],
    ['aws:MultiFactorAuthPresent', [session]],
    ['aws:MultiFactorAuthAge', []],
    ['aws:SourceIdentity', []],
  ])('%s is there for some callers alone', (name, callers: Caller[]) => {
    const there = [root, user, session].filter(
      (caller) => valueAt(name, 'kms:Encrypt', { caller }) !== undefined,
    )
    expect(there).toEqual(callers)
  })

  test.each(Object.values(NEVER).flat())('%s is never there', (name) => {
    for (const action of ACTIONS) expect(valueAt(name, action)).toBeUndefined()
    expect([KMS_KEYS, STS_KEYS, GLOBAL_KEYS].some((table) => Object.hasOwn(table, name))).toBe(
      false,
    )
  })
})

describe('moments', () => {
  const holds = (operator: string, key: string, value: string, action = 'kms:ImportKeyMaterial') =>
    compileCondition(
      { operator, key, values: [value] },
      'Deny',
      true,
    )(conditionContextOf(asked(action, { caller: session })))
  test.each([
    // KMS Developer Guide, "kms:ValidTo": its example
    ['NumericLessThanEquals', 'kms:ValidTo', '1546257599.0', true],
    ['NumericLessThan', 'kms:ValidTo', '1546257599.0', false],
    ['NumericGreaterThan', 'kms:ValidTo', '1546257598', true],
    ['DateLessThanEquals', 'kms:ValidTo', '2018-12-31T11:59:59Z', true],
    ['DateLessThanEquals', 'kms:ValidTo', '2018-12-31T11:59:58Z', false],
    ['DateEquals', 'kms:ValidTo', '1546257599', true],
    // "Data type: Date, Numeric"
    ['NumericEquals', 'aws:EpochTime', String(NOW / 1000), true],
    ['DateEquals', 'aws:EpochTime', '2026-06-01T12:00:00Z', true],
    // "Data type: Date", in the policy also as Unix seconds
    ['DateEquals', 'aws:CurrentTime', '2026-06-01T12:00:00Z', true],
    ['DateEquals', 'aws:CurrentTime', String(NOW / 1000), true],
    ['NumericEquals', 'aws:CurrentTime', String(NOW / 1000), false],
    ['DateEquals', 'aws:TokenIssueTime', '2026-06-01T12:00:00Z', true],
    ['DateEquals', 'aws:TokenIssueTime', String(NOW / 1000), true],
  ])('%s %s %s: %s', (operator, key, value, expected) => {
    expect(holds(operator, key, value)).toBe(expected)
  })
})
