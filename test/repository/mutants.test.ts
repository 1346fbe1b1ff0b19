import { readdirSync, readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { drawn, mutantsOf, mutated } from '../../scripts/mutants.ts'
import { importersOf, testsNear } from '../../scripts/mutate-graph.ts'

/** The source after each of its mutants. */
const changed = (source: string): string[] =>
  mutantsOf('a.ts', source).map((mutant) => mutated(source, mutant))

describe('mutants', () => {
  test.each([
    ['a < b', ['a <= b', 'a >= b']],
    ['a >= b', ['a > b', 'a < b']],
    ['a === b', ['a !== b']],
    ['a !== b', ['a === b']],
    ['a + b', ['a - b']],
    ['a * b', ['a / b']],
    ['a % b', ['a * b']],
    ['a & b', ['a | b']],
    ['a ^ b', ['a & b']],
    ['a << b', ['a >> b']],
    ['a >>> b', ['a << b']],
    ['a && b', ['a || b']],
    ['a ?? b', ['a && b']],
    ['a || b || c', ['(a && b) || c', '(a || b) && c']],
    ['!a', ['a']],
    ['-a', ['a']],
    ['a++', ['a--']],
    ['--a', ['++a']],
    ['a += b', ['a -= b']],
    ['a ??= b', ['a = b']],
    ['true', ['false']],
    ["'x'", ["''"]],
    ["''", ["'mutated'"]],
    ['7', ['8']],
    ['7n', ['8n']],
    ['`a`', ['``']],
    ['[a]', ['[]']],
    ['a ? b : c', ['true ? b : c', 'false ? b : c']],
    ['() => a', ['() => undefined']],
    ['a.some(b)', ['a.every(b)']],
    ['Math.max(a)', ['Math.min(a)']],
    ['a.filter(b)', ['a']],
    ['a.subarray(b)', ['a']],
  ])('of the expression %s', (expression, expected) => {
    const found = changed(`const x = ${expression}`).map((one) => one.slice('const x = '.length))
    expect(found.sort()).toEqual([...expected].sort())
  })

  test.each([
    ['if (a) b()', ['if (true) b()', 'if (false) b()', 'if (a) ;']],
    ['while (a) b()', ['while (false) b()', 'while (a) ;']],
    ['for (;;) b()', ['for (;;) ;']],
    ['throw a', [';']],
    ['a.fill(b)', [';']],
    ['function f() { return a }', ['function f() {}']],
    ['function f() { g() }', ['function f() { ; }']],
    ['try { a() } catch {}', ['try { ; } catch {}']],
    [
      'class A extends B { constructor() { super(); this.a = b; c() } }',
      [
        'class A extends B { constructor() { super(); ; c() } }',
        'class A extends B { constructor() { super(); this.a = b; ; } }',
      ],
    ],
  ])('of the statement %s', (statement, expected) => {
    expect(changed(statement).sort()).toEqual([...expected].sort())
  })

  test.each([
    "import a from 'b'",
    "export { a } from 'b'",
    "export * from 'b'",
    "type A = 'b' | 7",
    'interface A { readonly b: true }',
    "const a = { 'b-c': d }",
    'const a = b as 7',
    'const a: 7 = b',
    "const a = await import('./b.ts')",
    "'use strict'",
    '// a < b',
    'const a = /b/',
    'const a = tag`b`',
    'const a = []',
    'const a = () => undefined',
    'function f() {}',
    "declare const a: 'b'",
  ])('none of %s', (source) => {
    expect(changed(source)).toEqual([])
  })

  test('text is joined, not added', () => {
    expect(changed('const a = b + `c` + d')).toEqual(['const a = b + `` + d'])
  })

  test('code behind types is found', () => {
    expect(changed('const a = (b < c) as boolean')).toHaveLength(2)
    expect(changed('const a = (b && c)!')).toHaveLength(1)
  })

  test('each has its line', () => {
    expect(mutantsOf('a.ts', 'a()\n\nb()').map(({ line }) => line)).toEqual([1, 3])
  })

  test('what is no TypeScript is refused', () => {
    expect(() => mutantsOf('a.ts', 'const = 1')).toThrow('a.ts: ')
  })

  const core = new URL('../../core/', import.meta.url)
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' })
  test('all of core/ can be read again with any of them in it', { tags: ['long'] }, () => {
    for (const file of files.filter((path) => path.endsWith('.ts'))) {
      const source = readFileSync(new URL(file, core), 'utf8')
      const mutants = mutantsOf(file, source)
      for (const mutant of drawn(mutants, 10, 1)) {
        const { errors } = parseSync(file, mutated(source, mutant))
        expect(errors, `${file}:${mutant.line} ${mutant.replacement}`).toEqual([])
      }
    }
  })
})

describe('a sample', () => {
  const list = Array.from({ length: 100 }, (_, index) => index)

  test('is the same for the same seed, another for another', () => {
    expect(drawn(list, 10, 1)).toEqual(drawn(list, 10, 1))
    expect(drawn(list, 10, 1)).not.toEqual(drawn(list, 10, 2))
  })

  test('is in the order of the list, without repetition, and no more than there is', () => {
    const some = drawn(list, 10, 1)
    expect(some).toEqual([...new Set(some)].sort((a, b) => a - b))
    expect(some).toHaveLength(10)
    expect(drawn(list, 1000, 1)).toEqual(list)
  })

  test('draws from all of it alike', () => {
    const counts = list.map(() => 0)
    for (let seed = 0; seed < 2_000; seed++) {
      for (const one of drawn(list, 10, seed)) counts[one] = (counts[one] ?? 0) + 1
    }
    // 200 each; the deviation is 13
    expect(Math.min(...counts)).toBeGreaterThan(120)
    expect(Math.max(...counts)).toBeLessThan(280)
  })
})

describe('the tests nearest to a file', () => {
  const importers = importersOf(
    new Map([
      ['core/a.ts', ''],
      ['core/b.ts', "import { a } from './a.ts'"],
      ['core/offload.ts', "new Worker(new URL('a.ts', import.meta.url))"],
      ['core/c.ts', "export { b } from './b.ts'"],
      ['core/types.ts', "import type { A } from './a.ts'"],
      ['test/deep/far.test.ts', "import '../../core/c.ts'"],
      ['test/deep/a.test.ts', "import '../../core/c.ts'"],
      ['test/offloaded.test.ts', "import '../core/offload.ts'"],
      ['test/typed.test.ts', "import '../core/types.ts'"],
      ['test/near.test.ts', "const a = await import('../core/a.ts')"],
      ['test/beside.test.ts', "new Worker(new URL('../core/a.ts', import.meta.url))"],
      ['test/slow.test.ts', "import { b } from '../core/b.ts'"],
      ['test/other.test.ts', "import { b } from '../core/b.ts'"],
      ['test/left-out.test.ts', "import { a } from '../core/a.ts'"],
    ]),
  )
  const quick = new Set([
    'test/deep/far.test.ts',
    'test/typed.test.ts',
    'test/other.test.ts',
    'test/offloaded.test.ts',
  ])
  const slow = ['near', 'beside', 'slow', 'deep/a'].map((name) => `test/${name}.test.ts`)
  const tests = { known: new Set([...quick, ...slow]), quick }
  const near = (elsewhere: number) =>
    testsNear('core/a.ts', importers, tests, { room: 1, elsewhere })
  const own = ['test/near.test.ts', 'test/beside.test.ts', 'test/deep/a.test.ts']

  test('are those that import it, and the one of its name', () => {
    expect(near(0)).toEqual(own)
    expect(near(3)).toEqual(own)
  })

  test('and where these are few, the next that are quick', () => {
    expect(near(4)).toEqual([...own, 'test/other.test.ts'])
    expect(near(9)).toEqual([
      ...own,
      'test/other.test.ts',
      'test/offloaded.test.ts',
      'test/deep/far.test.ts',
    ])
  })

  test('a folder of the same name comes first', () => {
    const imports = importersOf(
      new Map([
        ['core/deep/a.ts', ''],
        ['core/c.ts', "import { a } from './deep/a.ts'"],
        ['core/d.ts', "import { c } from './c.ts'"],
        ['test/other.test.ts', "import { c } from '../core/c.ts'"],
        ['test/deep/far.test.ts', "import { d } from '../../core/d.ts'"],
      ]),
    )
    const deep = (room: number, elsewhere: number) =>
      testsNear('core/deep/a.ts', imports, tests, { room, elsewhere })
    expect(deep(1, 1)).toEqual(['test/deep/far.test.ts'])
    expect(deep(3, 1)).toEqual(['test/deep/far.test.ts'])
    expect(deep(1, 2)).toEqual(['test/deep/far.test.ts', 'test/other.test.ts'])
  })
})
