import type { FailedProof } from '../audit/audit.ts'
import type { ErrorCode } from '../base/errors.ts'
import type { Claim } from '../identity/claim.ts'
import {
  credentialItem,
  credentialPlace,
  principalItem,
  principalPlace,
  tenantPlace,
} from '../identity/credential.ts'
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

/** A refusal, and whether who was refused holds the credential: to AWS IAM some sessions are none. */
interface Refused {
  readonly code: ErrorCode
  readonly held: boolean
}

/**
 * Counts that somebody named a credential of an account and did not prove to hold it: an access key that
 * is there, active or not, a session whose token could be opened, a token that says it is of an identity
 * provider of the account, or a signed request of an AWS identity for a role that lets such in. Nothing is read for it that was not
 * read to refuse the call, and nothing is written before a minute has passed: who sends such requests
 * can't tell from the answer, or its time, what is noted.
 */
export async function noteFailedProof(
  { claim, context, request, route }: Received,
  refused: Refused,
  found: Found,
  { audit }: Pick<Service, 'audit'>,
): Promise<void> {
  const { accountId, region } = claim
  const named = await credentialNamed(claim, refused, found)
  if (named === undefined) return
  audit.failed({
    accountId,
    region,
    ...named,
    code: refused.code,
    eventName: route.operation.name,
    sourceIp: request.sourceIp,
    at: context.now,
  })
}

/** What was named of the account; undefined for what it has not. */
async function credentialNamed(
  { accountId, proof, region }: Claim,
  { code, held }: Refused,
  found: Found,
): Promise<Pick<FailedProof, 'accessKeyId' | 'principal'> | undefined> {
  if (proof.kind === 'token') {
    const { issuerOf, providerNamed } = await import('../identity/tokens.ts')
    const iss = issuerOf(proof.token)
    const principal =
      iss === undefined ? undefined : await providerNamed({ accountId, region }, iss, found)
    return principal === undefined ? undefined : { accessKeyId: undefined, principal }
  }
  if ((await found(tenantPlace(accountId))) === undefined) return undefined
  if (proof.kind === 'aws-identity') {
    const { namedRole, ASSUME_WITH_AWS_IDENTITY } = await import('../identity/tokens.ts')
    const name = namedRole(proof.token)
    const item = name && (await found(principalPlace(accountId, `role/${name}`)))
    const trust = item && principalItem.read(item).trust?.toLowerCase()
    if (!trust?.includes(ASSUME_WITH_AWS_IDENTITY.toLowerCase())) return undefined
    return { accessKeyId: undefined, principal: 'sts.amazonaws.com' }
  }
  if (proof.kind === 'own') {
    const whom = await proof.named(found)
    if (whom === undefined) return undefined
    return { accessKeyId: proof.accessKeyId, principal: principalArn(region, accountId, whom) }
  }
  const { accessKeyId, sessionToken } = proof.signature
  const lasting = sessionToken === undefined && accessKeyId.startsWith('AKIA')
  const item = lasting ? await found(credentialPlace(accountId, accessKeyId)) : undefined
  if (item === undefined && (lasting || !(held || KNOWN.has(code)))) return undefined
  const principal = item && principalArn(region, accountId, credentialItem.read(item).principal)
  return { accessKeyId, principal }
}
