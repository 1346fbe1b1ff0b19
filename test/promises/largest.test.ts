// @module-tag local: makes the largest of everything, which takes a function minutes and shows no more
// @module-tag long
import { describe, expect, test } from 'vitest'
import { ItemTooLarge, type Store } from '../../core/store/store.ts'
import { expectRefusal } from '../support/cases.ts'
import {
  describeStores,
  type Harness,
  type Input,
  type MadeKey,
  REGION,
  type Tenant,
} from '../support/harness.ts'
import { slice } from '../support/slice.ts'

/** characters that JSON writes with six bytes each: the most a text of so many can take */
const dear = (length: number) => '\u0001'.repeat(length)
const many = <T>(count: number, one: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => one(index))
const tags = (count: number) =>
  many(count, (n) => ({ TagKey: `${n}`.padEnd(128, '\u0002'), TagValue: dear(256) }))
const policy = (Sid: string, more = '') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid, Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  }) + more

interface World {
  readonly harness: Harness
  readonly tenant: Tenant
  readonly key: MadeKey
  /** calls of the tenant, on AWS's face */
  ok(operation: string, input: Input): Promise<Record<string, unknown>>
  refusal(operation: string, input: Input): Promise<string | undefined>
  /** calls of the operator */
  operatorOk(operation: string, input: Input): Promise<Record<string, unknown>>
  operatorRefusal(operation: string, input: Input): Promise<string | undefined>
}

/** The largest that each kind of item can be made, read again, and what is larger. */
const LARGEST: readonly [string, (world: World) => Promise<void>][] = [
  [
    'a key with description, tags and aliases',
    async ({ tenant, ok, refusal, harness }) => {
      const Description = dear(8192)
      const { id } = await harness.key(tenant, { Description, Tags: tags(50) })
      const names = many(50, (n) => `alias/${n}-`.padEnd(256, 'x'))
      for (const AliasName of names) await ok('CreateAlias', { AliasName, TargetKeyId: id })
      expect((await ok('DescribeKey', { KeyId: id }))['KeyMetadata']).toMatchObject({ Description })
      expect((await ok('ListResourceTags', { KeyId: id, Limit: 50 }))['Tags']).toEqual(tags(50))
      const { Aliases } = await ok('ListAliases', { KeyId: id, Limit: 100 })
      expect((Aliases as { AliasName: string }[]).map(({ AliasName }) => AliasName)).toEqual(
        names.sort(),
      )
      const AliasName = 'alias/one-more'
      expect(await refusal('CreateAlias', { AliasName, TargetKeyId: id })).toBe(
        'LimitExceededException',
      )
      const Tags = [{ TagKey: 'more', TagValue: '' }]
      expect(await refusal('TagResource', { KeyId: id, Tags })).toBe('TagException')
      expect(await refusal('UpdateKeyDescription', { KeyId: id, Description: dear(8193) })).toBe(
        'ValidationException',
      )
    },
  ],
  [
    'a key policy',
    async ({ tenant, key: { id }, ok, refusal }) => {
      const statement = {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      }
      const plain = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
      const Policy = plain.padEnd(32_768, ' ')
      await ok('PutKeyPolicy', { KeyId: id, PolicyName: 'default', Policy })
      expect((await ok('GetKeyPolicy', { KeyId: id }))['Policy']).toBe(Policy)
      for (const larger of [`${Policy} `, plain.padEnd(200_000, ' ')]) {
        const input = { KeyId: id, PolicyName: 'default', Policy: larger }
        expect(await refusal('PutKeyPolicy', input)).toMatch(
          /^(LimitExceeded|Validation)Exception$/,
        )
      }
    },
  ],
  [
    'a grant',
    async ({ tenant, key: { id }, ok, refusal }) => {
      const GranteePrincipal = `arn:aws:iam::${tenant.accountId}:root`
      const pairs = Object.fromEntries(many(8, (n) => [`${n}`, dear(47)]))
      const input = {
        KeyId: id,
        GranteePrincipal,
        RetiringPrincipal: GranteePrincipal,
        Name: 'n'.repeat(256),
        Operations: ['Encrypt', 'Decrypt', 'GenerateDataKey', 'CreateGrant', 'DescribeKey'],
        Constraints: { EncryptionContextSubset: pairs },
      }
      const { GrantId } = await ok('CreateGrant', input)
      const { Grants } = await ok('ListGrants', { KeyId: id })
      expect(Grants).toMatchObject([{ GrantId, Constraints: input.Constraints }])
      const EncryptionContextSubset = { ...pairs, 0: dear(50_000) }
      expect(
        await refusal('CreateGrant', { ...input, Constraints: { EncryptionContextSubset } }),
      ).toBe('ValidationException')
    },
  ],
  [
    'an encryption context',
    async ({ key: { id }, ok, refusal }) => {
      const input = { KeyId: id, Plaintext: 'AAAA' }
      const EncryptionContext = { a: 'x'.repeat(8000) }
      const { CiphertextBlob } = await ok('Encrypt', { ...input, EncryptionContext })
      const opened = await ok('Decrypt', { CiphertextBlob, EncryptionContext })
      expect(opened['Plaintext']).toBe('AAAA')
      const larger = { a: 'x'.repeat(250_000) }
      expect(await refusal('Encrypt', { ...input, EncryptionContext: larger })).toBe(
        'ValidationException',
      )
    },
  ],
  [
    'a user with policies, boundary and tags',
    async ({ tenant: { accountId }, harness, tenant, operatorOk, operatorRefusal }) => {
      await harness.user(tenant, 'u'.repeat(64), { Policy: policy('first'), Tags: tags(50) })
      const named = { AccountId: accountId, Type: 'user', Name: 'u'.repeat(64) }
      await operatorOk('PutPermissionsBoundary', {
        ...named,
        Policy: policy('boundary').padEnd(10_240, ' '),
      })
      // white space is not counted by IAM's quota, but it is kept
      const put = (PolicyName: string) => ({
        ...named,
        PolicyName,
        Policy: policy('more').padEnd(10_240, '\t'),
      })
      for (let n = 0; n < 6; n++) await operatorOk('PutPrincipalPolicy', put(`p${n}`))
      for (let n = 6; n < 40; n++) {
        expect(await operatorRefusal('PutPrincipalPolicy', put(`p${n}`))).toBe(
          'LimitExceededException',
        )
      }
      const { Policies, Tags } = await operatorOk('GetPrincipal', named)
      expect(Object.keys(Policies as object)).toHaveLength(7)
      expect(Tags).toEqual(tags(50))
    },
  ],
  [
    'an issuer',
    async ({ tenant: { accountId }, operatorOk, operatorRefusal }) => {
      const input = {
        AccountId: accountId,
        // what reaches a terminal has no control characters: three bytes are the most a character takes
        Audiences: many(100, (n) => `${n}`.padEnd(255, '\u4e00')),
        SubjectClaim: '\u4e00'.repeat(255),
        RoleClaim: '\u4e00'.repeat(255),
      }
      const claims = (length: number) =>
        Object.fromEntries(many(50, (n) => [`${n}`.padEnd(128, 'x'), dear(length)]))
      const Issuer = `https://${'x'.repeat(60)}.example/${'p'.repeat(170)}`
      await operatorOk('CreateOidcIssuer', { ...input, Issuer, TagClaims: claims(255) })
      const { Issuers } = await operatorOk('ListOidcIssuers', { AccountId: accountId })
      expect(Issuers).toMatchObject([{ Issuer, TagClaims: claims(255) }])
      const more = { ...input, Issuer: `${Issuer}x`, TagClaims: claims(2000) }
      expect(await operatorRefusal('CreateOidcIssuer', more)).toBe('ValidationException')
    },
  ],
  [
    'an issuer of the installation, and the values that stand for a tenant',
    async ({ tenant: { accountId }, operatorOk, operatorRefusal }) => {
      const texts = many(100, (n) => `${n}`.padEnd(255, '\u4e00'))
      const rules = (count: number) => [
        {
          RoleName: 'r'.repeat(64),
          Claims: [{ Claim: '\u4e00'.repeat(255), Like: texts.slice(0, count) }],
        },
      ]
      const input = {
        Issuer: `https://${'x'.repeat(60)}.example/${'p'.repeat(170)}`,
        Audiences: texts,
        AuthorizedParties: texts,
        SubjectClaim: '\u4e00'.repeat(255),
        TenantClaim: '\u4e00'.repeat(255),
        TenantBy: 'value',
        RequiredClaims: Object.fromEntries(texts.slice(0, 10).map((text) => [text, text])),
        TagClaims: Object.fromEntries(many(50, (n) => [`${n}`.padEnd(128, 'x'), dear(255)])),
      }
      const refused = await operatorRefusal('CreateInstallationIssuer', {
        ...input,
        Rules: rules(50),
      })
      expect(refused).toBe('ValidationException')
      const made = await operatorOk('CreateInstallationIssuer', { ...input, Rules: rules(40) })
      const { Issuers } = await operatorOk('ListInstallationIssuers', {})
      expect(Issuers).toMatchObject([{ ...input, Rules: rules(40) }])
      const { IssuerId } = made
      await operatorOk('PutTenantValues', { AccountId: accountId, IssuerId, Values: texts })
      const listed = await operatorOk('ListTenantValues', { AccountId: accountId })
      expect(listed['Issuers']).toEqual([{ IssuerId, Values: texts }])
    },
  ],
  [
    'an answer that is kept for an Idempotency-Key',
    async ({ tenant, harness }) => {
      const body = JSON.stringify({ Description: dear(8192) }) + ' '.repeat(300_000)
      const create = () =>
        harness.rest(tenant, 'POST /v1/keys', {
          body,
          headers: { 'idempotency-key': 'k'.repeat(255) },
        })
      const [first, second] = [await create(), await create()]
      expect(first.status).toBe(201)
      expect(second.json).toEqual(first.json)
    },
  ],
  [
    'a Region',
    async ({ tenant, harness }) => {
      // the longest that ciphertexts name
      const region = `us-${'a'.repeat(20)}-bbbbbb-1`
      expect(region).toHaveLength(32)
      const { id } = await harness.key(tenant, {}, region)
      await harness.ok(tenant, 'Encrypt', { KeyId: id, Plaintext: 'AAAA' }, { region })
      const longer = await harness.call('aws', tenant, 'CreateKey', {}, { region: `u${region}` })
      expect(longer.code).toBe('InvalidSignatureException')
      const twoWords = `us-${'a'.repeat(20)}-${'b'.repeat(20)}-1`
      const large = await harness.call('aws', tenant, 'CreateKey', {}, { region: twoWords })
      expect(large.code).toBe('InvalidSignatureException')
    },
  ],
]

/** Keys of this description are larger than any item, whatever they are. */
const TOO_LARGE = 'too large'
const fault = (store: Store): Store => ({
  ...store,
  put: async (item) => {
    if (item.data['description'] === TOO_LARGE) throw new ItemTooLarge('made up')
    return store.put(item)
  },
})

const suite = (harness: Harness) => {
  test('what an item does not hold, though its bounds let it through, is refused as a limit', async () => {
    const tenant = await harness.tenant()
    const outcome = await harness.call('aws', tenant, 'CreateKey', { Description: TOO_LARGE })
    expectRefusal(outcome, 'aws', 'LimitExceededException')
  })

  describe('is kept and read again, or refused, and others go on', () => {
    test.for(LARGEST)('%s', async ([, make]) => {
      const [tenant, other] = [await harness.tenant(), await harness.tenant()]
      const key = await harness.key(tenant)
      const { operator } = harness
      await make({
        harness,
        tenant,
        key,
        ok: (operation, input) => harness.ok(tenant, operation, input),
        refusal: async (operation, input) =>
          (await harness.call('aws', tenant, operation, input)).code,
        operatorOk: (operation, input) => harness.ok(operator, operation, input, { via: 'rest' }),
        operatorRefusal: async (operation, input) =>
          (await harness.call('rest', operator, operation, input)).code,
      })
      await harness.key(other)
      await harness.key(tenant, {}, REGION)
      for (const one of [tenant, other]) {
        for (const record of await harness.trail(one, { Limit: 1000 })) {
          expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThanOrEqual(64 * 1024)
        }
      }
    })
  })
}

/** In `npm test` the store whose items have a bound of their own, 400 KB. */
const STORES = slice(['sqlite', 'dynamodb'] as const, (store) => store === 'dynamodb')
describeStores('The largest of each kind', suite, STORES, { fault })
