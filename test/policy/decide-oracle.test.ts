// @module-tag long
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy, type PolicyKind } from '../../core/policy/compile.ts'
import { type AccessPolicies, decide, type NamedPolicy } from '../../core/policy/decide.ts'
import { denialMessage } from '../../core/policy/denial.ts'
import type { Grant } from '../../core/policy/grant-decision.ts'
import type { GrantOperation } from '../../core/policy/grant-terms.ts'
import { type AccessRequest, conditionContext, type Principal } from '../../core/policy/request.ts'
import {
  type Many,
  type OracleCase,
  type OraclePolicy,
  type OracleStatement,
  oracleAllows,
} from '../support/policy-oracle.ts'

const HOME = '111122223333'
const AWAY = '444455556666'

const user = (accountId: string, name: string): Principal => ({
  accountId,
  type: 'user',
  arn: `arn:aws:iam::${accountId}:user/${name}`,
  userId: `AIDA${name}`,
  name,
  tags: {},
})
const session = (accountId: string, role: string, name: string): Principal => ({
  accountId,
  type: 'assumed-role',
  arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${name}`,
  roleArn: `arn:aws:iam::${accountId}:role/${role}`,
  userId: `AROA${role}:${name}`,
  name: role,
  tags: {},
})
const root = (accountId: string): Principal => ({
  accountId,
  type: 'root',
  arn: `arn:aws:iam::${accountId}:root`,
  userId: accountId,
  tags: {},
})

const PRINCIPALS = [
  user(HOME, 'Alice'),
  user(HOME, 'Bob'),
  session(HOME, 'App', 'first'),
  root(HOME),
  user(AWAY, 'Alice'),
  session(AWAY, 'App', 'first'),
  root(AWAY),
]
const NAMES = [
  HOME,
  ...PRINCIPALS.flatMap(({ arn, roleArn }) => (roleArn === undefined ? [arn] : [arn, roleArn])),
]
const ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey']
const KEY = `arn:aws:kms:eu-west-1:${HOME}:key/1234abcd-12ab-34cd-56ef-1234567890ab`
const OTHER_KEY = `arn:aws:kms:eu-west-1:${HOME}:key/ffffffff-12ab-34cd-56ef-1234567890ab`

const manyOf = (values: readonly string[], min = 1): fc.Arbitrary<Many> =>
  fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: min, maxLength: 3 }),
  )

/** One arbitrary now and then, the other mostly: where everything is as likely, nothing is ever allowed. */
const seldom = <A, B>(rare: fc.Arbitrary<A>, usual: fc.Arbitrary<B>): fc.Arbitrary<A | B> =>
  fc.oneof({ weight: 1, arbitrary: rare }, { weight: 4, arbitrary: usual })

const actions = manyOf([...ACTIONS, 'kms:*', '*', 'KMS:decrypt', 'kms:?ncrypt', 'kms:*Key', 's3:*'])
const resources = manyOf([
  '*',
  KEY,
  OTHER_KEY,
  `arn:aws:kms:*:${HOME}:key/*`,
  `arn:aws:kms:eu-west-1:\${aws:PrincipalAccount}:key/*`,
  'arn:aws:kms:eu-west-1:*:key/1234abcd-??ab-*',
  `arn:aws:kms:*:*:key/\${aws:PrincipalTag/key, '1234abcd-*'}`,
])

/** Keys of the context with the values they may have; some in a case other than the policies'. */
const KEYS: Record<string, fc.Arbitrary<Many>> = {
  'aws:PrincipalTag/team': fc.constantFrom('red', 'Red', 'blue', 'r*d', ''),
  'aws:username': fc.constantFrom('Alice', 'red'),
  'AWS:PrincipalAccount': fc.constantFrom(HOME, AWAY),
  'aws:TagKeys': fc.array(fc.constantFrom('red', 'blue', 'green', ''), { maxLength: 3 }),
  'aws:SourceIp': fc.constantFrom('203.0.113.7', '198.51.100.1'),
  'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false'),
  'kms:RotationPeriodInDays': fc.constantFrom('90', '365'),
  'aws:CurrentTime': fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01T12:00:00Z'),
  'aws:PrincipalArn': fc.constantFrom(...PRINCIPALS.map(({ arn }) => arn)),
}
const context = fc.record(KEYS, { requiredKeys: [] })

const TEXTS = [
  'red',
  'RED',
  'r*',
  'r?d',
  '*',
  `\${aws:username}`,
  `\${aws:PrincipalTag/team}`,
  `\${*}`,
]
const texts = manyOf([...TEXTS, `\${aws:username, 'blue'}`, `r\${*}d`, ''])
const STRING_KEYS = ['aws:PrincipalTag/team', 'aws:username', 'aws:TagKeys', 'AWS:tagkeys']

const condition = (operators: string[], keys: string[], values: fc.Arbitrary<Many>) =>
  fc
    .tuple(
      fc.constantFrom('', '', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom(...operators),
      fc.constantFrom('', '', 'IfExists'),
      fc.constantFrom(...keys),
      values,
    )
    .map(([set, operator, exists, key, value]) => ({
      [`${set}${operator}${exists}`]: { [key]: value },
    }))

const conditions: fc.Arbitrary<Record<string, Record<string, Many>>> = fc.oneof(
  condition(
    [
      'StringEquals',
      'StringNotEquals',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
      'StringLike',
      'StringNotLike',
    ],
    STRING_KEYS,
    texts,
  ),
  condition(
    ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericGreaterThanEquals'],
    ['kms:RotationPeriodInDays'],
    manyOf(['90', '180', '365.0']),
  ),
  condition(
    ['DateLessThan', 'DateGreaterThan'],
    ['aws:CurrentTime'],
    manyOf(['2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z']),
  ),
  condition(['Bool'], ['aws:MultiFactorAuthPresent'], manyOf(['true', 'False'])),
  condition(
    ['IpAddress', 'NotIpAddress'],
    ['aws:SourceIp'],
    manyOf(['203.0.113.0/24', '203.0.113.7', '0.0.0.0/0', '198.51.100.0/31']),
  ),
  condition(
    ['ArnLike', 'ArnNotLike', 'ArnEquals'],
    ['aws:PrincipalArn'],
    manyOf([
      `arn:aws:iam::${HOME}:user/*`,
      'arn:aws:*::*:assumed-role/App/*',
      '*',
      'arn:aws:iam::*',
    ]),
  ),
  fc
    .tuple(fc.constantFrom(...Object.keys(KEYS)), manyOf(['true', 'false']))
    .map(([key, value]) => ({ Null: { [key]: value } })),
)

const about = fc.record({
  Effect: seldom(fc.constant('Deny' as const), fc.constant('Allow' as const)),
  action: fc.tuple(seldom(fc.constant('NotAction'), fc.constant('Action')), actions),
  resource: fc.tuple(seldom(fc.constant('NotResource'), fc.constant('Resource')), resources),
  Condition: fc.oneof(fc.constant(undefined), conditions),
})

const identityStatement: fc.Arbitrary<OracleStatement> = about.map(
  ({ Effect, action, resource, Condition }) => ({
    Effect,
    [action[0]]: action[1],
    [resource[0]]: resource[1],
    ...(Condition && { Condition }),
  }),
)
const principals: fc.Arbitrary<Pick<OracleStatement, 'Principal' | 'NotPrincipal'>> = fc.oneof(
  { weight: 6, arbitrary: manyOf(NAMES).map((AWS) => ({ Principal: { AWS } })) },
  { weight: 1, arbitrary: fc.constant({ Principal: '*' as const }) },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.constantFrom(...NAMES, '*'), { minLength: 1, maxLength: 6 })
      .map((AWS) => ({ NotPrincipal: { AWS } })),
  },
)
const keyStatement = fc
  .tuple(identityStatement, principals)
  .map(([statement, who]) => ({ ...statement, ...who }))

const policyOf = (statement: fc.Arbitrary<OracleStatement>): fc.Arbitrary<OraclePolicy> =>
  fc.record({
    Version: fc.constantFrom('2012-10-17' as const, '2012-10-17' as const, '2008-10-17' as const),
    Statement: fc.array(statement, { minLength: 1, maxLength: 3 }),
  })

const pairs = fc.dictionary(fc.constantFrom('dept', 'app'), fc.constantFrom('a', 'b'), {
  maxKeys: 2,
})
const grant = fc.record(
  {
    granteePrincipal: fc.constantFrom(...NAMES.filter((name) => name !== HOME)),
    operations: fc.uniqueArray(
      fc.constantFrom<GrantOperation>('Encrypt', 'Decrypt', 'DescribeKey', 'GenerateDataKey'),
      { minLength: 1 },
    ),
    subset: pairs,
    equals: pairs,
  },
  { requiredKeys: ['granteePrincipal', 'operations'] },
)

const identityPolicy = policyOf(identityStatement)
const worlds = fc.record({
  principal: fc.constantFrom(...PRINCIPALS),
  action: fc.constantFrom(...ACTIONS),
  resource: fc.constantFrom(KEY, KEY, OTHER_KEY),
  keys: context,
  encryptionContext: pairs,
  resourcePolicy: fc.oneof(
    { weight: 8, arbitrary: policyOf(keyStatement) },
    { weight: 1, arbitrary: fc.constant('none' as const) },
  ),
  identity: fc.array(identityPolicy, { maxLength: 3 }),
  boundary: seldom(identityPolicy, fc.constant(undefined)),
  session: seldom(fc.array(identityPolicy, { maxLength: 2 }), fc.constant(undefined)),
  grants: fc.array(grant, { maxLength: 2 }),
})
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never

function asOracleCase(world: World): OracleCase {
  const { principal, boundary, session: passed, grants, keys, ...rest } = world
  return {
    ...rest,
    account: principal.accountId,
    self: principal.arn,
    ...(principal.roleArn !== undefined && { role: principal.roleArn }),
    isRoot: principal.type === 'root',
    resourceAccount: HOME,
    keys: keys as Record<string, Many>,
    ...(boundary && { boundary }),
    ...(passed && { session: passed }),
    grants: grants as OracleCase['grants'],
  }
}

function asDecision(world: World): { request: AccessRequest; policies: AccessPolicies } {
  const named = (policy: OraclePolicy, kind: PolicyKind): NamedPolicy => ({
    name: kind,
    policy: compilePolicy(JSON.stringify(policy), kind),
  })
  const { resourcePolicy, boundary } = world
  return {
    request: {
      principal: world.principal,
      action: world.action,
      resource: world.resource,
      resourceAccountId: HOME,
      context: conditionContext(world.keys),
      encryptionContext: world.encryptionContext,
    },
    policies: {
      resourcePolicy:
        resourcePolicy === 'none' ? 'none' : named(resourcePolicy, 'key-policy').policy,
      identityPolicies: world.identity.map((policy) => named(policy, 'identity-policy')),
      permissionsBoundary: boundary && named(boundary, 'permissions-boundary'),
      sessionPolicies: world.session?.map((policy) => named(policy, 'session-policy')),
      grants: world.grants.map(
        ({ subset, equals, ...terms }, i): Grant => ({
          ...terms,
          id: `grant-${i}`,
          issuingAccount: `arn:aws:iam::${HOME}:root`,
          constraints: { EncryptionContextSubset: subset, EncryptionContextEquals: equals },
        }),
      ),
    },
  }
}

const RUNS = { numRuns: process.env['SLOW'] === undefined ? 4_000 : 30_000 }

describe('decide and an oracle written from the description alone', () => {
  test('agree on every request, and name what decided', () => {
    const seen = { allowed: 0, denied: 0 }
    fc.assert(
      fc.property(worlds, (world) => {
        const { request, policies } = asDecision(world)
        const decision = decide(request, policies)
        expect(decision.allowed).toBe(oracleAllows(asOracleCase(world)))
        expect(decision.by.length).toBeGreaterThan(0)
        if (!decision.allowed) expect(denialMessage(request, decision)).toMatch(/^User: arn:aws:/)
        seen[decision.allowed ? 'allowed' : 'denied'] += 1
      }),
      RUNS,
    )
    // a property over denials alone would say little
    expect(Math.min(seen.allowed, seen.denied)).toBeGreaterThan(RUNS.numRuns / 10)
  })

  test('one more Deny never allows', () => {
    fc.assert(
      fc.property(worlds, identityStatement, (world, statement) => {
        const before = asDecision(world)
        const after = asDecision({
          ...world,
          identity: [
            ...world.identity,
            { Version: '2012-10-17', Statement: [{ ...statement, Effect: 'Deny' }] },
          ],
        })
        const allowedAfter = decide(after.request, after.policies).allowed
        expect(allowedAfter && !decide(before.request, before.policies).allowed).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})
