import { type KeyObject, X509Certificate } from 'node:crypto'
import { isOneDerValue } from '../crypto/der.ts'

/** certificates between the root and the one that signs; AWS uses three */
const MAX_INTERMEDIATES = 10

/**
 * The public key that a chain of certificates proves, from a trusted root down (RFC 5280 §6.1, without
 * revocation, policies and name constraints, which this PKI does not use): each certificate is valid at
 * `now`, issued and signed by the one before, and each issuer is a CA.
 * @param root PEM or DER of the trusted certificate
 * @param bundle DER, the root or its first subordinate first, as in an attestation document's cabundle
 * @param leaf DER
 * @param now Unix ms
 * @throws Error naming the first rule that does not hold
 */
export function provenKey(
  root: string | Uint8Array,
  bundle: readonly Uint8Array[],
  leaf: Uint8Array,
  now: number,
): KeyObject {
  const trusted = new X509Certificate(root)
  const certificates = bundle.map(certificateOf)
  const named = certificates[0]?.raw.equals(trusted.raw) === true
  const intermediates = named ? certificates.slice(1) : certificates
  if (intermediates.length > MAX_INTERMEDIATES)
    throw new Error('its chain of certificates is too long')
  const end = certificateOf(leaf)
  requireValidAt(trusted, now)
  let issuer = trusted
  for (const certificate of [...intermediates, end]) {
    requireIssued(certificate, issuer)
    requireValidAt(certificate, now)
    issuer = certificate
  }
  // the end of a chain proves an enclave, and must not be able to prove others
  if (end.ca) throw new Error('it is signed by a CA')
  return end.publicKey
}

function certificateOf(der: Uint8Array): X509Certificate {
  try {
    if (isOneDerValue(der)) return new X509Certificate(der)
  } catch {
    // told below: OpenSSL's own words say nothing to a caller
  }
  throw new Error('one of its certificates can not be read')
}

function requireIssued(certificate: X509Certificate, issuer: X509Certificate): void {
  // names, key identifiers and the issuer's key usage, then the signature itself
  const issued =
    issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
  if (!issued) throw new Error('its certificates do not lead to the trusted root')
}

function requireValidAt(certificate: X509Certificate, now: number): void {
  const valid =
    certificate.validFromDate.getTime() <= now && now <= certificate.validToDate.getTime()
  if (!valid) throw new Error('one of its certificates is expired or not valid yet')
}
