// @module-tag local: provokes faults inside the installation
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { RootKeyUnavailable } from '../../core/root/root.ts'
import { StoreUnavailable } from '../../core/store/store.ts'
import { deepHealth, type HealthSources } from '../../core/xks/health.ts'
import { httpServer } from '../../server/http-server.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import { callXks, metadata, type XksCredential, xksTenant } from '../support/xks.ts'

const ENCRYPTION = {
  requestMetadata: metadata(),
  plaintext: 'SGVsbG8gV29ybGQh',
  encryptionAlgorithm: 'AES_GCM',
}

describe('when what a proxy depends on fails', () => {
  let failing: Error | undefined
  describeStores(
    'the errors of dependencies',
    (harness) => {
      let tenant: Tenant
      let credential: XksCredential
      let path: string
      beforeAll(async () => {
        const made = await xksTenant(harness)
        ;({ tenant, credential } = made)
        path = `${credential.path}/keys/${made.key}/encrypt`
      })
      const encrypt = (target = harness.target) => callXks(target, credential, path, ENCRYPTION)

      test.for([
        ['DependencyTimeoutException', 503, new StoreUnavailable('down')],
        ['InternalException', 500, new Error('a fault of ours')],
      ] as const)('%s', async ([name, status, error]) => {
        harness.expectFaults()
        failing = error
        try {
          const answer = await encrypt()
          expect([answer.errorName, answer.status]).toEqual([name, status])
          expect(answer.text).not.toContain(error.message)
        } finally {
          failing = undefined
        }
        expect((await encrypt()).status).toBe(200)
      })

      test('a signature that is not right is counted in the trail, like every other', async () => {
        const forged = { ...credential, secretAccessKey: 'x'.repeat(64) }
        for (let count = 0; count < 3; count++) {
          const answer = await callXks(harness.target, forged, path, ENCRYPTION)
          expect(answer.errorName).toBe('AuthenticationFailedException')
        }
        const [record] = await harness.trail(tenant, { EventName: 'FailedAuthentication' })
        expect(record).toMatchObject({
          userIdentity: { accountId: tenant.accountId, accessKeyId: credential.accessKeyId },
          serviceEventDetails: {
            principal: `arn:aws:iam::${tenant.accountId}:role/aws`,
            eventNames: ['XksEncrypt'],
          },
        })
      })

      test('ThrottlingException: bodies for which there is no room', async () => {
        const server = httpServer(harness.inside.service, { uploads: { total: 100 } })
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
        try {
          const { port } = server.address() as AddressInfo
          const answer = await encrypt({ ...harness.target, url: `http://127.0.0.1:${port}` })
          expect([answer.errorName, answer.status]).toEqual(['ThrottlingException', 429])
        } finally {
          // it was refused before its body was there: nobody is proven, and nothing on record
          harness.begin()
          server.closeAllConnections()
          server.close()
        }
      })
    },
    ['sqlite'],
    {
      fault: (store) => ({
        ...store,
        get: (keys) => (failing === undefined ? store.get(keys) : Promise.reject(failing)),
      }),
    },
  )
})

describe('deep health', () => {
  /** What is asked, counted. */
  function sources() {
    const asked = { wraps: 0, writes: 0 }
    const fails: { root?: Error; store?: Error } = {}
    const state: { status: 'ok' | 'behind' | 'unavailable' } = { status: 'ok' }
    const of: HealthSources = {
      root: {
        id: 'test',
        async wrap(bytes) {
          asked.wraps++
          if (fails.root !== undefined) throw fails.root
          return Uint8Array.from(bytes)
        },
        unwrap: async (bytes) => Uint8Array.from(bytes),
      },
      store: {
        async put() {
          asked.writes++
          if (fails.store !== undefined) throw fails.store
          return false
        },
      },
      audit: { standing: () => state },
      fleet: 1,
    }
    return { of, asked, fails, state }
  }

  test('root key and store are asked once a minute at most, whoever asks', async () => {
    const { of, asked } = sources()
    let now = 0
    const look = () => deepHealth(of, () => now)
    expect(await Promise.all([look(), look(), look()])).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE'])
    now = 59_999
    await look()
    expect(asked).toEqual({ wraps: 1, writes: 1 })
    now = 60_000
    await look()
    expect(asked).toEqual({ wraps: 2, writes: 2 })
  })

  test.for([
    ['root', new RootKeyUnavailable('away')],
    ['store', new StoreUnavailable('away')],
  ] as const)('UNAVAILABLE while the %s fails, and soon no more', async ([what, error]) => {
    const { of, fails } = sources()
    let now = 0
    fails[what] = error
    expect(await deepHealth(of, () => now)).toBe('UNAVAILABLE')
    delete fails[what]
    now = 4_999
    expect(await deepHealth(of, () => now)).toBe('UNAVAILABLE')
    now = 5_000
    expect(await deepHealth(of, () => now)).toBe('ACTIVE')
  })

  test('UNAVAILABLE where a root key does not open what it wrapped', async () => {
    const { of } = sources()
    const root = { ...of.root, unwrap: async () => new Uint8Array(32) }
    expect(await deepHealth({ ...of, root })).toBe('UNAVAILABLE')
  })

  test.for([
    ['behind', 'DEGRADED'],
    ['unavailable', 'UNAVAILABLE'],
  ] as const)('a trail that is %s: %s', async ([status, health]) => {
    const { of, state } = sources()
    state.status = status
    expect(await deepHealth(of)).toBe(health)
  })
})
