import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import { readSignature, signingKey, verifySignature } from '../../core/signature/sigv4.ts'
import { requestOf } from '../../functions/middleware/event.ts'
import { eventOf } from '../../server/lambda-gateway/event.ts'
import { decodedPath, type Reading, routeOf } from '../../server/lambda-gateway/routing.ts'

/**
 * Which encodings of a path a function takes a signature for, behind a gateway that decodes paths before
 * it looks for a route, as HTTP APIs do, and behind one that does not.
 */
const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret' }
const SCOPE = { region: 'us-east-1', service: 'kms', now: Date.UTC(2026, 6, 10) }
const KEY = signingKey(CREDENTIALS.secretAccessKey, '20260710', 'us-east-1', 'kms')
const READINGS: readonly Reading[] = ['decoded', 'sent']

const signed = (method: string, path: string, query = '') =>
  signRequest(
    { method, path, query, headers: { host: 'h' }, body: Buffer.alloc(0) },
    CREDENTIALS,
    SCOPE,
  )

/** The event a gateway makes of a path; undefined where it has no route. */
function arriving(method: string, path: string, reading: Reading, headers = signed(method, path)) {
  const seen = reading === 'decoded' ? decodedPath(path) : path
  const match = seen === undefined ? undefined : routeOf(method, seen, { router: false, reading })
  if (match === undefined) return undefined
  const incoming = { method, path, query: '', httpVersion: '1.1', headers, sourceIp: '192.0.2.1' }
  return eventOf(incoming, Buffer.alloc(0), match)
}

function accepts(event: APIGatewayProxyEventV2): boolean {
  const request = requestOf(event)
  try {
    verifySignature(readSignature(request), request, KEY, { now: SCOPE.now, services: ['kms'] })
    return true
  } catch {
    return false
  }
}

describe('What AWS’s HTTP APIs make of a path (seen in us-west-2, 10 July 2026)', () => {
  test.each([
    ['/capture/plain', '/capture/plain'],
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/percent%25done', undefined],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C', '/capture/unicode-λ-世界'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
  ])('%s arrives as %s', (sent, arrives) => {
    expect(decodedPath(sent)).toBe(arrives)
  })
})

describe.each(READINGS)('Signatures of a path that is %s', (reading) => {
  test.each([
    ['GET', '/v1/keys/1234abcd', true],
    ['GET', '/v1/keys/a:b', true],
    ['GET', '/v1/keys/a%3Ab', true],
    ['GET', '/v1/keys/a%3ab', true],
    ['GET', '/v1/keys/~', true],
    ['GET', '/v1/keys/%7E', true],
    ['GET', '/v1/keys/%7e', true],
    ['GET', '/v1/keys/a%20b', true],
    ['GET', '/v1/keys/a%C3%BCb', true],
    ['GET', '/v1/keys/a%c3%bcb', true],
    // by which no client encodes: hex digits in both cases, or what needs no encoding
    ['GET', '/v1/keys/a%3ab%3Ac', false],
    ['GET', '/v1/keys/%61', false],
    // names of principals: letters, digits and +=,.@-_
    ['GET', '/admin/v1/tenants/111122223333/principals/user/a+b=c,d@e', true],
    ['GET', '/admin/v1/tenants/111122223333/principals/user/a%2Bb%3Dc%2Cd%40e', true],
    ['GET', '/admin/v1/tenants/111122223333/principals/user/a%2bb%3dc%2cd%40e', true],
    ['GET', '/admin/v1/tenants/111122223333/principals/user/a+b=c%2Cd@e', true],
    ['GET', "/admin/v1/tenants/111122223333/principals/user/a!'()*b", true],
    ['GET', "/admin/v1/tenants/111122223333/principals/user/a!'()*b%40", true],
  ])('%s %s: %s', (method, path, expected) => {
    const event = arriving(method, path, reading)
    expect(event).toBeDefined()
    if (event !== undefined) expect(accepts(event)).toBe(expected)
  })
})

describe('A signature for one resource is none for another', () => {
  test.each([
    // a name with a slash arrives at a gateway that decodes as another operation's path
    ['POST', '/v1/keys/1234%2Fenable'],
    ['GET', '/v1/aliases/app%2Frotation'],
    ['GET', '/v1/keys/1234%252Ftags'],
    // a question mark, and all after it, is gone when the function is called
    ['GET', '/v1/keys/1234%3Fx'],
    // encoded twice it is another name where paths are decoded once
    ['GET', '/v1/keys/a%253Ab'],
    ['GET', '/v1/keys/a%2525b'],
  ])('%s %s, decoded by the gateway, is refused', (method, path) => {
    const event = arriving(method, path, 'decoded')
    expect(event, 'it reaches a function').toBeDefined()
    if (event !== undefined) expect(accepts(event)).toBe(false)
  })

  const name = fc.string({
    unit: fc.constantFrom(..."a~:@/?%253F+=,!'()*$&;# ü"),
    minLength: 1,
    maxLength: 6,
  })
  const path = fc
    .tuple(name, fc.constantFrom(encodeURIComponent, encodeURI))
    .map(([text, encode]) => {
      const segment = encode(text)
      return `/v1/keys/${segment}`
    })
  /** the path that a server would read: its segments, each decoded once */
  const meaning = (sent: string) => sent.split('/').map(decodeURIComponent)

  test('whatever two paths mean, what is signed for one opens the other only if they mean the same', () => {
    fc.assert(
      fc.property(path, path, fc.constantFrom(...READINGS), (one, other, reading) => {
        const event = arriving('GET', other, reading, signed('GET', one))
        fc.pre(event !== undefined)
        if (event === undefined || !accepts(event)) return
        const parameter = event.pathParameters?.['KeyId'] ?? ''
        expect(meaning(one)).toEqual(['', 'v1', 'keys', parameter])
      }),
      { numRuns: 1000 },
    )
  })

  test('a path has seven candidates at most, each of which decodes to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (text) => {
        const event = {
          ...arriving('GET', '/v1/keys/x', 'decoded'),
          pathParameters: { KeyId: text },
        } as APIGatewayProxyEventV2
        const { path: strict, signedPaths = [strict] } = requestOf(event)
        expect(signedPaths.length).toBeLessThanOrEqual(7)
        expect(signedPaths[0]).toBe(strict)
        for (const one of signedPaths) {
          expect(one.split('/')).toHaveLength(4)
          expect(decodeURIComponent(one.slice('/v1/keys/'.length))).toBe(text)
        }
      }),
    )
  })

  test('a path of unreserved characters has one', () => {
    const event = arriving('GET', '/v1/keys/mrk-1234_.', 'decoded')
    expect(event && requestOf(event).signedPaths).toBeUndefined()
  })
})
