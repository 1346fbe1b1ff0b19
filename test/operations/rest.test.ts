// @module-tag local: moves the clock
import { expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Outcome } from '../support/harness.ts'

const DAY = 86_400_000

/** What the REST face adds to the operations: Idempotency-Key, ETag and If-Match, problems. */
describeStores('REST', (harness) => {
  const create = (
    caller: Parameters<typeof harness.rest>[0],
    key: string,
    body: object,
    region?: string,
  ) =>
    harness.rest(caller, 'POST /v1/keys', {
      headers: { 'idempotency-key': key },
      body: JSON.stringify(body),
      ...(region !== undefined && { region }),
    })
  const idOf = ({ json }: Outcome) => (json['KeyMetadata'] as { KeyId: string }).KeyId
  const countKeys = async (caller: Parameters<typeof harness.rest>[0]) =>
    ((await harness.ok(caller, 'ListKeys'))['Keys'] as unknown[]).length

  test('the same Idempotency-Key and body: one key, the same answer twice', async () => {
    const tenant = await harness.tenant()
    const first = await create(tenant, 'one', { Description: 'x' })
    const again = await create(tenant, 'one', { Description: 'x' })
    expect(first.status).toBe(201)
    expect(again.status).toBe(201)
    expect(again.json).toEqual(first.json)
    expect(await countKeys(tenant)).toBe(1)
  })

  test('another body under the same key is refused, and changes nothing', async () => {
    const tenant = await harness.tenant()
    await create(tenant, 'one', { Description: 'x' })
    const other = await create(tenant, 'one', { Description: 'y' })
    expectRefusal(other, 'rest', 'IdempotentParameterMismatchException')
    expect(await countKeys(tenant)).toBe(1)
  })

  test('at once: one key, and every answer is it or asks to wait', async () => {
    const tenant = await harness.tenant()
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => create(tenant, 'raced', {})))
    const made = outcomes.filter(({ status }) => status === 201)
    expect(new Set(made.map(idOf)).size).toBe(1)
    for (const outcome of outcomes) {
      if (outcome.status !== 201) expectRefusal(outcome, 'rest', 'ConflictException')
    }
    expect(await countKeys(tenant)).toBe(1)
  })

  test('an Idempotency-Key is a caller’s own, of one Region and one operation', async () => {
    const [tenant, other] = [await harness.tenant(), await harness.tenant()]
    const ids = [
      idOf(await create(tenant, 'mine', {})),
      idOf(await create(other, 'mine', {})),
      idOf(await create(tenant, 'mine', {}, 'eu-west-1')),
    ]
    expect(new Set(ids).size).toBe(3)
    const alias = await harness.rest(tenant, 'POST /v1/aliases', {
      headers: { 'idempotency-key': 'mine' },
      body: JSON.stringify({ AliasName: 'alias/a', TargetKeyId: ids[0] }),
    })
    expect(alias.code, alias.text).toBeUndefined()
  })

  test('a refused create leaves its key free', async () => {
    const tenant = await harness.tenant()
    const body = { AliasName: 'alias/free', TargetKeyId: '01234567-89ab-cdef-0123-456789abcdef' }
    const headers = { 'idempotency-key': 'free' }
    const post = (more: object) =>
      harness.rest(tenant, 'POST /v1/aliases', {
        headers,
        body: JSON.stringify({ ...body, ...more }),
      })
    expectRefusal(await post({}), 'rest', 'NotFoundException')
    const { id } = await harness.key(tenant)
    expect((await post({ TargetKeyId: id })).code).toBeUndefined()
    expect((await post({ TargetKeyId: id })).code, 'the repetition').toBeUndefined()
  })

  test('a tenant made twice under one Idempotency-Key has one secret, answered twice', async () => {
    const post = () =>
      harness.rest(harness.operator, 'POST /admin/v1/tenants', {
        headers: { 'idempotency-key': 'tenant-once' },
        body: '{"Name":"once"}',
      })
    const [first, again] = [await post(), await post()]
    expect(first.status).toBe(201)
    expect(again.json).toEqual(first.json)
  })

  test('an Idempotency-Key too long', async () => {
    const tenant = await harness.tenant()
    expectRefusal(await create(tenant, 'k'.repeat(256), {}), 'rest', 'ValidationException')
  })

  test('If-Match: a writer who has not seen the last version is refused', async () => {
    const tenant = await harness.tenant()
    const { id } = await harness.key(tenant)
    const path = `/v1/keys/${id}`
    const etag = (await harness.rest(tenant, `GET ${path}`)).headers['etag'] ?? ''
    expect(etag).toMatch(/^"\d+"$/)
    const patch = (tag: string, Description: string) =>
      harness.rest(tenant, `PATCH ${path}`, {
        headers: { 'if-match': tag },
        body: JSON.stringify({ Description }),
      })
    expect((await patch(etag, 'first')).status).toBe(204)
    expectRefusal(await patch(etag, 'second'), 'rest', 'PreconditionFailedException')
    expect((await patch('*', 'third')).status).toBe(204)
    const now = await harness.rest(tenant, `GET ${path}`)
    expect((now.json['KeyMetadata'] as { Description: string }).Description).toBe('third')
    expect(now.headers['etag']).not.toBe(etag)
    expect((await patch(`"0", ${now.headers['etag']}`, 'fourth')).status).toBe(204)
  })

  test('of writers with the same If-Match, one succeeds', async () => {
    const tenant = await harness.tenant()
    const { id } = await harness.key(tenant)
    const etag = (await harness.rest(tenant, `GET /v1/keys/${id}`)).headers['etag'] ?? ''
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        harness.rest(tenant, `PATCH /v1/keys/${id}`, {
          headers: { 'if-match': etag },
          body: JSON.stringify({ Description: `writer ${i}` }),
        }),
      ),
    )
    const refused = outcomes.filter(({ code }) => code !== undefined)
    expect(refused).toHaveLength(5)
    for (const outcome of refused) expectRefusal(outcome, 'rest', 'PreconditionFailedException')
  })

  test('a problem says what, whose fault and which request', async () => {
    const tenant = await harness.tenant()
    const outcome = await harness.rest(tenant, 'GET /v1/keys/nothing')
    expect(outcome.headers['content-type']).toBe('application/problem+json')
    expect(outcome.json).toEqual({
      title: 'Not found',
      status: 404,
      detail: "Invalid keyId 'nothing'",
      code: 'NotFoundException',
      requestId: outcome.headers['x-request-id'],
    })
  })

  test('paths and bodies that are none', async () => {
    const tenant = await harness.tenant()
    const cases: readonly (readonly [string, object, string])[] = [
      ['GET /v1/nothing', {}, 'UnknownOperationException'],
      ['GET /v1', {}, 'UnknownOperationException'],
      ['GET /', {}, 'UnknownOperationException'],
      ['GET /v1/keys/', {}, 'UnknownOperationException'],
      ['DELETE /v1/keys', {}, 'MethodNotAllowedException'],
      ['GET /v1/keys/%ff', {}, 'SerializationException'],
      ['GET /v1/keys/%zz', {}, 'SerializationException'],
      ['POST /v1/keys', { body: '{' }, 'SerializationException'],
      ['POST /v1/keys', { body: '[]' }, 'SerializationException'],
      ['POST /v1/keys', { body: 'null' }, 'SerializationException'],
      ['POST /v1/keys', { body: Buffer.of(0x7b, 0xff, 0x7d) }, 'SerializationException'],
      [
        'POST /v1/keys',
        { body: '{}', headers: { 'content-type': 'text/plain' } },
        'UnsupportedMediaTypeException',
      ],
      ['GET /v1/keys', { query: 'Limit=x' }, 'SerializationException'],
      ['GET /v1/keys', { query: 'Limit=1&Limit=2' }, 'SerializationException'],
      ['GET /v1/keys', { query: 'Limit=0' }, 'ValidationException'],
    ]
    for (const [line, options, code] of cases) {
      const outcome = await harness.rest(tenant, line, options)
      expect(outcome.code, `${line} ${JSON.stringify(options)}`).toBe(code)
      expect(outcome.status).toBeGreaterThanOrEqual(400)
      expect(outcome.status).toBeLessThan(500)
    }
    expect(await countKeys(tenant)).toBe(0)
  })

  test('an alias may stand in the path with or without its prefix, slashes encoded', async () => {
    const tenant = await harness.tenant()
    const { id } = await harness.key(tenant)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/a/b', TargetKeyId: id })
    for (const path of ['a%2Fb', 'alias%2Fa%2Fb']) {
      const outcome = await harness.rest(tenant, `PUT /v1/aliases/${path}`, {
        body: JSON.stringify({ TargetKeyId: id }),
      })
      expect(outcome.status, outcome.text).toBe(204)
    }
    const described = await harness.rest(tenant, 'GET /v1/keys/alias%2Fa%2Fb')
    expect(idOf(described)).toBe(id)
  })
})

describeStores(
  'REST, a day later',
  (harness) => {
    test('an Idempotency-Key is forgotten after a day', async () => {
      const tenant = await harness.tenant()
      const post = () =>
        harness.rest(tenant, 'POST /v1/keys', { headers: { 'idempotency-key': 'day' }, body: '{}' })
      const first = await post()
      harness.advance(DAY - 60_000)
      expect((await post()).json).toEqual(first.json)
      harness.advance(2 * 60_000)
      expect((await post()).json).not.toEqual(first.json)
    })
  },
  ['memory'],
)
