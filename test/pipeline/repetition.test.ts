import { beforeAll, describe, expect, test } from 'vitest'
import { handle } from '../../core/pipeline/handle.ts'
import type { Service } from '../../core/service.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { type Store, StoreUnavailable } from '../../core/store/store.ts'
import type { StoredCredential } from '../../server/credential-file.ts'
import { copyOf, type Installed, install, processOver } from '../support/installed.ts'

/** What becomes of a create that is sent twice with one Idempotency-Key. */

interface Sent {
  readonly body?: string
  readonly headers?: Record<string, string>
  readonly by?: StoredCredential
}

async function send(
  service: Service,
  { tenant }: Installed,
  line: string,
  { body = '', headers = {}, by = tenant }: Sent = {},
) {
  const [method = '', path = ''] = line.split(' ')
  const unsigned = {
    method,
    path,
    query: '',
    body: Buffer.from(body),
    headers: { host: 'tenkey.test', 'content-type': 'application/json', ...headers },
  }
  const signed = signRequest(unsigned, by, {
    region: 'us-east-1',
    service: 'kms',
    now: service.wallTime(),
  })
  const request = { ...unsigned, headers: signed, sourceIp: '192.0.2.1', secure: true }
  const answer = await handle(request, service)
  return { ...answer, json: answer.body === '' ? {} : JSON.parse(String(answer.body)) }
}

describe('A create with an Idempotency-Key', () => {
  let world: Installed
  beforeAll(async () => {
    world = await install()
  })

  test('whose answer could not be kept is not made again by its repetition', async () => {
    const installed = await copyOf(world)
    let failures = 1
    const store: Store = {
      ...installed.store,
      put(item) {
        const answer = item.sk.startsWith('idempotency#') && item.version === 2
        if (answer && failures-- > 0) throw new StoreUnavailable('away')
        return installed.store.put(item)
      },
    }
    const service = processOver({ ...installed, store })
    const create = { body: '{}', headers: { 'idempotency-key': 'k1' } }
    const first = await send(service, installed, 'POST /v1/keys', create)
    const again = await send(service, installed, 'POST /v1/keys', create)
    expect([first.status, again.status]).toEqual([201, 409])
    const { json } = await send(service, installed, 'GET /v1/keys')
    expect(json.Keys).toHaveLength(1)
  })

  test.each([
    ['empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
  ])('that is %s is refused, and nothing is made', async (_, key) => {
    const installed = await copyOf(world)
    const service = processOver(installed)
    const create = { body: '{}', headers: { 'idempotency-key': key } }
    const { status, json } = await send(service, installed, 'POST /v1/keys', create)
    expect([status, json.code]).toEqual([400, 'ValidationException'])
    expect((await send(service, installed, 'GET /v1/keys')).json.Keys).toEqual([])
  })

  test('that fails for what nobody knows is not made again at once', async () => {
    const installed = await copyOf(world)
    let failures = 1
    const store: Store = {
      ...installed.store,
      async put(item) {
        const done = await installed.store.put(item)
        // applied, its answer lost
        if (item.sk.startsWith('key#') && failures-- > 0) throw new StoreUnavailable('away')
        return done
      },
    }
    const service = processOver({ ...installed, store })
    const create = { body: '{}', headers: { 'idempotency-key': 'k2' } }
    const first = await send(service, installed, 'POST /v1/keys', create)
    const again = await send(service, installed, 'POST /v1/keys', create)
    expect([first.status, again.status]).toEqual([503, 409])
    const { json } = await send(service, installed, 'GET /v1/keys')
    expect(json.Keys).toHaveLength(1)
  })

  test('and If-Match is answered what was answered first, though it changed the key', async () => {
    const installed = await copyOf(world)
    const service = processOver(installed)
    const made = await send(service, installed, 'POST /v1/keys', { body: '{}' })
    const { KeyId } = made.json.KeyMetadata
    const { headers: shown } = await send(service, installed, `GET /v1/keys/${KeyId}`)
    const body = JSON.stringify({ AliasName: 'alias/again', TargetKeyId: KeyId })
    const headers = { 'if-match': shown['etag'] ?? '', 'idempotency-key': 'k3' }
    const first = await send(service, installed, 'POST /v1/aliases', { body, headers })
    const again = await send(service, installed, 'POST /v1/aliases', { body, headers })
    expect([first.status, again.status]).toEqual([204, 204])
    const other = { ...headers, 'idempotency-key': 'k4' }
    const late = await send(service, installed, 'POST /v1/aliases', {
      body: JSON.stringify({ AliasName: 'alias/late', TargetKeyId: KeyId }),
      headers: other,
    })
    expect(late.status).toBe(412)
  })

  test('is remembered for a day by the machine’s clock, by which the store drops it', async () => {
    const installed = await copyOf(world)
    const [DAY, begun] = [86_400_000, Date.now()]
    let passed = 0
    let clock = 0
    const service = processOver(installed, {
      wallTime: () => begun + passed,
      now: () => begun + passed + clock,
    })
    const create = { body: '{}', headers: { 'idempotency-key': 'day' } }
    const made = async () => {
      const { status, json } = await send(service, installed, 'POST /v1/keys', create)
      expect(status).toBe(201)
      return json.KeyMetadata.KeyId
    }
    const first = await made()
    // keys may live years ahead: a client's repetitions come within its minutes all the same
    clock = 800 * DAY
    expect(await made()).toBe(first)
    passed = DAY - 1
    expect(await made()).toBe(first)
    passed = DAY
    const second = await made()
    expect(second).not.toBe(first)
    const { items } = await installed.store.scan(undefined, 1000)
    const kept = items.filter(({ sk }) => sk.startsWith('idempotency#'))
    expect(kept.map(({ expires }) => expires)).toEqual([Math.ceil((begun + 2 * DAY) / 1000)])
  })

  test('leaves no secret of an access key but in the key’s own item', async () => {
    const installed = await copyOf(world)
    const service = processOver(installed)
    const { accountId } = installed.tenant
    const lines: [line: string, body: object][] = [
      [`POST /admin/v1/tenants/${accountId}/access-keys`, {}],
      [
        `POST /admin/v1/tenants/${accountId}/principals`,
        { Type: 'user', Name: 'bob', CreateAccessKey: true },
      ],
      ['POST /admin/v1/tenants', { Name: 'acme' }],
    ]
    const secrets: string[] = []
    for (const [line, body] of lines) {
      const { status, json } = await send(service, installed, line, {
        body: JSON.stringify(body),
        headers: { 'idempotency-key': line },
        by: installed.operator,
      })
      expect(status).toBe(201)
      secrets.push((json.AccessKey ?? json).SecretAccessKey)
    }
    const { items } = await installed.store.scan(undefined, 1000)
    const kept = items.filter(({ sk }) => sk.startsWith('idempotency#'))
    expect(kept).toHaveLength(lines.length)
    for (const item of kept) {
      const digest = item.sk.slice('idempotency#'.length)
      const context = { kind: 'idempotency', digest }
      const opened = await service.keyring.openSecret(item.pk, context, String(item.data['output']))
      expect(opened.toString()).toMatch(/"AccessKeyId":"AKIA/)
      expect(secrets.filter((secret) => opened.includes(secret))).toEqual([])
    }
  })
})
