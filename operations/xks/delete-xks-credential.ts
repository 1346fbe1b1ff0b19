import { deleteXksCredential as remove } from '../../core/identity/xks-access.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { accountId } from '../administration/admin-members.ts'
import { onXksCredential, xksAccessKeyId } from './xks-admin-members.ts'

/** Deletes a credential; with its last one the prefix goes. */
export const deleteXksCredential = defineOperation({
  name: 'DeleteXksCredential',
  summary:
    'Deletes a credential of an external key store; nothing signed with it succeeds from then on.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/xks-credentials/{AccessKeyId}',
  status: 204,
  audience: 'operator',
  administers: onXksCredential,
  input: struct({ AccountId: accountId, AccessKeyId: xksAccessKeyId }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove', 'forget'],
  async run({ input: { AccountId, AccessKeyId } }, ports) {
    await remove(ports, AccountId, AccessKeyId)
    await eraseSoon(ports.forget)
  },
})
