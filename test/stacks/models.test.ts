// @module-tag stages
import { beforeAll, describe, expect, test } from 'vitest'
import { type AwsCall, callsOf, judgedByModels } from '../support/aws-calls.ts'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { CONTAINER, OPTIONS } from '../support/sst-platform.ts'
import type { Report } from '../support/sst-report.ts'

/** What a model of AWS says nothing of: files of SST's own bucket, and waiting. */
const NOT_JUDGED = new Set([
  'aws:s3/bucketObjectv2:BucketObjectv2',
  'aws:acm/certificateValidation:CertificateValidation',
])

let stages: readonly (readonly [string, Report])[] = []

beforeAll(async () => {
  if ((await absence()) !== undefined) return
  const { STACK_DOMAIN, STACK_DOMAIN_ZONE } = OPTIONS
  const domain = { STACK_DOMAIN, STACK_DOMAIN_ZONE }
  const canary = { ...domain, STACK_CANARY: '10', TEST_ALIAS: '7', STACK_FUNCTION_URL: 'on' }
  stages = await Promise.all(
    (
      [
        ['every option', OPTIONS],
        ['a canary and a function URL', canary],
        ['containers', { ...CONTAINER, STACK_WAF_RATE: '2000', STACK_BACKUP: 'on' }],
      ] as const
    ).map(async ([name, options]) => [name, await reportOf('production', options)] as const),
  )
}, PATIENCE)

describe('AWS’s own parameter models, by botocore', () => {
  deployed('refuse none of the calls that make a stage', async () => {
    for (const [name, { program }] of stages) {
      const made = program.made.filter(
        ({ type }) => type.startsWith('aws:') && !NOT_JUDGED.has(type),
      )
      const calls: AwsCall[] = []
      for (const one of made) {
        const own = callsOf(one)
        expect(own, `${one.type} comes to no call that is known`).toBeDefined()
        calls.push(...(own ?? []))
      }
      expect(calls.length, name).toBeGreaterThan(60)
      const wrong = await judgedByModels(calls)
      if (wrong === undefined) {
        process.stderr.write('skipped: no Python with botocore is here\n')
        return
      }
      expect(wrong, name).toEqual([])
    }
  })
})

test('they find what is wrong: a member, a type, a length, a word, what is missing', async ({
  skip,
}) => {
  const call = (service: string, operation: string, input: object): AwsCall => ({
    title: 'a test',
    service,
    operation,
    input: { ...input },
  })
  const wrong = await judgedByModels([
    call('sns', 'CreateTopic', { name: 'x', nmae: 'x' }),
    call('sqs', 'CreateQueue', { queueName: 7 }),
    call('iam', 'CreateRole', { roleName: 'x'.repeat(65), AssumeRolePolicyDocument: '{}' }),
    call('kms', 'CreateKey', { KeySpec: 'SYMMETRIC' }),
    call('kms', 'CreateAlias', { aliasName: 'alias/x' }),
    call('kms', 'CreateAlias', { aliasName: 'alias/x', targetKeyId: 'k' }),
  ])
  if (wrong === undefined) skip('no Python with botocore is here')
  expect(wrong).toHaveLength(5)
  for (const [n, words] of [
    'nmae',
    'queue',
    'longer than 64',
    'none of',
    'TargetKeyId',
  ].entries()) {
    expect(wrong?.[n]?.toLowerCase()).toContain(words.toLowerCase())
  }
})
