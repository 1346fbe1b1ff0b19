import { randomBytes } from 'node:crypto'
import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Key } from '../key/key.ts'
import { keyToItem } from '../key/key-item.ts'
import type { DataPorts } from '../key/ports.ts'
import { countGrant, uncountGrant } from './grant-count.ts'
import {
  anchorPlace,
  type GrantData,
  type GrantedKey,
  granteePlace,
  grantItem,
  grantItems,
  grantNameItem,
  grantPlaces,
  namePlace,
} from './grant-items.ts'

/**
 * A grant is several items, and each write is of one. What decides is the item by grantee, which
 * evaluation reads: it is written last and removed first. The item by key is written before all
 * others and removed after them, so whatever a crash leaves is found by its key.
 */

/** ms after which a CreateGrant that claimed a name and never ended counts as crashed */
const LEASE = 10_000

const GRANT_ID = /^[0-9a-f]{64}$/

/** @throws KmsError InvalidGrantIdException for what can't be a grant's id */
export function checkGrantId(id: string): void {
  if (!GRANT_ID.test(id)) {
    throw new KmsError('InvalidGrantIdException', `Grant ID ${id} is not valid`)
  }
}

/**
 * Makes a grant, or finds the one that the same name stands for with the same terms.
 * @returns its id, 64 hex digits, never used again
 * @throws KmsError LimitExceededException; StoreConflict where another writer was first
 */
export async function createGrant(
  key: Key,
  terms: Omit<GrantData, 'id'>,
  ports: Pick<DataPorts, 'read' | 'write'>,
): Promise<string> {
  const { read, write } = ports
  const { name, created } = terms
  const place = name === undefined ? undefined : namePlace(key, terms, name)
  const [claim] = place === undefined ? [] : await read.get([place])
  if (claim !== undefined) {
    const { grant: id, at } = grantNameItem.read(claim)
    const [grantee] = await read.get([granteePlace(key, { ...terms, id })])
    if (grantee !== undefined) return id
    const underway = created - at < LEASE
    if (underway) throw new StoreConflict('the same grant is being made or removed')
  }

  const grant: GrantData = { ...terms, id: randomBytes(32).toString('hex') }
  const { id } = grant
  // before the grant: evaluation looks for grants only on keys that say they have had one
  if (key.data.granted !== true) await commit(write.put(keyToItem(key, { granted: true })))
  await countGrant(key, id, ports, created)
  if (place !== undefined) {
    const version = (claim?.version ?? 0) + 1
    const claimed = grantNameItem.item(place, version, { grant: id, at: created })
    if (!(await write.put(claimed))) {
      await uncountGrant(key, id, ports)
      throw new StoreConflict('the same grant is being made')
    }
  }
  for (const item of grantItems(key, grant)) await commit(write.put(item))
  return id
}

/** A grant of a key, by its id; one that a crash left half made or half removed is found too. */
export async function findGrant(
  key: GrantedKey,
  id: string,
  read: Pick<DataPorts['read'], 'get'>,
): Promise<GrantData | undefined> {
  const [item] = await read.get([anchorPlace(key, id)])
  return item && grantItem.read(item)
}

/** @throws KmsError NotFoundException, InvalidGrantIdException */
export async function requireGrant(
  key: GrantedKey,
  id: string,
  read: Pick<DataPorts['read'], 'get'>,
): Promise<GrantData> {
  checkGrantId(id)
  const grant = await findGrant(key, id, read)
  if (grant === undefined) throw unknownGrant(id)
  return grant
}

export const unknownGrant = (id: string): KmsError =>
  new KmsError('NotFoundException', `Grant ID ${id} not found`)

/** Removes a grant: it is out of force with the first write, whatever becomes of the others. */
export async function removeGrant(
  key: GrantedKey,
  grant: GrantData,
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
): Promise<void> {
  const places = grantPlaces(key, grant)
  const items = await ports.read.get(places)
  for (const item of items) {
    // a name may stand for a later grant by now
    const other =
      item !== undefined && grantNameItem.is(item) && grantNameItem.read(item).grant !== grant.id
    if (item !== undefined && !other) await commit(ports.remove.delete(item, item.version))
  }
  await uncountGrant(key, grant.id, ports)
}

/** Those of some grants that are in force: a crash may have left items of others. */
export async function inForce(
  grants: readonly GrantData[],
  read: Pick<DataPorts['read'], 'get'>,
): Promise<GrantData[]> {
  const kept: GrantData[] = []
  for (let begin = 0; begin < grants.length; begin += 100) {
    const some = grants.slice(begin, begin + 100)
    const items = await read.get(some.map((grant) => granteePlace(keyOf(grant), grant)))
    kept.push(...some.filter((_grant, index) => items[index] !== undefined))
  }
  return kept
}

function keyOf({ key }: GrantData): GrantedKey {
  const [, , , region = '', accountId = '', resource = ''] = key.split(':')
  return { accountId, region, id: resource.slice('key/'.length) }
}
