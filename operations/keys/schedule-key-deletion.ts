import { commit } from '../../core/base/conflict.ts'
import { invalid } from '../../core/base/errors.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { DELETABLE, KEY_STATES } from '../../core/key/state.ts'
import { DAY } from '../../core/lifecycle/rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { integer, oneOf, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

/** days (API_ScheduleKeyDeletion, PendingWindowInDays): least, most and unless given */
const LEAST = 7
const MOST = 30

/** Sets a key's state to PendingDeletion; the sweeper destroys it at its date, not before. */
export const scheduleKeyDeletion = defineOperation({
  name: 'ScheduleKeyDeletion',
  summary: 'Schedules the deletion of a key.',
  http: 'POST /v1/keys/{KeyId}/deletion',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    PendingWindowInDays: optional(integer({ min: 1, max: 365 })),
  }),
  output: struct({
    KeyId: keyId,
    DeletionDate: timestamp,
    KeyState: oneOf(KEY_STATES),
    PendingWindowInDays: integer({ min: 1, max: 365 }),
  }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: {
    key: { from: ['KeyId'], states: DELETABLE, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['write'],
  validate({ PendingWindowInDays: days = MOST }) {
    if (days >= LEAST && days <= MOST) return
    throw invalid(`PendingWindowInDays should be between ${LEAST} and ${MOST}, but it is ${days}`)
  },
  async run({ input, keys: { key }, context: { now } }, { write }) {
    const days = input.PendingWindowInDays ?? MOST
    const at = now + days * DAY
    await commit(write.put(keyToItem(key, { state: 'PendingDeletion', deletion: { at, days } })))
    return {
      KeyId: key.arn,
      DeletionDate: at,
      KeyState: 'PendingDeletion' as const,
      PendingWindowInDays: days,
    }
  },
})
