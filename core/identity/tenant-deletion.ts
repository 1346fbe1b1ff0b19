import { KmsError } from '../base/errors.ts'
import type { TenantData, TenantDeletion } from './credential.ts'

/** days (API_ScheduleKeyDeletion, PendingWindowInDays, which this is modelled on): least, most and unless given */
export const LEAST_DAYS = 7
export const MOST_DAYS = 30

const DAY = 86_400_000

/** What becomes of a tenant that is to be deleted: in words of the states of keys. */
export const DELETION_STATES = ['PendingDeletion', 'Deleting', 'Deleted'] as const

export const deletionState = ({
  begun,
  ended,
}: TenantDeletion): (typeof DELETION_STATES)[number] => {
  if (ended !== undefined) return 'Deleted'
  return begun === undefined ? 'PendingDeletion' : 'Deleting'
}

/** Unix ms: when it is to be deleted; of one that was, when nothing was left. */
export const deletionDate = ({ at, ended = at }: TenantDeletion): number => ended

/** A tenant as it is once its deletion is asked for: suspended from then on. @throws KmsError KMSInvalidStateException */
export function scheduled(
  accountId: string,
  data: TenantData,
  { days, now }: { readonly days: number; readonly now: number },
): TenantData & { readonly deletion: TenantDeletion } {
  if (data.deletion !== undefined) throw pendingDeletion(accountId)
  const at = now + days * DAY
  const deletion = { asked: now, days, at, before: data.status, next: at }
  return { ...data, status: 'suspended', deletion }
}

/**
 * A tenant as it was before its deletion was asked for, also whether it was suspended.
 * @throws KmsError KMSInvalidStateException where it was not asked for, or has begun
 */
export function cancelled(accountId: string, { deletion, ...data }: TenantData): TenantData {
  if (deletion === undefined) throw refused(accountId, 'is not pending deletion.')
  const { begun, ended, before } = deletion
  if (ended !== undefined) throw refused(accountId, 'was deleted.')
  if (begun === undefined) return { ...data, status: before }
  const since = new Date(begun).toISOString()
  throw refused(accountId, `is being deleted: its keys are destroyed since ${since}.`)
}

const refused = (accountId: string, why: string): KmsError =>
  new KmsError('KMSInvalidStateException', `Account ${accountId} ${why}`)

export const pendingDeletion = (accountId: string): KmsError =>
  refused(accountId, 'is pending deletion.')
