// @module-tag functions-long
import { beforeAll, describe, expect, test } from 'vitest'
import { answersOf } from '../../core/pipeline/answers.ts'
import { describeStores, REGION, type Tenant } from '../support/harness.ts'
import {
  ALIAS,
  awsOperations,
  keyMembers,
  model,
  sampleInput,
  sampleMember,
  structure,
} from '../support/model.ts'

/** What any operation may answer, which AWS's model lists for none (API reference, "Common Errors"). */
const ANYWHERE: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'RequestEntityTooLargeException',
  'SerializationException',
  'ThrottlingException',
  'UnrecognizedClientException',
  'ValidationException',
])

/** What any change may answer, for what is stored has a size. */
const ANY_CHANGE: ReadonlySet<string> = new Set(['LimitExceededException'])

/** What the service's own faults are, of which the model leaves out one here and there. */
const FAULTS: ReadonlySet<string> = new Set(['DependencyTimeoutException', 'KMSInternalException'])

/** What belongs to members and headers of the REST face, which AWS KMS has not. */
const ON_REST: ReadonlySet<string> = new Set([
  'ConflictException',
  'IdempotentParameterMismatchException',
  'PreconditionFailedException',
  'UnsupportedMediaTypeException',
])

/** What else is answered and is not in AWS's model of the operation, and why. Nothing else may be. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'CreateAlias NotAuthorizedException': 'recorded: names that begin with alias/aws/',
  'DeleteAlias NotAuthorizedException': 'as CreateAlias',
  'UpdateAlias NotAuthorizedException': 'as CreateAlias',
  'DescribeKey InvalidGrantTokenException': 'it takes GrantTokens, and a forged one must not pass',
}

const modelled = (name: string) => new Set(model.operations[name]?.errors)

describe('what an operation answers is in its model', () => {
  test('but for what is told here', () => {
    const found = awsOperations.flatMap((operation) => {
      const { name, mutates } = operation
      const known = modelled(name)
      const outside = answersOf(operation).filter(
        (code) =>
          !known.has(code) &&
          !ANYWHERE.has(code) &&
          !FAULTS.has(code) &&
          !ON_REST.has(code) &&
          !(mutates && ANY_CHANGE.has(code)),
      )
      return outside.map((code) => `${name} ${code}`)
    })
    expect(found.sort()).toEqual(Object.keys(OUTSIDE).sort())
  })
})

/** Kinds of keys that some operation or other has to refuse. */
const KINDS = {
  symmetric: {},
  pair: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  agreement: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' },
  encapsulation: { KeySpec: 'ML_KEM_768', KeyUsage: 'ENCAPSULATE_DECAPSULATE' },
  hmac: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  imported: { Origin: 'EXTERNAL' },
  disabled: {},
  leaving: {},
} as const

describeStores(
  'What is answered is in the model of the operation',
  (harness) => {
    let shared: Tenant
    let keys: readonly string[]
    const makeKeys = async (tenant: Tenant) => {
      const made: string[] = []
      for (const [kind, input] of Object.entries(KINDS)) {
        const { id } = await harness.key(tenant, input)
        if (kind === 'disabled') await harness.ok(tenant, 'DisableKey', { KeyId: id })
        if (kind === 'leaving') await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: id })
        made.push(id)
      }
      const [TargetKeyId] = made
      await harness.ok(tenant, 'CreateAlias', { AliasName: ALIAS, TargetKeyId })
      const arn = `arn:aws:kms:${REGION}:${tenant.accountId}:${ALIAS}`
      return [...made, 'alias/aws/s3', ALIAS, arn, 'alias/nowhere', 'no-key']
    }
    beforeAll(async () => {
      shared = await harness.tenant()
      keys = await makeKeys(shared)
    })

    test.for(awsOperations.map((operation) => ({ name: operation.name, operation })))(
      '$name',
      { tags: ['long'] },
      async ({ name, operation }) => {
        const tenant = operation.mutates ? await harness.tenant() : shared
        const named = operation.mutates ? await makeKeys(tenant) : keys
        const known = modelled(name)
        const wrong = new Set<string>()
        const ask = async (input: Record<string, unknown>) => {
          const { code } = await harness.call('aws', tenant, name, input)
          if (code === undefined || known.has(code) || `${name} ${code}` in OUTSIDE) return
          if (code !== 'ValidationException' && code !== 'AccessDeniedException') wrong.add(code)
        }
        // every kind of key and of name where each key is named
        for (const { member } of keyMembers(operation)) {
          for (const key of named) {
            await ask({ ...sampleInput(operation, named[0] ?? ''), [member]: key })
          }
        }
        // every member that may be left out: a marker that is none, a token that nobody gave, and so on
        const { members } = structure(model.operations[name]?.input ?? '')
        for (const [member, shape] of Object.entries(members)) {
          for (const key of named.slice(0, 4)) {
            const value = sampleMember(member, shape, key)
            await ask({ ...sampleInput(operation, key), [member]: value })
          }
        }
        expect([...wrong]).toEqual([])
      },
    )
  },
  // what is refused hangs on no store
  ['sqlite'],
)
