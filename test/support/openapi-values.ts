import fc from 'fast-check'
import { type Api, parametersOf, resolved, type Schema } from './openapi.ts'

/** Values that a schema of docs/openapi.json takes, and such as it does not. */

type Members = Readonly<Record<string, unknown>>

/** characters above which a value is not worth its time */
const LONGEST = 70_000
const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null
const items = (schema: Schema): Schema => (isObject(schema['items']) ? schema['items'] : {})
const count = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise

/** Valid values of a schema, small ones. */
function valuesOf(schema: Schema): fc.Arbitrary<unknown> {
  const whole = resolved(schema)
  const { required = [], properties } = whole
  if (Array.isArray(whole['enum'])) return fc.constantFrom<unknown>(...whole['enum'])
  switch (whole['type']) {
    case 'object':
      return properties === undefined
        ? fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}$/), {
            maxKeys: 2,
          })
        : fc.record(
            Object.fromEntries(
              Object.entries(properties).map(([name, inner]) => [name, valuesOf(inner)]),
            ),
            { requiredKeys: [...required] },
          )
    case 'array': {
      const minLength = count(whole['minItems'], 0)
      const maxLength = Math.min(count(whole['maxItems'], 3), minLength + 2)
      return fc.array(valuesOf(items(whole)), { minLength, maxLength })
    }
    case 'integer':
      return fc.integer({
        min: count(whole['minimum'], 0),
        max: count(whole['maximum'], 1_000_000),
      })
    case 'boolean':
      return fc.boolean()
    default:
      return textsOf(whole)
  }
}

function textsOf(schema: Schema): fc.Arbitrary<string> {
  const minLength = count(schema['minLength'], 0)
  const maxLength = count(schema['maxLength'], minLength + 20)
  if (schema['format'] === 'date-time') {
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString())
  }
  if (schema['contentEncoding'] === 'base64') {
    const bytes = {
      minLength: Math.ceil(minLength / 4) * 3,
      maxLength: Math.floor(maxLength / 4) * 3,
    }
    const most = Math.min(bytes.maxLength, bytes.minLength + 30)
    return fc
      .uint8Array({ minLength: bytes.minLength, maxLength: most })
      .map((value) => Buffer.from(value).toString('base64'))
  }
  const pattern = schema['pattern']
  if (typeof pattern !== 'string') {
    return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 20) })
  }
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && text.isWellFormed()
  const [, exact, repeated] = /^\^\(\?:\^?(\[[^\]]+\])([+*])\$?\)\$$/.exec(pattern) ?? []
  // of a class of characters alone as many as there must be
  if (exact !== undefined) {
    return fc
      .array(fc.stringMatching(new RegExp(`^${exact}$`)), {
        // AWS's patterns may ask for one where its least length is none
        minLength: repeated === '+' ? Math.max(minLength, 1) : minLength,
        maxLength: Math.min(maxLength, minLength + 8),
      })
      .map((characters) => characters.join(''))
      .filter((text) => text.isWellFormed())
  }
  return fc.stringMatching(new RegExp(pattern)).filter(fits)
}

/** A value that a schema does not take, and why. */
interface Wrong {
  readonly why: string
  readonly value: unknown
}

/** Values that a schema does not take, in each of the ways that it tells. @param inQuery texts alone get there */
function wrongsOf(schema: Schema, inQuery: boolean): Wrong[] {
  const whole = resolved(schema)
  const type = whole['type']
  const pattern = whole['pattern']
  const isText = type === 'string'
  const isMoment = whole['format'] === 'date-time'
  const blob = whole['contentEncoding'] === 'base64'
  const least = count(whole['minLength'], 0)
  const most = count(whole['maxLength'], Number.POSITIVE_INFINITY)
  const wrong = (why: string, value: unknown, when = true): Wrong[] =>
    when ? [{ why, value }] : []
  return [
    // a moment may be a number too: AWS's own clients send it so
    ...wrong(
      'another type',
      isText ? isMoment || 17 : 'x',
      !(inQuery && (isText || type === 'array')),
    ),
    ...wrong('a structure', { X: 1 }, !inQuery && type !== 'object'),
    ...wrong('none of its values', 'NONE_OF_THESE', Array.isArray(whole['enum'])),
    ...wrong('too short', '', isText && least > 0 && !blob),
    ...(isText && most < LONGEST
      ? wrong('too long', blob ? tooManyBytes(most) : 'a'.repeat(most + 1))
      : []),
    ...wrong('not its pattern', '\u0001', typeof pattern === 'string' && isText),
    ...wrong('no base64', '%%%%', blob),
    ...wrong('no time', 'yesterday', isMoment),
    ...wrong('too small', Number(whole['minimum']) - 1, 'minimum' in whole),
    ...wrong('too large', Number(whole['maximum']) + 1, 'maximum' in whole),
    ...wrong('half', 1.5, type === 'integer'),
    ...wrong('a member that it has not', { Zzz: 1 }, whole.properties !== undefined),
  ]
}

const tooManyBytes = (characters: number): string =>
  Buffer.alloc((characters / 4) * 3 + 3).toString('base64')

/** A request that is wrong in one thing. */
export interface WrongRequest {
  readonly why: string
  readonly input: Members
  readonly headers?: Readonly<Record<string, string>>
}

/** Requests that an operation's description does not take, each otherwise as its example. */
export function wrongRequests(one: Api, example: Members): WrongRequest[] {
  const { details } = one
  const schema = details.requestBody?.content['application/json'].schema
  const { properties = {}, required = [] } = schema === undefined ? {} : resolved(schema)
  const parameters = parametersOf(details).filter((parameter) => parameter.in !== 'header')
  const headers = parametersOf(details).map(({ name }) => name.toLowerCase())
  const isFirst = (name: string, index: number) =>
    parameters.findIndex((parameter) => parameter.name === name) === index
  const idle = { 'idempotency-key': 'once', 'if-match': '"1"', 'x-tenkey-more': 'x' }
  return [
    ...required.map((name) => ({ why: `without ${name}`, input: without(example, name) })),
    ...parameters.flatMap(({ name, in: place, required: needed }) =>
      place === 'query' && needed
        ? [{ why: `without ${name}`, input: without(example, name) }]
        : [],
    ),
    ...Object.entries(properties).flatMap(([name, member]) =>
      wrongsOf(member, false).map(({ why, value }) => ({
        why: `${name}: ${why}`,
        input: { ...example, [name]: value },
      })),
    ),
    ...parameters.flatMap(({ name, in: place, schema: of }, index) =>
      isFirst(name, index)
        ? wrongsOf(of, true)
            // a path without a name is another path
            .filter(({ value }) => place === 'query' || value !== '')
            .map(({ why, value }) => ({
              why: `${name}: ${why}`,
              input: { ...example, [name]: value },
            }))
        : [],
    ),
    { why: 'a member that nobody knows', input: { ...example, Zzz: 'x' } },
    ...Object.entries(idle).flatMap(([name, value]) =>
      headers.includes(name)
        ? []
        : [{ why: `${name} without effect`, input: example, headers: { [name]: value } }],
    ),
  ]
}

const without = (members: Members, name: string): Members =>
  Object.fromEntries(Object.entries(members).filter(([one]) => one !== name))

/** Valid requests of an operation. */
export function requestsOf({ details }: Api): fc.Arbitrary<Members> {
  const schema = details.requestBody?.content['application/json'].schema
  const taken = parametersOf(details).filter(({ in: place }) => place !== 'header')
  const first = taken.filter(({ name }, at) => taken.findIndex((one) => one.name === name) === at)
  const needed = first.filter((parameter) => parameter.required).map(({ name }) => name)
  const parameters = fc.record(
    Object.fromEntries(
      first.map(({ name, schema: of, required }) => {
        // a list is its parameter, once for each entry: an empty one is none
        const atLeastOne = required && of['type'] === 'array' && { minItems: 1 }
        return [name, valuesOf({ ...of, ...atLeastOne })]
      }),
    ),
    { requiredKeys: needed },
  )
  return fc
    .tuple(parameters, schema === undefined ? fc.constant({}) : valuesOf(schema))
    .map(([some, body]) => ({ ...(body as Members), ...some }))
}
