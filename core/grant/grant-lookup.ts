import { KmsError } from '../base/errors.ts'
import type { Key } from '../key/key.ts'
import type { DataPorts } from '../key/ports.ts'
import {
  anchorPlace,
  type GrantData,
  type GrantedKey,
  granteePlace,
  grantItem,
} from './grant-items.ts'

/** Grants by their ids, and which of them are in force: what every decision may need. */

const GRANT_ID = /^[0-9a-f]{64}$/

/** @throws KmsError InvalidGrantIdException for what can't be a grant's id */
export function checkGrantId(id: string): void {
  if (!GRANT_ID.test(id)) {
    throw new KmsError('InvalidGrantIdException', `Grant ID ${id} is not valid`)
  }
}

/**
 * Whether grants of a key may permit anything. An AWS managed key can't be granted; one that a release
 * before this let somebody grant is lent to nobody all the same. Such grants can be seen and ended.
 */
export const grantsDecide = ({ data: { granted, manager } }: Pick<Key, 'data'>): boolean =>
  granted === true && manager !== 'AWS'

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
