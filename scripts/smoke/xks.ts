import type { Credential } from './calls.ts'
import { Skipped, type Smoke, type Step } from './step.ts'

/** Calls that are timed, after a few that are not. */
const CALLS = 200
const FIRST = 5
/** ms that AWS KMS waits, connection and way there and back among them */
const PATIENCE = 250

const policyOf = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] })

/** A role of the tenant's that may encrypt, and a credential for AWS KMS to sign with. */
async function credentialOf(
  { ask, operator }: Smoke,
  accountId: string,
): Promise<{ readonly path: string; readonly as: Credential }> {
  const principals = `/admin/v1/tenants/${accountId}/principals`
  const role = {
    Type: 'role',
    Name: 'aws',
    Policy: policyOf({ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: '*' }),
    TrustPolicy: policyOf({ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
  }
  const created = await ask({ line: `POST ${principals}`, body: role, as: operator })
  const line = `POST ${principals}/role/aws/xks-credentials`
  const { status, text, json } = await ask({ line, body: {}, as: operator })
  if (created.status !== 201 || status !== 201) throw new Error(`${created.text} ${text}`)
  const { AccessKeyId, RawSecretAccessKey }: Readonly<Record<string, unknown>> = {
    ...Object(json['XksProxyAuthenticationCredential']),
  }
  return {
    path: String(json['XksProxyUriPath']),
    as: { accessKeyId: String(AccessKeyId), secretAccessKey: String(RawSecretAccessKey) },
  }
}

/** Encrypt as AWS KMS calls it, timed: how far this machine is decides with, so that it is told and not judged. */
export const xksLatency: Step = {
  name: 'Encrypt as AWS KMS calls it (external key store)',
  async run(smoke) {
    const { ask, tenant, key } = smoke
    if (tenant === undefined || key === undefined) {
      throw new Skipped('there is no key: an earlier step failed')
    }
    const { path, as } = await credentialOf(smoke, tenant.accountId)
    const body = {
      requestMetadata: {
        awsPrincipalArn: 'arn:aws:iam::444455556666:role/smoke',
        kmsKeyArn: key.arn,
        kmsOperation: 'GenerateDataKey',
        kmsRequestId: 'smoke',
      },
      plaintext: Buffer.alloc(64, 7).toString('base64'),
      encryptionAlgorithm: 'AES_GCM',
      ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
    }
    const line = `POST ${path}/keys/${key.id}/encrypt`
    const call = () => ask({ line, body, as, service: 'kms-xks-proxy' })
    const times: number[] = []
    for (let count = 0; count < FIRST + CALLS; count++) {
      const { status, text, json, ms } = await call()
      // the API's own answer: there is no such route
      if (status === 404 && json['errorName'] === undefined) {
        throw new Skipped('this stage is no proxy of external key stores (STACK_XKS)')
      }
      if (status !== 200 || json['ciphertext'] === undefined) {
        throw new Error(`HTTP ${status} ${text}`)
      }
      if (count >= FIRST) times.push(ms)
    }
    times.sort((a, b) => a - b)
    const at = (share: number) => Math.round(times[Math.floor(times.length * share)] ?? 0)
    const slow = at(0.99) > PATIENCE ? ': TOO SLOW' : ''
    return `p99 ${at(0.99)} ms, middle ${at(0.5)} ms of ${CALLS} from here; AWS KMS waits ${PATIENCE} ms${slow}`
  },
}
