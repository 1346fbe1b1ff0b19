import { materialId } from '../crypto/material-id.ts'
import { wrapMaterial } from '../crypto/wrap.ts'
import type { StoredMaterial } from './key.ts'
import type { SecretContext, TenantKey } from './session-sealing.ts'

/** Wraps new material of a key under its owner's tenant key. @param contextOf what is authenticated of a material */
export function sealMaterial(
  wrapping: TenantKey,
  keyId: string,
  material: Uint8Array,
  contextOf: (id: string) => SecretContext,
  now: number,
): StoredMaterial {
  const id = materialId(material, keyId)
  return { id, wrapped: sealSecret(wrapping, contextOf(id), material), created: now }
}

/** Wraps a secret under a tenant key; base64. */
export const sealSecret = (
  { id, key }: TenantKey,
  context: SecretContext,
  secret: Uint8Array,
): string => wrapMaterial(key, id, secret, context).toString('base64')
