// @module-tag functions-long
import { describe, expect, test } from 'vitest'
import { expectRefusal, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey, type Tenant } from '../support/harness.ts'
import { awsOperations, keyMembers, sampleInput } from '../support/model.ts'

/**
 * What each state refuses, by AWS's table (developer guide, "Key states of AWS KMS keys"): D for
 * DisabledException, S for KMSInvalidStateException, - for nothing.
 */
const TABLE: readonly (readonly [operation: string, disabled: string, pendingImport: string])[] = [
  ['CreateAlias', '-', '-'],
  ['DescribeKey', '-', '-'],
  ['DisableKey', '-', 'S'],
  ['EnableKey', '-', 'S'],
  ['Encrypt', 'D', 'S'],
  ['GenerateDataKey', 'D', 'S'],
  ['GenerateDataKeyWithoutPlaintext', 'D', 'S'],
  ['GetKeyPolicy', '-', '-'],
  ['ListAliases', '-', '-'],
  ['ListKeyPolicies', '-', '-'],
  ['ListResourceTags', '-', '-'],
  ['PutKeyPolicy', '-', '-'],
  ['ReEncrypt', 'D', 'S'],
  ['TagResource', '-', '-'],
  ['UntagResource', '-', '-'],
  ['UpdateKeyDescription', '-', '-'],
]
const REFUSALS = { D: 'DisabledException', S: 'KMSInvalidStateException' } as const
const STATES = [
  { state: 'Disabled', column: 1, words: 'is disabled.' },
  { state: 'PendingImport', column: 2, words: 'is pending import.' },
] as const

const POLICY = (accountId: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })

async function keyIn(harness: Harness, tenant: Tenant, state: string): Promise<MadeKey> {
  if (state === 'PendingImport') return harness.key(tenant, { Origin: 'EXTERNAL' })
  const key = await harness.key(tenant)
  await harness.ok(tenant, 'DisableKey', { KeyId: key.id })
  return key
}

describeStores('Key state', (harness) => {
  describe.each(STATES)('$state', ({ state, column, words }) => {
    test.for(TABLE)('%s', async (row) => {
      const [name] = row
      const operation = awsOperations.find((candidate) => candidate.name === name)
      if (operation === undefined) throw new Error(`no ${name}`)
      const tenant = await harness.tenant()
      const key = await keyIn(harness, tenant, state)
      const input = {
        ...sampleInput(operation, key.id),
        ...(name === 'PutKeyPolicy' && { Policy: POLICY(tenant.accountId) }),
        ...(name === 'ListAliases' && { KeyId: key.id }),
      }
      const outcome = await harness.call('aws', tenant, name, input)
      const letter = row[column]
      if (letter === 'D' || letter === 'S') {
        expectRefusal(outcome, 'aws', REFUSALS[letter], `${key.arn} ${words}`)
      } else expect(outcome.code, outcome.text).toBeUndefined()
    })
  })

  test('a disabled key decrypts nothing, and all of it again once it is enabled', async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', {
      KeyId: key.id,
      Plaintext: Buffer.from('kept for later'),
    })
    const blob = Buffer.from(String(CiphertextBlob), 'base64')
    await harness.ok(tenant, 'DisableKey', { KeyId: key.id })
    for (const KeyId of [undefined, key.id]) {
      const refused = await harness.call('sdk', tenant, 'Decrypt', { KeyId, CiphertextBlob: blob })
      expectRefusal(refused, 'sdk', 'DisabledException', `${key.arn} is disabled.`)
    }
    const reads = awsOperations.filter(({ name }) => name === 'ReEncrypt').flatMap(keyMembers)
    expect(reads.map(({ member }) => member)).toEqual(['SourceKeyId', 'DestinationKeyId'])
    await harness.ok(tenant, 'EnableKey', { KeyId: key.arn })
    const opened = await harness.ok(tenant, 'Decrypt', { CiphertextBlob: blob })
    expect(Buffer.from(String(opened['Plaintext']), 'base64').toString()).toBe('kept for later')
  })

  const setUp = async () => {
    const caller = await harness.tenant()
    return { caller, key: await harness.key(caller, { Description: 'first' }) }
  }
  const described = async (caller: Tenant, key: MadeKey) => {
    const { KeyMetadata } = await harness.ok(caller, 'DescribeKey', { KeyId: key.id })
    return KeyMetadata as Record<string, unknown>
  }

  testOperation(harness, 'DisableKey', setUp, [
    {
      title: 'disables, also what is disabled already',
      input: ({ key }) => ({ KeyId: key.id }),
      gives: () => ({}),
      after: async ({ caller, key }) => {
        expect(await described(caller, key)).toMatchObject({ KeyState: 'Disabled', Enabled: false })
      },
    },
  ])
  testOperation(harness, 'EnableKey', setUp, [
    {
      title: 'enables, also what is enabled already',
      input: ({ key }) => ({ KeyId: key.arn }),
      gives: () => ({}),
      after: async ({ caller, key }) => {
        expect(await described(caller, key)).toMatchObject({ KeyState: 'Enabled', Enabled: true })
      },
    },
  ])
  testOperation(harness, 'UpdateKeyDescription', setUp, [
    {
      title: 'replaces the description',
      input: ({ key }) => ({ KeyId: key.id, Description: 'second' }),
      gives: () => ({}),
      after: async ({ caller, key }) => {
        expect(await described(caller, key)).toMatchObject({ Description: 'second' })
      },
    },
    {
      title: 'may be empty',
      input: ({ key }) => ({ KeyId: key.id, Description: '' }),
      after: async ({ caller, key }) => {
        expect(await described(caller, key)).toMatchObject({ Description: '' })
      },
    },
    {
      title: 'required',
      input: ({ key }) => ({ KeyId: key.id }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value null at 'description' failed to satisfy constraint: Member must not be null",
    },
  ])
  testOperation(harness, 'DescribeKey', setUp, [
    {
      title: 'the same members as CreateKey answered',
      input: ({ key }) => ({ KeyId: key.id }),
      gives: ({ caller, key }) => ({
        KeyMetadata: {
          AWSAccountId: caller.accountId,
          Arn: key.arn,
          CreationDate: expect.anything(),
          CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
          Description: 'first',
          Enabled: true,
          EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
          CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
          KeyId: key.id,
          KeyManager: 'CUSTOMER',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyState: 'Enabled',
          KeyUsage: 'ENCRYPT_DECRYPT',
          MultiRegion: false,
          Origin: 'AWS_KMS',
        },
      }),
    },
    {
      title: 'eleven grant tokens',
      input: ({ key }) => ({
        KeyId: key.id,
        GrantTokens: Array.from({ length: 11 }, () => 'token'),
      }),
      refused: 'ValidationException',
    },
  ])
})
