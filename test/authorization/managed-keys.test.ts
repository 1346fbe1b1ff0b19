// @module-tag local: looks into the store, and writes what an older release wrote
import { expect, test } from 'vitest'
import { createGrant } from '../../core/grant/grant-store.ts'
import { keyFromItem, keyPlace, keyToItem } from '../../core/key/key-item.ts'
import { storePolicy } from '../../core/key/stored-policy.ts'
import type { GrantOperation } from '../../core/policy/grant-terms.ts'
import {
  allow,
  because,
  denial,
  deny,
  expectAllowed,
  expectDenied,
  rootOf,
  userWith,
} from '../support/authorization.ts'
import {
  type Credential,
  describeStores,
  type Input,
  REGION,
  type Tenant,
} from '../support/harness.ts'

const ALIAS = 'alias/aws/s3'
const Plaintext = new Uint8Array([1])

/** How releases up to 0.1.0 let everybody of the account use a managed key and lend it. */
const formerPolicy = (tenant: Tenant): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'auto-s3-1',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          'kms:CreateGrant',
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': tenant.accountId } },
      },
      {
        Effect: 'Allow',
        Principal: { AWS: rootOf(tenant) },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  })

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html: the account is named, IAM decides */
describeStores('AWS managed keys: identity policies decide', (harness) => {
  const call = (who: Credential, operation: string, input: Input) =>
    harness.call('sdk', who, operation, input)
  const setUp = async () => {
    const tenant = await harness.tenant()
    const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: ALIAS })
    const { KeyId: id, Arn: arn } = KeyMetadata as { KeyId: string; Arn: string }
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId: ALIAS, Plaintext })
    return { tenant, id, arn, CiphertextBlob: Buffer.from(String(CiphertextBlob), 'base64') }
  }
  /** The key as an older release left it: its former policy stored, and a grant that anybody could make. */
  const asFormer = async (
    tenant: Tenant,
    id: string,
    granteePrincipal: string,
    all: GrantOperation[],
  ) => {
    const { store } = harness.inside.service
    const read = async () => {
      const [item] = await store.get([keyPlace(tenant.accountId, REGION, id)])
      if (item === undefined) throw new Error('no such key')
      return keyFromItem(item)
    }
    const policy = await storePolicy(await read(), { document: formerPolicy(tenant) }, store)
    await store.put(keyToItem(await read(), { policy }))
    return createGrant(
      await read(),
      {
        key: (await read()).arn,
        granteePrincipal,
        issuingAccount: rootOf(tenant),
        operations: all,
        created: harness.target.now(),
      },
      { read: store, write: store },
    )
  }

  test('who has no policy can neither use one nor read about it', async () => {
    const { tenant, id, arn, CiphertextBlob } = await setUp()
    const nobody = await userWith(harness, tenant)
    const own = (await harness.key(tenant)).id
    const uses: [operation: string, input: Input, action?: string][] = [
      ['Encrypt', { KeyId: ALIAS, Plaintext }],
      ['Decrypt', { CiphertextBlob }],
      ['GenerateDataKey', { KeyId: ALIAS, KeySpec: 'AES_256' }],
      ['GenerateDataKeyWithoutPlaintext', { KeyId: ALIAS, KeySpec: 'AES_256' }],
      ['GenerateDataKeyPair', { KeyId: ALIAS, KeyPairSpec: 'ECC_NIST_P256' }],
      ['ReEncrypt', { CiphertextBlob, DestinationKeyId: own }, 'kms:ReEncryptFrom'],
      ['DescribeKey', { KeyId: ALIAS }],
      ['GetKeyPolicy', { KeyId: id }],
      ['ListGrants', { KeyId: id }],
    ]
    for (const [operation, input, action = `kms:${operation}`] of uses) {
      const words = denial(nobody.arn, action, arn, because.identity(action))
      expectDenied(await call(nobody, operation, input), words)
    }
  })

  test('who is allowed by an identity policy uses one, unless a policy denies it', async () => {
    const { tenant, arn, CiphertextBlob } = await setUp()
    const reader = await userWith(harness, tenant, [allow('kms:Decrypt', { Resource: arn })])
    expectAllowed(await call(reader, 'Decrypt', { CiphertextBlob }))
    expectDenied(await call(reader, 'Encrypt', { KeyId: ALIAS, Plaintext }))
    const denied = await userWith(harness, tenant, [allow('kms:*'), deny('kms:Decrypt')])
    expectAllowed(await call(denied, 'Encrypt', { KeyId: ALIAS, Plaintext }))
    expectDenied(await call(denied, 'Decrypt', { CiphertextBlob }))
  })

  test('nobody lends one: CreateGrant is refused to the root and to who may everything', async () => {
    const { tenant, id, arn } = await setUp()
    const admin = await userWith(harness, tenant, [allow('kms:*')])
    const other = await harness.tenant()
    for (const who of [admin, { ...tenant, arn: rootOf(tenant) }]) {
      for (const GranteePrincipal of [rootOf(other), admin.arn]) {
        const input = { KeyId: id, GranteePrincipal, Operations: ['Decrypt'] }
        const action = 'kms:CreateGrant'
        const words = denial(who.arn, action, arn, because.resource(action))
        expectDenied(await call(who, action.slice(4), input), words)
      }
      expectDenied(await call(who, 'PutKeyPolicy', { KeyId: id, Policy: formerPolicy(tenant) }))
    }
  })

  test('no other account has any use of one', async () => {
    const { arn, CiphertextBlob } = await setUp()
    const other = await harness.tenant()
    const stranger = await userWith(harness, other, [allow('kms:*')])
    for (const who of [other, stranger]) {
      for (const [operation, input] of [
        ['Encrypt', { KeyId: arn, Plaintext }],
        ['Decrypt', { CiphertextBlob }],
        ['DescribeKey', { KeyId: arn }],
        ['CreateGrant', { KeyId: arn, GranteePrincipal: stranger.arn, Operations: ['Decrypt'] }],
        ['ListGrants', { KeyId: arn }],
      ] as const) {
        expectDenied(await call(who, operation, input))
      }
    }
  })

  test('one that an older release made is no exception, and what was lent of it is void', async () => {
    const { tenant, id, arn, CiphertextBlob } = await setUp()
    const nobody = await userWith(harness, tenant)
    const other = await harness.tenant()
    const lent: GrantOperation[] = ['Decrypt', 'CreateGrant']
    const grants = [
      await asFormer(tenant, id, nobody.arn, lent),
      await asFormer(tenant, id, rootOf(other), lent),
    ]
    const again = { KeyId: arn, GranteePrincipal: rootOf(other), Operations: ['Decrypt'] }
    for (const who of [nobody, other]) {
      expectDenied(await call(who, 'Decrypt', { CiphertextBlob }))
      expectDenied(await call(who, 'CreateGrant', again))
    }
    expectAllowed(await call(tenant, 'Decrypt', { CiphertextBlob }))
    // they are seen, and ended
    const { Grants } = await harness.ok(tenant, 'ListGrants', { KeyId: id })
    expect((Grants as { GrantId: string }[]).map(({ GrantId }) => GrantId).sort()).toEqual(
      [...grants].sort(),
    )
    await harness.ok(tenant, 'RetireGrant', { KeyId: arn, GrantId: grants[0] })
    await harness.ok(tenant, 'RevokeGrant', { KeyId: id, GrantId: grants[1] })
    expect(await harness.ok(tenant, 'ListGrants', { KeyId: id })).toMatchObject({ Grants: [] })
  })

  test('GetKeyPolicy, ExplainAccess and ListKeyAccess tell what decides', async () => {
    const { tenant, id } = await setUp()
    const nobody = await userWith(harness, tenant)
    const reader = await userWith(harness, tenant, [allow('kms:Decrypt')])
    await asFormer(tenant, id, nobody.arn, ['Decrypt'])
    const { Policy } = await harness.ok(tenant, 'GetKeyPolicy', { KeyId: id })
    const { Id, Statement } = JSON.parse(String(Policy)) as {
      Id: string
      Statement: { Principal: unknown; Action: string[] }[]
    }
    expect(Id).toBe('auto-s3-2')
    expect(Statement.map(({ Principal }) => Principal)).toEqual(
      Array(2).fill({ AWS: rootOf(tenant) }),
    )
    expect(Statement.flatMap(({ Action }) => Action)).not.toContain('kms:CreateGrant')
    const explain = async (Principal: string, Action: string) =>
      (await harness.call('rest', tenant, 'ExplainAccess', { KeyId: id, Principal, Action })).json
    expect(await explain(nobody.arn, 'kms:Decrypt')).toMatchObject({
      Decision: 'denied',
      Because: [{ Kind: 'missing', Source: 'identity-policy' }],
    })
    expect(await explain(reader.arn, 'kms:Decrypt')).toMatchObject({ Decision: 'allowed' })
    expect(await explain(rootOf(tenant), 'kms:CreateGrant')).toMatchObject({ Decision: 'denied' })
    const { json } = await harness.call('rest', tenant, 'ListKeyAccess', { KeyId: id })
    const access = json['Principals'] as { Principal: string; Access: { Actions: string[] }[] }[]
    const actionsOf = (arn: string) =>
      access.find(({ Principal }) => Principal === arn)?.Access.flatMap(({ Actions }) => Actions)
    expect(actionsOf(nobody.arn)).toBeUndefined()
    expect(actionsOf(reader.arn)).toEqual(['kms:Decrypt'])
    expect(actionsOf(rootOf(tenant))).not.toContain('kms:CreateGrant')
  })

  test('a policy by alias holds from the first call on', async () => {
    const tenant = await harness.tenant()
    const about = (value: string) => ({
      Condition: { 'ForAnyValue:StringLike': { 'kms:ResourceAliases': value } },
    })
    const wary = await userWith(harness, tenant, [
      allow('kms:*'),
      deny('kms:*', about('alias/aws/*')),
    ])
    expectDenied(await call(wary, 'Encrypt', { KeyId: ALIAS, Plaintext }))
    const user = await userWith(harness, tenant, [allow('kms:Encrypt', about(ALIAS))])
    expectDenied(await call(user, 'Encrypt', { KeyId: 'alias/aws/ebs', Plaintext }))
    expectAllowed(await call(user, 'Encrypt', { KeyId: ALIAS, Plaintext }))
  })

  test('who may not use one brings none about, in no Region', async () => {
    const tenant = await harness.tenant()
    const nobody = await userWith(harness, tenant)
    for (const region of [REGION, 'eu-made-1']) {
      for (const [operation, input] of [
        ['Encrypt', { KeyId: ALIAS, Plaintext }],
        ['DescribeKey', { KeyId: ALIAS }],
        ['GenerateDataKey', { KeyId: ALIAS, KeySpec: 'AES_256' }],
      ] as const) {
        expectDenied(await harness.call('sdk', nobody, operation, input, { region }))
      }
      const pk = `${tenant.accountId}/${region}`
      const { items } = await harness.inside.service.store.query({ pk, prefix: '', limit: 10 })
      expect(items).toEqual([])
    }
    const describer = await userWith(harness, tenant, [allow('kms:DescribeKey')])
    expectAllowed(await call(describer, 'DescribeKey', { KeyId: ALIAS }))
  })
})
