import { createHmac, createSecretKey } from 'node:crypto'

const PURPOSE = 'tenkey/v1/key-material-id\0'

/**
 * Names key material as AWS's KeyMaterialId does: 64 lower-case hex digits. HMAC-SHA-256 (FIPS 198-1), keyed
 * by the material, over "tenkey/v1/key-material-id" || 0x00 || keyId in ASCII. One-way, so it may be shown
 * and stored; the same again when the same material is imported into the same key, so it recognises it;
 * different under another key, so ids do not tell that two keys share material.
 */
export function materialId(material: Uint8Array, keyId: string): string {
  return createHmac('sha256', createSecretKey(material))
    .update(PURPOSE)
    .update(keyId, 'ascii')
    .digest('hex')
}
