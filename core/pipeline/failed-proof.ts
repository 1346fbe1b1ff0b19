import type { FailedProof } from '../audit/audit.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { Claim } from '../identity/claim.ts'
import { credentialItem, credentialPlace, tenantPlace } from '../identity/credential.ts'
import { issuerId, issuerItem, issuerPlace, providerArn } from '../identity/issuer.ts'
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
 * is there, active or not, a session whose token could be opened, or a token that says it is of an identity
 * provider of the account. Nothing is read for it that was not
 * read to refuse the call, and nothing is written before a minute has passed: who sends such requests
 * can't tell from the answer, or its time, what is noted.
 */
export async function noteFailedProof(
  { claim, context, request, route }: Received,
  code: ErrorCode,
  found: Found,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  const { accountId, region } = claim
  const named = await credentialNamed(claim, code, found)
  if (named === undefined) return
  audit.failed({
    accountId,
    region,
    ...named,
    code,
    eventName: route.operation.name,
    sourceIp: request.sourceIp,
    at: context.now,
  })
}

/** What was named of the account; undefined for what it has not. */
async function credentialNamed(
  { accountId, proof, region }: Claim,
  code: ErrorCode,
  found: Found,
): Promise<Pick<FailedProof, 'accessKeyId' | 'principal'> | undefined> {
  if (proof.kind === 'token') {
    const { issuerOf } = await import('../identity/verify-token.ts')
    const issuer = issuerOf(proof.token)
    const item = issuer && (await found(issuerPlace(accountId, issuerId(issuer))))
    if (!item) return undefined
    const principal = providerArn(region, accountId, issuerItem.read(item).url)
    return { accessKeyId: undefined, principal }
  }
  if ((await found(tenantPlace(accountId))) === undefined) return undefined
  const { accessKeyId, sessionToken } = proof.signature
  if (proof.kind === 'own') {
    const whom = await proof.named(found)
    if (whom === undefined) return undefined
    return { accessKeyId, principal: principalArn(region, accountId, whom) }
  }
  const lasting = sessionToken === undefined && accessKeyId.startsWith('AKIA')
  const item = lasting ? await found(credentialPlace(accountId, accessKeyId)) : undefined
  if (item === undefined && (lasting || !KNOWN.has(code))) return undefined
  const principal = item && principalArn(region, accountId, credentialItem.read(item).principal)
  return { accessKeyId, principal }
}
