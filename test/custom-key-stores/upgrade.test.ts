// @module-tag process
import { afterAll, expect, test } from 'vitest'
import { openMark } from '../../core/item/formats.ts'
import { RELEASE } from '../../core/release.ts'
import { upgradeStore } from '../../server/upgrade.ts'
import { callService, install, processOver } from '../support/installed.ts'
import { CREDENTIAL, externalKey, startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(() => proxy.stop())

const STORE = {
  CustomKeyStoreName: 'early',
  CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
  XksProxyConnectivity: 'PUBLIC_ENDPOINT',
  XksProxyUriEndpoint: 'https://localhost',
  XksProxyUriPath: '/early/kms/xks/v1',
  XksProxyAuthenticationCredential: { ...CREDENTIAL },
}

test('no custom key store is made while older releases read the store, which know none', async () => {
  const world = await install()
  const [installation] = await world.store.get([{ pk: '000000000000', sk: 'installation' }])
  if (installation === undefined) throw new Error('the store is an installation’s')
  const data = { ...installation.data, format: 1 }
  await world.store.put({ ...installation, version: installation.version + 1, data })
  const create = async () => {
    const mark = await openMark(world.store, RELEASE)
    const service = processOver(world, { mark, xks: proxy.options })
    return callService(service, world.tenant, 'CreateCustomKeyStore', STORE)
  }
  expect((await create()).json).toMatchObject({
    code: 'UnsupportedOperationException',
    detail: 'Custom key stores are not made until `tenkey upgrade` was run.',
  })
  await upgradeStore(world.store, RELEASE)
  expect((await create()).status).toBe(201)
})

test('an older release has no material by which to encrypt under such a key alone', async () => {
  const world = await install()
  const service = processOver(world, { xks: proxy.options })
  const call = async (name: string, input: Record<string, unknown>) =>
    (await callService(service, world.tenant, name, input as never)).json
  const { CustomKeyStoreId } = await call('CreateCustomKeyStore', STORE)
  await call('ConnectCustomKeyStore', { CustomKeyStoreId })
  await service.keyStores.settled()
  proxy.keys.set('early-key', externalKey())
  const key = { Origin: 'EXTERNAL_KEY_STORE', CustomKeyStoreId, XksKeyId: 'early-key' }
  const { KeyMetadata } = await call('CreateKey', key)
  const { KeyId } = KeyMetadata as { KeyId: string }
  const place = { pk: `${world.tenant.accountId}/us-east-1`, sk: `key#${KeyId}` }
  const [item] = await world.store.get([place])
  expect(item?.data).not.toHaveProperty('material')
  expect(item?.data['keyStore']).toMatchObject({
    store: CustomKeyStoreId,
    external: 'early-key',
    material: { wrapped: expect.any(String) },
  })
})
