import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { parseJson } from '../base/json.ts'

/**
 * Opaque texts that callers hand back: page markers and the like. A token is base64url of
 * MAC (16 bytes of HMAC-SHA-256) || JSON payload; the MAC also covers the purpose, so a token of one
 * tenant or operation is refused by another. The payload is readable: it never holds a secret.
 */
const MAC_BYTES = 16

/**
 * @param key the tenant's token key (key/keyring.ts)
 * @param purpose e.g. `ListKeys/us-east-1`
 */
export function issueToken(key: KeyObject, purpose: string, payload: unknown): string {
  const body = Buffer.from(JSON.stringify(payload))
  return Buffer.concat([mac(key, purpose, body), body]).toString('base64url')
}

/** The payload of a token issued with the same key and purpose; undefined for any other text. */
export function readToken(key: KeyObject, purpose: string, token: string): unknown {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== token) return undefined
  const body = bytes.subarray(MAC_BYTES)
  if (!timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(key, purpose, body))) return undefined
  return parseJson(body.toString())
}

/** The payload of a text in a token's form, whoever made it; undefined for any other text. */
export function peekToken(token: string): unknown {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length <= MAC_BYTES || bytes.toString('base64url') !== token) return undefined
  try {
    return parseJson(bytes.subarray(MAC_BYTES).toString())
  } catch {
    return undefined
  }
}

function mac(key: KeyObject, purpose: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key)
    .update(`${purpose.length}:${purpose}`)
    .update(body)
    .digest()
    .subarray(0, MAC_BYTES)
}
