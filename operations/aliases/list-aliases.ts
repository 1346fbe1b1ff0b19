import { kmsArn } from '../../core/base/arn.ts'
import { regionPartition } from '../../core/item/partition.ts'
import { aliasesOf } from '../../core/key/alias.ts'
import { type AliasData, aliasItem } from '../../core/key/key-items.ts'
import { openMarker, pageMembers, queryPage } from '../../core/key/paging.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import { aliasName, arn, keyId, limit, marker } from '../members.ts'

/** Lists aliases: the account's in this Region, or those of one key. */
export const listAliases = defineOperation({
  name: 'ListAliases',
  summary:
    'Lists the aliases of the account and Region, or of one key, in the order of their names.',
  http: 'GET /v1/aliases',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html',
  audience: 'tenant',
  input: struct({ KeyId: optional(keyId), Limit: limit, Marker: marker }),
  output: struct({
    Aliases: list(
      struct({
        AliasName: aliasName,
        AliasArn: arn,
        TargetKeyId: keyId,
        CreationDate: timestamp,
        LastUpdatedDate: timestamp,
      }),
    ),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['InvalidMarkerException', 'InvalidArnException', 'NotFoundException'],
  keys: {
    key: {
      from: ['KeyId'],
      action: false,
      states: ANY,
      alias: false,
      crossAccount: false,
      optional: true,
    },
  },
  versionOf: 'key',
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, keys: { key }, caller: { accountId }, context: { region } }, ports) {
    const limit = input.Limit ?? 50
    const request = {
      accountId,
      list: `ListAliases/${region}/${key?.id ?? ''}`,
      marker: input.Marker,
    }
    const entry = (name: string, data: AliasData) => ({
      AliasName: name,
      AliasArn: kmsArn(region, accountId, name),
      TargetKeyId: data.target,
      CreationDate: data.created,
      LastUpdatedDate: data.updated,
    })
    if (key === undefined) {
      const pk = regionPartition(accountId, region)
      const place = { pk, prefix: aliasItem.prefix(), limit }
      const { items, members } = await queryPage(ports, request, place)
      const Aliases = items.map((item) => entry(aliasItem.parts(item).name, aliasItem.read(item)))
      return { Aliases, ...members }
    }
    const after = await openMarker(ports.tokens, request)
    const aliases = (await aliasesOf(key, ports.read)).filter(({ name }) => name > (after ?? ''))
    const shown = aliases.slice(0, limit)
    const next = aliases.length > shown.length ? shown.at(-1)?.name : undefined
    return {
      Aliases: shown.map(({ name, data }) => entry(name, data)),
      ...(await pageMembers(ports.tokens, request, next)),
    }
  },
})
