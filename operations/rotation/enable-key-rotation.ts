import { changeKey } from '../../core/key/change-key.ts'
import { checkPrimary } from '../../core/key/primary.ts'
import { ROTATABLE } from '../../core/key/state.ts'
import { recordActs, withActs } from '../../core/lifecycle/pending-acts.ts'
import { checkOwnMaterial, DAY, DEFAULT_PERIOD } from '../../core/lifecycle/rotation.ts'
import { synchronizations } from '../../core/lifecycle/synchronize.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { keyId, rotationPeriod } from '../members.ts'

/** Has a key's material rotated every so many days; the first time that long from now. */
export const enableKeyRotation = defineOperation({
  name: 'EnableKeyRotation',
  summary: 'Turns on automatic rotation of the key material of a key.',
  http: 'PUT /v1/keys/{KeyId}/rotation',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, RotationPeriodInDays: optional(rotationPeriod) }),
  errors: [
    'NotFoundException',
    'DisabledException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'UnsupportedOperationException',
  ],
  keys: {
    key: {
      from: ['KeyId'],
      states: ROTATABLE,
      whenDisabled: 'DisabledException',
      alias: false,
      crossAccount: false,
    },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['write', 'acts'],
  check({ keys: { key } }) {
    checkPrimary(key)
    checkOwnMaterial(key)
  },
  async run({ input, keys: { key }, context: { now } }, { write, acts }) {
    const { rotation } = key.data
    // without a period, one that is on stays as it is (recorded)
    const days = input.RotationPeriodInDays ?? rotation?.days ?? DEFAULT_PERIOD
    if (rotation?.days === days) return
    const carried = synchronizations(key, now)
    const kept = carried.length === 0 ? {} : { acts: withActs(key, carried) }
    const changed = await changeKey(
      key,
      { rotation: { days, next: now + days * DAY }, ...kept },
      write,
    )
    if (carried.length > 0) await recordActs(changed, acts, write)
  },
})
