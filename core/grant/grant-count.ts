import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import { regionPartition } from '../item/partition.ts'
import type { DataPorts } from '../key/ports.ts'
import { GRANTS_PER_KEY } from '../key/quotas.ts'
import type { Item, ItemKey } from '../store/store.ts'
import { type GrantCount, type GrantedKey, grantCountItem, grantPrefix } from './grant-items.ts'

/** A count is kept in as many parts, by the first digit of grant ids, so that writers seldom meet. */
const DIGITS = [...'0123456789abcdef']
/** ms between two exact counts of a key at its quota */
const RECOUNT_EVERY = 60 * 60 * 1000

type Counting = Pick<DataPorts, 'read' | 'write'>

const countPlace = ({ accountId, region, id }: GrantedKey, digit: string): ItemKey =>
  grantCountItem.place({ accountId, region, id, digit })
const countOf = (item: Item | undefined): number =>
  item === undefined ? 0 : grantCountItem.read(item).count

/**
 * Counts a grant that is about to be made. A crash before it is leaves the count too high, never too
 * low: at the quota grants are counted one by one, at most once an hour, and the count set right.
 * @throws KmsError LimitExceededException; StoreConflict where another writer was first
 */
export async function countGrant(
  key: GrantedKey,
  id: string,
  ports: Counting,
  now: number,
): Promise<void> {
  let parts = await readParts(key, ports)
  if (total(parts) >= GRANTS_PER_KEY && now - countedAt(parts) >= RECOUNT_EVERY) {
    await recount(key, parts, ports, now)
    parts = await readParts(key, ports)
  }
  if (total(parts) >= GRANTS_PER_KEY) {
    throw new KmsError('LimitExceededException', `A key has at most ${GRANTS_PER_KEY} grants.`)
  }
  const index = DIGITS.indexOf(id.charAt(0))
  await commit(ports.write.put(changed(key, parts, index, { count: countOf(parts[index]) + 1 })))
}

/** Takes a grant off the count; a lost race leaves the count too high. */
export async function uncountGrant(key: GrantedKey, id: string, ports: Counting): Promise<void> {
  const parts = await readParts(key, ports)
  const index = DIGITS.indexOf(id.charAt(0))
  const count = Math.max(0, countOf(parts[index]) - 1)
  await ports.write.put(changed(key, parts, index, { count }))
}

type Parts = readonly (Item | undefined)[]
const readParts = (key: GrantedKey, { read }: Counting): Promise<Parts> =>
  read.get(DIGITS.map((digit) => countPlace(key, digit)))
const total = (parts: Parts): number => parts.reduce((sum, part) => sum + countOf(part), 0)
/** Unix ms of the last exact count; the first part has it */
const countedAt = ([first]: Parts): number =>
  (first === undefined ? undefined : grantCountItem.read(first).counted) ?? 0

function changed(key: GrantedKey, parts: Parts, index: number, change: GrantCount): Item {
  const part = parts[index]
  const place = countPlace(key, DIGITS[index] ?? '')
  return grantCountItem.item(place, (part?.version ?? 0) + 1, {
    ...(part && grantCountItem.read(part)),
    ...change,
  })
}

async function recount(key: GrantedKey, parts: Parts, ports: Counting, now: number): Promise<void> {
  const pk = regionPartition(key.accountId, key.region)
  const prefix = grantPrefix(key)
  const counts = DIGITS.map(() => 0)
  let after = prefix
  for (let more = true; more; ) {
    const page = await ports.read.query({ pk, prefix, after, limit: 1000 })
    for (const { sk } of page.items) {
      const index = DIGITS.indexOf(sk.charAt(prefix.length))
      counts[index] = (counts[index] ?? 0) + 1
    }
    after = page.items.at(-1)?.sk ?? after
    more = page.more
  }
  for (const [index, count] of counts.entries()) {
    const change = { count, ...(index === 0 && { counted: now }) }
    await commit(ports.write.put(changed(key, parts, index, change)))
  }
}
