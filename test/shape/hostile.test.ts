import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KmsError } from '../../core/base/errors.ts'
import { namedKeys } from '../../core/key/resolve.ts'
import type { AnyOperation } from '../../core/operation.ts'
import { peekMembers } from '../../core/pipeline/gather.ts'
import {
  decodeInput,
  list,
  map,
  oneOf,
  parseJson,
  string,
  struct,
} from '../../core/shape/shapes.ts'
import { operations } from '../../operations/registry.ts'
import { anyCharacter } from '../support/characters.ts'

/** What of a value JavaScript calls when it makes a text, a number or JSON of it. */
const CALLED = ['toString', 'valueOf', 'toJSON', 'length', 'then', '__proto__', 'constructor']

/** Lists in lists, deeper than a call stack. */
function nested(depth: number): unknown {
  let value: unknown = []
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

const scalar = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1e300, '', 'AAAA', '\ud800', 'x'.repeat(10_000)),
  fc.string({ unit: anyCharacter }),
)
// made once: what reads them changes nothing
const deep = fc.constantFrom(nested(20), nested(20_000))
const object = (value: fc.Arbitrary<unknown>, names: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(names, value), { maxLength: 4 })
    // as JSON.parse makes them: `__proto__` is a member like any other
    .map((pairs) => {
      const made = {}
      for (const [name, member] of pairs) {
        Object.defineProperty(made, name, { value: member, enumerable: true, configurable: true })
      }
      return made
    })

/** Hostile JSON, with names that an operation's members have and names that JavaScript calls. */
function hostile(operation: AnyOperation): fc.Arbitrary<unknown> {
  const own = operation.input.fields.map(({ name }) => name)
  const names = fc.constantFrom(...own, ...CALLED, 'TagKey', 'TagValue')
  const { any } = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      scalar,
      deep,
      fc.array(tie('any'), { maxLength: 4 }),
      object(tie('any'), names),
    ),
  }))
  const members = own.map((name) => fc.tuple(fc.constant(name), any))
  const whole = fc
    .tuple(fc.constant(null), ...members)
    .map(([, ...pairs]) => Object.fromEntries(pairs as [string, unknown][]))
  return fc.oneof(whole, object(any, names), any)
}

const HOME = { accountId: '111122223333', region: 'us-east-1' }

/** What reads an input before and after its caller is proven. */
function read(operation: AnyOperation, json: unknown): void {
  namedKeys(operation.keys, peekMembers(operation, json), HOME)
  operation.validate?.(decodeInput(operation.input, json))
}

function refusalOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

describe('Decoding a caller’s JSON', () => {
  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s: only ever refuses, whatever was sent',
    (_, operation) => {
      fc.assert(
        fc.property(hostile(operation), (json) => {
          const refusal = refusalOf(() => read(operation, json))
          if (refusal !== undefined) expect(refusal).toBeInstanceOf(KmsError)
        }),
      )
    },
  )

  const keys = struct({ TagKeys: list(string({ min: 1, max: 128 })) })
  test.each<[string, unknown]>([
    ['an object with a member toString', [{ toString: 1 }]],
    ['an object with a member valueOf', [{ valueOf: 1, toString: null }]],
    ['lists in lists', [nested(100_000)]],
    ['text, then lists in lists', ['a', nested(100_000)]],
  ])('calls nothing of %s in a list of texts', (_, TagKeys) => {
    const refusal = refusalOf(() => decodeInput(keys, { TagKeys }))
    expect(refusal).toMatchObject({ code: 'SerializationException' })
  })
})

describe('A refusal of a caller’s JSON', () => {
  const tags = struct({ Tags: list(struct({ TagKey: string({ min: 1, max: 128 }) })) })
  const wordsOf = (work: () => unknown) => (refusalOf(work) as KmsError).message

  test.each([
    [1, '1 validation error detected: '],
    [2, '2 validation errors detected: '],
    [10, '10 validation errors detected: '],
    [11, '10 validation errors detected: '],
    [50_000, '10 validation errors detected: '],
  ])('of %i violations begins with the number of those it tells, ten at most', (count, words) => {
    const Tags = Array.from({ length: count }, () => ({ TagKey: '' }))
    const message = wordsOf(() => decodeInput(tags, { Tags }))
    expect(message.startsWith(words)).toBe(true)
    expect(message.split('; ')).toHaveLength(Math.min(count, 10))
  })

  const text = struct({ Text: string({ max: 1 }) })
  test.each([
    ['whole up to 8,192 characters', 'x'.repeat(8192), 'x'.repeat(8192)],
    ['cut and marked beyond', 'x'.repeat(8193), `${'x'.repeat(8192)}…`],
    ['never cut within a character', `${'x'.repeat(8191)}😀`, `${'x'.repeat(8191)}…`],
  ])('repeats a value %s', (_, Text, shown) => {
    expect(wordsOf(() => decodeInput(text, { Text }))).toContain(`Value '${shown}' at 'text'`)
  })

  const few = struct({ Names: list(oneOf(['A', 'B']), { max: 2 }) })
  test('of a list with too many items shows those it may have, and judges no more', () => {
    const Names = ['A', 'B', ...Array.from({ length: 100_000 }, () => ({ toString: 1 }))]
    expect(wordsOf(() => decodeInput(few, { Names }))).toBe(
      "1 validation error detected: Value '[A, B, …]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 2",
    )
  })

  test('of a long list shows its beginning', () => {
    const TagKeys = Array.from({ length: 5_000 }, () => '')
    const long = struct({ TagKeys: list(string({ min: 1, max: 128 })) })
    const message = wordsOf(() => decodeInput(long, { TagKeys: [...TagKeys, 'x'.repeat(9_000)] }))
    expect(message.length).toBeLessThan(10_000)
    expect(message).toContain("…' at 'tagKeys' failed to satisfy constraint: Member must satisfy")
  })

  const dear = '\u0001'.repeat(9_000)
  const names = struct({ Names: map({ value: string({ max: 1 }) }) })
  const sized = struct({ Tags: list(struct({ A: string({ max: 1 }), B: string({ max: 1 }) })) })
  test.each<[string, () => unknown]>([
    ['ten values', () => decodeInput(sized, { Tags: Array(9).fill({ A: dear, B: dear }) })],
    ['the dearest value', () => decodeInput(text, { Text: dear })],
    ['names of the caller’s own', () => decodeInput(names, { Names: { [dear.repeat(9)]: 'xx' } })],
  ])('of %s has less than 64 KB, as JSON writes it', (_, decode) => {
    expect(Buffer.byteLength(JSON.stringify(wordsOf(decode)))).toBeLessThan(64 * 1024)
  })

  test('shows short values whole until there is no more room, then the mark alone', () => {
    const message = wordsOf(() =>
      decodeInput(sized, { Tags: [{ A: 'xx', B: dear }, ...Array(3).fill({ A: dear, B: 'xx' })] }),
    )
    expect(message).toContain("Value 'xx' at 'tags.1.member.a'")
    expect(message).toMatch(/Value '(xx|…)' at 'tags\.4\.member\.b'/)
  })
})

describe('The levels of a caller’s JSON', () => {
  const deep = (open: string, close: string, depth: number, padding = 0) =>
    Buffer.from(`{"a":"${' '.repeat(padding)}","b":${open.repeat(depth)}1${close.repeat(depth)}}`)

  test.each<[string, Uint8Array]>([
    ['lists', deep('[', ']', 100_000)],
    ['structures', deep('{"a":', '}', 100_000)],
    ['both, after a long text', deep('[{"a":', '}]', 60, 100_000)],
    ['lists that do not end', Buffer.from('['.repeat(500_000))],
    [
      'lists after a text with quotes',
      Buffer.from(`["\\"[","${'\\\\'.repeat(3_000)}",${'['.repeat(200)}`),
    ],
  ])('are bounded: %s', (_, body) => {
    const words = 'The request body is nested too deeply'
    expect(refusalOf(() => parseJson(body))).toMatchObject({
      code: 'SerializationException',
      message: words,
    })
  })

  test.each<[string, Uint8Array]>([
    ['within the bound', deep('[', ']', 99, 100_000)],
    ['many beside each other', Buffer.from(`[${'[{}],'.repeat(50_000)}1]`)],
    ['in texts', Buffer.from(JSON.stringify(['"[{\\'.repeat(3_000), '[\\'.repeat(3_000)]))],
    ['in a body too short to matter', deep('[', ']', 1_000)],
  ])('are read: %s', (_, body) => {
    expect(parseJson(body)).toEqual(JSON.parse(Buffer.from(body).toString()))
  })
})
