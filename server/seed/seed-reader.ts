import { type Document, LineCounter, parseDocument } from 'yaml'
import { parseJson } from '../../core/base/json.ts'
import { CommandError } from '../cli/command.ts'

type Path = readonly (string | number)[]

/** One value of a YAML file, which knows where it stands: what is wrong is told with its line. */
export interface Reader {
  /** Text that has something in it. */
  text(): string
  flag(): boolean
  flagOrInteger(): boolean | number
  /** One of some words. */
  oneOf<W extends string>(words: readonly W[]): W
  list<T>(read: (item: Reader) => T): T[]
  /** Names and values that the file chooses. */
  map<T>(read: (value: Reader) => T): Record<string, T>
  /** A structure of these members and no others; what is absent is left out. */
  members<M extends string>(names: readonly M[]): Partial<Record<M, Reader>>
  /** JSON text: of a structure, or as it stands in text. */
  json(): string
  /** @throws CommandError with the file, the line and the way to the value */
  fail(message: string): never
}

/** @throws CommandError with the line for what is no YAML */
export function readYaml(name: string, text: string): Reader {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true })
  const [wrong] = document.errors
  if (wrong !== undefined) {
    const { line } = lineCounter.linePos(wrong.pos[0])
    throw new CommandError(`${name}:${line}: ${wrong.message}`)
  }
  /** the line of a value, of the nearest around it where it is not there */
  function lineOf(path: Path): number {
    for (let some = path; ; some = some.slice(0, -1)) {
      const node = document.getIn(some, true) as { range?: readonly number[] } | undefined
      if (node?.range?.[0] !== undefined) return lineCounter.linePos(node.range[0]).line
      if (some.length === 0) return 1
    }
  }
  return reader(valueIn(document, name), [], (path, message) => {
    const way = path.length === 0 ? '' : `${path.join('.')}: `
    throw new CommandError(`${name}:${lineOf(path)}: ${way}${message}`)
  })
}

/** aliases that a file may have: more would be there to make it large */
const MOST_ALIASES = 100

function valueIn(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (cause) {
    throw new CommandError(`${name}:1: ${(cause as Error).message}`, { cause })
  }
}

function reader(
  value: unknown,
  path: Path,
  refuse: (path: Path, message: string) => never,
): Reader {
  const fail = (message: string): never => refuse(path, message)
  const inner = (name: string | number, one: unknown) => reader(one, [...path, name], refuse)
  const isStructure = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
  const structure = () => (isStructure(value) ? value : fail('must be a structure'))
  return {
    text: () =>
      typeof value === 'string' && value !== ''
        ? value
        : // 0012 is a number to YAML, and no account id then
          fail('must be text; put it in quotes'),
    flag: () => (typeof value === 'boolean' ? value : fail('must be true or false')),
    flagOrInteger: () =>
      typeof value === 'boolean' || Number.isSafeInteger(value)
        ? (value as boolean | number)
        : fail('must be true, false or a number'),
    oneOf: (words) => words.find((one) => one === value) ?? fail(`can be ${words.join(', ')}`),
    list: (read) =>
      Array.isArray(value) ? value.map((one, at) => read(inner(at, one))) : fail('must be a list'),
    map: (read) =>
      Object.fromEntries(
        Object.entries(structure()).map(([name, one]) => [name, read(inner(name, one))]),
      ),
    members(names) {
      const found: Partial<Record<(typeof names)[number], Reader>> = {}
      for (const [name, one] of Object.entries(structure())) {
        const known = names.find((some) => some === name)
        if (known === undefined)
          inner(name, one).fail(`is not known; there are ${names.join(', ')}`)
        else found[known] = inner(name, one)
      }
      return found
    },
    json() {
      if (isStructure(value)) return JSON.stringify(value)
      if (typeof value !== 'string') return fail('must be a JSON document')
      try {
        parseJson(value)
        return value
      } catch {
        return fail('must be a JSON document')
      }
    },
    fail,
  }
}
