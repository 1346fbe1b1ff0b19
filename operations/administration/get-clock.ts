import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { clockMembers } from './admin-members.ts'

/** Answers what time the service goes by, where that can be moved. */
export const getClock = defineOperation({
  name: 'GetClock',
  summary: 'Answers the time of a test clock.',
  http: 'GET /admin/v1/clock',
  audience: 'operator',
  input: struct({}),
  output: struct(clockMembers),
  errors: ['UnsupportedOperationException'],
  keys: {},
  mutates: false,
  uses: ['clock'],
  run(_call, { clock }) {
    const { now, ahead } = clock.show()
    return { Now: now, AheadSeconds: Math.round(ahead / 1000) }
  },
})
