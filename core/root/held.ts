import { createHmac, type KeyObject } from 'node:crypto'
import { readUuid } from '../crypto/uuid.ts'
import { UnwrapFailed, unwrapMaterial, wrapMaterial } from '../crypto/wrap.ts'
import { type RootKey, RootKeyRefused, RootKeyUnavailable } from './root.ts'

/**
 * The root key in this process's memory: AES-256-GCM under a secret key of 32 bytes. Its id is `local:` and 16 hex digits: 8 of the 16 bytes of an HMAC of the key that name it
 * in what it wraps.
 */
export function heldRoot(key: KeyObject): RootKey {
  const keyId = createHmac('sha256', key).update('tenkey/v1/root-key-id').digest()
  const id = `local:${keyId.toString('hex', 0, 8)}`
  const wrappingKeyId = readUuid(keyId, 0)
  let held: KeyObject | undefined = key
  const opened = (): KeyObject => {
    if (held === undefined) throw new RootKeyUnavailable(`root key ${id} is closed`)
    return held
  }
  return {
    id,
    async wrap(plaintext, context) {
      return wrapMaterial(opened(), wrappingKeyId, plaintext, context)
    },
    async unwrap(wrapped, context) {
      try {
        return unwrapMaterial(opened(), wrappingKeyId, wrapped, context)
      } catch (error) {
        if (!(error instanceof UnwrapFailed)) throw error
        throw new RootKeyRefused(`root key ${id}: ${error.message}`, { cause: error })
      }
    },
    async close() {
      held = undefined
    },
  }
}
