import { livingXksAccess, xksPath } from '../../core/identity/xks-access.ts'
import { xksAccessItem } from '../../core/identity/xks-access-item.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { accountPage, listsAccount } from '../administration/account-lists.ts'
import { marker } from '../members.ts'
import { xksAccessKeyId } from './xks-admin-members.ts'

/** Lists a tenant's credentials for external key stores, without their secrets. */
export const listXksCredentials = defineOperation({
  name: 'ListXksCredentials',
  summary:
    "Lists a tenant's credentials for external key stores, oldest of a path first; a page has both of a path.",
  http: 'GET /admin/v1/tenants/{AccountId}/xks-credentials',
  ...listsAccount,
  output: struct({
    XksCredentials: list(
      struct({
        AccessKeyId: xksAccessKeyId,
        XksProxyUriPath: string(),
        Principal: string(),
        Region: string(),
        CreationDate: timestamp,
      }),
    ),
    NextMarker: marker,
    Truncated: boolean,
  }),
  async run(call, ports) {
    const prefix = xksAccessItem.prefix()
    const { items, members } = await accountPage(call, ports, 'ListXksCredentials', prefix)
    const living = await livingXksAccess(ports.read, call.input.AccountId, items)
    const XksCredentials = living.flatMap((item) => {
      const { principal, region, credentials } = xksAccessItem.read(item)
      const XksProxyUriPath = xksPath(xksAccessItem.parts(item).prefix)
      return credentials.map(({ accessKeyId, created }) => ({
        AccessKeyId: accessKeyId,
        XksProxyUriPath,
        Principal: principal,
        Region: region,
        CreationDate: created,
      }))
    })
    return { XksCredentials, ...members }
  },
})
