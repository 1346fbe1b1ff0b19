import { commit, StoreConflict } from '../../core/base/conflict.ts'
import { invalid } from '../../core/base/errors.ts'
import { checkAliasName, forgetAlias, NOT_TO_ALIASES, noteAlias } from '../../core/key/alias.ts'
import { aliasItem } from '../../core/key/key-items.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { ANY, NOT_LEAVING } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { aliasName, keyId } from '../members.ts'

/** Points an alias to another key of the same type and use. */
export const updateAlias = defineOperation({
  name: 'UpdateAlias',
  summary: 'Points an alias to another key.',
  http: 'PUT /v1/aliases/{AliasName}',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html',
  audience: 'tenant',
  input: struct({ AliasName: aliasName, TargetKeyId: keyId }),
  errors: [
    'NotAuthorizedException',
    'NotFoundException',
    'LimitExceededException',
    'KMSInvalidStateException',
  ],
  keys: {
    former: {
      from: ['AliasName'],
      states: ANY,
      alias: true,
      crossAccount: false,
    },
    key: {
      from: ['TargetKeyId'],
      states: NOT_LEAVING,
      alias: false,
      whenAlias: NOT_TO_ALIASES,
      crossAccount: false,
    },
  },
  alias: (input) => input.AliasName,
  versionOf: 'former',
  mutates: true,
  uses: ['read', 'write'],
  validate: ({ AliasName }) => checkAliasName(AliasName),
  async run({ input: { AliasName }, keys: { key, former }, context }, { read, write }) {
    if (former.data.spec !== key.data.spec || former.data.usage !== key.data.usage) {
      throw invalid('The current and new KMS key of an alias must be the same type and key usage')
    }
    const [alias] = await read.get([aliasPlace(key.accountId, key.region, AliasName)])
    const data = alias && aliasItem.read(alias)
    if (alias === undefined || data?.target !== former.id)
      throw new StoreConflict('the alias moved')
    await noteAlias(key, AliasName, { read, write })
    const pointed = { ...data, target: key.id, updated: context.now }
    // its dates too: a rotation that was put off stays so
    await commit(write.put(aliasItem.next(alias, pointed, alias)))
    if (former.id !== key.id) await forgetAlias(former, AliasName, write)
  },
})
