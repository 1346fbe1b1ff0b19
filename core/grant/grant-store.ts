import { randomBytes } from 'node:crypto'
import { commit, StoreConflict } from '../base/conflict.ts'
import type { Key } from '../key/key.ts'
import { keyToItem } from '../key/key-item.ts'
import type { DataPorts } from '../key/ports.ts'
import { countGrant, uncountGrant } from './grant-count.ts'
import {
  type GrantData,
  type GrantedKey,
  granteeItem,
  granteePlace,
  grantItems,
  grantNameItem,
  grantPlaces,
  namePlaces,
} from './grant-items.ts'

/**
 * A grant is several items, and each write is of one. What decides is the item by grantee, which
 * evaluation reads: it is written last and removed first. The item by key is written before all
 * others and removed after them, so whatever a crash leaves is found by its key.
 */

/** ms after which a CreateGrant that claimed a name and never ended counts as crashed */
const LEASE = 10_000

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
  const places = name === undefined ? [] : namePlaces(key, terms, name)
  const [place] = places
  const claims = places.length === 0 ? [] : await read.get(places)
  const [claim] = claims
  for (const found of claims) {
    if (found === undefined) continue
    const { grant: id, at } = grantNameItem.read(found)
    const [grantee] = await read.get([granteePlace(key, { ...terms, id })])
    if (grantee !== undefined) {
      // under an older name there may be a namesake's
      const { granteeMeant, retiringMeant } = granteeItem.read(grantee)
      const same = granteeMeant === terms.granteeMeant && retiringMeant === terms.retiringMeant
      if (found === claim || same) return id
    }
    const underway = created - at < LEASE
    if (underway && found === claim) {
      throw new StoreConflict('the same grant is being made or removed')
    }
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
