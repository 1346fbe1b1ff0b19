import { ANY } from '../../core/key/state.ts'
import { checkRotatable, wrongOrigin } from '../../core/lifecycle/rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import { keyId, rotationPeriod } from '../members.ts'

/** Answers whether, how often and when next a key's material is rotated. */
export const getKeyRotationStatus = defineOperation({
  name: 'GetKeyRotationStatus',
  summary: 'Answers whether and when the key material of a key is rotated.',
  http: 'GET /v1/keys/{KeyId}/rotation',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html',
  differs: 'Rotation on demand is done when it is answered: OnDemandRotationStartDate never shows.',
  audience: 'tenant',
  input: struct({ KeyId: keyId }),
  output: struct({
    KeyRotationEnabled: boolean,
    KeyId: keyId,
    RotationPeriodInDays: optional(rotationPeriod),
    NextRotationDate: optional(timestamp),
    OnDemandRotationStartDate: optional(timestamp),
  }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'UnsupportedOperationException',
  ],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: true } },
  versionOf: 'key',
  mutates: false,
  uses: [],
  check({ keys: { key } }) {
    checkRotatable(key)
    // the key-state table, note 6: a key that waits for material has no rotation to tell of
    if (key.data.state === 'PendingImport') throw wrongOrigin(key)
  },
  run({ keys: { key } }) {
    const { rotation, state } = key.data
    // while deletion is pending rotation counts as off; the schedule is back if it is cancelled
    const off = rotation === undefined || state === 'PendingDeletion'
    if (off) return { KeyRotationEnabled: false, KeyId: key.arn }
    return {
      KeyRotationEnabled: true,
      KeyId: key.arn,
      RotationPeriodInDays: rotation.days,
      NextRotationDate: rotation.next,
    }
  },
})
