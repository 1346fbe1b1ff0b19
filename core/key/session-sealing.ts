import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { kdfCounter } from '../crypto/kdf.ts'
import { UnwrapFailed, unwrapMaterial, wrapMaterial, wrappingKeyIdOf } from '../crypto/wrap.ts'

/** Names a secret and whom it stands for. */
export type SecretContext = Readonly<Record<string, string>>

export interface TenantKey {
  readonly id: string
  readonly key: KeyObject
}

const SESSION_LABEL = Buffer.from('tenkey/v1/sessions')
/** bytes drawn for each session token, from which its own key is derived */
const SESSION_NONCE = 16

/** As Keyring.sealSession, under a tenant's key. */
export function sealUnder(
  { id, key }: TenantKey,
  context: SecretContext,
  session: Uint8Array,
): string {
  const nonce = randomBytes(SESSION_NONCE)
  const wrapped = wrapMaterial(sessionKey(key, nonce), id, session, context)
  return Buffer.concat([nonce, wrapped]).toString('base64')
}

/** As Keyring.openSession. @param known the tenant's key of an id; undefined for none */
export async function openUnder(
  known: (id: string) => Promise<TenantKey | undefined>,
  context: SecretContext,
  sealed: string,
): Promise<Buffer | undefined> {
  const bytes = Buffer.from(sealed, 'base64')
  // base64 that decodes to the same bytes in another spelling is another text
  if (bytes.toString('base64') !== sealed) return undefined
  const nonce = bytes.subarray(0, SESSION_NONCE)
  const wrapped = bytes.subarray(SESSION_NONCE)
  try {
    const tenant = await known(wrappingKeyIdOf(wrapped))
    if (tenant === undefined) return undefined
    return unwrapMaterial(sessionKey(tenant.key, nonce), tenant.id, wrapped, context)
  } catch (error) {
    if (error instanceof UnwrapFailed) return undefined
    throw error
  }
}

function sessionKey(tenantKey: KeyObject, nonce: Uint8Array): KeyObject {
  const bytes = kdfCounter(tenantKey, SESSION_LABEL, nonce, 32)
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}
