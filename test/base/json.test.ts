import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../../core/base/json.ts'

/** Two names of equal length of which the second's escaped text begins as the first is: nodejs/node#63785. */
const CONFUSED: readonly (readonly [former: string, text: string, name: string])[] = [
  ['\\', String.raw`\n`, '\n'],
  ['\\', String.raw`\"`, '"'],
  ['\\', String.raw`\u0000`, '\0'],
  ['\\u', String.raw`\u00e9\u00e8`, 'éè'],
  ['\\u', String.raw`\u00e9b`, 'éb'],
  ['\\u', String.raw`\u9867\u5ba2`, '顧客'],
  ['corp\\bob', String.raw`corp\bobx`, 'corp\bobx'],
  ['\\ud', String.raw`\ud83d\udd11a`, '🔑a'],
]

/** What no object in this process has had before: V8's hints go by the names before. */
let count = 0
const fresh = (): string => `first${count++}`

describe('JSON text', () => {
  test.for(CONFUSED)('has its own name, whoever had %j before: %s', ([former, text, name]) => {
    const first = fresh()
    JSON.parse(`{${JSON.stringify(first)}:1,${JSON.stringify(former)}:2}`)
    expect(Object.keys(parseJson(`{"${first}":1,"${text}":2}`) as object)).toEqual([first, name])
    expect(
      parseJson(`[0,{"${first}" :[{"${first}":1,"${text}" : {"${text}":"${text}"}}]}]`),
    ).toEqual([0, { [first]: [{ [first]: 1, [name]: { [name]: name } }] }])
  })

  test('is what was written, whatever was read before (property)', () => {
    const name = fc.string({ unit: fc.constantFrom(...'\\u0n"a\n\0é\ud800', '🔑'), maxLength: 4 })
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 1.5, -1),
        name,
        fc.array(tie('value'), { maxLength: 3 }),
        fc
          .array(fc.tuple(fc.oneof(name, fc.constantFrom('__proto__', 'x', '1')), tie('value')), {
            maxLength: 4,
          })
          .map(ownMembers),
      ),
    }))
    fc.assert(
      fc.property(value, fc.boolean(), (any, ascii) => {
        const text = ascii ? escaped(JSON.stringify(any)) : JSON.stringify(any)
        expect(listed(parseJson(text))).toEqual(listed(any))
      }),
      { numRuns: 2000 },
    )
  })

  test('has the last of members that have one name', () => {
    expect(parseJson(String.raw`{"a":1,"b":2,"\u0061":3}`)).toEqual({ a: 3, b: 2 })
    const proto = parseJson(String.raw`{"__proto__":1,"\u005f_proto__":{"a":1},"\n":0}`)
    expect(listed(proto)).toEqual([
      ['__proto__', [['a', 1]]],
      ['\n', 0],
    ])
  })

  test('may be nested as deep as V8 reads it', () => {
    const depth = 20_000
    const text = `${'{"\\n":['.repeat(depth)}${']}'.repeat(depth)}`
    const levels: string[] = []
    const open: unknown[] = [parseJson(text)]
    for (let value = open.pop(); value !== undefined; value = open.pop()) {
      const [[name, inner]] = Object.entries(value as object) as [[string, unknown[]]]
      levels.push(name)
      open.push(...inner)
    }
    expect(levels).toEqual(Array(depth).fill('\n'))
  })

  test.for(['', '{', '{"\\n":}', '{"\\x":1}', '{"\\n":1}}', "{'\\n':1}"])('%j is none', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError)
  })
})

test('Nothing of the service reads JSON by another way', () => {
  const found = ['core', 'operations', 'functions', 'server'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name))
      .filter((path) => readFileSync(path, 'utf8').includes('JSON.parse')),
  )
  expect(found).toEqual(['core/base/json.ts'])
})

/** An object with members of its own alone, `__proto__` too. */
function ownMembers(members: readonly (readonly [string, unknown])[]): object {
  const made = {}
  for (const [name, value] of members) {
    Object.defineProperty(made, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    })
  }
  return made
}

/** As Python's json.dumps writes it. */
const escaped = (text: string): string =>
  text.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Objects as lists of members, so that every name is compared. */
function listed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(listed)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value).map(([name, member]) => [name, listed(member)])
}
