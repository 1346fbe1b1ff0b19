import fc from 'fast-check'
import type { GrantOperation } from '../../core/policy/grant-terms.ts'
import type { Principal } from '../../core/policy/request.ts'
import {
  type Many,
  ORACLE_OPERATORS,
  type OracleGrant,
  type OraclePolicy,
  type OracleStatement,
  type OracleTerms,
} from './policy-oracle.ts'

/** Everything that a decision looks at, as JSON: for `decide` and for the oracle alike. */
export interface World {
  /** what is asked: a key, something without policy, a role's trust policy, who may retire a grant */
  kind: 'key' | 'plain' | 'role' | 'retirement'
  principal: Principal
  action: string
  resource: string
  keys: Record<string, Many>
  encryptionContext: Record<string, string>
  /** of the key or the role */
  resourcePolicy: OraclePolicy
  /** whose unique ids stand in it for some of its names */
  meant?: Record<string, string>
  identity: OraclePolicy[]
  boundary?: OraclePolicy
  session?: OraclePolicy[]
  /** of the key; the first one is what is to be retired */
  grants: OracleGrant[]
  newGrant?: OracleTerms
}

export const HOME = '111122223333'
const AWAY = '444455556666'

/** @param life the first of its name, or a namesake */
const user = (accountId: string, name: string, life = 1): Principal => ({
  accountId,
  type: 'user',
  arn: `arn:aws:iam::${accountId}:user/${name}`,
  userId: `AIDA${accountId}${name}${life}`,
  principalId: `AIDA${accountId}${name}${life}`,
  name,
  tags: {},
})
const session = (
  accountId: string,
  role: string,
  name: string,
  path = '',
  life = 1,
): Principal => ({
  accountId,
  type: 'assumed-role',
  arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${name}`,
  roleArn: `arn:aws:iam::${accountId}:role/${path}${role}`,
  userId: `AROA${accountId}${role}${life}:${name}`,
  principalId: `AROA${accountId}${role}${life}`,
  name: role,
  tags: {},
})
/** @param by the user who federated it; root unless given */
const federated = (accountId: string, name: string, by?: Principal): Principal => ({
  accountId,
  type: 'federated-user',
  arn: `arn:aws:sts::${accountId}:federated-user/${name}`,
  userId: `${accountId}:${name}`,
  ...(by?.principalId !== undefined && { roleArn: by.arn, principalId: by.principalId }),
  tags: {},
})
const root = (accountId: string): Principal => ({
  accountId,
  type: 'root',
  arn: `arn:aws:iam::${accountId}:root`,
  userId: accountId,
  tags: {},
})

export const PRINCIPALS: readonly Principal[] = [
  user(HOME, 'Alice'),
  user(HOME, 'team/Bob'),
  session(HOME, 'App', 'first'),
  session(HOME, 'Ops', 'night', 'team/'),
  root(HOME),
  user(AWAY, 'Alice'),
  session(AWAY, 'App', 'first'),
  root(AWAY),
  user(HOME, 'Alice', 2),
  session(HOME, 'App', 'first', '', 2),
  federated(HOME, 'Jane', user(HOME, 'Alice')),
  federated(HOME, 'Jane', user(HOME, 'Alice', 2)),
  federated(HOME, 'Jane'),
]
const NAMES = [
  HOME,
  AWAY,
  ...new Set(
    PRINCIPALS.flatMap(({ arn, roleArn }) => (roleArn === undefined ? [arn] : [arn, roleArn])),
  ),
]
/** The unique ids that a name may stand for: of everybody who ever had it. */
const IDS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  NAMES.map((name) => [
    name,
    PRINCIPALS.flatMap(({ type, arn, roleArn, userId, principalId }) => {
      // a federated user is whoever has the name
      if (principalId === undefined || (type === 'federated-user' && arn === name)) return []
      return arn === name ? [userId] : roleArn === name ? [principalId] : []
    }),
  ]),
)
const REGIONS = ['eu-west-1', 'us-east-1']
const key = (region: string, start: string) =>
  `arn:aws:kms:${region}:${HOME}:key/${start}-12ab-34cd-56ef-1234567890ab`
const KEYS = REGIONS.flatMap((region) => [key(region, '1234abcd'), key(region, 'ffffffff')])
const ROLE = `arn:aws:iam::${HOME}:role/team/Target`

export const ACTIONS: Readonly<Record<World['kind'], readonly string[]>> = {
  key: ['Encrypt', 'Decrypt', 'DescribeKey', 'GenerateDataKey', 'GetPublicKey', 'CreateGrant'].map(
    (name) => `kms:${name}`,
  ),
  plain: [
    'kms:CreateKey',
    'kms:ListKeys',
    'kms:CreateAlias',
    'iam:CreateUser',
    'iam:GetRole',
    'sts:GetFederationToken',
  ],
  role: ['sts:AssumeRole', 'sts:TagSession'],
  retirement: ['kms:RetireGrant'],
}
export const RESOURCES: Readonly<Record<World['kind'], readonly string[]>> = {
  key: KEYS,
  plain: [
    '*',
    `arn:aws:kms:eu-west-1:${HOME}:alias/app`,
    `arn:aws:sts::${HOME}:federated-user/Jane`,
    `arn:aws:iam::${HOME}:user/team/Bob`,
    `arn:aws:iam::${HOME}:role/App`,
  ],
  role: [ROLE],
  retirement: KEYS,
}

const variable = (text: string) => `\${${text}}`

const manyOf = (values: readonly string[]): fc.Arbitrary<Many> =>
  fc.oneof(
    fc.constantFrom(...values),
    fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }),
  )

/** One arbitrary now and then, the other mostly: where everything is as likely, nothing is ever allowed. */
const seldom = <A, B>(rare: fc.Arbitrary<A>, usual: fc.Arbitrary<B>): fc.Arbitrary<A | B> =>
  fc.oneof({ weight: 1, arbitrary: rare }, { weight: 4, arbitrary: usual })

const actions = fc.oneof(
  manyOf([...Object.values(ACTIONS).flat(), 'kms:?ncrypt', 'kms:*Key', 's3:*', 'KMS:decrypt']),
  manyOf(['kms:*', '*', 'sts:*', 'iam:*', 'kms:*Grant', 'kms:*crypt']),
)
const resources = seldom(
  manyOf([
    ...KEYS,
    ROLE,
    `arn:aws:kms:*:${HOME}:key/*`,
    'arn:aws:kms:eu-west-1:*',
    `arn:aws:kms:${variable('aws:RequestedRegion')}:${variable('aws:PrincipalAccount')}:key/*`,
    'arn:aws:kms:eu-west-1:*:key/1234abcd-??ab-*',
    `arn:aws:kms:*:*:key/${variable("aws:PrincipalTag/key, '1234abcd-*'")}`,
    `arn:aws:iam::*:role/*/${variable('aws:username')}*`,
    `arn:aws:iam::${HOME}:user/team/*`,
    `arn:aws:iam::*:user/*/${variable('aws:username')}`,
  ]),
  fc.constant('*'),
)

/** Keys of a request with the values they may have; some in a case other than the policies'. */
const TEXTS = ['red', 'Red', 'blue', 'r*d', 'r?d', '', 'r😀d', 'arn:aws:iam::x:y/z']
const VALUES: Readonly<Record<string, fc.Arbitrary<Many>>> = {
  'aws:PrincipalTag/team': fc.constantFrom(...TEXTS),
  'aws:username': fc.constantFrom('Alice', 'red'),
  'AWS:PrincipalAccount': fc.constantFrom(HOME, AWAY),
  'aws:RequestedRegion': fc.constantFrom(...REGIONS),
  'aws:TagKeys': fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 }),
  'kms:EncryptionContextKeys': fc.array(fc.constantFrom('dept', 'App', 'red'), { maxLength: 3 }),
  'kms:EncryptionContext:dept': fc.constantFrom('red', 'a', 'Alice', 'rrrrred', 'redred'),
  'aws:SourceIp': fc.constantFrom(
    '203.0.113.7',
    '198.51.100.1',
    '2001:db8::7',
    '2001:DB8:1::',
    'x',
  ),
  'aws:MultiFactorAuthPresent': fc.constantFrom('true', 'false'),
  'aws:ViaAWSService': fc.constant('false'),
  'kms:RotationPeriodInDays': fc.constantFrom('90', '365', '90.50', '-1', '', 'red'),
  'kms:ValidTo': fc.constantFrom('1767225600', '1780315200.5'),
  'aws:CurrentTime': fc.constantFrom('2026-01-01T00:00:00Z', '2026-06-01T12:00:00.500Z', 'red'),
  'aws:PrincipalArn': fc.constantFrom(
    ...PRINCIPALS.map(({ arn, roleArn }) => roleArn ?? arn),
    ...KEYS,
    'arn:aws:iam',
    'red',
  ),
  'aws:Data': fc.constantFrom('AQID', 'BAUG', 'red!'),
}
const NAMES_OF_KEYS = Object.keys(VALUES)
const keysOfRequests = fc.record(VALUES, { requiredKeys: [] }) as fc.Arbitrary<Record<string, Many>>

const strings = manyOf([
  ...['red', 'RED', 'r*', 'r?d', '*', '?*d', '*r?d', '*e*', '', 'A*e', 'r??', '*r*e*d*'],
  ...['aws:username', 'aws:PrincipalTag/team', 'aws:TagKeys', "aws:username, 'blue'"].map(variable),
  ...[`*${variable('aws:username')}`, `${variable('aws:PrincipalTag/team')}?*`],
  ...[
    variable('*'),
    `r${variable('*')}d`,
    `r${variable('?')}d`,
    `${variable('$')}*`,
    'dept',
    'app',
  ],
])
const arns = manyOf([
  ...[
    `arn:aws:iam::${HOME}:user/*`,
    'arn:aws:*::*:role/App',
    '*',
    'arn:aws:iam::*',
    'arn:*:*:*:*:*',
  ],
  ...[
    'arn:aws:kms:eu-*:*:key/????abcd-*',
    variable('aws:PrincipalArn'),
    'arn:aws:iam:::*',
    '*:user/*',
  ],
  ...[
    `arn:aws:iam::${variable('AWS:PrincipalAccount')}:*`,
    `arn:aws:iam::*:user/${variable('aws:username')}`,
  ],
])
const numbers = manyOf(['90', '180', '365.0', '90.5', '-1', '+90', '1767225600'])
const dates = manyOf([
  ...['2026-01-01T00:00:00Z', '2026-03-01T01:00:00+01:00', '2026-01-01', '1767225600'],
  ...['2026-06-01T12:00:00.5Z', '1780315200.5', '2027-01-01T00:00Z'],
])
const addresses = manyOf([
  ...['203.0.113.0/24', '203.0.113.7', '0.0.0.0/0', '198.51.100.0/31'],
  ...['2001:db8::/32', '2001:db8:1::/48', '::/0', '2001:db8::7/128'],
])
const booleans = manyOf(['true', 'False', variable('aws:MultiFactorAuthPresent')])
const binaries = manyOf(['AQID', 'BAUG', '/+8='])

/** What an operator is compared with, and keys it is mostly used for. */
function valuesFor(operator: string): [fc.Arbitrary<Many>, string[]] {
  if (operator.startsWith('Numeric')) return [numbers, ['kms:RotationPeriodInDays', 'kms:ValidTo']]
  if (operator.startsWith('Date')) return [dates, ['aws:CurrentTime', 'kms:ValidTo']]
  if (operator.startsWith('Arn')) return [arns, ['aws:PrincipalArn']]
  if (operator.includes('IpAddress')) return [addresses, ['aws:SourceIp']]
  if (operator === 'Bool') return [booleans, ['aws:MultiFactorAuthPresent', 'aws:ViaAWSService']]
  if (operator === 'BinaryEquals') return [binaries, ['aws:Data']]
  return [
    strings,
    [
      'aws:PrincipalTag/team',
      'AWS:tagkeys',
      'kms:EncryptionContext:DEPT',
      'kms:EncryptionContextKeys',
    ],
  ]
}

const compared = fc.constantFrom(...ORACLE_OPERATORS).chain((operator) => {
  const [values, keys] = valuesFor(operator)
  return fc
    .tuple(
      fc.constantFrom('', '', '', 'ForAllValues:', 'ForAnyValue:'),
      fc.constantFrom('', '', 'IfExists'),
      seldom(fc.constantFrom(...NAMES_OF_KEYS), fc.constantFrom(...keys)),
      values,
    )
    .map(([set, exists, name, value]) => ({ [`${set}${operator}${exists}`]: { [name]: value } }))
})
const nullness = fc
  .tuple(fc.constantFrom(...NAMES_OF_KEYS), manyOf(['true', 'false']))
  .map(([name, value]) => ({ Null: { [name]: value } }))
type Conditions = Record<string, Record<string, Many>>
const condition: fc.Arbitrary<Conditions> = fc.oneof(
  { weight: 8, arbitrary: compared },
  { weight: 1, arbitrary: nullness },
)
const conditions = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: condition },
  {
    weight: 1,
    arbitrary: fc.tuple(condition, condition).map(([a, b]): Conditions => ({ ...a, ...b })),
  },
)

const about = fc.record({
  Effect: seldom(fc.constant('Deny' as const), fc.constant('Allow' as const)),
  action: fc.tuple(seldom(fc.constant('NotAction'), fc.constant('Action')), actions),
  resource: fc.tuple(seldom(fc.constant('NotResource'), fc.constant('Resource')), resources),
  Condition: conditions,
})
export const identityStatement: fc.Arbitrary<OracleStatement> = about.map(
  ({ Effect, action, resource, Condition }) => ({
    Effect,
    [action[0]]: action[1],
    [resource[0]]: resource[1],
    ...(Condition && { Condition }),
  }),
)
const principals: fc.Arbitrary<Pick<OracleStatement, 'Principal' | 'NotPrincipal'>> = fc.oneof(
  { weight: 6, arbitrary: manyOf(NAMES).map((AWS) => ({ Principal: { AWS } })) },
  { weight: 2, arbitrary: fc.constant({ Principal: '*' as const }) },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(fc.constantFrom(...NAMES, '*'), { minLength: 1, maxLength: 8 })
      .map((AWS) => ({ NotPrincipal: { AWS } })),
  },
)
const keyStatement = fc
  .tuple(identityStatement, principals)
  .map(([statement, who]): OracleStatement => ({ ...statement, ...who }))
const trustStatement = fc
  .tuple(about, principals, manyOf(['sts:AssumeRole', 'sts:TagSession', 'STS:assumerole']))
  .map(
    ([{ Effect, Condition }, who, Action]): OracleStatement => ({
      Effect,
      Action,
      ...who,
      ...(Condition && { Condition }),
    }),
  )

const policyOf = (statement: fc.Arbitrary<OracleStatement>): fc.Arbitrary<OraclePolicy> =>
  fc
    .tuple(
      fc.constantFrom('2012-10-17' as const, '2012-10-17' as const, '2008-10-17' as const),
      fc.array(statement, { minLength: 1, maxLength: 3 }),
    )
    .map(([Version, Statement]) => {
      // where there are no variables, one is no truth value, and the policy malformed
      const needed = JSON.stringify(Statement).includes(variable('aws:MultiFactorAuthPresent'))
      return { Version: needed ? '2012-10-17' : Version, Statement }
    })

/** Pairs whose names differ by more than case: AWS doesn't say what others mean to a constraint. */
const pairs = fc
  .uniqueArray(fc.tuple(fc.constantFrom('dept', 'Dept', 'app'), fc.constantFrom('a', 'b', 'A')), {
    selector: ([name]) => name.toLowerCase(),
    maxLength: 2,
  })
  .map((entries): Record<string, string> => Object.fromEntries(entries))
const operations = fc.uniqueArray(
  fc.constantFrom<GrantOperation>(
    ...(['Encrypt', 'Decrypt', 'DescribeKey', 'GenerateDataKey'] as const),
    ...(['GetPublicKey', 'CreateGrant', 'RetireGrant'] as const),
  ),
  { minLength: 1 },
)
const terms = fc.record(
  { operations, subset: pairs, equals: pairs },
  { requiredKeys: ['operations'] },
) as fc.Arbitrary<OracleTerms>
const grantNames = fc.constantFrom(...NAMES.filter((name) => name.startsWith('arn:')))
/** What a name stands for: mostly somebody, now and then nobody, or the name as it is; of roots only that. */
const meaningOfName = (name: string): fc.Arbitrary<string | undefined> => {
  const ids = IDS[name] ?? []
  if (ids.length === 0) return fc.constantFrom(name, undefined)
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.constantFrom('', name, undefined) },
  )
}
const meanings: fc.Arbitrary<Record<string, string>> = fc
  .tuple(
    ...NAMES.filter((name) => IDS[name]?.length).map((name) =>
      fc.tuple(fc.constant(name), meaningOfName(name)),
    ),
  )
  .map((pairs) =>
    Object.fromEntries(pairs.flatMap(([name, id]) => (id === undefined ? [] : [[name, id]]))),
  )
const grantee = grantNames.chain((name) => fc.tuple(fc.constant(name), meaningOfName(name)))
const grant = fc
  .tuple(terms, grantee, fc.option(grantee, { nil: undefined }), fc.constantFrom(HOME, AWAY))
  .map(
    ([what, [granteePrincipal, granteeMeant], retiring, madeIn]): OracleGrant => ({
      ...what,
      granteePrincipal,
      ...(granteeMeant !== undefined && { granteeMeant }),
      madeIn,
      ...(retiring !== undefined && { retiringPrincipal: retiring[0] }),
      ...(retiring?.[1] !== undefined && { retiringMeant: retiring[1] }),
    }),
  )
/** A policy with what its names stand for, unless it was stored before names stood for anything. */
const withMeanings = (policy: fc.Arbitrary<OraclePolicy>) =>
  fc.tuple(policy, fc.option(meanings, { nil: undefined, freq: 4 }))

/** What worlds are put together from. */
export const PARTS = {
  keyPolicy: withMeanings(policyOf(keyStatement)),
  trustPolicy: withMeanings(policyOf(trustStatement)),
  identityPolicy: policyOf(identityStatement),
  keys: keysOfRequests,
  pairs,
  grant,
  terms,
}
