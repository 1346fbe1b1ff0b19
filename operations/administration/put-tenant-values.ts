import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import {
  installationIssuerItem,
  installationIssuerPlace,
  tenantValuesItem,
  tenantValuesPlace,
} from '../../core/identity/installation-issuer.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, struct } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'
import { claimText } from './installation-issuer-members.ts'
import { issuerIdMember } from './oidc-members.ts'

/** Says which values of an issuer's tenant claim stand for a tenant; what was said before is replaced. */
export const putTenantValues = defineOperation({
  name: 'PutTenantValues',
  summary:
    "Says which values of the tenant claim of an installation's issuer stand for a tenant, in place of those before; with none it ends, and so do sessions made of its tokens.",
  http: 'PUT /admin/v1/tenants/{AccountId}/installation-issuers/{IssuerId}',
  status: 204,
  audience: 'operator',
  administers: onAccount,
  input: struct({
    AccountId: accountId,
    IssuerId: issuerIdMember,
    Values: list(claimText, { min: 0, max: 100 }),
  }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input: { AccountId, IssuerId, Values } }, { read, write, remove }) {
    await readTenant(read, AccountId)
    const place = tenantValuesPlace(AccountId, IssuerId)
    const [item, issuer] = await read.get([place, installationIssuerPlace(IssuerId)])
    if (Values.length === 0) {
      if (item !== undefined) await commit(remove.delete(place, item.version))
      return
    }
    if (issuer === undefined) {
      throw new KmsError('NotFoundException', `The issuer ${IssuerId} does not exist.`)
    }
    const registered = installationIssuerItem.read(issuer).created
    const data = { values: [...new Set(Values)], registered }
    await commit(
      write.put(
        item === undefined
          ? tenantValuesItem.item(place, 1, data)
          : tenantValuesItem.next(item, data),
      ),
    )
  },
})
