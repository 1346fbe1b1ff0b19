import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'
import type { Credential } from '../support/target.ts'
import { allow, credentialOf, document, operate, roleArn, sessionWorld, trust } from './world.ts'

/** Sessions that began with an identity provider's token, and the tokens themselves. */
const world = sessionWorld()
const { harness } = world

let server: Server
let pair: Awaited<ReturnType<typeof generateKeyPair>>
let issuer: string
let tenant: Tenant
const issuers = () => `/admin/v1/tenants/${tenant.accountId}/oidc-issuers`
const revoke = () => `POST /admin/v1/tenants/${tenant.accountId}/revoke-sessions`

beforeAll(async () => {
  pair = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }]
  server = createServer((_request, response) => response.end(JSON.stringify({ keys })))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(async () => {
  tenant = await harness.tenant()
  const provider = `arn:aws:iam::${tenant.accountId}:oidc-provider/${issuer.slice(7)}`
  const Policy = document(allow(['kms:*', 'sts:*']))
  const TrustPolicy = document(
    trust({ Federated: provider }, ['sts:AssumeRoleWithWebIdentity'], {
      Condition: { StringEquals: { [`${issuer.slice(7)}:aud`]: 'app' } },
    }),
  )
  await harness.role(tenant, 'mobile', { TrustPolicy, Policy })
  await harness.role(tenant, 'next', { Policy })
  await register()
})

const register = () =>
  operate(harness, `POST ${issuers()}`, {
    Issuer: issuer,
    Audiences: ['app'],
    JwksUri: `${issuer}/jwks`,
    RoleArn: roleArn(tenant, 'mobile'),
  })
async function unregister() {
  const { Issuers } = await operate(harness, `GET ${issuers()}`)
  const [{ IssuerId }] = Issuers as [{ IssuerId: string }]
  await operate(harness, `DELETE ${issuers()}/${IssuerId}`)
}

const nowSeconds = () => Math.floor(harness.target.now() / 1000)
const token = (iat = nowSeconds()) =>
  new SignJWT({ iss: issuer, aud: 'app', sub: 'user-1', iat, exp: nowSeconds() + 3000 })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .sign(pair.privateKey)

async function withToken(bearer: string) {
  const { text, status } = await send(harness.target.url, {
    method: 'GET',
    target: '/v1/keys',
    body: '',
    headers: { authorization: `Bearer ${bearer}`, 'x-tenkey-account': tenant.accountId },
  })
  return status === 200 ? undefined : (JSON.parse(text) as { code: string }).code
}

async function lasting(): Promise<Credential> {
  const { Credentials } = await world.sts(tenant).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn(tenant, 'mobile'),
      RoleSessionName: 'phone',
      WebIdentityToken: await token(),
    }),
  )
  return credentialOf(tenant.accountId, Credentials)
}

async function onwards(session: Credential): Promise<Credential> {
  const input = { RoleArn: roleArn(tenant, 'next'), RoleSessionName: 'on' }
  const { Credentials } = await harness.ok(session, 'AssumeRole', input, { via: 'rest' })
  return credentialOf(tenant.accountId, Credentials)
}

const codeOf = async (who: Credential) => (await harness.call('aws', who, 'ListKeys')).code

describe('A session made of a token', () => {
  test('ends with the trust in its issuer, and one made from it; registered anew it is another', async () => {
    const session = await lasting()
    const chained = await onwards(session)
    for (const one of [session, chained]) expect(await codeOf(one)).toBeUndefined()
    await unregister()
    for (const one of [session, chained]) {
      expect(await codeOf(one)).toBe('UnrecognizedClientException')
    }
    await register()
    for (const one of [session, chained]) {
      expect(await codeOf(one)).toBe('UnrecognizedClientException')
    }
    expect(await codeOf(await lasting())).toBeUndefined()
  })

  test.each([
    ['its role', { Type: 'role', Name: 'mobile' }],
    ['its account', {}],
  ])('is revoked with those of %s, and so is one made from it', async (_title, whose) => {
    const session = await lasting()
    const chained = await onwards(session)
    await operate(harness, revoke(), whose)
    for (const one of [session, chained]) expect(await codeOf(one)).toBe('ExpiredTokenException')
  })
})

describe('A token', () => {
  test('issued before a revocation, by an issuer whose clock may be a minute ahead, is over', async () => {
    const before = await token()
    expect(await withToken(before)).toBeUndefined()
    const ahead = await token(nowSeconds() + 50)
    await operate(harness, revoke(), { Type: 'role', Name: 'mobile' })
    expect(await withToken(before)).toBe('ExpiredTokenException')
    expect(await withToken(ahead)).toBe('ExpiredTokenException')
    world.advance(62_000)
    expect(await withToken(await token())).toBeUndefined()
    expect(await withToken(before)).toBe('ExpiredTokenException')
    expect(await codeOf(await lasting())).toBeUndefined()
  })
})
