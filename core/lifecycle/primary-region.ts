import { keyArn } from '../base/arn.ts'
import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Key, SharedData } from '../key/key.ts'
import { keyToItem } from '../key/key-item.ts'
import { nextShared, relatedIn, sharedBy } from '../key/related.ts'
import { stateRefusal, USABLE } from '../key/state.ts'
import type { Store } from '../store/store.ts'
import { carried } from './synchronize.ts'

/** times the change is tried against other writers of the two keys */
const MAX_TRIES = 10

type Related = Pick<Key, 'accountId' | 'id'>
type Writing = Pick<Store, 'get' | 'put'>

/**
 * Writes the intent that the replica in a Region become the primary: from then on both are Updating, and
 * whoever finds the intent ends it.
 * @throws StoreConflict where the related keys changed meanwhile
 */
export async function intendMove(
  key: Key,
  { version, shared }: { readonly version: number; readonly shared: SharedData },
  to: string,
  { put }: Pick<Store, 'put'>,
  now: number,
): Promise<void> {
  await commit(put(nextShared(key, { version }, { ...shared, moving: { to, at: now } })))
}

/**
 * Ends a change of the primary that is under way, from wherever it was left: marks both keys as Updating, by
 * the version of the shared item, so that nobody who read them before changes their state; then one write of
 * the shared item makes the one the primary and the other a replica, and takes the intent away. There is one
 * primary at every moment, because the shared item names it.
 * @returns false where nothing was under way, or another process ended it
 * @throws KmsError where one of the keys is not usable any more: the intent is taken back
 * @throws StoreConflict where others keep changing the keys
 */
export async function moveToEnd(key: Related, store: Writing, now: number): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    const known = await sharedBy(key, store)
    if (known?.shared.moving === undefined) return false
    try {
      await moveOnce(key, known.item.version, known.shared, known.shared.moving.to, store, now)
      return true
    } catch (error) {
      if (!(error instanceof StoreConflict) || tries === MAX_TRIES) throw error
    }
  }
}

async function moveOnce(
  key: Related,
  version: number,
  shared: SharedData,
  to: string,
  store: Writing,
  now: number,
): Promise<void> {
  const { moving: _intent, ...rest } = shared
  const from = shared.primary
  for (const region of [from, to]) {
    const one = await relatedIn(key, region, store, now)
    if (one?.related?.version !== version && one !== undefined)
      throw new StoreConflict('it moved on')
    if (one === undefined || !USABLE.includes(one.data.state)) {
      await commit(store.put(nextShared(key, { version }, rest)))
      throw one === undefined ? gone(key, region) : notUsable(one)
    }
    await mark(one, region === to, version, store)
  }
  const replicas = shared.replicas.map((region) => (region === to ? from : region))
  const next = { ...rest, primary: to, replicas }
  const acts = [...(rest.acts ?? []), ...carried(key, next, version + 1, now)]
  await commit(store.put(nextShared(key, { version }, { ...next, acts })))
}

/** Marks a key as part of the change; the primary to be falls due as such. */
async function mark(key: Key, next: boolean, version: number, { put }: Writing): Promise<void> {
  const { related } = key
  if (related === undefined || key.data.updating === version) return
  const as = next ? ({ ...related, type: 'PRIMARY' } as const) : related
  await commit(put(keyToItem({ ...key, related: as }, { updating: version })))
}

/** The refusal of a Region in which there is no related key. */
export const gone = ({ accountId, id }: Related, region: string): KmsError =>
  new KmsError('NotFoundException', `Key '${keyArn(region, accountId, id)}' does not exist`)

/** The refusal of a related key whose state lets it be no primary. */
export const notUsable = ({ arn, data }: Key): KmsError =>
  stateRefusal(arn, data.state, { whenDisabled: 'DisabledException' })
