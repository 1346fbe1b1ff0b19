// @module-tag local: it seals sessions as releases before did, by the keys inside
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newAccessKeyId, newSecretAccessKey } from '../../core/identity/credential.ts'
import { openSession } from '../../core/identity/session.ts'
import { ownMark, type Release } from '../../core/item/formats.ts'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { type Keyring, keyring } from '../../core/key/keyring.ts'
import { RELEASE } from '../../core/release.ts'
import { localFileRoot } from '../../core/root/local-file.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Store } from '../../core/store/store.ts'
import { upgradeStore } from '../../server/upgrade.ts'
import first from '../golden/session-1.json' with { type: 'json' }
import second from '../golden/session-2.json' with { type: 'json' }
import third from '../golden/session-3.json' with { type: 'json' }
import { allow, document, userWith } from '../support/authorization.ts'
import { type Credential, describeStores } from '../support/harness.ts'
import { callService, install, processOver } from '../support/installed.ts'
import { credentialOf, operate, roleArn, trust } from './world.ts'

describe('A session token of every format', () => {
  const data = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
  let store: Store
  let keys: Keyring
  beforeAll(async () => {
    for (const name of ['root.key', 'tenkey.db']) {
      const golden = new URL(`../golden/installation-1/${name}`, import.meta.url)
      cpSync(fileURLToPath(golden), join(data, name))
      chmodSync(join(data, name), 0o600)
    }
    store = sqliteStore({ file: join(data, 'tenkey.db') })
    const root = await localFileRoot({ file: join(data, 'root.key'), create: false })
    keys = keyring({ store, root, capacity: 10, lifetime: 1000 })
  })
  afterAll(async () => {
    await store.close()
    rmSync(data, { recursive: true })
  })

  test.each([
    ['1, of 0.1.0', first],
    ['2, which names what it was made from', second],
    ['3, of a federated user', third],
  ])('is read as it was made: %s', async (_title, golden) => {
    const { accountId, accessKeyId, sessionToken } = golden
    const opened = await openSession(keys, accountId, accessKeyId, sessionToken)
    expect(opened?.session).toEqual(golden.session)
    expect(opened?.secret.export().toString()).toBe(golden.secretAccessKey)
  })
})

describeStores('A session of an older release', (harness) => {
  /** Seals a session as it is written, whatever release it is of. */
  async function sealed(
    accountId: string,
    session: Readonly<Record<string, unknown>>,
  ): Promise<Credential> {
    const accessKeyId = newAccessKeyId(accountId, 'ASIA')
    const secretAccessKey = newSecretAccessKey()
    const { keyring: keys } = harness.inside.service
    const bytes = deflateRawSync(JSON.stringify({ ...session, secret: secretAccessKey }))
    const context = { kind: 'session', accessKey: accessKeyId }
    const sessionToken = await keys.sealSession(accountId, context, bytes)
    return { accountId, accessKeyId, secretAccessKey, sessionToken }
  }
  const HOUR = 3_600_000
  async function setUp() {
    const tenant = await harness.tenant()
    const { id } = await harness.role(tenant, 'ops', {
      TrustPolicy: document(trust({ AWS: tenant.accountId })),
      Policy: document(allow(['kms:*', 'sts:*'])),
      MaxSessionDuration: 7200,
    })
    const principal = { principal: 'role/ops', principalId: id, name: 'night' }
    const now = harness.target.now()
    const made = (more: object = {}) =>
      sealed(tenant.accountId, { ...principal, issued: now, expires: now + HOUR, ...more })
    return { tenant, made, now }
  }
  const codeOf = async (who: Credential) => (await harness.call('aws', who, 'ListKeys')).code

  test('holds for as long as it may live, and ends with its role', async () => {
    const { tenant, made } = await setUp()
    const session = await made()
    expect(await codeOf(session)).toBeUndefined()
    await operate(harness, `DELETE /admin/v1/tenants/${tenant.accountId}/principals/role/ops`)
    expect(await codeOf(session)).toBe('UnrecognizedClientException')
  })

  test.each([
    ['of its role', { Type: 'role', Name: 'ops' }],
    ['of its account', {}],
  ])('ends with a revocation %s, made in that very ms too', async (_title, whose) => {
    const { tenant, made } = await setUp()
    const line = `POST /admin/v1/tenants/${tenant.accountId}/revoke-sessions`
    const { SessionsValidAfter } = await operate(harness, line, whose)
    const at = Date.parse(String(SessionsValidAfter))
    const issuedAt = async (issued: number) => codeOf(await made({ issued }))
    expect(await issuedAt(at - 1)).toBe('ExpiredTokenException')
    expect(await issuedAt(at)).toBe('ExpiredTokenException')
    expect(await issuedAt(at + 1)).toBeUndefined()
  })

  test('makes none that outlives it, as nobody knows what it began with', async () => {
    const { tenant, made, now } = await setUp()
    const session = await made({ expires: now + HOUR / 2 })
    const input = { RoleArn: roleArn(tenant, 'ops'), RoleSessionName: 'on' }
    const ask = async (who: Credential) => {
      const { Credentials } = await harness.ok(who, 'AssumeRole', input, { via: 'rest' })
      const { Expiration } = Credentials as { Expiration: string }
      return { at: Date.parse(Expiration), next: credentialOf(tenant.accountId, Credentials) }
    }
    const one = await ask(session)
    expect(one.at).toBe(now + HOUR / 2)
    expect((await ask(one.next)).at).toBe(now + HOUR / 2)
    const alice = await userWith(harness, tenant, [allow('sts:*')])
    expect((await ask(alice)).at).toBeGreaterThan(now + HOUR / 2)
  })

  test('of a newer release is none that this one can judge', async () => {
    const { made } = await setUp()
    expect(await codeOf(await made({ format: 2 }))).toBeUndefined()
    expect(await codeOf(await made({ format: 4 }))).toBe('UnrecognizedClientException')
  })
})

test('Sessions are revoked once no release that would not heed it may use the store', async () => {
  const installed = await install()
  const { store, operator, tenant } = installed
  const former: Release = { ...RELEASE, generation: 1 }
  const [mark] = await store.get([INSTALLATION])
  if (mark === undefined) throw new Error('the store is furnished')
  await store.put(
    installationItem.next(mark, { ...installationItem.read(mark), format: former.generation }),
  )
  const revoke = async (release: Release) => {
    const service = processOver(installed, { mark: ownMark(release) })
    const input = { AccountId: tenant.accountId }
    const { status, json } = await callService(service, operator, 'RevokeSessions', input)
    return { status, code: json['code'], detail: json['detail'] }
  }
  expect(await revoke(former)).toEqual({
    status: 400,
    code: 'UnsupportedOperationException',
    detail:
      'Sessions can be revoked once `tenkey upgrade` has been run: older releases may still use the store.',
  })
  await upgradeStore(store, RELEASE)
  expect((await revoke(RELEASE)).status).toBe(200)
})
