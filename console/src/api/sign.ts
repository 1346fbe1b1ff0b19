import { SignatureV4 } from '@smithy/signature-v4'
import type { ApiRequest } from './request.ts'

/** What requests are signed with. It lives in the memory of the tab alone. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

type Data = string | ArrayBuffer | ArrayBufferView

const bytesOf = (data: Data): Uint8Array<ArrayBuffer> => {
  if (typeof data === 'string') return new TextEncoder().encode(data)
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
}

/** SHA-256, and HMAC with a secret, by WebCrypto, in the form that the signer asks for. */
class Sha256 {
  readonly #secret: Data | undefined
  #parts: Uint8Array<ArrayBuffer>[] = []

  constructor(secret?: Data) {
    this.#secret = secret
  }

  update(data: Uint8Array | string): void {
    this.#parts.push(bytesOf(data))
  }

  async digest(): Promise<Uint8Array> {
    const data = new Uint8Array(await new Blob(this.#parts).arrayBuffer())
    if (this.#secret === undefined) {
      return new Uint8Array(await crypto.subtle.digest('SHA-256', data))
    }
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const secret = bytesOf(this.#secret)
    const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign'])
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, data))
  }

  reset(): void {
    this.#parts = []
  }
}

/**
 * Signs requests of a service by AWS Signature Version 4, with the signer of AWS's SDK.
 * @param service where they go, e.g. https://kms.example.com
 * @param now ms since 1970, as the service's clock has it
 */
export function signerOf(
  service: string,
  region: string,
  { sessionToken, ...key }: AccessKey,
  now: () => number,
) {
  const credentials = { ...key, ...(sessionToken !== undefined && { sessionToken }) }
  const signer = new SignatureV4({ service: 'kms', region, credentials, sha256: Sha256 })
  const { protocol, host, hostname } = new URL(service)
  return async (
    { method, path, query, body }: ApiRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> => {
    const asked = {
      method,
      protocol,
      hostname,
      path,
      query: { ...query },
      headers: { ...headers, host },
      ...(body !== undefined && { body }),
    }
    const signed = await signer.sign(asked, { signingDate: new Date(now()) })
    // browsers set it themselves, to the same
    const { host: _, ...sent } = signed.headers
    return sent
  }
}
