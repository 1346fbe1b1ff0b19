import { commit } from '../../core/base/conflict.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { NOT_LEAVING } from '../../core/key/state.ts'
import { withoutTags } from '../../core/key/tags.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, string, struct } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

/** Removes tags of a key; those it doesn't have are passed over. */
export const untagResource = defineOperation({
  name: 'UntagResource',
  summary: 'Removes tags of a key.',
  http: 'POST /v1/keys/{KeyId}/tags/remove',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, TagKeys: list(string({ min: 1, max: 128 })) }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException', 'TagException'],
  keys: {
    key: { from: ['KeyId'], states: NOT_LEAVING, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['write'],
  async run({ input, keys: { key } }, { write }) {
    const tags = withoutTags(key.data.tags, input.TagKeys)
    await commit(write.put(keyToItem(key, { tags })))
  },
})
