import fc from 'fast-check'
import {
  GLOBAL_FAMILIES,
  GLOBAL_KEYS,
  KMS_FAMILIES,
  KMS_KEYS,
  STS_KEYS,
} from '../../core/access/condition-table.ts'
import type { AnyOperation } from '../../core/operation.ts'
import { OPERATORS } from '../../core/policy/condition-operators.ts'
import { operations } from '../../operations/registry.ts'
import type { Attacker, Case } from './case.ts'
import { callOf } from './faces.ts'
import { requests } from './grammar.ts'
import { edits, objectOf, oddJson, oddText } from './values.ts'

const byName = new Map([...operations].map((operation) => [operation.name, operation]))
function operationNamed(name: string): AnyOperation {
  const found = byName.get(name)
  if (found === undefined) throw new Error(`no operation ${name}`)
  return found
}

const KEYS = [
  ...[KMS_KEYS, STS_KEYS, GLOBAL_KEYS].flatMap((table) => Object.keys(table)),
  ...[KMS_FAMILIES, GLOBAL_FAMILIES]
    .flatMap((table) => Object.keys(table))
    .map((of) => `${of}team`),
  ...['kms:EncryptionContext:a', 'aws:PrincipalTag/team', 'aws:none', 'x', 'aws:RequestTag/*', ''],
]
const PREFIXES = ['', '', '', 'ForAllValues:', 'ForAnyValue:', 'ForNoValues:']
const SUFFIXES = ['', '', 'IfExists', 'ifexists']
const operator = fc
  .tuple(
    fc.constantFrom(...PREFIXES),
    fc.constantFrom(...OPERATORS.keys(), 'Null', 'none'),
    fc.constantFrom(...SUFFIXES),
  )
  .map((parts) => parts.join(''))

/** A policy variable: `$`, and a name in braces. */
const variable = (name: string) => `$\{${name}}`
const PATTERNS = [
  ...['*', '?', '**?*', 'a*b?c*', '*a'.repeat(40), '?'.repeat(300), `*${'a'.repeat(2_000)}?b*`],
  ...['aws:username', 'aws:PrincipalArn', '*', '$', '?', 'aws:username, "x"'].map(variable),
  ...['$\x7b', `${variable('kms:EncryptionContext:a')}*`],
  `${variable('kms:EncryptionContext:a')}*`.repeat(40),
  ...['true', 'false', '2026-11-28T00:00:00Z', '1546257599.0', '0', '-1', '1e400', 'NaN', 'AAAA'],
  ...['10.0.0.0/8', '::/0', '1.2.3.4/33', '::ffff:1.2.3.4/96', '1.2.3', '0x7f.1'],
  ...[
    'arn:aws:kms:*:*:key/*',
    'arn:aws:iam::*:role/*',
    'arn:*',
    'arn:aws:s3:::b',
    '$account$',
    '$role$',
  ],
]
const pattern = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PATTERNS) },
  { weight: 1, arbitrary: oddText },
)
/** One, or a list, or what a policy may not have there. */
const oneOrMore = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: value },
    { weight: 3, arbitrary: fc.array(value, { maxLength: 3 }) },
    { weight: 1, arbitrary: oddJson },
  )
const condition = objectOf(
  fc.array(
    fc.tuple(
      operator,
      objectOf(fc.array(fc.tuple(fc.constantFrom(...KEYS), oneOrMore(pattern)), { maxLength: 3 })),
    ),
    { maxLength: 3 },
  ),
)
const principal = fc.oneof(
  fc.constant('*'),
  fc.constantFrom<unknown>(
    { AWS: '*' },
    { AWS: ['$account$', '$role$'] },
    { AWS: 'arn:aws:iam::$account$:user/plain' },
    { Service: 'ec2.amazonaws.com' },
    { Federated: 'cognito' },
    { CanonicalUser: 'x' },
    {},
  ),
  fc.record({ AWS: oneOrMore(pattern) }),
)
const action = oneOrMore(
  fc.constantFrom(
    'kms:*',
    '*',
    'kms:Encrypt',
    'KMS:enc*',
    'kms:?ncrypt',
    's3:*',
    'kms:',
    'sts:*',
    '',
  ),
)
const resource = oneOrMore(pattern)

/** An element where it belongs, most of the time; now and then it is missing or of any kind. */
const element = (name: string, value: fc.Arbitrary<unknown>, often = 40) =>
  fc.oneof(
    { weight: often, arbitrary: fc.tuple(fc.constant(name), value) },
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: often > 1 ? 1 : 0, arbitrary: fc.tuple(fc.constant(name), oddJson) },
  )
const elements = (...all: fc.Arbitrary<[string, unknown] | undefined>[]) =>
  objectOf(
    fc
      .tuple(...all)
      .map((some) => some.filter((one): one is [string, unknown] => one !== undefined)),
  )

const statement = (named: boolean) =>
  elements(
    element('Sid', fc.constantFrom('', 'a', 'Enable IAM policies'), 2),
    element('Effect', fc.constantFrom('Allow', 'Allow', 'Deny', 'allow')),
    element('Principal', principal, named ? 40 : 0),
    element('NotPrincipal', principal, 1),
    element('Action', action),
    element('NotAction', action, 1),
    element('Resource', resource),
    element('NotResource', resource, 1),
    element('Condition', condition, 12),
  )
const PLAIN = { Effect: 'Deny', Action: '*', Resource: '*' }
const document = (named: boolean) =>
  elements(
    element('Version', fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17', '2020-01-01')),
    element('Id', fc.constant('id'), 2),
    element(
      'Statement',
      fc.oneof(
        { weight: 1, arbitrary: statement(named) },
        { weight: 12, arbitrary: fc.array(statement(named), { minLength: 1, maxLength: 2 }) },
        {
          weight: 1,
          arbitrary: fc
            .constantFrom(10, 60)
            .map((times) => Array.from({ length: times }, () => PLAIN)),
        },
      ),
      80,
    ),
  )
/** The text of a policy, some changed in bytes. */
const policy = (named: boolean): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: document(named).map((json) => JSON.stringify(json)) },
    { weight: 1, arbitrary: oddText },
    {
      weight: 2,
      arbitrary: fc.tuple(document(named), edits).map(([json, changes]) =>
        changes.reduce((text, { at, drop, put, times = 1 }) => {
          const from = Math.floor(at * text.length)
          return text.slice(0, from) + put.repeat(Math.min(times, 100)) + text.slice(from + drop)
        }, JSON.stringify(json)),
      ),
    },
  )

const call = (as: Attacker, name: string, input: Record<string, unknown>): Case =>
  callOf(
    byName.get(name)?.docs?.includes('/kms/') === true ? 'aws' : 'rest',
    operationNamed(name),
    as,
    input,
  )

const spareUser = { AccountId: '$account$', Type: 'user', Name: 'plain' }
const put: fc.Arbitrary<Case> = fc.oneof(
  policy(true).map((Policy) =>
    call('root', 'PutKeyPolicy', {
      KeyId: '$policyKey$',
      Policy,
      BypassPolicyLockoutSafetyCheck: true,
    }),
  ),
  policy(true).map((Policy) => call('root', 'PutKeyPolicy', { KeyId: '$spareKey$', Policy })),
  policy(false).map((Policy) =>
    call('operator', 'PutPrincipalPolicy', { ...spareUser, PolicyName: 'p', Policy }),
  ),
  policy(false).map((Policy) =>
    call('operator', 'PutPermissionsBoundary', { ...spareUser, Policy }),
  ),
  policy(true).map((Policy) =>
    call('operator', 'CreatePrincipal', {
      AccountId: '$spareAccount$',
      Type: 'role',
      Name: 'r',
      TrustPolicy: Policy,
    }),
  ),
  policy(false).map((Policy) =>
    call('admin', 'AssumeRole', { RoleArn: '$role$', RoleSessionName: 'session', Policy }),
  ),
)

const context = objectOf(
  fc.array(
    fc.tuple(
      fc.constantFrom('a', 'b', '', 'team'),
      fc.oneof(oddText, fc.constantFrom('a'.repeat(8_000), 'ab'.repeat(3_000))),
    ),
    { maxLength: 2 },
  ),
)
const use: fc.Arbitrary<Case> = fc.oneof(
  fc
    .tuple(fc.constantFrom<Attacker>('root', 'plain', 'admin', 'session'), context)
    .map(([as, EncryptionContext]) =>
      call(as, 'Encrypt', { KeyId: '$policyKey$', Plaintext: 'AAAA', EncryptionContext }),
    ),
  fc.tuple(context, pattern, fc.constantFrom(...KEYS)).map(([EncryptionContext, value, name]) =>
    call('root', 'ExplainAccess', {
      KeyId: '$policyKey$',
      Principal: 'arn:aws:iam::$account$:user/plain',
      Action: 'kms:Encrypt',
      EncryptionContext,
      ConditionKeys: { [name]: value },
    }),
  ),
  fc.constant(call('root', 'ListKeyAccess', { KeyId: '$policyKey$' })),
  policy(true).map((Policy) => call('root', 'PreviewKeyPolicy', { KeyId: '$policyKey$', Policy })),
)

/** Policy documents of every kind, and what they then decide. */
export const policies = requests(
  'policies',
  5,
  fc.oneof({ weight: 3, arbitrary: fc.tuple(put, use) }, { weight: 1, arbitrary: fc.tuple(use) }),
)
