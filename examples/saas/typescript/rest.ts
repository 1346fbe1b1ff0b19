import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { STSClient } from '@aws-sdk/client-sts'
import { SignatureV4 } from '@smithy/signature-v4'

type Data = string | ArrayBuffer | ArrayBufferView
const bytes = (data: Data) => {
  if (typeof data === 'string') return data
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

/** As the signer of AWS's SDK wants it. */
class Sha256 {
  readonly #hash: Hash | Hmac
  constructor(secret?: Data) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret))
  }
  update(data: Data): void {
    this.#hash.update(bytes(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
}

/** What was refused, with AWS's code as the SDK's errors have it. */
class Refused extends Error {
  constructor(code: string, message: string) {
    super(message)
    this.name = code
  }
}

/**
 * One call of the REST API, for what AWS's clients have no call for.
 * @param profile whose credentials sign it
 * @throws Refused
 */
export async function rest(
  profile: string,
  method: string,
  path: string,
  { query = {}, body }: { query?: Record<string, string>; body?: object } = {},
): Promise<Record<string, unknown>> {
  const url = new URL(path, process.env['AWS_ENDPOINT_URL_KMS'])
  url.search = new URLSearchParams(query).toString()
  const { config } = new STSClient({ profile })
  const signer = new SignatureV4({
    service: 'kms',
    region: await config.region(),
    credentials: config.credentials,
    sha256: Sha256,
  })
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { host: url.host, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = await fetch(url, {
    method,
    headers: signed.headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  const json: Record<string, unknown> = text === '' ? {} : JSON.parse(text)
  if (!answer.ok) throw new Refused(String(json['code']), String(json['detail']))
  return json
}
