import { commit } from '../../core/base/conflict.ts'
import { checkAliasName, forgetAlias } from '../../core/key/alias.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { ANY } from '../../core/key/state.ts'
import { actsOnAlias } from '../../core/lifecycle/pending-acts.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { aliasName } from '../members.ts'

/** Deletes an alias; its key stays as it is. */
export const deleteAlias = defineOperation({
  name: 'DeleteAlias',
  summary: 'Deletes an alias.',
  http: 'DELETE /v1/aliases/{AliasName}',
  status: 204,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html',
  audience: 'tenant',
  input: struct({ AliasName: aliasName }),
  errors: ['NotAuthorizedException', 'NotFoundException', 'KMSInvalidStateException'],
  keys: {
    key: { from: ['AliasName'], states: ANY, alias: true, crossAccount: false },
  },
  alias: (input) => input.AliasName,
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write', 'remove', 'acts'],
  validate: ({ AliasName }) => checkAliasName(AliasName),
  async run({ input: { AliasName }, keys: { key } }, { read, write, remove, acts }) {
    const place = aliasPlace(key.accountId, key.region, AliasName)
    const [alias] = await read.get([place])
    if (alias !== undefined) {
      // a rotation that is not on record goes there before all that tells of it is gone
      for (const act of actsOnAlias(alias)) await acts(act)
      await commit(remove.delete(place, alias.version))
    }
    await forgetAlias(key, AliasName, write)
  },
})
