import { readTenant } from '../../core/identity/tenant.ts'
import { livingXksAccess, xksAccessItem, xksPath } from '../../core/identity/xks-access.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import {
  boolean,
  integer,
  list,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { accountId } from '../administration/admin-members.ts'
import { onAccount } from '../administration/admin-resources.ts'
import { marker } from '../members.ts'
import { xksAccessKeyId } from './xks-admin-members.ts'

/** Lists a tenant's credentials for external key stores, without their secrets. */
export const listXksCredentials = defineOperation({
  name: 'ListXksCredentials',
  summary:
    "Lists a tenant's credentials for external key stores, oldest of a path first; a page has both of a path.",
  http: 'GET /admin/v1/tenants/{AccountId}/xks-credentials',
  audience: 'operator',
  administers: onAccount,
  input: struct({
    AccountId: accountId,
    Limit: optional(integer({ min: 1, max: 1000 })),
    Marker: marker,
  }),
  output: struct({
    XksCredentials: list(
      struct({
        AccessKeyId: xksAccessKeyId,
        XksProxyUriPath: string(),
        Principal: string(),
        CreationDate: timestamp,
      }),
    ),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['NotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input: { AccountId, Limit, Marker }, caller }, ports) {
    await readTenant(ports.read, AccountId)
    const { items, members } = await queryPage(
      ports,
      { accountId: caller.accountId, list: `ListXksCredentials/${AccountId}`, marker: Marker },
      { pk: AccountId, prefix: xksAccessItem.prefix(), limit: Limit ?? 100 },
    )
    const living = await livingXksAccess(ports.read, AccountId, items)
    const XksCredentials = living.flatMap((item) => {
      const { principal, credentials } = xksAccessItem.read(item)
      const XksProxyUriPath = xksPath(xksAccessItem.parts(item).prefix)
      return credentials.map(({ accessKeyId, created }) => ({
        AccessKeyId: accessKeyId,
        XksProxyUriPath,
        Principal: principal,
        CreationDate: created,
      }))
    })
    return { XksCredentials, ...members }
  },
})
