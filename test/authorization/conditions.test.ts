// @module-tag functions-long
import { describe, test } from 'vitest'
import {
  allow,
  type Decided,
  expectAllowed,
  expectDecided,
  expectDenied,
  keyWith,
  type Statement,
  type User,
  userWith,
} from '../support/authorization.ts'
import { describeStores, type Input, type MadeKey, type Tenant } from '../support/harness.ts'

const Plaintext = new Uint8Array([1])
const Message = Plaintext
const encrypting = (context?: Record<string, string>): Input => ({
  Plaintext,
  ...(context !== undefined && { EncryptionContext: context }),
})
const HMAC = { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }
const SIGNING = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }

const variable = (name: string) => `$\{${name}}`

/** A condition of an identity policy that allows one operation, and on which calls it holds. */
interface Row extends Decided {
  readonly condition: Statement
  /** what the key is made with */
  readonly key?: Input
  /** the operation has no key */
  readonly keyless?: true
  readonly tags?: string[]
}

const row = (
  operation: string,
  condition: Statement,
  allowed: readonly Input[],
  denied: readonly Input[],
  more: Partial<Row> = {},
): Row => ({
  title: `${JSON.stringify(condition)} on ${operation}`,
  operation,
  condition,
  allowed,
  denied,
  ...more,
})

/** A tenant's principals by their ARNs, which the rows can't know. */
const ACCOUNT = '111122223333'
const GRANTEE = `arn:aws:iam::${ACCOUNT}:user/Grantee`
const OTHER = `arn:aws:iam::${ACCOUNT}:user/Other`
const grant = (more: Input = {}): Input => ({
  GranteePrincipal: GRANTEE,
  Operations: ['Encrypt', 'Decrypt'],
  ...more,
})
const keyless = { keyless: true } as const

const ROWS: readonly Row[] = [
  // encryption context
  row(
    'Encrypt',
    { StringEquals: { 'kms:EncryptionContext:AppName': 'ExampleApp' } },
    [
      encrypting({ AppName: 'ExampleApp' }),
      encrypting({ AppName: 'ExampleApp', FilePath: '/var' }),
      encrypting({ appname: 'ExampleApp' }),
    ],
    [
      encrypting(),
      encrypting({}),
      encrypting({ AppName: 'exampleapp' }),
      encrypting({ AppName: 'Other', x: 'ExampleApp' }),
    ],
  ),
  row(
    'Encrypt',
    { StringLike: { 'kms:EncryptionContext:AppName': 'Example*' } },
    [encrypting({ AppName: 'ExampleApp' })],
    [encrypting({ AppName: 'AnExampleApp' }), encrypting({})],
  ),
  row(
    'GenerateDataKey',
    { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['AppName', 'FilePath'] } },
    [
      { NumberOfBytes: 8, EncryptionContext: { AppName: 'x' } },
      { NumberOfBytes: 8, EncryptionContext: { AppName: 'x', FilePath: 'y' } },
    ],
    [
      { NumberOfBytes: 8, EncryptionContext: { AppName: 'x', Purpose: 'y' } },
      { NumberOfBytes: 8, EncryptionContext: { appname: 'x' } },
    ],
  ),
  row(
    'GenerateDataKey',
    { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'AppName' } },
    [{ NumberOfBytes: 8, EncryptionContext: { AppName: 'x', more: 'y' } }],
    [{ NumberOfBytes: 8 }, { NumberOfBytes: 8, EncryptionContext: { more: 'AppName' } }],
  ),
  row(
    'Encrypt',
    { Null: { 'kms:EncryptionContextKeys': false } },
    [encrypting({ a: 'b' })],
    [encrypting()],
  ),
  // who asks on whose behalf: nobody but callers themselves calls here
  row('Encrypt', { StringLike: { 'kms:ViaService': '*' } }, [], [encrypting()]),
  row('Encrypt', { Null: { 'kms:ViaService': true } }, [encrypting()], []),
  row('CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': true } }, [], [grant()]),
  row('CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': false } }, [grant()], []),
  row('Encrypt', { Bool: { 'kms:GrantIsForAWSResource': false } }, [], [encrypting()]),
  row('ListGrants', { Bool: { 'kms:GrantIsForAWSResource': false } }, [{}], []),
  row(
    'ListGrants',
    { Null: { 'kms:GranteePrincipal': true } },
    [{ GranteePrincipal: GRANTEE }],
    [],
  ),
  row('Encrypt', { Bool: { 'aws:ViaAWSService': false } }, [encrypting()], []),
  row('Encrypt', { Bool: { 'aws:ViaAWSService': true } }, [], [encrypting()]),
  // the key
  row('CreateKey', { StringEquals: { 'kms:KeySpec': 'HMAC_256' } }, [HMAC], [{}, SIGNING], keyless),
  row(
    'CreateKey',
    { StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } },
    [{}, { KeySpec: 'SYMMETRIC_DEFAULT' }, { CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' }],
    [HMAC],
    keyless,
  ),
  row(
    'CreateKey',
    { StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } },
    [SIGNING],
    [{}, HMAC, { ...SIGNING, KeyUsage: 'KEY_AGREEMENT' }],
    keyless,
  ),
  row(
    'CreateKey',
    { StringEquals: { 'kms:KeyOrigin': 'EXTERNAL' } },
    [{ Origin: 'EXTERNAL' }],
    [{}, { Origin: 'AWS_KMS' }],
    keyless,
  ),
  row('DescribeKey', { StringEquals: { 'kms:KeySpec': 'HMAC_256' } }, [{}], [], { key: HMAC }),
  row('DescribeKey', { StringEquals: { 'kms:KeySpec': 'HMAC_256' } }, [], [{}]),
  row('DescribeKey', { StringEquals: { 'kms:KeyOrigin': 'AWS_KMS' } }, [{}], []),
  row('DescribeKey', { StringEquals: { 'kms:KeyOrigin': 'EXTERNAL' } }, [], [{}]),
  row('DescribeKey', { Bool: { 'kms:MultiRegion': false } }, [{}], []),
  row('DescribeKey', { Bool: { 'kms:MultiRegion': true } }, [], [{}]),
  // what is asked of it
  row(
    'Encrypt',
    { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } },
    [encrypting(), { Plaintext, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }],
    [{ Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' }],
  ),
  row(
    'Sign',
    { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } },
    [{ Message, SigningAlgorithm: 'ECDSA_SHA_256' }],
    [{ Message, SigningAlgorithm: 'ECDSA_SHA_384' }],
    { key: SIGNING },
  ),
  row(
    'Sign',
    { StringEquals: { 'kms:MessageType': 'RAW' } },
    [
      { Message, SigningAlgorithm: 'ECDSA_SHA_256' },
      { Message, SigningAlgorithm: 'ECDSA_SHA_256', MessageType: 'RAW' },
    ],
    [
      {
        Message: new Uint8Array(32),
        SigningAlgorithm: 'ECDSA_SHA_256',
        MessageType: 'DIGEST',
      },
    ],
    { key: SIGNING },
  ),
  row(
    'GenerateMac',
    { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } },
    [{ Message, MacAlgorithm: 'HMAC_SHA_256' }],
    [{ Message, MacAlgorithm: 'HMAC_SHA_384' }],
    { key: HMAC },
  ),
  row(
    'GenerateDataKeyPairWithoutPlaintext',
    { StringLike: { 'kms:DataKeyPairSpec': 'ECC_NIST_P256' } },
    [{ KeyPairSpec: 'ECC_NIST_P256' }],
    [{ KeyPairSpec: 'ECC_NIST_P384' }],
  ),
  row(
    'EnableKeyRotation',
    { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '180' } },
    [{ RotationPeriodInDays: 180 }],
    [{ RotationPeriodInDays: 181 }, { RotationPeriodInDays: 365 }],
  ),
  row(
    'ScheduleKeyDeletion',
    { NumericGreaterThanEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '15' } },
    [{ PendingWindowInDays: 15 }],
    [{ PendingWindowInDays: 14 }, { PendingWindowInDays: 7 }],
  ),
  row(
    'ScheduleKeyDeletion',
    { NumericEquals: { 'kms:ScheduleKeyDeletionPendingWindowInDays': '30' } },
    [{}],
    [{ PendingWindowInDays: 29 }],
  ),
  row(
    'CreateKey',
    { BoolIfExists: { 'kms:BypassPolicyLockoutSafetyCheck': false } },
    [{}, { BypassPolicyLockoutSafetyCheck: false }],
    [{ BypassPolicyLockoutSafetyCheck: true }],
    keyless,
  ),
  // import
  row(
    'GetParametersForImport',
    {
      StringEquals: {
        'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256',
        'kms:WrappingKeySpec': 'RSA_2048',
      },
    },
    [{ WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }],
    [
      { WrappingAlgorithm: 'RSAES_OAEP_SHA_1', WrappingKeySpec: 'RSA_2048' },
      { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_4096' },
    ],
    { key: { Origin: 'EXTERNAL' }, tags: ['rsa'] },
  ),
  // grants
  row(
    'CreateGrant',
    { 'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt', 'Decrypt'] } },
    [grant(), grant({ Operations: ['Encrypt'] })],
    [grant({ Operations: ['Encrypt', 'CreateGrant'] }), grant({ Operations: ['DescribeKey'] })],
  ),
  row(
    'CreateGrant',
    { StringEquals: { 'kms:GranteePrincipal': GRANTEE } },
    [grant()],
    [grant({ GranteePrincipal: OTHER })],
  ),
  row(
    'CreateGrant',
    { StringEquals: { 'kms:RetiringPrincipal': GRANTEE } },
    [grant({ RetiringPrincipal: GRANTEE })],
    [grant(), grant({ RetiringPrincipal: OTHER })],
  ),
  row(
    'CreateGrant',
    { StringEquals: { 'kms:GrantConstraintType': 'EncryptionContextSubset' } },
    [grant({ Constraints: { EncryptionContextSubset: { a: 'b' } } })],
    [grant(), grant({ Constraints: { EncryptionContextEquals: { a: 'b' } } })],
  ),
  row(
    'CreateGrant',
    { StringEquals: { 'kms:EncryptionContext:app': 'a' } },
    [grant({ Constraints: { EncryptionContextEquals: { app: 'a' } } })],
    [grant(), grant({ Constraints: { EncryptionContextSubset: { app: 'b' } } })],
  ),
  // tags
  row(
    'TagResource',
    { StringEquals: { 'aws:RequestTag/Dept': ['Test', 'Lab'] } },
    [
      { Tags: [{ TagKey: 'Dept', TagValue: 'Test' }] },
      { Tags: [{ TagKey: 'dept', TagValue: 'Lab' }] },
    ],
    [
      { Tags: [{ TagKey: 'Dept', TagValue: 'test' }] },
      { Tags: [{ TagKey: 'Other', TagValue: 'Test' }] },
    ],
  ),
  row(
    'TagResource',
    { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Dept', 'Team'] } },
    [{ Tags: [{ TagKey: 'Dept', TagValue: 'x' }] }],
    [
      {
        Tags: [
          { TagKey: 'Dept', TagValue: 'x' },
          { TagKey: 'Owner', TagValue: 'x' },
        ],
      },
    ],
  ),
  row(
    'UntagResource',
    { 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'Dept' } },
    [{ TagKeys: ['Dept', 'x'] }],
    [{ TagKeys: ['Team'] }],
  ),
  row('Encrypt', { StringEquals: { 'aws:ResourceTag/Project': 'Alpha' } }, [encrypting()], [], {
    key: { Tags: [{ TagKey: 'Project', TagValue: 'Alpha' }] },
  }),
  row('Encrypt', { StringEquals: { 'aws:ResourceTag/Project': 'Alpha' } }, [], [encrypting()], {
    key: { Tags: [{ TagKey: 'Project', TagValue: 'Beta' }] },
  }),
  row('Encrypt', { StringEquals: { 'aws:ResourceTag/Project': 'Alpha' } }, [], [encrypting()]),
  // where from, when, how
  row('Encrypt', { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } }, [encrypting()], []),
  row('Encrypt', { NotIpAddress: { 'aws:SourceIp': '127.0.0.1' } }, [], [encrypting()]),
  row('Encrypt', { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } }, [], [encrypting()]),
  row(
    'Encrypt',
    { DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
    [encrypting()],
    [],
  ),
  row(
    'Encrypt',
    { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } },
    [],
    [encrypting()],
  ),
  row('Encrypt', { NumericGreaterThan: { 'aws:EpochTime': '1577836800' } }, [encrypting()], []),
  row('Encrypt', { NumericLessThan: { 'aws:EpochTime': '1577836800' } }, [], [encrypting()]),
  row('Encrypt', { Bool: { 'aws:SecureTransport': true } }, [], [encrypting()]),
  row('Encrypt', { Bool: { 'aws:SecureTransport': false } }, [encrypting()], []),
  row('Encrypt', { StringLike: { 'aws:UserAgent': 'aws-sdk-js/*' } }, [encrypting()], []),
  row('Encrypt', { StringLike: { 'aws:UserAgent': 'curl/*' } }, [], [encrypting()]),
  row('Encrypt', { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }, [encrypting()], []),
  row('Encrypt', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, [], [encrypting()]),
  // second factors: long-lived access keys never have one ("MFA for deletion")
  row('ScheduleKeyDeletion', { Bool: { 'aws:MultiFactorAuthPresent': true } }, [], [{}]),
  row('ScheduleKeyDeletion', { NumericLessThan: { 'aws:MultiFactorAuthAge': '300' } }, [], [{}]),
  row('ScheduleKeyDeletion', { BoolIfExists: { 'aws:MultiFactorAuthPresent': true } }, [{}], []),
  // who
  row('Encrypt', { StringEquals: { 'aws:PrincipalType': 'User' } }, [encrypting()], []),
  row('Encrypt', { StringEquals: { 'aws:PrincipalType': 'Account' } }, [], [encrypting()]),
  row('Encrypt', { StringEquals: { 'kms:CallerAccount': ACCOUNT } }, [encrypting()], []),
  row('Encrypt', { StringEquals: { 'kms:CallerAccount': '444455556666' } }, [], [encrypting()]),
  row('Encrypt', { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } }, [encrypting()], []),
  row('Encrypt', { StringNotEquals: { 'aws:PrincipalAccount': ACCOUNT } }, [], [encrypting()]),
]

describeStores('Conditions', (harness) => {
  let shared: { tenant: Tenant; key: MadeKey } | undefined
  const setUp = async () => {
    if (shared !== undefined) return shared
    const tenant = await harness.tenant()
    await harness.user(tenant, 'Grantee')
    await harness.user(tenant, 'Other')
    shared = { tenant, key: await harness.key(tenant) }
    return shared
  }

  describe('of an identity policy', () => {
    const decide = async ({ condition, key: input, keyless: none, ...decided }: Row) => {
      const { tenant } = await setUp()
      // the rows speak of an account of AWS's examples
      const here = <T>(value: T): T =>
        JSON.parse(JSON.stringify(value).replaceAll(ACCOUNT, tenant.accountId)) as T
      const who = await userWith(harness, tenant, [
        allow(`kms:${decided.operation}`, { Condition: here(condition) }),
      ])
      const { id } = none === true ? { id: undefined } : await harness.key(tenant, input)
      const complete = (call: Input): Input => {
        const { GranteePrincipal, RetiringPrincipal } = call
        return {
          ...call,
          ...(GranteePrincipal !== undefined && { GranteePrincipal: here(GranteePrincipal) }),
          ...(RetiringPrincipal !== undefined && { RetiringPrincipal: here(RetiringPrincipal) }),
          ...(id !== undefined && { KeyId: id }),
        }
      }
      await expectDecided(harness, who, {
        ...decided,
        allowed: decided.allowed.map(complete),
        denied: decided.denied.map(complete),
      })
    }
    for (const row of ROWS) test(row.title, { tags: row.tags ?? [] }, () => decide(row))
  })

  const encrypt = (who: User, KeyId: string, more: Input = {}) =>
    harness.call('sdk', who, 'Encrypt', { KeyId, Plaintext, ...more })

  test('kms:RequestAlias: only by that alias', async () => {
    const { tenant, key } = await setUp()
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/by-name', TargetKeyId: key.id })
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/another', TargetKeyId: key.id })
    const who = await userWith(harness, tenant, [
      allow('kms:Encrypt', {
        Condition: { StringEquals: { 'kms:RequestAlias': 'alias/by-name' } },
      }),
    ])
    const arn = (name: string) => key.arn.replace(/key\/.*/, name)
    for (const name of ['alias/another', key.id, key.arn, arn('alias/another')]) {
      expectDenied(await encrypt(who, name))
    }
    for (const name of ['alias/by-name', arn('alias/by-name')]) {
      expectAllowed(await encrypt(who, name))
    }
  })

  test('kms:ResourceAliases: whatever the key is called by', async () => {
    const { tenant } = await setUp()
    const named = await harness.key(tenant)
    const other = await harness.key(tenant)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/test-1', TargetKeyId: named.id })
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/prod-1', TargetKeyId: other.id })
    const who = await userWith(harness, tenant, [
      allow('kms:Encrypt', {
        Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': 'alias/test*' } },
      }),
    ])
    expectDenied(await encrypt(who, other.id))
    expectDenied(await encrypt(who, 'alias/prod-1'))
    expectAllowed(await encrypt(who, named.id))
    expectAllowed(await encrypt(who, 'alias/test-1'))
    await harness.ok(tenant, 'UpdateAlias', { AliasName: 'alias/test-1', TargetKeyId: other.id })
    expectDenied(await encrypt(who, named.id))
    expectAllowed(await encrypt(who, other.id))
  })

  test('kms:ReEncryptOnSameKey', async () => {
    const { tenant, key } = await setUp()
    const other = await harness.key(tenant)
    const who = await userWith(harness, tenant, [
      allow('kms:ReEncrypt*', { Condition: { Bool: { 'kms:ReEncryptOnSameKey': true } } }),
    ])
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId: key.id, Plaintext })
    const ciphertext = Buffer.from(String(CiphertextBlob), 'base64')
    const move = (DestinationKeyId: string) =>
      harness.call('sdk', who, 'ReEncrypt', { CiphertextBlob: ciphertext, DestinationKeyId })
    expectDenied(await move(other.id))
    expectAllowed(await move(key.arn))
  })

  test('ReEncrypt: each side by its own encryption context', async () => {
    const { tenant, key } = await setUp()
    const pair = { a: 'b' }
    const context = (action: string, value: string) =>
      allow(action, { Condition: { StringEquals: { 'kms:EncryptionContext:a': value } } })
    const who = await userWith(harness, tenant, [
      context('kms:ReEncryptFrom', 'b'),
      context('kms:ReEncryptTo', 'c'),
    ])
    const made = await harness.ok(tenant, 'Encrypt', {
      KeyId: key.id,
      Plaintext,
      EncryptionContext: pair,
    })
    const move = (SourceEncryptionContext: Input, DestinationEncryptionContext: Input) =>
      harness.call('sdk', who, 'ReEncrypt', {
        CiphertextBlob: Buffer.from(String(made['CiphertextBlob']), 'base64'),
        DestinationKeyId: key.id,
        SourceEncryptionContext,
        DestinationEncryptionContext,
      })
    expectDenied(await move(pair, pair))
    expectDenied(await move({ a: 'c' }, { a: 'c' }))
    expectAllowed(await move(pair, { a: 'c' }))
  })

  test('principals by their tags, name, id and ARN, in a key policy', async () => {
    const { tenant } = await setUp()
    const one = await userWith(harness, tenant, [], {
      Tags: [{ TagKey: 'Team', TagValue: 'Blue' }],
    })
    const two = await userWith(harness, tenant, [], { Tags: [{ TagKey: 'Team', TagValue: 'Red' }] })
    for (const condition of [
      { StringEquals: { 'aws:PrincipalTag/Team': 'Blue' } },
      { StringEquals: { 'aws:PrincipalTag/team': 'Blue' } },
      { StringEquals: { 'aws:userid': one.id } },
      { StringEquals: { 'aws:username': one.name } },
      { ArnEquals: { 'aws:PrincipalArn': one.arn } },
    ]) {
      const key = await keyWith(harness, tenant, [
        allow('kms:Encrypt', { Principal: { AWS: '*' }, Condition: condition }),
      ])
      expectDenied(await encrypt(two, key.id))
      expectAllowed(await encrypt(one, key.id))
    }
  })

  test('a tag of the key that must be the caller’s own, and the context too', async () => {
    const { tenant } = await setUp()
    const team = (TagValue: string) => ({ Tags: [{ TagKey: 'Team', TagValue }] })
    const blue = await harness.key(tenant, team('Blue'))
    const red = await harness.key(tenant, team('Red'))
    const who = await userWith(
      harness,
      tenant,
      [
        allow('kms:Encrypt', {
          Condition: {
            StringEquals: {
              'aws:ResourceTag/Team': variable('aws:PrincipalTag/Team'),
              'kms:EncryptionContext:user': variable('aws:username'),
            },
          },
        }),
      ],
      team('Blue'),
    )
    const context = { EncryptionContext: { user: who.name } }
    expectDenied(await encrypt(who, red.id, context))
    expectDenied(await encrypt(who, blue.id))
    expectDenied(await encrypt(who, blue.id, { EncryptionContext: { user: 'User-0' } }))
    expectAllowed(await encrypt(who, blue.id, context))
  })
})
