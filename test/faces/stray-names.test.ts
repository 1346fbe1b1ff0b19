import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { KmsError } from '../../core/base/errors.ts'
import { repeatedNames } from '../../core/protocol/json-names.ts'
import { meantBy } from '../../core/protocol/meant.ts'
import { rest } from '../../core/protocol/rest.ts'
import { wayTo } from '../../core/protocol/rest-words.ts'
import { operations } from '../../operations/registry.ts'
import { operationNamed } from '../support/calls.ts'

describe('A name that is not known', () => {
  const known = ['KeyId', 'Plaintext', 'EncryptionContext', 'EncryptionAlgorithm', 'DryRun']

  test.each([
    ['encryptionContext', 'EncryptionContext'],
    ['ENCRYPTION_CONTEXT', 'EncryptionContext'],
    ['encryption-context', 'EncryptionContext'],
    ['EncryptionContxet', 'EncryptionContext'],
    ['EncryptionsContext', 'EncryptionContext'],
    ['EncryptionContex', 'EncryptionContext'],
    ['EncriptonContex', 'EncryptionContext'],
    ['PlainText', 'Plaintext'],
    ['dry_run', 'DryRun'],
    ['KeyID', 'KeyId'],
    ['KeyIds', 'KeyId'],
    ['Key', undefined],
    ['Context', undefined],
    ['Ciphertext', undefined],
    ['', undefined],
    ['x'.repeat(1_000_000), undefined],
  ])('%s was meant as %s', (name, meant) => {
    expect(meantBy(name, known)).toBe(meant)
  })

  test('whatever it is, costs little and is itself or near', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (name) => {
        const meant = meantBy(name, known)
        expect(meant === undefined || known.includes(meant)).toBe(true)
      }),
    )
    for (const name of known) expect(meantBy(name, known)).toBe(name)
  })
})

describe('Names that JSON has twice', () => {
  test.each<[string, string[][]]>([
    ['{}', []],
    ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}', []],
    ['{"a":1,"a":2}', [['a']]],
    ['{"a":{"b":[0,{"c":1,"c":2}]}}', [['a', 'b', '1', 'c']]],
    ['{"a":"\\"a\\":1","b":"a","a":[]}', [['a']]],
    ['{"\\u0061":1 , "a" : 2}', [['a']]],
    ['{"a":1,"a":2,"a":3}', [['a'], ['a']]],
    ['{"":1,"":{"x":1,"x":1}}', [[''], ['', 'x']]],
    ['{"__proto__":1,"__proto__":2}', [['__proto__']]],
  ])('of %s', (text, names) => {
    expect(repeatedNames(text, 10)).toEqual(names)
  })

  test('are found below and beside what is nested deep, at no more than its length costs', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(repeatedNames(`{"a":${deep},"b":[{"c":1},{"c":1,"c":2}],"a":1}`, 10)).toEqual([
      ['b', '1', 'c'],
      ['a'],
    ])
  })

  test('are as many as are asked for', () => {
    expect(repeatedNames(`{${'"a":1,'.repeat(50)}"a":1}`, 3)).toHaveLength(3)
  })
})

describe('A body of REST', () => {
  const face = rest(operations)
  beforeAll(() => face.load?.())
  const operation = operationNamed('Encrypt')
  const route = { protocol: face, operation, params: { KeyId: 'k' } }
  const proof = { kind: 'token', token: 'none' } as const
  const claim = { accountId: '111122223333', region: 'us-east-1', proof }
  const read = (text: string) => {
    const request = {
      ...{ method: 'POST', path: '/v1/keys/k/encrypt', query: '' },
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(text),
      sourceIp: '192.0.2.1',
      secure: true,
    }
    return face.input(route, request, claim)
  }

  test('is read whatever names and values a map has, and refused where one is there again', () => {
    const tricky = fc.stringMatching(/^[":{}[\],\\ a]{0,6}$/)
    const name = fc.oneof(tricky, fc.string({ unit: 'grapheme', maxLength: 4 }))
    const pairs = fc.uniqueArray(fc.tuple(name, name), { selector: ([one]) => one, minLength: 1 })
    const spaces = fc.constantFrom('', ' ', '\n\t ')
    fc.assert(
      fc.property(pairs, spaces, fc.nat(), (entries, space, again) => {
        const texts = entries.map(
          ([one, value]) => `${JSON.stringify(one)}${space}:${space}${JSON.stringify(value)}`,
        )
        const body = (all: string[]) => `{"EncryptionContext":{${all.join(`${space},`)}}}`
        expect(read(body(texts))).toEqual({
          KeyId: 'k',
          EncryptionContext: JSON.parse(`{${texts.join(',')}}`),
        })
        const twice = texts[again % texts.length] ?? ''
        expect(() => read(body([...texts, twice]))).toThrow(
          expect.objectContaining({ code: 'ValidationException' }) as KmsError,
        )
      }),
    )
  })
})

describe('AWS’s way to a member', () => {
  const schema = {
    properties: {
      Tags: { items: { properties: { TagKey: {} } } },
      Constraints: { properties: { EncryptionContextSubset: { additionalProperties: {} } } },
      externalKeyId: {},
    },
  }
  test.each([
    ['tags', ['Tags']],
    ['tags.1.member', ['Tags', '0']],
    ['tags.10.member.tagKey', ['Tags', '9', 'TagKey']],
    ['externalKeyId', ['externalKeyId']],
    ['constraints.encryptionContextSubset', ['Constraints', 'EncryptionContextSubset']],
    [
      'constraints.encryptionContextSubset.a.1.member.b.member',
      ['Constraints', 'EncryptionContextSubset', 'a.1.member.b'],
    ],
  ])('%s is %s by its own names', (at, way) => {
    expect(wayTo(at, schema)).toEqual(way)
  })
})
