import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { credentialPlace } from '../../core/identity/credential.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { accessKeyId, accountId } from './admin-members.ts'
import { onAccessKey } from './admin-resources.ts'

/** Deletes an access key and its wrapped secret. */
export const deleteAccessKey = defineOperation({
  name: 'DeleteAccessKey',
  summary: 'Deletes an access key.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/access-keys/{AccessKeyId}',
  status: 204,
  audience: 'operator',
  administers: onAccessKey,
  input: struct({ AccountId: accountId, AccessKeyId: accessKeyId }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'remove', 'forget'],
  async run({ input: { AccountId, AccessKeyId } }, { read, remove, forget }) {
    const place = credentialPlace(AccountId, AccessKeyId)
    const [item] = await read.get([place])
    if (item === undefined) {
      throw new KmsError('NotFoundException', `The access key ${AccessKeyId} does not exist.`)
    }
    await commit(remove.delete(place, item.version))
    await eraseSoon(forget)
  },
})
