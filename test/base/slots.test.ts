import { expect, test } from 'vitest'
import { slots } from '../../core/base/slots.ts'

test.for([
  ['an IPv4 address', ['192.0.2.1', '192.0.2.1', '::ffff:192.0.2.1'], ['192.0.2.2']],
  [
    'a /64 of IPv6, of which one customer has all',
    ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:ffff::3'],
    ['2001:db8:1:3::1'],
  ],
] as const)('%s has no more than its own', ([, [first, second, third], others]) => {
  const bounded = slots({ all: 10, ofOne: 2 })
  const leave = bounded.take(first)
  expect(bounded.take(second)).toBeDefined()
  expect(bounded.take(third)).toBeUndefined()
  for (const other of others) expect(bounded.take(other)).toBeDefined()
  leave?.()
  expect(bounded.take(third)).toBeDefined()
  // given back once, however often it is said
  leave?.()
  expect(bounded.take(first)).toBeUndefined()
})

test('all together have no more than there are', () => {
  const bounded = slots({ all: 2, ofOne: 2 })
  const leave = bounded.take('192.0.2.1')
  bounded.take('192.0.2.2')
  expect(bounded.take('192.0.2.3')).toBeUndefined()
  leave?.()
  expect(bounded.take('192.0.2.3')).toBeDefined()
})
