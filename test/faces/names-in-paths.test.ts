// @module-tag functions
import { beforeAll, expect, test } from 'vitest'
import { describeStores, type MadeKey, type Tenant } from '../support/harness.ts'

/**
 * Names with slashes and colons on the REST face, by what no gateway touches: `~` in the path and the
 * member in the query; and colons in every encoding that clients have for them.
 */
describeStores('Names in paths', (harness) => {
  let tenant: Tenant
  let key: MadeKey
  beforeAll(async () => {
    tenant = await harness.tenant()
    key = await harness.key(tenant)
    for (const AliasName of ['alias/app', 'alias/app/blue', 'alias/-', 'alias/_']) {
      await harness.ok(tenant, 'CreateAlias', { AliasName, TargetKeyId: key.id })
    }
  })
  const aliasArn = (name: string) => key.arn.replace(/:key\/.*/, `:${name}`)
  const idOf = (json: object) => (json as { KeyMetadata?: { KeyId?: string } }).KeyMetadata?.KeyId

  test('a key is named in the query: by id, alias and ARN', async () => {
    const names = [
      key.id,
      key.arn,
      'alias/app',
      'alias/app/blue',
      aliasArn('alias/app'),
      aliasArn('alias/app/blue'),
    ]
    for (const name of names) {
      for (const value of [encodeURIComponent(name), name, name.replaceAll(':', '%3a')]) {
        for (const placeholder of ['~', '%7E', '%7e']) {
          const line = `GET /v1/keys/${placeholder}`
          const outcome = await harness.rest(tenant, line, { query: `KeyId=${value}` })
          expect(idOf(outcome.json), `${line}?KeyId=${value} ${outcome.text}`).toBe(key.id)
        }
      }
    }
  })

  test('a body and a query go together, and other parameters stay what they are', async () => {
    const body = JSON.stringify({ Plaintext: Buffer.from('x').toString('base64') })
    const sealed = await harness.rest(tenant, 'POST /v1/keys/~/encrypt', {
      query: 'KeyId=alias%2Fapp%2Fblue',
      body,
    })
    expect(sealed.json['KeyId'], sealed.text).toBe(key.arn)
    const query = `KeyId=${encodeURIComponent(key.arn)}&Limit=1`
    const tags = await harness.rest(tenant, 'GET /v1/keys/~/tags', { query })
    expect(tags.json, tags.text).toMatchObject({ Tags: [], Truncated: false })
  })

  test('an alias with slashes is changed and deleted, with its prefix or without', async () => {
    const TargetKeyId = (await harness.key(tenant)).id
    for (const name of ['alias%2Fapp%2Fblue', 'app/blue']) {
      const query = `AliasName=${name}`
      const body = JSON.stringify({ TargetKeyId })
      const moved = await harness.rest(tenant, 'PUT /v1/aliases/~', { query, body })
      expect(moved.status, moved.text).toBe(204)
    }
    const found = await harness.ok(tenant, 'DescribeKey', { KeyId: 'alias/app/blue' })
    expect(idOf(found)).toBe(TargetKeyId)
    const query = 'AliasName=app%2Fblue'
    const gone = await harness.rest(tenant, 'DELETE /v1/aliases/~', { query })
    expect(gone.status, gone.text).toBe(204)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/app/blue', TargetKeyId: key.id })
  })

  test.each(['-', '_'])('the alias of the name %s stays one', async (name) => {
    const body = JSON.stringify({ TargetKeyId: key.id })
    const { status, text } = await harness.rest(tenant, `PUT /v1/aliases/${name}`, { body })
    expect(status, text).toBe(204)
  })

  test.each([
    ['', 'no member'],
    ['keyid=alias%2Fapp', 'another name'],
  ])('~ with the query %s is refused: %s', async (query) => {
    const outcome = await harness.rest(tenant, 'GET /v1/keys/~', { query })
    expect(outcome).toMatchObject({
      status: 400,
      code: 'SerializationException',
      message: 'Where the path has ~ for KeyId, the query has KeyId once.',
    })
  })

  test.each([
    ['~', 'KeyId=alias%2Fapp&KeyId=alias%2Fapp', 'is there more than once.'],
    ['app', 'KeyId=alias%2Fapp', 'is not taken from the query here: the path has it already.'],
  ])(
    'a member that is named twice is refused: %s with the query %s',
    async (path, query, words) => {
      const outcome = await harness.rest(tenant, `GET /v1/keys/${path}`, { query })
      expect(outcome).toMatchObject({
        status: 400,
        code: 'ValidationException',
        message: `query parameter KeyId ${words}`,
      })
    },
  )

  test.each([
    ['RFC 3986, as AWS signs and as Python quotes', 'a%3Ab%40c'],
    ['lower-case hex, as .NET writes it', 'a%3ab%40c'],
    ['colons as they are, as Go and Java write them', 'a:b@c'],
  ])('a segment with colons reaches its operation, in %s', async (_, segment) => {
    const outcome = await harness.rest(tenant, `GET /v1/keys/${segment}`)
    expect(outcome).toMatchObject({ status: 404, code: 'NotFoundException' })
    expect(outcome.message).toContain('a:b@c')
  })
})
