import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../core/audit/audit.ts'
import { boundedJson, stubJson } from '../../core/audit/bounded.ts'
import { MOST_RECORD } from '../../core/audit/whole.ts'
import { anyCharacter } from '../support/characters.ts'

const record = (parts: Partial<AuditRecord> = {}): AuditRecord => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'IAMUser',
    principalId: 'AIDA7Q2MZL4XKPE3WVTJD',
    arn: 'arn:aws:iam::111122223333:user/alice',
    accountId: '111122223333',
    accessKeyId: 'AKIARTSYYYYYRB6YVZ3M',
    userName: 'alice',
    sessionContext: { attributes: { creationDate: '2026-01-02', mfaAuthenticated: 'true' } },
  },
  eventTime: '2026-01-02T03:04:05Z',
  eventSource: 'kms.amazonaws.com',
  eventName: 'Encrypt',
  awsRegion: 'us-east-1',
  sourceIPAddress: '127.0.0.1',
  userAgent: 'agent',
  errorCode: undefined,
  requestParameters: null,
  responseElements: null,
  requestID: '0c6b6c5e-8f4a-4a36-9d6e-0d1f6f2f7a51',
  eventID: 'b7ad6b7b-9f0e-4f3b-8b0a-6a1b8a5d3c9e',
  readOnly: true,
  resources: [
    {
      accountId: '111122223333',
      type: 'AWS::KMS::Key',
      ARN: `arn:aws:kms:us-east-1:${1e11}:key/k`,
    },
    {
      accountId: '444455556666',
      type: 'AWS::KMS::Key',
      ARN: `arn:aws:kms:us-east-1:${4e11}:key/l`,
    },
  ],
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
  eventCategory: 'Management',
  ...parts,
})

/** What must be there whatever else a record holds. */
const required = (json: string) => {
  const { userIdentity, eventTime, eventName, requestID, eventID, resources } = JSON.parse(json)
  return { userIdentity, eventTime, eventName, requestID, eventID, resources }
}
const whole = required(JSON.stringify(record()))

/** A list in a list, and so on. */
function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let json: unknown = 'core'
  for (let level = 0; level < depth; level++) json = wrap(json)
  return json
}
const many = (count: number, entry: (index: number) => readonly [string, unknown]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => entry(index)))
const within = (): unknown => {
  const list: unknown[] = []
  list.push(list, list, { list })
  return list
}

const LARGE: readonly [string, unknown][] = [
  ['one long text', { context: { a: 'x'.repeat(930_123) } }],
  ['one of characters of three bytes', { context: { a: '…'.repeat(300_000) } }],
  ['one of pairs', { context: { a: '🔑'.repeat(230_000) } }],
  ['one of pairs, off by one', { context: { a: `x${'🔑'.repeat(230_000)}` } }],
  ['one of lone surrogates', { context: { a: '\ud83d'.repeat(150_000) } }],
  ['one that JSON escapes', { context: { a: '\u0000'.repeat(150_000) } }],
  ['many texts', many(3000, (n) => [`name ${n}`, 'x'.repeat(300)])],
  ['many tiny entries', { list: Array.from({ length: 400_000 }, () => 0) }],
  ['many tiny members', many(100_000, (n) => [`${n}`, ''])],
  ['long names that differ at their ends', many(30, (n) => ['x'.repeat(40_000) + n, n])],
  ['a name that objects inherit', JSON.parse(`{"__proto__":{"a":"${'x'.repeat(100_000)}"}}`)],
  ['lists within lists', nested(3000, (inner) => [inner])],
  ['maps within maps', nested(400, (inner) => ({ inner }))],
  ['lists deeper than JSON is written', nested(200_000, (inner) => [inner])],
  ['maps deeper than JSON is written', nested(200_000, (inner) => ({ inner }))],
  ['a list within itself', within()],
  ['an integer that is no JSON', { a: 10n ** 100n }],
  ['a wide tree', nested(7, (inner) => Array.from({ length: 5 }, () => inner))],
]

describe('A record', () => {
  test.for(LARGE)('that holds %s is bounded', { tags: ['long'] }, ([, large]) => {
    for (const parts of [
      { requestParameters: large },
      { responseElements: large },
      { additionalEventData: { large } },
      { requestParameters: large, responseElements: large, additionalEventData: { large } },
    ]) {
      const json = boundedJson(record(parts))
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MOST_RECORD)
      expect(json.isWellFormed()).toBe(true)
      expect(required(json)).toEqual(whole)
      expect(json).toMatch(/…\(cut: \d+ (characters|entries)\)|"omitted":true|"10{100}"/)
      expect(boundedJson(JSON.parse(json))).toBe(json)
    }
  })

  test('tells how much was left out, and keeps the rest', () => {
    const list = Array.from({ length: 1001 }, (_, index) => index)
    const map = many(1500, (n) => [`k${n}`, n])
    const cut = JSON.parse(
      boundedJson(record({ requestParameters: { text: 'x'.repeat(40_000), list, map, small: 1 } })),
    ).requestParameters
    expect(cut.text).toMatch(/^x{32744}…\(cut: 7256 characters\)$/)
    expect(cut.text.length).toBeLessThanOrEqual(32_768)
    expect(cut.list).toEqual([...list.slice(0, 999), '…(cut: 2 entries)'])
    expect(Object.keys(cut.map)).toHaveLength(1000)
    expect(cut.map['…']).toBe('…(cut: 501 entries)')
    expect(cut.small).toBe(1)
  })

  test('cuts what is large, and leaves what is small beside it', () => {
    const policy = JSON.stringify({ Version: '2012-10-17', Id: 'p'.repeat(20_000) })
    const { requestParameters, responseElements, userAgent } = JSON.parse(
      boundedJson(
        record({
          userAgent: 'u'.repeat(1024),
          requestParameters: { policy },
          responseElements: { '…': many(5000, (n) => [`${n}`, 'y'.repeat(100)]) },
        }),
      ),
    )
    expect(requestParameters).toEqual({ policy })
    expect(userAgent).toBe('u'.repeat(1024))
    expect(responseElements['…']).toMatchObject({ '…': expect.stringMatching(/^…\(cut: 4\d{3} /) })
  })

  test('of a key policy of 32 KB has it whole', () => {
    const policy = `{"Id":"${'x'.repeat(32_768 - 9)}"}`
    expect(policy).toHaveLength(32_768)
    const full = record({ requestParameters: { keyId: 'k', policyName: 'default', policy } })
    expect(boundedJson(full)).toBe(JSON.stringify(full))
  })

  test('may have wide texts in every place a caller fills', { tags: ['long'] }, () => {
    const text = '…'.repeat(2000)
    const identity = { ...record().userIdentity, userName: text, arn: text, principalId: text }
    const session = { ...record().userIdentity.sessionContext, sourceIdentity: text }
    const full = record({
      eventName: text,
      userIdentity: { ...identity, sessionContext: session as never },
      userAgent: text,
      errorMessage: text,
      requestParameters: LARGE.map(([, large]) => large),
    })
    const json = boundedJson(full)
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MOST_RECORD)
    const { eventTime, requestID, resources } = whole
    expect(JSON.parse(json)).toMatchObject({ eventTime, requestID, resources })
  })

  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 5 }),
    fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
    fc.constantFrom(...LARGE.map(([, large]) => large)),
    fc
      .tuple(fc.string({ unit: anyCharacter, minLength: 1 }), fc.integer({ min: 1, max: 200_000 }))
      .map(([text, length]) => ({ [text]: text.repeat(Math.ceil(length / text.length)) })),
    fc
      .tuple(fc.jsonValue({ maxDepth: 2 }), fc.integer({ min: 1, max: 2000 }))
      .map(([entry, count]) => Array.from({ length: count }, () => entry)),
  )

  test('is bounded, whatever it holds (property)', { tags: ['long'] }, () => {
    fc.assert(
      fc.property(json, json, json, fc.string({ unit: anyCharacter }), (one, two, three, text) => {
        const full = record({
          requestParameters: one,
          responseElements: two,
          additionalEventData: { three },
          userAgent: text,
          errorMessage: text,
        })
        const bounded = boundedJson(full)
        expect(Buffer.byteLength(bounded)).toBeLessThanOrEqual(MOST_RECORD)
        expect(required(bounded)).toEqual(whole)
        expect(boundedJson(JSON.parse(bounded))).toBe(bounded)
      }),
      { numRuns: 60 },
    )
  })

  test('that is small is unchanged byte for byte (property)', () => {
    const small = fc.jsonValue({ maxDepth: 8, stringUnit: 'binary' })
    fc.assert(
      fc.property(small, small, fc.string(), (one, two, text) => {
        const full = record({ requestParameters: one, responseElements: two, userAgent: text })
        expect(boundedJson(full)).toBe(JSON.stringify(full))
      }),
      { numRuns: 500 },
    )
  })

  test('that could not be kept leaves who, when and what, its size and why', () => {
    const large = boundedJson(record({ requestParameters: { a: 'x'.repeat(1e6) } }))
    const stub = JSON.parse(stubJson(large, 'too large'))
    expect(required(JSON.stringify(stub))).toEqual(whole)
    expect(stub).not.toHaveProperty('requestParameters')
    expect(stub.additionalEventData).toEqual({
      recordNotKept: { reason: 'too large', originalSize: large.length + 2 },
    })
  })
})
