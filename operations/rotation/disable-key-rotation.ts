import { changeKey } from '../../core/key/change-key.ts'
import { checkPrimary } from '../../core/key/primary.ts'
import { ROTATABLE } from '../../core/key/state.ts'
import { recordActs, withActs } from '../../core/lifecycle/pending-acts.ts'
import { checkOwnMaterial } from '../../core/lifecycle/rotation.ts'
import { synchronizations } from '../../core/lifecycle/synchronize.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

/** Ends automatic rotation of a key; the material it has stays. */
export const disableKeyRotation = defineOperation({
  name: 'DisableKeyRotation',
  summary: 'Turns off automatic rotation of the key material of a key.',
  http: 'DELETE /v1/keys/{KeyId}/rotation',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId }),
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
  async run({ keys: { key }, context: { now } }, { write, acts }) {
    if (key.data.rotation === undefined) return
    const carried = synchronizations(key, now)
    const kept = carried.length === 0 ? {} : { acts: withActs(key, carried) }
    const changed = await changeKey(key, { rotation: undefined, ...kept }, write)
    if (carried.length > 0) await recordActs(changed, acts, write)
  },
})
