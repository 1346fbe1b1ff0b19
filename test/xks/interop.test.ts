// @module-tag local: a proxy of this process is called, at a loopback address
// @module-tag process
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpServer } from '../../server/http-server.ts'
import { issue } from '../support/enclave.ts'
import { describeStores, Harness, type Tenant } from '../support/harness.ts'
import { startTarget, type Target } from '../support/target.ts'
import { own, PROXY_POLICY } from '../support/xks.ts'

// tenkey as AWS KMS, whose external key store is tenkey: the one installation never sees the other's store
const identity = issue({ name: 'localhost', ca: false, hosts: 'DNS:localhost', curve: 'P-256' })
const folder = mkdtempSync(join(tmpdir(), 'tenkey-interop-'))
const authorities = join(folder, 'ca.pem')
writeFileSync(authorities, identity.pem)

const target: Target = await startTarget('sqlite')
const service = target.inside?.service
if (service === undefined) throw new Error('no installation in this process')
const tls = {
  cert: Buffer.from(identity.pem),
  key: Buffer.from(String(identity.key.export({ format: 'pem', type: 'pkcs8' }))),
}
const server = httpServer(service, { tls })
server.listen(0, 'localhost')
await once(server, 'listening')
const { port } = server.address() as AddressInfo
const behind = new Harness()
behind.attach(target)
afterAll(async () => {
  server.close()
  server.closeAllConnections()
  behind.attach(undefined)
  await target.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('tenkey behind tenkey', () => {
  describeStores(
    'an external key store whose proxy is another tenkey',
    (harness) => {
      let holder: Tenant
      let tenant: Tenant
      let made: Record<string, unknown>
      let store: string
      beforeAll(async () => {
        holder = await behind.tenant()
        await behind.role(holder, 'aws', { Policy: PROXY_POLICY })
        const whom = { AccountId: holder.accountId, Type: 'role', Name: 'aws' }
        made = await own(behind, 'CreateXksCredential', whom)
        tenant = await harness.tenant()
        const { CustomKeyStoreId } = await harness.ok(tenant, 'CreateCustomKeyStore', {
          CustomKeyStoreName: 'tenkey',
          CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
          XksProxyConnectivity: 'PUBLIC_ENDPOINT',
          XksProxyUriEndpoint: 'https://localhost',
          ...made,
        })
        store = String(CustomKeyStoreId)
        await harness.ok(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId: store })
        await harness.inside.service.keyStores.settled()
      })

      const keyOver = async (input = {}) => {
        const external = (await behind.key(holder)).id
        const { KeyMetadata } = await harness.ok(tenant, 'CreateKey', {
          Origin: 'EXTERNAL_KEY_STORE',
          CustomKeyStoreId: store,
          XksKeyId: external,
          ...input,
        })
        return { external, KeyId: (KeyMetadata as { KeyId: string }).KeyId }
      }
      const Plaintext = Buffer.from('hello').toString('base64')

      test('it is connected', async () => {
        const told = await harness.ok(tenant, 'DescribeCustomKeyStores', {
          CustomKeyStoreId: store,
        })
        expect(told['CustomKeyStores']).toMatchObject([{ ConnectionState: 'CONNECTED' }])
      })

      test('what is encrypted is decrypted, before and after a rotation behind it', async () => {
        const { external, KeyId } = await keyOver()
        const input = { KeyId, Plaintext, EncryptionContext: { a: 'b' } }
        const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', input)
        await behind.ok(holder, 'RotateKeyOnDemand', { KeyId: external })
        const opened = { CiphertextBlob, EncryptionContext: { a: 'b' } }
        expect(await harness.ok(tenant, 'Decrypt', opened)).toMatchObject({ Plaintext })
        const data = await harness.ok(tenant, 'GenerateDataKey', { KeyId, KeySpec: 'AES_256' })
        const again = await harness.ok(tenant, 'Decrypt', {
          CiphertextBlob: data['CiphertextBlob'],
        })
        expect(again['Plaintext']).toBe(data['Plaintext'])
        const records = await behind.trail(holder)
        expect(records.map(({ eventName }) => eventName)).toEqual(
          expect.arrayContaining([
            'XksEncrypt',
            'XksDecrypt',
            'XksGetKeyMetadata',
            'XksGetHealthStatus',
          ]),
        )
      })

      test('who holds the key cuts it off', async () => {
        const { external, KeyId } = await keyOver()
        const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId, Plaintext })
        const decrypt = async () =>
          (await harness.call('aws', tenant, 'Decrypt', { CiphertextBlob })).code
        await behind.ok(holder, 'DisableKey', { KeyId: external })
        expect(await decrypt()).toBe('KMSInvalidStateException')
        await behind.ok(holder, 'EnableKey', { KeyId: external })
        expect(await decrypt()).toBeUndefined()
      })

      test('keys that are not there, or of another kind', async () => {
        const hmac = await behind.key(holder, {
          KeySpec: 'HMAC_256',
          KeyUsage: 'GENERATE_VERIFY_MAC',
        })
        const tried = async (XksKeyId: string) =>
          (
            await harness.call('aws', tenant, 'CreateKey', {
              Origin: 'EXTERNAL_KEY_STORE',
              CustomKeyStoreId: store,
              XksKeyId,
            })
          ).code
        expect(await tried('nothing')).toBe('XksKeyNotFoundException')
        expect(await tried(hmac.id)).toBe('XksKeyInvalidConfigurationException')
      })

      test('a wrong secret, and a path that is none', async () => {
        const credential = made['XksProxyAuthenticationCredential'] as Record<string, string>
        const tried = async (more: object) =>
          (
            await harness.call('aws', tenant, 'CreateCustomKeyStore', {
              CustomKeyStoreName: `other ${JSON.stringify(more).length}`,
              CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
              XksProxyConnectivity: 'PUBLIC_ENDPOINT',
              XksProxyUriEndpoint: 'https://localhost',
              XksProxyUriPath: `/${holder.accountId}-aaaaaaaa/kms/xks/v1`,
              XksProxyAuthenticationCredential: credential,
              ...more,
            })
          ).code
        expect(await tried({})).toBe('XksProxyIncorrectAuthenticationCredentialException')
        expect(await tried({ XksProxyUriPath: '/nobody/kms/xks/v1' })).toBe(
          'XksProxyInvalidConfigurationException',
        )
      })
    },
    ['sqlite'],
    { xks: { networks: ['127.0.0.0/8', '::1'], authorities, port, limit: 20_000 } },
  )
})
