import { StoreConflict } from '../base/conflict.ts'
import type { PendingAct, ServiceAct } from '../base/service-act.ts'
import { changeKey } from '../key/change-key.ts'
import type { Key } from '../key/key.ts'
import { aliasItem } from '../key/key-items.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'

/** Puts an act on record; made again it is still there once. */
export type RecordAct = (act: ServiceAct) => Promise<void>

interface Home {
  readonly accountId: string
  readonly region: string
}

/** Acts of what is at home there. */
export const actsAt = (
  { accountId, region }: Home,
  acts: readonly PendingAct[] = [],
): ServiceAct[] => acts.map((act) => ({ ...act, accountId, region: act.region ?? region }))

/** A key's acts with further ones. */
export const withActs = ({ data }: Pick<Key, 'data'>, more: readonly PendingAct[]) => [
  ...(data.acts ?? []),
  ...more,
]

/** What was done to a key that is not on record yet. */
export const actsOnKey = (key: Key): ServiceAct[] => actsAt(key, key.data.acts)

/** What was done to an alias that is not on record yet. */
export const actsOnAlias = (alias: Item): ServiceAct[] =>
  actsAt(aliasItem.parts(alias), aliasItem.read(alias).acts)

/** Takes a key's acts off it, once they are on record. Where it was changed meanwhile the sweeper does. */
export async function takeActsOff(key: Key, write: Pick<DataPorts['write'], 'put'>): Promise<void> {
  try {
    await changeKey(key, { acts: undefined }, write)
  } catch (error) {
    if (!(error instanceof StoreConflict)) throw error
  }
}

/** The alias once its acts are on record. */
export function aliasOnRecord(alias: Item): Item {
  const { acts: _acts, ...data } = aliasItem.read(alias)
  return aliasItem.next(alias, data)
}

/** Puts a key's acts on record, and takes them off the key. */
export async function recordActs(
  key: Key,
  record: RecordAct,
  write: Pick<DataPorts['write'], 'put'>,
): Promise<void> {
  for (const act of actsOnKey(key)) await record(act)
  await takeActsOff(key, write)
}

/** Puts acts on what related keys share on record, and takes them off, as it is now. */
export async function recordShared(
  key: Pick<Key, 'accountId' | 'id'>,
  record: RecordAct,
  store: Pick<DataPorts['read'], 'get'> & DataPorts['write'],
  now: number,
): Promise<void> {
  const { relatedIn, sharedBy } = await import('../key/related.ts')
  const known = await sharedBy(key, store)
  const primary = known && (await relatedIn(key, known.shared.primary, store, now))
  if (primary !== undefined) await recordActs(primary, record, store)
}
