import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readJson } from '../../core/policy/json.ts'

describe('readJson', () => {
  test('reads what JSON.parse reads', { tags: ['long'] }, () => {
    const plain = (node: unknown): unknown => {
      if (node instanceof Map) return Object.fromEntries([...node].map(([k, v]) => [k, plain(v)]))
      return Array.isArray(node) ? node.map(plain) : node
    }
    fc.assert(
      fc.property(
        fc
          .json({ maxDepth: 6, noUnicodeString: false })
          .filter((text) => text.isWellFormed() && !text.includes('__proto__')),
        fc.constantFrom(0, 2),
        (json, indent) => {
          const text = JSON.stringify(JSON.parse(json), undefined, indent)
          expect(plain(readJson(text))).toEqual(JSON.parse(text))
        },
      ),
    )
  })

  test('refuses what JSON.parse refuses', { tags: ['long'] }, () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,\\ue0-1.a ') }), (text) => {
        let expected = true
        try {
          JSON.parse(text)
        } catch {
          expected = false
        }
        // what JSON.parse takes may still be refused here: repeated names, lone surrogates
        if (!expected) expect(() => readJson(text)).toThrow('Syntax errors in policy.')
      }),
      { numRuns: 2_000 },
    )
  })
})
