import type { ErrorCode } from '../base/errors.ts'
import { credentialItem, credentialPlace, tenantPlace } from '../identity/credential.ts'
import { principalArn } from '../identity/principal-caller.ts'
import type { Service } from '../service.ts'
import type { Found } from '../store/store.ts'
import type { Received } from './stages.ts'

/** Refusals of a credential that is there and active: its signature, its time, its account are judged later. */
const KNOWN: ReadonlySet<ErrorCode> = new Set([
  'InvalidSignatureException',
  'IncompleteSignatureException',
  'ExpiredTokenException',
  'AccessDeniedException',
])

/**
 * Counts that somebody named a credential of an account and did not prove to hold it: an access key that
 * is there, active or not, or a session whose token could be opened. Nothing is read for it that was not
 * read to refuse the call, and nothing is written before a minute has passed: who sends such requests
 * can't tell from the answer, or its time, what is noted.
 */
export async function noteFailedProof(
  { claim, context, request, route }: Received,
  code: ErrorCode,
  found: Found,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  const { accountId, proof, region } = claim
  if (proof.kind !== 'signature') return
  if ((await found(tenantPlace(accountId))) === undefined) return
  const { accessKeyId, sessionToken } = proof.signature
  const lasting = sessionToken === undefined && accessKeyId.startsWith('AKIA')
  const item = lasting ? await found(credentialPlace(accountId, accessKeyId)) : undefined
  if (item === undefined && (lasting || !KNOWN.has(code))) return
  audit.failed({
    accountId,
    region,
    accessKeyId,
    principal: item && principalArn(region, accountId, credentialItem.read(item).principal),
    code,
    eventName: route.operation.name,
    sourceIp: request.sourceIp,
    at: context.now,
  })
}
