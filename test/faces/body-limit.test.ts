import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newAccessKeyId } from '../../core/identity/credential.ts'
import { xksPath } from '../../core/identity/xks-access.ts'
import { type AnyOperation, serviceOf } from '../../core/operation.ts'
import { ANY_BODY, bodyLimit, MAX_BODY } from '../../core/protocol/body-limit.ts'
import type { JsonSchema } from '../../core/shape/shapes.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { XKS_SERVICE } from '../../core/xks/protocol.ts'
import { operations } from '../../operations/registry.ts'
import { send } from '../support/http.ts'
import { openRaw } from '../support/raw-socket.ts'
import { startTarget, type Target } from '../support/target.ts'

const operationOf = (name: string): AnyOperation => {
  const found = operations.find((operation) => operation.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

/** What a client may choose, writing the largest input there is. */
interface Style {
  /** a UTF-16 unit or two, of which texts are */
  readonly text: string
  /** whether a map has one long pair, or as many as fit */
  readonly wide: boolean
  readonly indent: number | '\t'
  readonly eol: '\n' | '\r\n'
}

/** Bounds that are quotas of AWS KMS and STS, not in the schemas. */
const QUOTAS: ReadonlyMap<string, number> = new Map([
  ['Policy', 32_768],
  ['PolicyDocument', 32_768],
  ['AssumeRolePolicyDocument', 32_768],
  ['Tags', 50],
  ['Operations', 17],
  ['DryRunModifiers', 1],
  ['PolicyArns', 10],
  ['arn', 2048],
  ['SerialNumber', 256],
  ['TokenCode', 6],
  ['ProviderId', 2048],
  ['Duration', 13],
])
/** Tokens: letters, digits, `-`, `_` and `.`, as they are issued. */
const PLAIN: ReadonlySet<string> = new Set(['GrantTokens', 'GrantToken', 'WebIdentityToken'])
/** bytes of an encryption context */
const CONTEXT = 8192

function largest(schema: JsonSchema, name: string, style: Style): unknown {
  const { type, enum: names, maxLength, maxItems, contentEncoding } = schema
  const quota = QUOTAS.get(name)
  if (type === 'object' && schema['properties'] === undefined) return largestContext(style)
  if (type === 'object') {
    const members = Object.entries(schema['properties'] as Record<string, JsonSchema>)
    return Object.fromEntries(
      members.map(([member, inner]) => [member, largest(inner, member, style)]),
    )
  }
  if (type === 'array') {
    const items = quota ?? maxItems
    if (typeof items !== 'number') throw new Error(`nothing bounds ${name}`)
    const item = { ...(schema['items'] as JsonSchema) }
    return Array.from({ length: items }, () => largest(item, name, style))
  }
  if (type === 'integer') return 2147483647
  if (type === 'boolean') return false
  if (schema['format'] === 'date-time') return '2026-11-28T12:00:00.123456789+05:30'
  if (Array.isArray(names)) {
    return names.reduce((a: string, b: string) => (a.length >= b.length ? a : b))
  }
  const bounds = [quota, maxLength].filter((bound) => typeof bound === 'number')
  if (bounds.length === 0) throw new Error(`nothing bounds ${name}`)
  const most = Math.min(...bounds)
  // of what is signed, base64 is like that of random bytes; all else may be of bytes like these
  if (contentEncoding === 'base64') {
    return most > 30_000 ? randomBytes((most / 4) * 3).toString('base64') : '+'.repeat(most)
  }
  return PLAIN.has(name) ? 'a'.repeat(most) : repeated(style.text, most)
}

const repeated = (text: string, length: number) => text.repeat(Math.floor(length / text.length))

function largestContext({ text, wide }: Style): Record<string, string> {
  if (!wide) return { a: repeated(text, (CONTEXT * text.length) / Buffer.byteLength(text) - 1) }
  const names: string[] = ['']
  let left = CONTEXT
  for (let code = 0; left > 1; code++) {
    const name = code < 128 ? String.fromCharCode(code) : shortName(code - 128)
    names.push(name)
    left -= Buffer.byteLength(name)
  }
  return Object.fromEntries(names.slice(0, -1).map((name) => [name, '']))
}

/** Names of two bytes: of two characters, then of one. */
const shortName = (n: number): string =>
  n < 128 * 31
    ? String.fromCharCode(n % 31) + String.fromCharCode(Math.floor(n / 31))
    : String.fromCharCode(0x80 + n - 128 * 31)

/** JSON with all escaped that any common writer escapes: PHP's, Python's, Go's, .NET's, Gson's. */
const writeJson = (value: unknown, { indent, eol }: Style): string =>
  JSON.stringify(value, null, indent)
    .replace(
      /[\u007f-\uffff<>&'+=]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll('/', '\\/')
    .replaceAll('\n', eol)

/** A form as AWS's clients write it: all but unreserved characters are percent-encoded. */
function writeForm(operation: AnyOperation, input: unknown): string {
  const pairs: [string, string][] = [
    ['Action', operation.name],
    ['Version', '2011-06-15'],
  ]
  const add = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) add(item, `${path}.member.${at + 1}`)
    } else if (typeof value !== 'object') pairs.push([path, String(value)])
    else {
      for (const [name, inner] of Object.entries(value ?? {})) {
        add(inner, path === '' ? name : `${path}.${name}`)
      }
    }
  }
  add(input, '')
  return pairs.map((pair) => pair.map(encodeURIComponent).join('=')).join('&')
}

/** Members that nothing bounds at AWS either, or that are the operator's alone. */
const UNBOUNDED = [
  ...['CreateInstallationIssuer', 'CreateOidcIssuer', 'ExplainAccess'],
  // lists of policies
  ...['GetContextKeysForCustomPolicy', 'GetContextKeysForPrincipalPolicy'],
  ...['SimulateCustomPolicy', 'SimulatePrincipalPolicy'],
  ...['UntagPrincipal', 'UntagResource', 'UpdateInstallationIssuer', 'UpdateOidcIssuer'],
]
const bounded = operations.filter(({ name }) => !UNBOUNDED.includes(name))
const style: fc.Arbitrary<Style> = fc.record({
  text: fc.constantFrom('\u0001', 'é', '中', '🔑', '"', '/', '+'),
  wide: fc.boolean(),
  indent: fc.constantFrom(0, 2, 4, '\t' as const),
  eol: fc.constantFrom('\n' as const, '\r\n' as const),
})

describe('The largest input of an operation, as clients write it, fits', () => {
  test('as JSON (property)', { tags: ['long'] }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...bounded), style, (operation, written) => {
        const input = largest(operation.input.schema, '', written)
        const length = Buffer.byteLength(writeJson(input, written))
        expect(length).toBeLessThanOrEqual(bodyLimit(operation, 'aws', 'POST').bytes)
      }),
      { numRuns: 400 },
    )
  })

  test.each(bounded.map((operation) => [operation.name, operation] as const))(
    'as JSON and as a form, in the most wasteful ways: %s',
    (_, operation) => {
      for (const text of ['\u0001', '中']) {
        for (const wide of [false, true]) {
          const written: Style = { text, wide, indent: 4, eol: '\r\n' }
          const input = largest(operation.input.schema, '', written)
          const json = Buffer.byteLength(writeJson(input, written))
          expect(json).toBeLessThanOrEqual(bodyLimit(operation, 'rest', 'POST').bytes)
          if (serviceOf(operation) !== 'sts') continue
          const form = writeForm(operation, input).length
          expect(form).toBeLessThanOrEqual(bodyLimit(operation, 'query', 'POST').bytes)
        }
      }
    },
  )

  test('and only what nothing bounds has the limit of all', () => {
    const capped = operations.filter((one) => bodyLimit(one, 'aws', 'POST') === ANY_BODY)
    expect(capped.map(({ name }) => name).sort()).toEqual(UNBOUNDED)
    for (const operation of bounded) {
      const { bytes } = bodyLimit(operation, 'aws', 'POST')
      expect(bytes).toBeLessThan(MAX_BODY)
      // computed once
      expect(bodyLimit(operation, 'aws', 'POST')).toBe(bodyLimit(operation, 'rest', 'PUT'))
    }
    // "ten grant tokens alone are 80 KB"
    expect(bodyLimit(operationOf('DescribeKey'), 'aws', 'POST').bytes).toBeGreaterThan(80 * 1024)
    expect(bodyLimit(operationOf('ListKeys'), 'aws', 'POST').bytes).toBeLessThan(32 * 1024)
  })
})

describe('What is longer is refused', () => {
  let target: Target
  let host: string
  beforeAll(async () => {
    target = await startTarget('memory')
    host = new URL(target.url).host
  })
  afterAll(() => target.stop())

  interface Asked {
    readonly line: string
    readonly type: string
    readonly headers?: Readonly<Record<string, string>>
    readonly service?: string
    /** an access key of the operator's unless given */
    readonly credential?: { readonly accessKeyId: string; readonly secretAccessKey: string }
    readonly limit: number
    readonly words: string
    /** 413 and RequestEntityTooLarge… unless given */
    readonly refused?: { readonly status: number; readonly code: string }
  }
  const of = (name: string, face: 'aws' | 'rest' | 'query', method = 'POST') => {
    const { bytes } = bodyLimit(operationOf(name), face, method)
    return { limit: bytes, words: `A request body of ${name} has at most ${bytes} bytes.` }
  }
  const forms = Math.max(
    ...operations
      .filter((operation) => serviceOf(operation) === 'sts')
      .map((operation) => bodyLimit(operation, 'query', 'POST').bytes),
  )
  const FACES: [face: string, asked: Asked][] = [
    [
      'AWS JSON',
      {
        line: 'POST /',
        type: 'application/x-amz-json-1.1',
        headers: { 'x-amz-target': 'TrentService.Encrypt' },
        ...of('Encrypt', 'aws'),
      },
    ],
    [
      'REST',
      { line: 'POST /v1/keys/x/encrypt', type: 'application/json', ...of('Encrypt', 'rest') },
    ],
    [
      'REST without a body',
      { line: 'GET /v1/keys', type: 'application/json', ...of('ListKeys', 'rest', 'GET') },
    ],
    [
      'a form',
      {
        line: 'POST /',
        type: 'application/x-www-form-urlencoded',
        service: 'sts',
        limit: forms,
        words: `A request body has at most ${forms} bytes.`,
      },
    ],
    [
      // https://github.com/aws/aws-kms-xksproxy-api-spec "Error codes"
      'the proxy of an external key store',
      {
        line: `POST ${xksPath('111122223333-abcd2345')}/keys/x/encrypt`,
        type: 'application/json',
        service: XKS_SERVICE,
        credential: {
          accessKeyId: `AXKS${newAccessKeyId('111122223333').slice(4, 12)}ABCD2345AAAAAAAAAA`,
          secretAccessKey: 'x'.repeat(64),
        },
        limit: 64 * 1024,
        words: `A request body has at most ${64 * 1024} bytes.`,
        refused: { status: 501, code: 'UnsupportedOperationException' },
      },
    ],
  ]
  const TOO_LARGE = { status: 413, code: 'RequestEntityTooLarge' }

  /** Headers of a signature, another's unless the body is given. */
  const signed = (
    { line, type, headers, service = 'kms', credential = target.operator }: Asked,
    body: Uint8Array,
  ) => {
    const [method = '', path = ''] = line.split(' ')
    const all = { host, 'content-type': type, ...headers }
    const scope = { region: 'us-east-1', service, now: Date.now() }
    return signRequest({ method, path, query: '', headers: all, body }, credential, scope)
  }
  const head = (asked: Asked, more: Readonly<Record<string, string>>) =>
    `${asked.line} HTTP/1.1\r\n${Object.entries({ ...signed(asked, Buffer.alloc(0)), ...more })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`

  test.each(FACES)('by the length that %s announces: nothing is sent', async (_, asked) => {
    const connection = await openRaw(target.url)
    connection.socket.write(head(asked, { 'content-length': String(asked.limit + 1) }))
    const answer = await connection.answer()
    connection.socket.destroy()
    const { status, code } = asked.refused ?? TOO_LARGE
    expect(answer?.status).toBe(status)
    expect(answer?.body).toContain(asked.words)
    expect(answer?.body).toContain(code)
  })

  test.each(FACES)('in chunks, as soon as that is seen: %s', async (_, asked) => {
    const connection = await openRaw(target.url)
    connection.socket.write(head(asked, { 'transfer-encoding': 'chunked' }))
    const chunk = Buffer.alloc(asked.limit, ' ')
    connection.socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n1\r\n{\r\n`)
    // no last chunk: it is answered without
    const answer = await connection.answer()
    connection.socket.destroy()
    expect(answer?.status).toBe((asked.refused ?? TOO_LARGE).status)
    expect(answer?.body).toContain(asked.words)
    expect(answer?.body.startsWith(asked.service === 'sts' ? '<' : '{')).toBe(true)
  })

  test.each(FACES)('and what is as long as it may be is judged: %s', async (_, asked) => {
    const start = asked.service === 'sts' ? 'Action=GetCallerIdentity&Version=2011-06-15&x=' : '{}'
    const body = Buffer.alloc(asked.limit, ' ')
    body.write(start)
    const [method = '', path = ''] = asked.line.split(' ')
    const answer = await send(target.url, {
      method,
      target: path,
      headers: signed(asked, body),
      body,
    })
    expect(answer.text).not.toContain('Signature')
    // a form's own operation has the last word
    const form = asked.service === 'sts'
    const { code } = asked.refused ?? TOO_LARGE
    expect(answer.text.includes(code)).toBe(form)
    if (form) expect(answer.text).toContain('A request body of GetCallerIdentity has')
  })

  test('of two operations by their own limits, before the signature', async () => {
    const [, asked] = FACES[0] ?? []
    if (asked === undefined) throw new Error('no face')
    const body = Buffer.alloc(30 * 1024, ' ')
    const status = async (operation: string) => {
      const headers = { 'x-amz-target': `TrentService.${operation}` }
      const wrong = createHash('sha256').update('x').digest('hex')
      const sent = signed({ ...asked, headers }, body)
      const authorization = String(sent['authorization']).replace(/[0-9a-f]{64}$/, wrong)
      const all = { ...sent, authorization }
      return (await send(target.url, { method: 'POST', target: '/', headers: all, body })).text
    }
    expect(await status('ListKeys')).toContain('RequestEntityTooLargeException')
    expect(await status('CreateGrant')).toContain('InvalidSignatureException')
  })
})
