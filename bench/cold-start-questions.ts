import type { Local } from '../server/lambda-gateway/local.ts'
import { type Asked, eventOf } from './cold-start-event.ts'

/** Functions that callers wait for in their own calls. */
export const HOT = ['encrypt', 'decrypt', 'generate-data-key', 'sign', 'aws-clients'] as const

/** Where a function's file is under functions/. */
export const fileOf = (name: (typeof HOT)[number]) =>
  name === 'aws-clients' ? name : `cryptography/${name}`

/** What each function is asked, of an installation that has an encryption key and a signing key. */
export async function questions(local: Local): Promise<Record<(typeof HOT)[number], Asked>> {
  const { tenant } = local
  if (tenant === undefined) throw new Error('no tenant')
  const call = async (path: string, body: object): Promise<Record<string, unknown>> => {
    const { headers, body: text } = eventOf(tenant, {
      routeKey: '',
      path,
      body: JSON.stringify(body),
    })
    const sent = { method: 'POST', headers: headers as Record<string, string> }
    const answer = await send(local.address, path, sent, Buffer.from(text ?? '', 'base64'))
    return JSON.parse(answer) as Record<string, unknown>
  }
  const make = async (input: object) => {
    const { KeyMetadata } = await call('/v1/keys', input)
    return (KeyMetadata as { KeyId: string }).KeyId
  }
  const KeyId = await make({})
  const signing = await make({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const Plaintext = Buffer.from('hello').toString('base64')
  const { CiphertextBlob } = await call(`/v1/keys/${KeyId}/encrypt`, { Plaintext })
  const onKey = (id: string, name: string, body: object): Asked => ({
    routeKey: `POST /v1/keys/{KeyId}/${name}`,
    path: `/v1/keys/${id}/${name}`,
    pathParameters: { KeyId: id },
    body: JSON.stringify(body),
  })
  return {
    encrypt: onKey(KeyId, 'encrypt', { Plaintext }),
    decrypt: {
      routeKey: 'POST /v1/decrypt',
      path: '/v1/decrypt',
      body: JSON.stringify({ CiphertextBlob }),
    },
    'generate-data-key': onKey(KeyId, 'data-key', { KeySpec: 'AES_256' }),
    sign: onKey(signing, 'sign', { Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' }),
    'aws-clients': {
      routeKey: 'POST /',
      path: '/',
      body: JSON.stringify({ KeyId, Plaintext }),
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.Encrypt',
      },
    },
  }
}

async function send(
  address: string,
  path: string,
  { method, headers }: { method: string; headers: Record<string, string> },
  body: Buffer,
): Promise<string> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const sent = request(`${address}${path}`, { method, headers }, (response) => {
      response.setEncoding('utf8')
      let text = ''
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
