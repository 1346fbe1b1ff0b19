import { type SigningCredentials, signRequest } from '../core/signature/sign-request.ts'
import type { StoredCredential } from '../server/installation.ts'
import { call, type Prepared } from './load.ts'

const json = (body: object) => Buffer.from(JSON.stringify(body))
const REGION = 'us-east-1'

function signed(
  address: string,
  path: string,
  credential: SigningCredentials,
  service: string,
  body: Buffer,
): Prepared {
  const unsigned = { host: new URL(address).host, 'content-type': 'application/json' }
  const request = { method: 'POST', path, query: '', headers: unsigned, body }
  const headers = signRequest(request, credential, { region: REGION, service, now: Date.now() })
  return {
    path,
    headers: { ...headers, 'content-length': String(body.length) },
    body: body.toString(),
  }
}

/** What AWS KMS asks of a proxy, ready for a server. */
export interface XksCalls {
  readonly XksEncrypt: Prepared
  readonly XksDecrypt: Prepared
  readonly XksGetHealthStatus: Prepared
}

/**
 * Calls as AWS KMS makes them where a key of an external key store has its material here: of a data key that
 * it has encrypted itself, with additional data and an integrity value, by a role that may.
 * @param keyId of a key of the tenant's
 */
export async function prepareXks(
  address: string,
  operator: StoredCredential,
  accountId: string,
  keyId: string,
): Promise<XksCalls> {
  const principals = `/admin/v1/tenants/${accountId}/principals`
  const Version = '2012-10-17'
  const role = {
    Type: 'role',
    Name: 'bench',
    Policy: JSON.stringify({
      Version,
      Statement: [{ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: '*' }],
    }),
    TrustPolicy: JSON.stringify({
      Version,
      Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    }),
  }
  const made = (path: string, body: object) =>
    call(address, signed(address, path, operator, 'kms', json(body)), undefined, 201)
  await made(principals, role)
  const { XksProxyUriPath, XksProxyAuthenticationCredential } = JSON.parse(
    await made(`${principals}/role/bench/xks-credentials`, {}),
  )
  const { AccessKeyId, RawSecretAccessKey } = XksProxyAuthenticationCredential
  const credential = { accessKeyId: AccessKeyId, secretAccessKey: RawSecretAccessKey }
  const ask = (path: string, kmsOperation: string, members: object) => {
    const requestMetadata = {
      awsPrincipalArn: 'arn:aws:iam::444455556666:role/bench',
      kmsKeyArn: `arn:aws:kms:${REGION}:444455556666:key/${keyId}`,
      kmsOperation,
      kmsRequestId: '4112f4d6-db54-4af4-ae30-c55a22a8dfae',
      kmsViaService: 's3',
    }
    const body = json({ requestMetadata, ...members })
    return signed(address, `${XksProxyUriPath}/${path}`, credential, 'kms-xks-proxy', body)
  }
  const common = {
    encryptionAlgorithm: 'AES_GCM',
    additionalAuthenticatedData: Buffer.alloc(256, 7).toString('base64'),
  }
  const XksEncrypt = ask(`keys/${keyId}/encrypt`, 'GenerateDataKey', {
    ...common,
    plaintext: Buffer.alloc(64, 7).toString('base64'),
    ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
  })
  const { ciphertextDataIntegrityValue: _value, ...sealed } = JSON.parse(
    await call(address, XksEncrypt),
  )
  return {
    XksEncrypt,
    XksDecrypt: ask(`keys/${keyId}/decrypt`, 'Decrypt', { ...common, ...sealed }),
    XksGetHealthStatus: ask('health', 'KmsHealthCheck', {}),
  }
}
