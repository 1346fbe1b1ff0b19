import { createPublicKey, type KeyObject } from 'node:crypto'
import { invalid } from '../base/errors.ts'
import { asBuffer, isOneDerValue } from '../crypto/der.ts'
import { provenKey } from './certificate-chain.ts'
import { readCoseSign1, strictCbor, verifyCoseSign1 } from './cose.ts'

/** ms a document is accepted after, and for clocks that differ before, the time it names (AWS: five minutes) */
const FRESH = 5 * 60 * 1000
/** bits of an enclave's RSA key */
const MODULI: readonly (number | undefined)[] = [2048, 3072, 4096]
/** bytes of a platform configuration register: SHA-256, -384 or -512 */
const PCR_LENGTHS: readonly number[] = [32, 48, 64]
/** bytes; verify-root, "Attestation document specification" */
const MAX_CERTIFICATE = 1024
const MAX_PUBLIC_KEY = 1024

/** What a verified attestation document says; plain data, which can be posted between threads. */
export interface Attestation {
  /** e.g. i-0123456789abcdef0-enc0123456789abcdef */
  readonly moduleId: string
  /** Unix ms */
  readonly timestamp: number
  /** platform configuration registers by index (0 to 31), lower-case hex */
  readonly pcrs: ReadonlyMap<number, string>
  /** DER SubjectPublicKeyInfo of the RSA key that the enclave holds */
  readonly publicKey: Uint8Array
}

/**
 * Reads and verifies a Nitro attestation document: a COSE_Sign1 over CBOR, signed with ES384 by a key whose
 * certificates lead to a trusted root.
 * @param root PEM of the trusted root certificate
 * @param now Unix ms
 * @throws KmsError ValidationException that says what does not hold
 * @see https://docs.aws.amazon.com/enclaves/latest/user/verify-root.html
 */
export function readAttestation(document: Uint8Array, root: string, now: number): Attestation {
  try {
    const cose = readCoseSign1(document)
    const fields = readFields(cose.payload)
    const key = provenKey(root, fields.cabundle, fields.certificate, now)
    requireP384(key)
    // all that is read below, and nothing else, is covered by this signature
    if (!verifyCoseSign1(cose, key)) throw new Error('its signature does not match')
    const { timestamp, moduleId, pcrs } = fields
    if (Math.abs(now - timestamp) > FRESH) throw new Error('it is not fresh')
    return { moduleId, timestamp, pcrs, publicKey: recipientKey(fields.publicKey) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw invalid(`The attestation document is not valid: ${reason}.`)
  }
}

function readFields(payload: Uint8Array) {
  const map = strictCbor(payload, { indefinite: true })
  if (!(map instanceof Map)) throw new Error('its payload is not a map')
  const bytes = (name: string, max: number): Uint8Array => bounded(map.get(name), name, max)
  const bundle: unknown = map.get('cabundle')
  if (!Array.isArray(bundle) || bundle.length === 0) throw new Error('it has no cabundle')
  if (map.get('digest') !== 'SHA384') throw new Error('its digest is not SHA384')
  return {
    moduleId: nonEmpty(map.get('module_id')),
    timestamp: milliseconds(map.get('timestamp')),
    pcrs: registers(map.get('pcrs')),
    certificate: bytes('certificate', MAX_CERTIFICATE),
    cabundle: bundle.map((item) => bounded(item, 'cabundle', MAX_CERTIFICATE)),
    publicKey: map.get('public_key') as unknown,
  }
}

function bounded(value: unknown, name: string, max: number): Uint8Array {
  const fits = value instanceof Uint8Array && value.length >= 1 && value.length <= max
  if (!fits) throw new Error(`its ${name} is missing or out of bounds`)
  return value
}

function nonEmpty(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Error('it has no module_id')
  return value
}

function milliseconds(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value <= 0) {
    throw new Error('it has no timestamp')
  }
  return value
}

function registers(value: unknown): ReadonlyMap<number, string> {
  if (!(value instanceof Map) || value.size < 1 || value.size > 32) {
    throw new Error('it has no pcrs')
  }
  const pcrs = new Map<number, string>()
  for (const [index, register] of value as Map<unknown, unknown>) {
    const fits =
      typeof index === 'number' &&
      Number.isInteger(index) &&
      index >= 0 &&
      index <= 31 &&
      register instanceof Uint8Array &&
      PCR_LENGTHS.includes(register.length)
    if (!fits) throw new Error('its pcrs are out of bounds')
    pcrs.set(index, asBuffer(register).toString('hex'))
  }
  return pcrs
}

function requireP384(key: KeyObject): void {
  if (key.asymmetricKeyDetails?.namedCurve === 'secp384r1') return
  throw new Error('its certificate is not for a P-384 key')
}

/** @throws Error where there is no RSA key of a size that AWS takes */
function recipientKey(value: unknown): Uint8Array {
  if (value === undefined || value === null) throw new Error('it has no public_key')
  const spki = bounded(value, 'public_key', MAX_PUBLIC_KEY)
  const key = isOneDerValue(spki) ? parsedKey(spki) : undefined
  const { modulusLength } = key?.asymmetricKeyDetails ?? {}
  if (key?.asymmetricKeyType !== 'rsa' || !MODULI.includes(modulusLength)) {
    throw new Error('its public_key is not an RSA key of 2048, 3072 or 4096 bits')
  }
  // a copy: the document it was cut from need not be kept, nor posted with it
  return Uint8Array.from(spki)
}

function parsedKey(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: asBuffer(spki), format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
