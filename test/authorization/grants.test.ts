// @module-tag local: looks into the store, and opens a second process on it
import { describe, expect, test } from 'vitest'
import {
  allow,
  because,
  denial,
  deny,
  expectAllowed,
  expectDenied,
  rootOf,
  type User,
  userWith,
} from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import {
  type Credential,
  describeStores,
  type Input,
  type MadeKey,
  REGION,
  type Tenant,
} from '../support/harness.ts'

const Plaintext = new Uint8Array([1])

describeStores('Grants decide', (harness) => {
  const call = (who: Credential, operation: string, input: Input) =>
    harness.call('sdk', who, operation, input)
  const encrypt = (who: Credential, KeyId: string, more: Input = {}) =>
    call(who, 'Encrypt', { KeyId, Plaintext, ...more })
  const create = async (
    by: Credential,
    { arn }: MadeKey,
    grantee: { arn: string },
    more: Input,
  ) => {
    const input = { KeyId: arn, GranteePrincipal: grantee.arn, ...more }
    const { GrantId, GrantToken } = await harness.ok(by, 'CreateGrant', input)
    return { GrantId: String(GrantId), GrantToken: String(GrantToken) }
  }
  const setUp = async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    const user = await userWith(harness, tenant)
    return { tenant, key, user }
  }

  test('made, used, retired or revoked: each holds with the next call, in every process', async () => {
    const { tenant, key, user } = await setUp()
    const other = await userWith(harness, tenant)
    const elsewhere = harness.inside.another()
    const url = await elsewhere.url
    try {
      const { KMSClient, EncryptCommand } = await import('@aws-sdk/client-kms')
      const config = { endpoint: url, region: 'us-east-1', maxAttempts: 1, credentials: user }
      const client = new KMSClient(config)
      const there = () =>
        client.send(new EncryptCommand({ KeyId: key.id, Plaintext })).then(
          () => 'allowed',
          ({ name }: Error) => name,
        )
      for (const end of ['RetireGrant', 'RevokeGrant']) {
        expectDenied(await encrypt(user, key.id))
        const { GrantId } = await create(tenant, key, user, { Operations: ['Encrypt'] })
        expectAllowed(await encrypt(user, key.id))
        expect(await there()).toBe('allowed')
        // not another operation, not another principal, not another key
        expectDenied(await call(user, 'DescribeKey', { KeyId: key.id }))
        expectDenied(await encrypt(other, key.id))
        expectDenied(await encrypt(user, (await harness.key(tenant)).id))
        await harness.ok(tenant, end, { KeyId: key.id, GrantId })
        const message = denial(user.arn, 'kms:Encrypt', key.arn, because.identity('kms:Encrypt'))
        expectDenied(await encrypt(user, key.id), message)
        expect(await there()).toBe('AccessDeniedException')
      }
      client.destroy()
    } finally {
      await elsewhere.stop()
    }
  })

  test('every operation a grant may permit', { tags: ['long'] }, async () => {
    const { tenant, key, user } = await setUp()
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId: key.id, Plaintext })
    const ciphertext = { CiphertextBlob: Buffer.from(String(CiphertextBlob), 'base64') }
    const signing = await harness.key(tenant, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const mac = await harness.key(tenant, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const sign = { Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' }
    const authenticate = { Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' }
    const { Signature } = await harness.ok(tenant, 'Sign', { KeyId: signing.id, ...sign })
    const { Mac } = await harness.ok(tenant, 'GenerateMac', { KeyId: mac.id, ...authenticate })
    const bytes = (text: unknown) => Buffer.from(String(text), 'base64')
    const rows: [MadeKey, string[], string, Input][] = [
      [key, ['Decrypt'], 'Decrypt', ciphertext],
      [key, ['GenerateDataKey'], 'GenerateDataKey', { NumberOfBytes: 8 }],
      [
        key,
        ['GenerateDataKeyWithoutPlaintext'],
        'GenerateDataKeyWithoutPlaintext',
        { NumberOfBytes: 8 },
      ],
      [key, ['GenerateDataKeyPair'], 'GenerateDataKeyPair', { KeyPairSpec: 'ECC_NIST_P256' }],
      [
        key,
        ['GenerateDataKeyPairWithoutPlaintext'],
        'GenerateDataKeyPairWithoutPlaintext',
        { KeyPairSpec: 'ECC_NIST_P256' },
      ],
      [
        key,
        ['ReEncryptFrom', 'ReEncryptTo'],
        'ReEncrypt',
        { ...ciphertext, DestinationKeyId: key.id },
      ],
      [key, ['DescribeKey'], 'DescribeKey', {}],
      [signing, ['Sign'], 'Sign', sign],
      [signing, ['Verify'], 'Verify', { ...sign, Signature: bytes(Signature) }],
      [signing, ['GetPublicKey'], 'GetPublicKey', {}],
      [mac, ['GenerateMac'], 'GenerateMac', authenticate],
      [mac, ['VerifyMac'], 'VerifyMac', { ...authenticate, Mac: bytes(Mac) }],
    ]
    for (const [on, Operations, operation, input] of rows) {
      const ask = () =>
        call(user, operation, {
          ...input,
          ...(operation !== 'ReEncrypt' && { KeyId: on.id }),
        })
      expectDenied(await ask())
      const { GrantId } = await create(tenant, on, user, { Operations })
      expectAllowed(await ask())
      await harness.ok(tenant, 'RevokeGrant', { KeyId: on.id, GrantId })
      expectDenied(await ask())
    }
  })

  describe('constraints', () => {
    const ROWS = [
      [
        'subset',
        { EncryptionContextSubset: { Department: 'Finance' } },
        [
          { Department: 'Finance' },
          { Department: 'Finance', Purpose: 'x' },
          { department: 'Finance' },
        ],
        [{}, { Department: 'finance' }, { Purpose: 'Finance' }],
      ],
      [
        'subset beside an equality without pairs',
        { EncryptionContextSubset: { Department: 'Finance' }, EncryptionContextEquals: {} },
        [{ Department: 'Finance' }, { Department: 'Finance', Purpose: 'x' }],
        [{}, { Purpose: 'Finance' }],
      ],
      [
        'equality beside a subset without pairs',
        { EncryptionContextEquals: { Department: 'Finance' }, EncryptionContextSubset: {} },
        [{ Department: 'Finance' }],
        [{}, { Department: 'Finance', Purpose: 'x' }],
      ],
      [
        'maps without pairs',
        { EncryptionContextEquals: {}, EncryptionContextSubset: {} },
        [{}, { Department: 'Finance' }],
        [],
      ],
      [
        'equals',
        { EncryptionContextEquals: { Department: 'Finance' } },
        [{ Department: 'Finance' }],
        [{}, { Department: 'Finance', Purpose: 'x' }],
      ],
    ] as const
    test.each(ROWS)('%s', async (_title, Constraints, allowed, denied) => {
      const { tenant, key, user } = await setUp()
      const Operations = ['Encrypt', 'Decrypt', 'DescribeKey']
      await create(tenant, key, user, { Operations, Constraints })
      for (const EncryptionContext of denied) {
        expectDenied(await encrypt(user, key.id, { EncryptionContext }))
      }
      for (const EncryptionContext of allowed) {
        const made = await encrypt(user, key.id, { EncryptionContext })
        expectAllowed(made)
        const CiphertextBlob = Buffer.from(String(made.json['CiphertextBlob']), 'base64')
        expectAllowed(await call(user, 'Decrypt', { CiphertextBlob, EncryptionContext }))
      }
      // an operation that has no encryption context
      expectAllowed(await call(user, 'DescribeKey', { KeyId: key.id }))
    })
  })

  test('grants of 0.1.0 with a map without pairs beside a subset permit, and can be removed', async () => {
    const { tenant, key, user } = await setUp()
    const EncryptionContextSubset = { Department: 'Finance' }
    const terms = { Operations: ['Encrypt', 'RetireGrant'], Name: 'terraform' }
    const { GrantId } = await create(tenant, key, user, {
      ...terms,
      Constraints: { EncryptionContextSubset },
    })
    const { store } = harness.inside
    const pk = `${tenant.accountId}/${REGION}`
    const { items } = await store.query({ pk, prefix: '', limit: 1000 })
    const ofGrant = items.filter(({ data }) => (data as { id?: unknown }).id === GrantId)
    expect(ofGrant).toHaveLength(2)
    for (const item of ofGrant) {
      // as that release wrote what Terraform sent
      const constraints = { EncryptionContextEquals: {}, EncryptionContextSubset }
      const data = { ...item.data, constraints }
      await store.put({ ...item, version: item.version + 1, data })
    }
    expectAllowed(await encrypt(user, key.id, { EncryptionContext: EncryptionContextSubset }))
    expectDenied(await encrypt(user, key.id))
    const { Grants } = await harness.ok(tenant, 'ListGrants', { KeyId: key.id })
    expect(Grants).toMatchObject([{ GrantId, Constraints: { EncryptionContextSubset } }])
    expect(JSON.stringify(Grants)).not.toContain('EncryptionContextEquals')
    await harness.ok(user, 'RetireGrant', { KeyId: key.arn, GrantId })
    expectDenied(await encrypt(user, key.id, { EncryptionContext: EncryptionContextSubset }))
  })

  test('kms:GrantConstraintType sees no map without pairs', async () => {
    const { tenant, key } = await setUp()
    const condition = (type: string) => [
      allow('kms:CreateGrant', {
        Condition: { StringEquals: { 'kms:GrantConstraintType': type } },
      }),
    ]
    const user = await userWith(harness, tenant, condition('EncryptionContextSubset'))
    const equal = await userWith(harness, tenant, condition('EncryptionContextEquals'))
    const Constraints = { EncryptionContextSubset: { app: 'a' }, EncryptionContextEquals: {} }
    const input = { KeyId: key.arn, GranteePrincipal: user.arn, Operations: ['Encrypt'] }
    expectAllowed(await call(user, 'CreateGrant', { ...input, Constraints }))
    expectDenied(await call(equal, 'CreateGrant', { ...input, Constraints }))
    for (const none of [{}, { EncryptionContextSubset: {} }]) {
      expectDenied(await call(user, 'CreateGrant', { ...input, Constraints: none }))
    }
  })

  test('a grant that permits CreateGrant never widens', async () => {
    const { tenant, key, user } = await setUp()
    const child = await userWith(harness, tenant)
    await create(tenant, key, user, {
      Operations: ['Encrypt', 'Decrypt', 'CreateGrant'],
      Constraints: { EncryptionContextSubset: { app: 'a' } },
    })
    const pass = (Operations: string[], Constraints?: Input) =>
      call(user, 'CreateGrant', {
        KeyId: key.id,
        GranteePrincipal: child.arn,
        Operations,
        ...(Constraints !== undefined && { Constraints }),
      })
    const subset = { EncryptionContextSubset: { app: 'a' } }
    for (const [Operations, Constraints] of [
      [['Encrypt'], undefined],
      [['Encrypt'], { EncryptionContextSubset: {}, EncryptionContextEquals: {} }],
      [['Encrypt'], { EncryptionContextSubset: { app: 'b' } }],
      [['Encrypt', 'GenerateDataKey'], subset],
      [['Encrypt', 'RetireGrant'], subset],
    ] as const) {
      expectDenied(
        await pass([...Operations], Constraints),
        denial(user.arn, 'kms:CreateGrant', key.arn, because.identity('kms:CreateGrant')),
      )
    }
    for (const Constraints of [
      subset,
      { EncryptionContextSubset: { app: 'a', more: 'x' } },
      { EncryptionContextEquals: { app: 'a' } },
    ]) {
      expectAllowed(await pass(['Encrypt', 'CreateGrant'], Constraints))
    }
    expectAllowed(await encrypt(child, key.id, { EncryptionContext: { app: 'a' } }))
    expectDenied(await encrypt(child, key.id, { EncryptionContext: { app: 'b' } }))
  })

  test('an explicit deny stands above a grant', async () => {
    const { tenant, key } = await setUp()
    const torn = await userWith(harness, tenant, [deny('kms:Encrypt')])
    await create(tenant, key, torn, { Operations: ['Encrypt', 'DescribeKey'] })
    expectDenied(
      await encrypt(torn, key.id),
      denial(torn.arn, 'kms:Encrypt', key.arn, because.identityDeny),
    )
    expectAllowed(await call(torn, 'DescribeKey', { KeyId: key.id }))
  })

  test('a grant to the account leaves it to identity policies', async () => {
    const home = await harness.tenant()
    const { tenant: away, user: poor } = await setUp()
    const key = await harness.key(home)
    const rich = await userWith(harness, away, [allow('kms:Encrypt')])
    await create(home, key, { arn: rootOf(away) }, { Operations: ['Encrypt'] })
    expectDenied(await encrypt(poor, key.arn))
    expectAllowed(await encrypt(rich, key.arn))
    expectAllowed(await encrypt(away, key.arn))
  })

  describe('across accounts', () => {
    test('a grantee of another account uses, lists what it may retire, and retires', async () => {
      const home = await harness.tenant()
      const away = await harness.tenant()
      const key = await harness.key(home)
      const user = await userWith(harness, away, [
        allow(['kms:Encrypt', 'kms:ListRetirableGrants']),
      ])
      const stranger = await userWith(harness, away, [allow('kms:*')])
      const Operations = ['Encrypt', 'RetireGrant']
      const { GrantId, GrantToken } = await create(home, key, user, {
        Operations,
        RetiringPrincipal: user.arn,
      })
      expectAllowed(await encrypt(user, key.arn, { GrantTokens: [GrantToken] }))
      const hidden = denial(stranger.arn, 'kms:Encrypt', key.arn, because.stranger)
      expectDenied(await encrypt(stranger, key.arn, { GrantTokens: [GrantToken] }), hidden)
      const list = await harness.ok(user, 'ListRetirableGrants', { RetiringPrincipal: user.arn })
      expect(list['Grants']).toMatchObject([
        { GrantId, KeyId: key.arn, IssuingAccount: rootOf(home), GranteePrincipal: user.arn },
      ])
      // the other account as such was not named: not even its root may
      for (const who of [stranger, away]) {
        const arn = who === away ? rootOf(away) : stranger.arn
        for (const input of [{ GrantToken }, { KeyId: key.arn, GrantId }]) {
          expectDenied(
            await call(who, 'RetireGrant', input),
            denial(arn, 'kms:RetireGrant', key.arn, because.stranger),
          )
        }
      }
      expectAllowed(await call(user, 'RetireGrant', { GrantToken }))
      expectDenied(await encrypt(user, key.arn))
      const none = await harness.ok(user, 'ListRetirableGrants', { RetiringPrincipal: user.arn })
      expect(none['Grants']).toEqual([])
    })

    test('an account as retiring principal delegates to its identity policies', async () => {
      const home = await harness.tenant()
      const away = await harness.tenant()
      const key = await harness.key(home)
      const grantee = await userWith(harness, home)
      const poor = await userWith(harness, away)
      const rich = await userWith(harness, away, [allow('kms:RetireGrant')])
      const make = () =>
        create(home, key, grantee, {
          Operations: ['Encrypt'],
          RetiringPrincipal: rootOf(away),
        })
      const { GrantId, GrantToken } = await make()
      expectDenied(
        await call(poor, 'RetireGrant', { GrantToken }),
        denial(poor.arn, 'kms:RetireGrant', key.arn, because.identity('kms:RetireGrant')),
      )
      expectAllowed(await call(rich, 'RetireGrant', { KeyId: key.arn, GrantId }))
      expectAllowed(
        await call(
          away,
          'RetireGrant',
          await make().then(({ GrantToken: token }) => ({ GrantToken: token })),
        ),
      )
    })
  })

  describe('who may retire', () => {
    const retire = (who: Credential, KeyId: string, GrantId: string) =>
      call(who, 'RetireGrant', { KeyId, GrantId })
    const people = async () => {
      const base = await setUp()
      const { tenant } = base
      return {
        ...base,
        retiring: await userWith(harness, tenant),
        delegated: await userWith(harness, tenant, [allow('kms:RetireGrant')]),
        forbidden: await userWith(harness, tenant, [deny('kms:RetireGrant')]),
        admin: await userWith(harness, tenant, [allow('kms:RevokeGrant')]),
      }
    }
    type People = Awaited<ReturnType<typeof people>>
    const ROWS: [string, string[], (p: People) => Credential, boolean][] = [
      ['the retiring principal', ['Encrypt'], ({ retiring }) => retiring, true],
      ['the grantee', ['Encrypt'], ({ user }) => user, false],
      ['the grantee who is permitted to', ['Encrypt', 'RetireGrant'], ({ user }) => user, true],
      ['the root of its account', ['Encrypt'], ({ tenant }) => tenant, true],
      ['who was delegated to', ['Encrypt'], ({ delegated }) => delegated, true],
      ['who may only revoke', ['Encrypt'], ({ admin }) => admin, false],
    ]
    test.each(ROWS)('%s, with %j', async (_title, Operations, choose, allowed) => {
      const p = await people()
      const more = { Operations, RetiringPrincipal: p.retiring.arn }
      const { GrantId } = await create(p.tenant, p.key, p.user, more)
      const outcome = await retire(choose(p), p.key.id, GrantId)
      if (allowed) expectAllowed(outcome)
      else {
        const { arn } = choose(p) as User
        const action = 'kms:RetireGrant'
        expectDenied(outcome, denial(arn, action, p.key.arn, because.identity(action)))
        expectAllowed(await encrypt(p.user, p.key.id))
      }
    })

    test('not who is denied by an identity policy; the key policy has no say', async () => {
      const p = await people()
      const { GrantId } = await create(p.tenant, p.key, p.user, {
        Operations: ['Encrypt'],
        RetiringPrincipal: p.forbidden.arn,
      })
      expectDenied(
        await retire(p.forbidden, p.key.id, GrantId),
        denial(p.forbidden.arn, 'kms:RetireGrant', p.key.arn, because.identityDeny),
      )
      const named = await harness.key(p.tenant, {
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            allow('kms:*', { Principal: { AWS: [rootOf(p.tenant), p.admin.arn] } }),
            deny('kms:RetireGrant', { Principal: '*' }),
          ],
        }),
      })
      const second = await create(p.tenant, named, p.user, {
        Operations: ['Encrypt'],
        RetiringPrincipal: p.retiring.arn,
      })
      expectDenied(await retire(p.admin, named.id, second.GrantId))
      expectAllowed(await retire(p.retiring, named.id, second.GrantId))
    })

    test('a dry run tells without doing', async () => {
      const p = await people()
      const { GrantId } = await create(p.tenant, p.key, p.user, { Operations: ['Encrypt'] })
      const dry = { KeyId: p.key.id, GrantId, DryRun: true }
      expectDenied(await call(p.user, 'RetireGrant', dry))
      const outcome = await call(p.tenant, 'RetireGrant', dry)
      expectRefusal(outcome, 'sdk', 'DryRunOperationException')
      expectAllowed(await encrypt(p.user, p.key.id))
    })
  })

  test('RevokeGrant and ListGrants go by policies, within and across accounts', async () => {
    const { tenant, key, user } = await setUp()
    const away: Tenant = await harness.tenant()
    const { GrantId } = await create(tenant, key, user, { Operations: ['Encrypt', 'RetireGrant'] })
    const ask = (who: Credential, operation: string, KeyId = key.arn) =>
      call(who, operation, { KeyId, ...(operation === 'RevokeGrant' && { GrantId }) })
    for (const operation of ['RevokeGrant', 'ListGrants']) {
      const action = `kms:${operation}`
      expectDenied(
        await ask(user, operation),
        denial(user.arn, action, key.arn, because.identity(action)),
      )
      expectDenied(
        await ask(away, operation),
        denial(rootOf(away), action, key.arn, because.stranger),
      )
    }
    await harness.ok(tenant, 'PutKeyPolicy', {
      KeyId: key.id,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          allow('kms:*', { Principal: { AWS: rootOf(tenant) } }),
          allow(['kms:RevokeGrant', 'kms:ListGrants'], { Principal: { AWS: rootOf(away) } }),
        ],
      }),
    })
    const listed = await ask(away, 'ListGrants')
    expect(listed.json['Grants']).toMatchObject([{ GrantId, KeyId: key.arn }])
    expectAllowed(await ask(away, 'RevokeGrant'))
    expectDenied(await encrypt(user, key.id))
  })

  test('grants go with their key', async () => {
    const { tenant, key, user } = await setUp()
    const more = { Operations: ['Encrypt'], RetiringPrincipal: user.arn, Name: 'n' }
    await create(tenant, key, user, more)
    const { store, service } = harness.inside
    const [item] = await store.get([{ pk: `${tenant.accountId}/us-east-1`, sk: `key#${key.id}` }])
    const { keyFromItem, keyToItem } = await import('../../core/key/key-item.ts')
    const { destroyKey } = await import('../../core/lifecycle/deletion.ts')
    if (item === undefined) throw new Error('no key')
    const leaving = keyToItem(keyFromItem(item), {
      state: 'PendingDeletion',
      deletion: { at: 0, days: 7 },
    })
    await store.put(leaving)
    await destroyKey(keyFromItem(leaving), store, service.now())
    for (const prefix of ['grant', 'retiring']) {
      const pk = `${tenant.accountId}/us-east-1`
      expect((await store.query({ pk, prefix, limit: 10 })).items).toEqual([])
    }
  })
})
