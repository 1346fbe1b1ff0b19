// @module-tag local: only what the console's wizard writes is looked at
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KEY_TYPES, specsOf, usagesOf } from '../../console/src/pages/create-key/choices.ts'
import { policyOf } from '../../console/src/pages/keys/default-policy.ts'
import { compact, jsonFault, laidOut, tokensOf } from '../../console/src/parts/json-text.ts'
import { describeStores } from '../support/harness.ts'

const CHOICES = KEY_TYPES.flatMap((type) => usagesOf(type).map((usage) => [type, usage] as const))

describeStores('The wizard', (harness) => {
  test.each(CHOICES)('writes a policy that the service takes: %s, %s', async (type, usage) => {
    const tenant = await harness.tenant()
    const [administrator, user, other] = await Promise.all([
      harness.user(tenant, 'administrator'),
      harness.user(tenant, 'user'),
      harness.role(tenant, 'other'),
    ])
    const Policy = policyOf({
      ...{ account: tenant.accountId, partition: 'aws', usage, symmetric: type === 'symmetric' },
      ...{ administrators: [administrator.arn], users: [user.arn, other.arn], deletion: false },
    })
    const spec = specsOf(type, usage).find((one) => !one.startsWith('RSA')) ?? 'RSA_2048'
    const { id } = await harness.key(tenant, { KeySpec: spec, KeyUsage: usage, Policy })
    const explained = async (Principal: string, Action: string) => {
      const input = { KeyId: id, Principal, Action }
      return (await harness.ok(tenant, 'ExplainAccess', input, { via: 'rest' }))['Decision']
    }
    expect(await explained(administrator.arn, 'kms:PutKeyPolicy')).toBe('allowed')
    expect(await explained(administrator.arn, 'kms:ScheduleKeyDeletion')).toBe('denied')
    expect(await explained(other.arn, 'kms:PutKeyPolicy')).toBe('denied')
    expect(await explained(user.arn, 'kms:DescribeKey')).toBe('allowed')
  })
})

describe('the editor', () => {
  const texts = [
    '',
    '{}',
    '{"a": [1, true, null, "x\\"y"]}',
    '{"a": "never ends',
    'no JSON: "a": 1',
  ]
  test.each(texts)('colours %j without changing it', (text) => {
    expect(
      tokensOf(text)
        .map((one) => one.text)
        .join(''),
    ).toBe(text)
  })

  test('tells names from texts and values', () => {
    const kinds = tokensOf('{"a": "b", "c": 1}')
      .filter(({ kind }) => kind !== 'other')
      .map(({ text, kind }) => [text, kind])
    expect(kinds).toEqual([
      ['"a"', 'name'],
      ['"b"', 'string'],
      ['"c"', 'name'],
      ['1', 'value'],
    ])
  })

  test.each([
    ['{\n  "a": \n}', 3, 1],
    ['{"a": 1,}', 1, 9],
    ['// a comment\n{}', 1, 1],
    ['', 1, 1],
  ])('says where %j is no JSON', (text, line, column) => {
    expect(jsonFault(text)).toMatchObject({ line, column })
    expect(laidOut(text)).toBe(text)
  })

  test.each([
    [
      '{"a": 1, "a": {"b": 2}}',
      '{"a":1,"a":{"b":2}}',
      '{\n  "a": 1,\n  "a": {\n    "b": 2\n  }\n}',
    ],
    ['[9007199254740993, 1.0]', '[9007199254740993,1.0]', '[\n  9007199254740993,\n  1.0\n]'],
    ['{"\\u0041" : "a \\" : b"}', '{"\\u0041":"a \\" : b"}', '{\n  "\\u0041": "a \\" : b"\n}'],
  ])('changes nothing but whitespace of %s', (text, compacted, laid) => {
    expect(compact(text)).toBe(compacted)
    expect(laidOut(text)).toBe(laid)
    expect(laidOut(laid)).toBe(laid)
  })

  test('lays any JSON out as browsers do, and makes it one line again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const line = JSON.stringify(value)
        expect(laidOut(line)).toBe(JSON.stringify(value, null, 2))
        expect(compact(laidOut(line))).toBe(line)
      }),
    )
  })

  test('finds nothing wrong with JSON, and lays it out', () => {
    expect(jsonFault('{"a":[1]}')).toBeUndefined()
    expect(laidOut('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  })
})
