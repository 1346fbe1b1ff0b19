import { commit } from '../../core/base/conflict.ts'
import { invalid } from '../../core/base/errors.ts'
import type { Key } from '../../core/key/key.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import type { DataPorts } from '../../core/key/ports.ts'
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
    DeletionDate: optional(timestamp),
    KeyState: oneOf(KEY_STATES),
    PendingWindowInDays: integer({ min: 1, max: 365 }),
  }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: {
    key: { from: ['KeyId'], states: DELETABLE, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write'],
  validate({ PendingWindowInDays: days = MOST }) {
    if (days >= LEAST && days <= MOST) return
    throw invalid(`PendingWindowInDays should be between ${LEAST} and ${MOST}, but it is ${days}`)
  },
  async run({ input, keys: { key }, context: { now } }, { read, write }) {
    const days = input.PendingWindowInDays ?? MOST
    if (await hasReplicas(key, read)) {
      const state = 'PendingReplicaDeletion' as const
      await commit(write.put(keyToItem(key, { state, deletion: { days } })))
      return { KeyId: key.arn, KeyState: state, PendingWindowInDays: days }
    }
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

/**
 * Whether a primary key has replicas: its waiting period begins when the last of them is destroyed. Read after
 * the key itself: the destruction of a replica writes the primary, so that this write loses to it.
 */
async function hasReplicas(key: Key, read: DataPorts['read']): Promise<boolean> {
  if (key.related?.type !== 'PRIMARY') return false
  const known = await (await import('../../core/key/related.ts')).sharedBy(key, read)
  return known !== undefined && known.shared.replicas.length > 0
}
