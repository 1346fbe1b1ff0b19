import { createHash, createHmac, createSecretKey, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KmsError } from '../../core/base/errors.ts'
import type { HttpRequest } from '../../core/base/http-message.ts'
import { canonicalPath, canonicalQuery, queryParameters } from '../../core/signature/canonical.ts'
import { presignRequest, signRequest } from '../../core/signature/sign-request.ts'
import { readSignature, signingKey, verifySignature } from '../../core/signature/sigv4.ts'
import { anyCharacter } from '../support/characters.ts'
import suite from '../vectors/sigv4.json' with { type: 'json' }

interface Vector {
  name: string
  method: string
  path: string
  query: string
  headers: Record<string, string>
  body: string
  signature: string
  /** signed with neither normalization nor encoding, which only the verifier takes */
  asSent?: boolean
  sessionToken?: string
  addedAfterSigning?: Record<string, string>
}

const headerVectors: Vector[] = suite.header as Vector[]
const queryVectors: Vector[] = suite.query as Vector[]

const now = Date.parse(suite.signedAt)
const scope = { region: suite.region, service: suite.service, now }
const credentials = { accessKeyId: suite.accessKeyId, secretAccessKey: suite.secretAccessKey }
const key = signingKey(suite.secretAccessKey, '20150830', suite.region, suite.service)

const request = (parts: Partial<HttpRequest>): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  body: new Uint8Array(),
  sourceIp: '127.0.0.1',
  secure: false,
  ...parts,
})

/** Reads and verifies as a server that knows one access key; answers the refusal, or undefined. */
function refusal(
  sent: HttpRequest,
  {
    time = now,
    services = [suite.service],
    region,
  }: { time?: number; services?: string[]; region?: string } = {},
): { code: string; message: string } | undefined {
  try {
    const signature = readSignature(sent)
    if (signature.accessKeyId !== suite.accessKeyId) {
      return { code: 'UnrecognizedClientException', message: '' }
    }
    verifySignature(signature, sent, key, {
      now: time,
      services,
      ...(region !== undefined && { serves: (asked) => asked === region }),
    })
    return undefined
  } catch (error) {
    if (!(error instanceof KmsError)) throw error
    return { code: error.code, message: error.message }
  }
}

const accepted = (sent: HttpRequest, options?: Parameters<typeof refusal>[1]) =>
  refusal(sent, options) === undefined

/** The request with one thing changed at a time, each of which the signature covers. */
function* changes(sent: HttpRequest, signedHeaders: readonly string[]) {
  yield ['the method', { ...sent, method: 'PUT' }] as const
  yield ['the path', { ...sent, path: `${sent.path}x` }] as const
  yield ['the query', { ...sent, query: `${sent.query}&x=` }] as const
  yield ['the body', { ...sent, body: Buffer.concat([sent.body, Buffer.of(0)]) }] as const
  for (const name of signedHeaders) {
    const headers = { ...sent.headers, [name]: `${sent.headers[name]}x` }
    yield [`the header ${name}`, { ...sent, headers }] as const
  }
}

/** A digit for another one, in the last place. */
const changedDigit = (text: string) => text.slice(0, -1) + (text.endsWith('0') ? '1' : '0')

describe("AWS's SigV4 suite, in the header", () => {
  test.each(headerVectors.filter(({ asSent }) => !asSent))('$name is reproduced', (vector) => {
    const { sessionToken } = vector
    const headers = signRequest(
      { ...vector, body: Buffer.from(vector.body) },
      { ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) },
      scope,
    )
    expect(headers['authorization']).toContain(`Signature=${vector.signature}`)
  })

  test.each(headerVectors)('$name verifies, and nothing else', (vector) => {
    const headers: Record<string, string> = {
      ...vector.headers,
      'x-amz-date': '20150830T123600Z',
      ...(vector.sessionToken ? { 'x-amz-security-token': vector.sessionToken } : {}),
    }
    const names = Object.keys(headers).sort()
    const authorization = (signature: string) =>
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names.join(';')}, Signature=${signature}`
    const signed = { ...headers, ...vector.addedAfterSigning }
    const parts = { ...vector, body: Buffer.from(vector.body) }
    const sent = request({
      ...parts,
      headers: { ...signed, authorization: authorization(vector.signature) },
    })
    expect(refusal(sent)).toBeUndefined()
    for (const [what, changed] of changes(sent, names)) {
      expect(accepted(changed), what).toBe(false)
    }
    const other = {
      ...sent,
      headers: { ...signed, authorization: authorization(changedDigit(vector.signature)) },
    }
    expect(refusal(other)?.code).toBe('InvalidSignatureException')
  })
})

describe("AWS's SigV4 suite, presigned", () => {
  const { expiresInSeconds } = suite

  test.each(queryVectors)('$name is reproduced, verifies, and nothing else', (vector) => {
    const parts = { ...vector, body: Buffer.from(vector.body) }
    const query = presignRequest(parts, credentials, { ...scope, expiresInSeconds })
    expect(query).toMatch(new RegExp(`&X-Amz-Signature=${vector.signature}$`))
    // The suite sends X-Amz-Date as a header too, unsigned.
    const headers = { ...vector.headers, 'x-amz-date': '20150830T123600Z' }
    const sent = request({ ...parts, query, headers })
    expect(refusal(sent)).toBeUndefined()
    for (const [what, changed] of changes(sent, Object.keys(vector.headers))) {
      expect(accepted(changed), what).toBe(false)
    }
    expect(refusal({ ...sent, query: changedDigit(query) })?.code).toBe('InvalidSignatureException')
  })
})

const host = { host: 'kms.us-east-1.amazonaws.com' }
const body = Buffer.from('{"KeyId":"alias/a"}')
const target = { ...host, 'x-amz-target': 'TrentService.DescribeKey' }
const signed = (headers: Record<string, string> = target, parts: Partial<HttpRequest> = {}) => {
  const unsigned = { ...request({ body, ...parts }), headers }
  return { ...unsigned, headers: signRequest(unsigned, credentials, scope) }
}
const presigned = (query = '', expiresInSeconds = 60) => {
  const unsigned = { ...request({ method: 'GET', query }), headers: host }
  return {
    ...unsigned,
    query: presignRequest(unsigned, credentials, { ...scope, expiresInSeconds }),
  }
}
const withHeader = (sent: HttpRequest, name: string, value: string | undefined) => ({
  ...sent,
  headers: { ...sent.headers, [name]: value },
})
const replaced = (sent: HttpRequest, from: string, to: string) =>
  withHeader(sent, 'authorization', sent.headers['authorization']?.replace(from, to))
const sha256 = (text: string, encoding: 'hex' | 'base64' = 'base64') =>
  createHash('sha256').update(text).digest(encoding)

describe('refusals, as AWS words them', () => {
  const authorization = signed().headers['authorization'] ?? ''
  const credential = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request'
  const incomplete = 'IncompleteSignatureException'
  const mismatch = 'InvalidSignatureException'
  const missingToken = 'MissingAuthenticationTokenException'
  const hashed = (text: string) =>
    `(Hashed with SHA-256 and encoded with Base64) Authorization=${sha256(text)}`

  test.each<[string, HttpRequest, string, string]>([
    ['nothing', request({ headers: host }), missingToken, 'Missing Authentication Token'],
    [
      'Basic',
      request({ headers: { ...host, authorization: 'Basic dXNlcjpwYXNz' } }),
      missingToken,
      'Missing Authentication Token',
    ],
    [
      'an algorithm and no more',
      request({ headers: { authorization: 'AWS4-HMAC-SHA256' } }),
      incomplete,
      `Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${hashed('AWS4-HMAC-SHA256')}`,
    ],
    [
      'no date',
      withHeader(signed(), 'x-amz-date', undefined),
      incomplete,
      `Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ${hashed(authorization)}`,
    ],
    [
      'no equal-sign',
      request({ headers: { authorization: 'AWS4-HMAC-SHA256 Credential' } }),
      incomplete,
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${sha256('AWS4-HMAC-SHA256 Credential')}'.`,
    ],
    [
      'two Authorization headers',
      withHeader(signed(), 'authorization', `${authorization},${authorization}`),
      incomplete,
      'Authorization header has a parameter that AWS4-HMAC-SHA256 does not know.',
    ],
    [
      'SigV4A',
      replaced(signed(), 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
      incomplete,
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.",
    ],
    [
      'a date that is none',
      withHeader(signed(), 'x-amz-date', '20150230T123600Z'),
      incomplete,
      "Date must be in ISO-8601 'basic format'. Got '20150230T123600Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
    [
      'four elements',
      replaced(signed(), '/us-east-1', ''),
      incomplete,
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got (hashed with SHA-256 and encoded with Base64): '${sha256('AKIDEXAMPLE/20150830/service/aws4_request')}'`,
    ],
    [
      'six elements',
      replaced(signed(), 'AKIDEXAMPLE/', 'AKID/EXAMPLE/'),
      incomplete,
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got (hashed with SHA-256 and encoded with Base64): '${sha256(credential.replace('AKID', 'AKID/'))}'`,
    ],
    [
      'another scope altogether',
      replaced(signed(), credential, 'AKIDEXAMPLE/b/c/d/e'),
      mismatch,
      "Credential should be scoped to a valid region, not 'c'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20150830', from '20150830T123600Z'.",
    ],
    [
      'the host unsigned',
      replaced(signed(), 'host;', ''),
      mismatch,
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
    [
      'the target unsigned',
      withHeader(signed(host), 'x-amz-target', 'TrentService.Decrypt'),
      mismatch,
      "There were headers present in the request which were not signed: 'x-amz-target'.",
    ],
    [
      'if-match unsigned',
      withHeader(signed(host), 'if-match', '"1"'),
      mismatch,
      "There were headers present in the request which were not signed: 'if-match'.",
    ],
    [
      'idempotency-key unsigned',
      withHeader(signed(host), 'idempotency-key', 'k'),
      mismatch,
      "There were headers present in the request which were not signed: 'idempotency-key'.",
    ],
    [
      'x-tenkey-host unsigned',
      withHeader(signed(host), 'x-tenkey-host', 'elsewhere.example'),
      mismatch,
      "There were headers present in the request which were not signed: 'x-tenkey-host'.",
    ],
    [
      'header and query at once',
      { ...signed(), query: presigned().query },
      mismatch,
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ],
    [
      'a query with an algorithm alone',
      request({ query: 'X-Amz-Algorithm=AWS4-HMAC-SHA256' }),
      incomplete,
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ],
    [
      'a parameter twice',
      { ...presigned(), query: `${presigned().query}&X-Amz-Date=20150830T123600Z` },
      incomplete,
      'A query-string parameter of the signature is repeated.',
    ],
    [
      'broken percent-encoding',
      request({ query: 'a=%FF' }),
      incomplete,
      'The query string is not properly percent-encoded.',
    ],
    ...(
      [
        ['x', 'X-Amz-Expires should be a number'],
        ['-1', 'X-Amz-Expires should be a number'],
        ['0', 'X-Amz-Expires must be at least 1 second'],
        [
          '604801',
          'X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds',
        ],
      ] as const
    ).map(([value, message]): [string, HttpRequest, string, string] => [
      `X-Amz-Expires=${value}`,
      { ...presigned(), query: presigned().query.replace('Expires=60', `Expires=${value}`) },
      incomplete,
      message,
    ]),
    ...['UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', sha256('x', 'hex')].map(
      (value): [string, HttpRequest, string, string] => [
        `x-amz-content-sha256: ${value.slice(0, 40)}`,
        signed({ ...target, 'x-amz-content-sha256': value }),
        mismatch,
        "The provided 'x-amz-content-sha256' header does not match what was computed. The payload must be signed.",
      ],
    ),
  ])('%s', (_, sent, code, message) => {
    expect(refusal(sent)).toEqual({ code, message })
  })

  test('another service: the first accepted one is named', () => {
    const services = ['kms', 'execute-api']
    expect(refusal(signed(), { services })).toEqual({
      code: mismatch,
      message: "Credential should be scoped to correct service: 'kms'.",
    })
    expect(accepted(signed(), { services: ['kms', suite.service] })).toBe(true)
  })

  test('another Region than the one that is served', () => {
    const message = `Credential should be scoped to a valid region, not '${suite.region}'.`
    expect(refusal(signed(), { region: 'eu-west-1' })).toEqual({ code: mismatch, message })
    expect(refusal(signed(), { region: 'eu-west-1', services: ['kms'] })).toEqual({
      code: mismatch,
      message: `${message} Credential should be scoped to correct service: 'kms'.`,
    })
    expect(accepted(signed(), { region: suite.region })).toBe(true)
  })

  test('another signature: what was expected is shown, the session token is not', () => {
    const token = 'FwoGZXIv/token+=='
    const unsigned = { ...request({ body }), headers: target }
    const headers = signRequest(unsigned, { ...credentials, sessionToken: token }, scope)
    const payload = sha256('x', 'hex')
    const shown = `POST\n/\n\nhost:kms.us-east-1.amazonaws.com\nx-amz-date:20150830T123600Z\nx-amz-security-token:…\nx-amz-target:TrentService.DescribeKey\n\nhost;x-amz-date;x-amz-security-token;x-amz-target\n${payload}`
    const toSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n${sha256(shown.replace('…', token), 'hex')}`
    expect(refusal({ ...unsigned, headers, body: Buffer.from('x') })).toEqual({
      code: mismatch,
      message: `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.\n\nThe Canonical String for this request should have been\n'${shown}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
    })
    const query = presignRequest(
      { ...unsigned, headers: host },
      { ...credentials, sessionToken: token },
      { ...scope, expiresInSeconds: 60 },
    )
    const presignedRefusal = refusal({ ...unsigned, headers: host, query, method: 'GET' })
    expect(presignedRefusal?.message).toContain('X-Amz-Security-Token=…')
    expect(presignedRefusal?.message).not.toContain(encodeURIComponent(token))
  })

  test.each([
    ['A'.repeat(64), 'of upper-case letters'],
    ['0'.repeat(63), 'too short'],
    ['0'.repeat(65), 'too long'],
    ['…'.repeat(64), 'of characters that are no digits'],
  ])('a signature %s, %s', (value) => {
    const good = authorization.slice(-64)
    expect(refusal(replaced(signed(), good, value))?.code).toBe(mismatch)
  })

  test('upper-case digits, and characters whose low byte is the digit, are another signature', () => {
    const good = authorization.slice(-64)
    const shifted = Array.from(good, (digit) =>
      String.fromCharCode(digit.charCodeAt(0) + 256),
    ).join('')
    expect(refusal(replaced(signed(), good, shifted))?.code).toBe(mismatch)
    expect(good).toMatch(/[a-f]/)
    expect(refusal(replaced(signed(), good, good.toUpperCase()))?.code).toBe(mismatch)
  })
})

describe('time', () => {
  const minute = 60_000
  test.each([
    [0, undefined],
    [5 * minute, undefined],
    [-5 * minute, undefined],
    [
      5 * minute + 1000,
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)',
    ],
    [
      -5 * minute - 1000,
      'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
    ],
  ])('header, %i ms later: %s', (later, message) => {
    expect(refusal(signed(), { time: now + later })?.message).toBe(message)
  })

  test.each([
    [60, minute, undefined],
    [
      60,
      minute + 1000,
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123701Z - 1 min.)',
    ],
    [
      90,
      91_000,
      'Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T123731Z - 90 sec.)',
    ],
    [604_800, 604_800_000, undefined],
    [
      60,
      -5 * minute - 1000,
      'Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)',
    ],
  ])('presigned for %i s, %i ms later: %s', (expires, later, message) => {
    expect(refusal(presigned('', expires), { time: now + later })?.message).toBe(message)
  })

  test('a presigned request without X-Amz-Expires lives as long as a header', () => {
    const signature = readSignature(presigned())
    expect(signature.expiresInSeconds).toBe(60)
    const bare = presigned().query.replace('X-Amz-Expires=60&', '')
    const read = readSignature({ ...presigned(), query: bare })
    expect(read).not.toHaveProperty('expiresInSeconds')
    const late = { now: now + 5 * minute + 1000, services: [suite.service] }
    expect(() => verifySignature(read, presigned(), key, late)).toThrow(/^Signature expired/)
  })

  test('a Date header will do, in both formats', () => {
    const byDate = (date: string) => {
      const sent = withHeader(signed(host), 'x-amz-date', undefined)
      return withHeader(replaced(sent, 'host;x-amz-date', 'host'), 'date', date)
    }
    const forDate = signed(host)
    const canonical = `POST\n/\n\nhost:${host.host}\n\nhost\n${sha256(body.toString(), 'hex')}`
    const toSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n${sha256(canonical, 'hex')}`
    const signature = createHmac('sha256', key).update(toSign).digest('hex')
    const old = forDate.headers['authorization']?.slice(-64) ?? ''
    for (const date of ['20150830T123600Z', 'Sun, 30 Aug 2015 12:36:00 GMT']) {
      expect(refusal(replaced(byDate(date), old, signature))).toBeUndefined()
    }
    expect(refusal(byDate('30 Aug 2015'))?.code).toBe('IncompleteSignatureException')
  })
})

describe('paths signed as they are sent', () => {
  const signedAs = (path: string, canonical: string) => {
    const headers = signed(host).headers
    const text = `POST\n${canonical}\n\nhost:${host.host}\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n${sha256('', 'hex')}`
    const toSign = `AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/service/aws4_request\n${sha256(text, 'hex')}`
    const signature = createHmac('sha256', key).update(toSign).digest('hex')
    const authorization = `${headers['authorization']?.slice(0, -64)}${signature}`
    return request({ path, headers: { ...headers, authorization } })
  }
  test.each([
    ['/v1/keys/alias%2Fa', '/v1/keys/alias%252Fa', true],
    ['/v1/keys/alias%2Fa', '/v1/keys/alias%2Fa', true],
    ['/v1/keys/alias%2Fa', '/v1/keys/alias/a', false],
    ['/v1/../v1/keys', '/v1/keys', true],
    ['/v1/../v1/keys', '/v1/../v1/keys', true],
    // would let the signature of /a%2Fb be sent with /a%252Fb
    ['/a%252Fb', '/a%25252Fb', true],
    ['/a%252Fb', '/a%252Fb', false],
  ])('%s signed as %s: %s', (path, canonical, expected) => {
    expect(accepted(signedAs(path, canonical))).toBe(expected)
  })
})

describe('canonical forms', () => {
  test.each([
    ['', '/'],
    ['/a/b/', '/a/b/'],
    ['/a/b/..', '/a'],
    ['/../..', '/'],
    ["/!'()*", '/%21%27%28%29%2A'],
    ['/\ud800', '/%EF%BF%BD'],
  ])('path %j is %j', (path, canonical) => {
    expect(canonicalPath(path)).toBe(canonical)
  })
  test.each([
    ['', ''],
    ['b&a=2&a=1&&', 'a=1&a=2&b='],
    ['a=b=c', 'a=b%3Dc'],
    ['a+b=%20+', 'a%20b=%20%20'],
    ['a=1&X-Amz-Signature=00', 'a=1'],
  ])('query %j is %j', (query, canonical) => {
    expect(canonicalQuery(queryParameters(query))).toBe(canonical)
  })
})

test('a signed header that was not sent is empty, whatever objects inherit', () => {
  const sent = signed({ ...host, constructor: '' })
  expect(refusal(withHeader(sent, 'x-other', ''))).toBeUndefined()
  const { constructor: _, ...headers } = sent.headers
  expect(refusal({ ...sent, headers })).toBeUndefined()
})

test('absurd input is refused', () => {
  const absurd: HttpRequest[] = [
    withHeader(signed(), 'authorization', `AWS4-HMAC-SHA256 ${'a=b,'.repeat(16_384)}`),
    withHeader(signed(), 'authorization', 'AWS4-HMAC-SHA256 \0=\0, \u{1f511}'),
    replaced(signed(), 'host;', `${'host;'.repeat(1000)}`),
    replaced(signed(), 'host;', 'host;\0;'),
    replaced(signed(), 'host;', 'host;;'),
    replaced(signed(), 'host;', '__proto__;constructor;host;'),
    replaced(signed(), 'AKIDEXAMPLE', 'AKID\0\ud83d'),
    replaced(signed(), 'us-east-1', '../..'),
    { ...signed(), path: `/${'%'.repeat(20_000)}` },
    { ...signed(), path: '/\ud800\0' },
    { ...signed(), query: 'a=1&'.repeat(10_000) },
    { ...signed(), query: '\ud800=\udc00' },
    request({ query: `X-Amz-Algorithm=${'%00'.repeat(2000)}` }),
    request({ query: 'X-Amz-Signature' }),
  ]
  for (const sent of absurd) expect(accepted(sent)).toBe(false)
})

describe('signing', () => {
  test('refuses what could not be verified', () => {
    const unsigned = { ...request({}), headers: {} }
    expect(() => signRequest(unsigned, credentials, scope)).toThrow(TypeError)
    for (const expiresInSeconds of [0, 1.5, 604_801]) {
      const options = { ...scope, expiresInSeconds }
      const withHost = { ...unsigned, headers: host }
      expect(() => presignRequest(withHost, credentials, options)).toThrow(RangeError)
    }
  })

  test('takes the secret as a KeyObject, which stays usable', () => {
    const secret = createSecretKey(Buffer.from(suite.secretAccessKey))
    for (const _ of ['once', 'twice']) {
      expect(signingKey(secret, '20150830', suite.region, suite.service).equals(key)).toBe(true)
    }
  })
})

/** SHA-256 and HMAC as @smithy/signature-v4 wants them. */
class Sha256 {
  readonly #state: Hash | Hmac
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    const bytes =
      typeof secret === 'string'
        ? Buffer.from(secret)
        : ArrayBuffer.isView(secret)
          ? Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength)
          : secret && Buffer.from(secret)
    this.#state = bytes ? createHmac('sha256', createSecretKey(bytes)) : createHash('sha256')
  }
  update(data: Uint8Array) {
    this.#state.update(data)
  }
  async digest() {
    return new Uint8Array(this.#state.digest())
  }
  reset() {}
}

describe('@smithy/signature-v4 as the signer', () => {
  const text = fc.string({ unit: fc.constantFrom(...' aZ9-._~!*\'()/+=%&?@:,;"'), maxLength: 12 })
  const name = fc.stringMatching(/^[a-z]{3,8}$/)
  const wire = fc.record({
    method: fc.constantFrom('GET', 'POST', 'DELETE'),
    segments: fc.array(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 8 }), {
      maxLength: 3,
    }),
    query: fc.dictionary(
      name.map((word) => `q-${word}`),
      fc.string({ unit: anyCharacter }),
      { maxKeys: 4 },
    ),
    headers: fc.dictionary(
      name.map((word) => `x-amz-${word}z`),
      text,
      { maxKeys: 3 },
    ),
    body: fc.uint8Array({ maxLength: 40 }),
    sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
    form: fc.constantFrom('header', 'presigned'),
  })
  type Wire = typeof wire extends fc.Arbitrary<infer T> ? T : never

  async function signedBySmithy(made: Wire): Promise<HttpRequest> {
    const { sessionToken } = made
    const signer = new SignatureV4({
      credentials: { ...credentials, ...(sessionToken === undefined ? {} : { sessionToken }) },
      region: suite.region,
      service: suite.service,
      sha256: Sha256,
      applyChecksum: made.body.length % 2 === 0,
    })
    // A segment of dots would be resolved by any client before it is sent.
    const segments = made.segments.map((part) => encodeURIComponent(part.replaceAll('.', '-')))
    const unsigned = {
      method: made.method,
      protocol: 'http:',
      hostname: 'localhost',
      path: `/${segments.join('/')}`,
      query: made.query,
      headers: { ...made.headers, host: 'localhost:4599', 'user-agent': 'smithy' },
      body: made.body,
    }
    const signingDate = new Date(now)
    const result =
      made.form === 'header'
        ? await signer.sign(unsigned, { signingDate })
        : await signer.presign(unsigned, { signingDate, expiresIn: 60 })
    const query = Object.entries(result.query ?? {})
      .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
      .join('&')
    const { method, path, headers } = result
    return request({ method, path, query, headers, body: made.body })
  }

  test('whatever it signs verifies', async () => {
    await fc.assert(
      fc.asyncProperty(wire, async (made) => {
        const sent = await signedBySmithy(made)
        expect(refusal(sent)).toBeUndefined()
        const { presigned: inQuery, sessionToken } = readSignature(sent)
        expect({ inQuery, sessionToken }).toEqual({
          inQuery: made.form === 'presigned',
          sessionToken: made.sessionToken,
        })
      }),
      { numRuns: 300 },
    )
  })

  test('and nothing that differs in one byte does', { tags: ['long'] }, async () => {
    /** Another character at the place `at`; none that means the same in percent-encoding. */
    const altered = (whole: string, at: number) => {
      const index = at % Math.max(whole.length, 1)
      const other = /q/i.test(whole.charAt(index)) ? 'w' : 'q'
      return whole.slice(0, index) + other + whole.slice(index + 1)
    }
    await fc.assert(
      fc.asyncProperty(wire, fc.nat(), fc.nat(), async (made, part, at) => {
        const sent = await signedBySmithy(made)
        const covered = ['authorization', ...readSignature(sent).signedHeaders]
        const header = covered[part % covered.length] ?? 'host'
        const bytes = Buffer.concat([sent.body, Buffer.alloc(sent.body.length === 0 ? 1 : 0)])
        const place = at % bytes.length
        bytes.writeUInt8((bytes.readUInt8(place) ^ (1 << (at % 8))) & 0xff, place)
        const changed: HttpRequest[] = [
          { ...sent, method: altered(sent.method, at) },
          { ...sent, path: `/${altered(sent.path.slice(1), at)}` },
          { ...sent, query: altered(sent.query, at) },
          { ...sent, body: bytes },
          withHeader(sent, header, altered(sent.headers[header] ?? '', at)),
        ]
        for (const one of changed) expect(accepted(one)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})
