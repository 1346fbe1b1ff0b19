import type { webcrypto } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import {
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { MadeKey, Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'
import { allow, credentialOf, document, operate, roleArn, sessionWorld, trust } from './world.ts'

const world = sessionWorld()
const { harness } = world

type Pair = { publicKey: webcrypto.CryptoKey; privateKey: webcrypto.CryptoKey }
type Answer = (request: IncomingMessage, response: ServerResponse) => void
let server: Server
let issuer: string
let answer: Answer
let asked = 0
let pair: Pair
let tenant: Tenant
let key: MadeKey

const keySet = async (publicKey: webcrypto.CryptoKey, kid: string) => ({
  keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }],
})
const json =
  (value: unknown): Answer =>
  (_request, response) =>
    response.end(JSON.stringify(value))

beforeAll(async () => {
  server = createServer((request, response) => {
    asked++
    answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

let issuers = 0
beforeEach(async () => {
  // an issuer of its own for each test: what is known of another's keys plays no part
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${++issuers}`
  pair = (await generateKeyPair('ES256')) as Pair
  answer = json(await keySet(pair.publicKey, 'one'))
  asked = 0
  tenant = await harness.tenant()
  const provider = `arn:aws:iam::${tenant.accountId}:oidc-provider/${issuer.slice(7)}`
  const claims = { Condition: { StringEquals: { [`${issuer.slice(7)}:aud`]: 'app' } } }
  await harness.role(tenant, 'mobile', {
    TrustPolicy: document(
      trust({ Federated: provider }, ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'], claims),
    ),
    Policy: document(allow('kms:*')),
  })
  await harness.role(tenant, 'untrusting', { Policy: document(allow('kms:*')) })
  key = await harness.key(tenant)
  await register()
})

const register = (more: Record<string, unknown> = {}) =>
  operate(harness, `POST /admin/v1/tenants/${tenant.accountId}/oidc-issuers`, {
    Issuer: issuer,
    Audiences: ['app'],
    JwksUri: `${issuer}/jwks`,
    RoleArn: roleArn(tenant, 'mobile'),
    TagClaims: { team: 'team' },
    RoleClaim: 'role',
    Algorithms: ['ES256', 'RS256'],
    ...more,
  })
async function registerAnew(more: Record<string, unknown>) {
  const path = `/admin/v1/tenants/${tenant.accountId}/oidc-issuers`
  const { Issuers } = await operate(harness, `GET ${path}`)
  const [{ IssuerId }] = Issuers as [{ IssuerId: string }]
  await operate(harness, `DELETE ${path}/${IssuerId}`)
  return register(more)
}

const nowSeconds = () => Math.floor(harness.target.now() / 1000)
/** Claims that are made undefined are missing. */
type Claims = { [name: string]: unknown }

const claims = (more: Claims = {}): JWTPayload => ({
  iss: issuer,
  aud: 'app',
  sub: 'user-1',
  iat: nowSeconds(),
  exp: nowSeconds() + 300,
  ...more,
})
const token = (
  more: Claims = {},
  header: Partial<JWTHeaderParameters> = {},
  signer: webcrypto.CryptoKey = pair.privateKey,
) =>
  new SignJWT(claims(more)).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(signer)

async function call(bearer: string, path = `/v1/keys/${key.id}`, headers = {}) {
  const answer = await send(harness.target.url, {
    method: 'GET',
    target: path,
    body: '',
    headers: {
      authorization: `Bearer ${bearer}`,
      'x-tenkey-account': tenant.accountId,
      ...headers,
    },
  })
  const body = JSON.parse(answer.text) as Record<string, unknown>
  return { status: answer.status, code: body['code'], detail: body['detail'], body }
}

/** FailedAuthentication of the account's trail: why and how often, for which calls, of whom. */
async function failures(query: object = {}) {
  const records = await harness.trail(tenant, { EventName: 'FailedAuthentication', ...query })
  const reasons: Record<string, number> = {}
  for (const { serviceEventDetails, userIdentity, errorCode } of records) {
    const details = serviceEventDetails as { reasons: Record<string, number>; principal: string }
    expect(userIdentity).toEqual({ accountId: tenant.accountId })
    expect(errorCode).toEqual(expect.any(String))
    expect(details.principal).toBe(
      `arn:aws:iam::${tenant.accountId}:oidc-provider/${issuer.slice(7)}`,
    )
    for (const [code, count] of Object.entries(details.reasons)) {
      reasons[code] = (reasons[code] ?? 0) + count
    }
  }
  return reasons
}

describe('a token that is not accepted', () => {
  test('is counted in the trail of the account that has its issuer, whatever is wrong with it', async () => {
    const other = (await generateKeyPair('ES256')) as Pair
    const forged = await token({}, {}, other.privateKey)
    for (let n = 0; n < 3; n++)
      expect((await call(forged)).code).toBe('UnrecognizedClientException')
    expect((await call(await token({ aud: 'x' }))).code).toBe('UnrecognizedClientException')
    const late = await token({ iat: nowSeconds() - 900, exp: nowSeconds() - 600 })
    expect((await call(late)).code).toBe('ExpiredTokenException')
    expect((await call(await token({ role: 'untrusting' }))).code).toBe('AccessDeniedException')
    const client = new STSClient({ endpoint: harness.target.url, region: 'us-east-1' })
    await expect(
      client.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: roleArn(tenant, 'mobile'),
          RoleSessionName: 'phone',
          WebIdentityToken: forged,
        }),
      ),
    ).rejects.toThrow(expect.objectContaining({ name: 'InvalidIdentityTokenException' }))
    client.destroy()
    const all = {
      UnrecognizedClientException: 4,
      ExpiredTokenException: 1,
      AccessDeniedException: 1,
      InvalidIdentityTokenException: 1,
    }
    expect(await failures()).toEqual(all)
    const Principal = `arn:aws:iam::${tenant.accountId}:oidc-provider/${issuer.slice(7)}`
    expect(await failures({ Principal })).toEqual(all)
    expect(JSON.stringify(await harness.trail(tenant))).not.toContain(forged)
  })

  test('leaves nothing with who has not its issuer, nor one that names none', async () => {
    const stranger = await harness.tenant()
    const elsewhere = await token({ iss: 'https://id.example.com' })
    expect((await call(elsewhere)).code).toBe('UnrecognizedClientException')
    expect((await call('not.a.token')).code).toBe('UnrecognizedClientException')
    const headers = { 'x-tenkey-account': stranger.accountId }
    expect((await call(await token(), undefined, headers)).code).toBe('UnrecognizedClientException')
    expect(await failures()).toEqual({})
    expect(await harness.trail(stranger, { EventName: 'FailedAuthentication' })).toEqual([])
  })
})

describe('a token is a credential', () => {
  test('it acts as the role of its issuer, which the role trusts', async () => {
    const { body } = await call(await token(), '/v1/caller-identity')
    expect(body['Arn']).toBe(`arn:aws:sts::${tenant.accountId}:assumed-role/mobile/user-1`)
    expect((await call(await token())).status).toBe(200)
    expect(asked).toBe(1)
  })

  test('a claim names the role, whatever its path, or has its ARN with it', async () => {
    const Federated = `arn:aws:iam::${tenant.accountId}:oidc-provider/${issuer.slice(7)}`
    const { arn } = await harness.role(tenant, 'deploy', {
      Path: '/app/',
      TrustPolicy: document(
        trust({ Federated }, ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession']),
      ),
    })
    const named = async (role: string) =>
      (await call(await token({ role }), '/v1/caller-identity')).body
    const session = `arn:aws:sts::${tenant.accountId}:assumed-role/deploy/user-1`
    expect((await named('deploy'))['Arn']).toBe(session)
    expect((await named(arn))['Arn']).toBe(session)
    for (const wrong of [roleArn(tenant, 'deploy'), 'app/deploy', 'x'.repeat(2000)]) {
      expect((await named(wrong))['code']).toBe('AccessDeniedException')
    }
  })

  test('an Idempotency-Key is one token’s: another of the same subject, or with other claims, is another', async () => {
    const create = async (bearer: string) => {
      const answer = await send(harness.target.url, {
        method: 'POST',
        target: '/v1/keys',
        body: '{}',
        headers: {
          authorization: `Bearer ${bearer}`,
          'x-tenkey-account': tenant.accountId,
          'content-type': 'application/json',
          'idempotency-key': 'once',
        },
      })
      expect(answer.status, answer.text).toBe(201)
      return (JSON.parse(answer.text) as { KeyMetadata: { KeyId: string } }).KeyMetadata.KeyId
    }
    const tokens = [
      await token(),
      await token({ amr: ['mfa'] }),
      await token({ team: 'red' }),
      await token({ exp: nowSeconds() + 301 }),
    ]
    const ids: string[] = []
    for (const one of tokens) {
      ids.push(await create(one))
      expect(await create(one)).toBe(ids.at(-1))
    }
    expect(new Set(ids).size).toBe(tokens.length)
  })

  test('subjects that fit no session name get one of their own', async () => {
    const names = new Set<unknown>()
    for (const sub of ['a b', 'a-b', 'a|b', 'x'.repeat(65), 'x'.repeat(66)]) {
      const { body } = await call(await token({ sub }), '/v1/caller-identity')
      names.add(body['Arn'])
    }
    expect(names.size).toBe(5)
  })

  test('a claim names the role; one that does not trust the issuer is not to be had', async () => {
    const other = await call(await token({ role: 'untrusting' }))
    expect(other).toMatchObject({ status: 403, code: 'AccessDeniedException' })
    expect((await call(await token({ role: 'missing' }))).detail).toBe(other.detail)
    expect((await call(await token({ role: roleArn(tenant, 'mobile') }))).status).toBe(200)
    const foreign = roleArn(await harness.tenant(), 'mobile')
    expect((await call(await token({ role: foreign }))).status).toBe(403)
  })

  test('claims are tags, and `amr` a second factor', async () => {
    await harness.ok(tenant, 'PutKeyPolicy', {
      KeyId: key.id,
      Policy: document(
        { ...allow('kms:*'), Principal: { AWS: tenant.accountId } },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:DescribeKey',
          Resource: '*',
          Condition: { StringNotEquals: { 'aws:PrincipalTag/team': 'blue' } },
        },
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:DescribeKey',
          Resource: '*',
          Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
        },
      ),
    })
    const statusOf = async (more: Claims) => (await call(await token(more))).status
    expect(await statusOf({ team: 'blue', amr: ['pwd', 'mfa'] })).toBe(200)
    expect(await statusOf({ team: 'red', amr: ['pwd', 'mfa'] })).toBe(403)
    expect(await statusOf({ team: 'blue', amr: ['pwd'] })).toBe(403)
    expect(await statusOf({ team: 'blue', amr: 'mfa' })).toBe(403)
  })

  test('AssumeRoleWithWebIdentity makes it lasting, not longer', async () => {
    const client = new STSClient({
      endpoint: harness.target.url,
      region: 'us-east-1',
      maxAttempts: 1,
    })
    const assume = async (WebIdentityToken: string, role = 'mobile') =>
      client.send(
        new AssumeRoleWithWebIdentityCommand({
          RoleArn: roleArn(tenant, role),
          RoleSessionName: 'phone',
          WebIdentityToken,
        }),
      )
    const made = await assume(await token())
    expect(made.SubjectFromWebIdentityToken).toBe('user-1')
    expect(made.AssumedRoleUser?.Arn).toContain('assumed-role/mobile/phone')
    const credential = credentialOf(tenant.accountId, made.Credentials)
    await harness.ok(credential, 'DescribeKey', { KeyId: key.id })
    const again = await harness.rest(credential, 'POST /v1/web-identity-sessions', { body: '{}' })
    expect(again.code).toBe('AccessDeniedException')
    await expect(assume(await token({ aud: 'other' }))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    })
    await expect(assume(await token(), 'untrusting')).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    client.destroy()
  })
})

/** What a stranger is told, whatever is wrong, and what the log says of it. */
const STRANGER = 'The security token included in the request is invalid.'
const told = () =>
  harness.inside.watch.log.flatMap(({ entry: { identityToken, reason } }) =>
    identityToken === undefined || reason === undefined ? [] : [String(reason)],
  )

describe('refused', () => {
  const unverified: [title: string, make: () => Promise<string> | string, reason: RegExp][] = [
    ['algorithm none', () => new UnsecuredJWT(claims()).encode(), /algorithm/],
    [
      'HS256 with the public key as the secret',
      async () => {
        const { x = '' } = await exportJWK(pair.publicKey)
        return new SignJWT(claims())
          .setProtectedHeader({ alg: 'HS256', kid: 'one' })
          .sign(Buffer.from(x, 'base64url'))
      },
      /algorithm/,
    ],
    [
      'an algorithm its issuer is not registered for',
      async () => {
        const { privateKey } = await generateKeyPair('EdDSA')
        return token({}, { alg: 'EdDSA' }, privateKey)
      },
      /algorithm/,
    ],
    ['another audience', () => token({ aud: 'other' }), /its audience/],
    ['no audience', () => token({ aud: undefined }), /its audience/],
    ['an audience that is no text', () => token({ aud: [{}, null] as never }), /its audience/],
    ['an unknown key', () => token({}, { kid: 'two' }), /key is not one/],
    [
      'a signature of another key',
      async () => token({}, {}, ((await generateKeyPair('ES256')) as Pair).privateKey),
      /signature is invalid/,
    ],
    ['an expired one of another key', async () => forged({ exp: 1 }), /signature is invalid/],
    ['one without expiry of another key', async () => forged({ exp: undefined }), /is invalid/],
    ['an issuer nobody registered', () => token({ iss: 'https://idp.example.com' }), /registered/],
    ['the issuer but for a slash', () => token({ iss: `${issuer}/` }), /registered/],
    ['no issuer', () => token({ iss: undefined }), /registered/],
    ['an issuer that is no text', () => unsigned({ iss: { toString: 1 } }), /registered/],
    ['an algorithm that is no text', () => unsigned({}, { alg: { toString: 1 } }), /algorithm/],
    ['no token', () => 'abc', /registered/],
    ['a time of issue before 1970', () => token({ iat: -1 }), /between the years/],
    ['one that is no Date', () => token({ iat: -1e13 }), /between the years/],
    ['an expiry after 9999', () => token({ exp: 253_402_300_800 }), /between the years/],
    ['one beyond all numbers', () => token({ exp: 1e300 }), /between the years/],
    ['a first moment that is no Date', () => token({ nbf: -9e15 }), /between the years/],
    ['a login that is no Date', () => token({ auth_time: 9e15, amr: ['mfa'] }), /between the/],
  ]
  const forged = async (more: Claims) =>
    token(more, {}, ((await generateKeyPair('ES256')) as Pair).privateKey)
  const unsigned = (more: Claims, header: object = { alg: 'ES256', kid: 'one' }) =>
    [header, { ...claims(), ...more }, {}]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')

  test.each(unverified)('%s: the log is told why, its sender what any is', async (...row) => {
    const [, make, reason] = row
    world.advance(61_000)
    const refused = await call(await make())
    expect(refused).toMatchObject({ status: 401, code: 'UnrecognizedClientException' })
    expect(refused.detail).toBe(STRANGER)
    expect(told()).toEqual([expect.stringMatching(reason)])
  })

  test('the last second of 9999 is a time like any', async () => {
    const expiring = await token({ exp: 253_402_300_799, auth_time: 0, iat: 0, nbf: 0 })
    expect(await call(expiring)).toMatchObject({ status: 200 })
  })

  const verified: [title: string, make: () => Promise<string>, reason: RegExp][] = [
    ['a tag that would have to be cut', () => token({ team: 'x'.repeat(257) }), /claim team has/],
    ['no subject', () => token({ sub: undefined }), /claim sub is missing/],
    ['a subject that is no text', () => token({ sub: '' }), /claim sub/],
    ['no expiry', () => token({ exp: undefined }), /claim exp is missing/],
    ['no time of issue', () => token({ iat: undefined }), /claim iat is missing/],
    ['not valid yet', () => token({ nbf: nowSeconds() + 120 }), /claim nbf/],
    ['issued in the future', () => token({ iat: nowSeconds() + 120 }), /in the future/],
  ]
  test.each(verified)('%s: who has a token of the issuer is told', async (_title, make, reason) => {
    const refused = await call(await make())
    expect(refused).toMatchObject({ status: 401, code: 'UnrecognizedClientException' })
    expect(refused.detail).toMatch(reason)
  })

  test('alike: no account, no issuer, another key, audience, silent host; on AWS STS too', async () => {
    const good = answer
    const { accountId } = tenant
    const silent: Answer = (_request, response) => response.destroy()
    const cases: [account: string, make: () => Promise<string>, answers: Answer][] = [
      ['123456789012', () => token(), good],
      [(await harness.tenant()).accountId, () => token(), good],
      [accountId, () => token({ iss: 'https://idp.example.com' }), good],
      [accountId, () => token({ aud: 'other' }), good],
      [accountId, () => token(), silent],
      [accountId, () => token({}, { kid: 'two' }), good],
      [accountId, () => forged({}), good],
    ]
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const answers = new Set<string>()
    for (const [account, make, how] of cases) {
      // what is known of an issuer's keys, and that they could not be had, is forgotten meanwhile
      world.advance(11 * 60_000)
      const made = await make()
      answer = how
      verify.mockClear()
      const { status, body } = await call(made, undefined, { 'x-tenkey-account': account })
      expect(verify, 'the same work').toHaveBeenCalledTimes(1)
      answers.add(JSON.stringify([status, { ...body, requestId: '' }]))
      const query = new URLSearchParams({
        Action: 'AssumeRoleWithWebIdentity',
        Version: '2011-06-15',
        RoleArn: `arn:aws:iam::${account}:role/mobile`,
        RoleSessionName: 'phone',
        WebIdentityToken: made,
      })
      const asked = await send(harness.target.url, {
        method: 'POST',
        target: '/',
        body: query.toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect(asked).toMatchObject({ status: 400 })
      expect(asked.text).toContain('<Code>InvalidIdentityToken</Code>')
      answers.add(asked.text.replace(/<RequestId>.*<.RequestId>/, ''))
    }
    verify.mockRestore()
    expect(answers.size).toBe(2)
  })

  test('many in a minute are a few lines of the log, and then a number', async () => {
    world.advance(61_000)
    for (let i = 0; i < 40; i++) await call(await token({ iss: `https://idp-${i}.example.com` }))
    for (let i = 0; i < 10; i++) {
      await call(await token(), undefined, { 'x-tenkey-account': String(100_000_000_000 + i) })
    }
    for (let i = 0; i < 2; i++) await call(await token({ aud: 'other' }))
    expect(told()).toHaveLength(6)
    // strangers don't crowd out what befalls an account's own issuers
    expect(told().filter((reason) => /audience/.test(reason))).toHaveLength(1)
    world.advance(61_000)
    await call(await token({ iss: 'https://idp.example.com' }))
    const more = harness.inside.watch.log.flatMap(({ entry }) => entry['more'] ?? [])
    expect(more.at(-1)).toBe(46)
  })

  test('expired', async () => {
    const refused = await call(await token({ exp: nowSeconds() - 61 }))
    expect(refused).toMatchObject({ status: 401, code: 'ExpiredTokenException' })
  })

  test('no account, another account, a suspended one', async () => {
    const made = await token()
    const path = `/v1/keys/${key.id}`
    expect(await call(made, path, { 'x-tenkey-account': 'x' })).toMatchObject({ status: 400 })
    const other = await harness.tenant()
    for (const account of [other.accountId, '123456789012']) {
      expect(await call(made, path, { 'x-tenkey-account': account })).toMatchObject({
        status: 401,
      })
    }
    await operate(harness, `POST /admin/v1/tenants/${tenant.accountId}/suspend`)
    expect((await call(made)).code).toBe('AccessDeniedException')
  })

  test('at once, when the issuer is no longer registered', async () => {
    const made = await token()
    expect((await call(made)).status).toBe(200)
    await registerAnew({ Audiences: ['another'] })
    expect((await call(made)).status).toBe(401)
  })
})

describe('the issuer’s keys', () => {
  test('by discovery, which must name the same issuer', async () => {
    await registerAnew({ JwksUri: undefined })
    const keys = answer
    let named = issuer
    answer = (request, response) =>
      request.url?.endsWith('/.well-known/openid-configuration')
        ? json({ issuer: named, jwks_uri: `${issuer}/keys` })(request, response)
        : keys(request, response)
    named = 'https://another.example.com'
    expect((await call(await token())).detail).toBe(STRANGER)
    expect(told()).toEqual([expect.stringMatching(/names another issuer/)])
    named = issuer
    world.advance(31_000)
    expect((await call(await token())).status).toBe(200)
  })

  test('rotated: asked for once more, and not again within the cooldown', async () => {
    expect((await call(await token())).status).toBe(200)
    const next = (await generateKeyPair('ES256')) as Pair
    answer = json(await keySet(next.publicKey, 'two'))
    const made = () => token({}, { kid: 'two' }, next.privateKey)
    expect((await call(await made())).status).toBe(401)
    world.advance(31_000)
    expect((await call(await made())).status).toBe(200)
    for (let i = 0; i < 5; i++) await call(await token({}, { kid: `unknown-${i}` }))
    expect(asked).toBe(2)
  })

  test.each<[string, Answer, RegExp]>([
    ['slow', () => undefined, /longer than 2 s/],
    [
      'endless',
      (_request, response) => {
        response.write('{')
      },
      /longer than 2 s/,
    ],
    ['huge', (_request, response) => response.end(' '.repeat(300_000)), /more than 262144 bytes/],
    ['gone', (_request, response) => response.writeHead(404).end(), /HTTP 404/],
    ['cut off', (_request, response) => response.destroy(), /does not answer/],
    [
      'elsewhere',
      (_request, response) => response.writeHead(302, { location: '/other' }).end(),
      /HTTP 302/,
    ],
    ['not JSON', (_request, response) => response.end('<html>'), /no JSON object/],
    ['no key set', json({ keys: 'none' }), /no JSON Web Key Set/],
    ['not even an object', json(3), /no JSON object/],
  ])(
    '%s: refused, not asked again at once, and well again afterwards',
    async (_title, bad, words) => {
      const good = answer
      answer = bad
      const refused = await call(await token())
      expect(refused).toMatchObject({ status: 401, code: 'UnrecognizedClientException' })
      expect(refused.detail).toBe(STRANGER)
      expect(told()).toEqual([expect.stringMatching(words)])
      await call(await token())
      expect(asked).toBe(1)
      answer = good
      world.advance(31_000)
      expect((await call(await token())).status).toBe(200)
    },
  )

  test('what was known still holds where they can’t be had for a new key', async () => {
    expect((await call(await token())).status).toBe(200)
    answer = (_request, response) => response.destroy()
    world.advance(31_000)
    expect((await call(await token({}, { kid: 'two' }))).status).toBe(401)
    expect((await call(await token())).status).toBe(200)
  })

  test.each([
    ['http://idp.example.com', 'plain HTTP'],
    ['https://aws', 'a host without a dot, which a condition key’s service could be'],
    ['https://idp.example.com/?tenant=1', 'a query'],
    ['https://user@idp.example.com', 'a user'],
  ])('%s can not be registered: %s', async (Issuer) => {
    const path = `POST /admin/v1/tenants/${tenant.accountId}/oidc-issuers`
    const outcome = await harness.rest(harness.operator, path, {
      body: JSON.stringify({ Issuer, Audiences: ['app'] }),
    })
    expect(outcome.code).toBe('ValidationException')
  })

  test.each([
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://[fd00::1]',
    'https://[::ffff:10.0.0.1]',
  ])('%s is never asked: its address is not a public one', async (url) => {
    await register({ Issuer: url, JwksUri: `${url}/jwks` })
    world.advance(61_000)
    const refused = await call(await token({ iss: url }))
    expect(refused.detail).toBe(STRANGER)
    expect(told()).toEqual([expect.stringMatching(/neither public nor of/)])
  })
})
