import fc from 'fast-check'
import type { Case } from './case.ts'
import { encoded } from './faces.ts'
import { requests } from './grammar.ts'
import { attacker, oddText, someEdits } from './values.ts'

const NAMES = [
  ...['Action', 'Version', 'RoleArn', 'RoleSessionName', 'DurationSeconds', 'Policy', 'ExternalId'],
  ...['Tags', 'Tags.member.1', 'Tags.member.1.Key', 'Tags.member.1.Value', 'Tags.member.0.Key'],
  ...['Tags.member.9999.Key', 'Tags.member.10000.Key', 'Tags.member.1.Key.member.1', 'Tags..Key'],
  ...['TransitiveTagKeys.member.1', 'TransitiveTagKeys.member', 'PolicyArns.member.1.arn'],
  ...['WebIdentityToken', 'ProviderId', 'SourceIdentity', 'SerialNumber', 'TokenCode'],
  ...['Name', 'AccessKeyId', 'PolicyArns.member.11.arn'],
  ...[
    '__proto__',
    '__proto__.member.1',
    'constructor.prototype',
    'member.1',
    '.',
    '..',
    'a.'.repeat(9),
  ],
  ...['a.'.repeat(120), 'toString', 'Tags.toString', 'Tags.member.1.__proto__', 'X-Amz-Signature'],
]
const ACTIONS = [
  'AssumeRole',
  'AssumeRole',
  'GetCallerIdentity',
  'GetSessionToken',
  'GetFederationToken',
  'GetAccessKeyInfo',
  'AssumeRoleWithWebIdentity',
  'DecodeAuthorizationMessage',
  'toString',
]
const VALUES = [
  ...['$role$', 'session', '900', '3600', '43201', '-1', '1e3', 'true', '', '{}', '$jwt$'],
  ...['123456', 'arn:aws:iam::000000000000:mfa/phone', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
]

const pair: fc.Arbitrary<[string, string]> = fc.tuple(
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: oddText }),
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VALUES) }, { weight: 2, arbitrary: oddText }),
)
const base = fc.constantFrom(...ACTIONS).map((action): [string, string][] => [
  ['Action', action],
  ['Version', '2011-06-15'],
  ['RoleArn', '$role$'],
  ['RoleSessionName', 'session'],
  ['WebIdentityToken', '$jwt$'],
])
const many = fc
  .tuple(pair, fc.constantFrom(400, 501, 20_000))
  .map(([[name, value], count]) => [
    Array.from(
      { length: count },
      (_, index) => `${encoded(name)}.${index}=${encoded(value).slice(0, 40)}`,
    ).join('&'),
  ])
const text = fc
  .tuple(
    fc.oneof({ weight: 6, arbitrary: base }, { weight: 1, arbitrary: fc.constant([]) }),
    fc.oneof(
      {
        weight: 150,
        arbitrary: fc
          .array(pair, { maxLength: 6 })
          .map((pairs) => pairs.map(([name, value]) => `${encoded(name)}=${encoded(value)}`)),
      },
      { weight: 1, arbitrary: many },
    ),
  )
  .map(([first, more]) =>
    [...first.map(([name, value]) => `${name}=${encoded(value)}`), ...more].join('&'),
  )

const form: fc.Arbitrary<Case> = fc
  .tuple(text, attacker, fc.constantFrom('POST', 'POST', 'POST', 'GET'), someEdits)
  .map(([form, as, method, edits]) => ({
    as,
    method,
    path: '/',
    query: method === 'GET' ? form.slice(0, 30_000) : '',
    headers:
      method === 'GET'
        ? {}
        : { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: method === 'GET' ? '' : form,
    edits: method === 'GET' ? [] : edits,
    signing: { service: 'sts' },
  }))

/** Forms and queries of AWS STS. */
export const forms = requests(
  'forms',
  12,
  form.map((one) => [one]),
)
