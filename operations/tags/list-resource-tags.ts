import { openMarker, pageMembers } from '../../core/key/paging.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { keyId, limit, marker, tag } from '../members.ts'

/** Lists a key's tags, in the order they were first set. */
export const listResourceTags = defineOperation({
  name: 'ListResourceTags',
  summary: 'Lists the tags of a key.',
  http: 'GET /v1/keys/{KeyId}/tags',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, Limit: limit, Marker: marker }),
  output: struct({ Tags: list(tag), NextMarker: marker, Truncated: boolean }),
  errors: ['NotFoundException', 'InvalidArnException', 'InvalidMarkerException'],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: false } },
  versionOf: 'key',
  mutates: false,
  uses: ['tokens'],
  async run({ input, keys: { key } }, { tokens }) {
    const { accountId, arn, data } = key
    const request = { accountId, list: `ListResourceTags/${arn}`, marker: input.Marker }
    const after = await openMarker(tokens, request)
    const start = data.tags.findIndex(([name]) => name === after) + 1
    const shown = data.tags.slice(start, start + (input.Limit ?? 50))
    const next = start + shown.length < data.tags.length ? shown.at(-1)?.[0] : undefined
    return {
      Tags: shown.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      ...(await pageMembers(tokens, request, next)),
    }
  },
})
