import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '../audit/audit.ts'
import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { knownTo } from '../policy/decide.ts'
import type { Attempt } from './stages.ts'

/**
 * The records of a call that was carried out and concerns other accounts beside the caller's: its own, one
 * for each account whose key or role was used, and one for the tenant that the operator worked on. Each
 * side learns its own. All have the same sharedEventID.
 */
export function sharedRecords(own: AuditRecord, attempt: Attempt): AuditRecord[] {
  const { foreign, roleAccount } = attempt
  const owners = new Set(foreign.map(({ accountId }) => accountId))
  if (roleAccount !== undefined) owners.add(roleAccount)
  const tenant = own.recipientAccountId === OPERATOR_ACCOUNT ? tenantOf(attempt) : undefined
  const others = [
    ...[...owners].map((owner) => ownersRecord(own, attempt, owner)),
    ...(tenant === undefined ? [] : [tenantsRecord(own, tenant)]),
  ]
  if (others.length === 0) return [own]
  const sharedEventID = randomUUID()
  return [own, ...others].map((record) => ({ ...record, sharedEventID }))
}

/** What the owner of a key sees: which account called, what is about its own keys, and why it was let. */
function ownersRecord(record: AuditRecord, attempt: Attempt, owner: string): AuditRecord {
  const { accountId, principalId = '' } = record.userIdentity
  const { keys: uses } = attempt.reached.route.operation
  const prefixes = [...attempt.keys]
    .filter(([, key]) => key.accountId === owner)
    .map(([name]) => uses[name]?.members ?? '')
  // a role is asked for by the whole request
  const mine = (name: string) =>
    prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix))
  const { decisions: _decisions, ...additional } = record.additionalEventData ?? {}
  return {
    ...record,
    // of a role's session the role alone: a session's name may be a person's
    userIdentity: { type: 'AWSAccount', principalId: principalId.split(':')[0], accountId },
    requestParameters: partOf(record.requestParameters, mine),
    additionalEventData: {
      ...partOf(additional, mine),
      decisions: attempt.rulings
        .filter(({ request }) => request.resourceAccountId === owner)
        .map(({ request, decision }) => ({
          action: request.action,
          ...knownTo('owner', decision),
        })),
    },
    eventID: randomUUID(),
    resources: record.resources.filter((resource) => resource.accountId === owner),
    recipientAccountId: owner,
  }
}

/** Members whose names say that they are one's own; null where there are none. */
function partOf(members: unknown, mine: (name: string) => boolean) {
  if (typeof members !== 'object' || members === null) return null
  const own = Object.entries(members).filter(([name]) => mine(name))
  return own.length === 0 ? null : Object.fromEntries(own)
}

/** What a tenant sees of the operator's work on it: what was done, not by whom or from where. */
function tenantsRecord(record: AuditRecord, tenant: string): AuditRecord {
  const operator = OPERATOR_ACCOUNT
  const { policyChange, repeated } = record.additionalEventData ?? {}
  const shown = {
    ...(policyChange !== undefined && { policyChange }),
    ...(repeated !== undefined && { repeated }),
  }
  return {
    ...record,
    userIdentity: { type: 'AWSAccount', principalId: operator, accountId: operator },
    sourceIPAddress: 'tenkey',
    userAgent: 'tenkey',
    additionalEventData: Object.keys(shown).length > 0 ? shown : undefined,
    eventID: randomUUID(),
    recipientAccountId: tenant,
  }
}

/** The tenant that a call of the operator's names, or makes, or made the first time. */
export function tenantOf({ reached, kept }: Attempt): string | undefined {
  const named = accountIn(reached.input) ?? accountIn(reached.output) ?? accountIn(kept)
  return named === OPERATOR_ACCOUNT ? undefined : named
}

function accountIn(members: unknown): string | undefined {
  if (typeof members !== 'object' || members === null || !('AccountId' in members)) return undefined
  return typeof members.AccountId === 'string' ? members.AccountId : undefined
}
