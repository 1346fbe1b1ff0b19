import type { Attestation } from '../attestation/attestation.ts'
import type { Asker } from '../base/call-context.ts'
import { offload } from '../offload/offload.ts'
import { requireMember } from '../shape/shapes.ts'
import type { RecipientInfo } from './recipient.ts'

/**
 * Verifies the attestation document of a request's Recipient.
 * @param root PEM of the root certificate to trust; AWS's Nitro root G1 unless given
 * @throws KmsError ValidationException where a member is missing or the document is not valid at `now`
 */
export type Attest = (
  recipient: RecipientInfo,
  now: number,
  root: string | undefined,
  asker: Asker,
) => Promise<Attestation>

export const attest: Attest = async (
  { KeyEncryptionAlgorithm, AttestationDocument },
  now,
  root,
  asker,
) => {
  requireMember('recipient.keyEncryptionAlgorithm', KeyEncryptionAlgorithm)
  const document = requireMember('recipient.attestationDocument', AttestationDocument)
  const trusted = root ?? (await import('../attestation/nitro-root.ts')).NITRO_ROOT_G1
  return offload('readAttestation', [document, trusted, now], asker, async () =>
    (await import('../attestation/attestation.ts')).readAttestation(document, trusted, now),
  )
}
