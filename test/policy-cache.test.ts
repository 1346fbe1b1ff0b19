import { describe, expect, test } from 'vitest'
import { PolicyCache, policyHash } from '../core/auth/policy-cache.ts'

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
    const one = policy('1')
    const two = policy('2')
    const cache = new PolicyCache(one.length + two.length - 1)
    cache.compile(one, 'identity-policy')
    cache.compile(two, 'identity-policy')
    expect(cache.get(policyHash(one), 'identity-policy')).toBeUndefined()
    expect(cache.get(policyHash(two), 'identity-policy')).toBeDefined()
  })
})
