import { invalid } from '../../core/base/errors.ts'
import { defineOperation } from '../../core/operation.ts'
import { integer, string, struct } from '../../core/shape/shapes.ts'
import { clockMembers } from './admin-members.ts'

/** ms by unit */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])
/** ms; a hundred years at once is more than any key's schedule needs */
const MOST = 36_525 * 86_400_000

const count = integer({ min: 0 })

/** Puts a test clock forward; what falls due on the way is done at its date, one after the other. */
export const advanceClock = defineOperation({
  name: 'AdvanceClock',
  summary: 'Puts a test clock forward, doing on the way what falls due.',
  http: 'POST /admin/v1/clock/advance',
  audience: 'operator',
  input: struct({
    Duration: string({
      pattern: '[0-9]{1,12}[smhd]',
      quota: 13,
      description: 'A whole number of seconds, minutes, hours or days, e.g. 400d',
    }),
  }),
  output: struct({
    ...clockMembers,
    Rotated: count,
    Expired: count,
    Deleted: count,
    AliasesRotated: count,
    Failed: count,
  }),
  errors: ['UnsupportedOperationException'],
  keys: {},
  mutates: true,
  uses: ['clock'],
  validate: ({ Duration }) => milliseconds(Duration),
  async run({ input }, { clock }) {
    const { now, ahead, swept } = await clock.advance(milliseconds(input.Duration))
    return {
      Now: now,
      AheadSeconds: Math.round(ahead / 1000),
      Rotated: swept.rotated,
      Expired: swept.expired,
      Deleted: swept.deleted,
      AliasesRotated: swept.aliasesRotated,
      Failed: swept.failed,
    }
  },
})

function milliseconds(duration: string): number {
  const ms = Number(duration.slice(0, -1)) * (UNITS.get(duration.slice(-1)) ?? 0)
  if (ms <= MOST) return ms
  throw invalid('The clock is put forward by at most 36525 days at once.')
}
