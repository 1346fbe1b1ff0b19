import type { PendingAct, ServiceAct } from '../base/service-act.ts'
import type { Key } from '../key/key.ts'
import { keyToItem } from '../key/key-item.ts'
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
const actsAt = ({ accountId, region }: Home, acts: readonly PendingAct[] = []): ServiceAct[] =>
  acts.map((act) => ({ ...act, accountId, region }))

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

/** The key's item once its acts are on record. */
export const keyOnRecord = (key: Key): Item => keyToItem(key, { acts: undefined })

/** As keyOnRecord. */
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
  // false: who changed the key meanwhile left them there, and the sweeper takes them up
  await write.put(keyOnRecord(key))
}
