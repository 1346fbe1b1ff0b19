// @module-tag local: calls the functions in this process
// @module-tag process
import { afterAll, expect, test, vi } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import { handler as decrypt } from '../../functions/cryptography/decrypt.ts'
import { handler as encrypt } from '../../functions/cryptography/encrypt.ts'
import { handler as connect } from '../../functions/custom-key-stores/connect-custom-key-store.ts'
import { handler as create } from '../../functions/custom-key-stores/create-custom-key-store.ts'
import { handler as describe } from '../../functions/custom-key-stores/describe-custom-key-stores.ts'
import { handler as disconnect } from '../../functions/custom-key-stores/disconnect-custom-key-store.ts'
import { handler as createKey } from '../../functions/keys/create-key.ts'
import { operationNamed, restRequest } from '../support/calls.ts'
import { callFunction, FUNCTION_HOST, type FunctionHandler } from '../support/function-call.ts'
import { describeStores, type Input, REGION, type Tenant } from '../support/harness.ts'
import { base64, keyStores } from '../support/key-stores.ts'
import { startXksServer } from '../support/xks-server.ts'

const proxy = await startXksServer()
afterAll(async () => {
  vi.unstubAllEnvs()
  await proxy.stop()
})

const HANDLERS: Readonly<Record<string, FunctionHandler>> = {
  ConnectCustomKeyStore: connect,
  CreateCustomKeyStore: create,
  CreateKey: createKey,
  Decrypt: decrypt,
  DescribeCustomKeyStores: describe,
  DisconnectCustomKeyStore: disconnect,
  Encrypt: encrypt,
}

/** Calls the function of an operation as API Gateway does, on REST. */
async function call(credential: Tenant, name: string, input: Input) {
  const { method, path, query = '', body } = restRequest(operationNamed(name), input)
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = signRequest(
    {
      method,
      path,
      query,
      headers: { host: FUNCTION_HOST, 'content-type': 'application/json' },
      body: Buffer.from(text),
    },
    credential,
    { region: REGION, service: 'kms', now: Date.now() },
  )
  const handler = HANDLERS[name]
  if (handler === undefined) throw new Error(`no function of ${name} is here`)
  const { json } = await callFunction(handler, { method, path, query, headers, body: text })
  return json
}

/** The functions find installation and proxies by their environment alone. */
describeStores(
  'External key stores in functions',
  (harness) => {
    test('are connected when Connect has answered, since a function is frozen then', async () => {
      const { networks = [], authorities = '', port, limit } = proxy.options
      const settings = {
        ...harness.inside.environment,
        TENKEY_XKS_NETWORKS: networks.join(','),
        TENKEY_XKS_CA: authorities,
        TENKEY_XKS_PORT: String(port),
        TENKEY_XKS_TIMEOUT: String(limit),
      }
      for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
      vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      const tenant = await harness.tenant()
      const stores = keyStores(harness, proxy)
      const made = await call(tenant, 'CreateCustomKeyStore', stores.wanted())
      const CustomKeyStoreId = String(made['CustomKeyStoreId'])
      expect(CustomKeyStoreId).toMatch(/^cks-/)
      const stateOf = async () => {
        const told = await call(tenant, 'DescribeCustomKeyStores', { CustomKeyStoreId })
        const [one] = told['CustomKeyStores'] as { ConnectionState: string }[]
        return one?.ConnectionState
      }
      await call(tenant, 'ConnectCustomKeyStore', { CustomKeyStoreId })
      expect(await stateOf()).toBe('CONNECTED')
      const { KeyMetadata } = await call(tenant, 'CreateKey', {
        Origin: 'EXTERNAL_KEY_STORE',
        CustomKeyStoreId,
        XksKeyId: stores.newExternalKey(),
      })
      const { KeyId } = KeyMetadata as { KeyId: string }
      const { CiphertextBlob } = await call(tenant, 'Encrypt', {
        KeyId,
        Plaintext: base64('in a function'),
      })
      expect(await call(tenant, 'Decrypt', { CiphertextBlob })).toMatchObject({
        Plaintext: base64('in a function'),
      })
      await call(tenant, 'DisconnectCustomKeyStore', { CustomKeyStoreId })
      expect(await stateOf()).toBe('DISCONNECTED')
      expect(await call(tenant, 'Decrypt', { CiphertextBlob })).toMatchObject({
        code: 'KMSInvalidStateException',
      })
      const cluster = await call(tenant, 'CreateCustomKeyStore', {
        CustomKeyStoreName: 'cluster',
        CloudHsmClusterId: 'cluster-234567abcde',
        KeyStorePassword: 'kmsuser-password',
        TrustAnchorCertificate: 'PEM',
      })
      expect(cluster).toMatchObject({ code: 'CloudHsmClusterNotFoundException' })
    })
  },
  // functions open their installation once, and theirs is on DynamoDB
  ['dynamodb'],
)
