import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../core/policy/compile.ts'
import { ANY, matchGlob, STAR, toGlob } from '../../core/policy/glob.ts'

const ROOT = 'arn:aws:iam::111122223333:root'
const statement = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }

const policy = (change: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] })

/** Patterns and texts of a small alphabet, in which much repeats; one letter takes two code units. */
const LETTERS = ['a', 'b', '😀']
const globText = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...LETTERS, 'a', 'a', '*', '?', '?'), maxLength })
const plainText = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...LETTERS, 'a', 'a'), maxLength })

const compileGlob = (text: string) =>
  toGlob([...text].map((c) => (c === '*' ? STAR : c === '?' ? ANY : (c.codePointAt(0) ?? 0))))
/** Matches a text that nobody looked at before, and one that is indexed, as many patterns looked at it. */
function matches(pattern: string, text: string): boolean {
  const fresh = matchGlob(compileGlob(pattern), text, () => undefined)
  const spend = () => undefined
  for (let i = 0; i < 5; i++) matchGlob(compileGlob(`*${text.slice(0, 1)}*`), text, spend)
  expect(matchGlob(compileGlob(pattern), text, spend)).toBe(fresh)
  return fresh
}

/** Steps that matching takes. */
function stepsOf(pattern: string, text: string): number {
  let steps = 0
  matchGlob(compileGlob(pattern), text, (more) => {
    steps += more
  })
  return steps
}

const asRegExp = (pattern: string) =>
  new RegExp(`^${pattern.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`, 'su')

describe('wildcards', () => {
  test.each([
    ['short', 8, 12, 3_000],
    ['longer than a machine word', 90, 120, 1_000],
  ])(
    'match as a regular expression does: %s patterns',
    { tags: ['long'] },
    (_, most, longest, numRuns) => {
      const seen = { true: 0, false: 0 }
      const check = (pattern: string, text: string) => {
        const expected = asRegExp(pattern).test(text)
        expect(matches(pattern, text)).toBe(expected)
        seen[`${expected}`] += 1
      }
      fc.assert(fc.property(globText(most), plainText(longest), check), { numRuns })
      // a pattern made from the text it has to match: letters kept, made `?`, or cut out for a star
      const kept = fc.array(fc.constantFrom(0, 0, 0, 0, 0, 1, 1, 2), { minLength: longest })
      fc.assert(
        fc.property(plainText(longest), kept, globText(2), (text, keep, odd) => {
          const letters = [...text].map((c, i) => (keep[i] === 2 ? '*' : keep[i] === 1 ? '?' : c))
          const pattern = letters.join('')
          // long rows of stars make the regular expression itself hang
          if (letters.filter((letter) => letter === '*').length > 6) return
          check(pattern, text)
          check(`*${pattern}`, `ab${text}`)
          check(pattern + odd, text)
        }),
        { numRuns },
      )
      expect(Math.min(seen.true, seen.false)).toBeGreaterThan(numRuns / 4)
    },
  )

  test.each([
    ['?', '😀', true],
    ['??', '😀', false],
    ['*??', 'a😀', true],
    ['*😀?b*', 'aa😀😀b', true],
    [`*${'a'.repeat(40)}?b`, `${'a'.repeat(99)}b`, true],
    [`*${'a'.repeat(40)}?b*`, `${'a'.repeat(99)}c`, false],
    [`*${'ab'.repeat(40)}?*${'?'.repeat(40)}c*`, `${'ab'.repeat(99)}c`, true],
    ['a*a', 'a', false],
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
  ])('%s on %s: %s', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected)
  })

  const long = (n: number) => 'a'.repeat(n)
  /** for each size a pattern and a text of about that size, shaped so that plain search starts over and over */
  const families: [string, (n: number) => [pattern: string, text: string]][] = [
    ['*aaaa…?b* on aaaa…', (n) => [`*${long(n / 2)}?b*`, long(n)]],
    ['*aaaa…b* on aaaa…', (n) => [`*${long(n / 2)}b*`, long(n)]],
    ['*baaaa…* on aaaa…', (n) => [`*b${long(n / 2)}*`, long(n)]],
    ['*a*a*a…*b on aaaa…', (n) => [`${'*a'.repeat(n / 2)}*b`, long(n)]],
    ['*a?*a?…*b* on aaaa…', (n) => [`${'*a?'.repeat(n / 8)}*b*`, long(n)]],
    ['*aaaa…?aaaa…?b* on aaaa…', (n) => [`*${`${long(n / 8)}?`.repeat(3)}b*`, long(n)]],
    ['*abab…?a* on abab…', (n) => [`*${'ab'.repeat(n / 8)}?a*`, 'ab'.repeat(n / 2)]],
    ['*aaaa…*aaaa…b* on aaaa…', (n) => [`*${long(n / 4)}*${long(n / 4)}b*`, long(n)]],
    ['*????…b* on aaaa…', (n) => [`*${'?'.repeat(n / 2)}b*`, long(n)]],
    ['letters of two code units', (n) => [`*${'😀'.repeat(n / 4)}?b*`, '😀'.repeat(n / 2)]],
  ]
  test.each(families)('steps grow as the size does: %s', (_, family) => {
    const sizes = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768]
    const steps = sizes.map((n) => stepsOf(...family(n)) + 1)
    steps.forEach((count, i) => {
      if (i > 0) expect(count / (steps[i - 1] ?? 0)).toBeLessThan(2.2)
    })
  })

  test('on an indexed text a token takes a step for every 32 places, and none where it is not there', () => {
    const text = 'ab'.repeat(4_096)
    let steps = 0
    const spend = (more: number) => {
      steps += more
    }
    const stepsFor = (pattern: string) => {
      const before = steps
      matchGlob(compileGlob(pattern), text, spend)
      return steps - before
    }
    for (let i = 0; i < 6; i++) stepsFor('*a?b?a*')
    const words = text.length / 32
    for (const piece of ['a?b', 'aab', `${'a?'.repeat(40)}b`, `${'ab'.repeat(60)}b`]) {
      expect(stepsFor(`*${piece}*`)).toBeLessThan(piece.length * (1.2 * words + 20) + 100)
    }
    expect(stepsFor(`*${'a?'.repeat(500)}z*`)).toBeLessThan(20_000)
    expect(stepsFor('*a?z*')).toBeLessThan(100)
  })

  test('steps are at most one pass for each star and each 32 tokens, whatever the pattern', () => {
    const nasty = fc
      .array(fc.tuple(globText(12), fc.integer({ min: 1, max: 40 })), { maxLength: 6 })
      .map((parts) => parts.map(([part, times]) => part.repeat(times)).join(''))
    const repetitive = fc
      .tuple(plainText(6), fc.integer({ min: 1, max: 400 }), plainText(6))
      .map(([part, times, end]) => part.repeat(times) + end)
    fc.assert(
      fc.property(nasty, repetitive, (pattern, text) => {
        const passes = 4 + pattern.length / 32 + pattern.split(/\?+|\*+/).length / 16
        expect(stepsOf(pattern, text)).toBeLessThanOrEqual(
          4 * passes * text.length + pattern.length * (100 + text.length / 16) + 200,
        )
      }),
      { numRuns: 3_000 },
    )
  })

  test('shaped to make regular expressions hang are decided all the same', () => {
    const resource = `arn:aws:kms:${'*a'.repeat(1_000)}*b`
    const text = policy({ Resource: resource, Action: `kms:${'*?'.repeat(2_000)}x` })
    const compiled = compilePolicy(text, 'key-policy')
    const request = {
      principal: { accountId: '111122223333', type: 'root', arn: ROOT, userId: '', tags: {} },
      action: `kms:${'y'.repeat(4_000)}`,
      resource: `arn:aws:kms:${'a'.repeat(2_000)}`,
      resourceAccountId: '111122223333',
      context: { get: () => undefined },
    } as const
    expect(compiled.findAllow(request)).toBeUndefined()
    expect(compiled.findAllow({ ...request, action: `kms:${'y'.repeat(4_000)}x` })).toBeUndefined()
  })
})
