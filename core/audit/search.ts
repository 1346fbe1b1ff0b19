import { parseJson } from '../base/json.ts'
import type { Item, Store } from '../store/store.ts'
import type { AuditedKey, AuditPage, AuditPosition, AuditQuery, AuditRecord } from './audit.ts'
import { batchItem } from './batch-item.ts'
import { unpack } from './pack.ts'
import { placesOfBatch, spreadDays, trailPartitions } from './shards.ts'

const DAY = 86_400_000
/** batches read for one page of a search, so that a search for what is rare ends too */
const MOST_READ = 200
/** batches, of 256 KB of text each, after which others have their turn */
const BATCHES_A_TURN = 2
/** characters of one page's records; a Lambda function answers 6 MB at most */
const MOST_PAGE = 2 * 1024 * 1024

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** What a search has found so far. */
interface Page {
  readonly records: AuditRecord[]
  characters: number
}

/** Reads an account's records back, newest first, a page at a time. */
export async function search(
  store: Pick<Store, 'get' | 'query'>,
  query: AuditQuery,
): Promise<AuditPage> {
  const { accountId } = query
  const page: Page = { records: [], characters: 0 }
  const { records } = page
  let position = query.after
  let read = 0
  const oldest = dayOf(query.from)
  const spread = await spreadDays(store, accountId)
  for (let day = position?.day ?? dayOf(query.to); day >= oldest; day = dayBefore(day)) {
    const partitions = trailPartitions(accountId, day, spread.has(day))
    let after: string | undefined
    if (position?.day === day && position.sk !== '') {
      // the batch the page before stopped in is read again, whole
      const places = await store.get(placesOfBatch(accountId, day, position.sk))
      const batch = places.find((found) => found !== undefined)
      const stopped = batch && take(batch, day, query, page, position.taken)
      if (stopped !== undefined) return { records, next: stopped }
      after = position.sk
    }
    for await (const { batch, last } of batchesOf(store, partitions, after)) {
      const stopped = take(batch, day, query, page, 0)
      if (stopped !== undefined) return { records, next: stopped }
      read++
      if (read >= MOST_READ) {
        const taken = Number.MAX_SAFE_INTEGER
        if (!last) return { records, next: { day, sk: batch.sk, taken } }
        const next = dayBefore(day)
        return { records, ...(next >= oldest && { next: { day: next, sk: '', taken: 0 } }) }
      }
      if (read % BATCHES_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    position = undefined
  }
  return { records }
}

/** One partition of a day, as far as it was read. */
interface Reading {
  readonly pk: string
  readonly batches: Item[]
  after: string | undefined
  more: boolean
}

/** A day's batches, newest first, and whether there is none after it. */
async function* batchesOf(
  store: Pick<Store, 'query'>,
  partitions: readonly string[],
  after: string | undefined,
): AsyncGenerator<{ readonly batch: Item; readonly last: boolean }> {
  const readings = partitions.map((pk): Reading => {
    return { pk, batches: [], after, more: true }
  })
  const limit = partitions.length > 1 ? 8 : 20
  const refill = async (reading: Reading) => {
    if (reading.batches.length > 0 || !reading.more) return
    const { pk } = reading
    const from = reading.after === undefined ? {} : { after: reading.after }
    const { items, more } = await store.query({ pk, prefix: '', limit, reverse: true, ...from })
    Object.assign(reading, { batches: [...items], after: items.at(-1)?.sk, more })
  }
  for (;;) {
    await Promise.all(readings.map(refill))
    const [newest] = readings
      .filter(({ batches }) => batches.length > 0)
      .sort((a, b) => ((a.batches[0]?.sk ?? '') < (b.batches[0]?.sk ?? '') ? 1 : -1))
    const batch = newest?.batches.shift()
    if (batch === undefined) return
    yield { batch, last: readings.every(({ batches, more }) => batches.length === 0 && !more) }
  }
}

const dayBefore = (day: string) => dayOf(Date.parse(day) - DAY)

/** Adds a batch's matching records, newest first; answers where it stopped if the page is full. */
function take(
  batch: Item,
  day: string,
  query: AuditQuery,
  page: Page,
  skip: number,
): AuditPosition | undefined {
  // its time is over, though the store has not dropped it yet
  const { expires = Number.POSITIVE_INFINITY } = batch
  if (query.now !== undefined && expires * 1000 <= query.now) return undefined
  const lines = linesOf(batch).reverse()
  for (let index = Math.min(skip, lines.length); index < lines.length; index++) {
    const full = page.records.length === query.limit || page.characters >= MOST_PAGE
    if (full) return { day, sk: batch.sk, taken: index }
    const line = lines[index] ?? ''
    const record = parseJson(line) as AuditRecord
    if (!matches(record, query)) continue
    page.records.push(record)
    page.characters += line.length
  }
  return undefined
}

function linesOf(item: Item): string[] {
  const batch = batchItem.read(item)
  try {
    return unpack(batch)
  } catch (cause) {
    const place = JSON.stringify([item.pk, item.sk])
    throw new Error(`The audit batch ${place} is damaged.`, { cause })
  }
}

function matches(record: AuditRecord, query: AuditQuery): boolean {
  const { eventName, principal, errorCode, key } = query
  return (
    // a batch that was copied here from another tenant's trail shows nothing
    record.recipientAccountId === query.accountId &&
    isWithin(record.eventTime, query) &&
    (eventName === undefined || record.eventName === eventName) &&
    (principal === undefined || isOf(record, principal)) &&
    (errorCode === undefined || hasError(record, errorCode)) &&
    (key === undefined || isAbout(record, key))
  )
}

/** A time in whole seconds stands for all of its second; older releases wrote milliseconds. */
function isWithin(eventTime: string, { from, to }: AuditQuery): boolean {
  const begin = Date.parse(eventTime)
  const end = eventTime.includes('.') ? begin : begin + 999
  return end >= from && begin <= to
}

/** Who called, or who is meant by a credential that proved nobody. */
function isOf({ userIdentity, serviceEventDetails }: AuditRecord, principal: string): boolean {
  const { arn, userName, principalId, accessKeyId, sessionContext } = userIdentity
  const issuer = sessionContext?.sessionIssuer
  return [
    arn,
    userName,
    principalId,
    accessKeyId,
    issuer?.arn,
    issuer?.userName,
    issuer?.principalId,
    serviceEventDetails?.['principal'],
  ].includes(principal)
}

function hasError({ errorCode, serviceEventDetails }: AuditRecord, wanted: string): boolean {
  if (errorCode === undefined) return false
  const reasons = serviceEventDetails?.['reasons']
  const codes = [errorCode, ...Object.keys(Object(reasons))]
  // older releases wrote AccessDeniedException
  return codes.some((code) => code === wanted || recordedCode(code) === recordedCode(wanted))
}

/** A code as CloudTrail writes it: all but one by its name. */
export const recordedCode = (code: string): string =>
  code === 'AccessDeniedException' ? 'AccessDenied' : code

/** Members of requests that name a key. */
const NAMES = ['keyId', 'targetKeyId', 'sourceKeyId', 'destinationKeyId', 'aliasName']

/** The key is among the resources, or the request named it, whatever came of that; not to look for it here. */
function isAbout(record: AuditRecord, { arns, names }: AuditedKey): boolean {
  const { resources, requestParameters, eventName } = record
  if (resources.some(({ ARN }) => arns.has(ARN))) return true
  if (eventName === 'ListAuditRecords') return false
  if (typeof requestParameters !== 'object' || requestParameters === null) return false
  const parameters: Readonly<Record<string, unknown>> = { ...requestParameters }
  return NAMES.some((name) => {
    const value = parameters[name]
    return typeof value === 'string' && names.has(value)
  })
}
