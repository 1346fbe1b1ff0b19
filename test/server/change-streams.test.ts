// @module-tag long
import { once } from 'node:events'
import { Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import {
  changeStreams,
  STREAM_LIMITS,
  type StreamAnswer,
  type StreamLimits,
} from '../../server/change-streams.ts'
import { addressOf, httpServer } from '../../server/http-server.ts'
import { type Credential, Harness, type Inside, type Tenant } from '../support/harness.ts'
import { newFolder, removeFolders, startServer } from '../support/process.ts'
import { startTarget } from '../support/target.ts'

/** so that nothing is waited for long; what is not looked at never comes */
const QUICK: Partial<StreamLimits> = { look: 20, prove: 20 }
const NEVER = Number.MAX_SAFE_INTEGER

const harness = new Harness()
const ending: (() => unknown)[] = []
let tenant: Tenant
beforeAll(async () => harness.attach(await startTarget('memory')))
beforeEach(async () => {
  harness.begin()
  tenant = await harness.tenant()
})
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})
afterAll(async () => {
  const { target } = harness
  harness.attach(undefined)
  await target.stop()
  removeFolders()
})

/** A server over the installation, of whichever process. */
async function serving(
  limits: Partial<StreamLimits> = QUICK,
  { service }: Pick<Inside, 'service'> = harness.inside,
) {
  const server = httpServer(service, { streams: limits })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeIdleConnections()
    await closed
  }
  ending.push(async () => {
    if (server.listening) await stop()
  })
  return { url: addressOf(server), stop }
}

type Signer = Pick<Credential, 'accessKeyId' | 'secretAccessKey'> & { sessionToken?: string }

function headersOf(url: string, credential: Signer): Record<string, string> {
  const { host } = new URL(url)
  const unsigned = { method: 'GET', path: '/v1/changes', query: '', body: Buffer.alloc(0) }
  const scope = { region: 'us-east-1', service: 'kms', now: Date.now() }
  const token = credential.sessionToken
  const own = token === undefined ? {} : { 'x-amz-security-token': token }
  const { host: _, ...headers } = signRequest(
    { ...unsigned, headers: { host, ...own } },
    credential,
    scope,
  )
  return headers
}

/** A request for a stream, as an edge hands it over. */
const headOf = () => ({
  ...{ method: 'GET', path: '/v1/changes', query: '', body: new Uint8Array(0) },
  headers: {
    ...headersOf(harness.target.url, tenant),
    host: new URL(harness.target.url).host,
    accept: 'text/event-stream',
  },
  ...{ sourceIp: '127.0.0.1', secure: false },
})

interface Told {
  readonly event: string
  readonly data: {
    readonly Kinds?: readonly string[]
    readonly code?: string
    readonly detail?: string
  }
}

/** A stream as a client has it. */
async function watching(url: string, credential: Signer = tenant) {
  const leaving = new AbortController()
  ending.push(() => leaving.abort())
  const headers = { ...headersOf(url, credential), accept: 'text/event-stream' }
  const answer = await fetch(`${url}/v1/changes`, { headers, signal: leaving.signal })
  const refusal: unknown = answer.status === 200 ? undefined : await answer.json()
  const told: Told[] = []
  let comments = 0
  const ended = (async () => {
    let text = ''
    if (answer.status !== 200) return
    for await (const part of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = (text + part).split('\n\n')
      text = parts.pop() ?? ''
      for (const one of parts) {
        const [, event, data = ''] = /^event: (.+)\ndata: (.+)$/.exec(one) ?? []
        if (event === undefined) comments++
        else told.push({ event, data: JSON.parse(data) })
      }
    }
  })().catch(() => undefined)
  return {
    answer,
    refusal,
    told,
    ended,
    comments: () => comments,
    kinds: () => [...new Set(told.flatMap(({ data }) => data.Kinds ?? []))].sort(),
    leave: () => leaving.abort(),
  }
}

describe('A stream of changes', () => {
  test('begins with what GetChanges answers, and tells what changes, by whichever process', async () => {
    const { url } = await serving()
    const stream = await watching(url)
    expect(stream.answer.status).toBe(200)
    expect(Object.fromEntries(stream.answer.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    })
    await expect.poll(() => stream.told.length).toBeGreaterThan(0)
    expect(stream.told[0]?.event).toBe('changes')
    const other = harness.inside.another()
    ending.push(() => other.stop())
    const key = await harness.key(tenant)
    await expect.poll(stream.kinds).toContain('key')
    expect(stream.kinds()).not.toContain('alias')
    const there = await serving(QUICK, other)
    const headers = headersOf(there.url, tenant)
    expect((await fetch(`${there.url}/v1/changes`, { headers })).status).toBe(200)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: key.id })
    const theirs = await watching(there.url)
    await harness.ok(tenant, 'PutKeyPolicy', {
      KeyId: key.id,
      Policy: String((await harness.ok(tenant, 'GetKeyPolicy', { KeyId: key.id }))['Policy']),
    })
    await expect
      .poll(stream.kinds)
      .toEqual(expect.arrayContaining(['alias', 'audit', 'key', 'policy']))
    await expect.poll(theirs.kinds).toContain('policy')
  })

  test('tells nobody of another account', async () => {
    const { url } = await serving()
    const other = await harness.tenant()
    const [mine, theirs, operators] = await Promise.all([
      watching(url),
      watching(url, other),
      watching(url, harness.operator),
    ])
    const key = await harness.key(tenant)
    await harness.ok(other, 'CreateAlias', {
      AliasName: 'alias/b',
      TargetKeyId: (await harness.key(other)).id,
    })
    await harness.ok(tenant, 'DisableKey', { KeyId: key.id })
    await harness.ok(harness.operator, 'CreateTenant', { Name: 'new' }, { via: 'rest' })
    await expect.poll(mine.kinds).toContain('key')
    await expect.poll(theirs.kinds).toContain('alias')
    await expect.poll(operators.kinds).toContain('tenant')
    expect(mine.kinds()).not.toContain('alias')
    expect(operators.kinds()).not.toContain('key')
    expect(operators.kinds()).not.toContain('alias')
  })

  test('without its media type is one answer', async () => {
    const { url } = await serving()
    const answer = await fetch(`${url}/v1/changes`, { headers: headersOf(url, tenant) })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(await answer.json()).toEqual({ Kinds: [], Until: expect.any(String) })
  })

  test.each<[string, (credential: Credential) => Signer, number, string]>([
    [
      'an access key that is not there',
      (one) => ({ ...one, accessKeyId: 'AKIA0000000000000000' }),
      401,
      'UnrecognizedClientException',
    ],
    [
      'a wrong secret',
      (one) => ({ ...one, secretAccessKey: `not ${one.secretAccessKey}` }),
      403,
      'InvalidSignatureException',
    ],
  ])('is refused to %s as any call is', async (_, changed, status, code) => {
    const { url } = await serving()
    const { answer, refusal } = await watching(url, changed(tenant))
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(refusal).toMatchObject({ code })
  })

  type Ended = [
    title: string,
    code: string,
    words: RegExp,
    end: (keyId: string) => Promise<unknown>,
  ]
  test.each<Ended>([
    [
      'its access key is switched off',
      'UnrecognizedClientException',
      /security token/,
      async (AccessKeyId) =>
        harness.ok(
          harness.operator,
          'UpdateAccessKey',
          { AccountId: tenant.accountId, AccessKeyId, Status: 'Inactive' },
          { via: 'rest' },
        ),
    ],
    [
      'its access key is deleted',
      'UnrecognizedClientException',
      /security token/,
      async (AccessKeyId) =>
        harness.ok(
          harness.operator,
          'DeleteAccessKey',
          { AccountId: tenant.accountId, AccessKeyId },
          { via: 'rest' },
        ),
    ],
    [
      'its tenant is suspended',
      'AccessDeniedException',
      /is suspended/,
      async () =>
        harness.ok(
          harness.operator,
          'SuspendTenant',
          { AccountId: tenant.accountId },
          { via: 'rest' },
        ),
    ],
  ])('ends when %s', async (_, code, words, end) => {
    const { url } = await serving()
    const { credential } = await harness.user(tenant, 'ada')
    if (credential === undefined) throw new Error('a user has an access key')
    const stream = await watching(url, credential)
    await expect.poll(() => stream.told.length).toBeGreaterThan(0)
    await end(credential.accessKeyId)
    await stream.ended
    expect(stream.told.at(-1)).toEqual({
      event: 'end',
      data: { code, detail: expect.stringMatching(words) },
    })
  })

  test('of a session ends when that is revoked', async () => {
    const { url } = await serving()
    await harness.user(tenant, 'clerk')
    const made = await harness.ok(
      harness.operator,
      'CreateSession',
      { AccountId: tenant.accountId, UserName: 'clerk' },
      { via: 'rest' },
    )
    const given = made['Credentials'] as Record<string, string>
    const stream = await watching(url, {
      accessKeyId: given['AccessKeyId'] ?? '',
      secretAccessKey: given['SecretAccessKey'] ?? '',
      sessionToken: given['SessionToken'] ?? '',
    })
    await expect.poll(() => stream.told.length).toBeGreaterThan(0)
    await harness.ok(
      harness.operator,
      'RevokeSessions',
      { AccountId: tenant.accountId, Type: 'user', Name: 'clerk' },
      { via: 'rest' },
    )
    await stream.ended
    expect(stream.told.at(-1)?.data.code).toBe('ExpiredTokenException')
  })

  test('goes on for as long as its caller is who it was, though its signature is old', async () => {
    const target = await startTarget('memory', {})
    ending.push(() => target.stop())
    const { service } = target.inside ?? harness.inside
    let late = 0
    const old = { ...service, signatureTime: () => Date.now() + late }
    const { url } = await serving(QUICK, { service: old })
    const stream = await watching(url, target.operator)
    await expect.poll(() => stream.told.length).toBeGreaterThan(0)
    late = 3_600_000
    // another like it would be refused by now
    expect((await watching(url, target.operator)).answer.status).toBe(403)
    const before = stream.told.length
    await fetch(`${url}/health`)
    await sleep(100)
    expect(stream.told.slice(before).filter(({ event }) => event === 'end')).toEqual([])
  })

  test('is one of so many of its account, and in all', async () => {
    const { url } = await serving({ ...QUICK, perAccount: 2, total: 3 })
    const open = [await watching(url), await watching(url)]
    const more = await watching(url)
    expect(more.answer.status).toBe(429)
    expect(more.refusal).toMatchObject({ code: 'ThrottlingException' })
    expect(more.answer.headers.get('retry-after')).toBe('30')
    const other = await harness.tenant()
    expect((await watching(url, other)).answer.status).toBe(200)
    expect((await watching(url, harness.operator)).answer.status).toBe(429)
    open[0]?.leave()
    // who has left has made room
    await expect.poll(async () => (await watching(url, harness.operator)).answer.status).toBe(200)
  })

  test('is not begun for who went away before', async () => {
    const { service } = harness.inside
    const streams = changeStreams(service, { ...STREAM_LIMITS, perAccount: 1 }, () => true)
    ending.push(() => streams.close())
    const answer = (await streams.take(headOf())) as StreamAnswer
    const response = new Writable({ write: (_chunk, _coding, done) => done() })
    response.destroy()
    await once(response, 'close')
    answer.begin(response)
    // nobody's place is taken
    expect(await streams.take(headOf())).toMatchObject({ status: 200 })
  })

  test('says that it is there, and ends after its longest time', async () => {
    const { url } = await serving({ ...QUICK, heartbeat: 0, longest: NEVER })
    const stream = await watching(url)
    await expect.poll(stream.comments).toBeGreaterThan(2)
    const { url: short } = await serving({ ...QUICK, longest: 0 })
    await (await watching(short)).ended
  })

  test('ends with its server, which waits for nobody', async () => {
    const { url, stop } = await serving()
    const stream = await watching(url)
    await expect.poll(() => stream.told.length).toBeGreaterThan(0)
    await Promise.all([stop(), stream.ended])
  })

  test('to who does not read gathers what it has to say, and is cut at last', async () => {
    let patience = NEVER
    const limits: StreamLimits = {
      ...{ ...STREAM_LIMITS, look: 10, prove: NEVER, heartbeat: NEVER },
      get patience() {
        return patience
      },
    }
    const { service } = harness.inside
    const streams = changeStreams(service, limits, () => true)
    ending.push(() => streams.close())
    const answer = (await streams.take(headOf())) as StreamAnswer
    let text = ''
    let readOn = () => {}
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk, _, done) {
        text += String(chunk)
        readOn = done
      },
    })
    answer.begin(slow)
    const key = await harness.key(tenant)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/s', TargetKeyId: key.id })
    await sleep(50)
    expect(text.match(/event: /g)).toHaveLength(1)
    readOn()
    await expect.poll(() => text).toMatch(/"alias","audit","key"/)
    expect(text.match(/event: /g)).toHaveLength(2)
    patience = 0
    await once(slow, 'close')
  })
})

describe('With several workers', { tags: ['process'] }, () => {
  test('every stream tells what any of them did', async () => {
    const server = await startServer({ TENKEY_DATA: newFolder(), TENKEY_WORKERS: '2' })
    ending.push(() => server.stop())
    const credential = {
      accessKeyId: server.block['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: server.block['AWS_SECRET_ACCESS_KEY'] ?? '',
    }
    const streams = await Promise.all(
      Array.from({ length: 6 }, () => watching(server.url, credential)),
    )
    const kms = server.kms()
    await kms.send(new CreateKeyCommand({}))
    for (const stream of streams) await expect.poll(stream.kinds).toContain('key')
  })
})
