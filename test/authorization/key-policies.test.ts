// @module-tag local: opens a second process on the store
import { expect, test } from 'vitest'
import { ADMINISTRATORS, USERS } from '../support/access.ts'
import {
  allow,
  because,
  denial,
  deny,
  document,
  enableIam,
  expectAllowed,
  expectDenied,
  keyWith,
  rootOf,
  type User,
  userWith,
} from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Input, type Tenant } from '../support/harness.ts'

const Plaintext = new Uint8Array([1, 2, 3])
const { Action: USE } = USERS
const { Action: ADMINISTER } = ADMINISTRATORS

describeStores('Key policies and identity policies', (harness) => {
  const call = (who: Parameters<typeof harness.call>[1], operation: string, input: Input) =>
    harness.call('sdk', who, operation, input)
  const encrypt = (who: User | Tenant, key: string) =>
    call(who, 'Encrypt', { KeyId: key, Plaintext })

  test('the default key policy leaves it to identity policies', async () => {
    const tenant = await harness.tenant()
    const { id, arn } = await harness.key(tenant)
    const nobody = await userWith(harness, tenant)
    const somebody = await userWith(harness, tenant, [allow(['kms:Encrypt'], { Resource: arn })])
    const elsewhere = await userWith(harness, tenant, [
      allow(['kms:Encrypt'], { Resource: `${arn}x` }),
    ])
    for (const who of [nobody, elsewhere]) {
      expectDenied(
        await encrypt(who, id),
        denial(who.arn, 'kms:Encrypt', arn, because.identity('kms:Encrypt')),
      )
    }
    expectAllowed(await encrypt(somebody, id))
    expectAllowed(await encrypt(tenant, id))
    const decrypt = await call(somebody, 'DescribeKey', { KeyId: id })
    expectDenied(
      decrypt,
      denial(somebody.arn, 'kms:DescribeKey', arn, because.identity('kms:DescribeKey')),
    )
  })

  test('a denial by ciphertext names the key to its own account', async () => {
    const tenant = await harness.tenant()
    const { id, arn } = await harness.key(tenant)
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId: id, Plaintext })
    const who = await userWith(harness, tenant)
    const outcome = await call(who, 'Decrypt', {
      CiphertextBlob: Buffer.from(String(CiphertextBlob), 'base64'),
    })
    expectDenied(outcome, denial(who.arn, 'kms:Decrypt', arn, because.identity('kms:Decrypt')))
  })

  test('key users use, key administrators administer, and neither does the other', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant)
    const admin = await userWith(harness, tenant)
    const { id } = await keyWith(harness, tenant, [
      allow(USE, { Principal: { AWS: user.arn } }),
      allow(ADMINISTER, { Principal: { AWS: [admin.arn] } }),
    ])
    const using = [
      ['Encrypt', { KeyId: id, Plaintext }],
      ['GenerateDataKey', { KeyId: id, NumberOfBytes: 16 }],
      ['GenerateDataKeyWithoutPlaintext', { KeyId: id, NumberOfBytes: 16 }],
    ] as const
    const administering = [
      ['UpdateKeyDescription', { KeyId: id, Description: 'x' }],
      ['DisableKey', { KeyId: id }],
      ['EnableKey', { KeyId: id }],
      ['GetKeyPolicy', { KeyId: id }],
      ['ListResourceTags', { KeyId: id }],
      ['TagResource', { KeyId: id, Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
      ['UntagResource', { KeyId: id, TagKeys: ['a'] }],
      ['ListGrants', { KeyId: id }],
      ['CreateGrant', { KeyId: id, GranteePrincipal: admin.arn, Operations: ['DescribeKey'] }],
      ['ScheduleKeyDeletion', { KeyId: id }],
      ['CancelKeyDeletion', { KeyId: id }],
      ['EnableKey', { KeyId: id }],
    ] as const
    for (const [operation, input] of using) {
      expectDenied(await call(admin, operation, input))
      expectAllowed(await call(user, operation, input))
    }
    for (const [operation, input] of administering) {
      expectDenied(await call(user, operation, input))
      expectAllowed(await call(admin, operation, input))
    }
  })

  test('without the account in the key policy identity policies have no say', async () => {
    const tenant = await harness.tenant()
    const admin = await userWith(harness, tenant, [allow('kms:CreateKey')])
    const other = await userWith(harness, tenant, [allow('kms:*')])
    const { id, arn } = await harness.key(admin, {
      Policy: document(allow('kms:*', { Principal: { AWS: admin.arn } })),
    })
    expectAllowed(await encrypt(admin, id))
    for (const who of [other, tenant]) {
      const caller = who === other ? other.arn : rootOf(tenant)
      expectDenied(
        await encrypt(who, id),
        denial(caller, 'kms:Encrypt', arn, because.resource('kms:Encrypt')),
      )
    }
  })

  test('an explicit deny stands above everything, wherever it is', async () => {
    const tenant = await harness.tenant()
    const all = await userWith(harness, tenant, [allow('kms:*')])
    const torn = await userWith(harness, tenant, [allow('kms:*'), deny('kms:Encrypt')])
    const { id, arn } = await keyWith(harness, tenant, [
      allow('kms:*', { Principal: { AWS: torn.arn } }),
      deny('kms:GenerateDataKey', { Principal: '*' }),
      deny('kms:Encrypt', { NotPrincipal: { AWS: [rootOf(tenant), torn.arn] } }),
    ])
    expectDenied(
      await encrypt(torn, id),
      denial(torn.arn, 'kms:Encrypt', arn, because.identityDeny),
    )
    expectDenied(await encrypt(all, id), denial(all.arn, 'kms:Encrypt', arn, because.resourceDeny))
    expectAllowed(await encrypt(tenant, id))
    for (const who of [all, torn, tenant]) {
      expectDenied(await call(who, 'GenerateDataKey', { KeyId: id, NumberOfBytes: 8 }))
      expectAllowed(await call(who, 'DescribeKey', { KeyId: id }))
    }
  })

  test('a permissions boundary limits what identity policies allow, not what names the user', async () => {
    const tenant = await harness.tenant()
    const limited = await userWith(harness, tenant, [allow(['kms:Encrypt', 'kms:DescribeKey'])])
    const put = (Policy: string) =>
      harness.ok(
        harness.operator,
        'PutPermissionsBoundary',
        { AccountId: tenant.accountId, Type: 'user', Name: limited.name, Policy },
        { via: 'rest' },
      )
    const { id, arn } = await harness.key(tenant)
    const named = await keyWith(harness, tenant, [
      allow('kms:Encrypt', { Principal: { AWS: limited.arn } }),
    ])
    expectAllowed(await encrypt(limited, id))
    await put(document(allow(['kms:DescribeKey', 'kms:Decrypt'])))
    expectAllowed(await call(limited, 'DescribeKey', { KeyId: id }))
    expectDenied(
      await encrypt(limited, id),
      denial(limited.arn, 'kms:Encrypt', arn, because.boundary('kms:Encrypt')),
    )
    expectAllowed(await encrypt(limited, named.id))
    await put(document(allow('kms:*'), deny('kms:Encrypt')))
    expectDenied(
      await encrypt(limited, named.id),
      denial(limited.arn, 'kms:Encrypt', named.arn, because.boundaryDeny),
    )
  })

  test('operations of the account need an identity policy, on everything', async () => {
    const tenant = await harness.tenant()
    const nobody = await userWith(harness, tenant)
    const somebody = await userWith(harness, tenant, [
      allow(['kms:CreateKey', 'kms:ListKeys', 'kms:GenerateRandom', 'kms:ListAliases']),
    ])
    const narrow = await userWith(harness, tenant, [
      allow(['kms:ListKeys'], { Resource: 'arn:aws:kms:*:*:key/*' }),
    ])
    for (const [operation, input] of [
      ['CreateKey', {}],
      ['ListKeys', {}],
      ['GenerateRandom', { NumberOfBytes: 8 }],
      ['ListAliases', {}],
    ] as const) {
      const action = `kms:${operation}`
      for (const who of [nobody, narrow]) {
        const outcome = await call(who, operation, input)
        expectDenied(outcome, denial(who.arn, action, '*', because.identity(action)))
      }
      expectAllowed(await call(somebody, operation, input))
    }
  })

  test('alias operations need the alias and the key', async () => {
    const tenant = await harness.tenant()
    const { id, arn } = await harness.key(tenant)
    const second = await harness.key(tenant)
    const alias = arn.replace(/key\/.*/, 'alias/')
    const onKey = allow('kms:*Alias', { Resource: [arn, second.arn] })
    const onAlias = allow('kms:*Alias', { Resource: `${alias}app*` })
    const keyOnly = await userWith(harness, tenant, [onKey])
    const aliasOnly = await userWith(harness, tenant, [onAlias])
    const both = await userWith(harness, tenant, [onKey, onAlias])
    const oneKey = await userWith(harness, tenant, [
      allow('kms:*Alias', { Resource: second.arn }),
      onAlias,
    ])
    const create = { AliasName: 'alias/app', TargetKeyId: id }
    const action = 'kms:CreateAlias'
    expectDenied(
      await call(keyOnly, 'CreateAlias', create),
      denial(keyOnly.arn, action, `${alias}app`, because.identity(action)),
    )
    expectDenied(
      await call(aliasOnly, 'CreateAlias', create),
      denial(aliasOnly.arn, action, arn, because.identity(action)),
    )
    expectDenied(await call(both, 'CreateAlias', { ...create, AliasName: 'alias/other' }))
    expectAllowed(await call(both, 'CreateAlias', create))
    // UpdateAlias: the alias, the key it leaves and the key it goes to
    const update = { AliasName: 'alias/app', TargetKeyId: second.id }
    for (const who of [keyOnly, aliasOnly, oneKey]) {
      expectDenied(await call(who, 'UpdateAlias', update))
    }
    expectAllowed(await call(both, 'UpdateAlias', update))
    for (const who of [keyOnly, aliasOnly]) {
      expectDenied(await call(who, 'DeleteAlias', { AliasName: 'alias/app' }))
    }
    expectAllowed(await call(oneKey, 'DeleteAlias', { AliasName: 'alias/app' }))
  })

  test('a key is born with tags only where its maker may tag', async () => {
    const tenant = await harness.tenant()
    const maker = await userWith(harness, tenant, [allow('kms:CreateKey')])
    const tagger = await userWith(harness, tenant, [allow(['kms:CreateKey', 'kms:TagResource'])])
    const Tags = [{ TagKey: 'a', TagValue: 'b' }]
    const refused = await call(maker, 'CreateKey', { Tags })
    expectDenied(refused)
    const onNewKey = `is not authorized to perform: kms:TagResource on resource: arn:aws:kms:us-east-1:${tenant.accountId}:key/`
    expect(refused.message).toContain(onNewKey)
    expectAllowed(await call(maker, 'CreateKey', {}))
    expectAllowed(await call(tagger, 'CreateKey', { Tags }))
  })

  // https://docs.aws.amazon.com/kms/latest/developerguide/tag-permissions.html
  test('who may tag the account’s keys may tag a new one, which is one of them', async () => {
    const tenant = await harness.tenant()
    const keysOf = (accountId: string) => `arn:aws:kms:*:${accountId}:key/*`
    const makerOf = (accountId: string) =>
      userWith(harness, tenant, [
        allow('kms:CreateKey'),
        allow('kms:TagResource', { Resource: keysOf(accountId) }),
      ])
    const Tags = [{ TagKey: 'a', TagValue: 'b' }]
    expectAllowed(await call(await makerOf(tenant.accountId), 'CreateKey', { Tags }))
    expectDenied(await call(await makerOf('111122223333'), 'CreateKey', { Tags }))
  })

  test('kms:MultiRegion tells multi-Region keys from others before they are made', async () => {
    const tenant = await harness.tenant()
    const maker = await userWith(harness, tenant, [
      allow('kms:CreateKey', { Condition: { Bool: { 'kms:MultiRegion': 'false' } } }),
    ])
    expectAllowed(await call(maker, 'CreateKey', {}))
    expectDenied(await call(maker, 'CreateKey', { MultiRegion: true }))
    expectAllowed(await call(tenant, 'CreateKey', { MultiRegion: true }))
  })

  test('the lockout safety check, and its bypass', async () => {
    const tenant = await harness.tenant()
    const maker = await userWith(harness, tenant, [allow('kms:*')])
    const poor = await userWith(harness, tenant, [allow('kms:CreateKey')])
    const message = 'The new key policy will not allow you to update the key policy in the future.'
    const useOnly = document(allow('kms:Encrypt', { Principal: { AWS: maker.arn } }))
    const lockedOut = await call(maker, 'CreateKey', { Policy: useOnly })
    expectRefusal(lockedOut, 'sdk', 'MalformedPolicyDocumentException', message)
    const bypass = { BypassPolicyLockoutSafetyCheck: true }
    expectAllowed(await call(maker, 'CreateKey', { Policy: useOnly, ...bypass }))
    // the account's delegation is not enough for who has no identity policy for it
    const delegating = document(enableIam(tenant))
    const short = await call(poor, 'CreateKey', { Policy: delegating })
    expectRefusal(short, 'sdk', 'MalformedPolicyDocumentException', message)
    expectAllowed(await call(maker, 'CreateKey', { Policy: delegating }))

    const { id } = await harness.key(tenant)
    const put = { KeyId: id, Policy: useOnly }
    const refused = await call(maker, 'PutKeyPolicy', put)
    expectRefusal(refused, 'sdk', 'MalformedPolicyDocumentException', message)
    expectAllowed(await call(maker, 'PutKeyPolicy', { ...put, ...bypass }))
    expectDenied(await call(tenant, 'PutKeyPolicy', { KeyId: id, Policy: delegating }))
  })

  test('the lockout safety check asks on the ARN that the new key will have', async () => {
    const tenant = await harness.tenant()
    const delegating = document(enableIam(tenant))
    const makerOn = (Resource: string) =>
      userWith(harness, tenant, [allow('kms:CreateKey'), allow('kms:PutKeyPolicy', { Resource })])
    const ofKeys = await makerOn(`arn:aws:kms:*:${tenant.accountId}:key/*`)
    expectAllowed(await call(ofKeys, 'CreateKey', { Policy: delegating }))
    expectAllowed(await call(ofKeys, 'CreateKey', { Policy: delegating, MultiRegion: true }))
    const ofMultiRegionKeys = await makerOn(`arn:aws:kms:*:${tenant.accountId}:key/mrk-*`)
    const refused = await call(ofMultiRegionKeys, 'CreateKey', { Policy: delegating })
    expectRefusal(
      refused,
      'sdk',
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
    const multiRegion = { Policy: delegating, MultiRegion: true }
    expectAllowed(await call(ofMultiRegionKeys, 'CreateKey', multiRegion))
  })

  test('a policy names principals that are there; of other accounts any', async () => {
    const tenant = await harness.tenant()
    const { accountId } = tenant
    const user = await userWith(harness, tenant)
    const policy = (AWS: string) =>
      document(enableIam(tenant), allow('kms:Encrypt', { Principal: { AWS } }))
    const refuse = async (AWS: string) => {
      const outcome = await call(tenant, 'CreateKey', { Policy: policy(AWS) })
      expectRefusal(
        outcome,
        'sdk',
        'MalformedPolicyDocumentException',
        'Policy contains a statement with one or more invalid principals.',
      )
    }
    await refuse(`arn:aws:iam::${accountId}:user/nobody`)
    await refuse(`arn:aws:iam::${accountId}:role/${user.name}`)
    await refuse(`arn:aws:sts::${accountId}:assumed-role/nobody/session`)
    for (const AWS of [user.arn, accountId, '444455556666', 'arn:aws:iam::444455556666:user/x']) {
      expectAllowed(await call(tenant, 'CreateKey', { Policy: policy(AWS) }))
    }
  })

  test('a policy that is put or replaced decides from the next call on, in every process', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant)
    const { id } = await harness.key(tenant)
    const other = harness.inside.another()
    try {
      const { KMSClient, EncryptCommand } = await import('@aws-sdk/client-kms')
      const { url } = { url: await other.url }
      const client = new KMSClient({
        endpoint: url,
        region: 'us-east-1',
        maxAttempts: 1,
        credentials: user,
      })
      const elsewhere = () =>
        client.send(new EncryptCommand({ KeyId: id, Plaintext })).then(
          () => true,
          (error: Error) => {
            if (error.name !== 'AccessDeniedException') throw error
            return false
          },
        )
      for (let turn = 0; turn < 3; turn++) {
        await harness.ok(tenant, 'PutKeyPolicy', {
          KeyId: id,
          Policy: document(
            enableIam(tenant),
            allow('kms:Encrypt', { Principal: { AWS: user.arn } }),
          ),
        })
        expectAllowed(await encrypt(user, id))
        expect(await elsewhere()).toBe(true)
        await harness.ok(tenant, 'PutKeyPolicy', { KeyId: id, Policy: document(enableIam(tenant)) })
        expectDenied(await encrypt(user, id))
        expect(await elsewhere()).toBe(false)
      }
      client.destroy()
    } finally {
      await other.stop()
    }
  })
})
