// @module-tag functions-long
// @module-tag rsa
import { randomBytes } from 'node:crypto'
import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { KEY_SPECS, keySpec } from '../../core/key/spec.ts'
import { describeStores, REGION, type Tenant } from '../support/harness.ts'
import { slice } from '../support/slice.ts'
import {
  createKey,
  destroyKey,
  differences,
  readKey,
  type TerraformKey,
  updateKey,
} from '../support/terraform-key.ts'
import {
  createAlias,
  createGrant,
  destroyAlias,
  destroyGrant,
  readAlias,
  readGrant,
  updateAlias,
} from '../support/terraform-names.ts'
import { createPrimary, createReplica, readReplica } from '../support/terraform-replica.ts'

const ALL = KEY_SPECS.flatMap((spec) =>
  (keySpec(spec)?.usages ?? []).map((usage) => ({ spec, usage })),
)
/** In `npm test` one key spec for each usage. */
const SPECS = slice(
  ALL,
  ({ usage }, index) => index === ALL.findIndex((one) => one.usage === usage),
)

const policyOf = ({ accountId }: Tenant, Sid: string) =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Sid,
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    null,
    2,
  )

describeStores("Terraform's AWS provider", (harness) => {
  const setUp = async () => {
    const tenant = await harness.tenant()
    return { tenant, kms: harness.client(tenant) }
  }
  /** What `terraform plan` would change: nothing, after an apply. */
  const plan = async (kms: KMSClient, id: string, wanted: TerraformKey) => {
    const found = await readKey(kms, id)
    return found === undefined ? ['it is gone'] : differences(wanted, found)
  }
  /** Applies one configuration after the other, each with a plan that finds no difference, and destroys. */
  const live = async (kms: KMSClient, configurations: readonly TerraformKey[]) => {
    const [first = {}, ...more] = configurations
    const id = await createKey(kms, first)
    expect(await plan(kms, id, first)).toEqual([])
    let now = first
    for (const next of more) {
      expect(await plan(kms, id, next)).not.toEqual([])
      await updateKey(kms, id, now, next)
      expect(await plan(kms, id, next)).toEqual([])
      now = next
    }
    await destroyKey(kms, id, 7)
    expect(await readKey(kms, id)).toBeUndefined()
    await destroyKey(kms, id, 7)
    return id
  }

  describe('aws_kms_replica_key', () => {
    const EU = 'eu-west-1'
    const primary = async (wanted: TerraformKey) => {
      const { tenant, kms: from } = await setUp()
      const id = await createPrimary(from, wanted)
      const multi = { ...wanted, multiRegion: true }
      expect(await plan(from, id, multi)).toEqual([])
      const kms = harness.client(tenant, EU)
      const primaryArn = `arn:aws:kms:${REGION}:${tenant.accountId}:key/${id}`
      return { tenant, id, multi, replica: { from, kms, region: EU, primaryArn } }
    }

    test.for(SPECS)('$spec, $usage: made, changed, destroyed before its primary', async (kind) => {
      const { tenant, id, multi, replica } = await primary({ ...kind, description: 'primary' })
      const key = { ...kind, multiRegion: true }
      const first = { ...key, description: 'replica', tags: { team: 'blue' } }
      expect(await createReplica(replica, first)).toBe(id)
      expect(await plan(replica.kms, id, first)).toEqual([])
      expect(
        (await readReplica(replica, id))?.metadata.MultiRegionConfiguration?.PrimaryKey?.Arn,
      ).toBe(replica.primaryArn)
      const second = {
        ...key,
        description: 'other',
        policy: policyOf(tenant, 'there'),
        enabled: false,
      }
      await updateKey(replica.kms, id, first, second)
      expect(await plan(replica.kms, id, second)).toEqual([])
      expect(await plan(replica.from, id, multi)).toEqual([])
      await destroyKey(replica.kms, id, 7)
      expect(await readReplica(replica, id)).toBeUndefined()
      // the replica is not gone yet: the primary waits, which the provider takes for gone as well
      await destroyKey(replica.from, id, 7)
      expect(await readKey(replica.from, id)).toBeUndefined()
    })

    test('rotation that the primary turns on shows, and is no difference of the replica’s', async () => {
      const kind = { spec: 'SYMMETRIC_DEFAULT', rotation: true, period: 90 } as const
      const { tenant, id, replica } = await primary(kind)
      const policy = policyOf(tenant, 'all')
      await createReplica(replica, { policy, tags: { a: 'b' }, enabled: false })
      const wanted = { ...kind, policy, tags: { a: 'b' }, enabled: false, multiRegion: true }
      expect(await plan(replica.kms, id, wanted)).toEqual([])
    })

    test('aws_kms_replica_external_key', async () => {
      const material = randomBytes(32)
      const { id, replica } = await primary({ material })
      const wanted = { material, description: 'imported there' }
      await createReplica(replica, wanted)
      expect(await plan(replica.kms, id, { ...wanted, multiRegion: true })).toEqual([])
      const { CiphertextBlob } = await replica.from.send(
        new EncryptCommand({ KeyId: id, Plaintext: Buffer.from('x') }),
      )
      const { KeyId } = await replica.kms.send(new DecryptCommand({ CiphertextBlob }))
      expect(KeyId).toContain(EU)
    })
  })

  describe('aws_kms_key', () => {
    test.for(SPECS)('$spec, $usage', async ({ spec, usage }) => {
      const { tenant, kms } = await setUp()
      const key = { spec, usage }
      await live(kms, [
        { ...key, description: 'one', tags: { team: 'blue', env: 'test' } },
        { ...key, description: 'two', tags: { team: 'red' }, policy: policyOf(tenant, 'first') },
        { ...key, description: 'two', policy: policyOf(tenant, 'second'), enabled: false },
        { ...key, description: 'three', policy: policyOf(tenant, 'second'), enabled: true },
      ])
    })

    test('with everything from the start: a policy, tags, rotation, disabled', async () => {
      const { tenant, kms } = await setUp()
      const key = { spec: 'SYMMETRIC_DEFAULT', policy: policyOf(tenant, 'all') } as const
      await live(kms, [
        { ...key, tags: { a: 'b' }, rotation: true, period: 90, enabled: false },
        { ...key, tags: {}, rotation: true, period: 180, enabled: true },
      ])
    })

    test('rotation goes on, gets another period, and goes off', async () => {
      const { kms } = await setUp()
      const key = { spec: 'SYMMETRIC_DEFAULT' } as const
      await live(kms, [
        key,
        { ...key, rotation: true },
        { ...key, rotation: true, period: 90 },
        { ...key, rotation: true, period: 2560, description: 'long' },
        key,
      ])
    })

    test('without an argument: what is read is left as it is', async () => {
      const { tenant, kms } = await setUp()
      const id = await createKey(kms, { spec: 'SYMMETRIC_DEFAULT' })
      const found = await readKey(kms, id)
      expect(found).toMatchObject({
        metadata: { Description: '', KeyManager: 'CUSTOMER', Origin: 'AWS_KMS' },
        policy: { Id: 'key-default-1' },
        rotation: false,
        period: undefined,
        tags: {},
      })
      const foreign = await readKey(kms, `arn:aws:kms:${REGION}:${tenant.accountId}:key/${id}`)
      expect(foreign).toEqual(found)
    })
  })

  describe('aws_kms_external_key', () => {
    const inDays = (days: number) =>
      `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 19)}Z`

    test('without material it waits for it', async () => {
      const { kms } = await setUp()
      await live(kms, [
        { tags: { a: 'b' } },
        { tags: { a: 'c' }, description: 'still without material' },
      ])
    })

    test('with material: disabled, enabled, until a day, until another, without end', async () => {
      const { tenant, kms } = await setUp()
      const key = { material: randomBytes(32), policy: policyOf(tenant, 'own') }
      await live(kms, [
        { ...key, enabled: true, tags: { team: 'blue' } },
        { ...key, enabled: false, tags: { team: 'blue' } },
        { ...key, enabled: true, validTo: inDays(30) },
        { ...key, enabled: true, validTo: inDays(60), description: 'longer' },
        { ...key, enabled: true },
      ])
    })

    test('with material and a date from the start, disabled', async () => {
      const { kms } = await setUp()
      await live(kms, [{ material: randomBytes(32), validTo: inDays(2), enabled: false }])
    })
  })

  test('aws_kms_alias, the last of more than a page', async () => {
    const { tenant, kms } = await setUp()
    const keys = [await harness.key(tenant), await harness.key(tenant)] as const
    for (let i = 0; i < 60; i++)
      await createAlias(kms, `alias/a-${i}`, i % 2 === 0 ? keys[0].id : keys[1].id)
    const name = 'alias/z/last'
    await createAlias(kms, name, keys[0].arn)
    const AliasArn = `arn:aws:kms:${REGION}:${tenant.accountId}:${name}`
    expect(await readAlias(kms, name)).toMatchObject({ AliasArn, TargetKeyId: keys[0].id })
    await updateAlias(kms, name, keys[1].id)
    expect(await readAlias(kms, name)).toMatchObject({ AliasArn, TargetKeyId: keys[1].id })
    await destroyAlias(kms, name)
    expect(await readAlias(kms, name)).toBeUndefined()
    await expect(destroyAlias(kms, name)).rejects.toMatchObject({ name: 'NotFoundException' })
    // the name of another alias as target_key_id, which AWS refuses in these words
    await expect(createAlias(kms, name, 'alias/a-0')).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Aliases must refer to keys. Not aliases',
    })
  })

  describe('aws_kms_grant', () => {
    const CONTEXT = { Department: 'Finance' }
    test.for([
      ['no constraints', undefined, CONTEXT, undefined],
      ['encryption_context_subset', { EncryptionContextSubset: CONTEXT }, CONTEXT, {}],
      [
        'encryption_context_subset, and a larger context',
        { EncryptionContextSubset: CONTEXT },
        { ...CONTEXT, more: 'x' },
        { more: 'x' },
      ],
      [
        'encryption_context_equals',
        { EncryptionContextEquals: CONTEXT },
        CONTEXT,
        { ...CONTEXT, more: 'x' },
      ],
      ['a block without any', {}, CONTEXT, undefined],
    ] as const)('%s', async ([, constraints, allowed, denied]) => {
      const { tenant, kms } = await setUp()
      const { id: key, arn } = await harness.key(tenant)
      const user = await harness.user(tenant, 'Grantee')
      if (user.credential === undefined) throw new Error('a user without access key')
      const grantee = harness.client(user.credential)
      const wanted = {
        key,
        grantee: user.arn,
        operations: ['Encrypt', 'Decrypt', 'RetireGrant'],
        name: 'my-grant',
        retiring: `arn:aws:iam::${tenant.accountId}:root`,
        ...(constraints !== undefined && { constraints }),
      } as const
      const id = await createGrant(kms, wanted)
      const given = constraints !== undefined && Object.keys(constraints).length > 0
      const expected = {
        KeyId: arn,
        GrantId: id,
        Name: 'my-grant',
        GranteePrincipal: user.arn,
        RetiringPrincipal: wanted.retiring,
        IssuingAccount: wanted.retiring,
        Operations: expect.arrayContaining([...wanted.operations]),
        CreationDate: expect.any(Date),
        ...(given && { Constraints: constraints }),
      }
      // apply reads it back, plan reads it again: the same both times, and no more than was written
      for (let read = 0; read < 2; read++) expect(await readGrant(kms, key, id)).toEqual(expected)
      // a create that Terraform makes again is the same grant
      expect(await createGrant(kms, wanted)).toBe(id)
      const Plaintext = Buffer.from('x')
      const encrypt = (EncryptionContext: Record<string, string>) =>
        grantee.send(new EncryptCommand({ KeyId: arn, Plaintext, EncryptionContext }))
      const { CiphertextBlob } = await encrypt(allowed)
      await grantee.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: allowed }))
      if (denied !== undefined) {
        await expect(encrypt(denied)).rejects.toMatchObject({ name: 'AccessDeniedException' })
      }
      await destroyGrant(kms, key, id)
      expect(await readGrant(kms, key, id)).toBeUndefined()
      await expect(encrypt(allowed)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    })

    test('on keys of other kinds, retired at the end; the last of more than a page', async () => {
      const { tenant, kms } = await setUp()
      const user = await harness.user(tenant, 'Grantee')
      const kinds = [
        [{ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }, ['Sign', 'GetPublicKey']],
        [{ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }, ['GenerateMac']],
      ] as const
      for (const [input, operations] of kinds) {
        const { id: key } = await harness.key(tenant, input)
        // the block that a module always writes, with nothing in it
        const wanted = { key, grantee: user.arn, operations, constraints: {} }
        const ids = []
        for (let i = 0; i < 101; i++) ids.push(await createGrant(kms, wanted))
        for (const id of [ids[0] ?? '', ids[100] ?? '']) {
          expect(await readGrant(kms, key, id)).toMatchObject({ GrantId: id })
        }
        const last = ids[100] ?? ''
        await destroyGrant(kms, key, last, true)
        expect(await readGrant(kms, key, last)).toBeUndefined()
      }
    })

    test('both constraints: what the provider says AWS answers', async () => {
      const { tenant, kms } = await setUp()
      const { id: key } = await harness.key(tenant)
      const grantee = `arn:aws:iam::${tenant.accountId}:root`
      const constraints = { EncryptionContextEquals: CONTEXT, EncryptionContextSubset: CONTEXT }
      const wanted = { key, grantee, operations: ['Encrypt'], constraints } as const
      await expect(createGrant(kms, wanted)).rejects.toMatchObject({
        name: 'ValidationException',
        message: 'More than one constraint supplied',
      })
    })
  })
})
