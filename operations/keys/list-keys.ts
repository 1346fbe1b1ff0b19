import { keyArn } from '../../core/base/arn.ts'
import { regionPartition } from '../../core/item/partition.ts'
import { keyItem } from '../../core/key/key-items.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { arn, keyId, limit, marker } from '../members.ts'

/** Lists the keys of the caller's account in the Region that was asked. */
export const listKeys = defineOperation({
  name: 'ListKeys',
  summary: 'Lists the keys of the account and Region.',
  http: 'GET /v1/keys',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html',
  audience: 'tenant',
  input: struct({ Limit: limit, Marker: marker }),
  output: struct({
    Keys: list(struct({ KeyId: keyId, KeyArn: arn })),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, ports) {
    const { items, members } = await queryPage(
      ports,
      { accountId, list: `ListKeys/${region}`, marker: input.Marker },
      {
        pk: regionPartition(accountId, region),
        prefix: keyItem.prefix(),
        limit: input.Limit ?? 100,
      },
    )
    // what is left of a key that is being destroyed is no key
    const keys = items.filter((item) => keyItem.read(item).destroyed === undefined)
    const ids = keys.map((item) => keyItem.parts(item).id)
    return {
      Keys: ids.map((id) => ({ KeyId: id, KeyArn: keyArn(region, accountId, id) })),
      ...members,
    }
  },
})
