import { beforeAll, describe, expect, test } from 'vitest'
import { handle } from '../../core/pipeline/handle.ts'
import type { Service } from '../../core/service.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { type Store, StoreUnavailable } from '../../core/store/store.ts'
import { copyOf, type Installed, install, processOver } from '../support/installed.ts'

/** What becomes of a create that is sent twice with one Idempotency-Key. */

async function send(
  service: Service,
  { tenant }: Installed,
  line: string,
  { body = '', headers = {} }: { body?: string; headers?: Record<string, string> } = {},
) {
  const [method = '', path = ''] = line.split(' ')
  const unsigned = {
    method,
    path,
    query: '',
    body: Buffer.from(body),
    headers: { host: 'tenkey.test', 'content-type': 'application/json', ...headers },
  }
  const signed = signRequest(unsigned, tenant, {
    region: 'us-east-1',
    service: 'kms',
    now: Date.now(),
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
})
