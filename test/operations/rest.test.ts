// @module-tag local: a gateway answers by itself what has no route, and decodes paths
import { expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Outcome } from '../support/harness.ts'

/** What the REST face adds to the operations: ETag and If-Match, problems. */
describeStores('REST', (harness) => {
  const idOf = ({ json }: Outcome) => (json['KeyMetadata'] as { KeyId: string }).KeyId

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

  test('a filter by an alias that never was is a mistake, and told so', async () => {
    const tenant = await harness.tenant()
    const by = (alias: string) =>
      harness.rest(tenant, 'GET /v1/audit', { query: `KeyId=${encodeURIComponent(alias)}` })
    const words = 'Alias alias/never is not found, and no record of this time names it.'
    expectRefusal(await by('alias/never'), 'rest', 'NotFoundException', words)
    const { id } = await harness.key(tenant)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/once', TargetKeyId: id })
    await harness.ok(tenant, 'DeleteAlias', { AliasName: 'alias/once' })
    const { json } = await by('alias/once')
    expect((json['Records'] as unknown[]).length).toBeGreaterThan(0)
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
      ['GET /v1/keys', { query: 'Limit=1&Limit=2' }, 'ValidationException'],
      ['GET /v1/keys', { query: 'Limit=0' }, 'ValidationException'],
    ]
    for (const [line, options, code] of cases) {
      const outcome = await harness.rest(tenant, line, options)
      expect(outcome.code, `${line} ${JSON.stringify(options)}`).toBe(code)
      expect(outcome.status).toBeGreaterThanOrEqual(400)
      expect(outcome.status).toBeLessThan(500)
    }
    expect((await harness.ok(tenant, 'ListKeys'))['Keys']).toEqual([])
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
