import { describe, expect, test } from 'vitest'
import { testFiles } from '../support/tags.ts'

/** What stands between the parenthesis that opens at a place and the one that closes it. */
function within(source: string, at: number): string {
  let open = 0
  for (let end = at; end < source.length; end++) {
    if (source[end] === '(') open++
    if (source[end] === ')' && --open === 0) return source.slice(at, end)
  }
  return source.slice(at)
}

/** What passes most of the time, and what is to stand in its place. Texts in capitals are always the same. */
const SHAPES: Readonly<Record<string, (source: string) => boolean>> = {
  'a changed value: what it ends with must depend on what was drawn': (source) =>
    /(?<![\w.])(?![A-Z_]+\.)[\w.]+\.slice\(0, -\d+\)(?:\}\w| \+ ['"]\w)/.test(source) ||
    /\.replace\(\/\.(?:\{\d+\})?\$\/, ['"]/.test(source),
  'vi.waitFor: it has a second where it is not given minutes': (source) =>
    [...source.matchAll(/\bvi\.waitFor(?=\()/g)].some(
      ({ 0: call, index }) => !within(source, index + call.length).includes('timeout'),
    ),
  'time limits: they are in test/projects.ts alone': (source) =>
    /^ *\}, [\d_]+\)$/m.test(source) ||
    /\{\s*timeout: [\d_]+,?\s*\},\s*(?:async )?\(.*=>/.test(source),
  'a port: one that is told before it is taken is freePort of test/support/port.ts': (source) =>
    /\b(?:const|function) freePort\b/.test(source),
}

const faultsOf = (source: string): string[] =>
  Object.entries(SHAPES).flatMap(([fault, isIn]) => (isIn(source) ? [fault] : []))

describe('a shape that hangs on luck or speed', () => {
  test('is in no test file', () => {
    const others = [...testFiles].filter(([path]) => path !== 'test/repository/luck.test.ts')
    const found = others.flatMap(([path, source]) => faultsOf(source).map((fault) => [path, fault]))
    expect(found).toEqual([])
  })

  test.each([
    ['a changed value', "const other = id.slice(0, -1) + 'x'"],
    ['a changed value', `const other = \`$\{made.token.slice(0, -3)}59Z\``],
    ['a changed value', "id.replace(/.{4}$/, 'AAAA')"],
    ['a changed value', "id.replace(/.$/, 'A')"],
    ['vi.waitFor', 'await vi.waitFor(() => expect(told()).toBe(1))'],
    ['vi.waitFor', 'await vi.waitFor(() => {\n  expect(told()).toBe(1)\n})'],
    ['time limits', "test('a', async () => {\n  expect(1).toBe(1)\n}, 60_000)"],
    ['time limits', "test('a', { timeout: 60_000 }, async () => {})"],
    ['time limits', "test(\n  'a',\n  {\n    timeout: 60_000,\n  },\n  () => {})"],
    ['a port', 'const freePort = async () => 1'],
  ])('is %s: %j', (fault, source) => {
    expect(faultsOf(source)).toEqual([expect.stringMatching(`^${fault}: `)])
  })

  test.each([
    ["const other = id.slice(0, -1) + (id.endsWith('A') ? 'B' : 'A')"],
    ["id.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))"],
    [`const other = \`$\{KEY.slice(0, -1)}f\``],
    [`const cut = \`$\{id.slice(0, -1)}\``],
    ['await vi.waitFor(() => expect(told()).toBe(1), { timeout: 60_000 })'],
    ['await vi.waitFor(\n  () => {\n    expect(told()).toBe(1)\n  },\n  { timeout: 60_000 },\n)'],
    ["startFunction({ name: 'Sweep', timeout: 60_000 })"],
    ["import { freePort } from '../support/port.ts'"],
  ])('is not in %j', (source) => {
    expect(faultsOf(source)).toEqual([])
  })
})
