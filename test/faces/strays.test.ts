// @module-tag functions
import { beforeAll, describe, expect, test } from 'vitest'
import { type AnyOperation, idOf, serviceOf } from '../../core/operation.ts'
import { memberOf, parseTemplate } from '../../core/protocol/rest-path.ts'
import { presignRequest, signRequest } from '../../core/signature/sign-request.ts'
import { operations } from '../../operations/registry.ts'
import { describeStores, type Outcome, type Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'
import { awsOperations, sampleInput, samplePath } from '../support/model.ts'
import { slice } from '../support/slice.ts'

/** but for the clock's, which are not deployed everywhere (test/lifecycle/clock.test.ts) */
const deployed = operations.filter(({ uses }) => !uses.includes('clock'))
/** Through the functions `npm test` asks one of a dozen: they share what reads a request. */
const elsewhere = process.env['TENKEY_TEST_ENDPOINT'] !== undefined
const tabled = elsewhere ? slice(deployed, (_, index) => index % 12 === 0) : deployed
const awsTabled = elsewhere ? slice(awsOperations, (_, index) => index % 12 === 0) : awsOperations

/** What a request may have beside what is known, and what a refusal says of each. */
interface Told {
  readonly detail: string
  readonly in: string
  readonly pointer?: string
  readonly name?: string
}

const lower = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
const withoutBody = (http: string) => /^(GET|DELETE) /.test(http)

/** Members of an operation that its path does not have. */
function membersOf({ http, input }: AnyOperation): string[] {
  const inPath = parseTemplate(http).segments.map(memberOf)
  return input.fields.map(({ name }) => name).filter((name) => !inPath.includes(name))
}

describeStores('What a REST request has and no operation knows', (harness) => {
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await harness.tenant()
  })

  /** Sends what is refused before anything is looked for. @param more members, as texts of JSON */
  function ask(
    operation: AnyOperation,
    more: readonly (readonly [name: string, json: string])[],
    { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {},
  ): Promise<Outcome> {
    const { method, segments } = parseTemplate(operation.http)
    const given = samplePath(operation.http)
    const path = segments.map((segment) => given[memberOf(segment) ?? ''] ?? segment).join('/')
    const inQuery = withoutBody(operation.http)
    const pairs = more.map(([name, json]) => `${name}=${encodeURIComponent(json)}`)
    const members = more.map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    return harness.rest(caller(operation), `${method} /${path}`, {
      query: inQuery ? pairs.join('&') : query,
      headers,
      ...(!inQuery && { body: `{${members.join(',')}}` }),
    })
  }
  const caller = ({ audience }: AnyOperation) =>
    audience === 'operator' ? harness.operator : tenant

  /** The operation is refused for these, in this order, and for nothing else. */
  function expectTold(outcome: Outcome, told: readonly Told[]): void {
    expect(outcome, outcome.text).toMatchObject({ status: 400, code: 'ValidationException' })
    expect(outcome.json['errors'], outcome.text).toEqual(told)
    expect(outcome.message).toBe(told.map(({ detail }) => detail).join(' '))
  }

  test.for(tabled)('$name: names that nobody knows', async (operation) => {
    const headers = { 'x-tenkey-nonsense': 'x' }
    const outcome = await ask(operation, [['Zzzzzzzz', '1']], { query: 'zzzzzzzz=1', headers })
    const parameter = (name: string): Told => ({
      detail: `query parameter ${name} is not known here.`,
      in: 'query',
      name,
    })
    expectTold(outcome, [
      {
        detail: 'header x-tenkey-nonsense is not known here.',
        in: 'header',
        name: 'x-tenkey-nonsense',
      },
      ...(withoutBody(operation.http)
        ? [parameter('Zzzzzzzz')]
        : [
            parameter('zzzzzzzz'),
            { detail: 'Zzzzzzzz is not known here.', in: 'body', pointer: '/Zzzzzzzz' },
          ]),
    ])
  })

  test.for(tabled)('$name: names in another case, and what was meant', async (operation) => {
    const names = membersOf(operation)
      .filter((name) => lower(name) !== name)
      .slice(0, 10)
    if (names.length === 0) return
    const outcome = await ask(
      operation,
      names.map((name) => [lower(name), '"x"']),
    )
    const inQuery = withoutBody(operation.http)
    expectTold(
      outcome,
      names.map((name) => ({
        detail: `${inQuery ? 'query parameter ' : ''}${lower(name)} is not known here; did you mean ${name}?`,
        ...(inQuery
          ? { in: 'query', name: lower(name) }
          : { in: 'body', pointer: `/${lower(name)}` }),
      })),
    )
  })

  test.for(tabled)('$name: a name twice', async (operation) => {
    const inQuery = withoutBody(operation.http)
    const field = operation.input.fields.find(
      ({ name, shape }) =>
        membersOf(operation).includes(name) && (!inQuery || shape.text !== 'list'),
    )
    if (field === undefined) return
    const { name } = field
    const twice = { detail: `${name} is there more than once.` }
    const outcome = await ask(operation, [
      [name, '1'],
      [name, '1'],
    ])
    expectTold(outcome, [
      inQuery
        ? { detail: `query parameter ${twice.detail}`, in: 'query', name }
        : { ...twice, in: 'body', pointer: `/${name}` },
    ])
  })

  test.for(tabled)('$name: headers and parameters without effect', async (operation) => {
    const { name, idempotencyKey, mutates, versionOf } = operation
    const headers = {
      ...(idempotencyKey !== true && { 'idempotency-key': 'k' }),
      ...(!(mutates && versionOf !== undefined) && { 'if-match': '"1"' }),
      'x-tenkey-account': '999999999999',
      'x-tenkey-region': 'us-east-1',
    }
    const inQuery = withoutBody(operation.http)
    const [member] = inQuery ? [] : membersOf(operation)
    const outcome = await ask(operation, [], { headers, query: member ? `${member}=1` : '' })
    const errors = outcome.json['errors'] as Told[]
    const header = (name: string, words: string) => ({
      detail: `header ${name} ${words}`,
      in: 'header',
      name,
    })
    const idle = Object.keys(headers)
      .filter((one) => !one.startsWith('x-'))
      .map((one) => header(one, `has no effect on ${name}.`))
    const contrary = header('x-tenkey-account', 'says otherwise than the signature does.')
    const misplaced = {
      detail: `query parameter ${member} is not taken from the query here: it stands in the body.`,
      in: 'query',
      name: member,
    }
    const told = [...idle, contrary, ...(member ? [misplaced] : [])]
    expect(outcome.code, outcome.text).toBe('ValidationException')
    expect(errors).toHaveLength(told.length)
    expect(errors).toEqual(expect.arrayContaining(told))
  })

  describe('at every depth', () => {
    test.each<[string, string, object, readonly Told[]]>([
      [
        'in a list',
        'POST /v1/keys',
        {
          Tags: [
            { TagKey: 'a', TagValue: 'b' },
            { TagKey: 'a', tag_value: 'b' },
          ],
        },
        [
          {
            detail: 'tag_value is not known here; did you mean TagValue?',
            in: 'body',
            pointer: '/Tags/1/tag_value',
          },
        ],
      ],
      [
        'in a structure',
        'POST /v1/keys/k/grants',
        { Constraints: { EncryptionContextSubnet: {} } },
        [
          {
            detail:
              'EncryptionContextSubnet is not known here; did you mean EncryptionContextSubset?',
            in: 'body',
            pointer: '/Constraints/EncryptionContextSubnet',
          },
        ],
      ],
      [
        'with what JSON pointers escape, and what steers a terminal',
        'POST /v1/keys',
        { 'a/b~c\u001b[31m\u202e': 1 },
        [
          {
            detail: 'a/b~c\\u001b[31m\\u202e is not known here.',
            in: 'body',
            pointer: '/a~1b~0c\\u001b[31m\\u202e',
          },
        ],
      ],
      [
        'long ones, of which the beginning is repeated',
        'POST /v1/keys',
        { ['x'.repeat(5000)]: 1 },
        [
          {
            detail: `${'x'.repeat(64)}… is not known here.`,
            in: 'body',
            pointer: `/${'x'.repeat(64)}…`,
          },
        ],
      ],
    ])('%s', async (_, line, input, told) => {
      expectTold(await harness.rest(tenant, line, { body: JSON.stringify(input) }), told)
    })

    test('ten are told', async () => {
      const names = Array.from({ length: 5000 }, (_, at) => [`n${at}`, 1])
      const body = JSON.stringify(Object.fromEntries(names))
      const { json } = await harness.rest(tenant, 'POST /v1/keys', { body })
      expect(json['errors']).toHaveLength(10)
    })

    test('a name that is there twice, however it is written, in a map too', async () => {
      const { id } = await harness.key(tenant)
      const body =
        '{"Plaintext":"aGk=","EncryptionContext":{"a:{\\"b":"\\"c\\":1","\\u0061\\u002f":"1","a/":"2"},"Plaintext" : "aGk="}'
      expectTold(await harness.rest(tenant, `POST /v1/keys/${id}/encrypt`, { body }), [
        { detail: 'a/ is there more than once.', in: 'body', pointer: '/EncryptionContext/a~1' },
        { detail: 'Plaintext is there more than once.', in: 'body', pointer: '/Plaintext' },
      ])
    })

    test('names in a map are the caller’s own', async () => {
      const { id } = await harness.key(tenant)
      const EncryptionContext = { encryptionContext: 'a', __proto__x: 'b', 'a"b\\': ':{"c":1' }
      const body = `{"Plaintext":"aGk=","EncryptionContext":${JSON.stringify(EncryptionContext).replace('__proto__x', '__proto__')}}`
      const { status, text } = await harness.rest(tenant, `POST /v1/keys/${id}/encrypt`, { body })
      expect(status, text).toBe(200)
    })
  })

  test('an encryption context in another case encrypts nothing, a dry run deletes nothing', async () => {
    const { id } = await harness.key(tenant)
    const encrypt = await harness.rest(tenant, `POST /v1/keys/${id}/encrypt`, {
      body: '{"Plaintext":"aGk=","encryptionContext":{"tenant":"a"}}',
    })
    expect(encrypt.message).toBe(
      'encryptionContext is not known here; did you mean EncryptionContext?',
    )
    const options = { headers: { 'content-type': 'application/json' }, body: '{"DryRun":true}' }
    const path = `/v1/keys/${id}/deletion`
    expect((await harness.rest(tenant, `POST ${path}`, options)).code).toBe('ValidationException')
    const cancel = await harness.rest(tenant, `DELETE ${path}`, options)
    expectTold(cancel, [
      {
        detail: 'CancelKeyDeletion has no body: its members are parameters of the query.',
        in: 'body',
        pointer: '',
      },
    ])
    const other = await harness.rest(tenant, `POST ${path}`, {
      body: '{"KeyId":"x","PendingWindowInDays":7}',
    })
    expectTold(other, [
      {
        detail: 'KeyId is not taken from the body here: the path has it already.',
        in: 'body',
        pointer: '/KeyId',
      },
    ])
    const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId: id })
    expect(KeyMetadata).toMatchObject({ KeyState: 'Enabled' })
  })

  test('an Idempotency-Key that is there twice', async () => {
    const headers = { 'idempotency-key': 'a, a' }
    expectTold(await harness.rest(tenant, 'POST /v1/keys', { headers, body: '{}' }), [
      {
        detail: 'header idempotency-key is there more than once.',
        in: 'header',
        name: 'idempotency-key',
      },
    ])
  })

  test('what a signature says too may be said', async () => {
    const headers = { 'x-tenkey-account': tenant.accountId, 'x-tenkey-region': 'us-east-1' }
    expect((await harness.rest(tenant, 'GET /v1/keys', { headers })).status).toBe(200)
  })

  test('a presigned URL has its signature’s parameters, and no others', async () => {
    const answer = async (query: string) => {
      const { url } = harness.target
      const request = {
        ...{ method: 'GET', path: '/v1/keys', query, body: Buffer.of() },
        headers: { host: new URL(url).host },
      }
      const scope = { region: 'us-east-1', service: 'kms', now: Date.now(), expiresInSeconds: 60 }
      const target = `/v1/keys?${presignRequest(request, tenant, scope)}`
      const { status, text } = await send(url, { ...request, headers: {}, target })
      return [status, JSON.parse(text)]
    }
    expect(await answer('Limit=1')).toMatchObject([200, { Keys: [{}] }])
    expect(await answer('limit=1')).toMatchObject([
      400,
      { detail: 'query parameter limit is not known here; did you mean Limit?' },
    ])
    // in the query of a request that is signed in its header they are nobody's
    const stray = await harness.rest(tenant, 'GET /v1/keys', { query: 'X-Amz-Expires=60' })
    expect(stray.message).toBe('query parameter X-Amz-Expires is not known here.')
  })

  test('is not told to who is not proven', async () => {
    const { url } = harness.target
    const line = { method: 'POST', target: '/v1/keys', body: '{"tags":1,"tags":2}' }
    const bare = { 'content-type': 'application/json', host: new URL(url).host }
    const asks = [bare, { ...bare, 'x-tenkey-nonsense': 'x' }]
    for (const headers of asks) {
      const { status, text } = await send(url, { ...line, headers })
      expect([status, JSON.parse(text).code]).toEqual([401, 'MissingAuthenticationTokenException'])
      expect(text).not.toContain('known here')
    }
    const request = { method: 'POST', path: '/v1/keys', query: '', headers: bare }
    const forger = { ...tenant, secretAccessKey: 'x'.repeat(40) }
    const scope = { region: 'us-east-1', service: 'kms', now: Date.now() }
    const headers = signRequest({ ...request, body: Buffer.from(line.body) }, forger, scope)
    const { status, text } = await send(url, { ...line, headers })
    expect([status, JSON.parse(text).code]).toEqual([403, 'InvalidSignatureException'])
    expect(text).not.toContain('more than once')
  })
})

describeStores('What AWS JSON has and no operation knows is ignored, as at AWS', (harness) => {
  let tenant: Tenant
  let id: string
  beforeAll(async () => {
    tenant = await harness.tenant()
    id = (await harness.key(tenant)).id
  })
  const isRead = ({ mutates }: AnyOperation) => !mutates

  test.for(awsTabled)('$name', async (operation) => {
    const { name } = operation
    const sample = sampleInput(operation, id)
    const miscased = Object.keys(sample).map((member) => [lower(member), 5])
    const more = { Zzzzzzzz: { a: 1 }, ...Object.fromEntries(miscased) }
    const options = { headers: { 'x-tenkey-nonsense': 'x', 'if-match': '"9"' } }
    const ignored = await harness.call('aws', tenant, name, { ...sample, ...more }, options)
    expect(ignored.text).not.toMatch(/known here|zzzz|nonsense/i)
    expect(ignored.json).not.toHaveProperty('errors')
    expect(ignored.code).not.toBe('SerializationException')
    if (!isRead(operation)) return
    const plain = await harness.call('aws', tenant, name, sample)
    expect(ignored.code).toBe(plain.code)
    // of what is there twice the last holds, miscased members are none
    const fields = Object.entries(sample).map(([member, value]) => {
      const json = JSON.stringify(value)
      return `${JSON.stringify(member)}:${json},${JSON.stringify(member)}:${json}`
    })
    const twice = await harness.call('aws', tenant, name, {}, { body: `{${fields.join(',')}}` })
    expect(twice.code, twice.text).toBe(plain.code)
    const required = operation.input.fields.find((field) => field.required)
    if (required === undefined) return
    const { code, message } = await harness.call('aws', tenant, name, Object.fromEntries(miscased))
    expect([code, message]).toEqual([
      'ValidationException',
      expect.stringContaining(`Value null at '${lower(required.name)}' failed`),
    ])
  })

  test('as parameters of STS and IAM are', async () => {
    for (const [service, path, action, version] of [
      ['sts', '/', 'GetCallerIdentity', '2011-06-15'],
      ['iam', '/iam', 'ListUsers', '2010-05-08'],
    ] as const) {
      const body = Buffer.from(`Action=${action}&Version=${version}&Zzzzzzzz=1&maxItems=x`)
      const { url } = harness.target
      const headers = signRequest(
        {
          ...{ method: 'POST', path, query: '', body },
          headers: {
            host: new URL(url).host,
            'content-type': 'application/x-www-form-urlencoded',
            'x-tenkey-nonsense': 'x',
          },
        },
        tenant,
        { region: 'us-east-1', service, now: Date.now() },
      )
      const answer = await send(url, { method: 'POST', target: path, headers, body })
      expect(answer.status, answer.text).toBe(200)
    }
  })

  test('every operation of AWS’s services is in one of these tables', () => {
    const services = new Set(operations.map(serviceOf))
    expect([...services].sort()).toEqual(['iam', 'kms', 'sts', 'tenkey'])
    expect(new Set(operations.map(idOf)).size).toBe(operations.length)
  })
})
