import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Key, KeyData, Related, SharedData } from '../key/key.ts'
import { keyFromItem, keyPlace, keyToItem } from '../key/key-item.ts'
import { newKey } from '../key/new-key.ts'
import { joined, nextShared, relatedIn, sharedBy } from '../key/related.ts'
import type { Store } from '../store/store.ts'
import { tombstoneItem } from './lifecycle-items.ts'
import { carried } from './synchronize.ts'

/** What a replica has of its own. */
export interface ReplicaData extends Pick<KeyData, 'description' | 'tags' | 'created'> {
  readonly region: string
  /** the request by which it is made */
  readonly by: string
  /** stores its policy, once it is sure that there is none yet; its hash */
  readonly storePolicy: () => Promise<string | undefined>
}

/**
 * Makes a replica of a primary key. Its item comes first, in state Creating and due: that is the intent. Then
 * the shared item lists its Region, from which moment it is what it is to be; last the mark is taken away. A
 * crash between leaves what the sweeper ends (`finishReplica`), or the next call takes over.
 * @throws KmsError AlreadyExistsException where a related key is there, in whatever state
 * @throws StoreConflict where the primary, or its related keys, changed meanwhile
 */
export async function makeReplica(
  primary: Key,
  related: Related,
  { region, by, storePolicy, ...own }: ReplicaData,
  store: Pick<Store, 'get' | 'put' | 'delete'>,
): Promise<Key> {
  const { accountId, id } = primary
  const { shared, version } = related
  const place = { accountId, region, id }
  const [there, tombstone] = await store.get([
    keyPlace(accountId, region, id),
    tombstoneItem.place(place),
  ])
  const mine = there !== undefined && keyFromItem(there).data.creating?.by === by
  const listed = shared.primary === region || shared.replicas.includes(region)
  // one that a crash left half made is no key yet
  const abandoned = there !== undefined && keyFromItem(there).data.creating !== undefined && !listed
  const made = newKey(place, {
    spec: primary.data.spec,
    usage: primary.data.usage,
    origin: primary.data.origin,
    multiRegion: true,
    ...own,
    // what was left half made may have been given names
    aliases: there === undefined ? [] : keyFromItem(there).data.aliases,
    creating: { at: own.created, by },
  })
  if (!mine) {
    if ((there !== undefined && !abandoned) || listed) {
      throw new KmsError('AlreadyExistsException', `A key with the ARN ${made.arn} already exists`)
    }
    // the id is a key's again
    if (tombstone !== undefined) await store.delete(tombstone, tombstone.version)
  }
  const policy = await storePolicy()
  const state = made.data.state
  const as = (change: Partial<Related>): Related => ({
    ...related,
    type: 'REPLICA',
    state,
    ...change,
  })
  const item = keyToItem(
    { ...made, version: there?.version ?? 0, related: as({}) },
    { ...(policy !== undefined && { policy }) },
  )
  if (!mine) await commit(store.put(item))
  if (!listed) {
    await lookAgain(primary, shared, store, own.created)
    const listing = withReplica(primary, related, region, own.created)
    await commit(store.put(nextShared(primary, { version }, listing)))
  }
  return settleReplica(place, by, store)
}

/** A replica once its related keys know it: without the mark that it is being made. */
async function settleReplica(
  { accountId, region, id }: Pick<Key, 'accountId' | 'region' | 'id'>,
  by: string,
  store: Pick<Store, 'get' | 'put'>,
): Promise<Key> {
  const [own] = await store.get([keyPlace(accountId, region, id)])
  const known = await sharedBy({ accountId, id }, store)
  const { creating: mark, destroyed } = own ? keyFromItem(own).data : {}
  const isTaken = mark !== undefined && mark.by !== by
  if (own === undefined || known === undefined || isTaken || destroyed !== undefined) {
    throw new StoreConflict('the replica was taken over')
  }
  const key = joined(keyFromItem(own), known.item)
  // another writer takes the mark away as well
  if (mark === undefined) return key
  const settled = keyToItem(key)
  if (await store.put(settled)) return { ...key, version: settled.version }
  const [again] = await store.get([keyPlace(accountId, region, id)])
  const now = again && keyFromItem(again)
  if (now === undefined || now.data.creating !== undefined || now.data.destroyed !== undefined) {
    throw new StoreConflict('the replica was taken over')
  }
  return joined(now, known.item)
}

/**
 * Where the destruction of the primary was about to begin when this was read, the primary is read anew: what was
 * read of it may be older. If it was taken back, the destruction that was begun loses to that; if not, this does.
 * @throws StoreConflict where the primary is to be destroyed
 */
async function lookAgain(
  primary: Key,
  { closed, primary: region }: Related['shared'],
  store: Pick<Store, 'get'>,
  now: number,
): Promise<void> {
  if (closed === undefined) return
  const again = await relatedIn(primary, region, store, now)
  if (again?.data.state !== 'Enabled') throw new StoreConflict('the primary is being destroyed')
}

/** What related keys share with one replica more, which it is carried to. */
function withReplica(
  key: Pick<Key, 'accountId' | 'id'>,
  { version, shared }: Related,
  region: string,
  now: number,
): SharedData {
  const { closed: _closed, ...open } = shared
  const { primary, replicas, acts = [] } = shared
  return {
    ...open,
    replicas: [...replicas, region],
    acts: [...acts, ...carried(key, { primary, replicas: [region] }, version + 1, now)],
  }
}

/**
 * Ends what a crash left of making a replica: its Region is listed, unless the primary can't be replicated
 * any more.
 * @returns false where the replica must go
 * @throws StoreConflict where another writer was first
 */
export async function finishReplica(
  replica: Key,
  related: Related,
  store: Pick<Store, 'get' | 'put'>,
  now: number,
): Promise<boolean> {
  const { shared } = related
  const primary = await relatedIn(replica, shared.primary, store, now)
  if (primary?.data.state !== 'Enabled' || shared.closed !== undefined) return false
  const listing = withReplica(replica, related, replica.region, now)
  await commit(store.put(nextShared(replica, related, listing)))
  const { creating: _mark, ...data } = replica.data
  await commit(store.put(keyToItem({ ...replica, data })))
  return true
}
