import { KmsError } from '../base/errors.ts'
import type { HttpRequest } from '../base/http-message.ts'
import type { Place, Stray, Told, Violation, Wrong } from '../base/wrong.ts'
import type { AnyOperation } from '../operation.ts'
import type { JsonSchema } from '../shape/shapes.ts'
import { repeatedNames } from './json-names.ts'
import { meantBy } from './meant.ts'
import type { Route } from './protocol.ts'
import { isInQuery } from './rest-input.ts'

/** characters of a caller's own name that a refusal repeats, and names of members that are there twice */
const MAX_NAME = 64
const MAX_TWICE = 10

/**
 * A refusal of a request in the words of REST: members by their names there, in which part of the request, and
 * each thing that is wrong by itself. Loaded with the first.
 */
export function inRestWords(
  { code, message, wrong = [] }: KmsError,
  { operation }: Route,
  request: HttpRequest,
): KmsError {
  const violations = wrong.filter(isViolation).map(({ at, failed }) => {
    const where = whereIs(at, operation, request)
    return { failed, where, told: { detail: failed?.[1] ?? message, ...where } }
  })
  const strays = wrong.filter(isStray).flatMap((stray) => toldOf(stray, operation))
  const texts = violations.flatMap(({ failed, where }) =>
    failed === undefined
      ? []
      : [`${failed[0]} at ${shown(where)} failed to satisfy constraint: ${failed[1]}`],
  )
  const noun = texts.length === 1 ? 'error' : 'errors'
  const words =
    strays.length > 0
      ? strays.map(({ detail }) => detail).join(' ')
      : texts.length > 0
        ? `${texts.length} validation ${noun} detected: ${texts.join('; ')}`
        : message
  return new KmsError(code, words, { wrong: [...violations.map(({ told }) => told), ...strays] })
}

const isViolation = (wrong: Wrong): wrong is Violation => 'at' in wrong
const isStray = (wrong: Wrong): wrong is Stray => 'kind' in wrong

type Where = Pick<Told, 'in' | 'name' | 'pointer'>

const shown = ({ in: place, name, pointer }: Where): string =>
  place === 'body' ? `'${pointer}'` : `${NOUNS[place]} '${name}'`

const NOUNS: Readonly<Record<Place, string>> = {
  body: 'member',
  path: 'path member',
  query: 'query parameter',
  header: 'header',
}

/** A name of a caller's as a refusal repeats it: its beginning, and as escapes what is not of printable ASCII. */
function echo(name: string): string {
  const text = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name
  return text.replace(
    /[^ -~…]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** RFC 6901 §3 */
const pointerOf = (path: readonly string[]): string =>
  path.map((part) => `/${echo(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** Whose names they are: of the body they stand alone. */
const called = (place: Place, name: string): string =>
  place === 'body' ? name : `${NOUNS[place]} ${name}`

const TAKEN: Readonly<Record<Place, string>> = {
  path: 'the path has it already',
  body: 'it stands in the body',
  query: 'it stands in the query',
  header: 'it is a header',
}

function toldOf(stray: Stray, { name: operation }: AnyOperation): Told[] {
  switch (stray.kind) {
    case 'unknown': {
      const name = echo(stray.name)
      const meant = meantBy(stray.name, stray.known)
      const hint = meant === undefined ? '.' : `; did you mean ${meant}?`
      const detail = `${called(stray.in, name)} is not known here${hint}`
      const inBody = { in: stray.in, pointer: stray.pointer + pointerOf([stray.name]) }
      return [{ detail, ...(stray.in === 'body' ? inBody : { in: stray.in, name }) }]
    }
    case 'misplaced': {
      const { in: place, name, taken } = stray
      const detail = `${called(place, name)} is not taken from the ${place} here: ${TAKEN[taken]}.`
      const inBody = { in: place, pointer: pointerOf([name]) }
      return [{ detail, ...(place === 'body' ? inBody : { in: place, name }) }]
    }
    case 'twice': {
      const paths = repeatedNames(Buffer.from(stray.body).toString(), MAX_TWICE)
      return paths.map((path) => ({
        detail: `${echo(path.at(-1) ?? '')} is there more than once.`,
        in: 'body',
        pointer: pointerOf(path),
      }))
    }
    case 'no-body': {
      const detail = `${operation} has no body: its members are parameters of the query.`
      return [{ detail, in: 'body', pointer: '' }]
    }
    default: {
      const detail = `${called(stray.in, stray.name)} ${HEADERS[stray.kind](operation)}`
      return [{ detail, in: stray.in, name: stray.name }]
    }
  }
}

const HEADERS = {
  repeated: () => 'is there more than once.',
  idle: (operation: string) => `has no effect on ${operation}.`,
  contrary: () => 'says otherwise than the signature does.',
} as const

/** What is looked at of a shape's schema. */
interface SchemaParts {
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
}

const camelCase = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

/** The way to a member, in its own names, of the way that AWS writes: `tags.1.member.tagKey`. */
export function wayTo(at: string, schema: JsonSchema): string[] {
  const way: string[] = []
  let rest = at
  let here = schema as SchemaParts
  while (rest !== '') {
    const { items, properties } = here
    if (properties !== undefined) {
      const [first = ''] = rest.split('.', 1)
      const name = Object.keys(properties).find((one) => camelCase(one) === first) ?? first
      way.push(name)
      here = properties[name] ?? {}
      rest = rest.slice(first.length + 1)
    } else if (items !== undefined) {
      const [whole, place] = /^(\d+)\.member\.?/.exec(rest) ?? [rest, '1']
      way.push(String(Number(place) - 1))
      here = items
      rest = rest.slice(whole.length)
    } else {
      // of a map: the rest is a name of the caller's
      way.push(rest.replace(/\.member$/, ''))
      rest = ''
    }
  }
  return way
}

function whereIs(
  at: Violation['at'],
  { http, input }: AnyOperation,
  { method, path }: HttpRequest,
): Where {
  const way = wayTo(at, input.schema)
  const [name = ''] = way
  const place = http.split('/').indexOf(`{${name}}`)
  if (place >= 0) return { in: isInQuery(path.split('/')[place]) ? 'query' : 'path', name }
  const inQuery = method === 'GET' || method === 'DELETE'
  return inQuery ? { in: 'query', name } : { in: 'body', pointer: pointerOf(way) }
}
