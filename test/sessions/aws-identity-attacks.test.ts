import { request as httpRequest } from 'node:http'
import { describe, expect, test } from 'vitest'
import { presignRequest } from '../../core/signature/sign-request.ts'
import { send } from '../support/http.ts'
import { stopClock } from '../support/stopped-clock.ts'
import type { AwsPrincipal } from '../support/sts.ts'
import {
  AWS_ACCOUNT,
  AWS_REGION,
  awsSession,
  awsUser,
  identityWorld,
  newNonce,
  SERVICE,
  tokenOf,
  type Variant,
} from './aws-identity-world.ts'
import { allow, credentialOf, document, roleArn, trust } from './world.ts'

const world = identityWorld()
const { harness, aws, tenant, token, assume } = world

const HOST = `sts.${AWS_REGION}.amazonaws.com`
const FORM = 'application/x-www-form-urlencoded; charset=utf-8'
const BODY = 'Action=GetCallerIdentity&Version=2011-06-15'
const trusting = document(
  trust({ Federated: 'sts.amazonaws.com' }, ['sts:AssumeRoleWithAwsIdentity'], {
    Condition: { StringEquals: { 'tenkey:AwsAccount': AWS_ACCOUNT } },
  }),
)
const makeRole = (name = 'app') =>
  harness.role(tenant(), name, { TrustPolicy: trusting, Policy: document(allow('kms:*')) })

/** AWS STS was asked nothing but who calls, in one form, whatever was presented. */
function expectOneQuestion(): void {
  for (const { method, url, body, headers, action = 'GetCallerIdentity' } of aws().asked) {
    expect({ method, url, body, action }).toEqual({
      method: 'POST',
      url: '/',
      body: BODY,
      action: 'GetCallerIdentity',
    })
    expect(headers['host']).toMatch(/^sts\.(eu-central-1|us-east-1)\.amazonaws\.com$/)
    expect(headers['content-type']).toBe(FORM)
  }
}

describe('what is signed otherwise proves nothing: AWS STS is asked what we say, not what was presented', () => {
  /** by title what is signed, and whether AWS STS is asked before it is refused */
  const variants: readonly (readonly [title: string, asked: boolean, variant: Variant])[] = [
    [
      'another action in the body (CVE-2020-16250)',
      true,
      {
        request: (one) => ({
          ...one,
          body: Buffer.from('Action=GetSessionToken&Version=2011-06-15'),
        }),
      },
    ],
    [
      'two actions in the body',
      true,
      { request: (one) => ({ ...one, body: Buffer.from(`${BODY}&Action=AssumeRole`) }) },
    ],
    [
      'an action in the query',
      true,
      { request: (one) => ({ ...one, query: 'Action=GetSessionToken&Version=2011-06-15' }) },
    ],
    ['another method', true, { request: (one) => ({ ...one, method: 'GET' }) }],
    ['another path', true, { request: (one) => ({ ...one, path: '/evil' }) }],
    ['another host (CVE-2020-16250)', true, { host: 'evil.example.com' }],
    ['the host of another Region', true, { host: 'sts.us-east-1.amazonaws.com' }],
    ['the global endpoint', true, { host: 'sts.amazonaws.com', region: 'us-east-1' }],
    [
      'another Accept, which has AWS STS answer XML',
      true,
      { request: (one) => ({ ...one, headers: { ...one.headers, accept: 'text/xml' } }) },
    ],
    ['for another service of AWS', false, { service: 'iam' }],
    [
      'without the headers that bind it',
      false,
      {
        request: (one) => ({
          ...one,
          headers: { accept: 'application/json', 'content-type': FORM, host: HOST },
        }),
        carried: (headers) => ({
          ...headers,
          'x-tenkey-service': SERVICE,
          'x-tenkey-role': roleArn(tenant(), 'app'),
          'x-tenkey-nonce': newNonce(),
        }),
      },
    ],
    [
      'without the header that binds it, but named among the signed ones',
      true,
      {
        request: (one) => {
          const { 'x-tenkey-service': _service, ...headers } = one.headers
          return { ...one, headers: { ...headers, 'x-tenkey-service': '' } }
        },
        carried: (headers) => ({ ...headers, 'x-tenkey-service': SERVICE }),
      },
    ],
    [
      'with more headers than it must',
      false,
      { request: (one) => ({ ...one, headers: { ...one.headers, 'x-evil': 'yes' } }) },
    ],
    ['for another service like this', false, { binding: { service: 'https://keys.example.org' } }],
    ['for a longer name of it', false, { binding: { service: `${SERVICE}.evil.example` } }],
    ['for a path of it', false, { binding: { service: `${SERVICE}/` } }],
    ['for it in another case', false, { binding: { service: 'https://KEYS.example.com' } }],
    [
      'for another service, presented as for this',
      true,
      {
        binding: { service: 'https://keys.example.org' },
        carried: (headers) => ({ ...headers, 'x-tenkey-service': SERVICE }),
      },
    ],
    ['for another account', false, { binding: { role: `arn:aws:iam::999988887777:role/app` } }],
    [
      'for another role, presented as for this',
      true,
      {
        binding: { role: 'arn:aws:iam::999988887777:role/app' },
        carried: (headers) => ({ ...headers, 'x-tenkey-role': roleArn(tenant(), 'app') }),
      },
    ],
    [
      'in a partition that is not ours',
      false,
      { region: 'cn-north-1', host: 'sts.cn-north-1.amazonaws.com.cn' },
    ],
    ['in GovCloud', false, { region: 'us-gov-west-1' }],
    ['in a Region that is not on the list', false, { region: 'eu-west-1' }],
    ['in a Region of nobody', false, { region: 'xx-evil-1' }],
    [
      'with another nonce than it carries',
      true,
      { carried: (headers) => ({ ...headers, 'x-tenkey-nonce': newNonce() }) },
    ],
    [
      'with another date than it carries',
      true,
      {
        carried: (headers) => ({
          ...headers,
          'x-amz-date': String(headers['x-amz-date']).replace(/.Z$/, (last) =>
            last === '0Z' ? '1Z' : '0Z',
          ),
        }),
      },
    ],
  ]

  test.each(variants)('%s', async (_title, asked, variant) => {
    await makeRole()
    const who = aws().know(awsUser())
    const { status, code } = await assume(token(who, variant))
    expect({ status, code }).toEqual({ status: 400, code: 'InvalidIdentityTokenException' })
    expect(aws().asked.length).toBe(asked ? 1 : 0)
    expectOneQuestion()
    expect((await assume(token(who))).status).toBe(201)
  })

  test('with a secret that is not the caller’s, or keys that nobody has', async () => {
    await makeRole()
    const who = aws().know(awsUser())
    const forged = { ...who, secretAccessKey: 'guessed' }
    expect((await assume(token(forged))).code).toBe('InvalidIdentityTokenException')
    expect((await assume(token(awsUser()))).code).toBe('InvalidIdentityTokenException')
  })

  test('with the session token left out, put in, or another’s', async () => {
    await makeRole()
    const session = aws().know(awsSession())
    const user = aws().know(awsUser())
    const without = (who: AwsPrincipal): AwsPrincipal => {
      const { sessionToken: _token, ...rest } = who
      return rest
    }
    const refused = async (made: string) => {
      const { code } = await assume(made)
      expect(code).toBe('InvalidIdentityTokenException')
    }
    await refused(token(without(session)))
    await refused(token(session, { carried: ({ 'x-amz-security-token': _one, ...rest }) => rest }))
    await refused(token({ ...user, sessionToken: session.sessionToken ?? '' }))
    await refused(token(user, { carried: (rest) => ({ ...rest, 'x-amz-security-token': 'AAAA' }) }))
    const { sessionToken = '' } = awsSession()
    await refused(
      token(session, { carried: (rest) => ({ ...rest, 'x-amz-security-token': sessionToken }) }),
    )
    expectOneQuestion()
  })
})

describe('a token of another form is refused before anybody is asked', () => {
  const AUTHORIZATION = (scope: string, headers = 'host', signature = 'a'.repeat(64)) =>
    `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${headers}, Signature=${signature}`
  const scope = (region: string) => {
    // of another day it would be refused for that alone
    const day = new Date(world.now()).toISOString().slice(0, 10).replaceAll('-', '')
    return `AKIAUSER000000000001/${day}/${region}/sts/aws4_request`
  }
  const changed = (change: (headers: Record<string, string>) => object | string) => () => {
    let made: object | string = ''
    token(awsUser(), {
      carried: (headers) => {
        made = change(headers)
        return headers
      },
    })
    return tokenOf(made)
  }
  const withAuthorization = (edit: (authorization: string) => string) =>
    changed((headers) => ({ ...headers, authorization: edit(headers['authorization'] ?? '') }))
  const withHeader = (name: string, edit: (value: string) => string) =>
    changed((headers) => ({ ...headers, [name]: edit(headers[name] ?? '') }))

  test.each<[string, () => string]>([
    ['no text at all', () => tokenOf('')],
    ['no JSON', () => tokenOf('{')],
    ['a list', () => tokenOf([])],
    ['no UTF-8', () => 'tenkey-aws-v1.gICA'],
    ['another prefix', () => token(awsUser()).replace('-v1', '-v2')],
    ['an identity token of an issuer', () => 'eyJhbGciOiJub25lIn0.eyJpc3MiOiJhIn0.'],
    [
      'a presigned URL, as Amazon EKS takes',
      () => {
        const query = presignRequest(
          { method: 'GET', path: '/', query: BODY, body: Buffer.alloc(0), headers: { host: HOST } },
          { accessKeyId: 'AKIAUSER000000000001', secretAccessKey: 'x' },
          { region: AWS_REGION, service: 'sts', now: world.now(), expiresInSeconds: 60 },
        )
        return `tenkey-aws-v1.${Buffer.from(`https://${HOST}/?${query}`).toString('base64url')}`
      },
    ],
    [
      'the query of one beside',
      changed((headers) => ({ ...headers, 'x-amz-signature': 'a'.repeat(64) })),
    ],
    ['a host of its own', changed((headers) => ({ ...headers, host: 'evil.example.com' }))],
    ['a body of its own', changed((headers) => ({ ...headers, body: 'Action=GetSessionToken' }))],
    ['a URL of its own', changed((headers) => ({ ...headers, url: 'https://evil.example.com/' }))],
    [
      'a header twice',
      changed((headers) =>
        JSON.stringify(headers).replace('{', `{"x-tenkey-service":"${SERVICE}",`),
      ),
    ],
    [
      'a header twice, once escaped',
      changed((headers) =>
        JSON.stringify(headers).replace('{', `{"\\u0078-tenkey-service":"${SERVICE}",`),
      ),
    ],
    [
      'a header twice in another case',
      changed((headers) => ({ ...headers, 'X-Tenkey-Service': SERVICE })),
    ],
    [
      'a header in another case',
      changed(({ 'x-tenkey-service': service, ...rest }) => ({
        ...rest,
        'X-Tenkey-Service': service,
      })),
    ],
    [
      'a header that is a list',
      changed((headers) => ({ ...headers, 'x-tenkey-service': [SERVICE, 'https://evil.example'] })),
    ],
    ['a header that is missing', changed(({ 'x-tenkey-nonce': _one, ...rest }) => rest)],
    [
      'a header of a prototype',
      changed((headers) => JSON.stringify(headers).replace('{', '{"__proto__":{},')),
    ],
    [
      'a line break in a header',
      withHeader('x-tenkey-service', (value) => `${value}\r\nx-evil: yes`),
    ],
    ['a line break in the nonce', withHeader('x-tenkey-nonce', (value) => `${value}\nx-evil`)],
    ['a line break at the end of the role', withHeader('x-tenkey-role', (value) => `${value}\n`)],
    [
      'a line break in the session token',
      changed((headers) => ({ ...headers, 'x-amz-security-token': 'AAAA\r\nhost: evil' })),
    ],
    ['a blank in the service', withHeader('x-tenkey-service', (value) => `${value} ${value}`)],
    [
      'two services with a comma',
      withHeader('x-tenkey-service', (value) => `https://evil.example,${value}`),
    ],
    [
      'a role that is a user',
      withHeader('x-tenkey-role', (value) => value.replace(':role/', ':user/')),
    ],
    ['a role of no account', withHeader('x-tenkey-role', (value) => value.replace(/\d{12}/, ''))],
    ['a Region that is a host', withAuthorization(() => AUTHORIZATION(scope('evil.com/')))],
    ['a Region with a path', withAuthorization(() => AUTHORIZATION(scope('evil.com/x#')))],
    [
      'a Region with a port',
      withAuthorization(() => AUTHORIZATION(scope('eu-central-1.evil.com:443'))),
    ],
    ['a Region with credentials', withAuthorization(() => AUTHORIZATION(scope('x@evil.com')))],
    ['a Region in another case', withAuthorization((one) => one.replace('/eu-', '/EU-'))],
    [
      'a signature in upper case',
      withAuthorization((one) =>
        one.replace(/Signature=.*/, (hex) => hex.toUpperCase().replace('SIGNATURE', 'Signature')),
      ),
    ],
    ['a signature that is too long', withAuthorization((one) => `${one}00`)],
    ['two signatures', withAuthorization((one) => `${one}, Signature=${'b'.repeat(64)}`)],
    ['another algorithm', withAuthorization((one) => one.replace('HMAC-SHA256', 'HMAC-SHA1'))],
    [
      'SigV4A',
      withAuthorization((one) => one.replace('AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256')),
    ],
    [
      'signed headers in another order',
      withAuthorization((one) => one.replace('accept;content-type', 'content-type;accept')),
    ],
    [
      'a signed header twice',
      withAuthorization((one) => one.replace('=accept;', '=accept;accept;')),
    ],
    [
      'no signed headers',
      withAuthorization((one) => one.replace(/SignedHeaders=[^,]*/, 'SignedHeaders=')),
    ],
    [
      'the binding header left out of them',
      withAuthorization((one) => one.replace(';x-tenkey-service', '')),
    ],
    [
      'an access key id with a line break',
      withAuthorization((one) => one.replace('AKIA', 'AKIA\n')),
    ],
    ['a day that is none', withHeader('x-amz-date', () => '20261332T000000Z')],
    ['the thirtieth of February', withHeader('x-amz-date', () => '20260230T000000Z')],
    ['a date of another form', withHeader('x-amz-date', () => new Date().toISOString())],
    ['another day than that of its scope', withHeader('x-amz-date', () => '20200101T000000Z')],
    ['20,000 characters', () => tokenOf('x'.repeat(20_000))],
  ])('%s', async (_title, made) => {
    await makeRole()
    const presented = made()
    const long = presented.length > 16_000
    const { status, code } = long ? await sendLong(presented) : await assume(presented)
    expect([400, 431]).toContain(status)
    if (!long) expect(code).toBe('InvalidIdentityTokenException')
    expect(aws().asked).toEqual([])
  })

  /** Node refuses what no gateway would let through. */
  const sendLong = (presented: string) =>
    new Promise<{ status: number; code: unknown }>((resolve, reject) => {
      const sent = httpRequest(harness.target.url, {
        method: 'POST',
        path: '/v1/aws-identity-sessions',
        headers: { authorization: `Bearer ${presented}` },
      })
      sent.on('response', ({ statusCode = 0 }) => resolve({ status: statusCode, code: undefined }))
      sent.on('error', reject).end()
    })
})

describe('time, and once', () => {
  test.each([
    ['five minutes old', -300, 201],
    ['older', -301, 400],
    ['a day old', -86_400, 400],
    ['a minute ahead', 60, 201],
    ['further ahead', 61, 400],
    ['a year ahead', 31_536_000, 400],
  ])('a request that is %s', async (_title, seconds, status) => {
    // at a whole second, as X-Amz-Date has them
    stopClock()
    await makeRole()
    const who = aws().know(awsUser())
    const now = world.now() + seconds * 1000
    expect((await assume(token(who, { now }))).status).toBe(status)
    if (status !== 201) expect(aws().asked).toEqual([])
  })

  test('is taken once, in this process and in another one', async () => {
    await makeRole()
    const who = aws().know(awsSession())
    const made = token(who)
    const second = harness.inside.another()
    const url = await second.url
    try {
      expect((await assume(made)).status).toBe(201)
      for (const where of [harness.target.url, url]) {
        const { status, code, detail } = await assume(made, { url: where })
        expect({ status, code }).toEqual({ status: 400, code: 'InvalidIdentityTokenException' })
        expect(detail).toContain('was used before')
      }
      expect((await assume(token(who), { url })).status).toBe(201)
    } finally {
      await second.stop()
    }
  })

  test('is taken once where it comes to several at the same time', async () => {
    await makeRole()
    const made = token(aws().know(awsUser()))
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => assume(made)))
    expect(outcomes.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400])
  })

  test('two of one second are two', async () => {
    await makeRole()
    const who = aws().know(awsUser())
    const now = world.now()
    expect((await assume(token(who, { now }))).status).toBe(201)
    expect((await assume(token(who, { now }))).status).toBe(201)
  })

  test('is not used up where the role does not let its caller in', async () => {
    await makeRole()
    const stranger = aws().know(
      awsUser({ account: '222222222222', arn: 'arn:aws:iam::222222222222:user/app' }),
    )
    const made = token(stranger)
    expect((await assume(made)).code).toBe('AccessDeniedException')
    expect((await assume(made)).code).toBe('AccessDeniedException')
  })
})

describe('what AWS STS answers', () => {
  const identity = (more: Record<string, unknown> = {}) => ({
    Account: AWS_ACCOUNT,
    Arn: `arn:aws:iam::${AWS_ACCOUNT}:user/app`,
    UserId: 'AIDAUSERXXXXXXXXX0001',
    ...more,
  })
  const whole = (result: unknown) => ({
    GetCallerIdentityResponse: { GetCallerIdentityResult: result },
  })
  const XML = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::${AWS_ACCOUNT}:user/app</Arn><UserId>AIDAUSERXXXXXXXXX0001</UserId><Account>${AWS_ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`
  const json = 'application/json'

  test.each<[string, number, string, unknown]>([
    ['XML (CVE-2020-16250)', 200, 'text/xml', XML],
    ['XML that is called JSON', 200, json, XML],
    ['JSON that is called XML', 200, 'text/xml', whole(identity())],
    ['JSON of no type', 200, '', whole(identity())],
    ['XML of another namespace', 200, 'text/xml', XML.replace('sts.amazonaws.com', 'evil.example')],
    [
      'XML of several results',
      200,
      'text/xml',
      XML.replace(
        '<GetCallerIdentityResult>',
        '<GetCallerIdentityResult/><GetCallerIdentityResult>',
      ),
    ],
    [
      'the answer of another action, with what a caller chose in it (CVE-2020-16251)',
      200,
      json,
      {
        AssumeRoleWithWebIdentityResponse: {
          AssumeRoleWithWebIdentityResult: {
            SubjectFromWebIdentityToken: JSON.stringify(whole(identity())),
          },
        },
      },
    ],
    ['it within another', 200, json, { AssumeRoleResponse: whole(identity()) }],
    ['several results', 200, json, whole([identity(), identity()])],
    ['a result that is text', 200, json, whole(JSON.stringify(identity()))],
    ['a list', 200, json, [whole(identity())]],
    ['no JSON', 200, json, '{'],
    ['JSON and more', 200, json, `${JSON.stringify(whole(identity()))}<x/>`],
    ['nothing', 200, json, ''],
    ['no account', 200, json, whole(identity({ Account: undefined }))],
    ['an account that is a number', 200, json, whole(identity({ Account: Number(AWS_ACCOUNT) }))],
    ['another account than the ARN’s', 200, json, whole(identity({ Account: '222222222222' }))],
    [
      'another ARN than the account’s',
      200,
      json,
      whole(identity({ Arn: 'arn:aws:iam::222222222222:user/app' })),
    ],
    [
      'an ARN of another partition',
      200,
      json,
      whole(identity({ Arn: `arn:aws-cn:iam::${AWS_ACCOUNT}:user/app` })),
    ],
    [
      'an ARN of another service',
      200,
      json,
      whole(identity({ Arn: `arn:aws:s3::${AWS_ACCOUNT}:user/app` })),
    ],
    [
      'an ARN with a line break',
      200,
      json,
      whole(identity({ Arn: `arn:aws:iam::${AWS_ACCOUNT}:user/app\n` })),
    ],
    [
      'an ARN that is a list',
      200,
      json,
      whole(identity({ Arn: [`arn:aws:iam::${AWS_ACCOUNT}:user/app`] })),
    ],
    ['no unique id', 200, json, whole(identity({ UserId: '' }))],
    ['a unique id with a wildcard', 200, json, whole(identity({ UserId: 'AIDA*' }))],
    ['a redirect', 302, json, ''],
    ['another redirect', 307, json, ''],
    ['an identity with another status', 201, json, whole(identity())],
    ['an identity with a refusal', 403, json, whole(identity())],
    ['that it is asked too much', 400, json, { Error: { Code: 'Throttling' } }],
    ['an error of its own', 500, json, { Error: { Code: 'InternalFailure' } }],
    ['that it is unavailable', 503, 'text/html', '<html/>'],
    ['17 KB', 200, json, JSON.stringify(whole(identity({ More: 'x'.repeat(17_000) })))],
  ])('%s is no identity', async (_title, status, type, body) => {
    harness.expectFaults()
    await makeRole()
    const elsewhere: string[] = []
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    aws().answer = (request, response) => {
      if (request.url !== '/') elsewhere.push(request.url ?? '')
      const location = status >= 300 && status < 400 ? { location: `${aws().url}/evil` } : {}
      response.writeHead(status, { ...(type !== '' && { 'content-type': type }), ...location })
      response.end(text)
    }
    const outcome = await assume(token(awsUser()))
    expect({ status: outcome.status, code: outcome.code }).toEqual({
      status: 503,
      code: 'DependencyTimeoutException',
    })
    expect(elsewhere).toEqual([])
  })

  test('an identity, however its JSON is written, is one', async () => {
    await makeRole()
    aws().answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'Application/JSON; charset=utf-8' })
      response.end(JSON.stringify({ ...whole(identity()), More: 1 }, null, 2))
    }
    expect((await assume(token(awsUser()))).status).toBe(201)
  })

  test('nothing for longer than three seconds, or without an end, is let go; what was signed is not used up', async () => {
    harness.expectFaults()
    await makeRole()
    const who = aws().know(awsUser())
    const made = token(who)
    for (const answer of ['silent', 'endless'] as const) {
      let gone = false
      aws().answer = (_request, response) => {
        response.on('close', () => {
          gone = true
        })
        if (answer === 'silent') return
        response.writeHead(200, { 'content-type': json })
        const pump = () => {
          while (!response.destroyed && response.write('x'.repeat(1024)));
          if (!response.destroyed) response.once('drain', pump)
        }
        pump()
      }
      expect((await assume(made)).code).toBe('DependencyTimeoutException')
      await expect.poll(() => gone).toBe(true)
    }
    aws().answer = undefined
    expect((await assume(made)).status).toBe(201)
  })

  test('is waited for by eight of one address at a time: others are told to try again', async () => {
    harness.expectFaults()
    await makeRole()
    const who = aws().know(awsUser())
    const waiting: (() => void)[] = []
    aws().answer = (_request, response) => {
      waiting.push(() => {
        response.writeHead(200, { 'content-type': json })
        response.end(JSON.stringify(whole(identity())))
      })
    }
    const first = Array.from({ length: 8 }, () => assume(token(who)))
    await expect.poll(() => waiting.length).toBe(8)
    expect((await assume(token(who))).code).toBe('ThrottlingException')
    for (const answer of waiting) answer()
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual(Array(8).fill(201))
  })
})

describe('nobody learns by it what there is', () => {
  test('until AWS STS knows the sender every refusal is the same: no account, no role, no trust', async () => {
    await makeRole()
    await harness.role(tenant(), 'untrusting')
    const { status, detail, code } = await assume(token(awsUser()))
    const one = { status, detail, code }
    const refused = async (role: string, account = tenant().accountId) => {
      const binding = { role: `arn:aws:iam::${account}:role/${role}` }
      const outcome = await assume(token(awsUser(), { binding }), { account })
      expect({ status: outcome.status, detail: outcome.detail, code: outcome.code }).toEqual(one)
    }
    await refused('untrusting')
    await refused('not-there')
    await refused('app', '999988887777')
    // each was asked about: what takes time takes it for all
    expect(aws().asked.length).toBe(4)
  })

  test('who is known to AWS is refused alike, whether role and account are there', async () => {
    await makeRole()
    await harness.role(tenant(), 'untrusting')
    const who = aws().know(awsUser())
    for (const [role, account] of [
      ['untrusting', tenant().accountId],
      ['not-there', tenant().accountId],
      ['app', '999988887777'],
    ] as const) {
      const binding = { role: `arn:aws:iam::${account}:role/${role}` }
      const { status, code, detail } = await assume(token(who, { binding }), { account })
      expect({ status, code, detail }).toEqual({
        status: 403,
        code: 'AccessDeniedException',
        detail: 'Not authorized to perform sts:AssumeRoleWithAwsIdentity',
      })
    }
  })

  test('failures are counted in the trail of who lets AWS identities in, and of nobody else', async () => {
    // those of a minute have one record
    stopClock()
    await makeRole()
    const made = token(awsUser())
    await assume(made)
    await assume(made)
    const [record, ...more] = await harness.trail(tenant(), { EventName: 'FailedAuthentication' })
    expect(more).toEqual([])
    expect(record).toMatchObject({
      serviceEventDetails: {
        principal: 'sts.amazonaws.com',
        reasons: { InvalidIdentityTokenException: 2 },
      },
    })
    const other = await harness.tenant()
    await harness.role(other, 'app')
    const binding = { role: roleArn(other, 'app') }
    await assume(token(awsUser(), { binding }), { account: other.accountId })
    expect(await harness.trail(other, { EventName: 'FailedAuthentication' })).toEqual([])
  })
})

describe('it is for one operation', () => {
  test('a token is no credential of any other', async () => {
    await makeRole()
    const made = token(aws().know(awsUser()))
    for (const target of ['/v1/caller-identity', '/v1/keys']) {
      const answer = await send(harness.target.url, {
        method: 'GET',
        target,
        body: '',
        headers: { authorization: `Bearer ${made}`, 'x-tenkey-account': tenant().accountId },
      })
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'UnrecognizedClientException' })
    }
    const { code } = await assume(made, { target: '/v1/web-identity-sessions' })
    expect(code).toBe('UnrecognizedClientException')
    expect(aws().asked).toEqual([])
    expect((await assume(made)).status).toBe(201)
  })

  test('who has credentials of ours, even a session that it made, gets no other by it', async () => {
    await makeRole()
    const { body } = await assume(token(aws().know(awsUser())))
    const session = credentialOf(tenant().accountId, body['Credentials'])
    for (const credential of [tenant(), session]) {
      const outcome = await harness.rest(credential, 'POST /v1/aws-identity-sessions', {
        body: '{}',
      })
      expect(outcome.code).toBe('AccessDeniedException')
    }
  })

  test('it is not answered on the face of AWS STS, which has no such operation', async () => {
    const answer = await send(harness.target.url, {
      method: 'POST',
      target: '/',
      body: 'Action=AssumeRoleWithAwsIdentity&Version=2011-06-15',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.text).toContain('InvalidAction')
  })
})
