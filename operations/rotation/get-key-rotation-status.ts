import { ANY, LEAVING } from '../../core/key/state.ts'
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
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: true } },
  versionOf: 'key',
  mutates: false,
  uses: [],
  run({ keys: { key } }) {
    // a key that can't rotate (asymmetric, HMAC, imported, in a custom key store) has none: to read that
    // is no error, as it is to change it (recorded, September 2026)
    const { rotation, state, manager } = key.data
    // while deletion is pending rotation counts as off; the schedule is back if it is cancelled
    const off = rotation === undefined || LEAVING.includes(state)
    if (off) return { KeyRotationEnabled: false, KeyId: key.arn }
    return {
      KeyRotationEnabled: true,
      KeyId: key.arn,
      RotationPeriodInDays: rotation.days,
      // of a managed key AWS documents that it rotates every year, and no date
      ...(manager === 'CUSTOMER' && { NextRotationDate: rotation.next }),
    }
  },
})
