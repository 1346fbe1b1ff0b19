import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import {
  ConfigError,
  type Credential,
  createService,
  type FirstCredentials,
  type ListenOptions,
  type Service,
  type ServiceOptions,
} from '../../library/index.ts'
import { newCredential } from '../../server/installation.ts'
import { startDynalite } from '../support/dynalite.ts'
import { issue } from '../support/enclave.ts'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'tenkey-library-'))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

const IN_MEMORY = { store: { type: 'memory' } } as const
const KEY = new Uint8Array(32).fill(7)

const tenantOf = ({ credentials: { tenant } }: Service): Credential => {
  if (tenant === undefined) throw new Error('the service tells no tenant')
  return tenant
}

async function withKms<T>(
  endpoint: string,
  credentials: Credential,
  act: (kms: KMSClient) => Promise<T>,
): Promise<T> {
  const kms = new KMSClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 })
  try {
    return await act(kms)
  } finally {
    kms.destroy()
  }
}

const newKey = async (kms: KMSClient): Promise<string> =>
  (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? ''

/** Encrypts and decrypts under a new key. */
async function roundTrip(kms: KMSClient): Promise<void> {
  const Plaintext = Buffer.from('a secret')
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: await newKey(kms), Plaintext }),
  )
  const opened = await kms.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)
}

/** A signed call of AWS's JSON as a request of the Fetch API. */
function callOf(
  credential: Credential,
  operation: string,
  input: object,
  url = 'http://kms.test/',
) {
  const body = JSON.stringify(input)
  const { host, pathname } = new URL(url)
  const headers = {
    host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${operation}`,
  }
  const signed = signRequest(
    { method: 'POST', path: pathname, query: '', headers, body: Buffer.from(body) },
    credential,
    { region: 'eu-central-1', service: 'kms', now: Date.now() },
  )
  return new Request(url, { method: 'POST', headers: { ...headers, ...signed }, body })
}

describe('a service in a program', () => {
  test('listens, where an AWS SDK calls it', async () => {
    await using service = await createService(IN_MEMORY)
    const { url } = await service.listen({ port: 0 })
    await withKms(url, tenantOf(service), roundTrip)
  })

  test('answers on a server of the program', async () => {
    await using service = await createService(IN_MEMORY)
    const server = createServer(service.listener).listen(0, '127.0.0.1')
    try {
      await new Promise((resolve) => server.once('listening', resolve))
      const { port } = server.address() as AddressInfo
      await withKms(`http://127.0.0.1:${port}`, tenantOf(service), roundTrip)
    } finally {
      server.close()
    }
  })

  test('listens by TLS', async () => {
    const own = folder()
    const made = issue({ name: 'localhost', ca: false, curve: 'P-256', hosts: 'IP:127.0.0.1' })
    const tls = { certificate: join(own, 'cert.pem'), key: join(own, 'key.pem') }
    writeFileSync(tls.certificate, made.pem)
    writeFileSync(tls.key, String(made.key.export({ format: 'pem', type: 'pkcs8' })))
    await using service = await createService(IN_MEMORY)
    const { url } = await service.listen({ port: 0, tls })
    expect(url).toMatch(/^https:/)
    const asked = request(`${url}/health`, { ca: made.pem, agent: false }).end()
    const [{ statusCode }] = await once(asked, 'response')
    asked.destroy()
    expect(statusCode).toBe(200)
  })

  test('answers requests of the Fetch API, the same as by a port', async () => {
    await using service = await createService(IN_MEMORY)
    const made = await service.fetch(callOf(tenantOf(service), 'CreateKey', {}))
    expect(made.status).toBe(200)
    const { KeyMetadata } = (await made.json()) as { KeyMetadata: { KeyId: string } }
    const { url } = await service.listen({ port: 0 })
    await withKms(url, tenantOf(service), async (kms) => {
      const { Keys = [] } = await kms.send(new ListKeysCommand({}))
      expect(Keys.map(({ KeyId }) => KeyId)).toEqual([KeyMetadata.KeyId])
    })
  })

  test('tells by which address a request of the Fetch API came', async () => {
    await using service = await createService(IN_MEMORY)
    const credential = tenantOf(service)
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${credential.accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
          Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
        },
      ],
    })
    const from = { address: '192.0.2.7' }
    const made = await service.fetch(callOf(credential, 'CreateKey', { Policy }), from)
    const { KeyMetadata } = (await made.json()) as { KeyMetadata: { KeyId: string } }
    const describeKey = () => callOf(credential, 'DescribeKey', { KeyId: KeyMetadata.KeyId })
    expect((await service.fetch(describeKey(), from)).status).toBe(200)
    const refused = await service.fetch(describeKey())
    expect(await refused.json()).toMatchObject({ __type: 'AccessDeniedException' })
  })

  test.each([
    ['GET', '/health', undefined, 200],
    ['GET', '/v1/keys', undefined, 401],
    ['PUT', '/v1/nothing', '{}', 404],
    ['POST', '/', '{}', 400],
  ] as const)('answers what is unsigned: %s %s', async (method, path, body, status) => {
    await using service = await createService(IN_MEMORY)
    const request = new Request(`http://kms.test${path}`, { method, body: body ?? null })
    const answer = await service.fetch(request)
    const { url } = await service.listen({ port: 0 })
    const byPort = await fetch(`${url}${path}`, { method, body: body ?? null })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      byPort.status,
      byPort.headers.get('content-type'),
    ])
    expect(answer.status).toBe(status)
  })

  test('refuses a body that is longer than its operation takes', async () => {
    await using service = await createService(IN_MEMORY)
    const call = callOf(tenantOf(service), 'DescribeKey', { KeyId: 'x'.repeat(300_000) })
    const answer = await service.fetch(call)
    expect(await answer.json()).toMatchObject({ __type: 'RequestEntityTooLargeException' })
  })

  test('answers pages of listed origins', async () => {
    await using service = await createService({
      ...IN_MEMORY,
      corsOrigins: ['https://app.example'],
    })
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'GET' }
    const asked = new Request('http://kms.test/v1/keys', { method: 'OPTIONS', headers })
    const answer = await service.fetch(asked)
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example')
  })

  test('closes its ports, and can be closed twice', async () => {
    const service = await createService(IN_MEMORY)
    const { url } = await service.listen({ port: 0 })
    await service.close()
    await service.close()
    await expect(fetch(`${url}/health`)).rejects.toThrow()
    await expect(service.listen({ port: 0 })).rejects.toThrow('the service is closed')
  })

  test('closes one port and goes on', async () => {
    await using service = await createService(IN_MEMORY)
    const first = await service.listen({ port: 0 })
    const second = await service.listen({ port: 0 })
    await first.close()
    await expect(fetch(`${first.url}/health`)).rejects.toThrow()
    expect((await fetch(`${second.url}/health`)).status).toBe(200)
  })

  test('serves the Region that it is told', async () => {
    await using service = await createService({ ...IN_MEMORY, region: 'eu-west-1' })
    const answer = await service.fetch(callOf(tenantOf(service), 'ListKeys', {}))
    expect(answer.status).toBe(400)
  })
})

describe('what is kept', () => {
  test('in a folder, is there for the next, with its credentials', async () => {
    const store = { type: 'sqlite', folder: join(folder(), 'keys') } as const
    const first = await createService({ store })
    expect(first.made).toBe(true)
    const made = await first.fetch(callOf(tenantOf(first), 'CreateKey', {}))
    expect(made.status).toBe(200)
    await first.close()
    expect(readdirSync(store.folder).sort()).toEqual(
      expect.arrayContaining(['operator.json', 'root.key', 'tenant.json', 'tenkey.db']),
    )
    await using second = await createService({ store })
    expect(second.made).toBe(false)
    expect(second.credentials).toEqual(first.credentials)
    const listed = await second.fetch(callOf(tenantOf(second), 'ListKeys', {}))
    expect(((await listed.json()) as { Keys: unknown[] }).Keys).toHaveLength(1)
  })

  test('in a table, is there for whoever has the root key', { tags: ['dynamodb'] }, async () => {
    const dynalite = await startDynalite()
    const variables = {
      AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'made-up',
      AWS_SECRET_ACCESS_KEY: 'made-up',
    }
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
    try {
      const options = {
        store: { type: 'dynamodb', table: 'tenkey-library' },
        root: { type: 'secret', key: KEY },
      } as const
      const first = await createService(options)
      const tenant = tenantOf(first)
      expect((await first.fetch(callOf(tenant, 'CreateKey', {}))).status).toBe(200)
      await first.close()
      await using second = await createService({ ...options, credentials: { tenant } })
      expect([second.made, second.credentials]).toEqual([false, { tenant }])
      const listed = await second.fetch(callOf(tenant, 'ListKeys', {}))
      expect(((await listed.json()) as { Keys: unknown[] }).Keys).toHaveLength(1)
    } finally {
      vi.unstubAllEnvs()
      await dynalite.stop()
    }
  })

  test('under a secret of the program, is opened with that secret alone', async () => {
    const store = { type: 'sqlite', folder: join(folder(), 'keys') } as const
    const first = await createService({ store, root: { type: 'secret', key: KEY } })
    await first.close()
    expect(existsSync(join(store.folder, 'root.key'))).toBe(false)
    const other = { type: 'secret', key: new Uint8Array(32).fill(8) } as const
    await expect(createService({ store, root: other })).rejects.toThrow(/needs root key local:/)
    await using again = await createService({ store, root: { type: 'secret', key: KEY } })
    expect(again.made).toBe(false)
  })

  test('in memory leaves no file', async () => {
    const before = process.cwd()
    const empty = folder()
    process.chdir(empty)
    try {
      const service = await createService(IN_MEMORY)
      await service.close()
      expect(readdirSync(empty)).toEqual([])
    } finally {
      process.chdir(before)
    }
  })

  test('begins with the credentials that are given', async () => {
    const credentials = {
      operator: newCredential(OPERATOR_ACCOUNT),
      tenant: newCredential('111122223333'),
    }
    await using service = await createService({ ...IN_MEMORY, credentials })
    expect(service.credentials).toEqual(credentials)
    const answer = await service.fetch(callOf(credentials.tenant, 'ListKeys', {}))
    expect(answer.status).toBe(200)
  })

  test('tells drawn credentials once', async () => {
    const store = { type: 'sqlite', folder: join(folder(), 'keys') } as const
    const first = await createService({ store, credentials: {} })
    expect(first.credentials).toMatchObject({ operator: { accountId: OPERATOR_ACCOUNT } })
    await first.close()
    await using second = await createService({ store, credentials: {} })
    expect(second.credentials).toEqual({})
  })
})

const credential = (more: Partial<Credential>): FirstCredentials => ({
  tenant: { ...newCredential('111122223333'), ...more },
})

describe('options that can not be used', () => {
  test.each<readonly [name: string, options: unknown, words: RegExp]>([
    [
      'a Region',
      { ...IN_MEMORY, region: 'nowhere' },
      /^region is 'nowhere'; it must be an AWS Region$/,
    ],
    [
      'a retention',
      { ...IN_MEMORY, auditRetentionDays: 0 },
      /^auditRetentionDays is '0'; it must be a whole number from 1 to 3653$/,
    ],
    ['an origin', { ...IN_MEMORY, corsOrigins: ['app'] }, /^corsOrigins /],
    ['a proxy', { ...IN_MEMORY, trustedProxies: ['here'] }, /^trustedProxies has 'here'/],
    ['an option that is none', { ...IN_MEMORY, wat: 1 }, /^'wat' is no option; there are store, /],
    ['no store', {}, /^store must be given, and its type: memory, sqlite, dynamodb$/],
    ['no options', undefined, /^createService takes an object of options$/],
    ['a folder', { store: { type: 'sqlite', folder: '' } }, /^store\.folder must be a text/],
    ['a file as folder', { store: { type: 'sqlite', folder: 'package.json' } }, /^store\.folder /],
    [
      'a secret',
      { ...IN_MEMORY, root: { type: 'secret', key: KEY.subarray(1) } },
      /^root\.key must be a Uint8Array of 32 bytes$/,
    ],
    ['a key', { ...IN_MEMORY, root: { type: 'aws-kms', keyArn: 'alias/a' } }, /^root is 'aws-kms:/],
    [
      'an account',
      { ...IN_MEMORY, credentials: credential({ accountId: OPERATOR_ACCOUNT }) },
      /^credentials\.tenant: its accountId can't be '000000000000'$/,
    ],
    [
      'an access key of another account',
      { ...IN_MEMORY, credentials: credential({ accountId: '444455556666' }) },
      /^credentials\.tenant: its accessKeyId is not of that account/,
    ],
    [
      'a short secret',
      { ...IN_MEMORY, credentials: credential({ secretAccessKey: 'short' }) },
      /^credentials\.tenant: its secretAccessKey must have 16 characters at least$/,
    ],
  ])('%s', async (_, options, words) => {
    const refused = await createService(options as ServiceOptions).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ConfigError)
    expect((refused as Error).message).toMatch(words)
  })

  test.each<readonly [name: string, options: ListenOptions, words: RegExp]>([
    ['a port', { port: 70_000 }, /^port is '70000'/],
    ['a host without TLS', { host: '0.0.0.0' }, /or plainHttp: true$/],
    [
      'a certificate that is not there',
      { tls: { certificate: 'nowhere.pem', key: 'nowhere.pem' } },
      /^tls\.certificate: nowhere\.pem can't be read \(ENOENT\)$/,
    ],
  ])('of a port: %s', async (_, options, words) => {
    await using service = await createService(IN_MEMORY)
    await expect(service.listen({ port: 0, ...options })).rejects.toThrow(words)
    expect((await service.fetch(new Request('http://kms.test/health'))).status).toBe(200)
  })

  test('a table without a root key', async () => {
    const options = { store: { type: 'dynamodb', table: 'keys' } } as unknown as ServiceOptions
    await expect(createService(options)).rejects.toThrow(/^root must be given for a table/)
  })
})
