import { invalid, KmsError } from '../core/errors.ts'
import { checkAliasName, forgetAlias, noteAlias } from '../core/key/alias.ts'
import { kmsArn } from '../core/key/id.ts'
import { keyFromItem, keyPlace } from '../core/key/key.ts'
import { type AliasData, aliasPlace } from '../core/key/resolve.ts'
import { NOT_LEAVING } from '../core/key/state.ts'
import { commit, defineOperation } from '../core/operation.ts'
import { struct } from '../core/shape.ts'
import { lambda } from './lambda.ts'
import { aliasName, keyId } from './members.ts'

/** Points an alias to another key of the same type and use. */
export const updateAlias = defineOperation({
  name: 'UpdateAlias',
  summary: 'Points an alias to another key.',
  http: 'PUT /v1/aliases/{AliasName}',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html',
  audience: 'tenant',
  input: struct({ AliasName: aliasName, TargetKeyId: keyId }),
  errors: ['NotFoundException', 'LimitExceededException', 'KMSInvalidStateException'],
  keys: {
    key: {
      from: (input) => input.TargetKeyId,
      states: NOT_LEAVING,
      alias: false,
      crossAccount: false,
    },
  },
  mutates: true,
  uses: ['read', 'write'],
  validate: ({ AliasName }) => checkAliasName(AliasName),
  async run({ input: { AliasName }, keys: { key }, context }, { read, write }) {
    const { accountId, region } = key
    const [alias] = await read.get([aliasPlace(accountId, region, AliasName)])
    if (alias === undefined) {
      const arn = kmsArn(region, accountId, AliasName)
      throw new KmsError('NotFoundException', `Alias ${arn} is not found.`)
    }
    const data = alias.data as unknown as AliasData
    const [item] = await read.get([keyPlace(accountId, region, data.target)])
    const former = item && keyFromItem(item)
    const alike =
      former === undefined ||
      (former.data.spec === key.data.spec && former.data.usage === key.data.usage)
    if (!alike) {
      throw invalid('The current and new KMS key of an alias must be the same type and key usage')
    }
    await noteAlias(key, AliasName, { read, write })
    const pointed = { ...data, target: key.id, updated: context.now }
    await commit(write.put({ ...alias, version: alias.version + 1, data: pointed }))
    if (former !== undefined && former.id !== key.id) await forgetAlias(former, AliasName, write)
  },
})
export const handler = lambda(updateAlias)
