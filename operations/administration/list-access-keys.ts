import { credentialItem } from '../../core/identity/credential.ts'
import { livingAccessKeys } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, oneOf, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { accountPage, listsAccount } from './account-lists.ts'
import { accessKeyId } from './admin-members.ts'

/** Lists a tenant's access keys, without their secrets. */
export const listAccessKeys = defineOperation({
  name: 'ListAccessKeys',
  summary: "Lists a tenant's access keys.",
  http: 'GET /admin/v1/tenants/{AccountId}/access-keys',
  ...listsAccount,
  output: struct({
    AccessKeys: list(
      struct({
        AccessKeyId: accessKeyId,
        Principal: string(),
        Status: oneOf(['Active', 'Inactive']),
        CreationDate: timestamp,
      }),
    ),
    NextMarker: marker,
    Truncated: boolean,
  }),
  async run(call, ports) {
    const prefix = credentialItem.prefix()
    const { items, members } = await accountPage(call, ports, 'ListAccessKeys', prefix)
    const living = await livingAccessKeys(ports.read, call.input.AccountId, items)
    const AccessKeys = living.map((item) => {
      const { principal, status, created } = credentialItem.read(item)
      return {
        AccessKeyId: credentialItem.parts(item).accessKeyId,
        Principal: principal,
        Status: status,
        CreationDate: created,
      }
    })
    return { AccessKeys, ...members }
  },
})
