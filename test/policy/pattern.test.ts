import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../core/policy/compile.ts'
import { matchGlob } from '../../core/policy/pattern.ts'

const ROOT = 'arn:aws:iam::111122223333:root'
const statement = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }

const policy = (change: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, ...change }] })

describe('wildcards', () => {
  const glob = (text: string) =>
    [...text].flatMap((c) =>
      c === '*' ? [-1] : c === '?' ? [-2] : [...c].map((u) => u.charCodeAt(0)),
    )

  test('match as a regular expression does', () => {
    const unit = fc.constantFrom('a', 'b', '*', '?')
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }),
        (pattern, text) => {
          const source = pattern.replaceAll('*', '.*').replaceAll('?', '.')
          expect(matchGlob(glob(pattern), text)).toBe(new RegExp(`^${source}$`).test(text))
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('? is one character, also beyond the basic plane', () => {
    expect(matchGlob(glob('?'), '😀')).toBe(true)
    expect(matchGlob(glob('??'), '😀')).toBe(false)
    expect(matchGlob(glob('*??'), 'a😀')).toBe(true)
  })

  test('never try again more than the last star', () => {
    // counted, not timed: every step reads the text once
    let steps = 0
    const text = 'a'.repeat(2_000)
    const counted = new Proxy(new String(text), {
      get: (target, name) => {
        if (name === 'length') return target.length
        if (name === 'codePointAt') return (at: number) => text.codePointAt(at)
        return (at: number) => {
          steps += 1
          return text.charCodeAt(at)
        }
      },
    })
    const pattern = glob(`${'*a'.repeat(500)}*b`)
    expect(matchGlob(pattern, counted as unknown as string)).toBe(false)
    expect(steps).toBeLessThanOrEqual(text.length * 4)
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
