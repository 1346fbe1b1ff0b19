import type { AuditRecord } from './audit.ts'

/** bytes of a record's JSON text in UTF-8: what a caller sends takes no more of the trail than this */
export const MOST_RECORD = 64 * 1024

/** What a value may hold; a mark where something was cut counts too, so what was cut fits. */
export interface Limits {
  /** UTF-16 units of a text, and of a name */
  readonly text: number
  /** entries of a list or a map */
  readonly entries: number
  /** lists and maps within each other */
  readonly depth: number
}

/** Hold for every record: a key policy of 32 KB is kept whole. */
export const LOOSEST: Limits = { text: 32_768, entries: 1000, depth: 16 }

/** characters of JSON that hold no text and no list or map of that length: nearly every record has fewer */
const SURELY = 2000

/**
 * A record's JSON text where it is kept as it is, which is nearly always; undefined for one that is too
 * large, or holds a long text, a long list or map or something deep. One that has less than 2,000
 * characters is only written, not walked. Never throws.
 */
export function wholeJson(record: AuditRecord): string | undefined {
  const json = jsonOf(record)
  if (json === undefined || json.length < SURELY) return json
  const kept = fits(record, LOOSEST, LOOSEST.depth + 1) && Buffer.byteLength(json) <= MOST_RECORD
  return kept ? json : undefined
}

/** The JSON text; undefined for what has none: nested too deep for the stack, or within itself. */
export function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function fits(value: unknown, limits: Limits, depth: number): boolean {
  if (typeof value === 'string') return value.length <= limits.text
  if (typeof value !== 'object' || value === null) return true
  if (depth === 0) return false
  if (Array.isArray(value)) {
    return value.length <= limits.entries && value.every((one) => fits(one, limits, depth - 1))
  }
  const names = Object.keys(value)
  return (
    names.length <= limits.entries &&
    names.every((name) => {
      const member: unknown = value[name as keyof typeof value]
      return name.length <= limits.text && fits(member, limits, depth - 1)
    })
  )
}
