import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { credentialItem, credentialPlace } from '../../core/identity/credential.ts'
import { defineOperation } from '../../core/operation.ts'
import { oneOf, struct } from '../../core/shape/shapes.ts'
import { accessKeyId, accountId } from './admin-members.ts'
import { onAccessKey } from './admin-resources.ts'

/** Switches an access key on or off; no call signed with a key that is off succeeds. */
export const updateAccessKey = defineOperation({
  name: 'UpdateAccessKey',
  summary: 'Switches an access key on or off.',
  http: 'PATCH /admin/v1/tenants/{AccountId}/access-keys/{AccessKeyId}',
  status: 204,
  audience: 'operator',
  administers: onAccessKey,
  input: struct({
    AccountId: accountId,
    AccessKeyId: accessKeyId,
    Status: oneOf(['Active', 'Inactive']),
  }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  async run({ input: { AccountId, AccessKeyId, Status } }, { read, write }) {
    const [item] = await read.get([credentialPlace(AccountId, AccessKeyId)])
    if (item === undefined) {
      throw new KmsError('NotFoundException', `The access key ${AccessKeyId} does not exist.`)
    }
    const data = { ...credentialItem.read(item), status: Status }
    await commit(write.put(credentialItem.next(item, data)))
  },
})
