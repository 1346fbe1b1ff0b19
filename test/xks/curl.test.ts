// @module-tag functions
// @module-tag process
import { execFile } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeStores } from '../support/harness.ts'
import {
  metadata,
  outcomeOf,
  PROXY_POLICY,
  type XksCredential,
  xksCredential,
} from '../support/xks.ts'

const [name = '', version = ''] = await new Promise<string[]>((resolve) =>
  execFile('curl', ['--version'], (_error, stdout) => resolve(String(stdout).split(' '))),
)
const [major = 0, minor = 0] = version.split('.').map(Number)
const signs = name === 'curl' && (major > 7 || (major === 7 && minor >= 75))

// "Appendix D: Using curl for XKS API calls"
describe.runIf(signs)('signed by curl --aws-sigv4 (7.75 and newer)', () => {
  describeStores('a proxy', (harness) => {
    let credential: XksCredential
    let key: string
    beforeAll(async () => {
      const tenant = await harness.tenant()
      await harness.role(tenant, 'aws', { Policy: PROXY_POLICY })
      credential = await xksCredential(harness, tenant, 'role/aws')
      key = (await harness.key(tenant)).id
    })

    const curl = async (path: string, body: object, more: Partial<XksCredential> = {}) => {
      const { accessKeyId, secretAccessKey } = { ...credential, ...more }
      const words = [
        ...['-s', '-H', 'Content-Type:application/json', '--data', JSON.stringify(body)],
        ...['--aws-sigv4', 'aws:amz:us-east-1:kms-xks-proxy', '-w', '\n%{http_code}'],
        ...['--user', `${accessKeyId}:${secretAccessKey}`, `${harness.target.url}${path}`],
      ]
      const said = await new Promise<string>((resolve, reject) =>
        execFile('curl', words, (error, stdout) => (error ? reject(error) : resolve(stdout))),
      )
      const [text = '', status] = said.split('\n')
      return outcomeOf({ text, status: Number(status), headers: {} })
    }

    test('the four operations', async () => {
      const { path } = credential
      const requestMetadata = metadata()
      const health = await curl(`${path}/health`, { requestMetadata })
      expect([health.status, JSON.stringify(health.json)]).toEqual([
        200,
        expect.stringContaining('"healthStatus":"ACTIVE"'),
      ])
      const told = await curl(`${path}/keys/${key}/metadata`, { requestMetadata })
      expect(told.json).toMatchObject({ keySpec: 'AES_256' })
      const common = { requestMetadata, encryptionAlgorithm: 'AES_GCM' }
      const plaintext = 'SGVsbG8gV29ybGQh'
      const sealed = await curl(`${path}/keys/${key}/encrypt`, { ...common, plaintext })
      expect(sealed.status).toBe(200)
      const opened = await curl(`${path}/keys/${key}/decrypt`, { ...common, ...sealed.json })
      expect(opened.json).toEqual({ plaintext })
    })

    test('another secret, and an access key id as the test client sends it', async () => {
      const health = `${credential.path}/health`
      for (const more of [
        { secretAccessKey: 'x'.repeat(64) },
        { accessKeyId: credential.accessKeyId.toLowerCase() },
      ]) {
        const { status, errorName } = await curl(health, { requestMetadata: metadata() }, more)
        expect([status, errorName]).toEqual([401, 'AuthenticationFailedException'])
      }
    })
  })
})
