import fc from 'fast-check'
import { operations } from '../../operations/registry.ts'
import type { Case } from './case.ts'
import { encoded } from './faces.ts'
import { requests } from './grammar.ts'
import { attacker, oddText } from './values.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'QUERY']
const PATHS = [...new Set([...operations].map(({ http }) => http.split(' ')[1] ?? ''))]
const SEGMENTS = [
  ...[
    '$symmetric$',
    '$symmetricArn$',
    '$victimArn$',
    'alias%2Fown',
    'own',
    '%2e%2e',
    '..',
    '.',
    '',
  ],
  ...[
    '%00',
    '%ff',
    '%',
    '%2',
    '%zz',
    'a%2Fb',
    '%252F',
    '__proto__',
    'constructor',
    'toString',
    'é',
  ],
]
const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...SEGMENTS) },
  { weight: 1, arbitrary: oddText.map((text) => encoded(text).slice(0, 9_000)) },
)
const path = fc.oneof(
  { weight: 3, arbitrary: fc.constant('/') },
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...PATHS), fc.array(segment, { minLength: 4, maxLength: 4 }))
      .map(([template, segments]) => {
        let next = 0
        return template.replaceAll(/\{\w+\}/g, () => segments[next++] ?? '-')
      }),
  },
  { weight: 2, arbitrary: fc.array(segment, { maxLength: 5 }).map((all) => `/${all.join('/')}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '*',
      '//',
      '/v1',
      '/v1/',
      '/health',
      '/v1/openapi.json',
      '/a'.repeat(5_000),
    ),
  },
)

const DATES = [
  '20261128T010000Z',
  '20260230T010000Z',
  '99991231T235959Z',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  '0',
]
const TOKENS = ['$sessionToken$', '$grantToken$', 'x'.repeat(8_193), 'x', '\u00ff']
const AUTHORIZATIONS = [
  'AWS4-HMAC-SHA256',
  'AWS4-HMAC-SHA256 ',
  'AWS4-HMAC-SHA256 Credential=,SignedHeaders=,Signature=',
  'AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0',
  'AWS4-HMAC-SHA256 Credential=a, Credential=a',
  'AWS4-ECDSA-P256-SHA256 Credential=AKIA/20261128/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=0',
  'AWS :',
  'Basic dXNlcjpwYXNz',
  'Bearer',
  'Bearer a.b.c',
  'Bearer $jwt$',
  `Bearer ${'a'.repeat(20_000)}`,
  `AWS4-HMAC-SHA256 ${',='.repeat(4_000)}`,
]
const ADDRESSES = [
  '192.0.2.1',
  '203.0.113.7',
  '2001:db8::1',
  '[::1]:80',
  '::ffff:1.2.3.4',
  'unknown',
  '_x',
  '1.2.3.4:99999',
  'fe80::1%eth0',
  '999.1.1.1',
  '::',
  '1',
  ',',
]
const forwarded = fc
  .array(fc.oneof(fc.constantFrom(...ADDRESSES), oddText), { maxLength: 5 })
  .map((all) => all.join(', ').slice(0, 8_000))

/** What a header may hold, by its name. */
const HEADERS: readonly (readonly [string, fc.Arbitrary<string>])[] = [
  ['authorization', fc.constantFrom(...AUTHORIZATIONS)],
  ['x-amz-date', fc.constantFrom(...DATES, '')],
  ['date', fc.constantFrom(...DATES)],
  ['x-amz-security-token', fc.constantFrom(...TOKENS)],
  [
    'x-amz-content-sha256',
    fc.constantFrom('UNSIGNED-PAYLOAD', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'a'.repeat(64)),
  ],
  [
    'x-amz-target',
    fc.constantFrom(
      'TrentService.Encrypt',
      'TrentService.',
      'toString',
      'TrentService.AssumeRole',
      'trentservice.encrypt',
    ),
  ],
  [
    'content-type',
    fc.constantFrom(
      'application/json',
      'application/x-amz-json-1.1',
      'APPLICATION/X-AMZ-JSON-1.1;charset=utf-7',
      'text/xml',
      'application/x-www-form-urlencoded',
      ';',
      '',
    ),
  ],
  [
    'host',
    fc.constantFrom('', 'tenkey.test', 'kms.us-east-1.amazonaws.com', 'a,b', 'x'.repeat(3_000)),
  ],
  ['transfer-encoding', fc.constantFrom('chunked', 'gzip', 'chunked, chunked', 'identity')],
  ['content-length', fc.constantFrom('0', '1', '-1', '1e3', '99999999', 'NaN')],
  ['content-encoding', fc.constantFrom('gzip', 'aws-chunked')],
  ['x-forwarded-for', forwarded],
  ['x-forwarded-proto', fc.constantFrom('https', 'http', 'https,http', '')],
  ['x-tenkey-account', fc.constantFrom('$account$', '$victimAccount$', '0', '')],
  ['x-tenkey-region', fc.constantFrom('us-east-1', 'cn-north-1', 'x', '')],
  ['x-tenkey-router', oddText],
  ['if-match', fc.constantFrom('"1"', '*', '', '"')],
  ['if-none-match', fc.constantFrom('*', '"x"', 'W/'.repeat(1_000))],
  ['idempotency-key', fc.oneof(fc.constant('again'), oddText)],
  ['expect', fc.constantFrom('100-continue', 'x')],
  ['user-agent', oddText],
  ['__proto__', fc.constant('x')],
  ['x-amz-odd', oddText],
]
const header: fc.Arbitrary<[string, string]> = fc.constantFrom(...HEADERS).chain(([name, value]) =>
  fc.tuple(
    fc.constant(name),
    value.map((text) => text.slice(0, 20_000)),
  ),
)
const some = (maxLength: number) =>
  fc.array(header, { maxLength }).map((pairs): Record<string, string> => {
    const made: Record<string, string> = Object.create(null)
    for (const [name, value] of pairs) made[name] = value
    return made
  })

const QUERY_NAMES = [
  ...['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders'],
  ...[
    'X-Amz-Signature',
    'X-Amz-Security-Token',
    'X-Amz-Target',
    'Action',
    'Limit',
    'Marker',
    'KeyId',
  ],
  ...['StartTime', 'EndTime', '__proto__', ''],
]
const query = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 3,
    arbitrary: fc
      .array(
        fc.tuple(
          fc.constantFrom(...QUERY_NAMES),
          fc.oneof(fc.constantFrom(...DATES, '1', 'host', 'AWS4-HMAC-SHA256'), oddText),
        ),
        { maxLength: 6 },
      )
      .map((pairs) => pairs.map(([name, value]) => `${name}=${encoded(value)}`).join('&')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%',
      'a=%ff',
      '&&&',
      '=',
      'a'.repeat(17_000),
      'a&'.repeat(600),
      'Action=%00',
    ),
  },
)
const BODIES = [
  '',
  '{}',
  '{"KeyId":"$symmetric$","Plaintext":"AAAA"}',
  'Action=GetCallerIdentity&Version=2011-06-15',
]
const ALTERED: readonly (readonly [string, string])[] = [
  ['Signature=', 'Signature=0'],
  ['SignedHeaders=', 'SignedHeaders=x-absent;'],
  ['SignedHeaders=host', 'SignedHeaders=host;host'],
  ['SignedHeaders=', 'SignedHeaders=HOST;'],
  ['/us-east-1/', '/cn-north-1/'],
  ['/us-east-1/', `/us-${'a'.repeat(60)}-1/`],
  ['/kms/', '/s3/'],
  ['aws4_request', 'aws4_reques'],
  ['Credential=AKIA', 'Credential=ASIA'],
  [', ', ',,'],
  [',', ', Credential=x,'],
  ['X-Amz-Expires=', 'X-Amz-Expires=9'],
  ['X-Amz-SignedHeaders=host', 'X-Amz-SignedHeaders='],
  ['X-Amz-Date=2', 'X-Amz-Date=1'],
]

const head: fc.Arbitrary<Case> = fc.record({
  as: attacker,
  method: fc.oneof(fc.constantFrom('POST', 'GET'), fc.constantFrom(...METHODS)),
  path,
  query,
  headers: some(3),
  body: fc.constantFrom(...BODIES),
  sent: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: some(4) }),
  altered: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.subarray([...ALTERED], { maxLength: 2 }) },
  ),
  signing: fc
    .record({
      region: fc.constantFrom(
        'us-east-1',
        'us-east-1',
        'eu-west-1',
        'cn-north-1',
        'us-gov-west-1',
        'x',
      ),
      service: fc.constantFrom('kms', 'kms', 'sts', 's3', 'execute-api'),
      age: fc.constantFrom(0, 0, 0, 299_000, 301_000, 1_000_000, -400_000, 4e11),
      presigned: fc.constantFrom(1, 900, 604_800, undefined, undefined),
    })
    .map(({ presigned, ...rest }) => ({ ...rest, ...(presigned !== undefined && { presigned }) })),
})

/** Methods, paths, queries, headers, signatures of both forms, what proxies add. */
export const heads = requests(
  'heads',
  48,
  head.map((one) => [one]),
)
