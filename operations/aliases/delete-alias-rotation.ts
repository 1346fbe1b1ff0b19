import { commit } from '../../core/base/conflict.ts'
import { checkAliasName } from '../../core/key/alias.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { ANY } from '../../core/key/state.ts'
import { rotationOf, withRotation } from '../../core/lifecycle/alias-rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { aliasName } from '../members.ts'

/** Ends the rotation of an alias, which stays with the key it points to. */
export const deleteAliasRotation = defineOperation({
  name: 'DeleteAliasRotation',
  summary: 'Leaves an alias with the key it points to.',
  http: 'DELETE /v1/aliases/{AliasName}/rotation',
  status: 204,
  audience: 'tenant',
  input: struct({ AliasName: aliasName }),
  errors: ['NotFoundException', 'NotAuthorizedException'],
  keys: {
    key: {
      from: ['AliasName'],
      action: 'kms:UpdateAlias',
      states: ANY,
      alias: true,
      crossAccount: false,
    },
  },
  alias: (input) => input.AliasName,
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write'],
  validate: ({ AliasName }) => checkAliasName(AliasName),
  async run({ input: { AliasName }, keys: { key } }, { read, write }) {
    const [alias] = await read.get([aliasPlace(key.accountId, key.region, AliasName)])
    if (alias === undefined || rotationOf(alias) === undefined) return
    await commit(write.put(withRotation(alias, undefined)))
  },
})
