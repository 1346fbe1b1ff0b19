import type { AnyOperation } from '../../core/operation.ts'
import type { JsonSchema } from '../../core/shape/shape.ts'
import { operations } from '../../operations/registry.ts'
import type { Case } from './case.ts'
import { callOf, type FaceName, facesOf } from './faces.ts'
import { nested } from './values.ts'

/** bytes of a body, a little below the most that is read */
const BODY = 1_000_000

/** An input that decodes and is as large as it may be, or has what is not bounded as large as it fits. */
export interface Largest {
  readonly operation: string
  readonly face: FaceName
  readonly what: string
  /** Makes it, which takes milliseconds: some have a megabyte. */
  of(): Case
}

/** Characters from the dearest on: those that JSON writes with six bytes come first. */
const UNITS = [
  '\u0001',
  '\u0080',
  '日',
  'ÿ',
  'a',
  '1',
  'A',
  'AAAA',
  '/',
  'arn:aws:iam::111122223333:root',
  'alias/a',
]

function largestText({ pattern, minLength = 0, maxLength }: Text, room: number): string {
  const most = Math.min(maxLength ?? room, room)
  const texts = UNITS.map((unit) => unit.repeat(Math.ceil(most / unit.length)).slice(0, most))
  const fits = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`)
  const fitting = texts.find(
    (text) => text.length >= minLength && (fits === undefined || fits.test(text)),
  )
  return (fitting ?? 'a'.repeat(Math.max(minLength, 1))).slice(0, most)
}
interface Text {
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
}

/** How unbounded lists and maps are filled: with many of the least, or few of the largest. */
type Filling = 'many' | 'large'

/** What members must say for the call to get far. */
const MEANT: Readonly<Record<string, unknown>> = {
  KeyId: '$symmetric$',
  TargetKeyId: '$symmetric$',
  SourceKeyId: '$symmetric$',
  DestinationKeyId: '$policyKey$',
  AccountId: '$spareAccount$',
  RoleArn: '$role$',
  PolicyName: 'default',
  NumberOfBytes: 1024,
  KeySpec: 'SYMMETRIC_DEFAULT',
  KeyPairSpec: 'ECC_NIST_P521',
  WrappingKeySpec: 'RSA_2048',
  DryRun: undefined,
}

/** The largest value of a schema. @param room characters that are left for it */
function largestOf(name: string, schema: JsonSchema, filling: Filling, room: number): unknown {
  if (Object.hasOwn(MEANT, name)) return MEANT[name]
  const { enum: names, type } = schema as { enum?: readonly string[]; type?: string }
  if (names !== undefined) return names[0]
  switch (type) {
    case 'string': {
      if (schema['format'] === 'date-time') return '2027-01-01T00:00:00Z'
      const text = schema as Text
      if (schema['contentEncoding'] !== 'base64') return largestText(text, room)
      const length = Math.min(text.maxLength ?? room, room)
      return Buffer.alloc(Math.floor(length / 4) * 3, 7).toString('base64')
    }
    case 'integer':
      return (schema as { maximum?: number }).maximum ?? 100
    case 'boolean':
      return false
    case 'array': {
      const { items = {}, maxItems = Infinity } = schema as {
        items?: JsonSchema
        maxItems?: number
      }
      return filled(maxItems, filling, room, (part, index) =>
        distinct(largestOf('', items, filling, part), index),
      )
    }
    case 'object': {
      const { properties } = schema as { properties?: Record<string, JsonSchema> }
      if (properties !== undefined) {
        const names = Object.entries(properties)
        const part = Math.floor(room / Math.max(1, names.length))
        return Object.fromEntries(
          names.map(([inner, of]) => [inner, largestOf(inner, of, filling, part)]),
        )
      }
      return Object.fromEntries(
        filled(Infinity, filling, room, (part, index) => [
          `${index}${filling === 'many' ? '' : 'k'.repeat(Math.max(0, part / 2))}`,
          filling === 'many' ? '' : 'v'.repeat(Math.max(0, part / 2)),
        ]),
      )
    }
    default:
      return null
  }
}

/** As many as there may be, or as have room. */
function filled<T>(
  most: number,
  filling: Filling,
  room: number,
  one: (room: number, index: number) => T,
): T[] {
  const count = Math.min(most, filling === 'many' ? Math.floor(room / 8) : 50)
  const each = Math.floor(room / count)
  const made: T[] = []
  let size = 0
  for (let index = 0; index < count && size < room; index++) {
    const item = one(each, index)
    made.push(item)
    size += JSON.stringify(item)?.length ?? 0
  }
  return made
}

/** Tags and the like must not repeat. */
function distinct(value: unknown, index: number): unknown {
  if (typeof value === 'string') return `${index}${value}`.slice(0, Math.max(value.length, 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner], at) => [
      name,
      at === 0 && typeof inner === 'string' ? distinct(inner, index) : inner,
    ]),
  )
}

/** Every operation on every face: its members as large as they may be, one after the other and all together. */
export function* largestInputs(): Generator<Largest> {
  for (const operation of operations) {
    for (const face of facesOf(operation)) {
      const cases = casesOf(operation, face)
      for (const [what, of] of cases) yield { operation: operation.name, face, what, of }
    }
  }
}

function casesOf(operation: AnyOperation, face: FaceName): [string, () => Case][] {
  const as = operation.audience === 'operator' ? 'operator' : 'root'
  const { fields } = operation.input
  const call = (input: Readonly<Record<string, unknown>>) => callOf(face, operation, as, input)
  const input = (filling: Filling, room: number) =>
    Object.fromEntries(
      fields.map(({ name, shape }) => [name, largestOf(name, shape.schema, filling, room)]),
    )
  const least = Object.fromEntries(
    fields
      .filter(({ required }) => required)
      .map(({ name, shape }) => [name, largestOf(name, shape.schema, 'large', 8)]),
  )
  const alone = fields
    .filter(({ shape }) => isRoomy(shape.schema))
    .flatMap(({ name, shape }): [string, () => Case][] =>
      (['many', 'large'] as const).map((filling) => [
        `${name}, ${filling}`,
        () => call({ ...least, [name]: largestOf(name, shape.schema, filling, BODY / 2) }),
      ]),
    )
  const inBody = face !== 'rest' || !/^(GET|DELETE) /.test(operation.http)
  const unknown: [string, () => Case][] =
    face === 'query' || !inBody
      ? []
      : [
          ['unknown members, deep', () => withMember(call(least), nested(400_000 / 2))],
          [
            'unknown members, many',
            () =>
              withMember(
                call(least),
                Array.from({ length: 300_000 }, () => ({})),
              ),
          ],
          ['a name many times', () => repeated(call(least))],
        ]
  return [
    ['all, many', () => call(input('many', BODY / Math.max(4, 2 * fields.length)))],
    ['all, large', () => call(input('large', BODY / Math.max(4, 2 * fields.length)))],
    ...alone,
    ...unknown,
  ]
}

/** Whether a value may take thousands of characters. */
const isRoomy = (schema: JsonSchema): boolean => {
  const {
    type,
    maxLength = Infinity,
    enum: names,
  } = schema as Text & { type?: string; enum?: unknown }
  return (
    type === 'array' ||
    type === 'object' ||
    (type === 'string' && names === undefined && maxLength > 2_000)
  )
}

const withMember = (one: Case, value: unknown): Case => ({
  ...one,
  body: `{"Unknown":${textOf(value)}${one.body === '{}' ? '' : ','}${one.body.slice(1)}`,
})
/** Deeper than JSON.stringify goes. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return `${'['.repeat(400_000)}${']'.repeat(400_000)}`
  }
}
const repeated = (one: Case): Case => ({
  ...one,
  body: `{${'"KeyId":"x",'.repeat(80_000)}${one.body.slice(1)}`.replace(/,\}$/, '}'),
})
