import { type KeyObject, verify } from 'node:crypto'
import { type DecodeOptions, decode, encode, Tagged } from 'cborg'

/** CBOR tag of a COSE_Sign1 (RFC 9052 §2); it may be left out. */
const COSE_SIGN1 = 18
/** COSE header label `alg`, and its value for ECDSA with P-384 and SHA-384 (RFC 9053 §2.1) */
const ALG = 1
const ES384 = -35
/** bytes: r and s, 48 each */
const SIGNATURE_LENGTH = 96

const STRICT: DecodeOptions = {
  strict: true,
  allowUndefined: false,
  allowNaN: false,
  allowInfinity: false,
  rejectDuplicateMapKeys: true,
  useMaps: true,
  tags: { [COSE_SIGN1]: Tagged.decoder(COSE_SIGN1) },
}

/** The parts of a COSE_Sign1 (RFC 9052 §4.2), not yet verified. */
export interface CoseSign1 {
  /** the protected header as it was signed */
  readonly protectedHeader: Uint8Array
  readonly payload: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Reads one CBOR value (RFC 8949) in its strict form: shortest integers and lengths, definite lengths, no
 * map key twice, nothing after it. What can be written two ways could be read two ways.
 * @param indefinite whether maps and lists may be of indefinite length: the hypervisor writes its payload as
 *   such a map
 * @throws Error where it is anything else
 */
export function strictCbor(bytes: Uint8Array, { indefinite = false } = {}): unknown {
  try {
    return decode(bytes, { ...STRICT, allowIndefinite: indefinite })
  } catch {
    throw new Error('it is not CBOR in strict form')
  }
}

/** @throws Error where the bytes are no COSE_Sign1 with algorithm ES384 */
export function readCoseSign1(bytes: Uint8Array): CoseSign1 {
  const outer = strictCbor(bytes)
  const parts = outer instanceof Tagged ? outer.value : outer
  if (!Array.isArray(parts) || parts.length !== 4) throw new Error('it is not a COSE_Sign1')
  const [protectedHeader, unprotected, payload, signature]: unknown[] = parts
  const shaped =
    protectedHeader instanceof Uint8Array &&
    unprotected instanceof Map &&
    payload instanceof Uint8Array &&
    signature instanceof Uint8Array &&
    signature.length === SIGNATURE_LENGTH
  if (!shaped) throw new Error('it is not a COSE_Sign1')
  const header = strictCbor(protectedHeader)
  // the algorithm is fixed, not chosen by whoever made the document (RFC 9052 §12)
  const es384 = header instanceof Map && header.size === 1 && header.get(ALG) === ES384
  if (!es384) throw new Error('it is not signed with ES384')
  return { protectedHeader, payload, signature }
}

/** Whether the signature is this P-384 public key's (RFC 9052 §4.4, with no external data). */
export function verifyCoseSign1(cose: CoseSign1, key: KeyObject): boolean {
  const { protectedHeader, payload, signature } = cose
  const toBeSigned = encode(['Signature1', protectedHeader, new Uint8Array(), payload])
  return verify('sha384', toBeSigned, { key, dsaEncoding: 'ieee-p1363' }, signature)
}
