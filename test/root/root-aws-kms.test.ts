// @module-tag process
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { awsKmsRoot } from '../../core/root/aws-kms.ts'
import { type RootKey, RootKeyRefused, RootKeyUnavailable } from '../../core/root/root.ts'
import { refuseOwnEndpoint } from '../../server/own-endpoint.ts'
import { REGION } from '../support/harness.ts'
import { type KmsBehind, startKmsBehind } from '../support/kms-root.ts'
import {
  newFolder,
  removeFolders,
  runScript,
  type ServerProcess,
  startServer,
} from '../support/process.ts'

const ARN = 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000000'
const OTHER = 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-4000-8000-000000000001'
const context = { tenant: '111122223333', region: 'us-east-1', purpose: 'tenkey/tenant-key' }
const plaintext = Buffer.alloc(32, 7)
const wrapped = Buffer.alloc(100, 1)
/** ms: what is answered is waited for */
const LONG = 120_000

describe('an AWS KMS that does not answer as asked', () => {
  let server: Server
  let asked: { target: string; body: Record<string, unknown> }[]

  /** A root on a server that answers so. @param limits ms, where nothing comes that could be waited for */
  async function rootOn(
    answer: RequestListener,
    limits: { readonly request?: number; readonly patience?: number } = {},
  ): Promise<RootKey> {
    const { request = LONG, patience = LONG } = limits
    asked = []
    server = createServer(async (request, response) => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      const target = String(request.headers['x-amz-target'])
      asked.push({ target, body: JSON.parse(text) })
      answer(request, response)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const client = new KMSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' },
      maxAttempts: 2,
      requestHandler: { requestTimeout: request, throwOnRequestTimeout: true },
    })
    return awsKmsRoot({ keyArn: ARN, prove: false, client, patience })
  }
  afterEach(() => {
    server.close()
    server.closeAllConnections()
  })

  const json =
    (status: number, body: unknown): RequestListener =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(JSON.stringify(body))
    }
  const refusal = (code: string, status = 400) =>
    json(status, { __type: code, message: 'so it is' })

  const passing: [string, RequestListener, RegExp][] = [
    ['throttles', refusal('ThrottlingException'), /ThrottlingException: so it is/],
    ['times out on its side', refusal('DependencyTimeoutException', 500), /DependencyTimeout/],
    ['fails', refusal('KMSInternalException', 500), /KMSInternalException/],
    ['fails without words', (_, response) => response.writeHead(503).end(), /root key arn/],
    ['is silent', () => undefined, /TimeoutError/],
    ['drops the connection', (request) => request.socket.destroy(), /root key arn/],
    [
      'begins an answer and goes silent',
      (_, response) => {
        response.writeHead(200, { 'content-length': 99 }).write('{')
      },
      /TimeoutError: no answer in 1000 ms/,
    ],
    ['answers no JSON', (_, response) => response.end('<html>'), /root key arn/],
    ['answers nothing', json(200, {}), /what answers is not AWS KMS with this key/],
    [
      'answers empty bytes',
      json(200, { KeyId: ARN, CiphertextBlob: '', Plaintext: '' }),
      /what answers is not AWS KMS/,
    ],
    [
      'answers with another key',
      json(200, { KeyId: OTHER, CiphertextBlob: 'AQID', Plaintext: 'AQID' }),
      /what answers is not AWS KMS/,
    ],
    ['has the key disabled', refusal('DisabledException'), /DisabledException/],
    ['has the key pending deletion', refusal('KMSInvalidStateException'), /KMSInvalidState/],
    ['does not know the key', refusal('NotFoundException'), /NotFoundException/],
    ['denies', refusal('AccessDeniedException'), /AccessDeniedException/],
    ['does not know the credential', refusal('UnrecognizedClientException'), /Unrecognized/],
    ['finds the clock wrong', refusal('InvalidSignatureException'), /InvalidSignature/],
  ]
  test.each(passing)('is unavailable where it %s', async (_, answer, words) => {
    const { source } = words
    const root = await rootOn(answer, {
      ...(source === 'TimeoutError' && { request: 150 }),
      ...(source.includes('TimeoutError') && { patience: 1_000 }),
    })
    const calls = [() => root.wrap(plaintext, context), () => root.unwrap(wrapped, context)]
    for (const call of calls) {
      const error: unknown = await call().catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(RootKeyUnavailable)
      expect(String(error)).toMatch(words)
      expect(String(error)).toContain(ARN)
    }
  })

  test.each(['InvalidCiphertextException', 'IncorrectKeyException', 'ValidationException'])(
    'refuses the bytes where it answers Decrypt with %s, and is unavailable where Encrypt',
    async (code) => {
      const root = await rootOn(refusal(code))
      await expect(root.unwrap(wrapped, context)).rejects.toThrow(RootKeyRefused)
      await expect(root.wrap(plaintext, context)).rejects.toThrow(RootKeyUnavailable)
    },
  )

  test('a multi-Region key is asked in the Region at hand, and names the root wherever it is asked', async () => {
    const primary = ARN.replace('key/', 'key/mrk-')
    const here = primary.replace('us-east-1', 'eu-west-1')
    const answer = { KeyId: here, CiphertextBlob: 'AQID', Plaintext: 'BAUG' }
    await rootOn(json(200, answer))
    const client = new KMSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' },
    })
    const options = { keyArn: primary, region: 'eu-west-1', prove: false, client }
    const root = await awsKmsRoot(options)
    expect(root.id).toBe(primary)
    expect(await root.wrap(plaintext, context)).toEqual(Uint8Array.of(1, 2, 3))
    expect(await root.unwrap(wrapped, context)).toEqual(Uint8Array.of(4, 5, 6))
    expect(asked.map(({ body }) => body['KeyId'])).toEqual([here, here])
    // one that answers for another Region's is another key
    const elsewhere = await awsKmsRoot({ ...options, region: 'us-east-1' })
    await expect(elsewhere.unwrap(wrapped, context)).rejects.toThrow(RootKeyUnavailable)
    client.destroy()
  })

  test('is asked with the key and the context, as the port has them', async () => {
    const answer = { KeyId: ARN, CiphertextBlob: 'AQID', Plaintext: 'BAUG' }
    const root = await rootOn(json(200, answer))
    expect(await root.wrap(plaintext, context)).toEqual(Uint8Array.of(1, 2, 3))
    expect(await root.unwrap(wrapped, context)).toEqual(Uint8Array.of(4, 5, 6))
    expect(asked).toEqual([
      {
        target: 'TrentService.Encrypt',
        body: {
          KeyId: ARN,
          Plaintext: plaintext.toString('base64'),
          EncryptionContext: context,
        },
      },
      {
        target: 'TrentService.Decrypt',
        body: {
          KeyId: ARN,
          CiphertextBlob: wrapped.toString('base64'),
          EncryptionContext: context,
        },
      },
    ])
  })

  test('is tried again, and its answer taken', async () => {
    let tries = 0
    const root = await rootOn((request, response) =>
      (++tries === 1
        ? refusal('ThrottlingException')
        : json(200, { KeyId: ARN, Plaintext: 'BAUG' }))(request, response),
    )
    expect(await root.unwrap(wrapped, context)).toEqual(Uint8Array.of(4, 5, 6))
    expect(tries).toBe(2)
  })

  test('makes no installation where the key does not open what it wraps', async () => {
    const answer = { KeyId: ARN, CiphertextBlob: 'AQID', Plaintext: 'BAUG' }
    const liar = await rootOn(json(200, answer))
    await expect(awsKmsRoot({ keyArn: ARN, prove: true, client: liarClient() })).rejects.toThrow(
      'does not open what it wrapped',
    )
    await liar.close()
  })

  const liarClient = () =>
    new KMSClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'made-up' },
    })
})

describe('a server whose root key is in AWS KMS', () => {
  let behind: KmsBehind
  let settings: Record<string, string>
  let arn: string
  const running: ServerProcess[] = []

  beforeAll(async () => {
    behind = await startKmsBehind()
    arn = (await behind.key('root')).arn
    settings = {
      TENKEY_DATA: newFolder(),
      TENKEY_ROOT: `aws-kms:${arn}`,
      AWS_ENDPOINT_URL_KMS: behind.harness.target.url,
      AWS_ACCESS_KEY_ID: behind.tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: behind.tenant.secretAccessKey,
    }
  })
  afterAll(async () => {
    await Promise.all(running.map((server) => server.stop('SIGKILL')))
    await behind.stop()
    removeFolders()
  })
  async function start(): Promise<ServerProcess> {
    const server = await startServer(settings)
    running.push(server)
    return server
  }
  const rootClient = () => behind.harness.client(behind.tenant, REGION)

  test('serves; stops serving what it has not unwrapped when the key is disabled; serves again', async () => {
    const first = await start()
    const { KeyMetadata } = await first.kms().send(new CreateKeyCommand({}))
    const KeyId = KeyMetadata?.KeyId ?? ''
    const input = { KeyId, Plaintext: Buffer.from('attack at dawn') }
    const { CiphertextBlob } = await first.kms().send(new EncryptCommand(input))
    const decrypt = (server: ServerProcess) =>
      server.kms().send(new DecryptCommand({ CiphertextBlob }))
    expect((await first.stop()).stderr).toBe('')

    await rootClient().send(new DisableKeyCommand({ KeyId: arn }))
    const second = await start()
    await expect(decrypt(second)).rejects.toMatchObject({
      name: 'DependencyTimeoutException',
      $metadata: { httpStatusCode: 500 },
    })
    // the same server goes on once the key is enabled: nothing of the failure is kept
    await rootClient().send(new EnableKeyCommand({ KeyId: arn }))
    const { Plaintext } = await decrypt(second)
    expect(Buffer.from(Plaintext ?? []).toString()).toBe('attack at dawn')
    const { stderr } = await second.stop()
    const entry = JSON.parse(stderr.split('\n')[0] ?? '')
    expect(entry.level).toBe('error')
    expect(entry.error.name).toBe('RootKeyUnavailable')
    expect(entry.error.message).toMatch(`root key ${arn}: DisabledException: ${arn} is disabled`)
  })

  test('wraps each tenant key in a context of its own, which shows in the trail', async () => {
    const server = await start()
    await server
      .kms()
      .send(new DescribeKeyCommand({ KeyId: 'alias/none' }))
      .catch(() => undefined)
    const calls = (await behind.harness.trail(behind.tenant)).filter(
      ({ eventName }) => eventName === 'Encrypt',
    )
    const contexts = calls.map(
      ({ requestParameters }) =>
        (requestParameters as Record<string, unknown>)['encryptionContext'] as object,
    )
    expect(contexts.length).toBeGreaterThanOrEqual(3)
    for (const shown of contexts) {
      expect(Object.keys(shown).sort()).toEqual(['purpose', 'region', 'tenant'])
      expect(shown).toMatchObject({ purpose: 'tenkey/tenant-key' })
    }
  })

  test('does not start where it would be its own AWS KMS', async () => {
    const outcome = await runScript('server/main.ts', [], {
      ...settings,
      TENKEY_PORT: '45990',
      AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:45990',
    })
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(
      /^tenkey: TENKEY_ROOT is in AWS KMS, but [^\n]*this server itself/,
    )
  })

  test('does not start where the key is another than the store needs, or pending deletion for a new one', async () => {
    const other = await behind.key('other')
    const refused = async (changed: Record<string, string>) =>
      runScript('server/main.ts', [], { TENKEY_PORT: '0', ...settings, ...changed })
    expect(await refused({ TENKEY_ROOT: `aws-kms:${other.arn}` })).toMatchObject({
      code: 1,
      stderr: `tenkey: the store needs root key ${arn}, but aws-kms:${other.arn} holds ${other.arn}\n`,
    })
    await rootClient().send(
      new ScheduleKeyDeletionCommand({ KeyId: other.id, PendingWindowInDays: 7 }),
    )
    const outcome = await refused({
      TENKEY_DATA: newFolder(),
      TENKEY_ROOT: `aws-kms:${other.arn}`,
    })
    expect(outcome.code).toBe(1)
    expect(outcome.stderr).toMatch(/^tenkey: no root key can be had: root key .*pending deletion/)
  })
})

test.each([
  ['AWS_ENDPOINT_URL_KMS', 'http://127.0.0.1:4599'],
  ['AWS_ENDPOINT_URL', 'http://localhost:4599/'],
  ['AWS_ENDPOINT_URL_KMS', 'http://[::1]:4599'],
])('a server is not started on itself as AWS KMS: %s=%s', (name, endpoint) => {
  const environment = { TENKEY_ROOT: `aws-kms:${ARN}`, [name]: endpoint }
  const refuse = (more: Record<string, string>) => () =>
    refuseOwnEndpoint(readConfig({ ...environment, ...more }), environment)
  expect(refuse({})).toThrow(`is ${endpoint}, this server itself: unset it`)
  expect(refuse({ TENKEY_PORT: '4600' })).not.toThrow()
  expect(refuse({ TENKEY_ROOT: 'file:root.key' })).not.toThrow()
})

test.each([
  'aws-kms:',
  'aws-kms:alias/root',
  'aws-kms:arn:aws:kms:us-east-1:111122223333:alias/root',
  'aws-kms:arn:aws:s3:us-east-1:111122223333:key/x',
  'kms:x',
])('TENKEY_ROOT=%s is refused', (root) => {
  expect(() => readConfig({ TENKEY_ROOT: root })).toThrow('it must be file:PATH or aws-kms:KEY_ARN')
})
