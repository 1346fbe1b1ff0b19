import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import { regionPartition } from '../key/key-item.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item, ItemKey } from '../store/store.ts'
import { type GrantedKey, grantPrefix } from './grant-items.ts'

/** grants of one key (AWS KMS quota "Grants per KMS key") */
export const MOST_GRANTS = 50_000
/** A count is kept in as many parts, by the first digit of grant ids, so that writers seldom meet. */
const DIGITS = [...'0123456789abcdef']
/** ms between two exact counts of a key at its quota */
const RECOUNT_EVERY = 60 * 60 * 1000

type Counting = Pick<DataPorts, 'read' | 'write'>

const countPlace = (key: GrantedKey, digit: string): ItemKey => ({
  pk: regionPartition(key.accountId, key.region),
  sk: `grant-count#${key.id}#${digit}`,
})
const countOf = (item: Item | undefined): number => Number(item?.data['count'] ?? 0)

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
  if (total(parts) >= MOST_GRANTS && now - countedAt(parts) >= RECOUNT_EVERY) {
    await recount(key, parts, ports, now)
    parts = await readParts(key, ports)
  }
  if (total(parts) >= MOST_GRANTS) {
    throw new KmsError('LimitExceededException', `A key has at most ${MOST_GRANTS} grants.`)
  }
  const index = DIGITS.indexOf(id.charAt(0))
  await commit(ports.write.put(changed(key, parts, index, countOf(parts[index]) + 1)))
}

/** Takes a grant off the count; a lost race leaves the count too high. */
export async function uncountGrant(key: GrantedKey, id: string, ports: Counting): Promise<void> {
  const parts = await readParts(key, ports)
  const index = DIGITS.indexOf(id.charAt(0))
  await ports.write.put(changed(key, parts, index, Math.max(0, countOf(parts[index]) - 1)))
}

type Parts = readonly (Item | undefined)[]
const readParts = (key: GrantedKey, { read }: Counting): Promise<Parts> =>
  read.get(DIGITS.map((digit) => countPlace(key, digit)))
const total = (parts: Parts): number => parts.reduce((sum, part) => sum + countOf(part), 0)
/** Unix ms of the last exact count; the first part has it */
const countedAt = ([first]: Parts): number => Number(first?.data['counted'] ?? 0)

function changed(key: GrantedKey, parts: Parts, index: number, count: number): Item {
  const part = parts[index]
  const version = (part?.version ?? 0) + 1
  return { ...countPlace(key, DIGITS[index] ?? ''), version, data: { ...part?.data, count } }
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
    const item = changed(key, parts, index, count)
    const data = index === 0 ? { ...item.data, counted: now } : item.data
    await commit(ports.write.put({ ...item, data }))
  }
}
