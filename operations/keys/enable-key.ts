import { commit } from '../../core/base/conflict.ts'
import { ownState } from '../../core/key/key.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { SWITCHABLE } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

/** Sets a key's state to Enabled; every call that follows the answer sees it. */
export const enableKey = defineOperation({
  name: 'EnableKey',
  summary: 'Enables a key.',
  http: 'POST /v1/keys/{KeyId}/enable',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: {
    key: { from: ['KeyId'], states: SWITCHABLE, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['write'],
  async run({ keys: { key } }, { write }) {
    // an unavailable key is enabled once its key store is connected
    if (ownState(key) !== 'Disabled') return
    await commit(write.put(keyToItem(key, { state: 'Enabled' })))
  },
})
