// @module-tag functions-long
import { beforeAll, expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type MadeKey, REGION, type Tenant } from '../support/harness.ts'
import { ALIAS, awsOperations, keyMembers, sampleInput } from '../support/model.ts'

const ELSEWHERE = 'eu-west-1'
const UNKNOWN = '01234567-89ab-cdef-0123-456789abcdef'
const UNKNOWN_MRK = 'mrk-0123456789abcdef0123456789abcdef'

/** Every operation, with each member by which it names a key. */
const namings = awsOperations.flatMap((operation) =>
  keyMembers(operation).map((naming) => ({ operation, ...naming })),
)

describeStores('Naming a key', (harness) => {
  let tenant: Tenant
  let key: MadeKey
  let foreignRegion: MadeKey
  // an account with a key here and one in another Region
  beforeAll(async () => {
    tenant = await harness.tenant()
    key = await harness.key(tenant)
    foreignRegion = await harness.key(tenant, {}, ELSEWHERE)
    for (const AliasName of ['alias/named', ALIAS]) {
      await harness.ok(tenant, 'CreateAlias', { AliasName, TargetKeyId: key.id })
    }
    expect(foreignRegion.arn).toContain(ELSEWHERE)
  })

  const arnOf = (id: string, region = REGION) => `arn:aws:kms:${region}:${tenant.accountId}:${id}`
  const bad: { title: string; sent: () => string; text: () => string }[] = [
    ...[
      'fake-key-id',
      'key_id',
      'mrk-fake-key-id',
      '0123456789abcdef0123456789abcdef',
      'alias',
      'Alias/named',
      `${UNKNOWN} `,
      UNKNOWN.toUpperCase(),
    ].map((id) => ({ title: `'${id}'`, sent: () => id, text: () => `Invalid keyId '${id}'` })),
    {
      title: 'a UUID without key',
      sent: () => UNKNOWN,
      text: () => `Key '${arnOf(`key/${UNKNOWN}`)}' does not exist`,
    },
    {
      title: 'a multi-Region id without key',
      sent: () => UNKNOWN_MRK,
      text: () => `Key '${arnOf(`key/${UNKNOWN_MRK}`)}' does not exist`,
    },
    {
      title: 'an ARN without key',
      sent: () => arnOf(`key/${UNKNOWN}`),
      text: () => `Key '${arnOf(`key/${UNKNOWN}`)}' does not exist`,
    },
    {
      title: 'the bare id of a key in another Region',
      sent: () => foreignRegion.id,
      text: () => `Key '${arnOf(`key/${foreignRegion.id}`)}' does not exist`,
    },
    {
      title: 'the ARN of a key in another Region',
      sent: () => foreignRegion.arn,
      text: () => `Invalid arn ${ELSEWHERE}`,
    },
    {
      title: 'an alias ARN of another Region',
      sent: () => arnOf('alias/named', ELSEWHERE),
      text: () => `Invalid arn ${ELSEWHERE}`,
    },
  ]

  for (const { operation, member, alias } of namings) {
    test(`${operation.name}, ${member}: what names no key`, { tags: ['long'] }, async () => {
      for (const { title, sent, text } of bad) {
        const input = { ...sampleInput(operation, key.id), [member]: sent() }
        const outcome = await harness.call('aws', tenant, operation.name, input)
        expectRefusal(outcome, 'aws', 'NotFoundException')
        expect(outcome.message, title).toBe(text())
      }
      const missing = { ...sampleInput(operation, key.id), [member]: 'alias/unknown' }
      if (alias) {
        const outcome = await harness.call('aws', tenant, operation.name, missing)
        const words = `Alias ${arnOf('alias/unknown')} is not found.`
        expectRefusal(outcome, 'aws', 'NotFoundException', words)
        return
      }
      const [code, words] =
        member === 'TargetKeyId'
          ? (['ValidationException', 'Aliases must refer to keys. Not aliases'] as const)
          : (['InvalidArnException', 'Key Aliases are not supported for this operation.'] as const)
      for (const named of ['alias/unknown', 'alias/named', arnOf('alias/named')]) {
        const input = { ...missing, [member]: named }
        const outcome = await harness.call('aws', tenant, operation.name, input)
        expectRefusal(outcome, 'aws', code, words)
      }
    })
  }

  const accepting = ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'DescribeKey']
  for (const name of accepting) {
    for (const via of ['sdk', 'rest'] as const) {
      test(`${name} takes id, ARN, alias and alias ARN (${via})`, async () => {
        for (const KeyId of [key.id, key.arn, 'alias/named', arnOf('alias/named')]) {
          const operation = awsOperations.find((candidate) => candidate.name === name)
          if (operation === undefined) throw new Error(`no ${name}`)
          const sample = sampleInput(operation, key.id)
          const input = 'Plaintext' in sample ? { ...sample, Plaintext: Buffer.from('x') } : sample
          const outcome = await harness.call(via, tenant, name, { ...input, KeyId })
          expect(outcome.code, outcome.text).toBeUndefined()
          if (name === 'DescribeKey') {
            expect(outcome.json['KeyMetadata']).toMatchObject({ KeyId: key.id, Arn: key.arn })
          } else expect(outcome.json['KeyId']).toBe(key.arn)
        }
      })
    }
  }
})
