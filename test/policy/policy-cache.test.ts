import { describe, expect, test } from 'vitest'
import { PolicyCache, policyHash } from '../../core/policy/compiled-cache.ts'

const policy = (Sid: string) =>
  JSON.stringify({ Statement: { Sid, Effect: 'Allow', Action: 'kms:*', Resource: '*' } })

describe('PolicyCache', () => {
  test('compiles a content once, for each kind', () => {
    const cache = new PolicyCache()
    const text = policy('1')
    const compiled = cache.compile(text, 'identity-policy')
    expect(cache.compile(text, 'identity-policy')).toBe(compiled)
    expect(cache.get(policyHash(text), 'identity-policy')).toBe(compiled)
    expect(cache.get(policyHash(text), 'session-policy')).toBeUndefined()
    expect(cache.compile(text, 'session-policy')).not.toBe(compiled)
  })

  test('keeps no refusal', () => {
    const cache = new PolicyCache()
    expect(() => cache.compile('{}', 'key-policy')).toThrow('Syntax errors in policy.')
    expect(cache.get(policyHash('{}'), 'key-policy')).toBeUndefined()
  })

  test('is bounded by the size of the texts', () => {
    const texts = ['1', '2', '3'].map(policy)
    const cache = new PolicyCache(2 * (texts[0]?.length ?? 0))
    for (const text of texts) cache.compile(text, 'identity-policy')
    const kept = texts.map((text) => cache.get(policyHash(text), 'identity-policy') !== undefined)
    expect(kept).toEqual([false, true, true])
  })
})
