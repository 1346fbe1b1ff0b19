import { commit } from '../../core/base/conflict.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { settled } from '../../core/key/material.ts'
import { LEAVING } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

/** Takes a key back from PendingDeletion; it is disabled until EnableKey. */
export const cancelKeyDeletion = defineOperation({
  name: 'CancelKeyDeletion',
  summary: 'Cancels the deletion of a key.',
  http: 'DELETE /v1/keys/{KeyId}/deletion',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId }),
  output: struct({ KeyId: keyId }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: {
    key: {
      from: ['KeyId'],
      states: LEAVING,
      otherwise: 'is not pending deletion.',
      alias: false,
      crossAccount: false,
    },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['write'],
  async run({ keys: { key } }, { write }) {
    // imported material may have expired meanwhile: such a key waits for it again
    const { state } = settled({ ...key.data, state: 'Disabled' })
    await commit(write.put(keyToItem(key, { state, deletion: undefined })))
    return { KeyId: key.arn }
  },
})
