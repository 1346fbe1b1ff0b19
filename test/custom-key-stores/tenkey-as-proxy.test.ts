// @module-tag local: serves HTTPS in this process, at a loopback address
// @module-tag process
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { httpServer } from '../../server/http-server.ts'
import { issue } from '../support/enclave.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import { freePort } from '../support/port.ts'
import { PROXY_POLICY, xksCredential } from '../support/xks.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-proxy-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const identity = issue({ name: 'localhost', ca: false, hosts: 'DNS:localhost', curve: 'P-256' })
const authorities = join(folder, 'ca.pem')
writeFileSync(authorities, identity.pem)
// told before the server that will have it is there
const port = await freePort()

/** tenkey's own client calls tenkey's own proxy: a key of one tenant protects what another's key encrypts. */
describeStores(
  'tenkey as external key store and as its proxy',
  (harness) => {
    let owner: Tenant
    let user: Tenant
    let server: ReturnType<typeof httpServer>
    beforeAll(async () => {
      const key = Buffer.from(identity.key.export({ format: 'pem', type: 'pkcs8' }))
      server = httpServer(harness.inside.service, { tls: { cert: Buffer.from(identity.pem), key } })
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      owner = await harness.tenant()
      user = await harness.tenant()
      await harness.role(owner, 'aws', { Policy: PROXY_POLICY })
    })
    afterAll(() => {
      server.close()
      server.closeAllConnections()
    })

    test('what is encrypted under the one is cut off by the other', async () => {
      const credential = await xksCredential(harness, owner, 'role/aws')
      const held = await harness.key(owner)
      const { CustomKeyStoreId } = await harness.ok(user, 'CreateCustomKeyStore', {
        CustomKeyStoreName: 'tenkey',
        CustomKeyStoreType: 'EXTERNAL_KEY_STORE',
        XksProxyConnectivity: 'PUBLIC_ENDPOINT',
        XksProxyUriEndpoint: 'https://localhost',
        XksProxyUriPath: credential.path,
        XksProxyAuthenticationCredential: {
          AccessKeyId: credential.accessKeyId,
          RawSecretAccessKey: credential.secretAccessKey,
        },
      })
      await harness.ok(user, 'ConnectCustomKeyStore', { CustomKeyStoreId })
      await harness.inside.service.keyStores.settled()
      const key = await harness.key(user, {
        Origin: 'EXTERNAL_KEY_STORE',
        CustomKeyStoreId,
        XksKeyId: held.id,
      })
      const EncryptionContext = { k: 'v'.repeat(8191) }
      const Plaintext = Buffer.alloc(4096, 1).toString('base64')
      const { CiphertextBlob } = await harness.ok(user, 'Encrypt', {
        KeyId: key.id,
        Plaintext,
        EncryptionContext,
      })
      const decrypt = { CiphertextBlob, EncryptionContext }
      expect(await harness.ok(user, 'Decrypt', decrypt)).toMatchObject({ Plaintext })
      await harness.ok(owner, 'DisableKey', { KeyId: held.id })
      const refused = await harness.call('aws', user, 'Decrypt', decrypt)
      expect(refused).toMatchObject({
        code: 'KMSInvalidStateException',
        message: expect.stringContaining('is not enabled in the external key manager'),
      })
      await harness.ok(owner, 'EnableKey', { KeyId: held.id })
      expect(await harness.ok(user, 'Decrypt', decrypt)).toMatchObject({ Plaintext })
      const missing = await harness.call('aws', user, 'CreateKey', {
        Origin: 'EXTERNAL_KEY_STORE',
        CustomKeyStoreId,
        XksKeyId: '00000000-0000-0000-0000-000000000000',
      })
      expect(missing.code).toBe('XksKeyNotFoundException')
    })
  },
  ['sqlite', 'dynamodb'],
  { xks: { networks: ['127.0.0.0/8', '::1'], authorities, port, limit: 10_000 } },
)
