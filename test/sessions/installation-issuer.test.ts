import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type IssuerData, issuerId, issuerItem, issuerPlace } from '../../core/identity/issuer.ts'
import type { Input, MadeKey, Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'
import type { Credential } from '../support/target.ts'
import { startTokenIssuer, type TokenIssuer } from './token-issuer.ts'
import { allow, credentialOf, document, operate, roleArn, sessionWorld, trust } from './world.ts'

const world = sessionWorld()
const { harness } = world

let keys: TokenIssuer
beforeAll(async () => {
  keys = await startTokenIssuer()
})
afterAll(() => keys.stop())

let tenant: Tenant
let key: MadeKey
let issuers = 0
/** of this test alone: issuers are the whole installation's */
let issuer: string

beforeEach(async () => {
  issuer = `https://idp-${++issuers}.example.com/realms/vendor`
  tenant = await harness.tenant()
  key = await harness.key(tenant)
  await role('app')
})

const providerOf = (url: string, account = '000000000000') =>
  `arn:aws:iam::${account}:oidc-provider/${url.replace(/^https:\/\//, '').replace(/\/$/, '')}`

/** A role of the tenant that lets the issuer in. */
const role = (name: string, Federated = providerOf(issuer), more: object = {}, of = tenant) =>
  harness.role(of, name, {
    TrustPolicy: document(
      trust({ Federated }, ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'], { ...more }),
    ),
    Policy: document(allow('kms:*')),
  })

const EVERYBODY = [{ RoleName: 'app', Claims: [] }]
const register = (more: Input = {}) =>
  operate(harness, 'POST /admin/v1/installation-issuers', {
    Issuer: issuer,
    Audiences: ['app'],
    JwksUri: keys.jwksUri,
    TenantClaim: 'tenant',
    Rules: EVERYBODY,
    ...more,
  })
const idOf = (made: Record<string, unknown>) => String(made['IssuerId'])
const putValues = (IssuerId: string, Values: string[], of = tenant) =>
  operate(harness, `PUT /admin/v1/tenants/${of.accountId}/installation-issuers/${IssuerId}`, {
    Values,
  })

type Claims = { [name: string]: unknown }
const seconds = () => Math.floor(harness.target.now() / 1000)
const claims = (more: Claims = {}): Claims => ({
  iss: issuer,
  aud: 'app',
  sub: 'user-1',
  tenant: tenant.accountId,
  iat: seconds(),
  exp: seconds() + 300,
  ...more,
})
const token = (more: Claims = {}) => keys.sign(claims(more))

async function call(bearer: string, account = tenant.accountId, path = `/v1/keys/${key.id}`) {
  const headers = { authorization: `Bearer ${bearer}`, 'x-tenkey-account': account }
  const answer = await send(harness.target.url, { method: 'GET', target: path, body: '', headers })
  const { requestId: _, ...body } = JSON.parse(answer.text) as Record<string, unknown>
  return {
    status: answer.status,
    code: body['code'],
    body,
    challenge: answer.headers['www-authenticate'],
  }
}
const codeOf = async (more: Claims = {}) => (await call(await token(more))).code

const webIdentity = async (RoleArn: string, more: Claims = {}) => {
  const sts = new STSClient({ endpoint: harness.target.url, region: 'us-east-1' })
  try {
    const WebIdentityToken = await token(more)
    return await sts.send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'page', WebIdentityToken }),
    )
  } finally {
    sts.destroy()
  }
}
const sessionCode = async (credential: Credential) =>
  (await harness.call('rest', credential, 'DescribeKey', { KeyId: key.id })).code

describe('A token of an installation-wide issuer', () => {
  test('is a bearer token of the tenant that it names, as the role that a rule gives it', async () => {
    await register()
    expect(await call(await token())).toMatchObject({ status: 200 })
    const [record] = await harness.trail(tenant, { EventName: 'DescribeKey' })
    expect(record?.['userIdentity']).toMatchObject({
      type: 'AssumedRole',
      arn: `arn:aws:sts::${tenant.accountId}:assumed-role/app/user-1`,
      sessionContext: { webIdFederationData: { federatedProvider: providerOf(issuer) } },
    })
  })

  test('by a value that stands for the tenant, which another tenant’s does not', async () => {
    const made = await register({ TenantClaim: 'org_id', TenantBy: 'value' })
    const other = await harness.tenant()
    await role('app', providerOf(issuer), {}, other)
    await putValues(idOf(made), ['org_a', 'org_a_staging'])
    await putValues(idOf(made), ['org_b'], other)
    for (const org_id of ['org_a', 'org_a_staging', ['x', 'org_a']]) {
      expect(await codeOf({ org_id })).toBeUndefined()
    }
    for (const org_id of ['org_b', 'org', 'org_a*', tenant.accountId, undefined, {}, true]) {
      expect(await codeOf({ org_id })).toBe('UnrecognizedClientException')
    }
    const path = `GET /admin/v1/tenants/${tenant.accountId}/installation-issuers`
    expect(await operate(harness, path)).toMatchObject({
      Issuers: [{ IssuerId: idOf(made), Values: ['org_a', 'org_a_staging'] }],
    })
    await putValues(idOf(made), [])
    expect(await codeOf({ org_id: 'org_a' })).toBe('UnrecognizedClientException')
    expect(await operate(harness, path)).toMatchObject({ Issuers: [] })
  })

  test('by no number that JSON reads several as, whoever’s id that is', async () => {
    const made = await register({
      ...{ TenantClaim: 'org_id', TenantBy: 'value' },
      Rules: [
        { RoleName: 'app', Claims: [{ Claim: 'group', Equals: ['9007199254740992'] }] },
        { RoleName: 'app', Claims: [{ Claim: 'group', Like: ['77*'] }] },
      ],
    })
    await putValues(idOf(made), ['9007199254740992', '42'])
    // `9007199254740993` of a token is the same number
    for (const org_id of [2 ** 53, [2 ** 53], -(2 ** 60)]) {
      expect(await codeOf({ org_id, group: 77 })).toBe('UnrecognizedClientException')
    }
    for (const org_id of [42, '9007199254740992']) {
      expect(await codeOf({ org_id, group: '9007199254740992' })).toBeUndefined()
      expect(await codeOf({ org_id, group: 77 })).toBeUndefined()
      expect(await codeOf({ org_id, group: 2 ** 53 })).toBe('AccessDeniedException')
    }
  })

  test('has no tag nor condition key of such a number', async () => {
    const host = issuer.slice('https://'.length)
    const some = { Condition: { StringEquals: { [`${host}:org`]: ['9007199254740992', '42'] } } }
    await role('some', providerOf(issuer), some)
    const Rules = [{ RoleName: 'some', Claims: [] }]
    await register({ Rules, TagClaims: { team: 'team' } })
    for (const org of [42, '9007199254740992']) expect(await codeOf({ org })).toBeUndefined()
    expect(await codeOf({ org: 2 ** 53 })).toBe('AccessDeniedException')
    expect(await codeOf({ org: 42, team: 7 })).toBeUndefined()
    expect((await call(await token({ org: 42, team: 2 ** 53 }))).body).toMatchObject({
      code: 'UnrecognizedClientException',
      detail: 'The identity token is not accepted: its claim team is a number beyond 2^53.',
    })
  })

  test('whose claims differ by case alone has the one in lower case as condition key', async () => {
    const host = issuer.slice('https://'.length)
    const some = { Condition: { StringEquals: { [`${host}:sub`]: 'user-1' } } }
    await role('some', providerOf(issuer), some)
    await register({ Rules: [{ RoleName: 'some', Claims: [] }] })
    expect(await codeOf({ SUB: 'user-2', Sub: 'user-3' })).toBeUndefined()
    for (const name of ['SUB', 'Sub', 'ſub']) {
      expect(await codeOf({ sub: 'user-2', [name]: 'user-1' })).toBe('AccessDeniedException')
    }
  })

  test('that names no tenant, another or the operator is answered like any that is unknown', async () => {
    const unknown = await call(await keys.sign(claims({ iss: 'https://nobody.example.com' })))
    expect(unknown).toMatchObject({ status: 401, code: 'UnrecognizedClientException' })
    await register()
    const other = await harness.tenant()
    const absent = '210987654321'
    const operator = '000000000000'
    const answers = [
      await call(await token({ tenant: other.accountId })),
      await call(await token({ tenant: undefined })),
      await call(await token({ tenant: 'x' })),
      await call(await token({ tenant: absent }), absent),
      await call(await token({ tenant: operator }), operator),
      await call(await token(), other.accountId),
      await call(await token(), absent),
      await call(await keys.forge(claims())),
      await call(await token({ aud: 'other' })),
    ]
    for (const answer of answers) expect(answer).toEqual(unknown)
  })

  test('with a rule that it meets: the first decides, and none is no role', async () => {
    const when = (...Claims: object[]) => Claims
    const Rules = [
      {
        RoleName: 'admin',
        Claims: when({ Claim: '/realm_access/roles', Equals: ['admin', 'owner'] }),
      },
      {
        RoleName: 'team',
        Claims: when({ Claim: 'team', Like: ['red-*', '?'] }, { Claim: 'level', Equals: ['3'] }),
      },
      {
        RoleName: 'app',
        Claims: when({ Claim: 'https://app.example.com/verified', Equals: ['true'] }),
      },
    ]
    await register({ Rules })
    await role('admin')
    await role('team')
    const actsAs = async (more: Claims) => {
      const answer = await call(await token(more))
      if (answer.status !== 200) return answer.code
      const [record] = await harness.trail(tenant, { EventName: 'DescribeKey' })
      return JSON.stringify(record?.['userIdentity']).split('assumed-role/')[1]?.split('/')[0]
    }
    const verified = { 'https://app.example.com/verified': true }
    expect(await actsAs({ realm_access: { roles: ['user', 'owner'] }, ...verified })).toBe('admin')
    expect(await actsAs({ team: 'red-one', level: 3, ...verified })).toBe('team')
    expect(await actsAs({ team: ['blue', 'x'], level: '3' })).toBe('team')
    expect(await actsAs({ team: 'red-one', level: 4, ...verified })).toBe('app')
    expect(await actsAs(verified)).toBe('app')
    for (const none of [
      {},
      { 'https://app.example.com/verified': 'TRUE' },
      { realm_access: { roles: ['administrator'] } },
      { 'realm_access.roles': ['admin'] },
      { realm_access: ['admin'] },
      { roles: ['admin'] },
      { team: 'blue', level: 3 },
      { team: 'red-one' },
    ]) {
      expect(await actsAs(none)).toBe('AccessDeniedException')
    }
  })

  test('as a role of AWS STS that one of its rules gives it, and no other', async () => {
    const Rules = [
      { RoleName: 'app', Claims: [] },
      { RoleName: 'admin', Claims: [{ Claim: 'role', Equals: ['admin'] }] },
    ]
    await register({ Rules })
    await role('admin')
    await role('other')
    const made = await webIdentity(roleArn(tenant, 'admin'), { role: 'admin' })
    expect(made.Provider).toBe(providerOf(issuer))
    expect(await sessionCode(credentialOf(tenant.accountId, made.Credentials))).toBeUndefined()
    expect((await webIdentity(roleArn(tenant, 'app'))).AssumedRoleUser?.Arn).toMatch(/app\/page$/)
    for (const [name, more] of [
      ['admin', {}],
      ['other', { role: 'admin' }],
    ] as const) {
      await expect(webIdentity(roleArn(tenant, name), more)).rejects.toMatchObject({
        name: 'AccessDenied',
      })
    }
    const elsewhere = await harness.tenant()
    await role('app', providerOf(issuer), {}, elsewhere)
    await expect(webIdentity(roleArn(elsewhere, 'app'))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    })
  })

  test('only where the role’s trust policy lets the installation’s issuer in: the tenant has the last word', async () => {
    const named = (RoleName: string) => ({
      RoleName,
      Claims: [{ Claim: 'as', Equals: [RoleName] }],
    })
    const host = issuer.slice('https://'.length)
    await register({ Rules: ['none', 'own', 'wildcard', 'some', 'absent'].map(named) })
    await harness.role(tenant, 'none', { Policy: document(allow('kms:*')) })
    // of its own account: another issuer, though of one URL
    await role('own', providerOf(issuer, tenant.accountId))
    await role('wildcard', providerOf('https://other.example.com'))
    await role('some', providerOf(issuer), {
      Condition: { StringEquals: { [`${host}:aud`]: 'app', [`${host}:sub`]: 'user-1' } },
    })
    for (const as of ['none', 'own', 'wildcard', 'absent']) {
      expect(await codeOf({ as }), as).toBe('AccessDeniedException')
    }
    expect(await codeOf({ as: 'some' })).toBeUndefined()
    expect(await codeOf({ as: 'some', sub: 'user-2' })).toBe('AccessDeniedException')
  })

  test('is the tenant’s own issuer’s where it has registered that: it decides alone', async () => {
    await register()
    await role('mine', providerOf(issuer, tenant.accountId))
    await operate(harness, `POST /admin/v1/tenants/${tenant.accountId}/oidc-issuers`, {
      Issuer: issuer,
      Audiences: ['mine'],
      JwksUri: keys.jwksUri,
      RoleArn: roleArn(tenant, 'mine'),
    })
    expect(await codeOf()).toBe('UnrecognizedClientException')
    expect(await codeOf({ aud: 'mine', tenant: undefined })).toBeUndefined()
  })

  test('that is not accepted is counted in the trail of the tenant it is brought to', async () => {
    await register()
    expect((await call(await keys.forge(claims()))).status).toBe(401)
    expect(await codeOf({ exp: seconds() - 100, iat: seconds() - 200 })).toBe(
      'ExpiredTokenException',
    )
    const [record] = await harness.trail(tenant, { EventName: 'FailedAuthentication' })
    expect(record?.['serviceEventDetails']).toMatchObject({ principal: providerOf(issuer) })
  })

  test('says in WWW-Authenticate that it is not valid, once it is verified too', async () => {
    await register()
    const { status, challenge } = await call(
      await token({ exp: seconds() - 100, iat: seconds() - 200 }),
    )
    expect([status, challenge]).toEqual([401, 'Bearer realm="tenkey", error="invalid_token"'])
  })
})

describe('What is made of its tokens', () => {
  const made = async (more: Claims = {}) =>
    credentialOf(tenant.accountId, (await webIdentity(roleArn(tenant, 'app'), more)).Credentials)

  test('ends with the issuer, and does not come back with it', async () => {
    const IssuerId = idOf(await register())
    const session = await made()
    expect(await sessionCode(session)).toBeUndefined()
    await operate(harness, `DELETE /admin/v1/installation-issuers/${IssuerId}`)
    expect(await codeOf()).toBe('UnrecognizedClientException')
    expect(await sessionCode(session)).toBe('UnrecognizedClientException')
    await register()
    expect(await codeOf()).toBeUndefined()
    expect(await sessionCode(session)).toBe('UnrecognizedClientException')
  })

  test('ends once the value by which it named the tenant stands for it no more', async () => {
    const IssuerId = idOf(await register({ TenantClaim: 'org', TenantBy: 'value' }))
    await putValues(IssuerId, ['a', 'b'])
    const [a, b] = [await made({ org: 'a' }), await made({ org: 'b' })]
    await putValues(IssuerId, ['b', 'c'])
    expect(await sessionCode(a)).toBe('UnrecognizedClientException')
    expect(await sessionCode(b)).toBeUndefined()
    await putValues(IssuerId, [])
    expect(await sessionCode(b)).toBe('UnrecognizedClientException')
  })

  test('that named it by a value of a former registration is nobody’s until it is said anew', async () => {
    const naming = { TenantClaim: 'org', TenantBy: 'value' }
    const before = await register(naming)
    await putValues(idOf(before), ['a'])
    const session = await made({ org: 'a' })
    await operate(harness, `DELETE /admin/v1/installation-issuers/${idOf(before)}`)
    // another claim of the same URL, which anybody who signs in there may give themselves
    await register({ ...naming, TenantClaim: 'nickname' })
    expect(await codeOf({ nickname: 'a' })).toBe('UnrecognizedClientException')
    expect(await sessionCode(session)).toBe('UnrecognizedClientException')
    const path = `GET /admin/v1/tenants/${tenant.accountId}/installation-issuers`
    expect(await operate(harness, path)).toMatchObject({ Issuers: [] })
    await putValues(idOf(before), ['a'])
    expect(await codeOf({ nickname: 'a' })).toBeUndefined()
    expect(await sessionCode(session)).toBe('UnrecognizedClientException')
    expect(await operate(harness, path)).toMatchObject({ Issuers: [{ Values: ['a'] }] })
  })

  test('goes on through role chaining, and ends all the same', async () => {
    const IssuerId = idOf(await register())
    await harness.role(tenant, 'next', {
      TrustPolicy: document(trust({ AWS: roleArn(tenant, 'app') })),
      Policy: document(allow('kms:*')),
    })
    const input = { RoleArn: roleArn(tenant, 'next'), RoleSessionName: 'next' }
    const chained = await harness.ok(await made(), 'AssumeRole', input, { via: 'rest' })
    const session = credentialOf(tenant.accountId, chained['Credentials'])
    expect(await sessionCode(session)).toBeUndefined()
    await operate(harness, `DELETE /admin/v1/installation-issuers/${IssuerId}`)
    expect(await sessionCode(session)).toBe('UnrecognizedClientException')
  })
})

const TENANT_ID = '11111111-2222-3333-4444-555555555555'
const GUID = '00000003-aaaa-bbbb-cccc-000000000000'
const SPA = '99999999-aaaa-bbbb-cccc-000000000000'

interface Shape {
  readonly registration: Input
  /** claims of a token that is taken, beside iat and exp */
  readonly claims: (account: string) => Claims
  /** what makes it one that is not, and as what it is refused */
  readonly refused: readonly (readonly [why: string, more: Claims, code: string])[]
  readonly value?: string
}

const UNKNOWN = 'UnrecognizedClientException'
const SHAPES: Readonly<Record<string, Shape>> = {
  // https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
  'Microsoft Entra ID (Azure AD), access token v2': {
    registration: {
      Issuer: `https://login.microsoftonline.com/${TENANT_ID}/v2.0`,
      Audiences: [GUID],
      SubjectClaim: 'oid',
      TenantClaim: 'extn.tenkeyAccount',
      AuthorizedParties: [SPA],
      RequiredClaims: { ver: '2.0', tid: TENANT_ID },
      Rules: [{ RoleName: 'app', Claims: [{ Claim: 'roles', Equals: ['Keys.Use'] }] }],
    },
    claims: (account) => ({
      aud: GUID,
      azp: SPA,
      azpacr: '0',
      oid: 'a-b-c',
      sub: 'pairwise',
      tid: TENANT_ID,
      ver: '2.0',
      roles: ['Keys.Use'],
      scp: 'use',
      uti: 'x',
      'extn.tenkeyAccount': [account],
    }),
    refused: [
      ['another client’s', { azp: GUID }, UNKNOWN],
      ['of v1', { ver: '1.0' }, UNKNOWN],
      ['without the app role', { roles: ['Other'] }, 'AccessDeniedException'],
      ['of another API', { aud: SPA }, UNKNOWN],
    ],
  },
  'Microsoft Entra ID (Azure AD), access token v1': {
    registration: {
      Issuer: `https://sts.windows.net/${TENANT_ID}/`,
      Audiences: [`api://${GUID}`],
      SubjectClaim: 'oid',
      TenantClaim: 'tid',
      TenantBy: 'value',
      AuthorizedParties: [SPA],
      AuthorizedPartyClaim: 'appid',
      Rules: [{ RoleName: 'app', Claims: [{ Claim: 'roles', Like: ['Keys.*'] }] }],
    },
    value: TENANT_ID,
    claims: () => ({
      aud: `api://${GUID}`,
      appid: SPA,
      appidacr: '0',
      oid: 'a-b-c',
      sub: 'pairwise',
      tid: TENANT_ID,
      ver: '1.0',
      amr: ['pwd', 'mfa'],
      roles: ['Keys.Use'],
      unique_name: 'a@b.example',
    }),
    refused: [
      ['another client’s', { appid: GUID }, UNKNOWN],
      ['with the client in azp alone', { appid: undefined, azp: SPA }, UNKNOWN],
      ['of another tenant of theirs', { tid: GUID }, UNKNOWN],
    ],
  },
  // https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles
  'Auth0, access token': {
    registration: {
      Issuer: 'https://vendor.eu.auth0.com/',
      Audiences: ['https://keys.example.com'],
      TenantClaim: 'org_id',
      TenantBy: 'value',
      AuthorizedParties: ['spaClientId'],
      Rules: [{ RoleName: 'app', Claims: [{ Claim: 'permissions', Equals: ['use:keys'] }] }],
    },
    value: 'org_9ybsU1dN2dKfDkBi',
    claims: () => ({
      // what the API has, and the userinfo endpoint
      aud: ['https://keys.example.com', 'https://vendor.eu.auth0.com/userinfo'],
      azp: 'spaClientId',
      sub: 'auth0|507f1f77bcf86cd799439011',
      org_id: 'org_9ybsU1dN2dKfDkBi',
      scope: 'openid profile',
      permissions: ['use:keys'],
    }),
    refused: [
      ['of another organization', { org_id: 'org_other' }, UNKNOWN],
      ['another client’s', { azp: 'other' }, UNKNOWN],
      ['for userinfo alone', { aud: 'https://vendor.eu.auth0.com/userinfo' }, UNKNOWN],
    ],
  },
  // https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
  'Amazon Cognito, access token': {
    registration: {
      Issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
      Audiences: ['1h57kf5cpq17m0eml12EXAMPLE'],
      AudienceClaim: 'client_id',
      TenantClaim: 'tenkey_account',
      RequiredClaims: { token_use: 'access' },
      Rules: [{ RoleName: 'app', Claims: [{ Claim: 'cognito:groups', Equals: ['keys'] }] }],
    },
    claims: (account) => ({
      sub: 'aaaa-bbbb',
      client_id: '1h57kf5cpq17m0eml12EXAMPLE',
      token_use: 'access',
      version: 2,
      scope: 'aws.cognito.signin.user.admin',
      username: 'me',
      jti: 'j',
      origin_jti: 'o',
      'cognito:groups': ['keys', 'others'],
      tenkey_account: account,
    }),
    refused: [
      ['another client’s', { client_id: 'other' }, UNKNOWN],
      [
        'an ID token, which has the client as its audience',
        { client_id: undefined, aud: '1h57kf5cpq17m0eml12EXAMPLE', token_use: 'id' },
        UNKNOWN,
      ],
      ['an ID token by its use', { token_use: 'id' }, UNKNOWN],
    ],
  },
  // https://www.keycloak.org/docs/latest/server_admin/#audience-support
  'Keycloak, access token': {
    registration: {
      Issuer: 'https://sso.example.com/realms/vendor',
      Audiences: ['tenkey'],
      TenantClaim: 'tenkey_account',
      AuthorizedParties: ['spa', 'mobile'],
      RequiredClaims: { typ: 'Bearer' },
      Rules: [
        { RoleName: 'app', Claims: [{ Claim: '/resource_access/tenkey/roles', Equals: ['use'] }] },
      ],
    },
    claims: (account) => ({
      aud: ['tenkey', 'account'],
      azp: 'spa',
      sub: 'f:1:me',
      typ: 'Bearer',
      acr: '1',
      sid: 's',
      realm_access: { roles: ['default-roles-vendor'] },
      resource_access: { tenkey: { roles: ['use'] }, account: { roles: ['view-profile'] } },
      tenkey_account: account,
      preferred_username: 'me',
    }),
    refused: [
      ['another client’s', { azp: 'account-console' }, UNKNOWN],
      ['an ID token', { typ: 'ID' }, UNKNOWN],
      ['for another client alone', { aud: 'account' }, UNKNOWN],
      [
        'with the role of another client',
        { resource_access: { account: { roles: ['use'] } } },
        'AccessDeniedException',
      ],
    ],
  },
  // https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload
  'Google, ID token': {
    registration: {
      Issuer: 'https://accounts.google.com',
      Audiences: ['1234.apps.googleusercontent.com'],
      TenantClaim: 'hd',
      TenantBy: 'value',
      AuthorizedParties: ['1234.apps.googleusercontent.com', '5678.apps.googleusercontent.com'],
      RequiredClaims: { email_verified: 'true' },
      Rules: EVERYBODY,
    },
    value: 'customer.example',
    claims: () => ({
      aud: '1234.apps.googleusercontent.com',
      azp: '5678.apps.googleusercontent.com',
      sub: '110169484474386276334',
      hd: 'customer.example',
      email: 'me@customer.example',
      email_verified: true,
      at_hash: 'HK6E_P6Dh8Y93mRNtsDB1Q',
    }),
    refused: [
      ['of a consumer’s account', { hd: undefined }, UNKNOWN],
      ['of another domain', { hd: 'customer.example.evil.example' }, UNKNOWN],
      ['of an address that is not verified', { email_verified: false }, UNKNOWN],
      ['another client’s', { azp: 'other.apps.googleusercontent.com' }, UNKNOWN],
    ],
  },
}

describe.each(Object.entries(SHAPES))('%s', (_, { registration, value, refused, ...shape }) => {
  const bring = async (more: Claims) =>
    call(
      await keys.sign({
        iss: String(registration['Issuer']),
        iat: seconds(),
        nbf: seconds(),
        exp: seconds() + 3600,
        ...shape.claims(tenant.accountId),
        ...more,
      }),
    )

  let id: string
  beforeEach(async () => {
    await operate(
      harness,
      `PUT /admin/v1/tenants/${tenant.accountId}/principals/role/app/trust-policy`,
      {
        TrustPolicy: document(
          trust({ Federated: providerOf(String(registration['Issuer'])) }, [
            'sts:AssumeRoleWithWebIdentity',
          ]),
        ),
      },
    )
    id = idOf(await register(registration))
    if (value !== undefined) await putValues(id, [value])
    return async () => {
      await operate(harness, `DELETE /admin/v1/installation-issuers/${id}`)
    }
  })

  test('is taken, with a real signature', async () => {
    expect(await bring({})).toMatchObject({ status: 200 })
  })

  test.each(refused)('%s is not', async (_why, more, code) => {
    expect((await bring(more)).code).toBe(code)
  })
})

describe('Settings of an issuer', () => {
  /** the operator's for all, and a tenant's own */
  const KINDS = [
    ['of the installation', register],
    [
      'of a tenant',
      async (more: Input = {}) => {
        await role('own', providerOf(issuer, tenant.accountId))
        return operate(harness, `POST /admin/v1/tenants/${tenant.accountId}/oidc-issuers`, {
          Issuer: issuer,
          Audiences: ['app'],
          JwksUri: keys.jwksUri,
          RoleArn: roleArn(tenant, 'own'),
          ...more,
        })
      },
    ],
  ] as const

  test.each(KINDS)('%s: how old a token may be, its clock beside', async (_, make) => {
    await make({ MaxTokenAgeSeconds: 600, ClockToleranceSeconds: 30 })
    const aged = (age: number) => codeOf({ iat: seconds() - age, exp: seconds() + 86_400 })
    expect(await aged(600)).toBeUndefined()
    expect(await aged(635)).toBe('ExpiredTokenException')
  })

  test.each(KINDS)('%s: how far its clock may be off', async (_, make) => {
    await make({ ClockToleranceSeconds: 10 })
    const at = (more: Claims) => codeOf(more)
    expect(await at({ iat: seconds() - 60, exp: seconds() - 30 })).toBe('ExpiredTokenException')
    expect(await at({ iat: seconds() + 400, exp: seconds() + 900 })).toBe(UNKNOWN)
    expect(await at({ nbf: seconds() + 400, exp: seconds() + 900 })).toBe(UNKNOWN)
    expect(await at({ iat: seconds() + 5 })).toBeUndefined()
  })

  test('a day, a minute of tolerance, unless said; of a tenant any age', async () => {
    expect(await register()).toMatchObject({ MaxTokenAgeSeconds: 86_400 })
    const old = () => codeOf({ iat: seconds() - 90_000, exp: seconds() + 600 })
    expect(await old()).toBe('ExpiredTokenException')
    expect(await codeOf({ iat: seconds() - 80_000, exp: seconds() + 600 })).toBeUndefined()
    expect(await codeOf({ exp: seconds() - 5 })).toBeUndefined()
    await KINDS[1][1]()
    expect(await old()).toBeUndefined()
  })

  test.each(KINDS)('%s: authorized parties, by azp or another claim', async (_, make) => {
    await make({ AuthorizedParties: ['one', 'two'] })
    for (const azp of ['one', 'two']) expect(await codeOf({ azp })).toBeUndefined()
    for (const azp of ['three', undefined, ['one'], 1, 'app']) {
      expect(await codeOf({ azp })).toBe(UNKNOWN)
    }
    expect(await codeOf({ aud: ['app', 'more'], azp: 'one' })).toBeUndefined()
  })

  test('without authorized parties a token for several audiences is not taken from who serves all', async () => {
    await register()
    expect(await codeOf({ aud: ['app'] })).toBeUndefined()
    expect(await codeOf({ aud: ['app', 'other'] })).toBe(UNKNOWN)
    await KINDS[1][1]()
    expect(await codeOf({ aud: ['app', 'other'] })).toBeUndefined()
  })

  test.each(KINDS)('%s: are shown as they were set', async (_, make) => {
    const set = {
      MaxTokenAgeSeconds: 60,
      ClockToleranceSeconds: 0,
      AuthorizedParties: ['a'],
      AuthorizedPartyClaim: 'appid',
      AudienceClaim: 'client_id',
      RequiredClaims: { token_use: 'access' },
    }
    expect(await make(set)).toMatchObject(set)
    const [path, own] = [
      '/admin/v1/installation-issuers',
      `/admin/v1/tenants/${tenant.accountId}/oidc-issuers`,
    ]
    const listed = [await operate(harness, `GET ${path}`), await operate(harness, `GET ${own}`)]
    const all = listed.flatMap(({ Issuers }) => Issuers as Record<string, unknown>[])
    expect(all.find(({ Issuer }) => Issuer === issuer)).toMatchObject(set)
  })
})

describe('An issuer that is changed', () => {
  const all = '/admin/v1/installation-issuers'
  const own = () => `/admin/v1/tenants/${tenant.accountId}/oidc-issuers`
  const KINDS = [
    ['of the installation', () => all, { TenantClaim: 'tenant', Rules: EVERYBODY }],
    ['of a tenant', own, {}],
  ] as const

  /** A registration with one of everything, and what changes it. */
  async function made(path: string, more: object) {
    await role('own', providerOf(issuer, tenant.accountId))
    const created = await operate(harness, `POST ${path}`, {
      ...{ Issuer: issuer, Audiences: ['app'], JwksUri: keys.jwksUri, ...more },
      ...(path !== all && { RoleArn: roleArn(tenant, 'own'), RoleClaim: 'role' }),
      ...{ TagClaims: { team: 'team' }, MaxTokenAgeSeconds: 600, ClockToleranceSeconds: 0 },
      ...{ AuthorizedParties: ['one'], RequiredClaims: { use: 'access' } },
    })
    const change = (input: Input) => operate(harness, `PATCH ${path}/${created['IssuerId']}`, input)
    return { created, change }
  }
  const GOOD = { azp: 'one', use: 'access' }

  test.each(KINDS)('%s keeps what is not given', async (_, path, more) => {
    const { created, change } = await made(path(), more)
    expect(await change({})).toEqual(created)
    expect(await change({ AuthorizedParties: ['two'] })).toEqual({
      ...created,
      AuthorizedParties: ['two'],
    })
    const changed = { Audiences: ['other'], MaxTokenAgeSeconds: 60, Algorithms: ['ES256'] }
    expect(await change(changed)).toEqual({ ...created, AuthorizedParties: ['two'], ...changed })
    const { Issuers } = await operate(harness, `GET ${path()}`)
    expect(Issuers).toContainEqual({ ...created, AuthorizedParties: ['two'], ...changed })
  })

  test.each(KINDS)('%s has what is empty taken away', async (_, path, more) => {
    const { created, change } = await made(path(), more)
    const { JwksUri: _keys, AuthorizedParties: _a, RequiredClaims: _b, ...left } = created
    const none = { JwksUri: '', AuthorizedParties: [], RequiredClaims: {}, TagClaims: {} }
    expect(await change(none)).toEqual({ ...left, TagClaims: {} })
    if (path() === all) return
    const { RoleArn: _c, RoleClaim: _d, ...others } = left
    expect(await change({ RoleArn: '', RoleClaim: '' })).toEqual({ ...others, TagClaims: {} })
  })

  test.each(KINDS)('%s judges by it at once', async (_, path, more) => {
    const { change } = await made(path(), more)
    expect(await codeOf(GOOD)).toBeUndefined()
    await change({ AuthorizedParties: ['two'] })
    expect(await codeOf(GOOD)).toBe('UnrecognizedClientException')
    expect(await codeOf({ ...GOOD, azp: 'two' })).toBeUndefined()
    await change({ Audiences: ['other'], AuthorizedParties: [] })
    expect(await codeOf(GOOD)).toBe('UnrecognizedClientException')
    expect(await codeOf({ ...GOOD, aud: 'other' })).toBeUndefined()
    await change({ RequiredClaims: { use: 'id' } })
    expect(await codeOf({ ...GOOD, aud: 'other' })).toBe('UnrecognizedClientException')
    await change({ RequiredClaims: {}, Algorithms: ['ES384'] })
    expect(await codeOf({ ...GOOD, aud: 'other' })).toBe('UnrecognizedClientException')
  })

  test('of the installation gives another role by other rules; sessions that were made go on', async () => {
    const { change } = await made(all, KINDS[0][2])
    const [arn, by] = [roleArn(tenant, 'app'), providerOf(issuer)]
    const { Credentials } = await webIdentity(arn, GOOD)
    await role('later', by)
    const Rules = [{ RoleName: 'later', Claims: [{ Claim: 'sub', Equals: ['user-1'] }] }]
    expect(await change({ Rules })).toMatchObject({ Rules })
    expect(await codeOf(GOOD)).toBeUndefined()
    const [record] = await harness.trail(tenant, { EventName: 'DescribeKey' })
    const arns = { arn: `arn:aws:sts::${tenant.accountId}:assumed-role/later/user-1` }
    expect(record?.['userIdentity']).toMatchObject(arns)
    await expect(webIdentity(arn, GOOD)).rejects.toThrow('Not authorized')
    expect(await sessionCode(credentialOf(tenant.accountId, Credentials))).toBeUndefined()
  })

  test.each(KINDS)('%s is checked as a new one is', async (_, path, more) => {
    const { created, change } = await made(path(), more)
    const wrong: Input[] = [
      { Audiences: [] },
      { JwksUri: 'http://keys.example.com' },
      { Algorithms: ['HS256'] },
      { MaxTokenAgeSeconds: 59 },
      { RequiredClaims: { a: '' } },
      { Issuer: 'https://other.example.com' },
      { SubjectClaim: 'email' },
      path() === all
        ? { Rules: [{ RoleName: 'app', Claims: [{ Claim: 'a' }] }] }
        : { RoleArn: 'arn:aws:iam::111122223333:role/own' },
      path() === all ? { TenantClaim: 'org' } : { RoleClaim: '\u202e' },
    ]
    for (const input of wrong) await expect(change(input)).rejects.toThrow('ValidationException')
    expect(await change({})).toEqual(created)
    await expect(operate(harness, `PATCH ${path()}/abc`, {})).rejects.toThrow('NotFound')
  })
})

describe('CreateInstallationIssuer', () => {
  test.each<[string, Input]>([
    ['a URL that is not https', { Issuer: 'http://idp.example.com' }],
    ['a URL with a query', { Issuer: 'https://idp.example.com/?a=b' }],
    ['no rule', { Rules: [] }],
    ['a condition on nothing', { Rules: [{ RoleName: 'app', Claims: [{ Claim: 'a' }] }] }],
    ['a role’s ARN', { Rules: [{ RoleName: 'arn:aws:iam::123456789012:role/app', Claims: [] }] }],
    [
      'rules beyond 32 KB',
      {
        Rules: [
          {
            RoleName: 'app',
            Claims: Array.from({ length: 2 }, () => ({
              Claim: 'a',
              Equals: Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(255, 'x')),
            })),
          },
        ],
      },
    ],
    ['another way to name tenants', { TenantBy: 'name' }],
    ['no claim that names the tenant', { TenantClaim: undefined }],
    ['an age below a minute', { MaxTokenAgeSeconds: 59 }],
    ['an age beyond thirty days', { MaxTokenAgeSeconds: 2_592_001 }],
    ['a tolerance beyond five minutes', { ClockToleranceSeconds: 301 }],
    ['no authorized party', { AuthorizedParties: [] }],
    ['a shared secret', { Algorithms: ['HS256'] }],
    [
      'too many required claims',
      { RequiredClaims: Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`${n}`, 'x'])) },
    ],
    ['a required claim of no text', { RequiredClaims: { a: '' } }],
    ['a tag that no session has', { TagClaims: { 'aws:x': 'x' } }],
  ])('refuses %s', async (_, more) => {
    const body = {
      Issuer: issuer,
      Audiences: ['app'],
      JwksUri: keys.jwksUri,
      TenantClaim: 'tenant',
      Rules: EVERYBODY,
      ...more,
    }
    const line = 'POST /admin/v1/installation-issuers'
    const answer = await harness.rest(harness.operator, line, { body: JSON.stringify(body) })
    expect(answer.code).toBe('ValidationException')
  })

  test('refuses one that is there, and the others one that is not', async () => {
    await register()
    await expect(register()).rejects.toThrow('AlreadyExistsException')
    await expect(operate(harness, 'DELETE /admin/v1/installation-issuers/abc')).rejects.toThrow(
      'NotFound',
    )
    await expect(putValues('abc', ['x'])).rejects.toThrow('NotFound')
    await putValues('abc', [])
  })

  test('is the operator’s alone', async () => {
    for (const line of [
      'GET /admin/v1/installation-issuers',
      `GET /admin/v1/tenants/${tenant.accountId}/installation-issuers`,
    ]) {
      expect((await harness.rest(tenant, line)).code).toBe('AccessDeniedException')
    }
  })
})

describe('A registration with checks', () => {
  const place = issuerPlace('123456789012', issuerId('https://idp.example.com'))
  const plain: IssuerData = {
    url: 'https://idp.example.com',
    audiences: ['app'],
    algorithms: ['RS256'],
    subjectClaim: 'sub',
    tagClaims: {},
    created: 1,
  }

  test('is not written while releases may read the store that would not heed them', () => {
    const item = issuerItem.item(place, 1, { ...plain, checks: { maxAge: 60 } })
    expect(() => issuerItem.lowered(item, 1)).toThrow(/until `tenkey upgrade` was run/)
    expect(issuerItem.lowered(item, 2)).toEqual(item)
  })

  test('without any is what it was, and what it was is read', () => {
    const older = issuerItem.lowered(issuerItem.item(place, 1, plain), 1)
    expect(older).toEqual({ ...place, version: 1, data: plain })
    expect(issuerItem.read(older)).toEqual(plain)
  })
})
