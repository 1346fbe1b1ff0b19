// @module-tag process
// @module-tag bundles
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import { proofDigest, ROUTER_HEADERS } from '../../functions/middleware/router.ts'
import { distribution } from '../../server/lambda-gateway/distribution.ts'
import { startGateway } from '../../server/lambda-gateway/gateway.ts'
import { send } from '../support/http.ts'
import { startTestLocal, type TestLocal } from './local.ts'

const REGION = 'us-east-1'

describe('The router in front of the functions', () => {
  let local: TestLocal
  let kms: KMSClient
  const credentials = () => ({
    accessKeyId: local.tenant?.accessKeyId ?? '',
    secretAccessKey: local.tenant?.secretAccessKey ?? '',
  })
  beforeAll(async () => {
    local = await startTestLocal({ router: true, most: 4, asDeployed: true })
    kms = new KMSClient({ region: REGION, endpoint: local.address, credentials: credentials() })
  })
  afterAll(() => local.stop())

  /** Which functions answered since it was last asked, by Lambda's name of them. */
  const answered = (): (string | undefined)[] => {
    const lines = local.said.splice(0).join('').split('\n').filter(Boolean)
    return lines
      .map((line) => JSON.parse(line) as { function?: string; operation?: string })
      .filter(({ operation }) => operation !== undefined)
      .map(({ function: name }) => name)
  }
  /** Signs for a host, and sends to the router. */
  const signed = (
    method: string,
    target: string,
    headers: Readonly<Record<string, string>>,
    body = '',
    service = 'kms',
  ) => {
    const [path = '', query = ''] = target.split('?')
    const request = { method, path, query, headers, body: Buffer.from(body) }
    const options = { region: REGION, service, now: Date.now() }
    const own = signRequest(request, credentials(), options)
    return send(local.address, { method, target, headers: own, body })
  }
  const host = () => new URL(local.address).host

  test('gives each call of the AWS SDK to its operation’s own function', async () => {
    answered()
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.KeyId
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/routed', TargetKeyId: KeyId }))
    const Plaintext = Buffer.from('through the router')
    const { CiphertextBlob } = await kms.send(
      new EncryptCommand({ KeyId: 'alias/routed', Plaintext }),
    )
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
    const { Keys } = await kms.send(new ListKeysCommand({}))
    expect(Keys?.map((key) => key.KeyId)).toContain(KeyId)
    expect(answered()).toEqual(['CreateKey', 'CreateAlias', 'Encrypt', 'Decrypt', 'ListKeys'])
  })

  test('leaves to the entry of all AWS clients what names no operation in a header', async () => {
    const sts = new STSClient({
      region: REGION,
      endpoint: local.address,
      credentials: credentials(),
    })
    answered()
    const { Account } = await sts.send(new GetCallerIdentityCommand({}))
    expect(Account).toBe(local.tenant?.accountId)
    const query = 'Action=GetCallerIdentity&Version=2011-06-15'
    const got = await signed('GET', `/?${query}`, { host: host() }, '', 'sts')
    expect(got.text).toContain(`<Account>${local.tenant?.accountId}</Account>`)
    const json = { 'content-type': 'application/x-amz-json-1.1', host: host() }
    for (const target of ['TrentService.Unheard', 'TrentService.constructor', '__proto__']) {
      const refused = await signed('POST', '/', { ...json, 'x-amz-target': target }, '{}')
      expect(JSON.parse(refused.text), target).toEqual({ __type: 'UnknownOperationException' })
    }
    expect(new Set(answered())).toEqual(new Set(['AwsJson']))
  })

  test('leaves the REST face where it is', async () => {
    answered()
    const { status } = await signed('GET', '/v1/keys?Limit=1', { host: host() })
    expect(status).toBe(200)
    expect(answered()).toEqual(['ListKeys'])
  })

  test('names in paths reach functions as they were sent', async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const TargetKeyId = KeyMetadata?.KeyId ?? ''
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/routed/deep', TargetKeyId }))
    const arn = encodeURIComponent(KeyMetadata?.Arn ?? '')
    answered()
    for (const target of [
      '/v1/keys/alias%2Frouted%2Fdeep',
      '/v1/keys/alias%2frouted%2fdeep',
      `/v1/keys/${arn}`,
      '/v1/keys/~?KeyId=alias%2Frouted%2Fdeep',
      '/v1/keys/%7e?KeyId=alias/routed/deep',
    ]) {
      const { status, text } = await signed('GET', target, { host: host() })
      expect(status, `${target} ${text}`).toBe(200)
      expect(text).toContain(TargetKeyId)
    }
    expect(new Set(answered())).toEqual(new Set(['DescribeKey']))
    // in whatever encoding, and refused in the words of the face
    for (const [segment, status] of [
      ['a:b', 404],
      ['a%3ab', 404],
      ['%61:b', 404],
      ['a%25b', 404],
      ['%zz', 400],
    ] as const) {
      const answer = await signed('GET', `/v1/keys/${segment}`, { host: host() })
      expect(answer.status, `${segment} ${answer.text}`).toBe(status)
      expect(JSON.parse(answer.text)).toHaveProperty('code')
    }
    const { status } = await signed('POST', `/v1/keys/${TargetKeyId}%2Fdisable`, { host: host() })
    expect(status, 'no slash of a name makes it another operation').toBe(404)
  })

  test('a function answers for its own operation alone', async () => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      host: host(),
      'x-amz-target': 'TrentService.ListKeys',
    }
    const request = { method: 'POST', path: '/', query: '', headers, body: Buffer.from('{}') }
    const own = signRequest(request, credentials(), {
      region: REGION,
      service: 'kms',
      now: Date.now(),
    })
    const sent = { method: 'POST', target: '/aws/Encrypt', headers: own, body: '{}' }
    // the caller's path is what it sent, and no path of the API
    const { text } = await send(local.address, sent)
    expect(JSON.parse(text)).toMatchObject({ status: 404, code: 'UnknownOperationException' })
  })

  test('tells functions the caller’s own address, whatever the caller says of it', async () => {
    const claims = {
      [ROUTER_HEADERS.host]: 'elsewhere',
      [ROUTER_HEADERS.path]: '/v1/aliases',
      [ROUTER_HEADERS.viewer]: '192.0.2.66',
    }
    const { status } = await signed('GET', '/v1/keys', {
      host: host(),
      'user-agent': 'asks for its address',
      ...claims,
    })
    // what the router overwrote was signed otherwise: such a caller only fails itself
    expect(status).toBe(403)
    expect((await signed('GET', '/v1/keys', { host: host() })).status).toBe(200)
    const { text } = await signed('GET', '/v1/audit?EventName=ListKeys', { host: host() })
    const { Records } = JSON.parse(text) as { Records: { sourceIPAddress: string }[] }
    const addresses = Records.map(({ sourceIPAddress }) => sourceIPAddress)
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']))
  })

  test('nobody else is believed, nor answered', async () => {
    const direct = await startGateway({
      host: '127.0.0.1',
      port: 0,
      most: 1,
      log: () => undefined,
      environment: local.environment,
    })
    try {
      const ask = async (more: Readonly<Record<string, string>>) => {
        const request = { method: 'GET', path: '/v1/keys', query: '', body: Buffer.alloc(0) }
        const options = { region: REGION, service: 'kms', now: Date.now() }
        const own = signRequest(
          { ...request, headers: { host: 'one.example' } },
          credentials(),
          options,
        )
        const headers = { ...own, host: 'other.example', ...more }
        return send(direct.address, { method: 'GET', target: '/v1/keys', headers, body: '' })
      }
      const said = { [ROUTER_HEADERS.host]: 'one.example', [ROUTER_HEADERS.viewer]: '192.0.2.66' }
      for (const proof of ['', 'guessed', local.environment['TENKEY_ROUTER'] ?? '']) {
        const { status, text } = await ask({ ...said, [ROUTER_HEADERS.proof]: proof })
        expect(status, proof).toBe(403)
        expect(text).toContain('for the router in front alone')
      }
      // not even who says and signs all as it is
      const own = { method: 'GET', path: '/v1/keys', query: '', body: Buffer.alloc(0) }
      const headers = signRequest(
        { ...own, headers: { host: new URL(direct.address).host } },
        credentials(),
        { region: REGION, service: 'kms', now: Date.now() },
      )
      const sent = { method: 'GET', target: '/v1/keys', headers, body: '' }
      expect(JSON.parse((await send(direct.address, sent)).text)).toMatchObject({
        status: 403,
        code: 'AccessDeniedException',
      })
    } finally {
      await direct.stop()
    }
  })
})

test('each distribution has a proof of its own, of which functions know a hash', () => {
  const one = distribution()
  const request = { method: 'GET', path: '/', query: '', httpVersion: '1.1', sourceIp: '192.0.2.1' }
  const proof = one.ask({ ...request, headers: { host: 'h' } }).headers[ROUTER_HEADERS.proof] ?? ''
  expect(proof).toMatch(/^[\w-]{48}$/)
  expect(proofDigest(proof)).toBe(one.digest)
  expect(distribution().digest).not.toBe(one.digest)
})
