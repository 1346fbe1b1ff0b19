// @module-tag local: tokens are registered on this machine, and clocks are moved
// @module-tag process
import { describe, expect, test } from 'vitest'
import { customKeyStoresItem } from '../../core/custom-key-store/custom-key-store-items.ts'
import { connectedCluster } from '../../core/external-store/credential.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { CKM_AES_GCM, CKR } from '../../server/hsm/pkcs11.ts'
import { clusterStores } from '../support/cluster-stores.ts'
import type { FakeToken } from '../support/fake-pkcs11.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { newCluster, OTHER_ANCHOR, PASSWORD, quickTokens, TRUST_ANCHOR } from '../support/tokens.ts'

const tokens = quickTokens()

describeStores(
  'CloudHSM key stores',
  (harness) => {
    const stores = clusterStores(harness, tokens)
    const outcome = (tenant: Tenant, operation: string, input: Input) =>
      harness.call('aws', tenant, operation, input)
    const told = async (tenant: Tenant, operation: string, input: Input) =>
      (await outcome(tenant, operation, input)).code ?? 'done'
    test('are created disconnected, described without their password, connected and deleted', async () => {
      const tenant = await harness.tenant()
      const registration = tokens.register(tenant.accountId)
      const id = await stores.create(tenant, registration, { CustomKeyStoreName: 'mine' })
      expect(id).toMatch(/^cks-[0-9a-f]{17}$/)
      expect(await stores.described(tenant, id)).toEqual({
        CustomKeyStoreId: id,
        CustomKeyStoreName: 'mine',
        CustomKeyStoreType: 'AWS_CLOUDHSM',
        CloudHsmClusterId: registration.cluster,
        TrustAnchorCertificate: TRUST_ANCHOR,
        ConnectionState: 'DISCONNECTED',
        CreationDate: expect.any(Number),
      })
      // whatever the password is: it is first used with the connection (API_CreateCustomKeyStore)
      expect(tokens.read(registration).logins).toBe(0)
      expect(await stores.connect(tenant, id)).toMatchObject({ ConnectionState: 'CONNECTED' })
      expect(tokens.read(registration).logins).toBe(1)
      await stores.disconnect(tenant, id)
      expect(await stores.described(tenant, id)).toMatchObject({ ConnectionState: 'DISCONNECTED' })
      await harness.ok(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId: id })
      expect(await harness.ok(tenant, 'DescribeCustomKeyStores')).toMatchObject({
        CustomKeyStores: [],
      })
    })

    test('by the SDK and by REST too', async () => {
      for (const via of ['sdk', 'rest'] as const) {
        const tenant = await harness.tenant()
        const { cluster } = tokens.register(tenant.accountId)
        const input = { ...stores.wanted(cluster), CustomKeyStoreType: 'AWS_CLOUDHSM' }
        const made = await harness.ok(tenant, 'CreateCustomKeyStore', input, { via })
        const CustomKeyStoreId = String(made['CustomKeyStoreId'])
        await harness.ok(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId }, { via })
        await harness.inside.service.keyStores.settled()
        const one = { CustomKeyStoreId }
        const { CustomKeyStores } = await harness.ok(tenant, 'DescribeCustomKeyStores', one, {
          via,
        })
        expect(CustomKeyStores).toMatchObject([
          { CloudHsmClusterId: cluster, ConnectionState: 'CONNECTED' },
        ])
      }
    })

    describe('CreateCustomKeyStore refuses', () => {
      test.for<[title: string, more: Input, code: string]>([
        ['no cluster id', { CloudHsmClusterId: undefined }, 'ValidationException'],
        ['no password', { KeyStorePassword: undefined }, 'ValidationException'],
        ['no trust anchor', { TrustAnchorCertificate: undefined }, 'ValidationException'],
        ['a password of 6 characters', { KeyStorePassword: 'secret' }, 'ValidationException'],
        ['a proxy', { XksProxyUriEndpoint: 'https://localhost' }, 'ValidationException'],
        ['a cluster id of another form', { CloudHsmClusterId: 'cluster-0' }, 'ValidationException'],
        [
          'a cluster that is not registered',
          { CloudHsmClusterId: 'cluster-77777777777' },
          'CloudHsmClusterNotFoundException',
        ],
        [
          'another certificate',
          { TrustAnchorCertificate: OTHER_ANCHOR },
          'IncorrectTrustAnchorException',
        ],
        [
          'what is no certificate',
          { TrustAnchorCertificate: 'mine' },
          'IncorrectTrustAnchorException',
        ],
      ])('%s', async ([, more, code]) => {
        const tenant = await harness.tenant()
        const { cluster } = tokens.register(tenant.accountId)
        expect(await told(tenant, 'CreateCustomKeyStore', stores.wanted(cluster, more))).toBe(code)
        expect(await harness.ok(tenant, 'DescribeCustomKeyStores')).toMatchObject({
          CustomKeyStores: [],
        })
      })

      test('the same certificate is the same, however its lines are broken', async () => {
        const tenant = await harness.tenant()
        const { cluster } = tokens.register(tenant.accountId)
        const body = TRUST_ANCHOR.split('\n')[1] ?? ''
        const TrustAnchorCertificate = `a comment\r\n-----BEGIN CERTIFICATE-----\r\n${body.slice(0, 10)}\r\n${body.slice(10)}\r\n-----END CERTIFICATE-----`
        const input = stores.wanted(cluster, { TrustAnchorCertificate })
        expect(await told(tenant, 'CreateCustomKeyStore', input)).toBe('done')
      })

      test("another account's cluster, as one that is not there", async () => {
        const [tenant, other] = [await harness.tenant(), await harness.tenant()]
        const { cluster } = tokens.register(other.accountId)
        const refused = await outcome(tenant, 'CreateCustomKeyStore', stores.wanted(cluster))
        const nobodys = newCluster()
        const unknown = await outcome(tenant, 'CreateCustomKeyStore', stores.wanted(nobodys))
        expect(refused.code).toBe('CloudHsmClusterNotFoundException')
        expect(refused.text.replaceAll(cluster, nobodys)).toBe(unknown.text)
      })

      test.for<[title: string, change: Partial<FakeToken>, code: string]>([
        ['is gone', { present: false }, 'CloudHsmClusterNotFoundException'],
        ['is not initialized', { initialized: false }, 'CloudHsmClusterNotActiveException'],
        [
          'generates no AES keys',
          { mechanisms: [CKM_AES_GCM] },
          'CloudHsmClusterInvalidConfigurationException',
        ],
        [
          'has a module that fails',
          { faults: [{ function: 'C_Initialize', code: CKR.GENERAL_ERROR }] },
          'CloudHsmClusterNotActiveException',
        ],
      ])('a token that %s', async ([, change, code]) => {
        const tenant = await harness.tenant()
        const registration = tokens.register(tenant.accountId)
        tokens.change(registration, change)
        const input = stores.wanted(registration.cluster)
        expect(await told(tenant, 'CreateCustomKeyStore', input)).toBe(code)
      })

      test('a cluster that a store has, or one of the same backup; a name', async () => {
        const tenant = await harness.tenant()
        const [first, related, other] = [
          tokens.register(tenant.accountId),
          tokens.register(tenant.accountId),
          tokens.register(tenant.accountId, { trustAnchor: OTHER_ANCHOR }),
        ]
        const input = stores.wanted(first.cluster)
        const made = await harness.ok(tenant, 'CreateCustomKeyStore', input)
        // the very same again, of one that is disconnected, is the same (API_CreateCustomKeyStore)
        expect(await harness.ok(tenant, 'CreateCustomKeyStore', input)).toEqual(made)
        const CustomKeyStoreName = input['CustomKeyStoreName']
        const another = { KeyStorePassword: 'another-password' }
        for (const [cluster, more, code] of [
          [first.cluster, { ...another, CustomKeyStoreName }, 'CustomKeyStoreNameInUseException'],
          [first.cluster, {}, 'CloudHsmClusterInUseException'],
          [related.cluster, {}, 'CloudHsmClusterInUseException'],
          [
            other.cluster,
            { CustomKeyStoreName, TrustAnchorCertificate: OTHER_ANCHOR },
            'CustomKeyStoreNameInUseException',
          ],
          [other.cluster, { TrustAnchorCertificate: OTHER_ANCHOR }, 'done'],
        ] as const) {
          const wanted = stores.wanted(cluster, more)
          expect(await told(tenant, 'CreateCustomKeyStore', wanted)).toBe(code)
        }
        // clusters are a Region's own
        const elsewhere = { region: 'eu-west-1' }
        const there = await harness.call('aws', tenant, 'CreateCustomKeyStore', input, elsewhere)
        expect(there.code).toBeUndefined()
      })
    })

    test.for<[title: string, change: Partial<FakeToken>, code: string]>([
      ['another password', { pin: 'another-password' }, 'INVALID_CREDENTIALS'],
      ['a user who is locked out', { tries: 0 }, 'USER_LOCKED_OUT'],
      ['no user', { hasUser: false }, 'USER_NOT_FOUND'],
      ['a user who is logged in elsewhere', { elsewhere: true }, 'USER_LOGGED_IN'],
      ['no token of the label', { label: 'another' }, 'CLUSTER_NOT_FOUND'],
      ['another token than was registered', { serial: '2' }, 'CLUSTER_NOT_FOUND'],
      ['no session left', { sessions: 0 }, 'INTERNAL_ERROR'],
      [
        'a device that is removed',
        { faults: [{ function: 'C_Login', code: CKR.DEVICE_REMOVED }] },
        'INSUFFICIENT_CLOUDHSM_HSMS',
      ],
      [
        'a module that fails',
        { faults: [{ function: 'C_Login', code: CKR.FUNCTION_FAILED }] },
        'INTERNAL_ERROR',
      ],
    ])('a connection to a cluster with %s fails, and is mended', async ([, change, code]) => {
      const tenant = await harness.tenant()
      const registration = tokens.register(tenant.accountId)
      const before = tokens.read(registration)
      const id = await stores.create(tenant, registration)
      tokens.change(registration, change)
      const failed = { ConnectionState: 'FAILED', ConnectionErrorCode: code }
      expect(await stores.connect(tenant, id)).toMatchObject(failed)
      expect(await told(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId: id })).toBe(
        'CustomKeyStoreInvalidStateException',
      )
      await stores.disconnect(tenant, id)
      expect(await stores.described(tenant, id)).not.toHaveProperty('ConnectionErrorCode')
      tokens.change(registration, before)
      expect(await stores.connect(tenant, id)).toMatchObject({ ConnectionState: 'CONNECTED' })
    })

    test('a cluster that is registered no more is not found by a connection', async () => {
      const { tenant, registration, store } = await stores.world()
      await stores.disconnect(tenant, store)
      tokens.unregister(registration.cluster)
      expect(await stores.connect(tenant, store)).toMatchObject({
        ConnectionState: 'FAILED',
        ConnectionErrorCode: 'CLUSTER_NOT_FOUND',
      })
    })

    test.for<[title: string, change: Partial<FakeToken>, code: string]>([
      ['is not initialized', { initialized: false }, 'CloudHsmClusterNotActiveException'],
      ['has no AES-GCM', { mechanisms: [] }, 'CloudHsmClusterInvalidConfigurationException'],
    ])('ConnectCustomKeyStore is refused at once by a token that %s', async ([, change, code]) => {
      const tenant = await harness.tenant()
      const registration = tokens.register(tenant.accountId)
      const id = await stores.create(tenant, registration)
      tokens.change(registration, change)
      expect(await told(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId: id })).toBe(code)
      expect(await stores.described(tenant, id)).toMatchObject({ ConnectionState: 'DISCONNECTED' })
    })

    test('every state lets through what it does (API_ConnectCustomKeyStore and its neighbours)', async () => {
      const tenant = await harness.tenant()
      const registration = tokens.register(tenant.accountId)
      const invalid = 'CustomKeyStoreInvalidStateException'
      const CustomKeyStoreId = await stores.create(tenant, registration)
      const place = { pk: `${tenant.accountId}/${REGION}`, sk: 'custom-key-stores' }
      /** with a password for its keys where it is connected */
      async function put(state: string) {
        await harness.inside.service.keyStores.settled()
        const [item] = await harness.inside.store.get([place])
        if (item === undefined) throw new Error('the stores are not where they are kept')
        const { keyring } = harness.inside.service
        const name = { accountId: tenant.accountId, region: REGION, id: CustomKeyStoreId }
        const [one] = customKeyStoresItem.read(item).stores
        if (one?.type !== 'AWS_CLOUDHSM') throw new Error('the store is no cluster’s')
        const { underWay: _, ...rest } = one
        const keys = { wrapping: keyring, unwrapping: keyring }
        const cluster = await connectedCluster(keys, name, one.cluster)
        const data = { stores: [{ ...rest, state, cluster }] } as never
        await harness.inside.store.put({ ...item, version: item.version + 1, data })
      }
      const { cluster } = registration
      for (const [state, connect, disconnect, rename, move] of [
        ['DISCONNECTED', 'done', invalid, 'done', 'done'],
        ['CONNECTING', 'done', 'done', invalid, invalid],
        ['CONNECTED', 'done', 'done', 'done', invalid],
        ['FAILED', invalid, 'done', invalid, invalid],
        ['DISCONNECTING', invalid, invalid, invalid, invalid],
      ] as const) {
        for (const [operation, input, wanted] of [
          ['ConnectCustomKeyStore', {}, connect],
          ['DisconnectCustomKeyStore', {}, disconnect],
          ['UpdateCustomKeyStore', { NewCustomKeyStoreName: `in ${state}` }, rename],
          ['UpdateCustomKeyStore', { KeyStorePassword: PASSWORD }, move],
          ['UpdateCustomKeyStore', { CloudHsmClusterId: cluster }, move],
          ['CreateKey', { Origin: 'AWS_CLOUDHSM' }, state === 'CONNECTED' ? 'done' : invalid],
          ['GenerateRandom', { NumberOfBytes: 8 }, state === 'CONNECTED' ? 'done' : invalid],
        ] as const) {
          await put(state)
          const what = `${operation} ${Object.keys(input)} in ${state}`
          const whole = { CustomKeyStoreId, ...input }
          expect(await told(tenant, operation, whole), what).toBe(wanted)
        }
      }
      await harness.inside.service.keyStores.settled()
    })

    describe('UpdateCustomKeyStore', () => {
      test('tells the password that the user has now', async () => {
        const { tenant, registration, store } = await stores.world()
        await stores.disconnect(tenant, store)
        tokens.change(registration, { pin: 'changed-password' })
        expect(await stores.connect(tenant, store)).toMatchObject({
          ConnectionErrorCode: 'INVALID_CREDENTIALS',
        })
        await stores.disconnect(tenant, store)
        const input = { CustomKeyStoreId: store, KeyStorePassword: 'changed-password' }
        await harness.ok(tenant, 'UpdateCustomKeyStore', input)
        expect(await stores.connect(tenant, store)).toMatchObject({ ConnectionState: 'CONNECTED' })
      })

      test('moves a store to a cluster of the same backup, with its keys', async () => {
        const { tenant, registration, store } = await stores.world()
        const KeyId = (await stores.keyIn(tenant, store)).id
        const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId, Plaintext: 'AAAA' })
        await stores.disconnect(tenant, store)
        const restored = tokens.register(tenant.accountId)
        const { label } = tokens.read(restored)
        tokens.change(restored, { ...tokens.read(registration), label })
        const input = { CustomKeyStoreId: store, CloudHsmClusterId: restored.cluster }
        await harness.ok(tenant, 'UpdateCustomKeyStore', input)
        await stores.connect(tenant, store)
        tokens.remove(registration)
        const opened = await harness.ok(tenant, 'Decrypt', { CiphertextBlob })
        expect(opened['Plaintext']).toBe('AAAA')
        const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId })
        expect(KeyMetadata).toMatchObject({ CloudHsmClusterId: restored.cluster })
      })

      test.for<[title: string, input: (account: string) => Input, code: string]>([
        [
          'a cluster that is not there',
          () => ({ CloudHsmClusterId: newCluster() }),
          'CloudHsmClusterNotFoundException',
        ],
        [
          'a cluster of another certificate',
          (account) => ({
            CloudHsmClusterId: tokens.register(account, { trustAnchor: OTHER_ANCHOR }).cluster,
          }),
          'CloudHsmClusterNotRelatedException',
        ],
        [
          'a cluster that is away',
          (account) => {
            const away = tokens.register(account)
            tokens.change(away, { initialized: false })
            return { CloudHsmClusterId: away.cluster }
          },
          'CloudHsmClusterNotActiveException',
        ],
        [
          'a cluster that does not fit',
          (account) => {
            const unfit = tokens.register(account)
            tokens.change(unfit, { mechanisms: [] })
            return { CloudHsmClusterId: unfit.cluster }
          },
          'CloudHsmClusterInvalidConfigurationException',
        ],
        ['a proxy', () => ({ XksProxyUriPath: '/mine/kms/xks/v1' }), 'ValidationException'],
      ])('refuses %s', async ([, input, code]) => {
        const tenant = await harness.tenant()
        const id = await stores.create(tenant, tokens.register(tenant.accountId))
        const wanted = { CustomKeyStoreId: id, ...input(tenant.accountId) }
        expect(await told(tenant, 'UpdateCustomKeyStore', wanted)).toBe(code)
      })
    })

    test('leave records as CloudTrail has them, without the password', async () => {
      const { tenant, registration, store: CustomKeyStoreId } = await stores.world()
      await stores.disconnect(tenant, CustomKeyStoreId)
      const KeyStorePassword = 'the-next-password'
      await harness.ok(tenant, 'UpdateCustomKeyStore', { CustomKeyStoreId, KeyStorePassword })
      await harness.ok(tenant, 'DeleteCustomKeyStore', { CustomKeyStoreId })
      const records = (await harness.trail(tenant)).filter(({ eventName }) =>
        /CustomKeyStore$/.test(String(eventName)),
      )
      expect(records.map(({ eventName }) => eventName).reverse()).toEqual([
        'CreateCustomKeyStore',
        'ConnectCustomKeyStore',
        'DisconnectCustomKeyStore',
        'UpdateCustomKeyStore',
        'DeleteCustomKeyStore',
      ])
      expect(records.at(-1)).toMatchObject({
        requestParameters: { cloudHsmClusterId: registration.cluster },
        responseElements: { customKeyStoreId: CustomKeyStoreId },
        resources: [],
      })
      const text = JSON.stringify(records)
      for (const secret of [PASSWORD, KeyStorePassword, 'keyStorePassword']) {
        expect(text).not.toContain(secret)
      }
      const items = await harness.inside.store.scan(undefined, 1000)
      expect(JSON.stringify(items)).not.toContain(PASSWORD)
    })

    test('what a process left of a connection is ended by the sweeper', async () => {
      const { tenant, store: id } = await stores.world()
      const place = { pk: `${tenant.accountId}/${REGION}`, sk: 'custom-key-stores' }
      const { store, service } = harness.inside
      for (const [state, end] of [
        ['DISCONNECTING', 'DISCONNECTED'],
        ['CONNECTING', 'CONNECTED'],
      ] as const) {
        const [item] = await store.get([place])
        const [one] = (item?.data['stores'] ?? []) as Record<string, string>[]
        const at = service.now()
        const data = { stores: [{ ...one, state, underWay: { at, attempt: 'lost' } }] }
        if (item === undefined) throw new Error('the stores are there')
        const version = item.version + 1
        await store.put({ ...item, version, due: at + 60_000, data: data as never })
        harness.advance(61_000)
        await sweep(service, { now: service.now(), limit: 10 })
        expect(await stores.described(tenant, id)).toMatchObject({ ConnectionState: end })
      }
    })
  },
  ['sqlite', 'dynamodb'],
  { hsm: async () => tokens.open() },
)
