import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { canonicalContext, type EncryptionContext } from './encryption-context.ts'
import { randomFillPooled } from './random.ts'
import { readUuid, UUID_LENGTH, writeUuid } from './uuid.ts'

const VERSION = 1
const IV_LENGTH = 12
const TAG_LENGTH = 16

// version u8 | id of the wrapping key, 16 bytes | IV, 12 bytes | ciphertext, as long as the material | tag, 16 bytes
const ID_OFFSET = 1
const IV_OFFSET = ID_OFFSET + UUID_LENGTH
const HEADER_LENGTH = IV_OFFSET + IV_LENGTH

/** Wrapped key material does not open: other wrapping key, other context, changed bytes. */
export class UnwrapFailed extends Error {
  override readonly name = 'UnwrapFailed'
}

/** Bytes of wrapped material, for material of `materialLength` bytes. */
export const wrappedSize = (materialLength: number): number =>
  HEADER_LENGTH + materialLength + TAG_LENGTH

/**
 * Wraps key material with AES-256-GCM (SP 800-38D) under a wrapping key of 32 bytes, which `wrappingKeyId`,
 * a UUID in lower case, names in the result. AAD is the header (version, id, IV) and the canonical context.
 *
 * SP 800-38D section 8.3 bounds a key with random 96-bit IVs to 2^32 invocations. A tenant key wraps once per
 * key version and per credential made, a root once per tenant, so a tenant would have to make four thousand
 * million of them; nothing is wrapped per call.
 * @throws RangeError where the id is not a UUID
 * @throws KmsError ValidationException where the context has no canonical form
 */
export function wrapMaterial(
  wrappingKey: KeyObject,
  wrappingKeyId: string,
  material: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const wrapped = Buffer.allocUnsafe(wrappedSize(material.length))
  wrapped[0] = VERSION
  writeUuid(wrapped, wrappingKeyId, ID_OFFSET)
  randomFillPooled(wrapped.subarray(IV_OFFSET, HEADER_LENGTH))
  const header = wrapped.subarray(0, HEADER_LENGTH)
  const cipher = createCipheriv('aes-256-gcm', wrappingKey, header.subarray(IV_OFFSET), {
    authTagLength: TAG_LENGTH,
  })
  cipher.setAAD(Buffer.concat([header, canonicalContext(context)]))
  wrapped.set(cipher.update(material), HEADER_LENGTH)
  cipher.final()
  wrapped.set(cipher.getAuthTag(), HEADER_LENGTH + material.length)
  return wrapped
}

/**
 * Opens what `wrapMaterial` made with the same key, id and context. The caller wipes the material.
 * @throws UnwrapFailed where anything does not fit; the message names the context, never bytes
 */
export function unwrapMaterial(
  wrappingKey: KeyObject,
  wrappingKeyId: string,
  wrapped: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const bytes = view(wrapped)
  const usedId = wrappingKeyIdOf(bytes)
  if (usedId !== wrappingKeyId) {
    throw new UnwrapFailed(
      `cannot unwrap ${JSON.stringify(context)}: wrapped by key ${usedId}, not by ${wrappingKeyId}`,
    )
  }
  const header = bytes.subarray(0, HEADER_LENGTH)
  const tagOffset = bytes.length - TAG_LENGTH
  const decipher = createDecipheriv('aes-256-gcm', wrappingKey, header.subarray(IV_OFFSET), {
    authTagLength: TAG_LENGTH,
  })
  decipher.setAAD(Buffer.concat([header, canonicalContext(context)]))
  decipher.setAuthTag(bytes.subarray(tagOffset))
  const material = decipher.update(bytes.subarray(HEADER_LENGTH, tagOffset))
  try {
    decipher.final()
  } catch {
    material.fill(0)
    throw new UnwrapFailed(
      `cannot unwrap ${JSON.stringify(context)}: not made under this context by key ${wrappingKeyId}, or changed since`,
    )
  }
  return material
}

/**
 * The id of the key that wrapped these bytes, a lower-case UUID. It is only claimed until they are unwrapped.
 * @throws UnwrapFailed where the bytes are not in the form `wrapMaterial` makes
 */
export function wrappingKeyIdOf(wrapped: Uint8Array): string {
  const bytes = view(wrapped)
  if (bytes.length < wrappedSize(0)) {
    throw new UnwrapFailed(`wrapped key material is ${bytes.length} bytes, too short`)
  }
  if (bytes[0] !== VERSION) {
    throw new UnwrapFailed(`wrapped key material has the unknown version ${bytes[0]}`)
  }
  return readUuid(bytes, ID_OFFSET)
}

/** The same memory as a Buffer. */
function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
