import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Claim } from '../../core/identity/claim.ts'
import { awsQuery } from '../../core/protocol/aws-query.ts'
import { readParameters } from '../../core/protocol/parameters.ts'
import { rest } from '../../core/protocol/rest.ts'
import { operations } from '../../operations/registry.ts'
import { operationNamed } from '../support/calls.ts'

const query = awsQuery(operations)
const faceOfRest = rest(operations)
beforeAll(() => query.load?.())
beforeAll(() => faceOfRest.load?.())

/** Whoever it is from, a form is read alike. */
const CLAIM: Claim = {
  accountId: '111122223333',
  region: 'us-east-1',
  proof: { kind: 'token', token: 'none' },
}

const post = (body: string) => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  body: Buffer.from(body),
  sourceIp: '192.0.2.1',
  secure: true,
})

/** What a form comes to: the input's JSON, or the code of its refusal. */
function read(form: string): unknown {
  try {
    const request = post(`Action=AssumeRole&Version=2011-06-15&${form}`)
    return query.input(query.route(request), request, CLAIM)
  } catch (error) {
    return (error as { code?: string }).code ?? error
  }
}

describe('A form', () => {
  test.each([
    [
      'of an operation’s own depth',
      'Tags.member.1.Key=a',
      expect.objectContaining({ Tags: [{ Key: 'a' }] }),
    ],
    ['with 498 more parameters', pairs(498), expect.objectContaining({ p497: '' })],
    ['with 499 more parameters', pairs(499), 'SerializationException'],
    ['of separators alone', '&'.repeat(1_000_000), 'SerializationException'],
    ['with a name of 256 characters', `${'n'.repeat(256)}=`, expect.anything()],
    ['with a name of 257 characters', `${'n'.repeat(257)}=`, 'SerializationException'],
    ['with a name of 8 levels', 'a.b.c.d.e.f.g.h=1', expect.anything()],
    ['with a name of 9 levels', 'a.b.c.d.e.f.g.h.i=1', 'SerializationException'],
    ['with a name as deep as its body is long', 'a.'.repeat(500_000), 'SerializationException'],
    ['with a name deep in member', 'm.member.1.'.repeat(90_000), 'SerializationException'],
    ['with a name twice', 'Tags=a&Tags=b', 'SerializationException'],
    ['with a name that objects inherit', '__proto__.x=1&constructor=1', expect.anything()],
  ])('%s', (_, form, expected) => {
    const found = read(form)
    expect(typeof found === 'string' ? found : { ...(found as object) }).toEqual(expected)
    expect(({} as { x?: unknown }).x).toBeUndefined()
  })

  test('of whatever text is read or refused', () => {
    const parts = fc.constantFrom(
      'a',
      '.',
      '=',
      '&',
      '%',
      '%00',
      'member',
      '.1',
      'Tags',
      '__proto__',
      '+',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 60 }), (text) => {
        const found = read(text.join(''))
        expect(found).not.toBeInstanceOf(Error)
      }),
      { numRuns: 2_000 },
    )
  })

  function pairs(count: number): string {
    return Array.from({ length: count }, (_, i) => `p${i}=`).join('&')
  }
})

describe('The query of a REST request', () => {
  const route = { protocol: faceOfRest, operation: operationNamed('ListKeys'), params: {} }
  const input = (text: string) => () =>
    faceOfRest.input(route, { ...post(''), method: 'GET', query: text }, CLAIM)

  test.each([
    ['of too many parameters', 'a&'.repeat(500)],
    ['of separators alone', '&'.repeat(500)],
    ['with a long name', `${'n'.repeat(257)}=1`],
  ])('%s is refused', (_, text) => {
    expect(input(text)).toThrow(expect.objectContaining({ code: 'SerializationException' }))
  })

  test('within these bounds is read', () => {
    const tokens = Array.from({ length: 498 }, (_, at) => `GrantTokens=${at}`)
    const describeKey = {
      ...route,
      operation: operationNamed('DescribeKey'),
      params: { KeyId: 'k' },
    }
    const request = { ...post(''), method: 'GET', path: '/v1/keys/k', query: tokens.join('&') }
    expect(faceOfRest.input(describeKey, request, CLAIM)).toEqual({
      KeyId: 'k',
      GrantTokens: Array.from(tokens.keys(), String),
    })
    expect([...readParameters('a=%zz&b=+')]).toEqual([
      ['a', '%zz'],
      ['b', ' '],
    ])
  })
})
