import { expect, test } from 'vitest'
import { addressOfRange, faultOf, rangeOf, spanOf } from '../../console/src/pages/audit/range.ts'

const NOW = Date.parse('2026-05-01T12:00:00Z')
const SPANS = [
  ['', { StartTime: '2026-04-24T12:00:00.000Z' }],
  ['last=1hour', { StartTime: '2026-05-01T11:00:00.000Z' }],
  ['last=90day', { StartTime: '2026-01-31T12:00:00.000Z' }],
  ['last=2week', { StartTime: '2026-04-17T12:00:00.000Z' }],
  [
    'from=2026-01-01T00:00:00%2B09:00&to=2026-01-02T00:00:00Z',
    { StartTime: '2025-12-31T15:00:00.000Z', EndTime: '2026-01-02T00:00:00.000Z' },
  ],
  // what cannot be read is the service's own default
  ['last=7constructor', { StartTime: '2026-04-24T12:00:00.000Z' }],
  ['last=-1day', { StartTime: '2026-04-24T12:00:00.000Z' }],
  ['from=today&to=tomorrow', { StartTime: '2026-04-24T12:00:00.000Z' }],
  ['from=2026-01-01T00:00:00Z', { StartTime: '2026-04-24T12:00:00.000Z' }],
] as const

test.each(SPANS)('the address with %s asks for %o, and is written so again', (search, span) => {
  const range = rangeOf(new URLSearchParams(search))
  expect(spanOf(range, NOW)).toEqual(span)
  const again = Object.entries(addressOfRange(range)).filter(([, value]) => value !== undefined)
  expect(rangeOf(new URLSearchParams(again as [string, string][]))).toEqual(range)
})

const absolute = (startDate: string, endDate: string) =>
  ({ type: 'absolute', startDate, endDate }) as const
test.each([
  [null, 'audit.range.missing'],
  [absolute('', ''), 'audit.range.missing'],
  [absolute('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'), 'audit.range.order'],
  [absolute('2024-01-01T00:00:00Z', '2026-01-01T00:00:00Z'), 'audit.range.long'],
  [{ type: 'relative', amount: 401, unit: 'day' }, 'audit.range.long'],
  [{ type: 'relative', amount: 400, unit: 'day' }, undefined],
  [absolute('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'), undefined],
] as const)('of %o it is told: %s', (range, fault) => expect(faultOf(range)).toBe(fault))
