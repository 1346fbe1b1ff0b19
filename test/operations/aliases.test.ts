// @module-tag functions
import { expect, test } from 'vitest'
import { type Case, expectRefusal, testOperation } from '../support/cases.ts'
import {
  describeStores,
  type Harness,
  type Input,
  REGION,
  type Tenant,
} from '../support/harness.ts'

const PREFIX_TEXT =
  'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html'
const PATTERN = '^[a-zA-Z0-9:/_-]+$'

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const [key, other, hmac] = await Promise.all([
    harness.key(caller),
    harness.key(caller),
    harness.key(caller, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }),
  ])
  for (const name of ['alias/taken', 'alias/moving', 'alias/doomed-sdk', 'alias/doomed-rest']) {
    await harness.ok(caller, 'CreateAlias', { AliasName: name, TargetKeyId: key.id })
  }
  return { caller, key, other, hmac }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('Aliases', (harness) => {
  const prepare = () => setUp(harness)
  const arnOf = (tenant: Tenant, name: string) =>
    `arn:aws:kms:${REGION}:${tenant.accountId}:${name}`
  const targetOf = async (tenant: Tenant, name: string) => {
    const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: name })
    return (KeyMetadata as { KeyId: string }).KeyId
  }
  const names = async (tenant: Tenant, input: Input = {}) => {
    const { Aliases } = await harness.ok(tenant, 'ListAliases', input)
    return (Aliases as { AliasName: string }[]).map(({ AliasName }) => AliasName)
  }

  let made = 0
  const creates = (title: string, name: (n: number) => string): Case<F> => ({
    title,
    input: ({ key }) => ({ AliasName: name(++made), TargetKeyId: key.id }),
    gives: () => ({}),
    after: async ({ caller, key }) => expect(await targetOf(caller, name(made))).toBe(key.id),
  })
  const refusal = (AliasName: string, message: string | null, code = 'ValidationException') => ({
    title: `'${AliasName.slice(0, 40)}' is refused`,
    // a path leaves `alias/` out: by REST such a name stands in a body only
    input: ({ key }: F) => ({ AliasName, TargetKeyId: key.id }),
    refused: code as 'ValidationException',
    message,
  })
  testOperation<F>(harness, 'CreateAlias', prepare, [
    creates('a name', (n) => `alias/name-${n}`),
    creates('a name with slashes', (n) => `alias/a/b_c/${n}`),
    creates('a name as long as it may be', (n) => `alias/${String(n).padStart(250, 'x')}`),
    {
      title: 'a name that is taken',
      input: ({ other }) => ({ AliasName: 'alias/taken', TargetKeyId: other.id }),
      refused: 'AlreadyExistsException',
      message: ({ caller }) =>
        `An alias with the name ${arnOf(caller, 'alias/taken')} already exists`,
    },
    refusal('app', PREFIX_TEXT),
    refusal('Alias/app', PREFIX_TEXT),
    refusal('alias/aws/s3', null, 'NotAuthorizedException'),
    refusal(
      'alias/ä',
      `1 validation error detected: Value 'alias/ä' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ${PATTERN}`,
    ),
    refusal(
      `alias/${'x'.repeat(251)}`,
      `1 validation error detected: Value 'alias/${'x'.repeat(251)}' at 'aliasName' failed to satisfy constraint: Member must have length less than or equal to 256`,
    ),
    {
      title: 'an alias is no target',
      input: () => ({ AliasName: 'alias/second', TargetKeyId: 'alias/taken' }),
      refused: 'ValidationException',
      message: 'Aliases must refer to keys. Not aliases',
    },
  ])

  testOperation<F>(harness, 'UpdateAlias', prepare, [
    {
      title: 'the alias moves, in the lists too',
      input: ({ other }) => ({ AliasName: 'alias/moving', TargetKeyId: other.id }),
      gives: () => ({}),
      after: async ({ caller, key, other }) => {
        expect(await targetOf(caller, 'alias/moving')).toBe(other.id)
        expect(await names(caller, { KeyId: other.id })).toEqual(['alias/moving'])
        expect(await names(caller, { KeyId: key.id })).not.toContain('alias/moving')
      },
    },
    {
      title: 'to a key of another kind',
      input: ({ hmac }) => ({ AliasName: 'alias/taken', TargetKeyId: hmac.id }),
      refused: 'ValidationException',
    },
    ...['alias/taken', 'alias/nowhere'].map(
      (target): Case<F> => ({
        title: `to ${target}, another alias`,
        input: () => ({ AliasName: 'alias/taken', TargetKeyId: target }),
        refused: 'ValidationException',
        message: 'Aliases must refer to keys. Not aliases',
      }),
    ),
    {
      title: 'to the ARN of an alias',
      input: ({ caller }) => ({
        AliasName: 'alias/taken',
        TargetKeyId: arnOf(caller, 'alias/moving'),
      }),
      refused: 'ValidationException',
      message: 'Aliases must refer to keys. Not aliases',
    },
    {
      title: 'an alias that is not there',
      input: ({ other }) => ({ AliasName: 'alias/missing', TargetKeyId: other.id }),
      refused: 'NotFoundException',
      message: ({ caller }) => `Alias ${arnOf(caller, 'alias/missing')} is not found.`,
    },
    {
      title: 'one of AWS',
      input: ({ other }) => ({ AliasName: 'alias/aws/s3', TargetKeyId: other.id }),
      refused: 'NotAuthorizedException',
    },
  ])

  testOperation<F>(harness, 'DeleteAlias', prepare, [
    {
      title: 'is gone, and its key stays',
      via: ['sdk'],
      input: () => ({ AliasName: 'alias/doomed-sdk' }),
      gives: () => ({}),
      after: async ({ caller, key }) => {
        expect(await names(caller)).not.toContain('alias/doomed-sdk')
        expect(await targetOf(caller, key.id)).toBe(key.id)
      },
    },
    {
      title: 'is gone',
      via: ['rest'],
      input: () => ({ AliasName: 'alias/doomed-rest' }),
      gives: () => ({}),
      after: async ({ caller }) => expect(await names(caller)).not.toContain('alias/doomed-rest'),
    },
    {
      title: 'an alias that is not there',
      input: () => ({ AliasName: 'alias/missing' }),
      refused: 'NotFoundException',
      message: ({ caller }) => `Alias ${arnOf(caller, 'alias/missing')} is not found.`,
    },
    {
      title: 'without the prefix',
      via: ['sdk'],
      input: () => ({ AliasName: 'missing' }),
      refused: 'ValidationException',
      message: PREFIX_TEXT,
    },
  ])

  testOperation<F>(harness, 'ListAliases', prepare, [
    {
      title: 'every alias of the account and Region, by name',
      input: () => ({}),
      gives: ({ caller, key }) => ({
        Aliases: ['alias/doomed-rest', 'alias/doomed-sdk', 'alias/moving', 'alias/taken'].map(
          (AliasName) => ({
            AliasName,
            AliasArn: arnOf(caller, AliasName),
            TargetKeyId: key.id,
            CreationDate: expect.anything(),
            LastUpdatedDate: expect.anything(),
          }),
        ),
        Truncated: false,
      }),
    },
    {
      title: 'of one key',
      input: ({ other }) => ({ KeyId: other.id }),
      gives: () => ({ Aliases: [], Truncated: false }),
    },
    {
      title: 'of another Region: none',
      region: 'eu-west-1',
      input: () => ({}),
      gives: () => ({ Aliases: [], Truncated: false }),
    },
  ])

  test('of two who take a name at once, one gets it', async () => {
    const { caller, key, other } = await setUp(harness)
    const outcomes = await Promise.all(
      [key, other, key, other].map(({ id }) =>
        harness.call('aws', caller, 'CreateAlias', { AliasName: 'alias/raced', TargetKeyId: id }),
      ),
    )
    const refused = outcomes.filter(({ code }) => code !== undefined)
    expect(refused).toHaveLength(3)
    for (const outcome of refused) expectRefusal(outcome, 'aws', 'AlreadyExistsException')
  })

  test('an alias made again names its new key at once', async () => {
    const { caller, key, other } = await setUp(harness)
    const AliasName = 'alias/again'
    for (const { id } of [key, other, key]) {
      await harness.ok(caller, 'CreateAlias', { AliasName, TargetKeyId: id })
      expect(await targetOf(caller, AliasName)).toBe(id)
      await harness.ok(caller, 'DeleteAlias', { AliasName })
      const gone = await harness.call('aws', caller, 'DescribeKey', { KeyId: AliasName })
      expectRefusal(gone, 'aws', 'NotFoundException')
    }
  })
})
