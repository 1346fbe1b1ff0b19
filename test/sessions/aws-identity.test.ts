import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { stopClock } from '../support/stopped-clock.ts'
import type { AwsPrincipal } from '../support/sts.ts'
import { AWS_ACCOUNT, awsSession, awsUser, identityWorld, SERVICE } from './aws-identity-world.ts'
import { allow, credentialOf, document, operate, roleArn, type Statement, trust } from './world.ts'

const world = identityWorld()
const { harness, aws, tenant, token, assume } = world

const ACTION = 'sts:AssumeRoleWithAwsIdentity'
const lets = (Condition: Statement, more: Statement = {}) =>
  document(trust({ Federated: 'sts.amazonaws.com' }, [ACTION], { Condition, ...more }))
const makeRole = (TrustPolicy: string, name = 'app') =>
  harness.role(tenant(), name, { TrustPolicy, Policy: document(allow('kms:*')) })
const ofAccount = lets({ StringEquals: { 'tenkey:AwsAccount': AWS_ACCOUNT } })
const outcomeOf = async (who: AwsPrincipal) => {
  aws().know(who)
  const { status, code } = await assume(token(who))
  return code ?? status
}

describe('a caller of AWS gets a session without a secret of ours', () => {
  test('by a signed GetCallerIdentity request, of a user and of a role; the session is the role’s', async () => {
    await makeRole(ofAccount)
    const key = await harness.key(tenant())
    for (const who of [awsUser(), awsSession()]) {
      aws().know(who)
      const { status, body } = await assume(token(who))
      expect(status).toBe(201)
      expect(body['AwsIdentity']).toEqual({
        Account: who.account,
        Arn: who.arn,
        UserId: who.userId,
      })
      const credential = credentialOf(tenant().accountId, body['Credentials'])
      const { Arn } = await harness.ok(credential, 'GetCallerIdentity', {}, { via: 'rest' })
      const name = who.arn.split('/').at(-1)
      expect(Arn).toMatch(
        new RegExp(`^arn:aws:sts::${tenant().accountId}:assumed-role/app/${name}-[0-9a-f]{16}$`),
      )
      expect(body['AssumedRoleUser']).toMatchObject({ Arn })
      const { Plaintext } = await harness.ok(
        credential,
        'Decrypt',
        await harness
          .ok(credential, 'Encrypt', { KeyId: key.id, Plaintext: 'aGVsbG8=' })
          .then(({ CiphertextBlob }) => ({ CiphertextBlob })),
      )
      expect(Plaintext).toBe('aGVsbG8=')
    }
  })

  test('AWS STS is asked one thing alone, with what was signed', async () => {
    await makeRole(ofAccount)
    const who = aws().know(awsSession())
    await assume(token(who))
    const [one, ...more] = aws().asked
    expect(more).toEqual([])
    expect(one).toMatchObject({
      method: 'POST',
      url: '/',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
      action: 'GetCallerIdentity',
    })
    expect(one?.headers).toMatchObject({
      accept: 'application/json',
      host: 'sts.eu-central-1.amazonaws.com',
      'x-tenkey-service': SERVICE,
      'x-tenkey-role': roleArn(tenant(), 'app'),
      authorization: expect.stringContaining(
        'SignedHeaders=accept;content-type;host;x-amz-date;x-amz-security-token;x-tenkey-nonce;x-tenkey-role;x-tenkey-service,',
      ),
    })
  })

  test('it lasts as long as asked, an hour unless asked, and no longer than the role’s sessions may', async () => {
    stopClock()
    await makeRole(ofAccount)
    const who = aws().know(awsUser())
    const lasts = async (input: Statement) => {
      const before = world.now()
      const { status, code, body } = await assume(token(who), { input })
      if (status !== 201) return code
      const { Expiration } = body['Credentials'] as { Expiration: string }
      return (Date.parse(Expiration) - before) / 1000
    }
    expect(await lasts({})).toBe(3600)
    expect(await lasts({ DurationSeconds: 900 })).toBe(900)
    expect(await lasts({ DurationSeconds: 3601 })).toBe('ValidationException')
    expect(await lasts({ DurationSeconds: 899 })).toBe('ValidationException')
  })

  test('session policies limit it', async () => {
    await makeRole(ofAccount)
    const key = await harness.key(tenant())
    const who = aws().know(awsUser())
    const { body } = await assume(token(who), {
      input: { Policy: document(allow('kms:DescribeKey')) },
    })
    const credential = credentialOf(tenant().accountId, body['Credentials'])
    const { code } = await harness.call('aws', credential, 'Encrypt', {
      KeyId: key.id,
      Plaintext: 'aGVsbG8=',
    })
    expect(code).toBe('AccessDeniedException')
    await harness.ok(credential, 'DescribeKey', { KeyId: key.id })
  })

  test('the account’s trail has who it was in AWS, and nothing of the signature', async () => {
    await makeRole(ofAccount)
    const who = aws().know(awsSession())
    const made = token(who)
    await assume(made)
    const [record] = await harness.trail(tenant(), { EventName: 'AssumeRoleWithAwsIdentity' })
    expect(record).toMatchObject({
      eventSource: 'sts.amazonaws.com',
      userIdentity: {
        type: 'AssumedRole',
        sessionContext: { webIdFederationData: { federatedProvider: 'sts.amazonaws.com' } },
      },
      responseElements: { awsIdentity: { arn: who.arn, userId: who.userId } },
    })
    const trail = JSON.stringify(await harness.trail(tenant()))
    expect(trail).not.toContain(made)
    expect(trail).not.toContain(who.sessionToken)
  })

  test('sessions end when the role’s are revoked, and what was signed before makes none', async () => {
    await makeRole(ofAccount)
    const key = await harness.key(tenant())
    const who = aws().know(awsUser())
    const early = token(who)
    const { body } = await assume(token(who))
    const credential = credentialOf(tenant().accountId, body['Credentials'])
    await operate(harness, `POST /admin/v1/tenants/${tenant().accountId}/revoke-sessions`, {
      Type: 'role',
      Name: 'app',
    })
    const { code } = await harness.call('aws', credential, 'DescribeKey', { KeyId: key.id })
    expect(code).toBe('ExpiredTokenException')
    expect((await assume(early)).code).toBe('ExpiredTokenException')
    world.advance(90_000)
    expect((await assume(token(who))).status).toBe(201)
  })
})

test('the trust policy of docs/aws-identities.md is one', async () => {
  const page = readFileSync(new URL('../../docs/aws-identities.md', import.meta.url), 'utf8')
  const [, policy = ''] = /trust\.json <<'JSON'\n(.+?)\n *JSON\n/s.exec(page) ?? []
  await makeRole(policy)
  const session = { account: '555566667777', userId: 'AROAEXAMPLEXXXXXXXXXX:app' }
  const arn = 'arn:aws:sts::555566667777:assumed-role/deploy/app'
  expect(await outcomeOf(awsSession({ ...session, arn }))).toBe(201)
  expect(await outcomeOf(awsSession({ arn }))).toBe('AccessDeniedException')
})

describe('a role lets in whom its trust policy demands', () => {
  const accounts = { StringEquals: { 'tenkey:AwsAccount': [AWS_ACCOUNT, '111111111111'] } }
  const role = `arn:aws:sts::${AWS_ACCOUNT}:assumed-role/deploy/*`
  const user = `arn:aws:iam::${AWS_ACCOUNT}:user/app`

  test.each<[string, Statement, Partial<AwsPrincipal>, 201 | 'AccessDeniedException']>([
    ['an account of several', accounts, {}, 201],
    [
      'another account',
      accounts,
      { account: '222222222222', arn: 'arn:aws:iam::222222222222:user/app' },
      'AccessDeniedException',
    ],
    ['a user', { StringEquals: { 'tenkey:AwsArn': user } }, {}, 201],
    [
      'a user of another path',
      { StringEquals: { 'tenkey:AwsArn': user } },
      { arn: `arn:aws:iam::${AWS_ACCOUNT}:user/x/app` },
      'AccessDeniedException',
    ],
    ['sessions of a role', { ArnLike: { 'tenkey:AwsArn': role } }, awsSession(), 201],
    [
      'a user whose path imitates them',
      { ArnLike: { 'tenkey:AwsArn': role } },
      { arn: `arn:aws:iam::${AWS_ACCOUNT}:user/assumed-role/deploy/x` },
      'AccessDeniedException',
    ],
    [
      'a role whose name begins like it',
      { ArnLike: { 'tenkey:AwsArn': role } },
      { ...awsSession(), arn: `arn:aws:sts::${AWS_ACCOUNT}:assumed-role/deployment/x` },
      'AccessDeniedException',
    ],
    [
      'a session that is named like another role’s',
      { ArnLike: { 'tenkey:AwsArn': role } },
      { ...awsSession(), arn: `arn:aws:sts::${AWS_ACCOUNT}:assumed-role/other/deploy` },
      'AccessDeniedException',
    ],
    [
      'a unique id',
      { StringLike: { 'tenkey:AwsUserId': 'AROADEPLOYXXXXXXXXXXX:*' } },
      awsSession(),
      201,
    ],
    [
      'a namesake in AWS with another',
      { StringLike: { 'tenkey:AwsUserId': 'AROADEPLOYXXXXXXXXXXX:*' } },
      { ...awsSession(), userId: 'AROANAMESAKEXXXXXXXXX:i-0123456789abcdef0' },
      'AccessDeniedException',
    ],
    [
      'one whose session name imitates it',
      { StringLike: { 'tenkey:AwsUserId': 'AROADEPLOYXXXXXXXXXXX:*' } },
      { ...awsSession(), userId: 'AROANAMESAKEXXXXXXXXX:AROADEPLOYXXXXXXXXXXX' },
      'AccessDeniedException',
    ],
    [
      'ARN and unique id at once',
      {
        ArnLike: { 'tenkey:AwsArn': role },
        StringLike: { 'tenkey:AwsUserId': 'AROADEPLOYXXXXXXXXXXX:*' },
      },
      { ...awsSession(), userId: 'AROANAMESAKEXXXXXXXXX:x' },
      'AccessDeniedException',
    ],
    ['condition keys in any case', { stringequals: { 'TENKEY:awsACCOUNT': AWS_ACCOUNT } }, {}, 201],
    [
      'an identity in upper case is another',
      { StringEquals: { 'tenkey:AwsArn': user } },
      { arn: `arn:aws:iam::${AWS_ACCOUNT}:user/APP` },
      'AccessDeniedException',
    ],
  ])('%s', async (_title, condition, more, outcome) => {
    const stringequals = (condition as Record<string, unknown>)['stringequals']
    await makeRole(lets(stringequals === undefined ? condition : { StringEquals: stringequals }))
    expect(await outcomeOf('sessionToken' in more ? awsSession(more) : awsUser(more))).toBe(outcome)
  })

  test('a Deny of it decides, and by the service’s own keys too', async () => {
    const policy = (denied: Statement) =>
      document(
        trust({ Federated: 'sts.amazonaws.com' }, [ACTION], {
          Condition: { StringEquals: { 'tenkey:AwsAccount': AWS_ACCOUNT } },
        }),
        { Effect: 'Deny', Principal: '*', Action: ACTION, Condition: denied },
      )
    await makeRole(policy({ StringEquals: { 'tenkey:AwsArn': awsSession().arn } }))
    expect(await outcomeOf(awsSession())).toBe('AccessDeniedException')
    expect(await outcomeOf(awsUser())).toBe(201)
  })

  test('a role that trusts AWS accounts, services or everybody lets none in: accounts of AWS are not tenants', async () => {
    const { accountId } = tenant()
    const twin = awsUser({ account: accountId, arn: `arn:aws:iam::${accountId}:user/app` })
    for (const principal of [{ AWS: accountId }, { AWS: '*' }, { Service: 'sts.amazonaws.com' }]) {
      await makeRole(document(trust(principal)))
      expect(await outcomeOf(twin)).toBe('AccessDeniedException')
      await operate(harness, `DELETE /admin/v1/tenants/${accountId}/principals/role/app`)
    }
    await makeRole(document(trust({ Federated: 'sts.amazonaws.com' })))
    expect(await outcomeOf(twin)).toBe('AccessDeniedException')
  })

  test('two identities never share a session name, whatever they are called', async () => {
    await makeRole(lets({ StringLike: { 'tenkey:AwsAccount': [AWS_ACCOUNT, '111111111111'] } }))
    const arn = `arn:aws:iam::111111111111:user/i-0123456789abcdef0`
    const names = new Set<unknown>()
    for (const who of [
      awsSession(),
      awsSession({ userId: 'AROANAMESAKEXXXXXXXXX:i-0123456789abcdef0' }),
      awsUser({ account: '111111111111', arn }),
    ]) {
      aws().know(who)
      const { body } = await assume(token(who))
      names.add((body['AssumedRoleUser'] as Statement)['Arn'])
    }
    expect(names.size).toBe(3)
  })
})

describe('a trust policy that would let in AWS identities of any account is refused', () => {
  const by = (Condition?: Statement, principal: unknown = { Federated: 'sts.amazonaws.com' }) =>
    document({
      Effect: 'Allow',
      Principal: principal,
      Action: ACTION,
      ...(Condition !== undefined && { Condition }),
    })
  const account = { StringEquals: { 'tenkey:AwsAccount': AWS_ACCOUNT } }

  test.each<[string, string]>([
    ['no condition', by()],
    ['conditions on others alone', by({ StringEquals: { 'aws:SourceIp': '10.0.0.1' } })],
    ['any account', by({ StringLike: { 'tenkey:AwsAccount': '*' } })],
    ['accounts by a pattern', by({ StringLike: { 'tenkey:AwsAccount': '55556666777?' } })],
    [
      'one account of the list is any',
      by({ StringLike: { 'tenkey:AwsAccount': [AWS_ACCOUNT, '*'] } }),
    ],
    ['no account', by({ StringEquals: { 'tenkey:AwsAccount': [] } })],
    ['all but one account', by({ StringNotEquals: { 'tenkey:AwsAccount': AWS_ACCOUNT } })],
    [
      'an account if there is one',
      by({ StringEqualsIfExists: { 'tenkey:AwsAccount': AWS_ACCOUNT } }),
    ],
    ['all values', by({ 'ForAllValues:StringEquals': { 'tenkey:AwsAccount': AWS_ACCOUNT } })],
    ['that there is one', by({ Null: { 'tenkey:AwsAccount': 'false' } })],
    [
      'an ARN of any account',
      by({ ArnLike: { 'tenkey:AwsArn': 'arn:aws:sts::*:assumed-role/deploy/*' } }),
    ],
    [
      'an ARN by a variable',
      by({ ArnLike: { 'tenkey:AwsArn': `arn:aws:iam::\${tenkey:AwsAccount}:user/app` } }),
    ],
    ['any ARN', by({ StringLike: { 'tenkey:AwsArn': '*' } })],
    ['any unique id', by({ StringLike: { 'tenkey:AwsUserId': '*:i-0123456789abcdef0' } })],
    ['a unique id that begins like it', by({ StringLike: { 'tenkey:AwsUserId': 'AROA*' } })],
    ['everybody', by(account, '*')],
    ['an account of AWS as a tenant', by(account, { AWS: AWS_ACCOUNT })],
    ['a service', by(account, { Service: 'sts.amazonaws.com' })],
    ['another provider', by(account, { Federated: 'accounts.google.com' })],
    ['a tenant beside', by(account, { Federated: 'sts.amazonaws.com', AWS: '111122223333' })],
    [
      'all others',
      document({
        Effect: 'Allow',
        NotPrincipal: { Federated: 'sts.amazonaws.com' },
        Action: ACTION,
        Condition: account,
      }),
    ],
  ])('%s', async (_title, TrustPolicy) => {
    const line = `POST /admin/v1/tenants/${tenant().accountId}/principals`
    const { code } = await harness.rest(harness.operator, line, {
      body: JSON.stringify({ Type: 'role', Name: 'app', TrustPolicy }),
    })
    expect(code).toBe('MalformedPolicyDocumentException')
  })
})
