import { parseJson } from '../base/json.ts'
import type { AuditRecord } from './audit.ts'
import { jsonOf, type Limits, LOOSEST, MOST_RECORD, wholeJson } from './whole.ts'

/** The first hold for every record, the others are for too large ones. */
const LIMITS: readonly Limits[] = [
  LOOSEST,
  { text: 8192, entries: 256, depth: 12 },
  { text: 2048, entries: 64, depth: 8 },
  { text: 512, entries: 16, depth: 6 },
  { text: 64, entries: 8, depth: 4 },
]
const TIGHTEST = LIMITS[LIMITS.length - 1] as Limits

/** Who, what, when, on which keys: never left out. Half of a record's bytes are theirs before all else. */
const REQUIRED: ReadonlySet<string> = new Set<keyof AuditRecord>([
  'eventVersion',
  'userIdentity',
  'eventTime',
  'eventSource',
  'eventName',
  'awsRegion',
  'errorCode',
  'requestID',
  'eventID',
  'readOnly',
  'resources',
  'eventType',
  'managementEvent',
  'recipientAccountId',
  'eventCategory',
])

type Member = readonly [name: string, value: unknown]

/**
 * A record as JSON text of 64 KB at most. One that holds no long text, no long list or map and nothing
 * deep is its JSON unchanged (whole.ts). Of others what is too long ends in a mark that says how much was left
 * out, `…(cut: 930123 characters)` or `…(cut: 4000 entries)`; where the whole is still too large, its
 * largest members are cut further, at last to CloudTrail's `omitted` (user guide, "record contents").
 * Never throws.
 */
export function boundedJson(record: AuditRecord): string {
  return wholeJson(record) ?? JSON.stringify(bounded(Object.entries(record)))
}

/**
 * What stands in the trail for a record that could not be kept there: what is required of it, and why.
 * @param json the record's, as boundedJson made it
 */
export function stubJson(json: string, reason: string): string {
  const members = Object.entries(parseJson(json) as AuditRecord).filter(([name]) =>
    REQUIRED.has(name),
  )
  const notKept = { reason, originalSize: Buffer.byteLength(json) }
  const stub = [...members, ['additionalEventData', { recordNotKept: notKept }] as const]
  return JSON.stringify(Object.fromEntries(stub))
}

/** Members within 64 KB: required ones first, each group sharing what is left so that small ones stay whole. */
function bounded(members: readonly Member[]): Record<string, unknown> {
  const kept = new Map<string, unknown>()
  const share = (group: readonly Member[], most: number): number => {
    let left = most
    const sized = group.map((member) => ({ member, bytes: sizeOf(member) }))
    sized.sort((a, b) => a.bytes - b.bytes)
    sized.forEach(({ member, bytes }, index) => {
      const cut = within(member, bytes, left / (sized.length - index))
      if (cut === undefined) return
      kept.set(member[0], cut[1])
      left -= sizeOf(cut)
    })
    return left
  }
  const required = members.filter(([name]) => REQUIRED.has(name))
  const others = members.filter(([name, value]) => !REQUIRED.has(name) && value !== undefined)
  const half = MOST_RECORD / 2
  // the braces, and what the required ones left
  share(others, half - 2 + share(required, half))
  return Object.fromEntries(
    members.flatMap(([name]) => (kept.has(name) ? [[name, kept.get(name)]] : [])),
  )
}

/** A member in so many bytes, under the loosest limits that do; undefined where not even a mark does. */
function within([name, value]: Member, bytes: number, most: number): Member | undefined {
  // what is no JSON may be without end: only the tightest limits are sure to come to one
  for (const limits of Number.isFinite(bytes) ? LIMITS : [TIGHTEST]) {
    const cut: Member = [name, cutTo(value, limits, limits.depth)]
    if (sizeOf(cut) <= most) return cut
  }
  const originalSize = Number.isFinite(bytes) ? bytes : undefined
  const mark: Member = [name, { omitted: true, originalSize, reason: `${name} too large` }]
  return sizeOf(mark) <= most ? mark : undefined
}

/** Bytes of a member and its comma; Infinity where it is no JSON. */
function sizeOf([name, value]: Member): number {
  const json = jsonOf({ [name]: value })
  return json === undefined ? Number.POSITIVE_INFINITY : Buffer.byteLength(json) - 1
}

/** A value within limits, as plain JSON. What had none (undefined, a function) has none still. */
function cutTo(value: unknown, limits: Limits, depth: number): unknown {
  if (typeof value === 'string') return cutText(value, limits.text)
  if (typeof value === 'bigint') return cutText(String(value), limits.text)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const { length } = value
    if (depth === 0) return entriesMark(length)
    const most = length <= limits.entries ? length : limits.entries - 1
    const kept = value.slice(0, most).map((one) => cutTo(one, limits, depth - 1))
    return most === length ? kept : [...kept, entriesMark(length - most)]
  }
  const members = Object.entries(value)
  const { length } = members
  if (depth === 0) return entriesMark(length)
  const most = length <= limits.entries ? length : limits.entries - 1
  const kept = new Map<string, unknown>()
  for (const [name, one] of members.slice(0, most)) {
    // names that are alike once they are cut: the first is kept
    const shown = cutText(name, limits.text)
    if (!kept.has(shown)) kept.set(shown, cutTo(one, limits, depth - 1))
  }
  if (kept.size < length) kept.set('…', entriesMark(length - kept.size))
  // fromEntries makes `__proto__` a name like any other
  return Object.fromEntries(kept)
}

const entriesMark = (count: number): string => `…(cut: ${count} entries)`

/** A text of so many UTF-16 units at most, mark included; no character is cut in two. */
function cutText(text: string, most: number): string {
  if (text.length <= most) return text
  // a mark for more has as many digits at least
  const room = most - charactersMark(text.length).length
  const kept = text.slice(0, isPair(text, room) ? room - 1 : room)
  return kept + charactersMark(text.length - kept.length)
}

const charactersMark = (count: number): string => `…(cut: ${count} characters)`

/** Whether the character before a place goes on after it. */
const isPair = (text: string, place: number): boolean => (text.codePointAt(place - 1) ?? 0) > 0xffff
