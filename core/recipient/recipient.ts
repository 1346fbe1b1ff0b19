import type { Attestation } from '../attestation/attestation.ts'

/** A request's Recipient member (API_RecipientInfo). */
export interface RecipientInfo {
  readonly KeyEncryptionAlgorithm?: 'RSAES_OAEP_SHA_256' | undefined
  readonly AttestationDocument?: Uint8Array | undefined
}

/** A secret as an answer carries it: open, or for a recipient sealed. One of the two is absent. */
export interface Disclosure {
  readonly plaintext?: Buffer
  readonly CiphertextForRecipient?: Buffer
}

/**
 * What an answer says of a secret: the secret itself, or where the request has a Recipient only what the
 * attested key opens. In that case the secret is wiped.
 */
export async function disclose(
  secret: Buffer,
  attestation: Attestation | undefined,
): Promise<Disclosure> {
  if (attestation === undefined) return { plaintext: secret }
  const { sealFor } = await import('./envelope.ts')
  try {
    return { CiphertextForRecipient: sealFor(attestation.publicKey, secret) }
  } finally {
    secret.fill(0)
  }
}

/**
 * The values of condition keys `kms:RecipientAttestation:<name>` for a verified document, by name in lower
 * case: `imagesha384`, and `pcr0` to `pcr31` for the registers that are in it; lower-case hex.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclaves.html
 */
export function attestedValues({ pcrs }: Attestation): ReadonlyMap<string, string> {
  const values = new Map([...pcrs].map(([index, value]) => [`pcr${index}`, value]))
  // the image's digest is register 0
  const image = pcrs.get(0)
  if (image !== undefined) values.set('imagesha384', image)
  return values
}

/** What an audit record says of the enclave (CloudTrail's additionalEventData for attested requests). */
export function attestedEventData({ moduleId, pcrs }: Attestation) {
  const register = (index: number) => pcrs.get(index)
  const shown = [1, 2, 3, 4, 8].flatMap((index) => {
    const value = register(index)
    return value === undefined ? [] : [[`attestationDocumentEnclavePCR${index}`, value] as const]
  })
  return {
    recipient: {
      attestationDocumentModuleId: moduleId,
      attestationDocumentEnclaveImageDigest: register(0),
      ...Object.fromEntries(shown),
    },
  }
}
