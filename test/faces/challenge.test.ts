import { randomBytes } from 'node:crypto'
import { UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newAccessKeyId } from '../../core/identity/credential.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { send } from '../support/http.ts'
import { startTarget, type Target } from '../support/target.ts'

let target: Target
beforeAll(async () => {
  target = await startTarget('memory')
})
afterAll(() => target.stop())

const ask = (method: string, path: string, headers = {}, body = '') =>
  send(target.url, { method, target: path, headers, body })

const JSON_BODY = { 'content-type': 'application/json' }
const ACCOUNT = '123456789012'

/** A request signed by a credential that is nobody's, or by a wrong secret of the operator's. */
function signed(accessKeyId: string, path: string) {
  const request = {
    method: 'GET',
    path,
    query: '',
    headers: { host: new URL(target.url).host },
    body: Buffer.alloc(0),
  }
  const secretAccessKey = randomBytes(30).toString('base64')
  const scope = { region: 'us-east-1', service: 'kms', now: Date.now() }
  return signRequest(request, { accessKeyId, secretAccessKey }, scope)
}

describe('WWW-Authenticate (RFC 9110 §11.6.1)', () => {
  test.each<[string, string, object, string]>([
    ['GET', '/v1/keys', {}, ''],
    ['POST', '/v1/keys', JSON_BODY, '{}'],
    ['GET', '/admin/v1/tenants', {}, ''],
    ['GET', '/v1/keys', { authorization: 'Basic dTpw' }, ''],
    ['GET', '/v1/keys', { authorization: 'Bearers a.b.c' }, ''],
  ])('says how to bring credentials where there are none: %s %s %j', async (...request) => {
    const answer = await ask(...request)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="tenkey"')
  })

  test('is the same where a signature is of an access key that is nobody’s', async () => {
    const answer = await ask('GET', '/v1/keys', signed(newAccessKeyId(ACCOUNT), '/v1/keys'))
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="tenkey"')
  })

  const times = { iat: 1, exp: 9_999_999_999 }
  test.each([
    ['no token at all', 'a.b.c'],
    ['a token without an issuer', new UnsecuredJWT(times).encode()],
    [
      'a token of an issuer that is nobody’s',
      new UnsecuredJWT({ ...times, iss: 'https://idp.example.com' }).encode(),
    ],
    [
      'one that is over',
      new UnsecuredJWT({ iat: 1, exp: 2, iss: 'https://idp.example.com' }).encode(),
    ],
    [
      'one of an issuer with a quote in its name',
      new UnsecuredJWT({ ...times, iss: 'https://"evil\\' }).encode(),
    ],
  ])('says of %s that it is not valid, and nothing else (RFC 6750 §3.1)', async (_, token) => {
    const headers = { authorization: `bearer ${token}`, 'x-tenkey-account': ACCOUNT }
    for (const answer of [
      await ask('GET', '/v1/keys', headers),
      await ask('POST', '/v1/keys', { ...headers, ...JSON_BODY }, '{}'),
    ]) {
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe(
        'Bearer realm="tenkey", error="invalid_token"',
      )
    }
  })

  test.each([
    [
      'a wrong signature',
      403,
      'GET',
      '/v1/keys',
      () => signed(target.operator.accessKeyId, '/v1/keys'),
      '',
    ],
    [
      'a bearer token without its account',
      400,
      'GET',
      '/v1/keys',
      () => ({ authorization: 'Bearer a.b.c' }),
      '',
    ],
    ['what is not there', 404, 'GET', '/nothing', () => ({}), ''],
    [
      'AWS JSON, which has no 401',
      400,
      'POST',
      '/',
      () => ({
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.ListKeys',
      }),
      '{}',
    ],
    [
      'AWS STS, which has none',
      403,
      'POST',
      '/',
      () => ({ 'content-type': 'application/x-www-form-urlencoded' }),
      'Action=GetCallerIdentity&Version=2011-06-15',
    ],
  ])('is not there for %s', async (_, status, method, path, headers, body) => {
    const answer = await ask(method, path, headers(), body)
    expect(answer.status).toBe(status)
    expect(answer.headers).not.toHaveProperty('www-authenticate')
  })
})
