import { credentialItem } from '../../core/identity/credential.ts'
import { livingAccessKeys, readTenant } from '../../core/identity/tenant.ts'
import { queryPage } from '../../core/key/paging.ts'
import { defineOperation } from '../../core/operation.ts'
import {
  boolean,
  integer,
  list,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { accessKeyId, accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

/** Lists a tenant's access keys, without their secrets. */
export const listAccessKeys = defineOperation({
  name: 'ListAccessKeys',
  summary: "Lists a tenant's access keys.",
  http: 'GET /admin/v1/tenants/{AccountId}/access-keys',
  audience: 'operator',
  administers: onAccount,
  input: struct({
    AccountId: accountId,
    Limit: optional(integer({ min: 1, max: 1000 })),
    Marker: marker,
  }),
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
  errors: ['NotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input: { AccountId, Limit, Marker }, caller }, ports) {
    await readTenant(ports.read, AccountId)
    const { items, members } = await queryPage(
      ports,
      { accountId: caller.accountId, list: `ListAccessKeys/${AccountId}`, marker: Marker },
      { pk: AccountId, prefix: credentialItem.prefix(), limit: Limit ?? 100 },
    )
    const living = await livingAccessKeys(ports.read, AccountId, items)
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
