import { commit } from '../../core/base/conflict.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { NOT_LEAVING } from '../../core/key/state.ts'
import { withTags } from '../../core/key/tags.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { keyId, tags } from '../members.ts'

/** Adds tags to a key or gives them new values. */
export const tagResource = defineOperation({
  name: 'TagResource',
  summary: 'Adds or changes tags of a key.',
  http: 'POST /v1/keys/{KeyId}/tags',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, Tags: tags }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'LimitExceededException',
    'TagException',
  ],
  keys: {
    key: { from: ['KeyId'], states: NOT_LEAVING, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['write'],
  async run({ input, keys: { key } }, { write }) {
    const tags = withTags(key.data.tags, input.Tags)
    await commit(write.put(keyToItem(key, { tags })))
  },
})
