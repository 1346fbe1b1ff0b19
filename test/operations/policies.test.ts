// @module-tag functions-long
import { expect } from 'vitest'
import { testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

const statement = (accountId: string, more: object = {}) => ({
  Sid: 'Enable IAM User Permissions',
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${accountId}:root` },
  Action: 'kms:*',
  Resource: '*',
  ...more,
})
const document = (accountId: string, more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Id: 'mine', Statement: [statement(accountId, more)] })

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const key = await harness.key(caller)
  return { caller, key }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('Key policies', (harness) => {
  const prepare = () => setUp(harness)
  const policyOf = async (caller: Tenant, id: string) =>
    (await harness.ok(caller, 'GetKeyPolicy', { KeyId: id }))['Policy']

  testOperation<F>(harness, 'GetKeyPolicy', prepare, [
    {
      title: 'the default policy, member by member',
      input: ({ key }) => ({ KeyId: key.id, PolicyName: 'default' }),
      gives: () => ({ Policy: expect.any(String), PolicyName: 'default' }),
      after: ({ caller }, { json }) => {
        expect(JSON.parse(String(json['Policy']))).toEqual({
          Version: '2012-10-17',
          Id: 'key-default-1',
          Statement: [statement(caller.accountId)],
        })
      },
    },
    {
      title: 'no name is the default name',
      input: ({ key }) => ({ KeyId: key.arn }),
      gives: () => ({ Policy: expect.any(String), PolicyName: 'default' }),
    },
    {
      title: 'another name',
      input: ({ key }) => ({ KeyId: key.id, PolicyName: 'other' }),
      refused: 'NotFoundException',
      message: 'No such policy exists',
    },
  ])

  testOperation<F>(harness, 'PutKeyPolicy', prepare, [
    {
      title: 'is answered as it was sent',
      input: ({ caller, key }) => ({
        KeyId: key.id,
        PolicyName: 'default',
        Policy: document(caller.accountId, { Sid: 'ü' }),
      }),
      gives: () => ({}),
      after: async ({ caller, key }) => {
        expect(await policyOf(caller, key.id)).toBe(document(caller.accountId, { Sid: 'ü' }))
      },
    },
    {
      title: 'a second one replaces it',
      input: ({ caller, key }) => ({ KeyId: key.id, Policy: document(caller.accountId) }),
      after: async ({ caller, key }) => {
        expect(await policyOf(caller, key.id)).toBe(document(caller.accountId))
      },
    },
    ...['{', '[]', '"text"', '{}', '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}'].map(
      (Policy) => ({
        title: `malformed: ${Policy}`,
        input: ({ key }: F) => ({ KeyId: key.id, Policy }),
        refused: 'MalformedPolicyDocumentException' as const,
      }),
    ),
    {
      title: 'over 32 KB',
      input: ({ caller, key }) => ({
        KeyId: key.id,
        Policy: document(caller.accountId, { Sid: 'x'.repeat(32_768) }),
      }),
      refused: 'LimitExceededException',
    },
    {
      title: 'another name',
      input: ({ caller, key }) => ({
        KeyId: key.id,
        PolicyName: 'other',
        Policy: document(caller.accountId),
      }),
      refused: 'NotFoundException',
    },
    {
      title: 'a refused document changed nothing',
      input: ({ key }) => ({ KeyId: key.id, Policy: '{' }),
      refused: 'MalformedPolicyDocumentException',
      after: async ({ caller, key }) => {
        expect(await policyOf(caller, key.id)).toContain('key-default-1')
      },
    },
  ])

  testOperation<F>(harness, 'ListKeyPolicies', prepare, [
    {
      title: 'there is one',
      input: ({ key }) => ({ KeyId: key.id }),
      gives: () => ({ PolicyNames: ['default'], Truncated: false }),
    },
    {
      title: 'a marker, which this list never gives: its model has no InvalidMarkerException',
      input: ({ key }) => ({ KeyId: key.id, Marker: 'none' }),
      refused: 'ValidationException',
    },
  ])

  testOperation<F>(harness, 'CreateKey', prepare, [
    {
      title: 'with a policy of its own',
      input: ({ caller }) => ({ Policy: document(caller.accountId) }),
      after: async ({ caller }, { json }) => {
        const { KeyId } = json['KeyMetadata'] as { KeyId: string }
        expect(await policyOf(caller, KeyId)).toBe(document(caller.accountId))
      },
    },
  ])
})
