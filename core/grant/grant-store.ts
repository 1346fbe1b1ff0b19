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
  grantJson,
  grantOf,
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
    const id = String(claim.data['grant'])
    const [grantee] = await read.get([granteePlace(key, { ...terms, id })])
    if (grantee !== undefined) return id
    const underway = created - Number(claim.data['at']) < LEASE
    if (underway) throw new StoreConflict('the same grant is being made or removed')
  }

  const grant: GrantData = { ...terms, id: randomBytes(32).toString('hex') }
  const { id } = grant
  // before the grant: evaluation looks for grants only on keys that say they have had one
  if (key.data.granted !== true) await commit(write.put(keyToItem(key, { granted: true })))
  await countGrant(key, id, ports, created)
  if (place !== undefined) {
    const version = (claim?.version ?? 0) + 1
    if (!(await write.put({ ...place, version, data: { grant: id, at: created } }))) {
      await uncountGrant(key, id, ports)
      throw new StoreConflict('the same grant is being made')
    }
  }
  const data = grantJson(grant)
  for (const one of grantPlaces(key, grant).reverse()) {
    if (one.sk !== place?.sk) await commit(write.put({ ...one, version: 1, data }))
  }
  return id
}

/** A grant of a key, by its id; one that a crash left half made or half removed is found too. */
export async function findGrant(
  key: GrantedKey,
  id: string,
  read: Pick<DataPorts['read'], 'get'>,
): Promise<GrantData | undefined> {
  const [item] = await read.get([anchorPlace(key, id)])
  return item && grantOf(item)
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
    const other = item?.data['grant'] !== undefined && item.data['grant'] !== grant.id
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
