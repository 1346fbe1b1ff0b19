import { commit, StoreConflict } from '../base/conflict.ts'
import type { Key } from '../key/key.ts'
import { keyToItem } from '../key/key-item.ts'
import { nextShared, relatedIn, sharedBy } from '../key/related.ts'
import { USABLE } from '../key/state.ts'
import type { Store } from '../store/store.ts'
import { beginWindow } from './deletion.ts'
import { carried } from './synchronize.ts'

/** times it is tried against other writers of the related keys */
const MAX_TRIES = 10

/**
 * What became of related keys that had one in a Region: a replica was taken out; a replica elsewhere is the primary
 * now; the only one was there, so that nothing is left but what it shared; they had none there.
 */
export type Forgotten = 'replica' | 'primary' | 'alone' | 'none'

type Related = Pick<Key, 'accountId' | 'id'>
type Writing = Pick<Store, 'get' | 'put'>

/**
 * Takes a key in a Region that is lost for good out of its related keys. Where it was the primary, a replica that is
 * usable becomes that, else one that is there. Nothing in that Region is read or written. Cut short it is made again.
 * @param now Unix ms
 * @throws StoreConflict where others keep changing the keys
 */
export async function forgetRegion(
  key: Related,
  region: string,
  store: Writing,
  now: number,
): Promise<Forgotten> {
  for (let tries = 1; ; tries++) {
    try {
      return await forgetOnce(key, region, store, now)
    } catch (error) {
      if (!(error instanceof StoreConflict) || tries === MAX_TRIES) throw error
    }
  }
}

async function forgetOnce(
  key: Related,
  region: string,
  store: Writing,
  now: number,
): Promise<Forgotten> {
  const known = await sharedBy(key, store)
  if (known === undefined) return 'none'
  const { item, shared } = known
  const { primary, moving, closed: _closed, ...rest } = shared
  const replicas = shared.replicas.filter((one) => one !== region)
  if (primary === region) {
    const next = await successor(key, replicas, store, now)
    if (next === undefined) return 'alone'
    const others = replicas.filter((one) => one !== next.region)
    // it falls due as the primary, and its state changes for nobody who read it before
    await commit(store.put(asNext(next, item.version)))
    const acts = carried(key, { primary: next.region, replicas: others }, item.version + 1, now)
    const after = { ...rest, primary: next.region, replicas: others }
    await commit(
      store.put(nextShared(key, item, { ...after, acts: [...(rest.acts ?? []), ...acts] })),
    )
    // of the last that was left its waiting period, should it be one that is to go
    if (others.length === 0) await beginWindow(key, next.region, now, store)
    return 'primary'
  }
  if (replicas.length === shared.replicas.length) return 'none'
  const last = replicas.length === 0
  // before, for who is cut; and after, for who schedules its deletion meanwhile
  if (last) await beginWindow(key, primary, now, store)
  const kept = moving === undefined || moving.to === region ? {} : { moving }
  const { moving: _moving, ...all } = shared
  await commit(store.put(nextShared(key, item, { ...all, ...kept, replicas })))
  if (last) await beginWindow(key, primary, now, store)
  return 'replica'
}

/** The replica that is to be the primary: the first that can be used, else the first that is there. */
async function successor(
  key: Related,
  replicas: readonly string[],
  store: Writing,
  now: number,
): Promise<Key | undefined> {
  const found = await Promise.all(replicas.map((region) => relatedIn(key, region, store, now)))
  const there = found.flatMap((one) => one ?? [])
  const usable = there.find(({ data }) => USABLE.includes(data.state) || data.state === 'Updating')
  return usable ?? there[0]
}

function asNext(key: Key, version: number) {
  const { related } = key
  const as = related === undefined ? {} : { related: { ...related, type: 'PRIMARY' } as const }
  return keyToItem({ ...key, ...as }, { updating: version })
}
