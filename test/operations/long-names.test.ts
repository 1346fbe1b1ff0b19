// @module-tag functions-long
import { expect, test } from 'vitest'
import { newAccessKeyId } from '../../core/identity/credential.ts'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Input } from '../support/harness.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html, AliasName: 256 characters */
const LENGTHS = [250, 251, 1018, 1500, 2042]
const aliases = ['a', 'aws/'].flatMap((begin) =>
  LENGTHS.map((length) => `alias/${begin.padEnd(length, 'a')}`),
)

describeStores('Names that no alias, user or role can have', (harness) => {
  const CALLS: readonly (readonly [string, (KeyId: string) => Input])[] = [
    ['DescribeKey', (KeyId) => ({ KeyId })],
    ['Encrypt', (KeyId) => ({ KeyId, Plaintext: 'aGk=' })],
    ['GenerateDataKey', (KeyId) => ({ KeyId, KeySpec: 'AES_256' })],
  ]

  test('are not found, as an alias that is not there', async () => {
    const tenant = await harness.tenant()
    for (const name of aliases) {
      const arn = `arn:aws:kms:us-east-1:${tenant.accountId}:${name}`
      for (const KeyId of [name, arn].filter(({ length }) => length <= 2048)) {
        for (const [operation, input] of CALLS) {
          const outcome = await harness.call('aws', tenant, operation, input(KeyId))
          expectRefusal(outcome, 'aws', 'NotFoundException', `Alias ${arn} is not found.`)
        }
        expectRefusal(
          await harness.call('rest', tenant, 'DescribeKey', { KeyId }),
          'rest',
          'NotFoundException',
        )
      }
    }
  })

  test('are refused to who does not sign as is any name, with no error in the log', async () => {
    const { accountId } = await harness.tenant()
    const accessKeyId = newAccessKeyId(accountId)
    const stranger = { accountId, accessKeyId, secretAccessKey: 'x'.repeat(40) }
    const answers = new Set<string>()
    for (const KeyId of ['alias/a', ...aliases]) {
      const outcome = await harness.call('aws', stranger, 'Encrypt', { KeyId, Plaintext: 'aGk=' })
      expectRefusal(outcome, 'aws', 'UnrecognizedClientException')
      answers.add(`${outcome.status} ${outcome.text}`)
    }
    expect(answers.size).toBe(1)
  })

  test('find no audit records', async () => {
    const tenant = await harness.tenant()
    for (const KeyId of aliases) {
      const { status, code } = await harness.call('rest', tenant, 'ListAuditRecords', { KeyId })
      expect([status, code]).toEqual([404, 'NotFoundException'])
    }
  })

  test('are nobody’s to explain', async () => {
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    const of = (service: string, resource: string) =>
      `arn:aws:${service}::${tenant.accountId}:${resource}`
    for (const length of [65, 1000, 1500]) {
      const name = 'a'.repeat(length)
      for (const Principal of [
        of('iam', `role/${name}`),
        of('iam', `user/path/${name}`),
        of('sts', `assumed-role/${name}/session`),
      ]) {
        const input = { KeyId: key.id, Principal, Action: 'kms:Encrypt' }
        const outcome = await harness.call('rest', tenant, 'ExplainAccess', input)
        expectRefusal(outcome, 'rest', 'NotFoundException')
      }
    }
  })
})
