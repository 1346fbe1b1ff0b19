import fc from 'fast-check'
import type { AnyOperation } from '../../core/operation.ts'
import type { JsonSchema } from '../../core/shape/shape.ts'
import type { Attacker, Edit } from './case.ts'

/** Attackers whose calls get past their signature come most often: what is behind it is the most. */
export const attacker: fc.Arbitrary<Attacker> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Attacker>('root') },
  { weight: 3, arbitrary: fc.constantFrom<Attacker>('admin', 'plain', 'session') },
  { weight: 1, arbitrary: fc.constantFrom<Attacker>('operator', 'forger', 'unknown', 'nobody') },
)

/** Texts that parsers trip over. */
const ODD = [
  '',
  ' ',
  '\0',
  '\u0001',
  '\ud800',
  '\udfff\ud800',
  '\ufeff',
  '\u202e',
  '\u2028',
  '😀',
  'ﬀ',
  'İ',
  '%',
  '%00',
  '%ff',
  '$',
  '$\x7baws:username}',
  '*',
  '?',
  '../..',
  '/',
  '\\',
  '"',
  "'",
  '<x/>',
  ']]>',
  '&amp;',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'NaN',
  '-0',
  '1e400',
  '0x10',
  '\r\nx: y',
  'arn:aws:kms:us-east-1::key/',
  'arn:aws:iam::$victimAccount$:root',
  'AAAA',
  'A===',
] as const

/** UTF-16 units of any kind, unpaired surrogates too. */
const units = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((codes) => String.fromCharCode(...codes))

export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<string>(...ODD) },
  { weight: 6, arbitrary: units },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom<string>(...ODD, 'a', 'ab*'),
        fc.constantFrom(64, 65, 129, 129, 257, 257, 257, 2049, 8193, 20_000),
      )
      .map(([text, times]) => text.repeat(Math.ceil(times / Math.max(1, text.length)))),
  },
)

/** What JavaScript calls when it makes a text, a number or JSON of a value. */
const CALLED = ['toString', 'valueOf', 'toJSON', 'length', 'then', '__proto__', 'constructor']

/** Lists in lists, deeper than a call stack where `depth` is large. */
export function nested(depth: number): unknown {
  let value: unknown = []
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

const oddNumber: fc.Arbitrary<number> = fc.constantFrom(
  ...[0, -0, -1, 1, 1.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e21, 1e300, 5e-324, 253402300799],
)

/** As JSON.parse makes them: `__proto__` is a member like any other. */
export const objectOf = (
  pairs: fc.Arbitrary<readonly (readonly [string, unknown])[]>,
): fc.Arbitrary<Record<string, unknown>> =>
  pairs.map((members) => {
    const made: Record<string, unknown> = {}
    for (const [name, value] of members) {
      const property = { value, enumerable: true, configurable: true, writable: true }
      Object.defineProperty(made, name, property)
    }
    return made
  })

/** JSON of any type, some of it large. */
export const oddJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: oddText },
    { weight: 1, arbitrary: oddNumber },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, true, false) },
    { weight: 1, arbitrary: fc.array(tie('any'), { maxLength: 3 }) },
    {
      weight: 1,
      arbitrary: objectOf(
        fc.array(fc.tuple(fc.constantFrom(...CALLED, 'TagKey', 'a'), tie('any')), { maxLength: 3 }),
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom(30, 30, 30, 2_000).map(nested) },
  ),
})).any

const KEYS = [
  ...['symmetric', 'symmetricArn', 'hmac', 'ecc', 'edwards', 'agree', 'rsa', 'pqc', 'policyKey'],
  ...['spareKey', 'externalSymmetric', 'externalEcc', 'externalHmac', 'victim', 'victimArn'],
].map((name) => `$${name}$`)
const ALIASES = [
  'alias/own',
  'alias/secret-name',
  'alias/none',
  'alias/aws/s3',
  'alias/aws/',
  'alias/',
]
const ARNS = [
  '$role$',
  'arn:aws:iam::$account$:root',
  'arn:aws:iam::$account$:user/plain',
  'arn:aws:iam::$victimAccount$:root',
  'arn:aws:sts::$account$:assumed-role/role/session',
  'arn:aws:iam::999999999999:role/none',
]
const key = fc.constantFrom(
  ...KEYS,
  ...KEYS,
  ...ALIASES,
  'arn:aws:kms:eu-west-1:$account$:alias/own',
)

/** Values that mean something, by the names of members. */
const MEANT: ReadonlyMap<string, fc.Arbitrary<unknown>> = new Map<string, fc.Arbitrary<unknown>>([
  ['KeyId', key],
  ['TargetKeyId', key],
  ['SourceKeyId', key],
  ['DestinationKeyId', key],
  ['AliasName', fc.constantFrom(...ALIASES, 'alias/new', 'alias/other', 'alias/a/b')],
  ['CiphertextBlob', fc.constantFrom('$ciphertext$', '$rsaCiphertext$', '$victimCiphertext$')],
  ['GrantToken', fc.constantFrom('$grantToken$', '$victimGrantToken$')],
  ['GrantTokens', fc.constantFrom(['$grantToken$'], ['$victimGrantToken$'], [])],
  ['GrantId', fc.constantFrom('$grantId$', 'f'.repeat(64))],
  ['Marker', fc.constant('$marker$')],
  ['Signature', fc.constant('$signature$')],
  ['Mac', fc.constant('$mac$')],
  ['PublicKey', fc.constant('$publicKey$')],
  ['ImportToken', fc.constant('$externalSymmetricToken$')],
  ['GranteePrincipal', fc.constantFrom(...ARNS)],
  ['RetiringPrincipal', fc.constantFrom(...ARNS)],
  ['Principal', fc.constantFrom(...ARNS)],
  ['RoleArn', fc.constantFrom('$role$', '$role$', ...ARNS)],
  ['RoleSessionName', fc.constantFrom('session', 'a.b@c')],
  ['AccountId', fc.constantFrom('$spareAccount$', '$spareAccount$', '999999999999')],
  ['PolicyName', fc.constantFrom('default', 'default', 'other')],
  [
    'Policy',
    fc.constant(
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"$account$"},"Action":"kms:*","Resource":"*"}]}',
    ),
  ],
  ['WrappingKeySpec', fc.constant('RSA_2048')],
  ['DryRun', fc.constantFrom(false, false, true)],
  ['NumberOfBytes', fc.constantFrom(1, 32, 1024)],
])
/** Members by which a key is of no further use: they are for one that nobody needs. */
const RUINOUS =
  /^(ScheduleKeyDeletion|DisableKey|DeleteImportedKeyMaterial|PutKeyPolicy|EnableKeyRotation|RotateKeyOnDemand)$/
/** Key pairs that take seconds come seldom, and only the least of them. */
const SLOW = /^RSA_(2048|3072|4096)$/

/** Values of a member's schema, within its bounds more often than not. */
function schemaValue(name: string, schema: JsonSchema): fc.Arbitrary<unknown> {
  const meant = MEANT.get(name)
  if (meant !== undefined) return meant
  const { type, enum: names } = schema as { type?: string; enum?: readonly string[] }
  if (names !== undefined) {
    const quick = names.filter((one) => !SLOW.test(one))
    return fc.constantFrom(...(quick.length > 0 ? quick : names))
  }
  const bounds = schema as { minLength?: number; maxLength?: number; maxItems?: number }
  switch (type) {
    case 'string': {
      if (schema['contentEncoding'] === 'base64') return bytes(bounds)
      if (schema['format'] === 'date-time') return fc.constantFrom('2026-12-01T00:00:00Z', 4e9)
      const { minLength = 0, maxLength = 64 } = bounds
      const lengths = [minLength, Math.min(maxLength, minLength + 4), maxLength, maxLength + 1]
      return fc
        .tuple(fc.constantFrom('a', '1', 'é', '日'), fc.constantFrom(...lengths))
        .map(([unit, length]) => unit.repeat(Math.min(length, 10_000)))
    }
    case 'integer': {
      const { minimum = 0, maximum = 100 } = schema as { minimum?: number; maximum?: number }
      return fc.constantFrom(minimum, maximum, minimum - 1, maximum + 1)
    }
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(schemaValue('', (schema['items'] ?? {}) as JsonSchema), {
        maxLength: Math.min(bounds.maxItems ?? 3, 3) + 1,
      })
    case 'object': {
      const { properties } = schema as { properties?: Record<string, JsonSchema> }
      if (properties === undefined) {
        return objectOf(fc.array(fc.tuple(oddText, fc.oneof(oddText, oddJson)), { maxLength: 3 }))
      }
      return membersOf(Object.entries(properties))
    }
    default:
      return oddJson
  }
}

const bytes = ({ minLength = 0, maxLength = 64 }: { minLength?: number; maxLength?: number }) =>
  fc
    .constantFrom(Math.max(1, minLength * 0.75), 16, 32, maxLength * 0.75, maxLength * 0.75 + 3)
    .map((length) => Buffer.alloc(Math.min(Math.floor(length), 10_000), 7).toString('base64'))

/** Most members as they are meant, some left out, some of any kind. */
function membersOf(members: readonly (readonly [string, JsonSchema])[]) {
  const pairs = members.map(([name, schema]) =>
    fc.oneof(
      { weight: 12, arbitrary: fc.tuple(fc.constant(name), schemaValue(name, schema)) },
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.constant(name), oddJson) },
    ),
  )
  const present = fc
    .tuple(...pairs)
    .map((all) => all.filter((one): one is [string, unknown] => one !== undefined))
  return objectOf(present)
}

/** Inputs of an operation. */
export function inputOf({ name, input }: AnyOperation): fc.Arbitrary<Record<string, unknown>> {
  const required = new Set(
    input.fields.filter((field) => field.required).map((field) => field.name),
  )
  const members = input.fields.map((field) => {
    const ruins = RUINOUS.test(name) && field.name === 'KeyId'
    const meant = ruins ? fc.constant('$spareKey$') : schemaValue(field.name, field.shape.schema)
    return fc.oneof(
      {
        weight: required.has(field.name) ? 40 : 6,
        arbitrary: fc.tuple(fc.constant(field.name), meant),
      },
      { weight: required.has(field.name) ? 1 : 14, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.tuple(fc.constant(field.name), oddJson) },
    )
  })
  if (members.length === 0) return fc.constant({})
  return objectOf(
    fc
      .tuple(...members)
      .map((all) => all.filter((one): one is [string, unknown] => one !== undefined)),
  )
}

const PUT = [
  ...['', '\0', '"', '\\', '{', '}', '[', ']', ',', ':', 'e9', '\xff', '\xc0\x80', '\xef\xbb\xbf'],
  ...['\xed\xa0\x80', '\n', '\t', '0', '-', '1e400', '\\u0000', '\\ud800', '//', '/**/', 'x'],
  ...['\x80', '\x30', '\x82', '\x00\x00', '\x01', '\x7f', '\xa0', '\xbf', '\x5f', '\x9f'],
]
/** A change of some bytes. */
const edit: fc.Arbitrary<Edit> = fc
  .tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(0, 1, 1, 2, 4) },
      { weight: 1, arbitrary: fc.constantFrom(16, 1_000, 100_000) },
    ),
    fc.oneof(
      fc.constantFrom(...PUT),
      fc
        .array(fc.integer({ min: 0, max: 0xff }), { minLength: 1, maxLength: 4 })
        .map((codes) => String.fromCharCode(...codes)),
    ),
    fc.oneof(
      { weight: 12, arbitrary: fc.constant(1) },
      { weight: 1, arbitrary: fc.constantFrom(2, 100, 10_000) },
    ),
  )
  .map(([at, drop, put, times]) => ({ at, drop, put, times }))

/** None most of the time. */
export const someEdits: fc.Arbitrary<Edit[]> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Edit[]>([]) },
  { weight: 1, arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }) },
)
/** Always some. */
export const edits: fc.Arbitrary<Edit[]> = fc.array(edit, { minLength: 1, maxLength: 3 })
