import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, newFolder, startServer } from '../../test/support/process.ts'
import { CREDENTIAL, startXksServer } from '../../test/support/xks-server.ts'
import type { Environment } from './toolchain.ts'

/** A server with SQLite on a free port of 127.0.0.1. */
export interface Running {
  readonly url: string
  /** Makes a tenant: what AWS's clients read in their environment to call as its root. */
  tenant(name: string): Promise<Environment>
  stop(): Promise<void>
}

/** What a machine needs for the proxy of an external key store: its certificate is made by openssl. */
export const PROXY_NEEDS = 'openssl'

/** Starts one that knows nobody's environment but its own, and reaches a small proxy of external key stores. */
export async function startTenkey(withProxy: boolean): Promise<Running> {
  const data = newFolder()
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-clients-'))
  const proxy = withProxy ? await startXksServer() : undefined
  const authorities = join(folder, 'proxy.pem')
  if (proxy !== undefined) writeFileSync(authorities, proxy.certificate)
  const server = await startServer({
    TENKEY_DATA: data,
    ...(proxy !== undefined && {
      TENKEY_XKS_NETWORKS: '127.0.0.0/8,::1/128',
      TENKEY_XKS_CA: authorities,
      TENKEY_XKS_PORT: String(proxy.port),
      // the proxy is in this process, which may be busy
      TENKEY_XKS_TIMEOUT: '10000',
    }),
  })
  return {
    url: server.url,
    async tenant(name) {
      const words = ['tenant', 'create', '--name', name, '--json']
      const settings = { TENKEY_DATA: data, TENKEY_ENDPOINT: server.url }
      const { code, stdout, stderr } = await launch('server/tenkey.ts', words, settings).ended
      if (code !== 0) throw new Error(`no tenant was made: ${stderr}`)
      const made = JSON.parse(stdout) as Record<string, string>
      return {
        AWS_ENDPOINT_URL_KMS: server.url,
        AWS_ENDPOINT_URL_STS: server.url,
        AWS_ENDPOINT_URL_IAM: `${server.url}/iam`,
        AWS_ACCESS_KEY_ID: made['accessKeyId'] ?? '',
        AWS_SECRET_ACCESS_KEY: made['secretAccessKey'] ?? '',
        AWS_REGION: 'us-east-1',
        AWS_DEFAULT_REGION: 'us-east-1',
        ACCOUNT: made['accountId'] ?? '',
        ...(proxy !== undefined && {
          TF_VAR_xks_endpoint: 'https://localhost',
          TF_VAR_xks_access_key_id: CREDENTIAL.AccessKeyId,
          TF_VAR_xks_secret_access_key: CREDENTIAL.RawSecretAccessKey,
        }),
      }
    },
    async stop() {
      await server.stop()
      await proxy?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
