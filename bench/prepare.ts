import { signRequest } from '../core/signature/sign-request.ts'
import type { StoredCredential } from '../server/installation.ts'
import { call, type Prepared } from './load.ts'

/** Signs one AWS JSON call for an address. */
export function prepare(
  address: string,
  credential: StoredCredential,
  operation: string,
  input: object,
): Prepared {
  const body = JSON.stringify(input)
  const unsigned = {
    host: new URL(address).host,
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${operation}`,
  }
  const headers = signRequest(
    { method: 'POST', path: '/', query: '', headers: unsigned, body: Buffer.from(body) },
    credential,
    { region: 'us-east-1', service: 'kms', now: Date.now() },
  )
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  return { path: '/', body, headers: { ...headers, ...length } }
}

/** Makes one call and reads its answer. */
export async function invoke(
  address: string,
  credential: StoredCredential,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const text = await call(address, prepare(address, credential, operation, input))
  return text === '' ? {} : JSON.parse(text)
}
