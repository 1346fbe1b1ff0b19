import { describe, expect, test } from 'vitest'
import { compileCondition } from '../../core/policy/condition.ts'
import {
  type ContextValue,
  conditionContext,
  contextTable,
  valueIgnoringCase,
} from '../../core/policy/request.ts'

type Values = string | string[]
const KEY = 'aws:Example'

/** Whether `operator: { aws:Example: wanted }` holds where aws:Example has the actual value. */
function holds(
  operator: string,
  wanted: Values,
  actual: ContextValue,
  {
    effect = 'Allow',
    variables = {},
  }: { effect?: 'Allow' | 'Deny'; variables?: Record<string, ContextValue> } = {},
): boolean {
  const values = typeof wanted === 'string' ? [wanted] : wanted
  const condition = compileCondition({ operator, key: KEY, values }, effect, true)
  return condition(
    conditionContext({ ...variables, ...(actual !== undefined && { [KEY]: actual }) }),
  )
}

type Row = [operator: string, wanted: Values, actual: ContextValue, expected: boolean]

describe('operators (IAM User Guide, "Condition operators")', () => {
  const strings: Row[] = [
    ['StringEquals', 'red', 'red', true],
    ['StringEquals', 'red', 'Red', false],
    ['StringEquals', 'r*', 'red', false],
    ['StringEquals', 'r*', 'r*', true],
    ['StringEquals', ['blue', 'red'], 'red', true],
    ['StringEquals', [], 'red', false],
    ['StringNotEquals', 'red', 'red', false],
    ['StringNotEquals', 'red', 'Red', true],
    ['StringNotEquals', ['blue', 'red'], 'red', false],
    ['StringNotEquals', ['blue', 'green'], 'red', true],
    ['StringEqualsIgnoreCase', 'RED', 'red', true],
    ['StringEqualsIgnoreCase', 'RED', 'reds', false],
    ['StringEqualsIgnoreCase', ['BLUE', 'rEd'], 'ReD', true],
    ['StringNotEqualsIgnoreCase', 'RED', 'red', false],
    ['StringNotEqualsIgnoreCase', 'RED', 'blue', true],
    ['StringLike', 'r*', 'red', true],
    ['StringLike', 'r?d', 'red', true],
    ['StringLike', 'r?d', 'rd', false],
    ['StringLike', 'R*', 'red', false],
    ['StringLike', '*', '', true],
    ['StringLike', '*:example:*', 'a:example:b', true],
    ['StringNotLike', 'r*', 'red', false],
    ['StringNotLike', ['b*', 'g*'], 'red', true],
  ]
  const numbers: Row[] = [
    ['NumericEquals', '90', '90', true],
    ['NumericEquals', '90', '90.0', true],
    ['NumericEquals', '90', '91', false],
    ['NumericEquals', '90', 'ninety', false],
    ['NumericNotEquals', '90', '91', true],
    ['NumericNotEquals', '90', '90', false],
    ['NumericLessThan', '90', '89', true],
    ['NumericLessThan', '90', '90', false],
    ['NumericLessThan', '9', '10', false],
    ['NumericLessThanEquals', '90', '90', true],
    ['NumericLessThanEquals', '90', '90.5', false],
    ['NumericGreaterThan', '90', '91', true],
    ['NumericGreaterThan', '90', '90', false],
    ['NumericGreaterThanEquals', '-1', '-1', true],
    ['NumericGreaterThanEquals', '90', '89', false],
  ]
  const dates: Row[] = [
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['DateEquals', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00', true],
    ['DateEquals', '2026-01-01', '2026-01-01T00:00:00.000Z', true],
    ['DateEquals', '2026-01-01T00:00', '2026-01-01T00:00Z', true],
    ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['DateEquals', '2026-01', '1767225600', true],
    ['DateEquals', '2026-01-01', '2026-01-01T00:00:01Z', false],
    ['DateNotEquals', '2026-01-01', '2026-01-02', true],
    ['DateNotEquals', '2026-01-01', '2026-01-01', false],
    ['DateLessThan', '2026-01-01', '2025-12-31T23:59:59Z', true],
    ['DateLessThan', '2026-01-01', '2026-01-01', false],
    ['DateLessThanEquals', '2026-01-01', '2026-01-01', true],
    ['DateGreaterThan', '2020-01-01T00:00:01Z', '2020-01-01T00:00:02Z', true],
    ['DateGreaterThan', '2020-01-01T00:00:01Z', '2020-01-01T00:00:01Z', false],
    ['DateGreaterThanEquals', '2026-01-01', '2025-12-31', false],
    ['DateLessThan', '2026-01-01', 'yesterday', false],
  ]
  const others: Row[] = [
    ['Bool', 'true', 'true', true],
    ['Bool', 'True', 'true', true],
    ['Bool', 'false', 'true', false],
    ['Bool', ['true', 'false'], 'true', true],
    ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', true],
    ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'QmluYXJ5VmFsdWVJbkJhc2U2NA', true],
    ['BinaryEquals', 'QmluYXJ5VmFsdWVJbkJhc2U2NA==', 'qmluyxj5vmfsdwvjbkjhc2u2na==', false],
    ['BinaryEquals', 'AA==', '%', false],
    ['IpAddress', '203.0.113.0/24', '203.0.113.255', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.0', false],
    ['IpAddress', '203.0.113.7', '203.0.113.7', true],
    ['IpAddress', '203.0.113.7', '203.0.113.8', false],
    ['IpAddress', '0.0.0.0/0', '198.51.100.1', true],
    ['IpAddress', '0.0.0.0/0', '2001:db8::1', false],
    ['IpAddress', '203.0.113.7', '::ffff:203.0.113.7', true],
    ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5678:9abc::1', true],
    ['IpAddress', '2001:DB8:1234:5678::/64', '2001:db8:1234:5679::1', false],
    ['IpAddress', '::/0', '2001:db8::1', true],
    ['IpAddress', '2001:db8::1', '2001:db8:0:0::1', true],
    ['IpAddress', ['203.0.113.0/24', '2001:DB8:1234:5678::/64'], '2001:db8:1234:5678::1', true],
    ['IpAddress', '203.0.113.0/24', '203.0.113', false],
    ['IpAddress', '203.0.113.0/24', 'fe80::1%eth0', false],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.7', false],
    ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
    ['NotIpAddress', ['203.0.113.0/24', '198.51.100.0/24'], '198.51.100.1', false],
    ['ArnEquals', 'arn:aws:sns:*:123456789012:*', 'arn:aws:sns:eu-west-1:123456789012:topic', true],
    ['ArnLike', 'arn:aws:iam::123456789012:user/*', 'arn:aws:iam::123456789012:user/a/b', true],
    ['ArnLike', 'arn:aws:iam::123456789012:user/*', 'arn:aws:iam::123456789013:user/a', false],
    ['ArnLike', 'arn:aws:iam::123456789012:User/*', 'arn:aws:iam::123456789012:user/a', false],
    ['ArnLike', '*', 'arn:aws:iam::123456789012:user/a', true],
    ['ArnLike', 'arn:aws:iam::*', 'arn:aws:iam::123456789012:user/a', false],
    ['ArnLike', 'arn:aws:s3:::a:b', 'arn:aws:s3:::a:b', true],
    ['ArnNotEquals', 'arn:aws:iam::123456789012:user/a', 'arn:aws:iam::123456789012:user/a', false],
    ['ArnNotLike', 'arn:aws:iam::123456789012:user/*', 'arn:aws:iam::123456789012:role/a', true],
    ['Null', 'true', undefined, true],
    ['Null', 'true', 'x', false],
    ['Null', 'false', 'x', true],
    ['Null', 'false', undefined, false],
    ['Null', 'true', [], true],
    ['Null', ['true', 'false'], 'x', true],
  ]
  test.each([...strings, ...numbers, ...dates, ...others])(
    '%s %j with %j: %s',
    (operator, wanted, actual, expected) => {
      expect(holds(operator, wanted, actual)).toBe(expected)
    },
  )

  test('an ARN operator compares part by part where a text operator does not', () => {
    const pattern = 'arn:aws:someservice:*:111122223333:finance/*'
    const value =
      'arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt'
    expect(holds('StringLike', pattern, value)).toBe(true)
    expect(holds('ArnLike', pattern, value)).toBe(false)
  })

  test('names of condition keys are not case-sensitive', () => {
    const condition = compileCondition(
      { operator: 'StringEquals', key: 'AWS:SOURCEVPC', values: ['v'] },
      'Allow',
      true,
    )
    expect(condition(conditionContext({ 'aws:SourceVpc': 'v' }))).toBe(true)
  })
})

describe('a key that is missing', () => {
  const positive: [string, string][] = [
    ['StringEquals', 'x'],
    ['StringEqualsIgnoreCase', 'x'],
    ['StringLike', '*'],
    ['NumericEquals', '1'],
    ['NumericLessThan', '1'],
    ['DateGreaterThan', '2020-01-01'],
    ['Bool', 'false'],
    ['BinaryEquals', 'AA=='],
    ['IpAddress', '0.0.0.0/0'],
    ['ArnLike', '*'],
  ]
  const negated: [string, string][] = [
    ['StringNotEquals', 'x'],
    ['StringNotEqualsIgnoreCase', 'x'],
    ['StringNotLike', '*'],
    ['NumericNotEquals', '1'],
    ['DateNotEquals', '2020-01-01'],
    ['NotIpAddress', '0.0.0.0/0'],
    ['ArnNotLike', '*'],
  ]
  test.each(positive)('%s does not hold, with IfExists it does', (operator, wanted) => {
    expect(holds(operator, wanted, undefined)).toBe(false)
    expect(holds(operator, wanted, [])).toBe(false)
    expect(holds(`${operator}IfExists`, wanted, undefined)).toBe(true)
  })
  test.each(negated)('%s holds, with IfExists too', (operator, wanted) => {
    expect(holds(operator, wanted, undefined)).toBe(true)
    expect(holds(`${operator}IfExists`, wanted, undefined)).toBe(true)
  })
  test.each([...positive, ...negated])(
    'ForAllValues:%s holds, ForAnyValue does not',
    (operator, wanted) => {
      for (const suffix of ['', 'IfExists']) {
        expect(holds(`ForAllValues:${operator}${suffix}`, wanted, undefined)).toBe(true)
        expect(holds(`ForAllValues:${operator}${suffix}`, wanted, ['', ''])).toBe(true)
        expect(holds(`ForAnyValue:${operator}${suffix}`, wanted, undefined)).toBe(false)
        expect(holds(`ForAnyValue:${operator}${suffix}`, wanted, '')).toBe(false)
      }
    },
  )
  test('IfExists still compares a key that is there', () => {
    expect(holds('StringEqualsIfExists', 'x', 'y')).toBe(false)
    expect(holds('StringNotEqualsIfExists', 'x', 'x')).toBe(false)
    expect(holds('BoolIfExists', 'true', 'false')).toBe(false)
  })
})

describe('several values (IAM User Guide, "Multivalued context keys")', () => {
  const attributes = ['PostDateTime', 'Message', 'Tags']
  const rows: Row[] = [
    ['ForAllValues:StringLike', attributes, ['PostDateTime', 'Message'], true],
    ['ForAllValues:StringLike', attributes, ['PostDateTime', 'UserName'], false],
    ['ForAllValues:StringLike', attributes, 'Tags', true],
    ['ForAllValues:StringNotEquals', attributes, ['UserName', 'ID'], true],
    ['ForAllValues:StringNotEquals', attributes, ['UserName', 'Tags'], false],
    [
      'ForAnyValue:StringLike',
      ['ID', 'PostDateTime'],
      ['UserName', 'Message', 'PostDateTime'],
      true,
    ],
    ['ForAnyValue:StringLike', ['ID', 'PostDateTime'], ['UserName'], false],
    ['ForAnyValue:StringNotEquals', attributes, ['Tags', 'UserName'], true],
    ['ForAnyValue:StringNotEquals', attributes, ['Tags', 'Message'], false],
    ['ForAnyValue:ArnLike', ['arn:aws:iam::*:role/*'], ['x', 'arn:aws:iam::1:role/r'], true],
    ['ForAllValues:NumericLessThan', ['10'], ['1', '11'], false],
    ['StringEquals', 'Tags', ['Message', 'Tags'], true],
    ['StringNotEquals', 'Tags', ['Message', 'Tags'], false],
  ]
  test.each(rows)('%s %j with %j: %s', (operator, wanted, actual, expected) => {
    expect(holds(operator, wanted, actual)).toBe(expected)
  })
})

describe('policy variables', () => {
  const variables = {
    'aws:username': 'Alice',
    'aws:PrincipalTag/team': 'red*',
    'aws:TagKeys': ['a', 'b'],
    'aws:PrincipalArn': 'arn:aws:iam::123456789012:user/Alice',
  }
  const rows: Row[] = [
    ['StringEquals', `\${aws:username}`, 'Alice', true],
    ['StringEquals', `\${AWS:UserName}`, 'Alice', true],
    ['StringEquals', `home/\${aws:username}/x`, 'home/Alice/x', true],
    ['StringLike', `home/\${aws:username}/*`, 'home/Alice/x', true],
    ['StringLike', `home/\${aws:username}/*`, 'home/Bob/x', false],
    ['StringEqualsIgnoreCase', `\${aws:username}`, 'ALICE', true],
    // a value is never a pattern
    ['StringLike', `\${aws:PrincipalTag/team}`, 'red*', true],
    ['StringLike', `\${aws:PrincipalTag/team}`, 'reds', false],
    ['StringEquals', `\${aws:PrincipalTag/unit, 'company-wide'}`, 'company-wide', true],
    ['StringEquals', `\${aws:PrincipalTag/unit,'a, b'}`, 'a, b', true],
    ['StringEquals', `\${aws:username, 'nobody'}`, 'nobody', false],
    ['StringLike', `a\${*}b`, 'a*b', true],
    ['StringLike', `a\${*}b`, 'axb', false],
    ['StringLike', `a\${?}\${$}`, 'a?$', true],
    ['StringEquals', '$x', '$x', true],
    [
      'ArnLike',
      `arn:aws:iam::123456789012:user/\${aws:username}`,
      'arn:aws:iam::123456789012:user/Alice',
      true,
    ],
    ['ArnLike', `\${aws:PrincipalArn}`, 'arn:aws:iam::123456789012:user/Alice', true],
    // unknown, or several values: matches nothing
    ['StringEquals', `\${aws:PrincipalTag/unit}`, '', false],
    ['StringEquals', `\${aws:TagKeys}`, 'a', false],
    ['StringEquals', [`\${aws:PrincipalTag/unit}`, 'known'], 'known', true],
  ]
  test.each(rows)('%s %j with %j: %s', (operator, wanted, actual, expected) => {
    expect(holds(operator, wanted, actual, { variables })).toBe(expected)
  })

  test("a variable's colons don't move the parts of an ARN", () => {
    const wanted = `arn:aws:x:\${aws:username}:111122223333:a`
    const options = { variables: { 'aws:username': 'us:999999999999' } }
    expect(holds('ArnLike', wanted, 'arn:aws:x:us:999999999999:111122223333:a', options)).toBe(
      false,
    )
  })

  test.each([
    ['Allow', false],
    ['Deny', true],
  ] as const)('without a value, negated, in %s: %s', (effect, expected) => {
    const wanted = ['other', `\${aws:PrincipalTag/unit}`]
    for (const actual of ['x', undefined, ['x', 'y']]) {
      expect(holds('StringNotEquals', wanted, actual, { effect })).toBe(expected)
    }
    expect(holds('StringNotEqualsIfExists', wanted, undefined, { effect })).toBe(true)
  })

  test('are plain text in version 2008-10-17', () => {
    const values = [`\${aws:username}`, `\${*}`]
    const condition = compileCondition({ operator: 'StringLike', key: KEY, values }, 'Allow', false)
    const context = (value: string) => conditionContext({ ...variables, [KEY]: value })
    expect(condition(context('Alice'))).toBe(false)
    expect(condition(context(`\${aws:username}`))).toBe(true)
    expect(condition(context(`\${anything}`))).toBe(true)
  })
})

describe('contextTable', () => {
  const contextOf = contextTable<{ ip: string; tags: Record<string, string> }>(
    { 'aws:SourceIp': ({ ip }) => ip },
    { 'aws:PrincipalTag/': ({ tags }, name) => valueIgnoringCase(tags, name) },
  )
  const context = contextOf({ ip: '203.0.113.7', tags: { Team: 'red', a: '1', A: '2' } })

  test('reads single keys and families, ignoring case', () => {
    expect(context.get('aws:sourceip')).toBe('203.0.113.7')
    expect(context.get('aws:principaltag/team')).toBe('red')
    expect(context.get('aws:principaltag/unit')).toBeUndefined()
    expect(context.get('aws:username')).toBeUndefined()
    expect(context.get('constructor')).toBeUndefined()
  })

  test('gives every value where names differ by case alone', () => {
    expect(context.get('aws:principaltag/a')).toEqual(['1', '2'])
  })
})
