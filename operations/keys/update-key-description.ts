import { commit } from '../../core/base/conflict.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { NOT_LEAVING } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { description, keyId } from '../members.ts'

/** Replaces a key's description. */
export const updateKeyDescription = defineOperation({
  name: 'UpdateKeyDescription',
  summary: 'Replaces the description of a key.',
  http: 'PATCH /v1/keys/{KeyId}',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, Description: description }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: {
    key: { from: ['KeyId'], states: NOT_LEAVING, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['write'],
  async run({ input, keys: { key } }, { write }) {
    await commit(write.put(keyToItem(key, { description: input.Description })))
  },
})
