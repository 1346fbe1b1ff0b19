import { expiredIn } from './expiry.ts'
import type { Key, KeyData, Related, StoredMaterial } from './key.ts'
import { LEFT_BEHIND } from './left-behind.ts'

/** Imported material that a key can't do without: its current and its former. */
const associated = ({ origin, material, former = [] }: KeyData): StoredMaterial[] =>
  origin === 'EXTERNAL' && material !== undefined ? [...former, material] : []

/**
 * Whether all material that a key was ever current with is there. A key with imported material is
 * usable only then, whichever of it a call would need (AWS KMS Developer Guide, "Key states").
 */
export function isComplete(data: KeyData): boolean {
  if (data.origin !== 'EXTERNAL') return true
  return (
    data.material !== undefined && associated(data).every(({ wrapped }) => wrapped !== undefined)
  )
}

/** Unix ms at which the first of a key's imported materials expires; undefined where none will. */
export function firstExpiry(data: KeyData): number | undefined {
  return earliest(associated(data).map(expiry))
}

/** As firstExpiry, of material that the key was not current with yet. */
const firstOfOthers = ({ pending, imported = [] }: KeyData): number | undefined =>
  earliest([pending && expiry(pending), ...imported.map(expiry)])

const expiry = ({ wrapped, validTo }: StoredMaterial): number | undefined =>
  wrapped === undefined ? undefined : validTo

/**
 * Unix ms at which the sweeper must look at a key; undefined where nothing of it is ever due.
 * @param type of a multi-Region key: what rotates is the primary
 */
export function dueOf(data: KeyData, type?: Related['type']): number | undefined {
  if (data.destroyed !== undefined) return data.destroyed
  const { state, deletion, rotation, creating, acts = [] } = data
  return earliest([
    // its record is missing
    acts[0]?.at,
    creating === undefined ? undefined : creating.at + LEFT_BEHIND,
    state === 'PendingDeletion' ? deletion?.at : undefined,
    // a disabled key is not rotated; once enabled again it is, at once if its date has passed
    rotates(state) && type !== 'REPLICA' ? rotation?.next : undefined,
    firstExpiry(data),
    firstOfOthers(data),
  ])
}

/** States in which a key is rotated by its schedule. */
export const rotates = (state: KeyData['state']): boolean =>
  state === 'Enabled' || state === 'Updating'

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** Material without its bytes: what is left of it when it is deleted or expires. */
export function emptied({
  wrapped: _wrapped,
  validTo: _validTo,
  ...rest
}: StoredMaterial): StoredMaterial {
  return rest
}

/**
 * A key's data as it is at `now`: imported material whose time has passed is gone whether or not the
 * sweeper has been by, so no call can use it a moment too long.
 */
export function withoutExpired(data: KeyData, now: number): KeyData {
  const due = earliest([firstExpiry(data), firstOfOthers(data)])
  if (due === undefined || due > now) return data
  const live = (material: StoredMaterial) =>
    (expiry(material) ?? Number.POSITIVE_INFINITY) > now ? material : emptied(material)
  const { material, former, pending, imported = [], ...rest } = data
  const kept = imported.filter((one) => live(one) === one)
  return settled({
    ...rest,
    ...(material !== undefined && { material: live(material) }),
    ...(former !== undefined && { former: former.map(live) }),
    // of multi-Region keys its id stays: other Regions may have it
    ...(pending !== undefined &&
      (data.multiRegion || live(pending) === pending) && { pending: live(pending) }),
    ...(kept.length > 0 && { imported: kept }),
  })
}

/** A key's data with the state that its imported material gives it. */
export function settled(data: KeyData): KeyData {
  const { state } = data
  if (isComplete(data)) return state === 'PendingImport' ? { ...data, state: 'Enabled' } : data
  const waits = state === 'Enabled' || state === 'Disabled'
  return waits ? { ...data, state: 'PendingImport' } : data
}

/**
 * A key as it is at `now`; see withoutExpired. Whatever write takes the expired material away keeps that act
 * with it, until it is on record.
 */
export function keyAt(key: Key, now: number): Key {
  const left = withoutExpired(key.data, now)
  if (left === key.data) return key
  const acts = [...(left.acts ?? []), ...expiredIn(key, left, now)]
  return { ...key, data: { ...left, ...(acts.length > 0 && { acts }) } }
}
