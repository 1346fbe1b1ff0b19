import { regionPartition } from '../../core/item/partition.ts'
import { keyFromItem } from '../../core/key/key-item.ts'
import { keyItem } from '../../core/key/key-items.ts'
import { queryPage } from '../../core/key/paging.ts'
import { KEY_STATES } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, oneOf, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import {
  aliasName,
  arn,
  description,
  keyId,
  keySpec,
  keyUsage,
  limit,
  marker,
  origin,
} from '../members.ts'

/** keys of a page that are told with all that: 8 KB of description each, and 50 aliases */
const MOST_SHOWN = 100

/** On REST an entry has what a table needs; AWS's own face has its name alone, as AWS. */
const listedKey = struct({
  KeyId: keyId,
  KeyArn: arn,
  KeyState: optional(oneOf(KEY_STATES)),
  KeySpec: optional(keySpec),
  KeyUsage: optional(keyUsage),
  KeyManager: optional(oneOf(['AWS', 'CUSTOMER'])),
  Origin: optional(origin),
  MultiRegion: optional(boolean),
  Description: optional(description),
  CreationDate: optional(timestamp),
  Aliases: optional(list(aliasName)),
})

/** Lists the keys of the caller's account in the Region that was asked. */
export const listKeys = defineOperation({
  name: 'ListKeys',
  summary: 'Lists the keys of the account and Region, in the order of their ids.',
  differs:
    'On REST an entry has state, spec, usage, origin, description and date too, where policies let the caller describe the key (a grant alone does not show them here), and its aliases, where it may list aliases; a page has 100 at most.',
  http: 'GET /v1/keys',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html',
  audience: 'tenant',
  input: struct({ Limit: limit, Marker: marker }),
  output: struct({
    Keys: list(listedKey),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller, context }, ports) {
    const { accountId } = caller
    const { region } = context
    const { items, members } = await queryPage(
      ports,
      { accountId, list: `ListKeys/${region}`, marker: input.Marker },
      {
        pk: regionPartition(accountId, region),
        prefix: keyItem.prefix(),
        limit:
          context.face === 'rest'
            ? Math.min(input.Limit ?? MOST_SHOWN, MOST_SHOWN)
            : (input.Limit ?? 100),
      },
    )
    // what is left of a key that is being destroyed is no key
    const keys = items.map(keyFromItem).filter(({ data }) => data.destroyed === undefined)
    const named = keys.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn }))
    if (context.face !== 'rest' || keys.length === 0) return { Keys: named, ...members }
    // AWS's own clients never do
    const { shownKeys } = await import('./shown-keys.ts')
    const shown = await shownKeys(ports.read, { caller, context }, keys)
    return { Keys: named.map((one, index) => ({ ...one, ...shown[index] })), ...members }
  },
})
