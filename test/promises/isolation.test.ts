// @module-tag functions-long
import { beforeAll, describe, expect, test } from 'vitest'
import { operations } from '../../operations/registry.ts'
import { expectRefusal } from '../support/cases.ts'
import {
  type Credential,
  describeStores,
  type Harness,
  type MadeKey,
  type Outcome,
  type Tenant,
} from '../support/harness.ts'
import { awsOperations, keyMembers, NOBODY, sampleInput, samplePath } from '../support/model.ts'
import { slice } from '../support/slice.ts'

const UNKNOWN = '01234567-89ab-cdef-0123-456789abcdef'
const CONTEXT_FREE_TEXT =
  'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.'

/** Every member of every operation that names a key. */
const namings = awsOperations.flatMap((operation) =>
  keyMembers(operation).map((naming) => ({ operation, ...naming })),
)
/** but for the clock's, which are not deployed everywhere (test/lifecycle/clock.test.ts) */
const operatorsOwn = operations.filter(
  ({ audience, uses }) => audience === 'operator' && !uses.includes('clock'),
)
const tenantsOwn = operations.filter(({ audience }) => audience === 'tenant')

interface World {
  readonly owner: Tenant
  readonly stranger: Tenant
  readonly user: Credential
  readonly key: MadeKey
  readonly own: MadeKey
  readonly blob: Buffer
}

async function build(harness: Harness): Promise<World> {
  const [owner, stranger] = [await harness.tenant(), await harness.tenant()]
  const [key, own] = [await harness.key(owner), await harness.key(stranger)]
  await harness.ok(owner, 'CreateAlias', { AliasName: 'alias/owners', TargetKeyId: key.id })
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everything] })
  const { credential } = await harness.user(stranger, 'admin', { Policy })
  if (credential === undefined) throw new Error('the user has no access key')
  const { CiphertextBlob } = await harness.ok(owner, 'Encrypt', {
    KeyId: key.id,
    Plaintext: Buffer.from('the owner’s own'),
  })
  const blob = Buffer.from(String(CiphertextBlob), 'base64')
  return { owner, stranger, user: credential, key, own, blob }
}

/** What a refusal tells once the names that were asked for are taken out of it. */
const told = ({ code, message, status }: Outcome, ...names: string[]) => ({
  code,
  status,
  message: names.reduce((text, name) => text?.replaceAll(name, '…'), message),
})

const suite = (harness: Harness) => {
  let world: World
  beforeAll(async () => {
    world = await build(harness)
    expect(world.owner.accountId).not.toBe(world.stranger.accountId)
  })

  describe.each(
    namings.map((naming) => [`${naming.operation.name}, ${naming.member}`, naming] as const),
  )('%s', (_title, { operation, member, alias }) => {
    // where no alias may be one is refused by its form, before anything is looked up
    // (of UpdateAlias the alias that is to move is looked for first, and the stranger has none)
    const refused = !alias && operation.name !== 'UpdateAlias'
    const asAlias = member === 'TargetKeyId' ? 'ValidationException' : 'InvalidArnException'
    const ask = (caller: Credential, name: string) => {
      const input = { ...sampleInput(operation, world.own.id), [member]: name }
      return harness.call('aws', caller, operation.name, input)
    }

    test('a foreign ARN: refused, in the same words whether the key exists or not', async () => {
      const { owner, stranger, user, key } = world
      const arn = (resource: string, account = owner.accountId) =>
        `arn:aws:kms:us-east-1:${account}:${resource}`
      for (const caller of [stranger, user]) {
        const pairs = [
          [key.arn, arn(`key/${UNKNOWN}`)],
          [key.arn, arn(`key/${UNKNOWN}`, NOBODY)],
          [arn('alias/owners'), arn('alias/nothing')],
          [arn('alias/owners'), arn('alias/nothing', NOBODY)],
        ] as const
        for (const [there, missing] of pairs) {
          const [one, other] = [await ask(caller, there), await ask(caller, missing)]
          const byForm = refused && there.includes(':alias/')
          if (byForm) expect(one.code).toBe(asAlias)
          else expect(['AccessDeniedException', 'NotFoundException']).toContain(one.code)
          expect(told(one, there)).toEqual(told(other, missing))
        }
      }
    })

    test('a bare id or an alias name means the caller’s own account', async () => {
      const { owner, stranger, key } = world
      for (const [there, missing] of [
        [key.id, UNKNOWN],
        ['alias/owners', 'alias/nothing'],
      ] as const) {
        const [one, other] = [await ask(stranger, there), await ask(stranger, missing)]
        const byForm = refused && there.startsWith('alias/')
        expectRefusal(one, 'aws', byForm ? asAlias : 'NotFoundException')
        expect(told(one, there)).toEqual(told(other, missing))
        expect(one.message).not.toContain(owner.accountId)
      }
    })
  })

  test('a foreign blob is refused as one of a key that does not exist', async () => {
    const { stranger, user, own, blob } = world
    const keyIdBytes = Buffer.from(world.key.id.replaceAll('-', ''), 'hex')
    const at = blob.indexOf(keyIdBytes)
    expect(at).toBeGreaterThan(0)
    const ofNoKey = Buffer.from(blob)
    ofNoKey.write(UNKNOWN.replaceAll('-', ''), at, 'hex')
    for (const caller of [stranger, user]) {
      for (const CiphertextBlob of [blob, ofNoKey]) {
        for (const [operation, more] of [
          ['Decrypt', {}],
          ['ReEncrypt', { DestinationKeyId: own.id }],
        ] as const) {
          const outcome = await harness.call('sdk', caller, operation, { CiphertextBlob, ...more })
          expectRefusal(outcome, 'sdk', 'AccessDeniedException', CONTEXT_FREE_TEXT)
        }
        const named = await harness.call('sdk', caller, 'Decrypt', {
          CiphertextBlob,
          KeyId: own.id,
        })
        expectRefusal(named, 'sdk', 'IncorrectKeyException')
      }
    }
  })

  test('the same alias name means each tenant’s own key', async () => {
    const { owner, stranger, key, own } = world
    await harness.ok(stranger, 'CreateAlias', { AliasName: 'alias/owners', TargetKeyId: own.id })
    for (const [caller, { arn }] of [
      [owner, key],
      [stranger, own],
    ] as const) {
      const { KeyMetadata } = await harness.ok(caller, 'DescribeKey', { KeyId: 'alias/owners' })
      expect(KeyMetadata).toMatchObject({ Arn: arn })
    }
    await harness.ok(stranger, 'DeleteAlias', { AliasName: 'alias/owners' })
    const { KeyMetadata } = await harness.ok(owner, 'DescribeKey', { KeyId: 'alias/owners' })
    expect(KeyMetadata).toMatchObject({ Arn: key.arn })
  })

  test('an alias can not point to a foreign key', async () => {
    const { stranger, key } = world
    const outcome = await harness.call('aws', stranger, 'CreateAlias', {
      AliasName: 'alias/thief',
      TargetKeyId: key.arn,
    })
    expect(['AccessDeniedException', 'NotFoundException']).toContain(outcome.code)
    const { Aliases } = await harness.ok(stranger, 'ListAliases')
    expect(Aliases).toEqual([])
  })

  test('lists show the caller’s own', async () => {
    const { owner, stranger, key, own } = world
    const ids = async (caller: Tenant) => {
      const { Keys } = await harness.ok(caller, 'ListKeys')
      return (Keys as { KeyId: string }[]).map(({ KeyId }) => KeyId)
    }
    expect(await ids(owner)).toEqual([key.id])
    expect(await ids(stranger)).toEqual([own.id])
  })

  test('the audit trail shows the account’s own records, whatever is asked for', async () => {
    const { owner, stranger, key } = world
    await harness.call('aws', stranger, 'DescribeKey', { KeyId: key.arn })
    for (const query of [
      {},
      { KeyId: key.arn },
      { KeyId: key.id },
      { Principal: owner.accountId },
    ]) {
      for (const record of await harness.trail(stranger, query)) {
        expect(record['recipientAccountId']).toBe(stranger.accountId)
        expect(JSON.stringify(record)).not.toContain(owner.accessKeyId)
      }
    }
    // the owner sees which account knocked, and nothing of who there or with what
    const knocks = (await harness.trail(owner)).filter((record) => {
      const { accountId } = record['userIdentity'] as { accountId: string }
      return accountId !== owner.accountId
    })
    expect(knocks.length).toBeGreaterThan(0)
    for (const knock of knocks) {
      expect(Object.keys(knock['userIdentity'] as object).sort()).toEqual([
        'accountId',
        'principalId',
        'type',
      ])
    }
  })

  test('a suspended tenant is refused everything at once, and let in again', async () => {
    const { owner, stranger } = await build(harness)
    const path = `/admin/v1/tenants/${owner.accountId}`
    await harness.rest(harness.operator, `POST ${path}/suspend`)
    for (const { name } of tenantsOwn) {
      const via = awsOperations.some((operation) => operation.name === name) ? 'aws' : 'rest'
      const operation = operations.find((candidate) => candidate.name === name)
      if (operation === undefined) throw new Error(`no ${name}`)
      const input = via === 'aws' ? sampleInput(operation, UNKNOWN) : samplePath(operation.http)
      const outcome = await harness.call(via, owner, name, input)
      expectRefusal(
        outcome,
        via,
        'AccessDeniedException',
        `Account ${owner.accountId} is suspended.`,
      )
    }
    expect((await harness.call('aws', stranger, 'ListKeys')).code).toBeUndefined()
    await harness.rest(harness.operator, `POST ${path}/resume`)
    expect((await harness.call('aws', owner, 'ListKeys')).code).toBeUndefined()
  })

  test('an access key switched off or deleted is unknown from the next call on', async () => {
    const { owner, key } = await build(harness)
    const { credential } = await harness.user(owner, 'leaver', {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
      }),
    })
    if (credential === undefined) throw new Error('the user has no access key')
    const path = `/admin/v1/tenants/${owner.accountId}/access-keys/${credential.accessKeyId}`
    const ask = () => harness.call('aws', credential, 'DescribeKey', { KeyId: key.id })
    const status = (Status: string) =>
      harness.rest(harness.operator, `PATCH ${path}`, { body: JSON.stringify({ Status }) })
    expect((await ask()).code).toBeUndefined()
    await status('Inactive')
    expectRefusal(await ask(), 'aws', 'UnrecognizedClientException')
    await status('Active')
    expect((await ask()).code).toBeUndefined()
    await harness.rest(harness.operator, `DELETE ${path}`)
    expectRefusal(await ask(), 'aws', 'UnrecognizedClientException')
  })

  test('the operator’s operations are refused to tenants, in the same words for any account', async () => {
    const { owner, stranger, user } = world
    for (const caller of [stranger, user]) {
      for (const { name, http } of operatorsOwn) {
        const asked = [owner.accountId, stranger.accountId, NOBODY].map(async (AccountId) => {
          const input = { ...samplePath(http), AccountId }
          return told(await harness.call('rest', caller, name, input))
        })
        const [one, ...others] = await Promise.all(asked)
        expect(one?.code, name).toBe('AccessDeniedException')
        for (const other of others) expect(other).toEqual(one)
      }
    }
  })

  test('the tenants’ operations are refused to the operator', async () => {
    const { key } = world
    for (const operation of tenantsOwn) {
      const aws = awsOperations.includes(operation)
      const input = aws ? sampleInput(operation, key.arn) : samplePath(operation.http)
      const outcome = await harness.call(
        aws ? 'aws' : 'rest',
        harness.operator,
        operation.name,
        input,
      )
      expect(outcome.code, operation.name).toBe('AccessDeniedException')
    }
  })
}

/**
 * In `npm test` on SQLite alone: on DynamoDB tenants are kept apart by the same partitions, which
 * test/store/store.test.ts shows, and functions ask it across accounts (test/authorization/cross-account.test.ts).
 */
const STORES = slice(['sqlite', 'dynamodb'] as const, (store) => store === 'sqlite')
describeStores('Isolation', suite, STORES)
