import type { DateRangePickerProps } from '@cloudscape-design/components/date-range-picker'
import type { Input } from '../../api/request.ts'

type Range = DateRangePickerProps.Value
type Unit = DateRangePickerProps.TimeUnit

const DAY = 86_400_000
/** ms */
const UNITS: Readonly<Record<Unit, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY,
  week: 7 * DAY,
  month: 30 * DAY,
  year: 365 * DAY,
}
/** ms that a search spans at most, as ListAuditRecords has it */
const LONGEST = 400 * DAY

const last = (amount: number, unit: Unit): DateRangePickerProps.RelativeOption => ({
  ...{ key: `${amount}${unit}`, type: 'relative', amount, unit },
})
/** What is offered of spans that end now; others can be typed. */
export const RELATIVE = [last(1, 'hour'), last(1, 'day'), last(7, 'day'), last(90, 'day')] as const

const isTime = (text: string | null): text is string => !Number.isNaN(Date.parse(text ?? ''))
const isUnit = (text: string | undefined): text is Unit =>
  text !== undefined && Object.hasOwn(UNITS, text)

/**
 * The span that an address has: `last=7day`, or `from` and `to`, ISO 8601. The last seven days, as the service
 * has it, where there is none or it can't be read.
 */
export function rangeOf(search: URLSearchParams): Range {
  const [from, to] = [search.get('from'), search.get('to')]
  if (isTime(from) && isTime(to)) return { type: 'absolute', startDate: from, endDate: to }
  const [, amount, unit] = /^(\d{1,4})([a-z]+)$/.exec(search.get('last') ?? '') ?? []
  return isUnit(unit) ? last(Number(amount), unit) : last(7, 'day')
}

/** What an address has of a span, to be put among its other members. */
export const addressOfRange = (range: Range | null) => ({
  last: range?.type === 'relative' ? `${range.amount}${range.unit}` : undefined,
  from: range?.type === 'absolute' ? range.startDate : undefined,
  to: range?.type === 'absolute' ? range.endDate : undefined,
})

/** A span as ListAuditRecords takes it. */
export function spanOf(
  range: Range,
  now: number,
): Pick<Input<'ListAuditRecords'>, 'StartTime' | 'EndTime'> {
  const iso = (time: string | number) => new Date(time).toISOString()
  return range.type === 'absolute'
    ? { StartTime: iso(range.startDate), EndTime: iso(range.endDate) }
    : { StartTime: iso(now - range.amount * UNITS[range.unit]) }
}

/** What is wrong with a span that a person chose, if anything is: a text of the catalogues. */
export function faultOf(
  range: Range | null,
): 'audit.range.missing' | 'audit.range.order' | 'audit.range.long' | undefined {
  if (range === null) return 'audit.range.missing'
  const length =
    range.type === 'absolute'
      ? Date.parse(range.endDate) - Date.parse(range.startDate)
      : range.amount * UNITS[range.unit]
  if (Number.isNaN(length)) return 'audit.range.missing'
  if (length < 0) return 'audit.range.order'
  return length > LONGEST ? 'audit.range.long' : undefined
}
