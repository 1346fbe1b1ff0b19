import { credentialPlace } from '../core/auth/credential.ts'
import { KmsError } from '../core/errors.ts'
import { commit, defineOperation } from '../core/operation.ts'
import { struct } from '../core/shape.ts'
import { accessKeyId, accountId } from './admin-members.ts'
import { lambda } from './lambda.ts'

/** Deletes an access key and its wrapped secret. */
export const deleteAccessKey = defineOperation({
  name: 'DeleteAccessKey',
  summary: 'Deletes an access key.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/access-keys/{AccessKeyId}',
  status: 204,
  audience: 'operator',
  input: struct({ AccountId: accountId, AccessKeyId: accessKeyId }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'remove'],
  async run({ input: { AccountId, AccessKeyId } }, { read, remove }) {
    const place = credentialPlace(AccountId, AccessKeyId)
    const [item] = await read.get([place])
    if (item === undefined) {
      throw new KmsError('NotFoundException', `The access key ${AccessKeyId} does not exist.`)
    }
    await commit(remove.delete(place, item.version))
  },
})
export const handler = lambda(deleteAccessKey)
