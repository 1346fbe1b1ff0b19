import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KmsError } from '../../core/base/errors.ts'
import type { HttpRequest } from '../../core/base/http-message.ts'
import { rest } from '../../core/protocol/rest.ts'
import { operations } from '../../operations/registry.ts'

/**
 * Bodies at random: of JSON that has each member once nothing is refused as a stray, whatever its texts look like;
 * of JSON with a stray the refusal says so, is short, steers no terminal, and has no value of the caller's.
 */

const face = rest(operations)
const SECRET = 'VGhlIHZhbHVlIG9mIGEgbWVtYmVy'

/** Encrypt by REST, whose EncryptionContext is a map and whose GrantTokens is a list. */
async function read(body: string): Promise<unknown> {
  const request: HttpRequest = {
    ...{ method: 'POST', path: '/v1/keys/some/encrypt', query: '', body: Buffer.from(body) },
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer a.b.c',
      'x-tenkey-account': '111122223333',
    },
    ...{ sourceIp: '192.0.2.1', secure: true },
  }
  const route = face.route(request)
  const claim = face.claim(route, request, 'us-east-1')
  await face.load?.()
  try {
    return face.input(route, request, claim)
  } catch (error) {
    if (!(error instanceof KmsError)) throw error
    throw (await face.explain?.(error, route, request)) ?? error
  }
}

const refusalOf = (body: string): Promise<unknown> => read(body).catch((error: unknown) => error)

/** what JSON text is made of, and what a reader of it could take for something else */
const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom('"', '\\', ':', '{', '}', '[', ',', ' ', '\n', '\u0000', 'a', '\ud800'),
      {
        maxLength: 8,
      },
    )
    .map((units) => units.join('')),
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', '":', '\\":', '\\\\', '":"'),
)
const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 4 }, odd, fc.integer(), fc.constant(null), tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 4 }),
  map: fc.dictionary(odd, tie('any'), { maxKeys: 4, noNullPrototype: true }),
})).any

/** JSON text, with names as `write` writes them, and white space. */
function textOf(json: unknown, write: (name: string) => string, space: string): string {
  if (typeof json !== 'object' || json === null) return JSON.stringify(json)
  const parts = Array.isArray(json)
    ? json.map((one) => textOf(one, write, space))
    : Object.entries(json).map(
        ([name, one]) => `${write(name)}${space}:${space}${textOf(one, write, space)}`,
      )
  const [open, close] = Array.isArray(json) ? '[]' : '{}'
  return `${open}${space}${parts.join(`${space},${space}`)}${space}${close}`
}
/** A name with every unit as an escape. */
const escaped = (name: string): string =>
  `"${Array.from({ length: name.length }, (_, at) => `\\u${name.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
const written = fc.constantFrom((name: string) => JSON.stringify(name), escaped)
const space = fc.constantFrom('', ' ', '\t\r\n ')

/** names that are no member of Encrypt's */
const unknown = fc
  .oneof(
    odd,
    fc.constantFrom(
      ...['encryptionContext', 'ENCRYPTIONCONTEXT', 'Encryption_Context', 'encryption-context'],
      ...['EncryptiоnContext', '\uff25ncryptionContext', 'EncryptıonContext', 'dryRun'],
      ...['<script>alert(1)</script>', '\u001b[31m', '\u202eGrantTokens', '\u009b31m'],
      ...['E'.repeat(70_000), 'GrantTokens '],
    ),
  )
  .filter((name) => !KNOWN.includes(name.toWellFormed()))
const KNOWN = [
  'KeyId',
  'Plaintext',
  'EncryptionContext',
  'GrantTokens',
  'EncryptionAlgorithm',
  'DryRun',
]

/** That it is a refusal of strays as everybody may be told it. */
function expectTold(error: unknown): void {
  if (!(error instanceof KmsError)) throw new Error(`not refused: ${String(error)}`)
  expect(error.code).toBe('ValidationException')
  const text = JSON.stringify({ detail: error.message, errors: error.wrong })
  expect(text.length).toBeLessThan(64 * 1024)
  expect(text).not.toContain(SECRET)
  expect(error.message).toMatch(/^[ -~…]+$/)
  expect(error.wrong?.length).toBeGreaterThan(0)
  for (const one of error.wrong ?? []) expect('detail' in one && one.detail).toMatch(/^[ -~…]+$/)
}

describe('A body of REST, at random', () => {
  test('with each member once has no stray, and is what was written', async () => {
    await fc.assert(
      fc.asyncProperty(value, written, space, async (EncryptionContext, write, blank) => {
        const text = textOf({ Plaintext: SECRET, EncryptionContext }, write, blank)
        const { KeyId: _, ...json } = (await read(text)) as Record<string, unknown>
        // not what JSON.parse makes of the text: V8 mistakes names with escapes (core/base/json.ts)
        expect(JSON.stringify(json)).toBe(JSON.stringify({ Plaintext: SECRET, EncryptionContext }))
      }),
      { numRuns: 500 },
    )
  })

  test('with a name that is not known is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(unknown, { minLength: 1 }),
        written,
        space,
        async (names, write, blank) => {
          const pairs = names.map((name) => [name, SECRET] as const)
          const text = textOf(Object.fromEntries([['Plaintext', SECRET], ...pairs]), write, blank)
          expectTold(await refusalOf(text))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('with a name twice, at whatever depth and however it is written, is refused', async () => {
    await fc.assert(
      fc.asyncProperty(
        value,
        odd,
        written,
        written,
        fc.nat({ max: 40 }),
        async (inner, name, one, other, depth) => {
          const json = textOf(inner, one, ' ')
          const twice = `{${one(name)}:${json},${other(name)} :"${SECRET}"}`
          const within = `${'{"a":['.repeat(depth)}${twice}${']}'.repeat(depth)}`
          expectTold(await refusalOf(`{"Plaintext":"${SECRET}","EncryptionContext":${within}}`))
        },
      ),
      { numRuns: 300 },
    )
  })
})
