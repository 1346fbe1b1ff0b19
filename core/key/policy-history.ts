import { hash, randomBytes } from 'node:crypto'
import type { CallContext } from '../base/call-context.ts'
import { commit, StoreConflict } from '../base/conflict.ts'
import { type ItemKind, WaitsForUpgrade } from '../item/item-kind.ts'
import { policyHash } from '../policy/compiled-cache.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import { type Item, StoreUnavailable } from '../store/store.ts'
import type { Key } from './key.ts'
import { policyChangeItem } from './key-items.ts'
import type { ChangeMark, PolicyChange } from './policy-change.ts'
import type { DataPorts } from './ports.ts'

/**
 * What policies were before: each change of a key's policy, or of a principal's policies, is an item of its own
 * with both texts. Entries are numbered, and each names the one before, so those that count are the chain from
 * the one that the key or principal names. Others were left by writers who were cut or lost a race; nobody sees
 * them, and they fall out with their number.
 */

/** changes of a key, or of a principal, that are kept */
export const CHANGES_KEPT = 100

/** digits of a number in a sort key */
const DIGITS = 10
const numberText = (number: number): string => String(number).padStart(DIGITS, '0')

/** Where the changes of one key or principal are. */
export interface ChangeLog {
  readonly pk: string
  readonly prefix: string
  item(mark: ChangeMark, change: PolicyChange): Item
  read(item: Item): ChangeMark & { readonly change: PolicyChange }
}

/** @param place what else than number and id makes the places of its entries */
export const changeLog = <Place extends object>(
  kind: ItemKind<PolicyChange, Place & { readonly number: string; readonly change: string }>,
  place: Place,
  prefix: string,
): ChangeLog => {
  const placeOf = ({ number, id }: ChangeMark) =>
    kind.place({ ...place, number: numberText(number), change: id })
  return {
    pk: placeOf({ number: 0, id: '' }).pk,
    prefix,
    item: (mark, change) => kind.item(placeOf(mark), 1, change),
    read(item) {
      const { number, change: id } = kind.parts(item)
      return { number: Number(number), id, change: kind.read(item) }
    },
  }
}

/** Where the changes of a key's policy are. */
export const keyChanges = ({ accountId, region, id }: Key): ChangeLog =>
  changeLog(policyChangeItem, { accountId, region, id }, policyChangeItem.prefix(id))

/** Who changes a policy by a call, and when. */
export const changedBy = (
  caller: { readonly arn: string; readonly userId: string },
  { now, requestId }: Pick<CallContext, 'now' | 'requestId'>,
): Pick<PolicyChange, 'at' | 'by' | 'request'> => ({
  at: now,
  by: { arn: caller.arn, id: caller.userId },
  request: requestId,
})

/** A change as the audit record names it: its number in the history, and SHA-256 (hex) of both texts. */
export interface AuditedChange {
  /** absent for what changed nothing, and where no history is kept yet */
  readonly changeNumber?: number
  /** absent where there was none */
  readonly formerPolicySha256?: string
  /** absent where it was taken away */
  readonly policySha256?: string
}

/** SHA-256 of a policy's text in UTF-8, as it was put: hex. */
export const textHash = ({ document }: StoredPolicy): string => hash('sha256', document)

/** Whether two policies say the same, as far as it is known whom they mean. */
function same(a: StoredPolicy | undefined, b: StoredPolicy | undefined): boolean {
  if (a?.document !== b?.document) return false
  if (a?.meant === undefined || b?.meant === undefined) return true
  return policyHash('', a.meant) === policyHash('', b.meant)
}

/**
 * Changes a policy with its entry: never one without the other. The entry is written before, and counts once
 * the key or principal names it; what falls out is removed after. A change that changes nothing has no entry,
 * nor has any while the store's mark lets older releases write it.
 *
 * @param last the change that the key or principal names as it was read
 * @param write changes it, by one conditional write that makes it name this change as its last
 * @throws StoreConflict, from `write`: then there is no entry either
 */
export async function changeOnRecord(
  log: ChangeLog,
  last: ChangeMark | undefined,
  change: Omit<PolicyChange, 'before'>,
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  write: (mark: ChangeMark | undefined) => Promise<void>,
): Promise<AuditedChange> {
  const { former, put } = change
  const audited = {
    ...(former !== undefined && { formerPolicySha256: textHash(former) }),
    ...(put !== undefined && { policySha256: textHash(put) }),
  }
  const mark = { number: (last?.number ?? 0) + 1, id: randomBytes(8).toString('hex') }
  const before = last === undefined ? {} : { before: last.id }
  const entry = log.item(mark, { ...change, ...before })
  if (same(former, put) || !(await written(entry, ports.write))) {
    await write(last)
    return audited
  }
  try {
    await write(mark)
  } catch (error) {
    if (error instanceof StoreConflict) await ports.remove.delete(entry, entry.version)
    throw error
  }
  await removeOld(log, mark.number - CHANGES_KEPT, ports).catch(unlessUnavailable)
  return { changeNumber: mark.number, ...audited }
}

/**
 * For what is only tidied once a change holds: that the store is not there now is no refusal of the change. What
 * is left goes with a later change, or with the key or principal.
 */
export function unlessUnavailable(error: unknown): void {
  if (!(error instanceof StoreUnavailable)) throw error
}

/** @returns false while older releases may use the store */
async function written(entry: Item, write: DataPorts['write']): Promise<boolean> {
  try {
    await commit(write.put(entry))
    return true
  } catch (error) {
    if (error instanceof WaitsForUpgrade) return false
    throw error
  }
}

/** Removes the entries up to a number, those that never counted too. */
async function removeOld(
  { pk, prefix }: ChangeLog,
  upTo: number,
  { read, remove }: Pick<DataPorts, 'read' | 'remove'>,
): Promise<void> {
  if (upTo < 1) return
  for (let more = true; more; ) {
    const after = prefix + numberText(upTo + 1)
    const page = await read.query({ pk, prefix, after, reverse: true, limit: 100 })
    // false: another removed it
    for (const item of page.items) await remove.delete(item, item.version)
    more = page.more
  }
}

/** Removes the history of what is gone. */
export async function removeHistory(
  { pk, prefix }: ChangeLog,
  { read, remove }: Pick<DataPorts, 'read' | 'remove'>,
): Promise<void> {
  for (let more = true; more; ) {
    const page = await read.query({ pk, prefix, limit: 100 })
    for (const item of page.items) await remove.delete(item, item.version)
    more = page.more
  }
}

/** A page of changes, newest first. */
export interface ChangePage {
  readonly changes: readonly (ChangeMark & { readonly change: PolicyChange })[]
  /** where the next page begins; undefined at the end */
  readonly next: ChangeMark | undefined
  /** how many older ones are not kept any more */
  readonly dropped: number
}

/**
 * Reads changes that count, newest first.
 * @param last the one that the key or principal names
 * @param from where to begin: `last`, or `next` of the page before
 */
export async function readChanges(
  { pk, prefix, read: readItem }: ChangeLog,
  last: ChangeMark | undefined,
  from: ChangeMark | undefined,
  limit: number,
  { read }: Pick<DataPorts, 'read'>,
): Promise<ChangePage> {
  const dropped = Math.max(0, (last?.number ?? 0) - CHANGES_KEPT)
  const changes: (ChangeMark & { change: PolicyChange })[] = []
  let wanted = from !== undefined && from.number > dropped ? from : undefined
  let after = prefix + numberText((from?.number ?? 0) + 1)
  for (let more = wanted !== undefined; more; ) {
    const page = await read.query({ pk, prefix, after, reverse: true, limit: limit + 1 })
    for (const item of page.items) {
      const found = readItem(item)
      if (found.number !== wanted?.number || found.id !== wanted.id) continue
      if (changes.length === limit) return { changes, next: wanted, dropped }
      changes.push(found)
      const { before } = found.change
      const number = found.number - 1
      wanted = before === undefined || number <= dropped ? undefined : { number, id: before }
    }
    after = page.items.at(-1)?.sk ?? after
    more = page.more && wanted !== undefined
  }
  return { changes, next: undefined, dropped }
}
