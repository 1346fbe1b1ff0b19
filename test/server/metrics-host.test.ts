import { describe, expect, test } from 'vitest'
import { mayAsk } from '../../server/metrics-host.ts'

const asked = (host: string | undefined, listening = '127.0.0.1', secure = false) =>
  mayAsk(
    {
      method: 'GET',
      path: '/metrics',
      query: '',
      headers: { host },
      sourceIp: '127.0.0.1',
      secure,
    },
    listening,
  )

describe('who may ask for what only those who know the server may read', () => {
  test.each([
    ...['127.0.0.1', '127.0.0.1:4599', '10.0.0.7:4599', '[::1]', '[::1]:4599', '[2001:db8::1]:80'],
    ...['localhost', 'localhost:4599', 'LocalHost', 'localhost.', 'a.localhost:4599'],
    // as containers and their networks name each other
    ...['tenkey', 'tenkey:4599', 'kms_1:4599'],
  ])('by %j', (host) => {
    expect(asked(host)).toBe(true)
  })

  test.each([
    ...[undefined, '', 'attacker.example', 'attacker.example:4599', 'tenkey.attacker.example'],
    // as a page would have an address look like a name, or a name like an address
    ...['127.0.0.1.attacker.example', '127.0.0.1.nip.io:4599', 'localhost.attacker.example'],
    ...['1.2.3', '[::1', '[::1].example', 'user@127.0.0.1', '127.0.0.1,attacker.example', 'a b'],
  ])('not by %j', (host) => {
    expect(asked(host)).toBe(false)
  })

  test('by the name the server listens on, and by any over TLS, which proves the name', () => {
    expect(asked('kms.example.org:4599', 'KMS.example.org')).toBe(true)
    expect(asked('other.example.org', 'kms.example.org')).toBe(false)
    expect(asked('attacker.example', '127.0.0.1', true)).toBe(true)
  })
})
